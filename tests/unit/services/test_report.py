"""The quarterly table: its sums agree, and counters and log say the same."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from desktop.domain.dossiers import Channel, Dossier, Status
from desktop.domain.errors import UserError
from desktop.domain.quarter import Report
from desktop.domain.way import LateCause
from desktop.domain.way_commands import Apologise, Withdraw
from desktop.services import apologising, ending, report
from tests.support.wards import SLOW, Ward, person
from tests.support.way import bring

FIRST, LAST = date(2019, 7, 1), date(2019, 9, 30)
NEXT_FIRST, NEXT_LAST = date(2019, 10, 1), date(2019, 12, 31)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+07:00")


def table(ward: Ward, first: date = FIRST, last: date = LAST) -> Report:
    return report.quarter_report(ward.desk, ward.user("chutich"), first, last)


def withdraw(ward: Ward, dossier: Dossier) -> None:
    originals = tuple(line.code for line in dossier.components)
    ending.withdraw(ward.desk, ward.user("lan"), dossier.code, Withdraw("Công dân xin rút hồ sơ", originals))


def some(ward: Ward) -> None:
    """Receive six: one solved, one withdrawn, one online, three open of which two become late."""
    dossiers = [ward.receive(owner=person(n)) for n in range(4)]
    ward.receive(owner=person(4), channel=Channel.ONLINE)
    ward.receive(code=SLOW, owner=person(5))
    bring(ward.desk, dossiers[0].code, to=Status.RESULT_READY)
    withdraw(ward, dossiers[1])


def assert_sums_agree(found: Report) -> None:
    for line in (*found.lines, found.total):
        assert line.received == line.online + line.direct + line.carried == line.solved + line.in_progress
        assert min(line.carried, line.open_in_time, line.open_late) >= 0


def test_the_sums_of_the_form_agree(ward: Ward) -> None:
    some(ward)

    found = table(ward)

    assert_sums_agree(found)
    assert (found.total.received, found.total.online, found.total.carried) == (6, 1, 0)
    assert (found.total.solved, found.total.on_time + found.total.early, found.total.late) == (2, 2, 0)
    assert found.total.in_progress == 4


def test_what_was_not_solved_is_carried_over_and_may_be_late_by_then(ward: Ward) -> None:
    some(ward)
    ward.receive(at("2019-10-02T09:00"), owner=person(9))

    found = table(ward, NEXT_FIRST, NEXT_LAST)

    assert_sums_agree(found)
    assert (found.total.carried, found.total.direct, found.total.open_late) == (4, 1, 4)


def test_a_past_period_read_from_the_log_says_what_its_counters_said_on_its_last_evening(ward: Ward) -> None:
    some(ward)
    ward.clock.set(at("2019-09-30T23:00"))
    before = table(ward)
    ward.receive(at("2019-10-02T09:00"), owner=person(9))

    after = table(ward)

    assert after.lines == before.lines
    assert_sums_agree(after)


def test_a_period_without_anything_is_an_empty_table(ward: Ward) -> None:
    found = table(ward, date(2018, 10, 1), date(2018, 12, 31))

    assert (found.lines, found.total.received) == ((), 0)
    assert "Cộng" in _text(report.report_pdf(ward.desk, ward.user("lan"), date(2018, 10, 1), date(2018, 12, 31)))


def test_the_paper_has_title_fields_and_figures(ward: Ward) -> None:
    some(ward)

    text = _text(report.report_pdf(ward.desk, ward.user("lan"), FIRST, LAST))

    assert all(part in text for part in ("II.06a/VPCP/KSTT", "Hộ tịch", "Số lượng hồ sơ đang giải quyết", "(13)"))


def test_late_results_are_counted_by_the_cause_their_apologies_name(ward: Ward) -> None:
    first, second, in_time = (ward.receive(code=SLOW, owner=person(n)) for n in range(3))
    bring(ward.desk, in_time.code, to=Status.RESULT_READY)
    ward.clock.set(at("2019-07-26T09:00"))
    late = Apologise("chờ cơ quan thuế trả lời", LateCause.OTHER_AGENCY, at("2019-07-30T17:00"))
    for each in (first, second):
        apologising.apologise(ward.desk, ward.user("chutich"), each.code, late)
        bring(ward.desk, each.code, to=Status.RESULT_READY)

    found = table(ward)
    text = _text(report.report_pdf(ward.desk, ward.user("lan"), FIRST, LAST))

    assert (found.causes, found.total.late) == ((("other_agency", 2),), 2)
    assert "theo nguyên nhân ghi ở phiếu xin lỗi: do cơ quan khác 2." in text


def test_a_table_without_late_results_names_no_cause(ward: Ward) -> None:
    some(ward)

    assert table(ward).causes == ()
    assert "nguyên nhân" not in _text(report.report_pdf(ward.desk, ward.user("lan"), FIRST, LAST))


def test_the_worksheet_is_written_and_noted(ward: Ward, tmp_path: Path) -> None:
    some(ward)

    report.write_report_xlsx(ward.desk, ward.user("lan"), FIRST, LAST, tmp_path / "bieu.xlsx")

    event = ward.desk.reader.last_of_type("book.exported")
    assert (tmp_path / "bieu.xlsx").stat().st_size > 0
    assert event is not None


def test_a_worksheet_that_cannot_be_written_is_an_error_of_the_disk(ward: Ward, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        report.write_report_xlsx(ward.desk, ward.user("lan"), FIRST, LAST, tmp_path / "gone" / "bieu.xlsx")


@pytest.mark.parametrize(("login", "first", "code"), [("thu", FIRST, "not_permitted"), ("lan", NEXT_FIRST, "bad_span")])
def test_a_table_that_cannot_be_is_refused(ward: Ward, login: str, first: date, code: str) -> None:
    with pytest.raises(UserError, match=code):
        report.quarter_report(ward.desk, ward.user(login), first, LAST)


def _text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)
