"""W11 AC1, W05 AC4, W10: each reminder once per stage, never on a day off, not again after a restart."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.way import WaitKind
from desktop.domain.way_commands import MakeSlip, OpenWait
from desktop.services import accounts, handing, staff, waiting
from desktop.services.reminders import MOST_SINGLE, Reminder, Stage, note_seen, reminders_for
from desktop.services.witnessing import Witness
from tests.support.wards import LOGINS, PASSWORD, SLOW, Ward, make_ward, person, reopened
from tests.support.way import SECTION, bring

#: SLOW is due after five working days.
BEFORE, DUE, AFTER = (datetime.fromisoformat(f"2019-07-{day}T09:00:00+07:00") for day in ("24", "25", "26"))


def reminded(ward: Ward, login: str, at: datetime | None = None) -> Sequence[Reminder]:
    """Return what a user is reminded of at an instant."""
    if at is not None:
        ward.clock.set(at)
    return reminders_for(ward.desk, ward.user(login)).items


def stages(ward: Ward, login: str, at: datetime | None = None) -> list[tuple[Stage, str]]:
    return [(item.stage, item.name) for item in reminded(ward, login, at)]


def see(ward: Ward, login: str) -> None:
    """Have a user say that he has seen his reminders."""
    note_seen(ward.desk, ward.user(login), reminders_for(ward.desk, ward.user(login)))


@pytest.mark.parametrize("login", ["lan", "chutich", "phochutich"])
def test_a_working_day_before_clerk_and_leaders_are_warned(ward: Ward, login: str) -> None:
    code = ward.receive(code=SLOW).code

    assert stages(ward, login, BEFORE - timedelta(days=1)) == []
    assert stages(ward, login, BEFORE) == [(Stage.DUE_NEXT, code)]


def test_on_friday_monday_is_warned_of(ward: Ward) -> None:
    code = ward.receive(datetime.fromisoformat("2019-07-22T09:00:00+07:00"), code=SLOW).code

    assert stages(ward, "lan", AFTER) == [(Stage.DUE_NEXT, code)]


def test_each_stage_comes_once(ward: Ward) -> None:
    code = ward.receive(code=SLOW).code

    for at, stage in ((BEFORE, Stage.DUE_NEXT), (DUE, Stage.DUE_TODAY), (AFTER, Stage.OVERDUE)):
        assert stages(ward, "lan", at) == [(stage, code)]
        see(ward, "lan")
        assert stages(ward, "lan", at + timedelta(hours=1)) == []
    assert stages(ward, "lan", AFTER + timedelta(days=4)) == []


def test_what_one_has_seen_another_has_not(ward: Ward) -> None:
    ward.receive(code=SLOW)
    ward.clock.set(BEFORE)

    see(ward, "lan")

    assert len(reminded(ward, "chutich")) == 1


def test_a_restart_repeats_nothing_seen_and_loses_nothing_unseen(tmp_path: Path) -> None:
    ward = make_ward(tmp_path)
    ward.receive(code=SLOW)
    ward.clock.set(BEFORE)
    see(ward, "lan")
    ward.database.close()

    again = reopened(ward.folder, ward.state, at=BEFORE)

    assert stages(again, "lan") == []
    assert len(reminded(again, "chutich")) == 1
    again.database.close()


@pytest.mark.parametrize("day", ["2019-07-27", "2019-07-28", "2019-09-02"])
def test_nobody_is_reminded_on_a_day_off(ward: Ward, day: str) -> None:
    ward.receive(code=SLOW)

    assert stages(ward, "chutich", datetime.fromisoformat(f"{day}T09:00:00+07:00")) == []
    assert len(reminded(ward, "chutich", datetime.fromisoformat("2019-07-29T09:00:00+07:00"))) == 1


def test_a_specialist_is_reminded_of_what_his_section_holds(ward: Ward) -> None:
    mine, others = ward.receive(owner=person(1), code=SLOW), ward.receive(owner=person(2), code=SLOW)
    slip = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (mine.code,))).slip
    handing.confirm_slip(ward.desk, ward.user("hung"), slip.name, slip.codes)

    assert stages(ward, "hung", BEFORE) == [(Stage.DUE_NEXT, mine.code)]
    assert {name for _, name in stages(ward, "lan", BEFORE)} == {mine.code, others.code}


@pytest.mark.parametrize("login", ["thu", "thanhtra", "quantri"])
def test_who_handles_no_dossier_is_reminded_of_none(ward: Ward, login: str) -> None:
    ward.receive(code=SLOW)

    assert stages(ward, login, AFTER) == []


def test_who_waits_for_money_is_not_reminded_of(ward: Ward) -> None:
    code = ward.receive(code=SLOW).code
    slip = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (code,))).slip
    handing.confirm_slip(ward.desk, ward.user("hung"), slip.name, slip.codes)
    waiting.open_wait(ward.desk, ward.user("hung"), code, OpenWait(WaitKind.OBLIGATION, "chờ thuế trước bạ"))

    assert stages(ward, "chutich", AFTER) == []


def test_an_unconfirmed_slip_reminds_both_sides_after_four_working_hours(ward: Ward) -> None:
    code = ward.receive(code=SLOW).code
    slip = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (code,))).slip

    assert stages(ward, "lan", slip.reminded_from - timedelta(minutes=1)) == []
    for login in ("lan", "hung"):
        assert stages(ward, login, slip.reminded_from) == [(Stage.SLIP_UNCONFIRMED, slip.name)]
        see(ward, login)
        assert stages(ward, login) == []
    assert stages(ward, "chutich") == []


def test_a_confirmed_slip_reminds_nobody(ward: Ward) -> None:
    code = ward.receive(code=SLOW).code
    slip = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (code,))).slip
    handing.confirm_slip(ward.desk, ward.user("hung"), slip.name, slip.codes)

    assert stages(ward, "hung", slip.reminded_from) == []


def test_a_result_nobody_fetches_reminds_the_counter(ward: Ward) -> None:
    code = ward.receive().code
    bring(ward.desk, code)
    later = datetime.fromisoformat("2019-08-01T09:00:00+07:00")

    assert stages(ward, "lan", later - timedelta(days=1)) == []
    assert stages(ward, "lan", later) == [(Stage.UNCOLLECTED, code)]
    assert stages(ward, "hung", later) == []
    see(ward, "lan")
    assert stages(ward, "lan", later + timedelta(days=1)) == []


def test_many_become_one_digest_with_the_worst_first(ward: Ward) -> None:
    for n in range(MOST_SINGLE):
        ward.receive(owner=person(n), code=SLOW)
    ward.clock.set(AFTER)
    lan = ward.user("lan")
    assert not reminders_for(ward.desk, lan).is_digest

    ward.receive(owner=person(99))
    found = reminders_for(ward.desk, lan)

    assert found.is_digest
    assert found.counts() == ((Stage.OVERDUE, MOST_SINGLE), (Stage.DUE_TODAY, 1))
    assert [item.stage for item in found.items] == [Stage.OVERDUE] * MOST_SINGLE + [Stage.DUE_TODAY]


OWN = "hoa phượng đỏ tháng năm"


def test_what_one_did_alone_about_users_is_told_to_leaders_and_to_whom_it_is_about(real_ward: Ward) -> None:
    """Where nobody else has begun the IT officer gives codes alone; he who comes in by one may be he himself."""
    for login in ("quantri", "chutich"):
        accounts.change_password(real_ward.desk, real_ward.user(login), PASSWORD, OWN)
    with real_ward.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password_hash = '' WHERE login <> 'quantri'")
    it, lan = real_ward.user("quantri"), real_ward.user("lan")

    staff.reset_password(real_ward.desk, it, lan.user_id, "ABCDE-FGHJK")
    accounts.change_password(real_ward.desk, lan, "ABCDE-FGHJK", OWN)

    told = {login: [(each.stage, each.about) for each in reminded(real_ward, login)] for login in LOGINS}
    both = [(Stage.CAME_IN, lan.name), (Stage.ALONE, lan.name)]
    assert {login for login, found in told.items() if found} == {"lan", "chutich", "phochutich", "thanhtra"}
    assert all(found == both for found in told.values() if found)
    see(real_ward, "chutich")
    assert reminded(real_ward, "chutich") == ()
    assert reminded(real_ward, "thanhtra", real_ward.clock.now() + timedelta(days=15)) == ()


def test_what_two_did_reminds_nobody(real_ward: Ward) -> None:
    for login in ("quantri", "chutich"):
        accounts.change_password(real_ward.desk, real_ward.user(login), PASSWORD, OWN)
    lan, vouched = real_ward.user("lan"), Witness("chutich", OWN)
    staff.reset_password(real_ward.desk, real_ward.user("quantri"), lan.user_id, "ABCDE-FGHJK", vouched)
    accounts.change_password(real_ward.desk, lan, "ABCDE-FGHJK", OWN)

    assert [reminded(real_ward, login) for login in LOGINS] == [()] * len(LOGINS)


def test_in_training_nobody_is_told_of_what_one_did_alone(ward: Ward) -> None:
    staff.deactivate(ward.desk, ward.user("quantri"), ward.user("chutich").user_id)

    assert reminded(ward, "thanhtra") == ()
