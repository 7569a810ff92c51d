"""Fonts cut down by our own code still draw the same letters."""

from io import BytesIO

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from reports.elements.fonts import Face, loaded

TEXT = "Nguyễn Thị Ngọc Ở – Ẫm Ỹ Ậu, H'Hen Niê Kđăm 0123456789 ₫□"


def outline(font: TTFont, glyph: str) -> list[object]:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    return pen.value


@pytest.mark.parametrize("face", Face)
def test_subset_draws_every_letter_as_the_whole_face_does(face: Face) -> None:
    reportlab_face = loaded().fonts[face].face
    whole = TTFont(BytesIO(reportlab_face._ttf_data))
    codes = sorted(map(ord, set(TEXT)))

    cut = TTFont(BytesIO(reportlab_face.makeSubset(codes)), checkChecksums=2)

    letters = cut["cmap"].tables[0].cmap
    for place, code in enumerate(codes):
        original, copied = whole.getBestCmap()[code], letters[place]
        assert outline(cut, copied) == outline(whole, original)
        assert cut["hmtx"][copied] == whole["hmtx"][original]
    assert len(cut.getGlyphOrder()) < len(whole.getGlyphOrder()) / 2


def test_unknown_letter_becomes_the_empty_box_of_the_face() -> None:
    face = loaded().fonts[Face.REGULAR].face

    cut = TTFont(BytesIO(face.makeSubset([0x6587])))

    assert cut.getGlyphOrder() == [".notdef"]


def test_fonts_do_not_use_the_reserved_name() -> None:
    for face in Face:
        whole = TTFont(BytesIO(loaded().fonts[face].face._ttf_data))
        names = [whole["name"].getDebugName(number) for number in (1, 3, 4, 6)]
        assert not any("Liberation" in str(name) for name in names)
