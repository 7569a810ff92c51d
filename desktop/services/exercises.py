"""Ten scripted exercises: the log tells how far a trainee has come, and the next step is told in words.

An exercise is a row of steps on one dossier; a step is done when an event of its kind, about what it asks for, follows
the step before. Nothing is asked of the trainee but to do it, in the real window on a training database.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final

from desktop.domain.dossiers import Relation
from desktop.domain.errors import UserError
from desktop.domain.events import Event, Fact, decode_body
from desktop.domain.facts.counter import Corrected, ReceiptPrinted, Received, ResultReady, Returned
from desktop.domain.facts.way import (
    Approved,
    HandoverConfirmed,
    HandoverOffered,
    SentBack,
    Submitted,
    WaitClosed,
    WaitOpened,
    Withdrawn,
)
from desktop.domain.vietnamese import fold
from desktop.services.ports import Desk

#: Every exercise begins with this procedure: registering a birth.
PROCEDURE: Final = "1.001193"
#: More dossiers than a trainee touches in one exercise.
_MOST_DOSSIERS: Final = 500
_KINDS: Final[dict[str, type]] = {
    "received": Received,
    "receipt_printed": ReceiptPrinted,
    "corrected": Corrected,
    "handover_offered": HandoverOffered,
    "handover_confirmed": HandoverConfirmed,
    "wait_opened": WaitOpened,
    "wait_closed": WaitClosed,
    "submitted": Submitted,
    "approved": Approved,
    "sent_back": SentBack,
    "withdrawn": Withdrawn,
    "result_ready": ResultReady,
    "returned": Returned,
}


@dataclass(frozen=True, slots=True)
class Step:
    """Say what to do, and which event of the log shows that it was done.

    Attributes:
        ends: Kind of that event.
        say: What to do, in Vietnamese.
        hint: What was wrong when an event of the kind came that does not fit; "" when any fits.
        name: Name of the owner afterwards, "" for any.
        relation: Of the recipient, "" for any.
    """

    ends: str
    say: str
    hint: str = ""
    name: str = ""
    relation: str = ""

    def is_kind(self, fact: Fact) -> bool:
        """Tell whether a fact is of the step's kind."""
        return isinstance(fact, _KINDS[self.ends])

    def fits(self, fact: Fact) -> bool:
        """Tell whether a fact ends the step."""
        if not self.is_kind(fact):
            return False
        if isinstance(fact, Received) and fact.procedure.code != PROCEDURE:
            return False
        if isinstance(fact, Returned) and self.relation:
            return fact.relation is Relation(self.relation) and bool(fact.authorisation)
        return not (self.name and isinstance(fact, Received | Corrected)) or fold(fact.owner.name) == fold(self.name)


@dataclass(frozen=True, slots=True)
class Exercise:
    """Hold one exercise; ``praise`` is said at its end, with ``{title}`` and ``{code}``."""

    key: str
    title: str
    goal: str
    steps: tuple[Step, ...]
    praise: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Say how far a trainee has come.

    Attributes:
        done: Steps that are done.
        advice: What to do next, after what was wrong; praise at the end.
        is_finished: No step is left.
        code: The dossier, "" before it was received.
    """

    done: int
    advice: str
    is_finished: bool = False
    code: str = ""


@cache
def exercises() -> tuple[Exercise, ...]:
    """Return the exercises in their order."""
    table = tomllib.loads((files("resources") / "help" / "exercises.toml").read_text("utf-8"))
    return tuple(
        Exercise(
            each["key"], each["title"], each["goal"], tuple(Step(**step) for step in each["steps"]), table["praise"]
        )
        for each in table["exercises"]
    )


def exercise(key: str) -> Exercise:
    """Return one exercise.

    Raises:
        UserError: ``exercise_unknown``.
    """
    found = next((each for each in exercises() if each.key == key), None)
    if found is None:
        raise UserError("exercise_unknown", key=key)
    return found


def progress(desk: Desk, key: str, since: datetime) -> Progress:
    """Return how far the log shows an exercise to have come since it began.

    Args:
        desk: A training ward's.
        key: Of the exercise.
        since: When it began, by the ward's clock.

    Raises:
        UserError: ``training_only``, ``exercise_unknown``.

    Threads: lane read.
    """
    if not desk.is_training:
        raise UserError("training_only")
    chosen = exercise(key)
    histories = desk.way.histories(since, "", _MOST_DOSSIERS)
    found = [judged(chosen, (decode_body(row.body) for row in rows), since) for _, rows in histories]
    # Of two equally far the one with something to say: a dossier that was received wrongly.
    return max(found, key=lambda each: (each.done, len(each.advice)), default=Progress(0, chosen.steps[0].say))


def judged(chosen: Exercise, events: Iterable[Event], since: datetime) -> Progress:
    """Return how far one dossier's events have come in an exercise."""
    done, code, hint = 0, "", ""
    for event in events:
        if event.envelope.acted_at < since or done == len(chosen.steps):
            continue
        step, fact = chosen.steps[done], event.fact
        if step.fits(fact):
            done, hint = done + 1, ""
            code = fact.code if isinstance(fact, Received) else code
        elif step.is_kind(fact) and step.hint:
            hint = step.hint
    if done == len(chosen.steps):
        return Progress(done, chosen.praise.format(title=chosen.title, code=code), True, code)
    return Progress(done, f"{hint}\n{chosen.steps[done].say}".strip(), code=code)


__all__ = ["Exercise", "Progress", "Step", "exercise", "exercises", "judged", "progress"]
