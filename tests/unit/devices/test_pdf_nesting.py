"""PDFs that draw themselves a million times are refused unread; papers are not."""

import time
import zlib

import pytest

from desktop.devices.attachments_check import check_attachment
from desktop.devices.pdf_nesting import TooManyPieces, check_nesting
from desktop.domain.errors import UserError
from reports.elements.page import Paper
from reports.forms import receipt
from tests.reports import samples


def pdf(*objects: bytes) -> bytes:
    """Return a PDF of these objects, the first its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for n, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % n + each + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + table + end


def stream(head: bytes, text: bytes, *, packed: bool = False) -> bytes:
    """Return a stream, packed as programs pack it."""
    if packed:
        head, text = head + b"/Filter/FlateDecode", zlib.compress(text)
    return b"<<" + head + b"/Length %d>>stream\n" % len(text) + text + b"\nendstream"


def page(resources: bytes = b"", box: bytes = b"0 0 595 842", more: bytes = b"") -> tuple[bytes, ...]:
    """Return the first three objects of a PDF of one page; its commands are the fourth."""
    described = b"<</Type/Page/Parent 2 0 R/MediaBox[" + box + b"]/Contents 4 0 R/Resources<<" + resources + b">>"
    return (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        described + more + b">>",
    )


FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"


def nested(levels: int, times: int, *, packed: bool = False, name: bytes = b"X") -> bytes:
    """Return a PDF whose page draws a form so often, and so on."""
    draw = b"/" + name + b" Do "
    objects = [*page(b"/XObject<</X 5 0 R>>"), stream(b"", draw * times, packed=packed)]
    for level in range(levels - 1):
        inner = b"/Resources<</XObject<</X %d 0 R>>>>" % (6 + level)
        objects.append(stream(FORM + inner, draw * times, packed=packed))
    objects.append(stream(FORM, b"0 0 10 10 re f", packed=packed))
    return pdf(*objects)


@pytest.mark.parametrize(
    "bomb",
    [
        nested(9, 10),
        nested(9, 10, packed=True),
        nested(9, 10, name=b"#58"),
        nested(60, 1),
    ],
    ids=["plain", "packed", "escaped name", "deep"],
)
def test_a_page_that_draws_itself_a_thousand_million_times_is_refused_at_once(bomb: bytes) -> None:
    began = time.process_time()

    with pytest.raises(UserError, match="attachment_too_nested"):
        check_attachment(bomb)

    assert time.process_time() - began < 5


def test_an_appearance_a_pattern_and_a_letter_that_do_so_are_refused() -> None:
    forms = [stream(FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (6 + level), b"/X Do " * 10) for level in range(9)]
    forms.append(stream(FORM, b"0 0 1 1 re f"))
    appearance = pdf(*page(more=b"/Annots[<</Type/Annot/AP<</N 5 0 R>>>>]"), stream(b"", b""), *forms)
    pattern = pdf(*page(b"/Pattern<</P 5 0 R>>"), stream(b"", b"/P scn 0 0 1 1 re f"), *forms)
    font = b"/Font<</F<</Type/Font/Subtype/Type3/CharProcs<</a 5 0 R>>>>>>"
    letter = pdf(*page(font), stream(b"", b"BT /F 1 Tf (aaaa) Tj ET"), *forms)

    for each in (appearance, pattern, letter):
        with pytest.raises(TooManyPieces):
            check_nesting(each)


@pytest.mark.parametrize("paper", Paper)
def test_a_paper_of_our_own_passes(paper: Paper) -> None:
    check_nesting(receipt.render(next(iter(samples.ALL.values())), paper))


def test_stamps_and_figures_of_an_office_document_pass() -> None:
    assert check_attachment(nested(3, 10)).pages == 1
    assert check_attachment(nested(2, 200, packed=True)).pages == 1


def test_a_piece_that_names_itself_is_no_endless_walk() -> None:
    itself = stream(FORM + b"/Resources<</XObject<</X 5 0 R>>>>", b"/X Do " * 3)

    check_nesting(pdf(*page(b"/XObject<</X 5 0 R>>"), stream(b"", b"/X Do"), itself))


def test_a_file_that_may_nest_and_cannot_be_read_is_not_left_to_be_repaired() -> None:
    broken = nested(9, 10).replace(b"xref", b"xxxx").replace(b"trailer", b"tr_iler")

    with pytest.raises(UserError, match=r"attachment_(damaged|too_nested)"):
        check_attachment(broken)


@pytest.mark.parametrize("box", [b"0 0 14400 14400", b"0 0 10 200000"])
def test_a_page_larger_than_any_sheet_is_refused(box: bytes) -> None:
    with pytest.raises(UserError, match="attachment_page_too_large"):
        check_attachment(pdf(*page(box=box), stream(b"", b"")))


def test_a_bomb_of_commands_is_unpacked_no_further_than_is_looked_through() -> None:
    def with_commands(text: bytes) -> bytes:
        return pdf(*page(b"/XObject<</X 5 0 R>>"), stream(b"", b"/X Do"), stream(FORM, text, packed=True))

    check_nesting(with_commands(b"q Q"))
    with pytest.raises(TooManyPieces):
        check_nesting(with_commands(b" " * 61_000_000))
