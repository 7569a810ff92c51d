"""What a clerk puts on a slip or finds on one: check a scanned dossier, list what must go today, name who holds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.acts.checks import holds
from desktop.domain.acts.custody import check_slip
from desktop.domain.deadlines import transfer_due
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, Status
from desktop.domain.errors import UserError
from desktop.domain.rule_packs import clock_under
from desktop.domain.rules import Rules
from desktop.domain.slips import Slip, SlipState
from desktop.domain.users import Action, User, require
from desktop.domain.way_commands import MakeSlip
from desktop.services.look_up import custodian_name
from desktop.services.ports import Desk
from desktop.services.receive import full_rules
from desktop.services.records import DossierCard, WorkOf

#: A longer list is no list to pick from: the scanner is quicker.
MOST_DUE = 200
_UNKNOWN = Custodian(CustodianKind.SECTION)


@dataclass(frozen=True, slots=True)
class OnHand:
    """Show a dossier that may go on a slip.

    Attributes:
        suggested: Who works on it next; an empty holder when nobody can be told.
        transfer_due: Until when the counter hands it over; None for what is not handed over from the counter.
    """

    code: str
    applicant: str
    procedure: str
    received_at: datetime
    promised_at: datetime
    suggested: Custodian
    transfer_due: datetime | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Say what a scanned code is and who holds it.

    Attributes:
        code: Primary code; as scanned when nobody here knows it.
        holder: Name of who holds it, "" when nobody here knows the code.
        dossier_id: Its id, the same whatever code it bears; "" when nobody here knows the code.
    """

    code: str
    applicant: str
    procedure: str
    holder: str
    dossier_id: str = ""


def take_for_slip(desk: Desk, actor: User, code: str) -> OnHand:
    """Return a scanned dossier that the actor can hand over.

    Raises:
        UserError: ``not_permitted``; of the dossier what :func:`desktop.domain.acts.custody.check_slip` refuses.
    """
    require(actor, Action.HAND_OVER)
    wanted = code.strip().upper()
    dossier = desk.reader.find(wanted)
    if dossier is None:
        raise UserError("dossier_unknown", code=wanted)
    rules = full_rules(desk, actor, desk.clock.now())
    suggested = _next_holder(dossier, rules)
    probe = suggested if suggested.holder else _another_section(dossier, rules)
    check_slip({wanted: dossier}, MakeSlip(probe, (wanted,)), rules)
    is_at_counter = dossier.base_status is Status.RECEIVED
    return OnHand(
        code=dossier.code,
        applicant=dossier.owner.name,
        procedure=dossier.procedure.name,
        received_at=dossier.received_at,
        promised_at=dossier.promised_at,
        suggested=suggested,
        transfer_due=_due(desk, dossier, rules) if is_at_counter else None,
    )


def due_for_transfer(desk: Desk, actor: User) -> tuple[OnHand, ...]:
    """Return what the counter holds and passes on by the day the law sets, next first.

    What the leaders approved goes back as a result, not on a slip.

    Raises:
        UserError: ``not_permitted``.

    Source:
        Decree 61/2018, art. 18: the same working day, the next morning for what came after 15:00.
    """
    require(actor, Action.HAND_OVER)
    rules = full_rules(desk, actor, desk.clock.now())
    on_slips = {line.dossier_id for slip in desk.way.slips(SlipState.OPEN) for line in slip.lines}
    cards = desk.reader.open_cards(WorkOf(actor.user_id, actor.section), limit=MOST_DUE)
    found = [_on_hand(card, rules, desk) for card in cards if _goes_on(card, rules) and card.dossier_id not in on_slips]
    return tuple(sorted(found, key=lambda item: (item.transfer_due or item.promised_at, item.code)))


def whereabouts(desk: Desk, actor: User, code: str) -> Whereabouts:
    """Return what a scanned code is and who holds it, for a receiver who compares papers with a slip.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.HAND_OVER)
    wanted = code.strip().upper()
    dossier = desk.reader.find(wanted)
    if dossier is None:
        return Whereabouts(wanted, "", "", "")
    holder = custodian_name(desk, dossier.custodian)
    return Whereabouts(dossier.code, dossier.owner.name, dossier.procedure.name, holder, dossier.dossier_id)


def slip_holding(desk: Desk, actor: User, code: str, slips: Iterable[Slip]) -> Slip | None:
    """Return the first of some slips that a dossier is on, under whatever code it was printed there; None for none.

    A provisional code stands on the paper though the dossier has got its official one since, and the other way round.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.HAND_OVER)
    wanted = code.strip().upper()
    dossier = desk.reader.find(wanted)
    dossier_id = "" if dossier is None else dossier.dossier_id
    return next(
        (slip for slip in slips if any(line.code == wanted or line.dossier_id == dossier_id for line in slip.lines)),
        None,
    )


def lines_of(desk: Desk, actor: User, slip: Slip) -> tuple[Whereabouts, ...]:
    """Return every dossier of a slip in its order.

    Raises:
        UserError: ``not_permitted``.
    """
    return tuple(whereabouts(desk, actor, code) for code in slip.codes)


def _goes_on(card: DossierCard, rules: Rules) -> bool:
    """Tell whether a dossier of the actor's is one that the law or an approval sends on."""
    if not holds(rules.actor, card.custodian):
        return False
    is_at_counter = card.custodian == Custodian(CustodianKind.SECTION, rules.unit.counter_section)
    return is_at_counter and card.status is Status.RECEIVED


def _on_hand(card: DossierCard, rules: Rules, desk: Desk) -> OnHand:
    dossier = desk.reader.find(card.code)
    if dossier is None:  # its events cannot be folded
        suggested, due = _UNKNOWN, transfer_due(card.received_at, rules.calendar, rules.pack.clock)
    else:
        suggested, due = _next_holder(dossier, rules), _due(desk, dossier, rules)
    return OnHand(card.code, card.applicant, card.procedure, card.received_at, card.promised_at, suggested, due)


def _due(desk: Desk, dossier: Dossier, rules: Rules) -> datetime:
    """Return until when the counter hands a dossier over, by the rules it was received under, not today's."""
    clock = clock_under(desk.reference.packs, dossier.pack) or rules.pack.clock
    return transfer_due(dossier.received_at, rules.calendar, clock)


def _next_holder(dossier: Dossier, rules: Rules) -> Custodian:
    """Return who works on a dossier next: the section that solves it; the counter once that section holds it."""
    unit = rules.unit
    known = {section.code for section in unit.sections} - {dossier.custodian.holder, rules.actor.section}
    is_solved = dossier.base_status is Status.APPROVED
    solving, counter = dossier.procedure.section, unit.counter_section
    wanted = (counter,) if is_solved else (solving, counter)
    return next((Custodian(CustodianKind.SECTION, code) for code in wanted if code in known), _UNKNOWN)


def _another_section(dossier: Dossier, rules: Rules) -> Custodian:
    """Return any section that does not hold a dossier, to ask whether it can be handed over at all."""
    codes = (section.code for section in rules.unit.sections)
    return next(
        (Custodian(CustodianKind.SECTION, code) for code in codes if code != dossier.custodian.holder), _UNKNOWN
    )
