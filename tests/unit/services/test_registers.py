"""The register: every dossier under the number of its receipt, as paper and as worksheet; closed once it is over."""

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from desktop.domain.commands import Correct
from desktop.domain.dossiers import Dossier, Party
from desktop.domain.errors import Conflict, UserError
from desktop.domain.facts.unit import BookExported
from desktop.domain.way_commands import Withdraw
from desktop.services import ending, follow, registers
from desktop.services.books import RegisterEntry
from desktop.services.changes import Kind
from tests.support.samples import REASON
from tests.support.wards import Ward, person

YEAR_FIRST, YEAR_LAST = date(2019, 1, 1), date(2019, 12, 31)
THURSDAY = date(2019, 7, 18)
DANGEROUS = ("=1+1", "+84 903", "-2", "@SUM(A1)")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+07:00")


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def year_pdf(ward: Ward, login: str = "chutich") -> list[str]:
    return pages_of(registers.register_pdf(ward.desk, ward.user(login), YEAR_FIRST, YEAR_LAST))


def entries(ward: Ward, first: date = YEAR_FIRST, last: date = YEAR_LAST) -> list[RegisterEntry]:
    return list(registers.register_entries(ward.desk, ward.user("chutich"), first, last))


def lose_numbers(ward: Ward, n: int) -> None:
    """Let receipt numbers be given that no dossier has, as after a restore of an older backup."""
    connection = ward.database._engine.raw_connection()
    connection.cursor().execute("UPDATE form_number SET last = last + ? WHERE form = 'receipt'", (n,))
    connection.commit()


def lose_numbers_from_the_start(ward: Ward, n: int) -> None:
    """Let receipt numbers be given before any dossier has one."""
    connection = ward.database._engine.raw_connection()
    values = ("receipt", YEAR_FIRST.year, 1, n)
    connection.cursor().execute("INSERT INTO form_number (form, year, book, last) VALUES (?, ?, ?, ?)", values)
    connection.commit()


def renumber(ward: Ward, numbers: dict[Dossier, int]) -> None:
    """Let dossiers have numbers in another order than they came, as one that was said again has."""
    connection = ward.database._engine.raw_connection()
    for dossier, number in numbers.items():
        connection.cursor().execute(
            "UPDATE dossier SET state = json_set(state, '$.receipt.number', ?) WHERE dossier_id = ?",
            (number, dossier.dossier_id),
        )
    connection.commit()


def test_the_number_of_a_line_is_the_one_on_the_receipt(ward: Ward) -> None:
    dossiers = [ward.receive(owner=person(n)) for n in range(3)]

    found = entries(ward)

    assert [(entry.book, entry.number, entry.code) for entry in found] == [
        (each.receipt.book, each.receipt.number, each.code) for each in dossiers
    ]


def test_the_book_has_a_cover_and_numbered_pages_with_every_line(ward: Ward) -> None:
    dossiers = [ward.receive(owner=person(n)) for n in range(12)]

    cover, *pages = year_pdf(ward)

    assert all(part in cover for part in ("SỔ THEO DÕI HỒ SƠ", "Năm 2019", "Quyển số: 01", "Từ số 01 đến số 12"))
    together = "".join(pages).replace(" ", "")
    assert all(each.code in together for each in dossiers)
    assert "ĐÓNG SỔ" not in cover + "".join(pages)


def test_only_the_days_asked_for_are_printed(ward: Ward) -> None:
    ward.receive(owner=person(1))
    friday = ward.receive(at("2019-07-19T09:00"), owner=person(2))

    found = entries(ward, date(2019, 7, 19), date(2019, 7, 19))

    assert [entry.code for entry in found] == [friday.code]
    assert registers.register_book(ward.desk, ward.user("lan"), THURSDAY, THURSDAY).entries == 1


def test_a_withdrawn_dossier_says_so_and_when_the_papers_went_back(ward: Ward) -> None:
    dossier = ward.receive()
    ending.withdraw(ward.desk, ward.user("lan"), dossier.code, _withdrawal(dossier))

    (entry,) = entries(ward)

    assert (entry.ending, entry.returned_on) == ("withdrawn", THURSDAY)
    assert "Đã rút hồ sơ" in " ".join(year_pdf(ward))


def test_w04_a_number_that_no_dossier_has_stands_as_not_used_in_book_and_worksheet(ward: Ward, tmp_path: Path) -> None:
    before = ward.receive(owner=person(1))
    lose_numbers(ward, 2)
    after = ward.receive(owner=person(2))
    lost = [before.receipt.number + 1, before.receipt.number + 2]

    found = entries(ward)
    text = " ".join(year_pdf(ward))
    file = tmp_path / "so.xlsx"
    registers.write_register_xlsx(ward.desk, ward.user("chutich"), YEAR_FIRST, YEAR_LAST, file)

    assert after.receipt.number == lost[-1] + 1
    assert [entry.number for entry in found if entry.is_unused] == lost
    assert [entry.number for entry in found] == [before.receipt.number, *lost, after.receipt.number]
    assert text.count("Không sử dụng") == len(lost)
    with zipfile.ZipFile(file) as book:
        assert sum(book.read(name).decode(errors="ignore").count("Không sử dụng") for name in book.namelist())


