"""Hold the second person a new PC names against how he came in there, by the city's clock.

Whoever sets a further PC up has the codes of all its people. The PC keeps them apart for a week itself,
but by its own clock and log, and both are his: he sets the clock back, or sets the PC up a week before it joins. The
city knows since when it has the PC.

Source: docs/decisions/0021-second-person.md.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Final

from desktop.domain.comings import LET_IN_ALONE, TOLD_BY, Comings
from desktop.domain.events import Event
from desktop.domain.facts.unit import UserSaved
from desktop.domain.facts.way import CustodyAssigned

#: Why an act of two is refused: one of them may be the other.
NEW_HERE: Final = "witness_new_here"
_WEEK_MS: Final = int(LET_IN_ALONE.total_seconds() * 1_000)
_EVER: Final = datetime.max.replace(tzinfo=UTC)


def objection(
    event: Event,
    said: Callable[[frozenset[str]], Iterable[Event]],
    enrolled_within: Callable[[str, int], bool],
) -> str:
    """Return why nobody stood by a change of a user or of who holds a paper, "" where one may have, or none is named.

    An export and a new recovery key are not judged: no word of the city takes them back, and the log names both.

    Args:
        event: About the unit, or a dossier.
        said: Returns what was accepted of some types, in the order of the feed.
        enrolled_within: Tells whether a PC was enrolled within so many milliseconds.
    """
    fact, where = event.fact, event.envelope
    if not isinstance(fact, UserSaved | CustodyAssigned) or not fact.witness:
        return ""
    if not enrolled_within(where.replica_id, _WEEK_MS):
        return ""
    comings = Comings(said(frozenset(TOLD_BY)))
    if isinstance(fact, UserSaved) and comings.users.get(fact.user.user_id) == fact.user:
        # A new code only: at a new PC somebody must begin.
        return ""
    for user_id, other in ((fact.witness, where.actor), (where.actor, fact.witness)):
        coming = comings.of(user_id, where.replica_id, _EVER)
        if coming is not None and coming.is_lone and coming.giver in ("", other):
            return NEW_HERE
    return ""
