"""How long a procedure may take: a number and a unit."""

from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.errors import UserError


class LimitUnit(StrEnum):
    """Name the unit of a time limit, as the command line spells it."""

    WORKING_DAY = "working_day"
    DAY = "day"
    HOUR = "hour"
    SESSION = "session"
    SAME_DAY = "same_day"
    IMMEDIATE = "immediate"


#: Largest number a limit may have.
MOST_UNITS = 9_999

#: Units that carry no number.
UNNUMBERED = frozenset({LimitUnit.SAME_DAY, LimitUnit.IMMEDIATE})


@dataclass(frozen=True, slots=True)
class Limit:
    """State a time limit.

    Attributes:
        n: How many units, 1 to 9,999; 0 for ``same_day`` and ``immediate``.
        unit: The unit.

    Raises:
        UserError: ``bad_limit`` when the number does not fit the unit.
    """

    n: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        if (self.n != 0) if self.unit in UNNUMBERED else not 1 <= self.n <= MOST_UNITS:
            raise UserError("bad_limit", n=self.n, unit=self.unit.value)
