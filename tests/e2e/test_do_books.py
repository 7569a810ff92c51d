"""``motcua do`` about money and reports: what is counted, closed, taken out and refused."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.services import staff
from tests.support.do_lines import AT, BIRTH, answer, good, line, refused
from tests.support.wards import Ward, make_ward

FEE = {"procedure": "2.000635", "components": [{"code": f"TP0{n}", "originals": 1} for n in (1, 2)]}
QUARTER = {"from": "2019-07-01", "to": "2019-09-30"}


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path)
    yield made
    made.database.close()


def paid(ward: Ward, name: str, amount_vnd: int = 8_000, method: str = "cash") -> str:
    code = str(good(ward, "dossier.receive", **FEE, applicant={"name": name})["code"])
    good(ward, "fee.take", "thu", code=code, amount_vnd=amount_vnd, method=method)
    return code


def test_a_day_is_shown_closed_and_what_comes_later_is_a_supplement(ward: Ward, tmp_path: Path) -> None:
    first = paid(ward, "Mai Thị Tám")
    paid(ward, "Mai Thị Chín", method="transfer")

    shown = good(ward, "cash.show", "thu")
    closed = answer(ward, line("cash.close", "thu", counted_vnd=8_000), tmp_path / "out")["result"]
    late = paid(ward, "Mai Thị Mười")
    after = good(ward, "cash.show", "thu")

    assert (shown["vouchers"], shown["cash_vnd"], shown["transfer_vnd"]) == (2, 8_000, 8_000)
    assert shown["lines"][0]["code"] == first
    assert (closed["sheet"]["number"], closed["sheet"]["vouchers"]) == (1, 2)
    assert Path(closed["pdf"]).name == "2019-01-0001-bang-ke-A4.pdf"
    assert [(entry["code"], entry["supplement"]) for entry in after["lines"]] == [(late, True)]
    assert [sheet["sheet"] for sheet in after["sheets"]] == [1]


def test_a_leader_sees_the_day_of_a_cashier_and_the_specialist_does_not(ward: Ward) -> None:
    paid(ward, "Mai Thị Tám")

    assert good(ward, "cash.show", "chutich", collector="thu")["cash_vnd"] == 8_000
    assert refused(ward, "cash.show", "hung")["code"] == "not_permitted"
    assert refused(ward, "cash.show", "chutich", collector="nobody")["code"] == "user_unknown"


def test_the_day_of_a_cashier_who_has_left_is_closed_for_him(ward: Ward, tmp_path: Path) -> None:
    paid(ward, "Mai Thị Tám")
    staff.save_user(ward.desk, ward.user("quantri"), replace(ward.user("thu"), is_active=False))

    typed = line("cash.close", "chutich", collector="thu", counted_vnd=8_000)
    closed = answer(ward, typed, tmp_path / "out")

    assert closed["ok"], closed
    assert closed["result"]["sheet"]["vouchers"] == 1


def test_a_count_that_differs_needs_a_note(ward: Ward) -> None:
    paid(ward, "Mai Thị Tám")

    error = refused(ward, "cash.close", "thu", counted_vnd=7_000)

    assert (error["code"], error["details"]) == ("cash_differs", {"counted_vnd": 7_000, "cash_vnd": 8_000})
    assert "8.000" in error["message"]


@pytest.mark.parametrize(("day", "code"), [("2019-07-19", "day_ahead"), ("2019-07-18", "nothing_to_count")])
def test_a_day_without_sense_is_refused(ward: Ward, day: str, code: str) -> None:
    assert refused(ward, "cash.close", "thu", day=day, counted_vnd=0)["code"] == code


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_the_quarterly_table_is_a_file_and_figures(ward: Ward, tmp_path: Path, kind: str) -> None:
    good(ward, "dossier.receive", **BIRTH)

    done = answer(ward, line("report.export", "thanhtra", **QUARTER, format=kind), tmp_path / "out")["result"]

    assert Path(done["file"]).name == f"bieu-II-06a-2019-07-01-2019-09-30.{kind}"
    assert Path(done["file"]).stat().st_size > 0
    assert (done["total"]["received"], done["total"]["in_progress"], done["as_of"]) == (1, 1, AT)


def test_no_file_is_written_where_nothing_says_where(ward: Ward) -> None:
    assert refused(ward, "report.export", **QUARTER)["code"] == "no_out_folder"
    assert refused(ward, "report.export", "thu", **QUARTER)["code"] == "not_permitted"
