"""Find dossiers and show one with its time line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.dossiers import Change, Custodian, CustodianKind, Dossier
from desktop.domain.errors import UserError
from desktop.domain.events import (
    Corrected,
    Event,
    Fact,
    FeeTaken,
    ReceiptPrinted,
    Received,
    ResultReady,
    Returned,
)
from desktop.domain.identity import mask_id_number
from desktop.domain.users import Action, User, may, require
from desktop.domain.vietnamese import money, screen_datetime
from desktop.services.ports import Anchors, Desk, DossierCard, DossierFilter


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


def show(desk: Desk, actor: User, code: str) -> DossierView:
    """Return a dossier by any of its codes.

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``.
    """
    require(actor, Action.VIEW_DOSSIERS)
    dossier = desk.reader.find(code.strip().upper())
    if dossier is None:
        raise UserError("dossier_unknown", code=code)
    names = {user.user_id: user.name for user in desk.reader.users()}
    return DossierView(
        dossier=dossier,
        timeline=tuple(_entry(event, names, actor) for event in desk.reader.history(dossier.dossier_id)),
        custodian_name=custodian_name(desk, dossier.custodian, names),
        received_by_name=names.get(dossier.received_by, ""),
    )


def shown_id_number(actor: User, id_number: str) -> str:
    """Return an ID number whole or masked, as the user's roles allow."""
    return id_number if may(actor.roles, Action.VIEW_ID_NUMBERS) else mask_id_number(id_number)


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


def _entry(event: Event, names: dict[str, str], actor: User) -> TimelineEntry:
    envelope = event.envelope
    return TimelineEntry(
        at=envelope.acted_at,
        actor=names.get(envelope.actor, ""),
        type=envelope.type,
        details=_details(event.fact, actor),
        event_id=envelope.event_id,
    )


def _details(fact: Fact, actor: User) -> tuple[tuple[str, str], ...]:
    if isinstance(fact, Received):
        return (("code", fact.code), ("promised_at", screen_datetime(fact.due_at)))
    if isinstance(fact, Corrected):
        changes = "; ".join(_change(change, actor) for change in fact.changes)
        return (("version", str(fact.receipt_version)), ("changes", changes), ("reason", fact.reason))
    if isinstance(fact, ReceiptPrinted):
        return (("copy_no", str(fact.copy_no)), ("paper", fact.paper))
    if isinstance(fact, FeeTaken):
        return (("amount", money(fact.amount_vnd)), ("method", fact.method.value), ("reason", fact.reason))
    if isinstance(fact, ResultReady):
        return (("shelf", fact.shelf), ("note", fact.note))
    if isinstance(fact, Returned):
        return (
            ("recipient", fact.recipient.name),
            ("proof", fact.proof.value),
            ("reference", fact.proof_reference),
        )
    return ()


def _change(change: Change, actor: User) -> str:
    """Return a correction as text; an ID number stays masked in the history too."""
    old, new = change.old, change.new
    if change.field.endswith(".id_number"):
        old, new = shown_id_number(actor, old), shown_id_number(actor, new)
    return f"{change.field}: {old} → {new}"
