"""What must hold at the end of every history, whatever happened in it."""

from collections.abc import Iterator

from desktop.cityserver.ports import Stored
from desktop.domain.dossiers import Dossier
from desktop.domain.events import Reading
from desktop.domain.facts.hub import CustodyTaken
from desktop.domain.facts.unit import EpochOpened, LeaseDeclared
from desktop.domain.facts.way import HandoverConfirmed, WaitClosed
from desktop.domain.judging import ADDITIVE, given_code
from tests.support.sync.disk import Kept
from tests.support.sync.world import World


def broken(world: World) -> list[str]:
    """Return what does not hold."""
    return [
        *_unquiet(world),
        *_lost(world),
        *_different(world),
        *_said_twice(world),
        *_codes(world),
        *_unseen(world),
        *_unknowing(world),
        *(f"retry: {text}" for text in world.city.complaints),
    ]


def _unquiet(world: World) -> Iterator[str]:
    """Liveness: once healed, everything is sent, read and at rest."""
    if not world.is_quiet():
        at = [f"{place.machine.name}:{place.engine.phase}:{place.engine.status.error}" for place in world.places]
        yield f"liveness: not at rest after healing ({', '.join(at)})"


def _root(kept: Kept) -> str:
    return kept.envelope.replaces or kept.event_id


def _lost(world: World) -> Iterator[str]:
    """Everything that exists anywhere stands in the city's feed, or on its PC as something it could not give back."""
    tables = world.city.store.tables
    said = {world.bodies.read(entry.body).envelope.replaces or entry.event_id for entry in tables.feed}
    for place in world.places:
        disk, refusals = place.replica.disk, place.engine._work.refusals
        for kept in (*disk.own(), *(kept for kept, _ in disk.feed), *disk.lost):
            if _root(kept) in said or kept.event_id in said or isinstance(kept.fact, EpochOpened | LeaseDeclared):
                continue
            if kept in disk.lost and refusals.get(kept.wire.hash):
                continue
            yield f"lost: {kept.event_id} ({kept.envelope.type}) is on {place.machine.name} only"


def _are_different(one: Dossier | None, other: Dossier | None) -> bool:
    """Tell whether two states differ; most are the very same one, folded once for everybody."""
    return one is not other and one != other


def _different(world: World) -> Iterator[str]:
    """Every PC has the same feed and folds it to the same states as the city."""
    tables = world.city.store.tables
    for place in world.places:
        disk = place.replica.disk
        mine = [(kept.event_id, verdict) for kept, verdict in disk.feed]
        if mine != [(entry.event_id, entry.verdict) for entry in tables.feed]:
            yield f"diverged: the feed of {place.machine.name}"
            continue
        for dossier_id, standing in tables.standings.items():
            own = disk.standings.get(dossier_id)
            if _are_different(own.state if own else None, standing.state):
                yield f"diverged: {dossier_id} on {place.machine.name}"
            if standing.state is not None and _are_different(place.replica.view(dossier_id).state, standing.state):
                yield f"diverged: {dossier_id} as people see it on {place.machine.name}"


def _said_twice(world: World) -> Iterator[str]:
    """Nothing was accepted twice, under whatever ids."""
    seen: set[str] = set()
    for entry in world.city.store.tables.feed:
        root = world.bodies.read(entry.body).envelope.replaces or entry.event_id
        if entry.verdict.is_accepted and root in seen:
            yield f"twice: {root}"
        if entry.verdict.is_accepted:
            seen.add(root)


def _codes(world: World) -> Iterator[str]:
    """No code is two dossiers'; one that is on paper twice all the same stands on the attention list (I5).

    Nothing but a disk image, a clone, a power cut, or a copy beside a restored city can put one there: a copy gives
    codes from the ladder of its original's counter, and a city that forgot its blocks may give them to the other one.
    The paper of an event that exists nowhere any more (the image of a disk went back behind it) cannot be told of.
    """
    owners: dict[str, str] = {}
    for dossier_id, standing in world.city.store.tables.standings.items():
        for code in (standing.state.code, *standing.state.aliases) if standing.state else ():
            if owners.setdefault(code, dossier_id) != dossier_id:
                yield f"code: {code} accepted twice"
    twice = {code: dossiers for code, dossiers in world.ground.printed.items() if len(dossiers) > 1}
    if not world.ground.unsafe and not (world.ground.copied and world.city.restored):
        for code, dossiers in twice.items():
            yield f"code: {code} on paper for {', '.join(sorted(dossiers))}"
    seen = {event_id for place in world.places for event_id in place.replica.attention()}
    for entry in world.city.store.tables.feed:
        fact = world.bodies.read(entry.body).fact
        code = given_code(fact) if fact is not None else ""
        is_settled = owners.get(code) == entry.dossier_id or entry.verdict.code == "said_already"
        if code in twice and not is_settled and entry.event_id not in seen:
            yield f"code: {code} on paper for {entry.dossier_id}, and nobody is told"


def _unseen(world: World) -> Iterator[str]:
    """Every event that was not accepted stands on the attention list of its PC."""
    for entry in world.city.store.tables.feed:
        if entry.verdict.is_accepted or entry.verdict.code == "said_already":
            continue
        owners = [place for place in world.places if place.machine.replica_id == entry.replica_id]
        for place in owners:
            if place.replica.attention().get(entry.event_id) != entry.verdict:
                yield f"unseen: {entry.event_id} {entry.verdict.code} on {place.machine.name}"


def _unknowing(world: World) -> Iterator[str]:
    """Whoever did an accepted exclusive act knew the exclusive act before it.

    He knew it from the feed, or because his own log had it. An own act may be out of sight for a while: when what it
    rests on is said again after it, it cannot be shown until the city has answered, and the one before it is what he
    saw. That one must then be part of the truth: an act that rests on a refused one is never let through by this.
    """
    if world.city.restored:
        return  # Places of the feed mean something else after it; see docs/sync-simulation.md.
    last: dict[str, str] = {}
    epochs: dict[str, str] = {}
    roots = {
        entry.event_id: world.bodies.read(entry.body).envelope.replaces or entry.event_id
        for entry in world.city.store.tables.feed
    }
    for entry in world.city.store.tables.feed:
        reading = world.bodies.read(entry.body)
        if not entry.verdict.is_accepted or reading.fact is None or type(reading.fact) in ADDITIVE:
            continue
        if not entry.dossier_id:
            continue
        root = roots[entry.event_id]
        before = last.get(entry.dossier_id, "")
        last[entry.dossier_id] = root
        epochs[root] = entry.epoch
        if _may_be_unknowing(reading, entry):
            continue
        parent = world.ground.parents.get(root, "")
        parent = roots.get(parent, parent)
        is_own = epochs.get(before) == entry.epoch and parent in epochs
        if parent != before and not is_own:
            yield f"unknowing: {root} ({entry.type}) knew {parent}, not {before}"


def _may_be_unknowing(reading: Reading, entry: Stored) -> bool:
    del entry
    return isinstance(reading.fact, CustodyTaken | HandoverConfirmed | WaitClosed)
