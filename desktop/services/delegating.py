"""Delegate signing, take it back, list who may sign what."""

from datetime import date
from enum import StrEnum

from desktop.domain.acts.checks import need_reason
from desktop.domain.authority import Delegation, check_delegation
from desktop.domain.errors import Conflict, UserError
from desktop.domain.facts.unit import DelegationGranted, DelegationRevoked
from desktop.domain.users import Action, User, require
from desktop.domain.way_commands import GrantDelegation
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Desk

#: A delegation that ends within so many days is marked, in time for a new document.
ENDS_SOON_DAYS = 60

_CHANGED = Changes(frozenset({Kind.DELEGATION}))


class Standing(StrEnum):
    """Say whether a delegation holds on a day."""

    COMING = "coming"
    HOLDS = "holds"
    ENDS_SOON = "ends_soon"
    ENDED = "ended"
    REVOKED = "revoked"


def standing(delegation: Delegation, on: date) -> Standing:
    """Return how a delegation stands on a day; one that is revoked from a later day on ends soon."""
    if delegation.revoked_on is not None and delegation.revoked_on <= on:
        return Standing.REVOKED
    last = delegation.last_day()
    if last is not None and last < on:
        return Standing.ENDED
    if on < delegation.from_on:
        return Standing.COMING
    is_soon = last is not None and (last - on).days <= ENDS_SOON_DAYS
    return Standing.ENDS_SOON if is_soon else Standing.HOLDS


def grant(desk: Desk, actor: User, command: GrantDelegation) -> tuple[Delegation, Changes]:
    """Delegate signing to a user.

    Raises:
        UserError: ``not_permitted``, ``bad_delegation`` with the field, ``user_unknown``.
    """
    require(actor, Action.MANAGE_DELEGATIONS)
    if not any(user.user_id == command.delegate and user.is_active for user in desk.reader.users()):
        raise UserError("user_unknown", login=command.delegate)
    with desk.ledger.act(actor) as act:
        delegation = Delegation(
            delegation_id=act.new_id(),
            form=command.form,
            delegate=command.delegate,
            document=command.document.strip(),
            document_on=command.document_on,
            from_on=command.from_on,
            to_on=command.to_on,
            fields=command.fields,
            procedures=command.procedures,
        )
        check_delegation(delegation)
        act.record_unit((DelegationGranted(delegation),))
    return delegation, _CHANGED


def revoke(desk: Desk, actor: User, delegation_id: str, revoked_on: date, reason: str) -> Changes:
    """End a delegation: from a day on it no longer holds; what was signed before stays valid.

    Raises:
        UserError: ``not_permitted``, ``delegation_unknown``, ``missing_reason``.
        Conflict: ``delegation_ended`` when it was revoked before.
    """
    require(actor, Action.MANAGE_DELEGATIONS)
    why = need_reason(reason)
    known = next((each for each in desk.way.delegations() if each.delegation_id == delegation_id), None)
    if known is None:
        raise UserError("delegation_unknown")
    if known.revoked_on is not None:
        raise Conflict("delegation_ended", document=known.document)
    with desk.ledger.act(actor) as act:
        act.record_unit((DelegationRevoked(delegation_id, revoked_on, why),))
    return _CHANGED


def delegations(desk: Desk, actor: User) -> tuple[Delegation, ...]:
    """Return every delegation ever granted, in the order in which they begin.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.VIEW_DELEGATIONS)
    return tuple(sorted(desk.way.delegations(), key=lambda each: (each.from_on, each.document_on, each.document)))
