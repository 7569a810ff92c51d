"""Cut a TrueType face down to the letters of one document.

`Subsetter` does what reportlab's ``TTFontFace.makeSubset`` does, three times as fast, because it reads the glyphs
once per process and not once per document, and without a read position that two threads would fight over.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from struct import pack, unpack_from
from typing import IO, Any

from reportlab.pdfbase.pdfdoc import PDFObject
from reportlab.pdfbase.ttfonts import TTFont, TTFontMaker

_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x01, 0x08, 0x20, 0x40, 0x80
"""Flags of a part of a composite glyph (OpenType, table glyf)."""
_COPIED = ("name", "OS/2")
_SHORT_OFFSETS = 0


class FormFont(TTFont):  # type: ignore[misc,unused-ignore]
    """Be reportlab's font with a faster `Subsetter` and widths written in one piece, without needless decimals."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        """Read the face; only letters in use are embedded, not all of ASCII: a third less per face."""
        super().__init__(name, file, asciiReadable=False)
        face: Any = self.face
        face.makeSubset = Subsetter(face)

    def addObjects(self, doc: Any) -> None:  # noqa: ANN401, N802 - reportlab's name, and its untyped document
        """Add the subsets of this face to the document, as reportlab does when it saves."""
        fonts = doc.idToObject["BasicFonts"].dict
        state: Any = self.state[doc]
        widths = {
            self.getSubsetInternalName(number, doc)[1:]: _Widths(map(self.face.getCharWidth, codes))
            for number, codes in enumerate(state.subsets)
        }
        super().addObjects(doc)
        for name, its in widths.items():
            fonts[name].Widths = its


class _Widths(PDFObject):  # type: ignore[misc,unused-ignore]
    """Write an array of widths in thousandths of an em, to a tenth."""

    def __init__(self, widths: Iterable[float]) -> None:
        self._written = f"[{' '.join([f'{width:.4g}' for width in widths])}]".encode()

    def format(self, document: object) -> bytes:  # noqa: ARG002 - reportlab's parameter
        return self._written


class Subsetter:
    """Hold a face's glyphs, ready to be put together anew.

    Args:
        face: reportlab's TTFontFace of a face without hinting, as `installer/build_fonts.py` makes it.

    Threads: any.
    """

    def __init__(self, face: Any) -> None:  # noqa: ANN401 - the stubs lack what we need of TTFontFace
        self._glyph_of: Mapping[int, int] = face.charToGlyph
        self._metrics: Sequence[tuple[float, float]] = face.hmetrics
        data, places = face.get_table("glyf"), face.glyphPos
        self._glyphs: list[bytes] = [data[start:end] for start, end in pairwise(places)]
        self._parts = [_parts(glyph) for glyph in self._glyphs]
        self._tables = {tag: face.get_table(tag) for tag in (*_COPIED, "hhea", "maxp", "head")}
        self._post = b"\x00\x03\x00\x00" + face.get_table("post")[4:16] + bytes(16)

    def __call__(self, codes: Sequence[int]) -> bytes:
        """Return a font file in which byte n shows the letter with the n-th code."""
        old, new = self._chosen(codes)
        maker: Any = TTFontMaker()
        for tag in _COPIED:
            maker.add(tag, self._tables[tag])
        maker.add("post", self._post)
        horizontal = [int(value) & 0xFFFF for glyph in old for value in self._metrics[glyph]]
        maker.add("hmtx", pack(f">{len(horizontal)}H", *horizontal))
        maker.add("hhea", _patched(self._tables["hhea"], 34, len(old)))
        maker.add("maxp", _patched(self._tables["maxp"], 4, len(old)))
        shown = [new[self._glyph_of.get(code, 0)] for code in codes]
        cmap = [0, 1, 1, 0, 0, 12, 6, 10 + 2 * len(shown), 0, 0, len(shown), *shown]
        maker.add("cmap", pack(f">{len(cmap)}H", *cmap))
        glyphs = [self._renumbered(glyph, new) for glyph in old]
        offsets, position = [0], 0
        for glyph in glyphs:
            position += len(glyph)
            offsets.append(position >> 1)
        maker.add("glyf", b"".join(glyphs))
        maker.add("loca", pack(f">{len(offsets)}H", *offsets))
        maker.add("head", _patched(self._tables["head"], 50, _SHORT_OFFSETS))
        font: bytes = maker.makeStream()
        return font

    def _chosen(self, codes: Iterable[int]) -> tuple[list[int], dict[int, int]]:
        """Return the glyphs needed, parts of composites included, and their new numbers."""
        new = {0: 0}
        for code in codes:
            new.setdefault(self._glyph_of.get(code, 0), len(new))
        old = list(new)
        for glyph in old:  # grows while it is walked
            for _, part in self._parts[glyph]:
                if part not in new:
                    new[part] = len(new)
                    old.append(part)
        return old, new

    def _renumbered(self, glyph: int, new: Mapping[int, int]) -> bytes:
        """Return a glyph padded to four bytes, its parts under their new numbers."""
        data = self._glyphs[glyph]
        if self._parts[glyph]:
            changed = bytearray(data)
            for place, part in self._parts[glyph]:
                changed[place : place + 2] = new[part].to_bytes(2, "big")
            data = bytes(changed)
        return data + bytes(-len(data) % 4)


def _parts(glyph: bytes) -> list[tuple[int, int]]:
    """Return where a composite glyph names its parts, and which; nothing for a simple glyph."""
    found: list[tuple[int, int]] = []
    if len(glyph) <= 2 or glyph[0] < 0x80:  # noqa: PLR2004 - a negative number of contours marks a composite
        return found
    place, flags = 10, _MORE
    while flags & _MORE:
        flags, part = unpack_from(">HH", glyph, place)
        found.append((place + 2, part))
        place += 8 if flags & _WORDS else 6
        if flags & _SCALE:
            place += 2
        elif flags & _TWO_SCALES:
            place += 4
        elif flags & _MATRIX:
            place += 8
    return found


def _patched(table: bytes, place: int, value: int) -> bytes:
    return table[:place] + value.to_bytes(2, "big") + table[place + 2 :]
