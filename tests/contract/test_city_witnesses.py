"""The second person a new PC names is held against how he came in there, by the city's clock, not by the PC's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.facts.unit import PasswordSet, UserSaved
from desktop.domain.facts.way import CustodyAssigned
from desktop.domain.users import Role
from tests.contract.test_city_founding import CHAIR, IT, set_up, verdicts
from tests.support.city import Clock, TestCity
from tests.support.pcs import NOW, Pc, code_of, join, received
from tests.support.samples import user

HEAD = user(Role.HEAD, login="truong")
PEOPLE = (CHAIR, IT, HEAD)
KNOWN = 1_000
#: What the two make: one who may read everything.
MADE = UserSaved(user(Role.CHAIR, login="kegian"), witness=CHAIR.user_id)
WEEK_MS = 7 * 24 * 3_600_000


def codes(pc: Pc) -> list[str]:
    """Let the program give everybody a code, as an enrolment does."""
    given = [PasswordSet(each.user_id, is_one_time=True) for each in PEOPLE]
    return verdicts(pc, [pc.log.write(fact, actor="") for fact in given])


def begin(pc: Pc, *people: str) -> None:
    """Let people set passwords of their own, as long ago as the PC's clock says: months."""
    long_ago = NOW - timedelta(days=90)
    facts = [PasswordSet(user_id, is_one_time=False) for user_id in people]
    assert set(verdicts(pc, [pc.log.write(fact, actor=fact.user_id, acted_at=long_ago) for fact in facts])) == {
        "accepted"
    }


@pytest.fixture
def further(city: TestCity, pc: Pc) -> Pc:
    """Return a further PC of a ward where the chair is at work; it was enrolled now, and gave everybody a code."""
    facts = [fact for each in PEOPLE for fact in (UserSaved(each), PasswordSet(each.user_id, is_one_time=True))]
    assert set(verdicts(pc, set_up(pc, facts))) == {"accepted"}
    begin(pc, CHAIR.user_id)
    joined = join(city, pc.unit_id)
    joined.log.known = KNOWN
    assert set(codes(joined)) == {"accepted"}
    begin(joined, CHAIR.user_id, IT.user_id)
    return joined


def made(pc: Pc, fact: UserSaved = MADE, by: str = IT.user_id) -> str:
    (verdict,) = verdicts(pc, [pc.log.write(fact, actor=by)])
    return verdict


def test_two_who_came_in_by_its_codes_make_nobody_whatever_the_pcs_clock_says(further: Pc) -> None:
    assert made(further) == "witness_new_here"


def test_nor_do_they_say_who_holds_a_paper(further: Pc) -> None:
    dossier = further.log.write(received(code_of(1), further.unit_id), "dossier-1")
    assert verdicts(further, [dossier]) == ["accepted"]
    by_two = CustodyAssigned(Custodian(CustodianKind.SECTION, "tu_phap"), "nghỉ ốm", witness=IT.user_id)
    by_one = replace(by_two, witness="")

    found = [
        verdicts(further, [further.log.write(fact, "dossier-1", actor=CHAIR.user_id)]) for fact in (by_two, by_one)
    ]

    assert found == [["witness_new_here"], ["accepted"]]


def test_after_a_week_of_the_citys_clock_they_do(further: Pc, moving_clock: Clock) -> None:
    found = []
    for after_ms in (WEEK_MS - 3_600_000, WEEK_MS + 3_600_000):
        moving_clock.ahead_ms = after_ms
        further.sign_in(at=datetime.fromtimestamp(moving_clock() / 1000, UTC))
        found.append(made(further))

    assert found == ["witness_new_here", "accepted"]


def test_a_new_code_is_given_by_the_two_at_once(further: Pc) -> None:
    assert made(further, UserSaved(HEAD, witness=CHAIR.user_id)) == "accepted"


def test_two_of_whom_one_was_given_his_code_by_the_other_alone_are_kept_apart(further: Pc) -> None:
    alone = PasswordSet(HEAD.user_id, is_one_time=True)
    assert verdicts(further, [further.log.write(alone, actor=CHAIR.user_id)]) == ["accepted"]
    begin(further, HEAD.user_id)

    assert made(further, MADE, by=HEAD.user_id) == "witness_new_here"


@pytest.mark.usefixtures("further")
def test_who_came_in_at_the_first_pc_is_believed(pc: Pc) -> None:
    """At the first PC nobody was at work when its codes were given."""
    begin(pc, IT.user_id)
    pc.log.known = KNOWN

    assert made(pc) == "accepted"


def test_a_ward_where_nobody_was_at_work_sets_itself_up_on_two_pcs(city: TestCity, pc: Pc) -> None:
    facts = [fact for each in PEOPLE for fact in (UserSaved(each), PasswordSet(each.user_id, is_one_time=True))]
    verdicts(pc, set_up(pc, facts))
    other = join(city, pc.unit_id)
    other.log.known = KNOWN
    codes(other)
    begin(other, CHAIR.user_id, IT.user_id)

    assert made(other) == "accepted"
