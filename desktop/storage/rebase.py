"""Fold a batch of the feed under the own acts it has not shown yet (design rule 8).

Where nothing of one's own waits on a dossier, what comes is put on top in few statements; where something does, and
the feed does not begin with just that, the dossier is folded anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, bindparam, text

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import Event
from desktop.domain.facts.unit import CalendarOverlaid, SlipClosed
from desktop.domain.fold import apply
from desktop.storage import attention_rows, calendar_rows, custody, feed_rows, order, projections, unit_rows
from desktop.storage.incoming import Incoming

_WAITING = text(
    """
    SELECT e.dossier_id, e.event_id FROM event e
    LEFT JOIN feed f ON f.position = e.position
    LEFT JOIN lost l ON l.position = e.position
    LEFT JOIN superseded s ON s.position = e.position
    WHERE e.dossier_id IN :ids AND f.position IS NULL AND s.position IS NULL
        AND (l.is_dropped = 0 OR e.replica_id = (SELECT replica_id FROM replica))
    ORDER BY l.gseq IS NULL, l.gseq, e.position
    """
).bindparams(bindparam("ids", expanding=True))
#: Unit facts of which the last one said counts, so that own ones go on top again.
_LAST_WINS: Final = frozenset({"unit.configured", "user.saved", "delegation.granted", "delegation.revoked"})


@dataclass(slots=True)
class Changed:
    """Collect what a batch changed."""

    dossiers: list[str] = field(default_factory=list)
    is_unit_changed: bool = False


def waiting_of(connection: Connection, batch: Sequence[Incoming]) -> Mapping[str, list[str]]:
    """Return, per dossier of a batch, the ids of events on top of the feed; asked before the batch is kept."""
    ids = {incoming.dossier_id for incoming in batch if incoming.dossier_id}
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(_WAITING, {"ids": list(ids)}) if ids else ():
        found[row.dossier_id].append(row.event_id)
    return found


def fold_in(connection: Connection, batch: Sequence[Incoming], waiting: Mapping[str, list[str]], own: str) -> Changed:
    """Fold a batch whose events and verdicts are written."""
    changed = Changed()
    new = [incoming.event for incoming in batch if incoming.is_new and incoming.event is not None]
    projections.note_numbers(connection, *new)
    by_dossier: dict[str, list[Incoming]] = defaultdict(list)
    for incoming in batch:
        by_dossier[incoming.dossier_id].append(incoming)
    _fold_unit(connection, by_dossier.pop("", []), changed, own)
    on_top: dict[str, list[Incoming]] = {}
    for dossier_id, entries in by_dossier.items():
        rest = _rest(entries, waiting.get(dossier_id, []))
        if rest is None:
            refold(connection, dossier_id, own)
            changed.dossiers.append(dossier_id)
        elif rest:
            on_top[dossier_id] = rest
    put_on_top(connection, on_top, own)
    changed.dossiers += on_top
    return changed


def _rest(entries: Sequence[Incoming], waiting: Sequence[str]) -> list[Incoming] | None:
    """Return the entries that simply come on top, None when the dossier must be folded anew."""
    known = set(waiting)
    if any(not entry.verdict.is_accepted and entry.event_id in known for entry in entries):
        return None
    accepted = [entry for entry in entries if entry.verdict.is_accepted]
    shown = 0
    while shown < min(len(accepted), len(waiting)) and accepted[shown].event_id == waiting[shown]:
        shown += 1
    rest = accepted[shown:]
    if rest and (shown < len(waiting) or any(not entry.is_new for entry in rest)):
        return None
    return rest


def put_on_top(connection: Connection, entries: Mapping[str, Sequence[Incoming]], own: str) -> None:
    """Apply events to dossiers as they stand, in few statements for all of them."""
    known = projections.stored_states(connection, tuple(entries))
    holders = custody.holders(connection, tuple(entries))
    new: list[Dossier] = []
    changed: list[tuple[Dossier, Dossier]] = []
    marks: list[tuple[str, str]] = []
    for dossier_id, rest in entries.items():
        events = [entry.event for entry in rest if entry.event is not None]
        state = _applied(known.get(dossier_id), events) if len(events) == len(rest) else None
        if state is None:
            refold(connection, dossier_id, own)
            continue
        before = known.get(dossier_id)
        if before is None:
            new.append(state)
        else:
            changed.append((before, state))
        holder = order.holder_after(holders.get(dossier_id, ""), events, own)
        if holder != holders.get(dossier_id, ""):
            marks.append((dossier_id, holder))
    projections.insert_dossiers(connection, new)
    projections.update_dossiers(connection, changed)
    custody.hold(connection, marks)


def _applied(state: Dossier | None, events: Sequence[Event]) -> Dossier | None:
    try:
        for event in events:
            state = apply(state, event)
    except DamagedData:
        return None
    return state


def refold(connection: Connection, dossier_id: str, own: str) -> None:
    """Fold one dossier anew and keep what of one's own stumbled over the feed."""
    attention_rows.settle_stumbled(connection, refold_rows(connection, dossier_id, own))


