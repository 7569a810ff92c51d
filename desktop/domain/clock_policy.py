"""State what a rule pack says about clocks: cut-off, waiting, apologies and transfers."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class ClockEffect(StrEnum):
    """Say what a wait does to the deadline."""

    RESTART = "restart"
    PAUSE = "pause"
    NONE = "none"


class EndOfDay(StrEnum):
    """Say at what time of its last day a limit counted in days ends."""

    LAST_SESSION = "last_session"


class TransferRule(StrEnum):
    """Say until when the counter passes a dossier on to the section."""

    SAME_WORKING_DAY = "same_working_day"


@dataclass(frozen=True, slots=True)
class ClockPolicy:
    """Hold the clock rules of one pack.

    Attributes:
        cut_off: Local time; strictly after it a same-day procedure is due on the next working day.
        end_of_day: When a limit in days ends on its last day.
        transfer: Until when the counter hands over.
        supplement: What waiting for papers does.
        obligation: What waiting for a financial obligation does.
        opinions: What asking others does.
        verification: What verifying facts does.
        stop: What stopping a dossier at the submitter's wish or by order does, when it is taken up again.
        supplement_limit: How many times papers may be asked for.
        supplement_within: Working days from receipt in which a section may ask for papers.
        reappointment_limit: How many times the day of the result may be put off.
        apology_days_before: Days before the promised day to issue the apology; 0 is the day itself.
        after_cutoff_shifts: Whether receipt after the cut-off also moves limits in working days by one day.
            Off in both packs; a procedure may switch it on.
    """

    cut_off: time = time(15, 0)
    end_of_day: EndOfDay = EndOfDay.LAST_SESSION
    transfer: TransferRule = TransferRule.SAME_WORKING_DAY
    supplement: ClockEffect = ClockEffect.RESTART
    obligation: ClockEffect = ClockEffect.PAUSE
    opinions: ClockEffect = ClockEffect.NONE
    verification: ClockEffect = ClockEffect.NONE
    stop: ClockEffect = ClockEffect.PAUSE
    supplement_limit: int = 1
    supplement_within: int = 3
    reappointment_limit: int = 1
    apology_days_before: int = 1
    after_cutoff_shifts: bool = False
