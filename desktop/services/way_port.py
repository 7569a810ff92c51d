"""What the use cases read of the dossier's way: slips, delegations, deadlines, money, counters, files."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

from desktop.domain.authority import Delegation
from desktop.domain.board import Board, Wanted
from desktop.domain.detectors.clocks import Behind
from desktop.domain.detectors.glance import Logged
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.events import Event
from desktop.domain.slips import Slip, SlipState
from desktop.domain.tally import Measure
from desktop.services.books import BookSpan, LogEnd
from desktop.services.records import (
    DossierCard,
    DueBetween,
    PaymentLine,
    TurnedAwayPaper,
)


class WayReader(Protocol):
    """Read what lies between counter and citizen. Threads: as :class:`Reader`."""

    def delegations(self) -> tuple[Delegation, ...]:
        """Return every delegation ever granted, in the order of their ids."""
        ...

    def slip(self, name: str) -> Slip | None:
        """Return a slip by its name or id."""
        ...

    def slips(self, *states: SlipState, limit: int = 500) -> tuple[Slip, ...]:
        """Return slips in the given states, newest first."""
        ...

    def turned_away(self, paper_id: str) -> TurnedAwayPaper | None:
        """Return a citizen who was sent home with a form."""
        ...

    def file(self, sha256: str) -> bytes | None:
        """Return a kept file, None when it is not here."""
        ...

    def submitted(self) -> tuple[Dossier, ...]:
        """Return every dossier that lies before the leaders, next due first."""
        ...

    def answered_submissions(self, user_id: str, *, limit: int) -> tuple[tuple[datetime, datetime], ...]:
        """Return (submitted, decided) of a leader's latest decisions among the newest events, newest first."""
        ...

    def with_status(
        self, status: Status, *, limit: int, solved_before: datetime | None = None
    ) -> tuple[DossierCard, ...]:
        """Return cards of a status, oldest result or deadline first."""
        ...

    def due(self, between: DueBetween, *, limit: int) -> tuple[DossierCard, ...]:
        """Return cards of open dossiers whose clock runs, next due first."""
        ...

    def count_due(self, between: DueBetween) -> int:
        """Return how many :meth:`due` has."""
        ...

    def count_open_by_field(self, late_at: datetime) -> tuple[tuple[str, int, int, int], ...]:
        """Return (field, open, of these late at an instant, of these waiting) of every field with open dossiers."""
        ...

    def waiting(self, *, field: str = "", limit: int) -> tuple[DossierCard, ...]:
        """Return cards of open dossiers whose clock stands still, longest unseen first."""
        ...

    def solved_late(self, start: datetime, end: datetime, *, field: str = "", limit: int) -> tuple[DossierCard, ...]:
        """Return cards of late results from one instant to before another, newest first."""
        ...

    def unseen(self, before: datetime, *, limit: int) -> tuple[DossierCard, ...]:
        """Return open dossiers to which nothing has happened since an instant, longest first."""
        ...

    def tallies(self, first: date, last: date) -> tuple[tuple[str, Measure, int], ...]:
        """Return (field, measure, n) summed over the days from first to last."""
        ...

    def daily_tallies(self, first: date, last: date, field: str = "") -> tuple[tuple[date, Measure, int], ...]:
        """Return (day, measure, n) summed over fields, or of one."""
        ...

    def payments(self, first: date, last: date, collector: str = "") -> tuple[PaymentLine, ...]:
        """Return payments and waivers from a day to a day, in their order."""
        ...

    def unit_fact(self, key: str) -> str | None:
        """Return what the unit state keeps under a key (closings), JSON text."""
        ...

    def unit_facts(self, prefix: str, since: str = "") -> tuple[str, ...]:
        """Return what is kept under every key that begins with a prefix, in the order of keys.

        Args:
            prefix: Beginning of the keys.
            since: The first key wanted, "" for all.
        """
        ...

    def books(self, first: date, last: date) -> tuple[BookSpan, ...]:
        """Return which numbers of which book the dossiers received on some days have, book 0 for those without."""
        ...

    def numbers(self, year: int, book: int) -> frozenset[int]:
        """Return every number of a book that a dossier received in a year has."""
        ...

    def dossiers(self, first: date, last: date) -> Iterator[Dossier]:
        """Yield dossiers by day of receipt, in order of receipt: for the register; memory stays at one page."""
        ...

    def board(self, wanted: Wanted, next_day: date) -> Board:
        """Return the deadline board as the rows stand, every figure of one moment.

        Args:
            wanted: Which board; its instant is not before the last act.
            next_day: The working day after the instant's own.
        """
        ...

    def all_dossiers_at(self, as_of: datetime) -> Iterator[Dossier]:
        """Yield every dossier as it stood at an instant, folded anew from the log.

        Of each, what comes after its first event past the instant is left out, even where the clock went back.
        """
        ...

    def histories(self, since: datetime, after: str, limit: int) -> tuple[tuple[str, Sequence[Logged]], ...]:
        """Return (dossier id, its events that count) of dossiers something happened to since an instant, by id.

        Args:
            since: Aware instant.
            after: The id before the first one wanted, "" for all.
            limit: How many dossiers at most.
        """
        ...

    def clocks_behind(self) -> tuple[tuple[Behind, ...], ...]:
        """Return, of each PC's log, the acts dated before one it had done already, in the order of the log."""
        ...

    def own_replica(self) -> str:
        """Return the id of this PC's database."""
        ...

    def unit_acts(
        self, types: Sequence[str], since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Event, ...]:
        """Return the unit's events of some types that count, of some time, in the order of the log."""
        ...

    def refused_users(self, since: datetime, until: datetime) -> tuple[Event, ...]:
        """Return what PCs said of users that the city did not take, of some time."""
        ...

    def custody_assigned(self, since: datetime, until: datetime) -> tuple[tuple[str, Event], ...]:
        """Return (code of the dossier, event) of papers that were given to somebody by order, of some time."""
        ...

    def closing_entry(self, year: int) -> LogEnd | None:
        """Return the newest entry of the log that closed a book of a year, None when there is none."""
        ...

    def log_end(self) -> LogEnd:
        """Return where this PC's own log ends."""
        ...

    def reminders_seen(self, user_id: str) -> frozenset[tuple[str, str]]:
        """Return the (subject, stage) of every reminder a user has seen."""
        ...