def refold_rows(connection: Connection, dossier_id: str, own: str) -> order.Folded:
    """Fold one dossier anew; return what came of it."""
    before = projections.stored_states(connection, (dossier_id,)).get(dossier_id)
    folded = order.fold_rows(dossier_id, order.dossier_rows(connection, dossier_id), own)
    projections.replace_dossier(connection, before, folded.state)
    custody.mark(connection, dossier_id, folded.holder, folded.unread)
    return folded


def refold_many(connection: Connection, dossier_ids: Iterable[str], own: str) -> None:
    """Fold dossiers anew, each once; "" stands for none."""
    for dossier_id in dict.fromkeys(dossier_ids):
        if dossier_id:
            refold(connection, dossier_id, own)


def _fold_unit(connection: Connection, entries: Sequence[Incoming], changed: Changed, own: str) -> None:
    if any(not entry.verdict.is_accepted and not entry.is_new for entry in entries):
        refold_unit(connection)
        changed.is_unit_changed = True
        return
    accepted = [
        (entry.event, entry.is_new) for entry in entries if entry.verdict.is_accepted and entry.event is not None
    ]
    new = [event for event, is_new in accepted if is_new]
    if not new:
        return
    # Slips that were closed here before the feed came to it: a closing that stands before takes their place.
    closed = {event.fact.slip_id for event, is_new in accepted if not is_new and isinstance(event.fact, SlipClosed)}
    if any(isinstance(event.fact, SlipClosed) for event in new):
        closed |= _waiting_closings(connection, own)
    for event, is_new in accepted:
        fact, is_overriding = event.fact, False
        if isinstance(fact, SlipClosed):
            is_overriding = is_new and fact.slip_id in closed
            closed.discard(fact.slip_id)
        if is_new or event.envelope.type in _LAST_WINS:
            projections.note_unit(connection, event, is_overriding=is_overriding)
    if any(isinstance(event.fact, CalendarOverlaid) for event in new):
        # Whether two PCs said different things of a day depends on what each came after.
        calendar_rows.refold(connection)
    changed.is_unit_changed = any(event.envelope.type in unit_rows.TELLING for event in new)
    types = {event.envelope.type for event in new} & _LAST_WINS
    for body in feed_rows.waiting_of_unit(connection, own, list(types)) if types else ():
        waits = order.read_event(body)
        if waits is not None:
            projections.note_unit(connection, waits)


def _waiting_closings(connection: Connection, own: str) -> set[str]:
    """Return slips that were closed here and not in the feed."""
    bodies = feed_rows.waiting_of_unit(connection, own, ["slip.closed"])
    facts = [event.fact for body in bodies if (event := order.read_event(body))]
    return {fact.slip_id for fact in facts if isinstance(fact, SlipClosed)}


def refold_unit(connection: Connection) -> None:
    """Fold the unit anew: rare, when the city refused something of one's own about it."""
    projections.clear_unit(connection)
    projections.note_every_number(connection, connection)
    for event in list(order.unit_events(connection)):
        projections.note_unit(connection, event)
