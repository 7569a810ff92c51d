from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.errors import UserError
from desktop.domain.rule_packs import ClockPolicy, FormRule, RulePack, ScoreBand, pack_for

OLD = RulePack(
    id="2018",
    effective_from=date(2018, 6, 21),
    forms_from=date(2019, 1, 6),
    title="cũ",
    source="s",
    needs_checking=(),
    forms={"apology": FormRule("Mẫu số 04", "PHIẾU XIN LỖI", "b", "{n}/PXL-UBND")},
    code_template="{agency}-{yymmdd}-{seq}",
    clock=ClockPolicy(),
    statuses={"received": 2},
    status_names={"2": "Được tiếp nhận"},
    office="o",
    office_heading="O",
    signer_titles={},
    wording={},
    scoring={"agency": (ScoreBand(150, "Xuất sắc"), ScoreBand(120, "Tốt"), ScoreBand(0, "Yếu"))},
)
NEW = replace(OLD, id="2025", effective_from=date(2025, 7, 1))


@pytest.mark.parametrize(
    ("on", "pack"),
    [
        (date(2018, 6, 21), "2018"),
        (date(2025, 6, 30), "2018"),
        (date(2025, 7, 1), "2025"),
        (date(2027, 1, 1), "2025"),
    ],
)
def test_the_day_of_receipt_chooses_the_pack(on: date, pack: str) -> None:
    assert pack_for((NEW, OLD), on).id == pack_for((OLD, NEW), on).id == pack


def test_before_the_first_pack_there_is_none() -> None:
    with pytest.raises(UserError) as refusal:
        pack_for((OLD, NEW), date(2018, 6, 20))

    assert (refusal.value.code, refusal.value.details) == ("no_rule_pack", {"on": "20/06/2018"})


@pytest.mark.parametrize(("n", "written"), [(5, "05/PXL-UBND"), (12, "12/PXL-UBND"), (123, "123/PXL-UBND")])
def test_numbers_below_ten_get_a_leading_zero(n: int, written: str) -> None:
    assert OLD.form("apology").numbered(n, 2019) == written


def test_a_form_the_pack_does_not_know_is_refused() -> None:
    with pytest.raises(UserError) as refusal:
        OLD.form("stop")

    assert (refusal.value.code, refusal.value.details) == (
        "form_not_in_pack",
        {"form": "stop", "pack": "2018"},
    )


def test_statuses_have_their_national_number() -> None:
    assert OLD.national_status("received") == 2


@pytest.mark.parametrize(
    ("score", "name"),
    [(180, "Xuất sắc"), (150, "Xuất sắc"), (149, "Tốt"), (120, "Tốt"), (119, "Yếu"), (0, "Yếu")],
)
def test_a_score_falls_into_the_highest_band_it_reaches(score: int, name: str) -> None:
    assert OLD.band("agency", score).name == name
