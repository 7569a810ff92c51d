"""How people came by the password they use at a PC, as the log tells it.

A one-time code proves nobody: whoever gave it knows it. So it matters for what a second person stands by who gave him
the code, and whether anybody stood by that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop.domain.events import EVENT_TYPES, Event
from desktop.domain.facts.unit import PasswordSet, UserSaved
from desktop.domain.users import Action, User, may

#: The types of events that tell it, all of them from the first on.
TOLD_BY: Final = (EVENT_TYPES[UserSaved][0], EVENT_TYPES[PasswordSet][0])


@dataclass(frozen=True, slots=True)
class Coming:
    """Say by which one-time code somebody came in at a PC.

    Attributes:
        at: When he set a password of his own there.
        giver: User id of who gave the code, "" for the program: when the PC was set up, or by the recovery key.
        is_lone: Nobody stood by the giving although somebody else of the ward, who could have, had begun to work.
    """

    at: datetime
    giver: str
    is_lone: bool


@dataclass(frozen=True, slots=True)
class _Code:
    giver: str
    is_lone: bool


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
        self._stood_by: tuple[str, str, str] = ("", "", "")
        for event in events:
            self.take(event)

    def take(self, event: Event) -> Coming | None:
        """Take one event more; return how somebody came in, when it tells that."""
        fact, where = event.fact, event.envelope
        if isinstance(fact, UserSaved):
            self.users[fact.user.user_id] = fact.user
            self._stood_by = (where.act_id, fact.user.user_id, fact.witness)
        if not isinstance(fact, PasswordSet):
            return None
        place = (fact.user_id, where.replica_id)
        if fact.is_one_time:
            has_witness = self._stood_by[:2] == (where.act_id, fact.user_id) and bool(self._stood_by[2])
            self._codes[place] = _Code(where.actor, is_lone=not has_witness and self._could_be_asked(where.actor))
            return None
        self._begun.add(fact.user_id)
        code = self._codes.pop(place, None)
        if code is None:
            return None
        coming = Coming(where.acted_at, code.giver, code.is_lone)
        self._found.setdefault(place, []).append(coming)
        return coming

    def of(self, user_id: str, replica_id: str, at: datetime) -> Coming | None:
        """Return how somebody had come in at a PC at an instant, None when he had not."""
        before = [each for each in self._found.get((user_id, replica_id), ()) if each.at <= at]
        return before[-1] if before else None

    def _could_be_asked(self, giver: str) -> bool:
        others = (self.users.get(user_id) for user_id in self._begun if user_id != giver)
        return any(user is not None and user.is_active and may(user.roles, Action.VOUCH) for user in others)
