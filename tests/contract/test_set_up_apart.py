"""Two PCs of a ward that were set up apart from its file, on SQLCipher, and the city's rules.

The second one comes to the first one's ward: as an honest PC that worked alone, or as a copy somebody changed.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.errors import UserError
from desktop.domain.facts.unit import SessionClosed, UserSaved
from desktop.domain.users import Role, User
from desktop.domain.vietnamese import local
from desktop.services import accounts, attention, receive, staff, two_people
from desktop.services.attention import Remedy
from desktop.services.staff import Person
from desktop.services.two_people import Mark, What
from tests.support.sync.pcs import Pc, Town, open_pc
from tests.support.wards import command, person


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def first(tmp_path: Path, town: Town) -> Iterator[Pc]:
    pc = open_pc(tmp_path / "one", town)
    yield pc
    pc.ward.database.close()


@pytest.fixture
def apart(tmp_path: Path, town: Town, first: Pc) -> Iterator[Pc]:
    """Return a PC that was set up from the same file; it has not met anybody yet, the first one has."""
    first.sync()
    pc = open_pc(tmp_path / "two", town, 2, is_first=True)
    yield pc
    pc.ward.database.close()


def users(pc: Pc) -> dict[str, User]:
    return {user.login: user for user in pc.ward.desk.reader.users()}


def take_over(pc: Pc) -> None:
    """Make oneself chair and another one IT officer, as one who holds all the codes of his own set-up may."""
    desk = pc.ward.desk
    staff.change_user(desk, pc.ward.user("quantri"), pc.ward.user("lan").user_id, Person("Lan", (Role.CHAIR,)))
    staff.add_user(desk, pc.ward.user("quantri"), "kegian", Person("Kẻ Gian", (Role.IT,)), "")


def rename(pc: Pc, login: str, name: str) -> None:
    before = pc.ward.user(login)
    called = Person(name, before.roles, before.section, before.title)
    staff.change_user(pc.ward.desk, pc.ward.user("quantri"), before.user_id, called)


def meet(*pcs: Pc) -> None:
    for _ in range(2):
        for pc in pcs:
            pc.sync()


def check_alike(*pcs: Pc) -> None:
    """Check that all see one ward, and that each database stands its own verification."""
    for pc in pcs:
        assert pc.ward.verify().findings == ()
        assert pc.replica.unsent().events == 0
        assert users(pc) == users(pcs[0])
        assert pc.ward.desk.reader.unit() == pcs[0].ward.desk.reader.unit()


def refused(pc: Pc) -> list[tuple[str, str]]:
    """Return reason and log-in name of what waits for a person."""
    items = pc.ward.database.sync.attention()
    facts = [item.event.fact for item in items if item.event]
    return [
        (item.reason, fact.user.login) for item, fact in zip(items, facts, strict=True) if isinstance(fact, UserSaved)
    ]


def test_who_changes_the_wards_file_makes_himself_nobody(first: Pc, apart: Pc) -> None:
    before = users(first)
    take_over(apart)

    meet(apart, first)

    assert users(first) == before
    check_alike(first, apart)
    assert refused(apart) == [("set_up_before", "lan"), ("set_up_before", "kegian")]
    assert refused(first) == []


def test_every_pc_of_the_ward_shows_what_was_refused(first: Pc, apart: Pc) -> None:
    take_over(apart)
    meet(apart, first)
    today = local(first.ward.clock.now()).date()

    for pc in (first, apart):
        shown = two_people.acts_of_two(pc.ward.desk, pc.ward.user("thanhtra"), today, today)
        told = [(act.what, act.who, act.after) for act in shown if act.mark is Mark.REFUSED]
        assert [(what, who and who.login, after and after.login) for what, who, after in told] == [
            (What.ACCOUNT_MADE, "quantri", "kegian"),
            (What.ACCOUNT_CHANGED, "quantri", "lan"),
        ]


def test_an_honest_second_pc_meets_the_first_without_a_word(first: Pc, apart: Pc) -> None:
    mine = apart.ward.receive(owner=person(2))
    theirs = first.ward.receive()

    meet(apart, first)

    check_alike(first, apart)
    assert apart.ward.database.sync.attention() == []
    today = local(first.ward.clock.now()).date()
    shown = two_people.acts_of_two(first.ward.desk, first.ward.user("thanhtra"), today, today)
    assert all(act.mark is not Mark.REFUSED for act in shown)
    assert {pc.state(code) is not None for pc in (first, apart) for code in (mine.code, theirs.code)} == {True}


def test_what_the_ward_changed_since_outlives_the_file_of_a_second_pc(first: Pc, apart: Pc) -> None:
    rename(first, "thu", "Thu Mới")
    meet(first)

    meet(apart, first)

    assert users(apart)["thu"].name == users(first)["thu"].name == "Thu Mới"
    assert apart.ward.database.sync.attention() == []


def test_the_work_of_a_refused_user_stays_and_he_comes_back_as_himself(first: Pc, apart: Pc) -> None:
    desk = apart.ward.desk
    hoa, _ = staff.add_user(desk, apart.ward.user("quantri"), "hoa", Person("Hoa", (Role.RECEPTION,)), "")
    made = apart.ward.receive(owner=person(2))
    meet(apart, first)
    assert desk.reader.account("hoa") is None
    assert first.state(made.code) == apart.state(made.code) is not None

    again, _ = staff.add_user(desk, apart.ward.user("quantri"), "hoa", Person("Hoa", (Role.RECEPTION,)), "")
    meet(apart, first)

    assert again.user_id == hoa.user_id
    assert users(first)["hoa"] == again
    account = desk.reader.account("hoa")
    assert account is not None
    assert account.user == again
    check_alike(first, apart)


def test_the_session_of_a_refused_user_acts_no_more_and_ends(first: Pc, apart: Pc) -> None:
    """He sits at the PC when the city's word comes."""
    desk = apart.ward.desk
    hoa, _ = staff.add_user(desk, apart.ward.user("quantri"), "hoa", Person("Hoa", (Role.RECEPTION,)), "")
    session = accounts.log_in(desk, "hoa", "")
    meet(apart, first)

    with pytest.raises(UserError, match="user_inactive"):
        receive.receive(desk, session.user, command(desk, owner=person(3)))
    accounts.close_session(desk, session.user, "lock")

    last = desk.reader.last_of_type("session.closed")
    assert last is not None
    assert (last.fact, last.envelope.actor) == (SessionClosed(hoa.user_id, "lock"), "")


