"""The city finds in its copy of the log what the ward finds in its own."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from desktop.cityserver.database import open_database
from desktop.cityserver.integrity import unit_findings
from desktop.cityserver.schema import DOSSIER, EVENT
from desktop.cityserver.sql_store import SqlStore
from desktop.domain.detectors.findings import Trick
from desktop.domain.events import EVENT_TYPES, Event, encode_body
from desktop.domain.facts.unit import UnitConfigured, UserSaved
from desktop.domain.units import OwnThreshold
from tests.support.honest import USERS, Honest, written
from tests.support.samples import UNIT
from tests.support.tricks import Trickster

IN_LOG = set(Trick) - {Trick.OWN_RATING}
#: The unit would like to be asked about nothing.
LENIENT = tuple(OwnThreshold(name, 100_000) for name in ("returns_per_minute", "clock_back_minutes"))


def unit_facts(first: Event) -> list[Event]:
    """Return the events with which the unit's log began."""
    facts = [UnitConfigured(replace(UNIT, thresholds=LENIENT)), *(UserSaved(user) for user in USERS)]
    return [
        Event(
            replace(
                first.envelope,
                event_id=f"unit-{n}",
                epoch="e",
                seq=n,
                dossier_id="",
                type=EVENT_TYPES[type(fact)][0],
                acted_at=first.envelope.acted_at - timedelta(days=1),
            ),
            fact,
        )
        for n, fact in enumerate(facts, 1)
    ]


def filled(path: Path, events: list[Event]) -> SqlStore:
    """Return a city that has accepted some events."""
    engine = open_database(f"sqlite:///{path}")
    rows = [
        {
            "unit_id": "u",
            "gseq": gseq,
            "event_id": event.envelope.event_id,
            "replica_id": event.envelope.replica_id,
            "epoch": event.envelope.epoch,
            "seq": event.envelope.seq,
            "hash": b"",
            "sig": b"",
            "body": encode_body(event),
            "dossier_id": event.envelope.dossier_id,
            "type": event.envelope.type,
            "kind": "accepted",
            "code": "",
            "blocked_by": "",
            "feed_hash": b"",
            "received_ms": 0,
        }
        for gseq, event in enumerate(events, 1)
    ]
    empty = {"custody": "", "exclusive_gseq": 0, "exclusive_by": "", "exclusive_seq": 0, "refused": "", "state": ""}
    ids = {row["dossier_id"] for row in rows} - {""}
    with engine.begin() as connection:
        connection.execute(insert(EVENT), rows)
        connection.execute(insert(DOSSIER), [{"unit_id": "u", "dossier_id": each, **empty} for each in ids])
    return SqlStore(engine, lambda: 0)


def test_the_city_finds_the_tricks_whatever_limits_the_unit_has_set_itself(tmp_path: Path) -> None:
    trickster = Trickster()
    for trick in IN_LOG:
        trickster.play(trick)
    events = written([*Honest(3).acts(60), *trickster.acts]).events
    store = filled(tmp_path / "city.db", [*unit_facts(events[0]), *events])

    seen = unit_findings(store, "u")

    numbers = {
        trick: {int(s.code.rpartition("-")[2]) for each in seen.found if each.trick is trick for s in each.subjects}
        for trick in IN_LOG
    }
    assert {trick: numbers[trick] >= set(trickster.numbers[trick]) for trick in IN_LOG} == dict.fromkeys(IN_LOG, True)
    assert min(number for each in numbers.values() for number in each) >= 900_000
    assert seen.users.keys() == {user.user_id for user in USERS}
    store.engine.dispose()
