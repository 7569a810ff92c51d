"""Settle what the city did not take: every refused act stands on a list until a person says what becomes of it.

Three ways, each an audited act of its own: say it again on the dossier as it stands now, take what the others did, or
make a record with a reason. Nothing is dropped silently, nothing is repaired behind anybody's back. Only what commutes,
and a receipt with what rests on it, is said again as it was: a decision is done anew, with every check of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import get_args

from desktop.domain.errors import DamagedData, UserError
from desktop.domain.events import DossierFact, Fact
from desktop.domain.facts.counter import Received
from desktop.domain.facts.hub import AttentionClosed
from desktop.domain.judging import ADDITIVE
from desktop.domain.users import Action, Role, User, require
from desktop.domain.vietnamese import local, nfc
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Act, Desk
from desktop.services.sync_port import AttentionItem, Difference, SyncReader

MIN_REASON = 10
#: Nobody reads a longer list; how many there are in all stands beside it.
MOST_ONLY_HERE = 200
_LEADERS = frozenset({Role.CHAIR, Role.VICE_CHAIR, Role.HEAD})
_OF_DOSSIER = get_args(DossierFact)


class Remedy(StrEnum):
    """Name what becomes of an act that the city did not take.

    Attributes:
        SAY_AGAIN: Say the same of the dossier as it stands now ("Gửi lại").
        TAKE_OTHER: Leave it: what the others did stands ("Nhận bản kia").
        RECORD: Keep a record of what really happened, with a reason ("Lập biên bản").
    """

    SAY_AGAIN = "say_again"
    TAKE_OTHER = "take_other"
    RECORD = "record"


def waiting(desk: Desk, sync: SyncReader, actor: User) -> Sequence[AttentionItem]:
    """Return what waits for a person, oldest first.

    Raises:
        UserError: ``not_permitted``.
    """
    del desk
    require(actor, Action.VIEW_DOSSIERS)
    return sync.attention()


def remedies(item: AttentionItem, actor: User) -> tuple[Remedy, ...]:
    """Return what somebody may do about an item; the first is what is usual."""
    if not _is_his(item, actor):
        return ()
    if _can_be_said_again(item) and item.event is not None and item.event.envelope.actor == actor.user_id:
        return (Remedy.SAY_AGAIN, Remedy.TAKE_OTHER, Remedy.RECORD)
    return (Remedy.TAKE_OTHER, Remedy.RECORD)


def settle(desk: Desk, sync: SyncReader, actor: User, event_id: str, remedy: Remedy, reason: str = "") -> Changes:
    """Settle an item, and with it what rests on it when it is said again.

    Raises:
        UserError: ``not_permitted``, ``attention_unknown``, ``attention_not_yours``, ``missing_reason`` (for a record),
            ``cannot_say_again``: it does not fit the dossier any more.
        Conflict: ``held_elsewhere``.
    """
    require(actor, Action.VIEW_DOSSIERS)
    items = {item.event_id: item for item in sync.attention()}
    item = items.get(event_id)
    if item is None:
        raise UserError("attention_unknown")
    if remedy not in remedies(item, actor):
        if _is_his(item, actor):
            raise UserError("cannot_say_again", code=item.code)
        raise UserError("attention_not_yours")
    reason = _checked(reason, remedy)
    settled = [item]
    if remedy is Remedy.SAY_AGAIN and item.event is not None and isinstance(item.event.fact, Received):
        settled += [items[each] for each in item.waits if each in items]
    with desk.ledger.act(actor) as act:
        if remedy is Remedy.SAY_AGAIN:
            _say_again(desk, actor, act, settled)
        closings = [AttentionClosed(each.event_id, "event", remedy.value, reason) for each in settled]
        act.record_unit(closings)
    touched = {each.event.envelope.dossier_id for each in settled if each.event is not None} - {""}
    return Changes(frozenset({Kind.DOSSIER, Kind.ATTENTION}), frozenset(touched))


def differing(desk: Desk, sync: SyncReader, actor: User) -> Sequence[Difference]:
    """Return dossiers that city and PC folded differently.

    Raises:
        UserError: ``not_permitted``.
    """
    del desk
    require(actor, Action.VIEW_DOSSIERS)
    return sync.differences()


def only_here(desk: Desk, sync: SyncReader, actor: User) -> Sequence[Difference]:
    """Return dossiers of which the city does not have all yet, oldest first, at most :data:`MOST_ONLY_HERE`.

    Raises:
        UserError: ``not_permitted``.
    """
    del desk
    require(actor, Action.VIEW_DOSSIERS)
    return sync.only_here(MOST_ONLY_HERE)


def settle_difference(
    desk: Desk, sync: SyncReader, actor: User, dossier_id: str, remedy: Remedy, reason: str = ""
) -> Changes:
    """Settle a difference: compare once more, fold the dossier anew from the feed, or keep a record.

    Raises:
        UserError: ``not_permitted``, ``attention_unknown``, ``attention_not_yours``, ``missing_reason``.
    """
    require(actor, Action.VIEW_DOSSIERS)
    if all(each.dossier_id != dossier_id for each in sync.differences()):
        raise UserError("attention_unknown")
    if not _LEADERS.intersection(actor.roles):
        raise UserError("attention_not_yours")
    closing = AttentionClosed(dossier_id, "dossier", remedy.value, _checked(reason, remedy))
    with desk.ledger.act(actor) as act:
        act.record_unit((closing,))
    return Changes(frozenset({Kind.DOSSIER, Kind.ATTENTION}), frozenset({dossier_id}))


def _checked(reason: str, remedy: Remedy) -> str:
    reason = nfc(reason).strip()
    if remedy is Remedy.RECORD and len(reason) < MIN_REASON:
        raise UserError("missing_reason", least=MIN_REASON)
    return reason


def _is_his(item: AttentionItem, actor: User) -> bool:
    """Tell whether somebody may settle an item: his own act, the program's, or he answers for the others."""
    if _LEADERS.intersection(actor.roles):
        return True
    return item.event is None or item.event.envelope.actor in ("", actor.user_id)


def _can_be_said_again(item: AttentionItem) -> bool:
    event = item.event
    if event is None or item.blocked_by:
        return False
    return isinstance(event.fact, Received) or type(event.fact) in ADDITIVE


def _say_again(desk: Desk, actor: User, act: Act, items: Sequence[AttentionItem]) -> None:
    for item in items:
        event = item.event
        if event is None or not isinstance(event.fact, _OF_DOSSIER):
            continue
        fact: Fact = event.fact
        if isinstance(fact, Received):
            require(actor, Action.RECEIVE)
        if isinstance(fact, Received) and item.reason == "code_taken":
            fact = _under_new_code(desk, act, fact)
        try:
            act.record(event.envelope.dossier_id, (fact,))
        except DamagedData as damage:
            raise UserError("cannot_say_again", code=item.code) from damage


def _under_new_code(desk: Desk, act: Act, fact: Received) -> Received:
    """Receive a dossier whose code another one has under a code of today."""
    day = local(act.now).date()
    given = act.allot_code(day, desk.reader.unit())
    return replace(
        fact, code=given.code, is_provisional=given.is_provisional, day=day, block=given.block, ordinal=given.ordinal
    )