def test_a_new_user_may_have_the_log_in_of_a_refused_one(first: Pc, apart: Pc) -> None:
    staff.add_user(apart.ward.desk, apart.ward.user("quantri"), "hoa", Person("Hoa", (Role.RECEPTION,)), "")
    meet(apart, first)
    called = Person("Hoa Khác", (Role.CASHIER,))
    other, _ = staff.add_user(first.ward.desk, first.ward.user("quantri"), "hoa", called, "")
    meet(first, apart)

    account = apart.ward.desk.reader.account("hoa")
    assert account is not None
    assert (account.user, account.password_hash) == (other, "")

    with apart.ward.desk.ledger.act(None) as act:
        act.save_account(replace(account, password_hash="x"))
    kept = apart.ward.desk.reader.account("hoa")
    assert kept is not None
    assert (kept.user, kept.password_hash) == (other, "x")


def test_a_leader_settles_what_was_refused(first: Pc, apart: Pc) -> None:
    take_over(apart)
    meet(apart, first)
    sync, chair = apart.ward.database.sync, apart.ward.user("chutich")
    item, other = sync.attention()

    allowed = attention.remedies(item, chair)
    with pytest.raises(UserError, match="cannot_say_again"):
        attention.settle(apart.ward.desk, sync, chair, item.event_id, Remedy.SAY_AGAIN)
    attention.settle(apart.ward.desk, sync, chair, item.event_id, Remedy.TAKE_OTHER)

    assert allowed == (Remedy.TAKE_OTHER, Remedy.RECORD)
    assert [each.event_id for each in sync.attention()] == [other.event_id]


def test_what_a_city_forgot_that_it_refused_makes_nobody_a_user_elsewhere(first: Pc, apart: Pc) -> None:
    shared, before = first.replica.place(), users(first)
    take_over(apart)
    meet(apart, first)

    for pc in (first, apart):
        pc.replica.rewind(shared)

    assert users(first) == before
    assert "kegian" in users(apart)
    assert first.ward.verify().findings == apart.ward.verify().findings == ()


@pytest.mark.parametrize("is_put_back_to_nothing", [False, True])
@pytest.mark.parametrize("comes_first", ["first", "apart", "third"])
def test_a_restored_city_knows_again_whose_set_up_counts(
    tmp_path: Path, first: Pc, apart: Pc, town: Town, comes_first: str, *, is_put_back_to_nothing: bool
) -> None:
    """Whoever comes first brings back what the city lost, in its order; a relay of others' events too."""
    backup = town.backup()
    nothing = Town().backup()
    before = users(first)
    take_over(apart)
    third = open_pc(tmp_path / "three", town, 3)
    with closing(third.ward.database):
        meet(apart, first, third)
        rename(third, "thu", "Thu Ba")
        meet(third, first)
        devices = town.store.tables.devices
        town.restore(nothing if is_put_back_to_nothing else backup)
        town.store.tables.devices = devices
        pcs = {"first": first, "apart": apart, "third": third}

        meet(pcs.pop(comes_first), *pcs.values())

        check_alike(first, apart, third)
        assert users(first) == {**before, "thu": replace(before["thu"], name="Thu Ba")}
        assert refused(apart) == [("set_up_before", "lan"), ("set_up_before", "kegian")]
        assert refused(first) == refused(third) == []
