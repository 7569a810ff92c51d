"""A ward's people and rights are set up once: what another PC says of them that never read the ward's own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.authority import Delegation
from desktop.domain.events import Fact
from desktop.domain.facts.unit import (
    DelegationGranted,
    DelegationRevoked,
    PasswordSet,
    UnitConfigured,
    UserSaved,
)
from desktop.domain.users import Role
from desktop.domain.way import SigningForm
from desktop.protocol.messages import FeedAnswer, RelayRequest, WireEvent
from tests.support.city import TestCity
from tests.support.pcs import Pc, join
from tests.support.samples import UNIT, user

CHAIR = user(Role.CHAIR, login="chutich", section="lanh_dao")
IT = user(Role.IT, login="quantri", section="")
DELEGATION = Delegation("delegation-1", SigningForm.KT, CHAIR.user_id, "01/QĐ", date(2026, 1, 1), date(2026, 1, 1))
SET_UP: tuple[Fact, ...] = (
    UnitConfigured(UNIT),
    UserSaved(CHAIR),
    PasswordSet(CHAIR.user_id, is_one_time=True),
    UserSaved(IT),
    PasswordSet(IT.user_id, is_one_time=True),
    DelegationGranted(DELEGATION),
)
#: What somebody would change who has the ward's file: himself, another one, whose right, the ward.
CHANGED: tuple[Fact, ...] = (
    UserSaved(replace(IT, roles=(Role.IT, Role.CHAIR))),
    UserSaved(user(Role.CHAIR, login="ke-gian"), witness=CHAIR.user_id),
    DelegationGranted(replace(DELEGATION, delegate=IT.user_id)),
    DelegationRevoked(DELEGATION.delegation_id, date(2026, 2, 1), "thôi"),
    UnitConfigured(replace(UNIT, name="Phường Khác")),
)


def set_up(pc: Pc, facts: Sequence[Fact] = SET_UP) -> list[WireEvent]:
    """Write a set-up as the program does: one act that nobody does."""
    return [pc.log.write(fact, actor="", act_id=f"act-{pc.replica_id}", act_size=len(facts)) for fact in facts]


def verdicts(pc: Pc, events: Sequence[WireEvent]) -> list[str]:
    """Return what became of pushed events: the code of a refusal, or the kind."""
    return [verdict.code or verdict.kind for verdict in pc.pushed(events).verdicts]


@pytest.fixture
def twin(city: TestCity, pc: Pc) -> Pc:
    """Return a PC that was set up apart and joins a ward whose own set-up stands in the feed."""
    assert verdicts(pc, set_up(pc)) == ["accepted"] * len(SET_UP)
    return join(city, pc.unit_id)


@pytest.mark.parametrize("fact", CHANGED, ids=lambda fact: type(fact).__name__)
def test_what_a_pc_set_up_apart_says_otherwise_is_refused(twin: Pc, fact: Fact) -> None:
    assert verdicts(twin, set_up(twin, (fact,))) == ["set_up_before"]


def test_what_it_says_alike_was_said_already_and_its_passwords_count(twin: Pc) -> None:
    alike = (*SET_UP[:-1], UnitConfigured(replace(UNIT, lookup_base="https://tracuu.example")), SET_UP[-1])

    found = verdicts(twin, set_up(twin, alike))

    was_said = [not isinstance(fact, PasswordSet) for fact in alike]
    assert found == ["said_already" if each else "accepted" for each in was_said]


def test_what_was_changed_since_stays_changed(pc: Pc, twin: Pc) -> None:
    renamed = replace(CHAIR, name="Trần Thị Mới")
    pc.log.known = len(SET_UP)
    assert verdicts(pc, [pc.log.write(UserSaved(renamed))]) == ["accepted"]

    assert verdicts(twin, set_up(twin, (UserSaved(CHAIR), UserSaved(renamed)))) == ["said_already"] * 2


@pytest.mark.parametrize("known", [0, 3, len(SET_UP) - 1])
def test_who_read_a_part_of_the_set_up_does_not_know_it(twin: Pc, known: int) -> None:
    twin.log.known = known

    assert verdicts(twin, [twin.log.write(CHANGED[0])]) == ["set_up_before"]


def test_who_read_the_wards_own_set_up_changes_it(twin: Pc) -> None:
    twin.log.known = len(SET_UP)

    assert verdicts(twin, [twin.log.write(fact) for fact in CHANGED]) == ["accepted"] * len(CHANGED)


def test_the_pc_that_set_the_ward_up_says_whatever_it_did_before_it_joined(pc: Pc, twin: Pc) -> None:
    assert verdicts(twin, [twin.log.write(CHANGED[0])]) == ["set_up_before"]

    assert verdicts(pc, [pc.log.write(fact) for fact in CHANGED]) == ["accepted"] * len(CHANGED)


def test_a_set_up_that_others_carry_is_judged_by_who_made_it(city: TestCity, pc: Pc) -> None:
    """A relay that brings both, and a second that brings the other one alone."""
    pc.pushed(pc.log.unit_events(1))
    twin = join(city, pc.unit_id)
    whole = [*set_up(pc), *set_up(twin, (SET_UP[1], CHANGED[0]))]

    request = RelayRequest(events=whole)
    answer = pc.call("POST", f"/v1/feeds/{pc.unit_id}/relay", json=request.model_dump())

    assert answer.json() == {"accepted": len(whole), "refused": []}
    entries = FeedAnswer.model_validate_json(pc.feed().content).entries
    assert [entry.code or entry.kind for entry in entries[-2:]] == ["said_already", "set_up_before"]
    assert [entry.kind for entry in entries[1:-2]] == ["accepted"] * len(SET_UP)


def test_a_retry_gets_the_same_refusal(twin: Pc) -> None:
    events = set_up(twin, CHANGED)

    first, again = twin.pushed(events), twin.pushed(events)

    assert first == again
    assert {verdict.code for verdict in again.verdicts} == {"set_up_before"}


def test_in_a_ward_that_nobody_set_up_yet_all_counts(city: TestCity, pc: Pc) -> None:
    other = join(city, pc.unit_id)

    assert verdicts(pc, [pc.log.write(fact) for fact in CHANGED]) == ["accepted"] * len(CHANGED)
    assert verdicts(other, set_up(other)) == ["accepted"] * len(SET_UP)
