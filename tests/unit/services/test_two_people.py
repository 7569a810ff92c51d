"""What nobody should do alone is seen: who did it, about whom, who stood by it, and where that proves less."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest

from desktop.domain.comings import Coming, Comings
from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.events import EVENT_TYPES, ClockState, Envelope, Event
from desktop.domain.facts.unit import BookExported, PasswordSet, UserSaved
from desktop.domain.users import Role, User
from desktop.domain.way_commands import AssignCustody
from desktop.services import accounts, handing, keykeeping, rescuing, staff, two_people
from desktop.services.staff import Person
from desktop.services.two_people import Mark, TwoPeople, What
from desktop.services.way_port import WayReader
from desktop.services.witnessing import Witness
from tests.support.wards import PASSWORD, Ward

CODE = "ABCDE-FGHJK"
OWN = "hoa phượng đỏ tháng năm"
VICE = Witness("phochutich", OWN)
FIRST, LAST = date(2019, 7, 1), date(2019, 12, 31)
AT = datetime(2019, 7, 18, 2, tzinfo=UTC)


@pytest.fixture
def at_work(real_ward: Ward) -> Ward:
    """Give a ward in which leaders and the IT officer have begun to work."""
    for login in ("chutich", "phochutich", "quantri"):
        accounts.change_password(real_ward.desk, real_ward.user(login), PASSWORD, OWN)
    return real_ward


def acts(ward: Ward, first: date = FIRST, last: date = LAST) -> list[TwoPeople]:
    return list(two_people.acts_of_two(ward.desk, ward.user("thanhtra"), first, last))


def told(ward: Ward) -> list[tuple[str, str, str, str, str]]:
    """Return the list, the oldest first: what, who, about whom or what, who stood by it, the mark."""
    return [
        (
            each.what.value,
            each.who.login if each.who else "",
            each.code or (each.after.login if each.after else ""),
            each.witness.login if each.witness else "",
            each.mark.value,
        )
        for each in reversed(acts(ward))
    ]


def as_person(user: User, *roles: Role) -> Person:
    return Person(user.name, roles, user.section, user.title)


def only_it_at_this_pc(ward: Ward) -> None:
    with ward.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password_hash = '', is_one_time = 0 WHERE login <> 'quantri'")


def test_a_ward_that_was_set_up_has_done_nothing_for_two_yet(at_work: Ward) -> None:
    assert acts(at_work) == []


def test_what_was_done_about_users_is_told_with_who_stood_by_it(at_work: Ward) -> None:
    desk, it = at_work.desk, at_work.user("quantri")
    binh, _ = staff.add_user(desk, it, "binh", Person("Bình", (Role.RECEPTION,)), CODE, VICE)
    staff.change_user(desk, it, binh.user_id, replace(as_person(binh, Role.CASHIER), section="tu_phap"), VICE)
    staff.change_user(desk, it, binh.user_id, Person("Bình Nguyễn", (Role.CASHIER,), "tu_phap"))
    staff.reset_password(desk, it, binh.user_id, CODE, VICE)
    staff.deactivate(desk, it, binh.user_id)
    staff.reactivate(desk, it, binh.user_id, CODE, VICE)
    staff.deactivate(desk, it, at_work.user("chutich").user_id, VICE)

    assert told(at_work) == [
        ("account_made", "quantri", "binh", "phochutich", ""),
        ("account_changed", "quantri", "binh", "phochutich", ""),
        ("code_given", "quantri", "binh", "phochutich", ""),
        ("let_in_again", "quantri", "binh", "phochutich", ""),
        ("account_ended", "quantri", "chutich", "phochutich", ""),
    ]
    changed = acts(at_work)[-2]
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before.roles, changed.after.roles) == ((Role.RECEPTION,), (Role.CASHIER,))


def test_papers_given_by_order_and_everything_taken_out_are_told(at_work: Ward) -> None:
    code, chair = at_work.receive().code, at_work.user("chutich")
    to = AssignCustody(Custodian(CustodianKind.SECTION, "tu_phap"), "người giữ đã nghỉ")
    at_work.clock.advance(timedelta(hours=1))
    handing.assign_custody(at_work.desk, chair, code, to, VICE)
    at_work.clock.advance(timedelta(hours=1))
    with at_work.desk.ledger.act(chair) as act:
        act.record_unit((BookExported("register", FIRST, LAST, "pdf"),))
        act.record_unit((BookExported("everything", FIRST, LAST, "jsonl", "nộp lưu trữ", 9, ""),))

    assert told(at_work) == [
        ("custody", "chutich", code, "phochutich", ""),
        ("export", "chutich", "", "", "alone"),
    ]
    assert acts(at_work)[-1].to == "Tư pháp - Hộ tịch"


def test_while_nobody_else_had_begun_the_list_says_that_nobody_stood_by(real_ward: Ward) -> None:
    staff.reset_password(real_ward.desk, real_ward.user("quantri"), real_ward.user("lan").user_id, CODE)

    assert told(real_ward) == [("code_given", "quantri", "lan", "", "alone")]


def test_in_training_nobody_is_asked_and_nothing_is_marked(ward: Ward) -> None:
    staff.add_user(ward.desk, ward.user("quantri"), "binh", Person("Bình", (Role.IT,)), "")

    assert told(ward) == [("account_made", "quantri", "binh", "", "")]


def test_who_came_in_by_a_code_of_one_alone_is_marked_for_a_month(at_work: Ward) -> None:
    """The IT officer comes in as the vice chair where nobody else has begun; what follows says so."""
    only_it_at_this_pc(at_work)
    desk, it, vice, lan = at_work.desk, *(at_work.user(login) for login in ("quantri", "phochutich", "lan"))
    staff.reset_password(desk, it, vice.user_id, CODE)
    at_work.clock.advance(timedelta(minutes=1))
    accounts.change_password(desk, vice, CODE, OWN)
    code = at_work.receive().code
    to = AssignCustody(Custodian(CustodianKind.SECTION, "tu_phap"), "người giữ đã nghỉ")

    at_work.clock.advance(timedelta(days=8))
    staff.change_user(desk, it, lan.user_id, as_person(lan, Role.CASHIER), VICE)
    at_work.clock.advance(timedelta(minutes=1))
    handing.assign_custody(desk, vice, code, to, Witness("quantri", OWN))
    at_work.clock.advance(timedelta(days=30))
    staff.change_user(desk, it, lan.user_id, as_person(lan, Role.RECEPTION), VICE)

    assert told(at_work) == [
        ("code_given", "quantri", "phochutich", "", "alone"),
        ("password_set", "phochutich", "", "", "code_of_one"),
        ("account_changed", "quantri", "lan", "phochutich", "code_of_one"),
        ("custody", "phochutich", code, "quantri", "code_of_one"),
        ("account_changed", "quantri", "lan", "phochutich", ""),
    ]
    assert {each.giver.login for each in acts(at_work) if each.giver} == {"quantri"}


def test_a_rescue_by_the_paper_and_a_recovery_are_told(at_work: Ward) -> None:
    rescuing.rescue(at_work.desk, "quantri", CODE)
    at_work.clock.advance(timedelta(minutes=1))
    accounts.change_password(at_work.desk, at_work.user("quantri"), CODE, OWN)
    at_work.clock.advance(timedelta(minutes=1))
    chair, vice = at_work.user("chutich"), at_work.user("phochutich")
    rescuing.note_recovery(at_work.desk, [chair])
    at_work.clock.advance(timedelta(minutes=1))
    rescuing.note_recovery(at_work.desk, [chair, vice])

    assert told(at_work) == [
        ("rescue", "quantri", "quantri", "", "paper"),
        ("password_set", "quantri", "", "", "paper"),
        ("recovery", "chutich", "", "", "paper"),
        ("recovery", "chutich", "", "phochutich", ""),
    ]


def test_a_rescue_tells_who_stood_by_it(at_work: Ward) -> None:
    chair, it = Witness("chutich", OWN), at_work.user("quantri")
    for login in ("chutich", "phochutich"):
        accounts.log_in(at_work.desk, login, OWN)
    rescuing.rescue(at_work.desk, "quantri", CODE, (chair, VICE))
    at_work.clock.advance(timedelta(days=6))
    accounts.log_in(at_work.desk, "chutich", OWN)
    at_work.clock.advance(timedelta(days=6))
    rescuing.rescue(at_work.desk, "quantri", CODE, (chair,))
    at_work.clock.advance(timedelta(minutes=1))
    accounts.change_password(at_work.desk, it, CODE, OWN)

    assert told(at_work) == [
        ("rescue", "chutich", "quantri", "phochutich", ""),
        ("rescue", "chutich", "quantri", "", "paper"),
        ("password_set", "quantri", "", "", "code_of_one"),
    ]
    assert acts(at_work)[0].giver == at_work.user("chutich")


def reminded(ward: Ward, since: datetime) -> list[list[tuple[str, str]]]:
    """Return of what leader, inspector, the officer and a clerk are reminded, with the marks."""
    return [
        [(each.what.value, each.mark.value) for each in two_people.to_be_told(ward.desk, ward.user(login), since)]
        for login in ("phochutich", "thanhtra", "quantri", "lan")
    ]


def test_leaders_and_the_officer_are_reminded_of_who_came_in_by_the_paper_alone(at_work: Ward) -> None:
    since = at_work.clock.now()
    rescuing.rescue(at_work.desk, "quantri", CODE)
    assert reminded(at_work, since) == [[], [], [], []]

    accounts.change_password(at_work.desk, at_work.user("quantri"), CODE, OWN)

    came = [("password_set", "paper")]
    assert reminded(at_work, since) == [came, came, came, []]


def test_leaders_and_the_officer_are_reminded_of_a_rescue_one_stood_by(at_work: Ward) -> None:
    since = at_work.clock.now()
    accounts.log_in(at_work.desk, "chutich", OWN)
    rescuing.rescue(at_work.desk, "quantri", CODE, (Witness("chutich", OWN),))

    told_once = [("rescue", "paper")]
    assert reminded(at_work, since) == [told_once, told_once, told_once, []]


def test_a_new_recovery_key_is_told_with_who_stood_by_it(at_work: Ward) -> None:
    it = at_work.user("quantri")
    stood_by = keykeeping.permit_recovery_key(at_work.desk, it, VICE)
    keykeeping.note_recovery_key(at_work.desk, it, "3F9A-01BC", stood_by)
    at_work.clock.advance(timedelta(minutes=1))
    keykeeping.note_recovery_key(at_work.desk, it, "77AA-01BC")

    assert told(at_work) == [
        ("recovery_key", "quantri", "", "phochutich", ""),
        ("recovery_key", "quantri", "", "", "alone"),
    ]


def test_only_the_days_asked_for_are_told_newest_first(at_work: Ward) -> None:
    it, lan = at_work.user("quantri"), at_work.user("lan")
    for _ in range(3):
        staff.reset_password(at_work.desk, it, lan.user_id, CODE, VICE)
        at_work.clock.advance(timedelta(days=1))

    found = acts(at_work, date(2019, 7, 19), date(2019, 7, 20))

    assert [each.at.date() for each in found] == [date(2019, 7, 20), date(2019, 7, 19)]


# How people came in, over several PCs


def user(name: str, role: Role) -> User:
    return User(name, name, name.title(), (role,))


CHAIR, IT, CLERK = user("chair", Role.CHAIR), user("it", Role.IT), user("clerk", Role.RECEPTION)


def events(*told: tuple[str, str, UserSaved | PasswordSet]) -> Iterable[Event]:
    """Yield events as (PC, actor, fact) tell them, a minute apart; facts of one actor about one user are one act."""
    for n, (pc, actor, fact) in enumerate(told):
        about = fact.user.user_id if isinstance(fact, UserSaved) else fact.user_id
        envelope = Envelope(
            f"e{n}", pc, "epoch", n + 1, "", "u", "", EVENT_TYPES[type(fact)][0], 1, 0, AT + timedelta(minutes=n),
            ClockState.OK, actor, "", pc, f"{pc}{actor}{about}", 1,
        )  # fmt: skip
        yield Event(envelope, fact)


def saved(of: User, witness: str = "") -> UserSaved:
    return UserSaved(of, witness)


def coded(of: User) -> PasswordSet:
    return PasswordSet(of.user_id, is_one_time=True)


def own(of: User) -> PasswordSet:
    return PasswordSet(of.user_id, is_one_time=False)


SET_UP = tuple(("pc1", "", fact) for each in (CHAIR, IT, CLERK) for fact in (saved(each), coded(each)))


def came(*more: tuple[str, str, UserSaved | PasswordSet], of: User, pc: str) -> Coming | None:
    return Comings(events(*SET_UP, *more)).of(of.user_id, pc, AT + timedelta(days=1))


def test_at_the_first_pc_codes_of_the_set_up_prove_less_than_nothing_to_nobody() -> None:
    coming = came(("pc1", "chair", own(CHAIR)), ("pc1", "it", own(IT)), of=IT, pc="pc1")

    assert coming is not None
    assert (coming.giver, coming.is_lone) == ("", False)


def test_at_a_further_pc_codes_of_its_set_up_are_of_nobody_who_stood_by() -> None:
    coming = came(("pc1", "chair", own(CHAIR)), ("pc2", "", coded(IT)), ("pc2", "it", own(IT)), of=IT, pc="pc2")

    assert coming is not None
    assert (coming.giver, coming.is_lone, coming.is_paper) == ("", True, False)
    assert came(("pc1", "chair", own(CHAIR)), of=CHAIR, pc="pc2") is None


@pytest.mark.parametrize(("witness", "is_lone"), [("", True), ("chair", False)])
def test_a_code_is_of_one_alone_where_somebody_could_have_stood_by(witness: str, is_lone: bool) -> None:
    given = (("pc2", "it", saved(CLERK, witness)), ("pc2", "it", coded(CLERK)), ("pc2", "clerk", own(CLERK)))

    coming = came(("pc1", "chair", own(CHAIR)), *given, of=CLERK, pc="pc2")

    assert coming == Coming(AT + timedelta(minutes=9), "it", is_lone)


def test_who_changes_his_password_has_come_in_as_before() -> None:
    given = (("pc2", "it", coded(CHAIR)), ("pc2", "chair", own(CHAIR)), ("pc2", "chair", own(CHAIR)))

    coming = came(("pc1", "chair", own(CHAIR)), *given, of=CHAIR, pc="pc2")

    assert coming == Coming(AT + timedelta(minutes=8), "it", is_lone=True)


@pytest.mark.parametrize("begun", [CLERK, IT])
def test_who_could_not_stand_by_makes_no_code_a_lone_one(begun: User) -> None:
    given = (("pc1", "it", coded(CHAIR)), ("pc1", "chair", own(CHAIR)))

    coming = came(("pc1", begun.user_id, own(begun)), *given, of=CHAIR, pc="pc1")

    assert coming is not None
    assert not coming.is_lone


def test_users_that_the_set_up_of_a_twin_wrote_are_told(real_ward: Ward) -> None:
    """A copy of the ward's file that sets up another PC writes users, whom nobody of the ward stood by."""
    more, other = replace(CLERK, roles=(Role.CHAIR,)), user("guest", Role.RECEPTION)
    told_by = tuple(events(*SET_UP, ("pc2", "", saved(CLERK)), ("pc2", "", saved(more)), ("pc2", "", saved(other))))
    desk = replace(real_ward.desk, way=cast("WayReader", OnlyTold(told_by)))

    found = two_people.acts_of_two(desk, real_ward.user("thanhtra"), FIRST, LAST)

    assert [(each.what, each.after and each.after.login, each.who, each.mark) for each in found] == [
        (What.ACCOUNT_MADE, "guest", None, Mark.SET_UP),
        (What.ACCOUNT_CHANGED, "clerk", None, Mark.SET_UP),
    ]


@dataclass(frozen=True, slots=True)
class OnlyTold:
    """Tell events of users, and nothing else."""

    told: tuple[Event, ...]

    def unit_acts(self, _types: Sequence[str], *span: datetime) -> tuple[Event, ...]:
        return () if span else self.told

    def custody_assigned(self, *_: datetime) -> tuple[tuple[str, Event], ...]:
        return ()

    def refused_users(self, *_: datetime) -> tuple[Event, ...]:
        return ()


def test_the_words_of_acts_and_marks_are_promised() -> None:
    assert {each.value for each in What} == {
        "account_made", "account_changed", "account_ended", "let_in_again", "code_given", "password_set", "custody",
        "export", "recovery", "rescue", "recovery_key",
    }  # fmt: skip
    assert {each.value for each in Mark} == {"", "alone", "code_of_one", "set_up", "paper", "refused"}
