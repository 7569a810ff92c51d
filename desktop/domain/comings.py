"""How people came by the password they use at a PC, as the log tells it.

A one-time code proves nobody: whoever gave it knows it. So it matters for what a second person stands by who gave him
the code, and whether anybody stood by that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from desktop.domain.events import EVENT_TYPES, Envelope, Event
from desktop.domain.facts.unit import PasswordSet, UserSaved
from desktop.domain.users import Action, User, may

#: So long two stand by nothing together at a PC where one came in by a code that proves nobody.
LET_IN_ALONE: Final = timedelta(days=7)
#: The types of events that tell it, all of them from the first on.
TOLD_BY: Final = (EVENT_TYPES[UserSaved][0], EVENT_TYPES[PasswordSet][0])


@dataclass(frozen=True, slots=True)
class Coming:
    """Say by which one-time code somebody came in at a PC.

    Attributes:
        at: When he set a password of his own there.
        giver: User id of who gave the code, by the recovery key too; "" for nobody: when the PC was set up, or by the
            recovery key alone.
        is_lone: Nobody stood by the giving although somebody else of the ward, who could have, had begun to work.
        is_paper: By the recovery key alone.
    """

    at: datetime
    giver: str
    is_lone: bool
    is_paper: bool = False


@dataclass(frozen=True, slots=True)
class _Code:
    giver: str
    is_lone: bool
    is_paper: bool


@dataclass(frozen=True, slots=True)
class _Saved:
    act_id: str
    user_id: str
    witness: str
    was_known: bool


class Comings:
    """Follow the codes and passwords of a ward, event by event.

    Attributes:
        users: As the events so far leave them, by id.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        """Begin with some events."""
        self.users: dict[str, User] = {}
        self._begun: set[str] = set()
        self._codes: dict[tuple[str, str], _Code] = {}
        self._found: dict[tuple[str, str], list[Coming]] = {}
        self._saved = _Saved("", "", "", was_known=False)
        for event in events:
            self.take(event)

    def take(self, event: Event) -> Coming | None:
        """Take one event more; return how somebody came in, when it tells that."""
        fact, where = event.fact, event.envelope
        if isinstance(fact, UserSaved):
            self._saved = _Saved(where.act_id, fact.user.user_id, fact.witness, fact.user.user_id in self.users)
            self.users[fact.user.user_id] = fact.user
        if not isinstance(fact, PasswordSet):
            return None
        place = (fact.user_id, where.replica_id)
        if fact.is_one_time:
            self._codes[place] = self._code(where, fact.user_id)
            return None
        self._begun.add(fact.user_id)
        code = self._codes.pop(place, None)
        if code is None:
            return None
        coming = Coming(where.acted_at, code.giver, code.is_lone, code.is_paper)
        self._found.setdefault(place, []).append(coming)
        return coming

    def of(self, user_id: str, replica_id: str, at: datetime) -> Coming | None:
        """Return how somebody had come in at a PC at an instant, None when he had not."""
        before = [each for each in self._found.get((user_id, replica_id), ()) if each.at <= at]
        return before[-1] if before else None

    def _code(self, where: Envelope, user_id: str) -> _Code:
        saved = self._saved
        is_saved = (saved.act_id, saved.user_id) == (where.act_id, user_id)
        # A PC that is set up writes new users, or codes only; a rescue writes somebody known.
        is_paper = not where.actor and is_saved and saved.was_known
        is_lone = not (is_saved and saved.witness) and self._could_be_asked(user_id if is_paper else where.actor)
        return _Code(where.actor, is_lone, is_paper)

    def _could_be_asked(self, but: str) -> bool:
        others = (self.users.get(user_id) for user_id in self._begun if user_id != but)
        return any(user is not None and user.is_active and may(user.roles, Action.VOUCH) for user in others)
