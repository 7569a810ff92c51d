"""Dossier codes: a template, ordinals of the day, and the blocks of ordinals a PC may hand out.

Source: Circular 01/2018/TT-VPCP art. 19 (agency, date of receipt, ordinal of the day). Several PCs that
work offline never meet because each owns blocks of ordinals on every day (docs/decisions/0005).
A code is opaque once given: nothing here reads more of one than the mark of a provisional one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: Ordinals per block. Block b holds b·1000 to b·1000+999; ordinal 0 is skipped.
BLOCK_SIZE = 1_000
_PROVISIONAL = "T-"


@dataclass(frozen=True, slots=True)
class Lease:
    """List the blocks of ordinals a PC may hand out.

    Attributes:
        blocks: Block numbers in the order of use; empty while nothing is leased.
        void_through: Last day on which the blocks are void after a restore; None when never.
    """

    blocks: tuple[int, ...]
    void_through: date | None = None

    def blocks_on(self, day: date) -> tuple[int, ...]:
        """Return the blocks usable on a day."""
        if self.void_through is not None and day <= self.void_through:
            return ()
        return self.blocks


FIRST_COUNTER = 1
_BOOKS_APART = 100
#: The first PC of a ward: the law's plain daily ordinal, then its five-digit overflow block.
FIRST_COUNTER_LEASE = Lease(blocks=(0, 10))


def book_of(counter: int, volume: int) -> int:
    """Return the book a volume of a counter is printed as: the counter's own number for volume 0.

    Numbers are gap-free within a book (definitions 4); after a restore the last number printed is unknown here, so the
    old book is closed where it stands, the next volume is opened, and no number can appear twice.

    Args:
        counter: Number of the PC's counter, 1 to 99.
        volume: 0 for the first epoch, another one for each restore.
    """
    return counter + _BOOKS_APART * volume


def counter_of(book: int) -> int:
    """Return the counter whose book this is, in whatever volume."""
    return book % _BOOKS_APART


@dataclass(frozen=True, slots=True)
class Ordinal:
    """Name one ordinal of one day inside its block."""

    day: date
    block: int
    value: int


def next_ordinal(lease: Lease, day: date, last_used: Mapping[int, int]) -> Ordinal | None:
    """Return the next free ordinal of a day, or None when the lease has none left.

    Args:
        lease: This PC's lease.
        day: Local date of receipt.
        last_used: Highest ordinal already used that day, by block.
    """
    for block in lease.blocks_on(day):
        first = max(block * BLOCK_SIZE, 1)
        value = max(last_used.get(block, first - 1) + 1, first)
        if value < (block + 1) * BLOCK_SIZE:
            return Ordinal(day, block, value)
    return None


def format_code(template: str, agency: str, day: date, ordinal: int) -> str:
    """Write a code; four digits of ordinal, more when needed, never wrapped.

    Example:
        ``format_code("{agency}-{yymmdd}-{seq}", "000.16.27.H29", date(2019, 7, 18), 1)`` gives
        ``000.16.27.H29-190718-0001``.
    """
    return template.format(agency=agency, yymmdd=day.strftime("%y%m%d"), seq=f"{ordinal:04d}")


def provisional_code(epoch: str, n: int) -> str:
    """Write the visibly different code given while no block is leased."""
    return f"{_PROVISIONAL}{epoch.replace('-', '')[:8].upper()}-{n}"


def is_provisional(code: str) -> bool:
    """Tell whether a code was given while no block was leased; the official one is bound later."""
    return code.startswith(_PROVISIONAL)
