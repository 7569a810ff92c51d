"""The way of a dossier in memory: slips, numbers, files and papers of the unit for the fake ward."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.domain.authority import Delegation
from desktop.domain.events import Envelope, Fact
from desktop.domain.facts.unit import SlipClosed, SlipMade, TurnedAway
from desktop.domain.fold_way import close_slip
from desktop.domain.slips import Slip, SlipState
from desktop.services.records import TurnedAwayPaper


@dataclass
class UnitBook:
    """Keep what belongs to no dossier.

    Attributes:
        numbers: The last number given by form and year.
        files: Kept files by their hash.
        turned_away: Forms given out before a code was spent, by their id.
    """

    slips: dict[str, Slip] = field(default_factory=dict)
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    turned_away: dict[str, TurnedAwayPaper] = field(default_factory=dict)
    ids: int = 0

    def new_id(self) -> str:
        """Return an id that looks like one."""
        self.ids += 1
        return f"0197f000-0000-7000-8000-{self.ids:012x}"

    def next_number(self, form: str, year: int) -> tuple[int, int]:
        """Return the book and the next number of a form."""
        self.numbers[form, year] = self.numbers.get((form, year), 0) + 1
        return 1, self.numbers[form, year]

    def record(self, facts: Sequence[Fact], envelope: Envelope) -> None:
        """Take facts of the unit."""
        for fact in facts:
            if isinstance(fact, SlipMade):
                self.slips[fact.slip.slip_id] = fact.slip
            elif isinstance(fact, SlipClosed):
                self.slips[fact.slip_id] = close_slip(self.slips[fact.slip_id], fact, envelope)
            elif isinstance(fact, TurnedAway):
                self.turned_away[fact.paper_id] = TurnedAwayPaper(envelope.acted_at, envelope.actor, fact)


class FakeWay:
    """Read the unit's book the way the database does."""

    def __init__(self, book: UnitBook) -> None:
        self._book = book

    def delegations(self) -> tuple[Delegation, ...]:
        return ()

    def slip(self, name: str) -> Slip | None:
        return next((slip for slip in self._book.slips.values() if name in (slip.slip_id, slip.name)), None)

    def slips(self, *states: SlipState, limit: int = 500) -> tuple[Slip, ...]:
        return tuple(slip for slip in self._book.slips.values() if slip.state in states)[:limit]

    def file(self, sha256: str) -> bytes | None:
        return self._book.files.get(sha256)

    def turned_away(self, paper_id: str) -> TurnedAwayPaper | None:
        return self._book.turned_away.get(paper_id)

    def unit_fact(self, key: str) -> str | None:
        del key
        return None
