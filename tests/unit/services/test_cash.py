"""Cash sheets: every payment on exactly one, sums that agree, and the paper of it."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from desktop.domain.commands import TakeFee
from desktop.domain.dossiers import CertifiedDocument, FeeMethod
from desktop.domain.errors import Conflict, UserError
from desktop.domain.users import User
from desktop.services import cash, follow, papers
from desktop.services.books import cash_key
from desktop.services.changes import Kind
from tests.support.wards import Ward, person

THURSDAY, FRIDAY = date(2019, 7, 18), date(2019, 7, 19)
FEE_PROCEDURE = "2.000815"
NOTE = "Khách trả thiếu, bổ sung sau"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{hour:02d}:{minute:02d}:00+07:00")


def take(ward: Ward, n: int, amount_vnd: int, method: FeeMethod = FeeMethod.CASH, *, by: str = "thu") -> str:
    dossier = ward.receive(code=FEE_PROCEDURE, owner=person(n), documents=(CertifiedDocument(30, 10),))
    reason = "Hộ nghèo có giấy xác nhận" if method is FeeMethod.EXEMPT else ""
    follow.take_fee(ward.desk, ward.user(by), dossier.code, TakeFee(amount_vnd, method, reason))
    return dossier.code


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def close(ward: Ward, day: date, counted_vnd: int, *, by: str = "thu", note: str = "") -> cash.CashClosed:
    return cash.close_day(ward.desk, ward.user(by), day, counted_vnd, note)


def thu(ward: Ward) -> User:
    return ward.user("thu")


def test_a_sheet_holds_every_voucher_of_the_day_and_their_sum(ward: Ward) -> None:
    codes = [take(ward, 1, 20_000), take(ward, 2, 30_000, FeeMethod.TRANSFER), take(ward, 3, 0, FeeMethod.EXEMPT)]
    take(ward, 4, 99_000, by="lan")

    day = cash.day_of(ward.desk, thu(ward), THURSDAY)

    assert [line.code for line in day.open_lines] == codes
    assert day.takings == cash.Takings(vouchers=3, cash_vnd=20_000, transfer_vnd=30_000, exempted=1)
    assert day.takings.total_vnd == 50_000


def test_closing_numbers_the_sheet_without_gaps_and_queues_its_paper(ward: Ward) -> None:
    take(ward, 1, 20_000)
    take(ward, 2, 5_000, by="lan")

    first, second = close(ward, THURSDAY, 20_000), close(ward, THURSDAY, 5_000, by="lan")

    assert [done.counted.form.number for done in (first, second)] == [1, 2]
    assert (first.job.form, first.job.dossier_id, first.job.paper) == ("cash_sheet", "", "A4")
    assert first.changes.kinds == {Kind.BOOK, Kind.PRINT_JOB}
    assert ward.verify().findings == ()


def test_the_paper_lists_the_vouchers_and_says_what_was_counted(ward: Ward) -> None:
    code = take(ward, 1, 20_000)
    take(ward, 2, 30_000, FeeMethod.TRANSFER)
    take(ward, 3, 0, FeeMethod.EXEMPT)

    text = text_of(papers.paper_of(ward.desk, close(ward, THURSDAY, 15_000, note=NOTE).job))

    assert "BẢNG KÊ THU PHÍ, LỆ PHÍ CUỐI NGÀY" in text
    assert code in text.replace(" ", "")
    assert all(part in text for part in ("20.000", "30.000", "50.000 đ", "03 phiếu", "được miễn: 01 phiếu"))
    assert f"Tiền mặt kiểm đếm: 15.000 đ (thiếu 5.000 đ: {NOTE})" in text


def test_what_comes_after_closing_is_on_the_next_sheet_as_a_supplement(ward: Ward) -> None:
    take(ward, 1, 20_000)
    close(ward, THURSDAY, 20_000)
    late = take(ward, 2, 7_000)
    ward.clock.set(at(FRIDAY, 9))
    usual = take(ward, 3, 1_000)

    friday = cash.day_of(ward.desk, thu(ward), FRIDAY)
    closed = close(ward, FRIDAY, 8_000)

    assert [(line.code, friday.is_supplement(line)) for line in friday.open_lines] == [(late, True), (usual, False)]
    assert "bổ sung, thu ngày 18/07/2019" in text_of(papers.paper_of(ward.desk, closed.job))
    assert cash.day_of(ward.desk, thu(ward), FRIDAY).open_lines == ()


def test_a_day_can_have_a_second_sheet_of_what_came_late(ward: Ward) -> None:
    take(ward, 1, 20_000)
    close(ward, THURSDAY, 20_000)
    take(ward, 2, 7_000)

    second = close(ward, THURSDAY, 7_000)

    day = cash.day_of(ward.desk, thu(ward), THURSDAY)
    assert (second.counted.sheet, len(day.sheets), day.open_lines) == (2, 2, ())
    assert "(bổ sung lần 1)" in text_of(papers.paper_of(ward.desk, second.job))


def test_a_forgotten_day_can_be_closed_alone_before_today(ward: Ward) -> None:
    take(ward, 1, 20_000)
    ward.clock.set(at(FRIDAY, 9))
    take(ward, 2, 1_000)

    close(ward, THURSDAY, 20_000)

    assert cash.day_of(ward.desk, thu(ward), FRIDAY).takings.cash_vnd == 1_000


def test_every_payment_stands_on_one_sheet_and_all_sheets_make_up_what_was_taken(ward: Ward) -> None:
    closed = []
    for n, (day, hour) in enumerate([(THURSDAY, 9), (THURSDAY, 16), (THURSDAY, 17), (FRIDAY, 8), (FRIDAY, 16)], 1):
        ward.clock.set(at(day, hour))
        take(ward, n, n * 1_000)
        if n in (2, 3, 5):
            open_vnd = cash.day_of(ward.desk, thu(ward), day).takings.cash_vnd
            closed.append(close(ward, day, open_vnd).counted)

    listed = [payment for counted in closed for payment in counted.payments]
    taken = ward.desk.way.payments(THURSDAY, FRIDAY, thu(ward).user_id)
    assert len(listed) == len(set(listed)) == len(taken) == 5
    assert sum(counted.cash_vnd for counted in closed) == 15_000
    assert [counted.cash_vnd for counted in closed] == [
        cash.takings_of(cash.sheet_of(ward.desk, cash_key(counted)).lines).cash_vnd for counted in closed
    ]


def test_a_payment_under_a_clock_that_went_back_is_not_lost(ward: Ward) -> None:
    ward.clock.set(at(FRIDAY, 9))
    take(ward, 1, 20_000)
    close(ward, FRIDAY, 20_000)
    ward.clock.set(at(THURSDAY, 9))
    back = take(ward, 2, 3_000)
    ward.clock.set(at(FRIDAY, 10))

    assert [line.code for line in cash.day_of(ward.desk, thu(ward), FRIDAY).open_lines] == [back]


def test_a_difference_needs_a_word(ward: Ward) -> None:
    take(ward, 1, 20_000)

    with pytest.raises(Conflict) as refused:
        close(ward, THURSDAY, 19_000)

    assert refused.value.details == {"counted_vnd": 19_000, "cash_vnd": 20_000}
    assert close(ward, THURSDAY, 19_000, note=NOTE).counted.note == NOTE


@pytest.mark.parametrize(("day", "code"), [(FRIDAY, "day_ahead"), (THURSDAY, "nothing_to_count")])
def test_a_sheet_without_sense_is_refused_and_uses_no_number(ward: Ward, day: date, code: str) -> None:
    with pytest.raises(UserError, match=code):
        close(ward, day, 0)

    take(ward, 1, 1_000)
    assert close(ward, THURSDAY, 1_000).counted.form.number == 1


@pytest.mark.parametrize(
    ("login", "sees_others", "closes_others"),
    [
        ("lan", True, False),
        ("chutich", True, True),
        ("phochutich", True, True),
        ("thanhtra", True, False),
        ("hung", False, False),
        ("quantri", False, False),
    ],
)
def test_who_sees_and_who_closes_the_day_of_another(
    ward: Ward, login: str, sees_others: bool, closes_others: bool
) -> None:
    take(ward, 1, 1_000)
    actor, of = ward.user(login), thu(ward).user_id

    assert _allowed(lambda: cash.day_of(ward.desk, actor, THURSDAY, of)) is sees_others
    assert _allowed(lambda: cash.close_day(ward.desk, actor, THURSDAY, 1_000, collector=of)) is closes_others


def test_the_cashier_sees_his_own_day_only(ward: Ward) -> None:
    assert cash.collectors(ward.desk, thu(ward)) == (thu(ward),)
    with pytest.raises(UserError, match="not_permitted"):
        cash.day_of(ward.desk, thu(ward), THURSDAY, ward.user("lan").user_id)


def test_whoever_reads_the_books_chooses_among_all_who_take_money(ward: Ward) -> None:
    assert {user.login for user in cash.collectors(ward.desk, ward.user("chutich"))} == {"lan", "thu"}
    assert cash.collectors(ward.desk, ward.user("lan"))[0].login == "lan"
    with pytest.raises(UserError, match="user_unknown"):
        cash.day_of(ward.desk, ward.user("chutich"), THURSDAY, "nobody")


def test_a_copy_says_which_one_it_is(ward: Ward) -> None:
    take(ward, 1, 1_000)
    key = cash_key(close(ward, THURSDAY, 1_000).counted)

    cash.print_sheet(ward.desk, thu(ward), key)
    second = cash.print_sheet(ward.desk, thu(ward), key)

    assert "IN LẠI LẦN 2" in text_of(papers.paper_of(ward.desk, second.job))
    assert papers.named_job(ward.desk, second.job).code == "01-0001/2019"
    assert ward.verify().findings == ()


@pytest.mark.parametrize("key", ["", "cash:nobody:2019-07-18:2019-01-000001", "unit"])
def test_a_sheet_nobody_knows_is_told(ward: Ward, key: str) -> None:
    with pytest.raises(UserError, match="no_such_sheet"):
        cash.sheet_of(ward.desk, key)


def _allowed(act: Callable[[], object]) -> bool:
    try:
        act()
    except UserError as refused:
        if refused.code != "not_permitted":
            raise
        return False
    return True