def test_a_number_lost_between_two_months_is_named_by_who_reads_month_by_month(ward: Ward) -> None:
    ward.receive(at("2019-07-31T09:00"), owner=person(1))
    lose_numbers(ward, 1)
    ward.receive(at("2019-08-01T09:00"), owner=person(2))
    reached = registers.Reached(YEAR_FIRST)

    months = registers.months_of(YEAR_FIRST, YEAR_LAST)
    pieces = [registers.register_entries(ward.desk, ward.user("chutich"), *month, reached=reached) for month in months]
    found = [entry for piece in pieces for entry in piece]

    assert [(entry.number, entry.is_unused) for entry in found] == [(1, False), (2, True), (3, False)]
    assert found == entries(ward)


def test_numbers_lost_before_the_first_dossier_of_a_year_are_named_in_its_book_alone(ward: Ward) -> None:
    lose_numbers_from_the_start(ward, 2)
    ward.receive()

    assert [entry.number for entry in entries(ward) if entry.is_unused] == [1, 2]
    assert not any(entry.is_unused for entry in entries(ward, THURSDAY, THURSDAY))


def test_a_number_that_comes_late_is_not_called_unused(ward: Ward) -> None:
    first, second, third = (ward.receive(owner=person(n)) for n in range(3))
    renumber(ward, {second: 3, third: 2})

    found = entries(ward)

    assert [(entry.code, entry.number) for entry in found] == [(first.code, 1), (second.code, 3), (third.code, 2)]
    assert not any(entry.is_unused for entry in found)


def test_a_worksheet_has_the_same_lines_with_true_dates_and_numbers(ward: Ward, tmp_path: Path) -> None:
    dossier = ward.receive(owner=person(1))
    target = tmp_path / "so.xlsx"

    registers.write_register_xlsx(ward.desk, ward.user("lan"), YEAR_FIRST, YEAR_LAST, target)

    cells = cells_of(target)
    assert cells["B5"] == dossier.code
    assert (cells["D5"], cells["H5"]) == ("1", str((THURSDAY - date(1899, 12, 30)).days))
    assert list(tmp_path.glob("*.xlsx")) == [target]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_worksheet_starts_a_formula(ward: Ward, tmp_path: Path, text: str) -> None:
    ward.receive(owner=Party(text, id_number="079090012345", address=text))
    target = tmp_path / "so.xlsx"

    registers.write_register_xlsx(ward.desk, ward.user("lan"), YEAR_FIRST, YEAR_LAST, target)

    with zipfile.ZipFile(target) as package:
        assert "<f>" not in package.read("xl/worksheets/sheet1.xml").decode()
    assert cells_of(target)["E5"] == f"'{text}"
    assert not any(value.startswith(("=", "+", "-", "@")) for value in cells_of(target).values())


def test_taking_the_register_out_is_written_into_the_log(ward: Ward) -> None:
    ward.receive()

    registers.register_pdf(ward.desk, ward.user("thanhtra"), THURSDAY, THURSDAY, reason=" kiểm tra quý 3 ")

    event = ward.desk.reader.last_of_type("book.exported")
    assert event is not None
    assert (event.fact, event.envelope.actor) == (
        BookExported("register", THURSDAY, THURSDAY, "pdf", "kiểm tra quý 3", 1),
        ward.user("thanhtra").user_id,
    )


def test_a_span_that_ends_before_it_begins_is_refused(ward: Ward) -> None:
    with pytest.raises(UserError, match="bad_span"):
        registers.register_book(ward.desk, ward.user("lan"), YEAR_LAST, YEAR_FIRST)


@pytest.mark.parametrize(
    ("login", "exports", "closes"),
    [
        ("lan", True, False),
        ("thu", False, False),
        ("hung", False, False),
        ("chutich", True, True),
        ("phochutich", True, True),
        ("quantri", False, False),
        ("thanhtra", True, False),
    ],
)
def test_who_takes_the_register_out_and_who_closes_it(ward: Ward, login: str, exports: bool, closes: bool) -> None:
    ward.receive()
    ward.clock.set(at("2020-01-02T08:00"))
    actor = ward.user(login)

    assert _allowed(lambda: registers.register_book(ward.desk, actor, YEAR_FIRST, YEAR_LAST)) is exports
    assert _allowed(lambda: list(registers.register_entries(ward.desk, actor, YEAR_FIRST, YEAR_LAST))) is exports
    assert _allowed(lambda: registers.close_register(ward.desk, actor, 2019)) is closes


def test_a_year_that_lasts_is_not_closed(ward: Ward) -> None:
    ward.receive()

    with pytest.raises(UserError, match="year_not_over"):
        registers.close_register(ward.desk, ward.user("chutich"), 2019)


