"""What somebody means to do harm with is a text like any other, or is refused in one sentence."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from desktop.domain.dossiers import Party
from desktop.domain.errors import UserError
from desktop.domain.scans import ScanKind, classify
from desktop.domain.vietnamese import nfc, unformulated
from desktop.services import look_up, national, registers
from desktop.storage.reference.workbook import read_workbook
from tests.support.wards import Ward, person

FORMULAS = ["=1+1", '=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]
OPERATORS = [
    '"',
    "' OR 1=1 --",
    "a* NEAR b",
    "tokens:tran",
    'tran" OR "x',
    "AND OR NOT",
    "(((",
    "*",
    "^tran",
    "%_",
    "\x00",
    "x" * 1_000_000,
    "🧨" * 1_000,
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert unformulated(text) == f"'{text}"


def test_plain_text_stays_as_it_is_in_a_cell() -> None:
    assert [unformulated(text) for text in ("", "Ngọc", "12-3", "1=1")] == ["", "Ngọc", "12-3", "1=1"]


def cells(path: Path) -> str:
    """Return everything an xlsx file says, formulas included."""
    with zipfile.ZipFile(path) as archive:
        return "\n".join(
            archive.read(name).decode()
            for name in archive.namelist()
            if "sheet" in name.lower() or "strings" in name.lower()
        )


def test_books_and_records_that_leave_hold_no_formula(ward: Ward) -> None:
    for n, text in enumerate(FORMULAS):
        owner = Party(f"={text}", id_number=f"0790900{n:05d}", address=text)
        ward.receive(owner=owner, note=text)
    day, chair = date(2019, 7, 18), ward.user("lan")
    book = ward.folder / "book.xlsx"

    registers.write_register_xlsx(ward.desk, chair, day, day, book)
    files = national.export(ward.desk, chair, day, day, ward.folder / "national")

    out = [book, *(ward.folder / "national").glob("*.xlsx")]
    assert files is not None
    assert len(out) == 2
    for path in out:
        said = cells(path)
        assert "<f>" not in said
        assert "HYPERLINK" in said
        assert re.search(r"<t(?: [^>]*)?>[=+@\t\r-]", said) is None


@pytest.mark.parametrize("query", OPERATORS)
def test_operators_of_a_search_mean_nothing(ward: Ward, query: str) -> None:
    ward.receive(owner=person(1))

    found = look_up.search(ward.desk, ward.user("lan"), query)

    assert [card.applicant for card in found] in ([], ["Trần Văn 1"])


def test_what_no_push_could_carry_is_refused_before_it_is_written(ward: Ward) -> None:
    before = ward.database.ledger.head.seq

    with pytest.raises(UserError, match="act_too_large"):
        ward.receive(owner=person(1), note="x" * 2_000_000)

    assert ward.database.ledger.head.seq == before
    assert ward.receive(owner=person(1)).code.endswith("0001")


def test_controls_and_marks_that_turn_the_writing_are_not_text() -> None:
    assert nfc("a\x1b[2J\x00\x07b\u202egpj.exe\ufeff\x7f") == "a[2Jbgpj.exe"
    assert nfc("một\n\thai") == "một\n\thai"
    assert nfc("A\x81") == "A\x81"


@pytest.mark.parametrize(
    "text",
    [
        "\x1b]0;x\x07",
        "\x02\x03",
        "000.16.27.H29-190718-0001\x1b[A\r\n\x16F2",
        "https://x/tra-cuu/000.16.27.H29-190718-0001?k=1234567890\x00\x1d",
        "0" * 100_000,
        "A\ud800",
        "|" * 5_000,
    ],
)
def test_a_scan_with_control_sequences_is_read_without_them_or_is_garbage(text: str) -> None:
    scan = classify(text)

    assert scan.kind in {ScanKind.GARBAGE, ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR, ScanKind.FOREIGN}
    assert not any(ord(letter) < 0x20 for letter in scan.text)


def workbook(sheet: bytes) -> bytes:
    """Return an xlsx file with one sheet."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = b"http://schemas.openxmlformats.org/package/2006/relationships"
    of = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            b'<workbook xmlns="'
            + main
            + b'" xmlns:r="'
            + of
            + b'"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            b'<Relationships xmlns="' + relations + b'"><Relationship Id="r1" Target="s.xml"/></Relationships>',
        )
        archive.writestr("xl/s.xml", sheet)
    return content.getvalue()


LAUGHS = '<?xml version="1.0" encoding="{}"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sheet_that_declares_entities_is_refused_in_any_encoding(encoding: str) -> None:
    with pytest.raises(ValueError, match=r"entities|UTF-8"):
        read_workbook(workbook(LAUGHS.format(encoding).encode(encoding)))


def test_a_path_out_of_a_workbook_leads_nowhere() -> None:
    bad = workbook(b"<x/>").replace(b"s.xml", b"../..")

    with pytest.raises(ValueError, match="workbook"):
        read_workbook(bad)
