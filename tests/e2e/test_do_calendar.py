"""``motcua do`` at the end of the program's calendar: a line declares the next year, and the ward goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.do_lines import good, refused
from tests.support.wards import SLOW, Ward, make_ward

AT = "2028-12-27T09:00:00+07:00"
DAYS = [
    {"on": "2029-01-01", "name": "Tết Dương lịch"},
    {"on": "2029-02-12", "last": "2029-02-16", "name": "Tết Nguyên đán"},
    {"on": "2029-02-17", "worked": True, "name": "Làm bù dịp Tết"},
    {"on": "2029-04-26", "name": "Giỗ Tổ Hùng Vương"},
    {"on": "2029-04-30", "last": "2029-05-01", "name": "Ngày 30/4 và 1/5"},
    {"on": "2029-09-02", "last": "2029-09-03", "name": "Quốc khánh"},
]


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path / "ward")
    yield made
    made.database.close()


def test_a_line_declares_the_year_after_the_calendar_and_the_clerk_goes_on(ward: Ward) -> None:
    asked = {"received_at": AT, "procedure": SLOW}
    before = refused(ward, "deadline.compute", at=AT, **asked)

    done = good(ward, "calendar.declare_year", "quantri", at=AT, year=2029, document="Thông báo 9/TB-BNV", days=DAYS)

    assert before["code"] == "calendar_not_covered"
    assert before["message"].endswith(
        "đến 31/12/2028: người quản trị khai năm tiếp theo ở Quản trị, Lịch nghỉ, hoặc cài bản chương trình mới,"
        " rồi làm lại."
    )
    assert done == {"year": 2029, "days_off": 11}
    assert good(ward, "deadline.compute", at=AT, **asked)["promised_at"] == "2029-01-04T17:00:00+07:00"
    shown = good(ward, "calendar.show", at=AT, on="2029-02-12")
    assert (shown["reason"], shown["last_day"]) == ("12/02/2029 đơn vị nghỉ: Tết Nguyên đán", "2029-12-31")


@pytest.mark.parametrize("last", ["2029-02-11", "2029-03-15"])
def test_a_span_that_is_none_or_closes_every_counter_is_refused(ward: Ward, last: str) -> None:
    days = [DAYS[1] | {"last": last}]

    told = refused(ward, "calendar.declare_year", "quantri", at=AT, year=2029, document="Thông báo 9", days=days)

    assert (told["code"], told["details"]["line"][:10]) == ("bad_year_line", "12/02/2029")
