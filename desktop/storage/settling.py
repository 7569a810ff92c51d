"""Close items of the attention list as the log says it: a person's word about a refused act or a difference."""

from collections.abc import Sequence

from sqlalchemy import Connection

from desktop.domain.events import Event
from desktop.domain.facts.hub import AttentionClosed
from desktop.storage import attention_rows, order, rebase

#: For a difference: what the feed says is folded anew here.
_TAKE_OTHER = "take_other"


def note_closing(connection: Connection, event: Event) -> None:
    """Close what an event closes; most close nothing."""
    fact = event.fact
    if not isinstance(fact, AttentionClosed):
        return
    by, at = event.envelope.actor, event.envelope.acted_at
    if fact.about == "event":
        attention_rows.close(connection, fact.subject, fact.remedy, by, at)
        return
    attention_rows.close_difference(connection, fact.subject, fact.remedy, by, at)
    if fact.remedy == _TAKE_OTHER:
        rebase.refold(connection, fact.subject, order.own_replica(connection))


def note_closings(connection: Connection, events: Sequence[Event]) -> None:
    """Close what own events close that came back with the feed (a restored PC)."""
    for event in events:
        note_closing(connection, event)
