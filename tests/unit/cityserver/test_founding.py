"""Who set a ward up is told by its feed, however long it is and whatever stands between."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.cityserver import founding
from desktop.cityserver.founding import TYPES
from desktop.cityserver.judging import Sitting, offer_of
from desktop.domain.events import EVENT_TYPES, Fact
from desktop.domain.facts.unit import UserSaved
from desktop.domain.users import Role
from desktop.protocol.messages import WireEvent
from tests.support.pcs import Log
from tests.support.samples import UNIT, user
from tests.support.sync.store import MemoryStore

LAN = UserSaved(user(login="lan"))
IT = UserSaved(user(Role.IT, login="quantri"))
CHAIR = UserSaved(user(Role.CHAIR, login="lan"))


def log(replica_id: str) -> Log:
    return Log(replica_id, UNIT.unit_id, Ed25519PrivateKey.generate())


def taken(store: MemoryStore, *events: WireEvent) -> list[str]:
    """Let the city take events in one transaction; return the code or kind of each verdict."""
    offers = [offer for event in events if (offer := offer_of(event)) is not None]
    with store.unit(UNIT.unit_id, write=True) as transaction:
        sitting = Sitting(UNIT.unit_id, transaction, offers)
        entries = [sitting.take(offer) for offer in offers]
        sitting.write()
    return [entry.verdict.code or entry.verdict.kind.value for entry in entries]


def said(pc: Log, *facts: Fact, act_size: int = 1, **more: str) -> list[WireEvent]:
    return [pc.write(fact, **{"actor": "", "act_id": "set-up", "act_size": act_size, **more}) for fact in facts]


def test_the_founder_is_found_behind_pages_of_other_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(founding, "_PAGE", 2)
    store, first, other = MemoryStore(), log("first"), log("other")
    taken(store, *first.unit_events(5), *said(first, LAN), *first.unit_events(5))

    assert taken(store, *said(other, CHAIR)) == ["set_up_before"]


def test_whom_somebody_added_founds_nothing() -> None:
    store, first, other = MemoryStore(), log("first"), log("other")
    taken(store, *said(first, LAN, actor="user-quantri"))

    assert taken(store, *said(other, CHAIR)) == ["accepted"]
    assert taken(store, *said(first, IT)) == ["set_up_before"]


def test_both_set_ups_in_one_transaction_are_told_apart() -> None:
    first, other = log("first"), log("other")

    found = taken(MemoryStore(), *said(first, LAN, IT), *said(other, CHAIR, IT), *said(first, CHAIR))

    assert found == ["accepted", "accepted", "set_up_before", "said_already", "accepted"]


@pytest.mark.parametrize("act_size", [-1, 0, 2, 10**9])
def test_whatever_an_act_says_of_its_size_its_set_up_is_known_where_it_ends(act_size: int) -> None:
    store, first, other = MemoryStore(), log("first"), log("other")
    taken(store, *said(first, LAN, IT, act_size=act_size), *said(first, CHAIR, act_id="later"))
    other.known = 2

    assert taken(store, *said(other, CHAIR)) == ["accepted"]


def test_a_refused_set_up_founds_nothing_and_makes_nothing_said() -> None:
    store, first, other, third = MemoryStore(), log("first"), log("other"), log("third")
    taken(store, *said(first, LAN))
    taken(store, *said(other, CHAIR))

    assert taken(store, *said(third, CHAIR, LAN)) == ["set_up_before", "said_already"]


def test_judged_is_what_says_who_may_do_what() -> None:
    names = {"unit.configured", "user.saved", "delegation.granted", "delegation.revoked"}

    assert names == TYPES
    assert names <= {name for name, _ in EVENT_TYPES.values()}


def test_a_witness_cannot_be_proven_by_the_one_who_names_him() -> None:
    store, first, other = MemoryStore(), log("first"), log("other")
    taken(store, *said(first, LAN))

    assert taken(store, *said(other, replace(CHAIR, witness="user-lan"), replace(LAN, witness="user-lan"))) == [
        "set_up_before",
        "said_already",
    ]
