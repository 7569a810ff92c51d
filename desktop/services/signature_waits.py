"""Measure how long dossiers wait for a signature: in working minutes, from the submission to the leader's word."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from desktop.domain.deadlines import working_minutes_between
from desktop.domain.dossiers import Dossier
from desktop.domain.users import Action, User, may, require
from desktop.services.ports import Desk

#: So many of a leader's latest decisions tell how long he takes.
LAST_DECISIONS: Final = 100

_HALF: Final = 0.5
_NINE_OF_TEN: Final = 0.9


@dataclass(frozen=True, slots=True)
class SignatureWaits:
    """Sum up how long a leader's latest decisions were waited for.

    Attributes:
        n: How many decisions are counted; 0 when he has taken none of late.
        median_minutes: Half of them took at most so many working minutes.
        p90_minutes: Nine of ten took at most so many working minutes.
    """

    n: int
    median_minutes: int
    p90_minutes: int


@dataclass(frozen=True, slots=True)
class SignerWaits:
    """Name a leader and how long his latest decisions were waited for."""

    user_id: str
    name: str
    waits: SignatureWaits


def signature_waits(desk: Desk, actor: User, last: int = LAST_DECISIONS) -> SignatureWaits:
    """Return how long the actor's own latest decisions were waited for.

    A decision counts when it answers a submission; taking back a decision answers none.

    Args:
        desk: What the use case works with.
        actor: The leader.
        last: How many decisions at most.

    Raises:
        UserError: ``not_permitted``, ``calendar_not_covered``.
    """
    require(actor, Action.APPROVE)
    return _waits_of(desk, actor, last)


def waits_by_signer(desk: Desk, actor: User, last: int = LAST_DECISIONS) -> tuple[SignerWaits, ...]:
    """Return how long each leader's latest decisions were waited for, the longest median first.

    Whoever has decided nothing of late is left out.

    Raises:
        UserError: ``not_permitted``, ``calendar_not_covered``.
    """
    require(actor, Action.VIEW_FINDINGS)
    signers = (user for user in desk.reader.users() if may(user.roles, Action.APPROVE))
    found = (SignerWaits(user.user_id, user.name, _waits_of(desk, user, last)) for user in signers)
    counted = (each for each in found if each.waits.n)
    return tuple(sorted(counted, key=lambda each: (-each.waits.median_minutes, each.name)))


def _waits_of(desk: Desk, signer: User, last: int) -> SignatureWaits:
    calendar = desk.reader.calendar()
    answered = desk.way.answered_submissions(signer.user_id, limit=last)
    minutes = sorted(working_minutes_between(since, at, calendar) for since, at in answered)
    return SignatureWaits(len(minutes), _nearest_rank(minutes, _HALF), _nearest_rank(minutes, _NINE_OF_TEN))


def waited_minutes(desk: Desk, dossier: Dossier) -> int:
    """Return how many working minutes a submitted dossier has waited up to now; 0 when nothing was submitted."""
    if dossier.submission is None:
        return 0
    return working_minutes_between(dossier.submission.at, desk.clock.now(), desk.reader.calendar())


def _nearest_rank(ordered: list[int], part: float) -> int:
    """Return the smallest value that at least this part of all values does not exceed."""
    return ordered[ceil(part * len(ordered)) - 1] if ordered else 0