def test_a_closed_year_is_closed_once_and_its_book_says_how_many_entries(ward: Ward) -> None:
    for n in range(3):
        ward.receive(owner=person(n))
    ward.clock.set(at("2020-01-02T08:00"))

    done = registers.close_register(ward.desk, ward.user("chutich"), 2019)

    (closing,) = done.closings
    assert (closing.book, closing.entries, closing.last_number, done.changes.kinds) == (1, 3, 3, frozenset({Kind.BOOK}))
    text = " ".join(year_pdf(ward))
    assert "ĐÓNG SỔ: ngày 02 tháng 01 năm 2020" in text
    assert "có 3 hồ sơ" in text
    with pytest.raises(Conflict, match="register_already_closed"):
        registers.close_register(ward.desk, ward.user("chutich"), 2019)
    assert ward.verify().findings == ()


def test_the_closing_page_says_the_entry_of_the_log_that_closed_the_book(ward: Ward) -> None:
    ward.receive(owner=person(1))
    ward.clock.set(at("2020-01-02T08:00"))
    registers.close_register(ward.desk, ward.user("chutich"), 2019)
    end = ward.desk.way.log_end()
    ward.clock.set(at("2020-01-03T08:00"))
    ward.receive(owner=person(2))

    cover, *_, last = year_pdf(ward)

    closing = f"Đầu nhật ký khi đóng sổ, quầy {end.counter}: số {end.mark}"
    assert closing.replace(" ", "") in last.replace(" ", "")
    assert end.mark.replace(" ", "") not in cover.replace(" ", ""), "the cover says where the log ended when printed"
    assert ward.desk.way.closing_entry(2018) is None


def test_a_year_without_entries_is_not_closed(ward: Ward) -> None:
    with pytest.raises(UserError, match="register_empty"):
        registers.close_register(ward.desk, ward.user("chutich"), 2018)


def test_the_first_dossier_of_a_new_year_begins_a_new_count(ward: Ward) -> None:
    ward.receive(at("2019-12-31T10:00"), owner=person(1))
    first = ward.receive(at("2020-01-02T08:00"), owner=person(2))
    registers.close_register(ward.desk, ward.user("chutich"), 2019)
    second = ward.receive(at("2020-01-02T09:00"), owner=person(3))

    assert (first.receipt.number, second.receipt.number) == (1, 2)
    assert len(entries(ward)) == 1


def test_a_correction_after_closing_stands_as_an_adjustment(ward: Ward) -> None:
    before, after = ward.receive(owner=person(1)), ward.receive(owner=person(2))
    follow.correct(ward.desk, ward.user("lan"), before.code, Correct({"applicant.name": "Tên Trước"}, REASON))
    ward.clock.set(at("2020-01-02T08:00"))
    registers.close_register(ward.desk, ward.user("chutich"), 2019)
    ward.clock.set(at("2020-01-03T08:00"))
    follow.correct(ward.desk, ward.user("lan"), after.code, Correct({"applicant.name": "Tên Sau"}, REASON))

    found = entries(ward)

    assert [(entry.adjusted_on, entry.is_late_adjustment) for entry in found] == [
        (THURSDAY, False),
        (date(2020, 1, 3), True),
    ]
    text = " ".join(year_pdf(ward))
    assert "Đã sửa ngày 18/07/2019" in text
    assert "Điều chỉnh sau khi đóng sổ ngày 03/01/2020" in text
    assert "có 2 hồ sơ" in text


def test_what_a_clock_that_went_back_numbers_in_a_closed_book_says_so(ward: Ward) -> None:
    ward.receive(owner=person(1))
    ward.clock.set(at("2020-01-02T08:00"))
    registers.close_register(ward.desk, ward.user("chutich"), 2019)

    late = ward.receive(at("2019-12-31T10:00"), owner=person(2))

    assert [(entry.number, entry.is_after_closing) for entry in entries(ward)] == [(1, False), (2, True)]
    assert late.receipt.number == 2
    assert "Ghi sau khi đóng sổ" in " ".join(year_pdf(ward))


def cells_of(path: Path) -> dict[str, str]:
    """Read a worksheet's cells without the library that wrote it; texts are kept in the cell or in the shared list."""
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        shared = package.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in names else ""
    texts = [_plain(item) for item in re.findall(r"<si>(.*?)</si>", shared, re.DOTALL)]
    found = {}
    for place, attributes, inner in re.findall(r'<c r="([A-Z]+\d+)"([^>]*)>(.*?)</c>', sheet, re.DOTALL):
        value = _plain(inner)
        found[place] = texts[int(value)] if 't="s"' in attributes else value
    return found


def _plain(xml: str) -> str:
    text = re.sub(r"<[^>]*>", "", xml)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _withdrawal(dossier: Dossier) -> Withdraw:
    return Withdraw("Công dân xin rút hồ sơ", tuple(line.code for line in dossier.components))


def _allowed(act: Callable[[], object]) -> bool:
    try:
        act()
    except UserError as refused:
        if refused.code != "not_permitted":
            raise
        return False
    return True
