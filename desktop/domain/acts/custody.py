"""Hand papers over: a slip is offered, its receiver confirms, differences are named.

Source: Decree 61/2018/NĐ-CP art. 18; two sides, two copies: reference of the slip provinces print every day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.acts.checks import (
    each_or_all,
    holder_name,
    holds,
    need_custody,
    need_holder,
    need_open,
    need_reason,
)
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import DossierFact
from desktop.domain.facts.unit import SlipClosed, SlipMade
from desktop.domain.facts.way import CustodyAssigned, HandoverConfirmed, HandoverDropped, HandoverOffered
from desktop.domain.rules import Rules
from desktop.domain.slips import Slip, SlipLine, SlipState, Unexpected, slip_name
from desktop.domain.way import FormNumber
from desktop.domain.way_commands import AssignCustody, MakeSlip

#: An unconfirmed slip reminds both sides after so many working hours (W05).
REMIND_AFTER_HOURS = 4
MINUTES_PER_HOUR = 60
SHORTEST_SLIP, LONGEST_SLIP = 1, 500
#: What was approved goes to the counter as a result (``dossier.result_ready``), not on a slip.
_HANDED_ON = frozenset({Status.RECEIVED, Status.WITH_SECTION, Status.IN_PROGRESS})

DossierFacts = Mapping[str, tuple[DossierFact, ...]]


@dataclass(frozen=True, slots=True)
class NewSlip:
    """Name what the storage allots to a new slip.

    Attributes:
        signature: Of the PC over :func:`desktop.domain.slips.signed_message`, hexadecimal.
    """

    slip_id: str
    number: FormNumber
    signature: str


@dataclass(frozen=True, slots=True)
class Handed:
    """Hand back what a slip makes happen.

    Attributes:
        slip: Fact of the unit.
        dossiers: Facts of each dossier, by its id.
    """

    slip: SlipMade | SlipClosed
    dossiers: DossierFacts


def check_slip(states: Mapping[str, Dossier | None], command: MakeSlip, rules: Rules) -> tuple[Dossier, ...]:
    """Return the dossiers of a slip, each of them in the hands of the actor.

    Args:
        states: What each code of the command finds.
        command: The slip.
        rules: Users included.

    Raises:
        UserError: ``empty_slip``, ``slip_too_long``, ``unknown_holder``, ``handover_to_self``; of one dossier
            ``dossier_unknown``, ``not_custodian``, ``on_open_slip``, ``dossier_closed``, ``still_submitted``; of
            several ``batch_refused`` with code and reason of each.
    """
    codes = tuple(dict.fromkeys(command.codes))
    if len(codes) < SHORTEST_SLIP:
        raise UserError("empty_slip")
    if len(codes) > LONGEST_SLIP:
        raise UserError("slip_too_long", n=len(codes), most=LONGEST_SLIP)
    need_holder(command.to, rules.unit, rules.users)
    if command.to.kind is CustodianKind.USER and command.to.holder == rules.actor.user_id:
        raise UserError("handover_to_self")

    def check(code: str) -> None:
        state = states[code]
        if state is None:
            raise UserError("dossier_unknown", code=code)
        need_open(state)
        need_custody(state, rules)
        if state.base_status not in _HANDED_ON:
            raise Conflict("still_submitted", code=code)
        if state.custodian == command.to:
            raise Conflict("held_already", code=code, holder=holder_name(command.to, rules))

    each_or_all(codes, check)
    found = (states[code] for code in codes)
    return tuple({state.dossier_id: state for state in found if state is not None}.values())


def decide_make_slip(dossiers: Sequence[Dossier], command: MakeSlip, new: NewSlip, rules: Rules) -> Handed:
    """Return the slip of checked dossiers (:func:`check_slip`) and what each of them gets to know."""
    name = slip_name(new.number)
    slip = Slip(
        slip_id=new.slip_id,
        name=name,
        number=new.number,
        giver=_giver(dossiers, rules),
        to=command.to,
        made_at=rules.now,
        made_by=rules.actor.user_id,
        reminded_from=remind_from(rules),
        lines=tuple(SlipLine(state.dossier_id, state.code) for state in dossiers),
        signature=new.signature,
        note=command.note.strip(),
    )
    offered = HandoverOffered(new.slip_id, name, command.to)
    return Handed(SlipMade(slip), {state.dossier_id: (offered,) for state in dossiers})


def _giver(dossiers: Sequence[Dossier], rules: Rules) -> Custodian:
    """Return the one side that gives: the section, or the actor himself where he also holds some in person."""
    holders = {state.custodian for state in dossiers}
    return holders.pop() if len(holders) == 1 else Custodian(CustodianKind.USER, rules.actor.user_id)


def remind_from(rules: Rules) -> datetime:
    """Return when an unconfirmed slip begins to remind: four working hours after now."""
    calendar = rules.calendar
    return calendar.at_working_minute(calendar.working_minute(rules.now) + REMIND_AFTER_HOURS * MINUTES_PER_HOUR)


def decide_confirm_slip(
    slip: Slip, scanned: Sequence[str], states: Mapping[str, Dossier | None], rules: Rules
) -> Handed:
    """Return what a receiver's confirmation makes happen.

    What is on the slip and was scanned passes; what is on it and was not scanned stays with the giver and is named;
    what was scanned and is not on it is named with its holder and passes to nobody. What a leader took off the slip
    meanwhile is no longer on it, though it is printed there: it counts as both.

    Args:
        slip: The open slip.
        scanned: What the receiver scanned, by the code that stands on the slip; else by its primary code.
        states: Every dossier of the slip and every scanned one, by the same code.
        rules: Users included.

    Raises:
        Conflict: ``slip_closed``, ``not_receiver`` with the name of who is, ``same_person``.
        UserError: ``nothing_scanned``.
    """
    _need_receiver(slip, rules)
    came = set(scanned)
    if not came & set(slip.codes):
        raise UserError("nothing_scanned", slip=slip.name)
    offered = _still_on(slip, states)
    missing = tuple(code for code in slip.codes if code not in came or code not in offered)
    strangers = tuple(code for code in dict.fromkeys(scanned) if code not in offered)
    unexpected = tuple(Unexpected(code, _holder_of(states.get(code), rules)) for code in strangers)
    facts: dict[str, tuple[DossierFact, ...]] = {}
    for code, state in offered.items():
        if code in came:
            confirmed = HandoverConfirmed(slip.slip_id, slip.name, slip.to, _status_at(state, slip.to, rules))
            facts[state.dossier_id] = (confirmed,)
        else:
            facts[state.dossier_id] = (HandoverDropped(slip.slip_id, slip.name, "not_received"),)
    return Handed(SlipClosed(slip.slip_id, SlipState.CONFIRMED, missing, unexpected), facts)


def decide_withdraw_slip(slip: Slip, states: Mapping[str, Dossier | None], reason: str, rules: Rules) -> Handed:
    """Return what taking a slip back makes happen: every paper stays with the giver.

    What a leader took off the slip meanwhile, or a new slip has, is no longer on it: nothing happens to that.

    Args:
        slip: The open slip.
        states: Every dossier of the slip, by the code that stands on it.
        reason: Why it is taken back.
        rules: Users included.

    Raises:
        Conflict: ``slip_closed``, ``not_giver``.
        UserError: ``missing_reason``.
    """
    if not slip.is_open:
        raise Conflict("slip_closed", slip=slip.name)
    if rules.actor.user_id != slip.made_by and not holds(rules.actor, slip.giver):
        raise Conflict("not_giver", slip=slip.name, holder=holder_name(slip.giver, rules))
    why = need_reason(reason)
    dropped = HandoverDropped(slip.slip_id, slip.name, "withdrawn")
    facts = {state.dossier_id: (dropped,) for state in _still_on(slip, states).values()}
    return Handed(SlipClosed(slip.slip_id, SlipState.WITHDRAWN, reason=why), facts)


def decide_assign(state: Dossier, command: AssignCustody, rules: Rules) -> tuple[DossierFact, ...]:
    """Return what a leader's word on custody makes happen; an open slip loses the dossier.

    Raises:
        Conflict: ``dossier_closed``, ``still_submitted``.
        UserError: ``unknown_holder``, ``missing_reason``.
    """
    need_open(state)
    if state.base_status is Status.SUBMITTED:
        raise Conflict("still_submitted", code=state.code)
    need_holder(command.to, rules.unit, rules.users)
    status = _status_at(state, command.to, rules)
    return (CustodyAssigned(command.to, need_reason(command.reason), status, command.witness),)


def _still_on(slip: Slip, states: Mapping[str, Dossier | None]) -> dict[str, Dossier]:
    """Return the dossiers that still lie on a slip, by the code that stands on it."""
    found = ((line.code, states.get(line.code)) for line in slip.lines)
    return {code: state for code, state in found if state is not None and state.offered_on == slip.name}


def _need_receiver(slip: Slip, rules: Rules) -> None:
    if not slip.is_open:
        raise Conflict("slip_closed", slip=slip.name)
    if not holds(rules.actor, slip.to):
        raise Conflict("not_receiver", slip=slip.name, holder=holder_name(slip.to, rules))
    if rules.actor.user_id == slip.made_by:
        raise Conflict("same_person", slip=slip.name)


def _holder_of(state: Dossier | None, rules: Rules) -> str:
    return "" if state is None else holder_name(state.custodian, rules)


def _status_at(state: Dossier, to: Custodian, rules: Rules) -> Status:
    """Return where a dossier stands once somebody else holds it."""
    if state.base_status is Status.APPROVED:
        return Status.APPROVED
    if to.kind is CustodianKind.USER:
        return Status.IN_PROGRESS
    if to.holder == rules.unit.counter_section:
        return Status.RECEIVED
    return Status.WITH_SECTION
