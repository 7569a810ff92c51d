from datetime import date, time
from importlib import resources

import pytest

from desktop.domain.dossiers import NATIONAL_STATUS
from desktop.domain.rule_packs import ClockEffect, EndOfDay, RulePack, TransferRule, pack_for
from desktop.protocol.rule_pack_file import parse_rule_pack
from desktop.storage.reference.rule_packs import load_rule_packs

PACKS = load_rule_packs()
OLD, NEW = PACKS
TEXT = (resources.files("resources") / "rules" / "2018.toml").read_text(encoding="utf-8")


def test_the_packs_ship_oldest_first_with_their_days() -> None:
    assert [(pack.id, pack.effective_from) for pack in PACKS] == [
        ("2018", date(2018, 6, 21)),
        ("2025", date(2025, 7, 1)),
    ]
    assert OLD.forms_from == date(2019, 1, 6)
    assert pack_for(PACKS, date(2025, 6, 30)) is OLD
    assert pack_for(PACKS, date(2025, 7, 1)) is NEW


@pytest.mark.parametrize(
    ("form", "old", "new"),
    [
        ("receipt", "Mẫu số 01", "Mẫu số 01"),
        ("supplement", "Mẫu số 02", "Mẫu số 02"),
        ("refusal", "Mẫu số 03", "Mẫu số 03"),
        ("apology", "Mẫu số 04", "Mẫu số 04"),
        ("control_sheet", "Mẫu số 05", "Mẫu số 06"),
        ("register", "Mẫu số 06", "Mẫu số 07"),
    ],
)
def test_forms_carry_the_number_of_their_time(form: str, old: str, new: str) -> None:
    for pack, number, circular in ((OLD, old, "01/2018/TT-VPCP"), (NEW, new, "03/2025/TT-VPCP")):
        rule = pack.form(form)
        assert rule.number == number
        assert rule.basis.startswith(number)
        assert circular in rule.basis
        assert rule.title == rule.title.upper()


def test_the_stop_notice_and_the_new_apology_come_with_the_2025_pack() -> None:
    assert "stop" not in OLD.forms
    assert NEW.form("stop").number == "Mẫu số 05"
    assert OLD.form("apology").title == "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"
    assert NEW.form("apology").title == "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT"
    assert {rule.paper for rule in OLD.forms.values()} == {"A4", "A5"}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_both_packs_run_the_same_clocks_but_for_the_apology(pack: RulePack) -> None:
    clock = pack.clock

    assert (clock.cut_off, clock.end_of_day, clock.transfer) == (
        time(15),
        EndOfDay.LAST_SESSION,
        TransferRule.SAME_WORKING_DAY,
    )
    assert clock.supplement is ClockEffect.RESTART
    assert clock.obligation is ClockEffect.PAUSE
    assert clock.opinions is clock.verification is ClockEffect.NONE
    assert (clock.supplement_limit, clock.supplement_within, clock.reappointment_limit) == (1, 3, 1)
    assert clock.apology_days_before == {"2018": 1, "2025": 0}[pack.id]
    assert not clock.after_cutoff_shifts


def test_the_doubtful_values_of_2025_are_marked() -> None:
    assert {f"clock.{key}" for key in ("supplement", "obligation", "opinions", "verification")} <= set(
        NEW.needs_checking
    )


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_status_has_its_national_number_and_name(pack: RulePack) -> None:
    assert pack.statuses == {status.value: number for status, number in NATIONAL_STATUS.items()}
    assert list(pack.status_names) == [str(number) for number in range(1, 11)]


def test_headings_follow_the_time() -> None:
    assert OLD.office_heading == OLD.office.upper() == "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ"
    assert NEW.office_heading == NEW.office.upper() == "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG"
    assert OLD.office in OLD.wording["two_copies"]
    assert NEW.office in NEW.wording["two_copies"]
    assert OLD.wording.keys() == NEW.wording.keys()


@pytest.mark.parametrize(
    ("subject", "score", "name"),
    [
        ("staff", 50, "Hoàn thành 100% nhiệm vụ"),
        ("staff", 49, "Hoàn thành từ 70% đến dưới 100% nhiệm vụ"),
        ("staff", 34, "Hoàn thành dưới 70% nhiệm vụ"),
        ("agency", 180, "Xuất sắc"),
        ("agency", 149, "Tốt"),
        ("agency", 90, "Khá"),
        ("agency", 60, "Trung bình"),
        ("agency", 59, "Yếu"),
    ],
)
def test_scores_fall_into_the_bands_of_the_circular(subject: str, score: int, name: str) -> None:
    assert OLD.band(subject, score).name == name


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "2018"', 'id = "2018', "p.toml: "),
        ('id = "2018"', 'id = "2018"\ncolour = "red"', "p.toml: unknown colour"),
        ('office = "Bộ phận Tiếp nhận và Trả kết quả"\n', "", "p.toml: missing office"),
        (
            'supplement = "restart"',
            'supplement = "sometimes"',
            "p.toml.clock.supplement: unknown value sometimes",
        ),
        ("cut_off = 15:00:00", 'cut_off = "15:00"', "p.toml.clock.cut_off: expected time, found str"),
        ("after_cutoff_shifts = false", "after_cutoff_shifts = 0", "expected bool, found int"),
        (
            '    "clock.obligation",',
            '    "clock.nothing",',
            "p.toml.needs_checking: there is no clock.nothing",
        ),
        ('    "clock.obligation",', '    "id.deeper",', "there is no id.deeper"),
        (
            'at_least = 120, name = "Tốt"',
            'at_least = 160, name = "Tốt"',
            "p.toml.scoring.agency: bands must fall to 0",
        ),
        (
            'at_least = 0, name = "Yếu"',
            'at_least = 10, name = "Yếu"',
            "p.toml.scoring.agency: bands must fall to 0",
        ),
    ],
)
def test_a_malformed_pack_is_refused_by_place(old: str, new: str, complaint: str) -> None:
    assert old in TEXT

    with pytest.raises(ValueError, match=complaint):
        parse_rule_pack("p.toml", TEXT.replace(old, new, 1))
