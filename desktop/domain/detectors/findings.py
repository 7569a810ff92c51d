"""What a detector finds: which trick, on which dossiers, who acted, and the figures it rests on."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Final


class Trick(StrEnum):
    """Name a way to make figures look better than the work was."""

    NO_PROOF = "no_proof"
    RETURN_BURST = "return_burst"
    NEVER_AT_COUNTER = "never_at_counter"
    FILED_AGAIN = "filed_again"
    SECOND_SUPPLEMENT = "second_supplement"
    LAST_DAY_SUPPLEMENT = "last_day_supplement"
    LATE_PAUSE = "late_pause"
    SILENT_PROMISE = "silent_promise"
    BACK_DATED = "back_dated"
    CLOCK_BACK = "clock_back"
    NO_RESULT = "no_result"
    OWN_RATING = "own_rating"


class Severity(StrEnum):
    """Say how much a finding weighs: ``grave`` is no accident, ``doubtful`` has lawful explanations, too."""

    GRAVE = "grave"
    DOUBTFUL = "doubtful"


Value = str | int | datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """Name a dossier a finding is about."""

    dossier_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Finding:
    """State one finding.

    Attributes:
        event_id: The event it rests on: with the trick it names the finding for ever.
        at: When that was done.
        actors: Users who did it; empty when nobody can be named.
        subjects: The dossiers, in the order of the acts; empty for the clock of an idle PC.
        reason: Which of the trick's ways it was: a key of :mod:`desktop.domain.detectors.words`.
        figures: What the sentence rests on, by name.
    """

    trick: Trick
    severity: Severity
    event_id: str
    at: datetime
    actors: tuple[str, ...]
    subjects: tuple[Subject, ...]
    reason: str
    figures: tuple[tuple[str, Value], ...] = ()

    @property
    def key(self) -> str:
        """Return what names the finding for ever."""
        return f"{self.trick.value}:{self.reason}:{self.event_id}"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Hold from where on something is asked about; the defaults stand in ``resources/rules/detectors.toml``.

    Attributes:
        returns_per_minute: More returns than this by one user within 60 seconds.
        minutes_before_due: A return without custody so shortly before the deadline weighs more.
        filed_again_days: The same person and procedure, so many days after a withdrawal.
        last_days: 0: papers asked for on the day of the deadline; n: or on one of the n days before it.
        moved_slack_days: A deadline after a wait may differ by so many days from what is computed now: the unit's
            calendar may have been corrected since.
        back_dated_minutes: A receipt dated so far before what the same PC had done already.
        clock_back_minutes: A clock set back so far.
        rated_within_seconds: A rating so soon after the return.
        ratings_in_burst: More ratings than this within ``rating_burst_minutes``, each long after its return.
        rating_burst_minutes: See above.
        rated_long_after_minutes: From so long after the return a rating counts as one that came later.
        needs_result_file: 1 when the unit keeps a file of every result; 0 when results on paper need none.
    """

    returns_per_minute: int
    minutes_before_due: int
    filed_again_days: int
    last_days: int
    moved_slack_days: int
    back_dated_minutes: int
    clock_back_minutes: int
    rated_within_seconds: int
    ratings_in_burst: int
    rating_burst_minutes: int
    rated_long_after_minutes: int
    needs_result_file: int


THRESHOLD_NAMES: Final = frozenset(each.name for each in fields(Thresholds))
