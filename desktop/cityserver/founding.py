"""Judge what a PC says of a ward's people and rights that was set up without it.

Whoever has a copy of the ward's file makes a database that says who works there and who may do what, and changes it as
he likes before it joins. The first set-up in the feed counts: what another PC said before it had read that one changes
nothing. What it says alike was said already; what it says otherwise waits for a person, who does it anew on a PC that
knows the ward, where a second person is asked for. Days of its own the unit declares without one: they are not judged.

Source: docs/decisions/0021-second-person.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from desktop.cityserver.ports import Stored, UnitTransaction
from desktop.domain.events import EVENT_TYPES, Event, Fact, Reading
from desktop.domain.facts.unit import DelegationGranted, DelegationRevoked, UnitConfigured, UserSaved
from desktop.domain.records import replace

#: Why it is refused: somebody else had set the ward up.
SET_UP_BEFORE: Final = "set_up_before"
SAID_ALREADY: Final = "said_already"
#: Entries read at once; no set-up of a ward says more.
_PAGE: Final = 500
_USER_SAVED: Final = EVENT_TYPES[UserSaved][0]
_Placed = tuple[int, Event]

#: What a set-up says, without what the city knows better (the page its receipts lead to) or cannot prove (a witness).
_SAYS: Final[Mapping[type, Callable[..., object]]] = {
    UnitConfigured: lambda fact: replace(fact.unit, lookup_base=""),
    UserSaved: lambda fact: fact.user,
    DelegationGranted: lambda fact: fact.delegation,
    DelegationRevoked: lambda fact: (fact.delegation_id, fact.revoked_on),
}
#: The types of events that say who may do what.
TYPES: Final = frozenset(EVENT_TYPES[kind][0] for kind in _SAYS)


class Founding:
    """Know who set a ward up, as far as its feed tells, and hold others' set-ups against it."""

    def __init__(self, transaction: UnitTransaction, read: Callable[[bytes], Reading]) -> None:
        """Take the unit, and what reads a body."""
        self._transaction = transaction
        self._read = read
        self._found: _Placed | None = None
        self._has_looked = False

    def objection(self, event: Event, taken: Sequence[Stored]) -> str:
        """Return why what an event says of people and rights does not count, "" when it does.

        Args:
            event: About the unit.
            taken: Entries of this transaction that the feed does not show yet.
        """
        if type(event.fact) not in _SAYS:
            return ""
        founder, envelope = self._founder(taken), event.envelope
        if founder is None or founder[1].envelope.replica_id == envelope.replica_id:
            return ""
        if envelope.base_gseq >= self._end_of(founder, taken):
            return ""
        before = (*self._transaction.said_of_unit(TYPES), *taken)
        is_said = any(_says(each.fact) == _says(event.fact) for _, each in self._events(before, TYPES))
        return SAID_ALREADY if is_said else SET_UP_BEFORE

    def _founder(self, taken: Sequence[Stored]) -> _Placed | None:
        """Return the first user a set-up made: nobody acted, for nobody was there yet."""
        if self._found is None and not self._has_looked:
            self._has_looked = True
            self._found = self._first_made(self._pages())
        return self._found or self._first_made(taken)

    def _first_made(self, entries: Iterable[Stored]) -> _Placed | None:
        events = self._events(entries, frozenset({_USER_SAVED}))
        return next((placed for placed in events if not placed[1].envelope.actor), None)

    def _pages(self) -> Iterator[Stored]:
        at = 0
        while page := self._transaction.feed(at, _PAGE):
            yield from page
            at = page[-1].gseq

    def _end_of(self, founder: _Placed, taken: Sequence[Stored]) -> int:
        """Return the last place of the set-up: who has read it knows who works there."""
        first, made = founder[0], founder[1].envelope
        key, last = (made.replica_id, made.epoch), made.seq + min(made.act_size, _PAGE) - 1
        stored = (*self._transaction.at(*key, made.seq, last), *taken)
        mine = [entry for entry in stored if (entry.replica_id, entry.epoch) == key]
        of_act = (gseq for gseq, event in self._events(mine, TYPES) if event.envelope.act_id == made.act_id)
        return max((first, *of_act))

    def _events(self, entries: Iterable[Stored], types: frozenset[str]) -> Iterator[_Placed]:
        """Yield the accepted events of some types, with their places."""
        for entry in entries:
            if entry.type in types and entry.verdict.is_accepted:
                event = self._read(entry.body).event
                if event is not None:
                    yield entry.gseq, event


def _says(fact: Fact) -> tuple[type, object]:
    kind = type(fact)
    return kind, _SAYS[kind](fact)
