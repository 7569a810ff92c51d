"""Find dossiers and show one with its time line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.acts.correcting import decide_correct
from desktop.domain.commands import Correct
from desktop.domain.dossiers import Change, Custodian, CustodianKind, Dossier
from desktop.domain.errors import UserError
from desktop.domain.events import Event
from desktop.domain.facts.counter import Corrected
from desktop.domain.identity import mask_id_number
from desktop.domain.users import Action, Role, User, may, require
from desktop.services.ports import Desk
from desktop.services.receive import find_procedure, rules_at
from desktop.services.records import Anchors, DossierCard, DossierFilter
from desktop.services.timeline import details_of


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """State one event for a reader.

    Attributes:
        at: Instant of the act.
        actor: Name of the user, "" for the program.
        type: Event type; its sentence is the message ``timeline.<type>``.
        details: Fields of that sentence.
        event_id: For the integrity report.
    """

    at: datetime
    actor: str
    type: str
    details: tuple[tuple[str, str], ...]
    event_id: str


@dataclass(frozen=True, slots=True)
class DossierView:
    """Show a dossier with everything a detail page needs.

    Attributes:
        custodian_name: Name of the section or user who holds the paper, "" for nobody.
    """

    dossier: Dossier
    timeline: tuple[TimelineEntry, ...]
    custodian_name: str
    received_by_name: str


@dataclass(frozen=True, slots=True)
class CorrectionPreview:
    """Tell what a correction would do.

    Attributes:
        changes: What the next version of the receipt would say otherwise.
        promised_at: The promise after it.
        needs_chair: It would move the promise later, and the actor may not do that.
    """

    changes: tuple[Change, ...]
    promised_at: datetime
    needs_chair: bool


#: A reason is asked for when the correction is made, not while it is being typed.
_ANY_REASON = "....."


def show(desk: Desk, actor: User, code: str) -> DossierView:
    """Return a dossier by any of its codes.

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``.
    """
    require(actor, Action.VIEW_DOSSIERS)
    dossier = _found(desk, code)
    names = {user.user_id: user.name for user in desk.reader.users()}
    return DossierView(
        dossier=dossier,
        timeline=tuple(_entry(desk, event, names) for event in desk.reader.history(dossier.dossier_id)),
        custodian_name=custodian_name(desk, dossier.custodian, names),
        received_by_name=names.get(dossier.received_by, ""),
    )


def preview_correction(desk: Desk, actor: User, code: str, command: Correct) -> CorrectionPreview:
    """Return what a correction would do, the promise computed anew included; its reason may still be missing.

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``; what :func:`decide_correct` would refuse, but for a
            promise that only the chair may move.
    """
    require(actor, Action.CORRECT)
    state = _found(desk, code)
    rules = rules_at(desk, replace(actor, roles=tuple(Role)), desk.clock.now(), state.pack)
    current = find_procedure(desk, state.procedure.code, state.received_at)
    facts = decide_correct(state, replace(command, reason=_ANY_REASON), current, rules)
    (fact,) = (fact for fact in facts if isinstance(fact, Corrected))
    # After an apology the promise is another day than the deadline, and stays where no change names it.
    is_moved = any(change.field == "promised_at" for change in fact.changes)
    is_later = fact.due_at > state.due_at
    return CorrectionPreview(
        changes=fact.changes,
        promised_at=fact.due_at if is_moved else state.promised_at,
        needs_chair=is_later and not may(actor.roles, Action.MOVE_PROMISE_LATER),
    )


def _found(desk: Desk, code: str) -> Dossier:
    dossier = desk.reader.find(code.strip().upper())
    if dossier is None:
        raise UserError("dossier_unknown", code=code)
    return dossier


def search(desk: Desk, actor: User, query: str, limit: int = 50) -> tuple[DossierCard, ...]:
    """Return the newest dossiers matching every word of a query: names without marks, phone, ID, parts of a code."""
    require(actor, Action.VIEW_DOSSIERS)
    return desk.reader.search(query, limit)


def positions(desk: Desk, actor: User, narrowed: DossierFilter) -> Sequence[int]:
    """Return the positions of all dossiers of a filter, newest first."""
    require(actor, Action.VIEW_DOSSIERS)
    return desk.reader.positions(narrowed)


def anchors(desk: Desk, actor: User, narrowed: DossierFilter, every: int, so_far: Anchors | None = None) -> Anchors:
    """Walk one slice of a filter; the answer goes in again until its ``below`` is 0."""
    require(actor, Action.VIEW_DOSSIERS)
    return desk.reader.anchors(narrowed, every, so_far=so_far)


def cards(
    desk: Desk, actor: User, narrowed: DossierFilter, *, at_or_before: int, limit: int
) -> tuple[DossierCard, ...]:
    """Return one page of a filter from a position downwards."""
    require(actor, Action.VIEW_DOSSIERS)
    return desk.reader.cards(narrowed, at_or_before=at_or_before, limit=limit)


def custodian_name(desk: Desk, custodian: Custodian, names: dict[str, str] | None = None) -> str:
    """Return who holds a paper, as a name."""
    if custodian.kind is CustodianKind.SECTION:
        return desk.reader.unit().section_name(custodian.holder)
    if custodian.kind is CustodianKind.USER:
        known = names or {user.user_id: user.name for user in desk.reader.users()}
        return known.get(custodian.holder, "")
    return ""


def _entry(desk: Desk, event: Event, names: dict[str, str]) -> TimelineEntry:
    envelope = event.envelope
    return TimelineEntry(
        at=envelope.acted_at,
        actor=names.get(envelope.actor, ""),
        type=envelope.type,
        details=details_of(
            event.fact,
            mask_id_number,
            lambda custodian: custodian_name(desk, custodian, names),
        ),
        event_id=envelope.event_id,
    )
