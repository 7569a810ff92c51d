"""What a citizen says of how his dossier was handled: one of three grades, and why when he is not satisfied.

The three grades are those of the kiosks in production; there is none in between, so whoever is not "chưa hài lòng" is
satisfied. A reason is kept as it was typed, on one line and in NFC.

Source: Decree 61/2018 art. 31 (evaluation), art. 27 (3) (who answered is protected).
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.vietnamese import nfc, share

#: Characters of a reason, at most.
MOST_REASON: Final = 500
#: Controls, lone surrogates and private characters: nobody types them, and a list that shows them can be made to lie.
_HIDDEN: Final = frozenset({"Cc", "Cs", "Co"})
#: What turns the direction of the text around it.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPACES: Final = str.maketrans("\r\n\t", "   ")


_NOTHING: Final[Mapping[str, str]] = {}


class Grade(StrEnum):
    """Name how satisfied somebody is."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"


class Step(StrEnum):
    """Name a step of the dossier's way that may be rated by itself."""

    RECEPTION = "reception"
    HANDLING = "handling"
    RETURN = "return"


class RatingMistake(StrEnum):
    """Name what is wrong with a rating that was sent."""

    NO_GRADE = "no_grade"
    NO_REASON = "no_reason"
    LONG_REASON = "long_reason"
    HIDDEN_LETTERS = "hidden_letters"


@dataclass(frozen=True, slots=True)
class Opinion:
    """Hold a grade and its reason, "" for none.

    Attributes:
        steps: Grades of single steps, in the order of :class:`Step`; who has none to tell leaves them out.
    """

    grade: Grade
    reason: str = ""
    steps: tuple[tuple[Step, Grade], ...] = ()


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """Count ratings.

    Attributes:
        field: Of the dossiers; "" for all fields together. A count of one step has its name here.
        returned: Dossiers whose result was returned.
        set_aside: Ratings no citizen can have given, so soon after the return or from a PC of the ward; in no other
            figure.
    """

    field: str = ""
    returned: int = 0
    very_satisfied: int = 0
    satisfied: int = 0
    not_satisfied: int = 0
    set_aside: int = 0

    @property
    def counted(self) -> int:
        """Return how many ratings the share is of."""
        return self.very_satisfied + self.satisfied + self.not_satisfied

    @property
    def not_satisfied_share(self) -> str:
        """Return the share of who is not satisfied: ``17,67%``, a dash for none."""
        return share(self.not_satisfied, self.counted)

    @property
    def rated_share(self) -> str:
        """Return how many of the returned dossiers have a rating that counts."""
        return share(self.counted, self.returned)


def read_opinion(grade: str, reason: str, steps: Mapping[str, str] = _NOTHING) -> Opinion | RatingMistake:
    """Return what was sent, or the first thing that is wrong with it.

    Args:
        grade: Of the whole way.
        reason: Why.
        steps: Grades by step; one left empty is none.
    """
    if any(unicodedata.category(char) in _HIDDEN or char in _TURNING for char in reason.translate(_SPACES)):
        return RatingMistake.HIDDEN_LETTERS
    typed = tidied(reason)
    if len(typed) > MOST_REASON:
        return RatingMistake.LONG_REASON
    if grade not in set(Grade):
        return RatingMistake.NO_GRADE
    if grade == Grade.NOT_SATISFIED and not typed:
        return RatingMistake.NO_REASON
    given = {step: steps.get(step.value, "") for step in Step}
    if any(each and each not in set(Grade) for each in given.values()):
        return RatingMistake.NO_GRADE
    return Opinion(Grade(grade), typed, tuple((step, Grade(each)) for step, each in given.items() if each))


def tidied(reason: str) -> str:
    """Return a reason as it is kept: NFC, on one line, no space at its ends or beside another."""
    return " ".join(nfc(reason.translate(_SPACES)).split())


def summed(figures: Iterable[RatingFigures], field: str = "") -> RatingFigures:
    """Return figures together."""
    each = tuple(figures)
    return RatingFigures(
        field,
        returned=sum(one.returned for one in each),
        very_satisfied=sum(one.very_satisfied for one in each),
        satisfied=sum(one.satisfied for one in each),
        not_satisfied=sum(one.not_satisfied for one in each),
        set_aside=sum(one.set_aside for one in each),
    )
