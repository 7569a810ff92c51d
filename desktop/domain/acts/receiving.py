"""Receive a dossier: check the papers, compute fee and promise, say what happened.

Source: Decree 61/2018/NĐ-CP art. 17 (three exits of the reception, one code per dossier, results at once).
"""

from collections.abc import Sequence

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.catalogue import Procedure
from desktop.domain.commands import ComponentCount, Receive
from desktop.domain.deadlines import Deadline, compute
from desktop.domain.dossiers import (
    CertifiedDocument,
    Channel,
    ComponentLine,
    FeeMethod,
    Party,
    ProcedureSnapshot,
    Proof,
    Relation,
)
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import Fact
from desktop.domain.facts.counter import FeeTaken, Received, ResultReady, Returned
from desktop.domain.fees import FeeLine, compute_fees, with_local_fee
from desktop.domain.limits import Limit
from desktop.domain.rules import Allotment, Rules
from desktop.domain.units import Unit
from desktop.domain.vietnamese import local

MAX_COUNT = 999


def decide_receive(command: Receive, allotted: Allotment, rules: Rules) -> tuple[Fact, ...]:
    """Return what receiving a dossier makes happen.

    Raises:
        UserError: ``missing_component`` naming all of them, ``unknown_component``, ``bad_count``,
            ``missing_name``, ``missing_authorisation``, ``not_received_here``, ``immediate_not_allowed``,
            ``exemption_without_reason``.
        Conflict: ``open_twin`` when the owner has an open dossier of this procedure and no reason is given.
    """
    check_parties(command)
    check_exemption(command.exemption)
    if not command.procedure.received_here:
        raise UserError("not_received_here", procedure=command.procedure.code, name=command.procedure.name)
    if command.is_immediate and not command.procedure.immediate_allowed:
        raise UserError("immediate_not_allowed", procedure=command.procedure.code)
    if allotted.twin_code and len(command.duplicate_reason.strip()) < MIN_REASON:
        raise Conflict("open_twin", twin=allotted.twin_code, procedure=command.procedure.name)
    components = check_components(command.procedure, command.components, command.channel)
    fees = fees_of(command, rules)
    received = Received(
        unit_id=rules.unit.unit_id,
        code=allotted.code,
        is_provisional=allotted.is_provisional,
        book=allotted.book,
        receipt_number=allotted.receipt_number,
        lookup_key=allotted.lookup_key,
        pack=rules.pack.id,
        procedure=snapshot(command.procedure, command.channel),
        channel=command.channel,
        owner=command.owner,
        submitter=command.submitter,
        components=components,
        sets=check_count("sets", command.sets, lowest=1),
        result_by=command.result_by,
        fees=fees,
        due_at=promise(command.procedure, command.channel, rules).due_at,
        counter_section=rules.unit.counter_section,
        day=local(rules.now).date(),
        block=allotted.block,
        ordinal=allotted.ordinal,
        note=command.note,
        documents=command.documents,
        exemption=command.exemption,
        is_immediate=command.is_immediate,
        duplicate_reason=command.duplicate_reason,
    )
    return (received, *_paid(command, fees, allotted), *_handed_out_at_once(command, rules))


def promise(procedure: Procedure, channel: Channel, rules: Rules) -> Deadline:
    """Return the promise of a procedure received now, with its explanation."""
    return compute(rules.now, limit_of(procedure, channel), rules.calendar, rules.pack.clock)


def limit_of(procedure: Procedure, channel: Channel) -> Limit:
    """Return the time limit for a channel: its own where the catalogue has one, else the general one."""
    return next((entry.limit for entry in procedure.channel_limits if entry.channel == channel.value), procedure.limit)


def snapshot(procedure: Procedure, channel: Channel) -> ProcedureSnapshot:
    """Return what the dossier keeps of its procedure for life."""
    return ProcedureSnapshot(
        code=procedure.code,
        name=procedure.name,
        field=procedure.field,
        field_name=procedure.field_name,
        version=procedure.version,
        limit=limit_of(procedure, channel),
        section=procedure.section,
        result_name=procedure.result_name,
        process=procedure.process,
    )


def check_parties(command: Receive) -> None:
    """Refuse a dossier without a name, or an authorised submitter without his paper.

    Raises:
        UserError: ``missing_name``, ``missing_authorisation``.
    """
    for who, party in (("applicant", command.owner), ("submitter", command.submitter.party)):
        if not party.name.strip():
            raise UserError("missing_name", field=f"{who}.name")
    if command.submitter.relation is Relation.AUTHORISED and not command.submitter.authorisation.strip():
        raise UserError("missing_authorisation", field="submitter.authorisation")


def check_exemption(reason: str) -> None:
    """Refuse to waive a fee without saying why; "" waives none.

    Raises:
        UserError: ``exemption_without_reason``.
    """
    if reason and len(reason.strip()) < MIN_REASON:
        raise UserError("exemption_without_reason", least=MIN_REASON)


def check_components(
    procedure: Procedure, counts: Sequence[ComponentCount], channel: Channel
) -> tuple[ComponentLine, ...]:
    """Return one line per component of the procedure, then the papers outside the list.

    Raises:
        UserError: ``unknown_component``, ``component_twice``, ``bad_count``, ``extra_paper_without_reason``,
            ``missing_component`` naming every required component that is not there.
    """
    listed = {count.code: count for count in counts if count.code}
    if len(listed) != sum(1 for count in counts if count.code):
        raise UserError("component_twice")
    known = {component.code for component in procedure.components}
    if strangers := sorted(set(listed) - known):
        raise UserError("unknown_component", components=strangers, procedure=procedure.code)
    lines = [
        _line(component.code, component.name, listed.get(component.code), required=component.required)
        for component in procedure.components
    ]
    need_components(lines, channel)
    extras = [count for count in counts if not count.code]
    if any(not extra.name.strip() or len(extra.reason.strip()) < MIN_REASON for extra in extras):
        raise UserError("extra_paper_without_reason")
    return (*lines, *(_line("", extra.name, extra, required=False) for extra in extras))


def need_components(lines: Sequence[ComponentLine], channel: Channel) -> None:
    """Refuse papers of which a required one is not there; those of an online dossier come as files.

    Raises:
        UserError: ``missing_component`` naming every one.
    """
    missing = [{"code": line.code, "name": line.name} for line in lines if line.required and not line.total]
    if missing and channel is not Channel.ONLINE:
        names = "; ".join(entry["name"] for entry in missing)
        raise UserError("missing_component", components=missing, names=names)


def check_count(field: str, value: int, *, lowest: int = 0) -> int:
    """Return a count that lies in its range.

    Raises:
        UserError: ``bad_count``.
    """
    if not lowest <= value <= MAX_COUNT:
        raise UserError("bad_count", field=field, lowest=lowest, highest=MAX_COUNT)
    return value


def fees_of(command: Receive, rules: Rules) -> tuple[FeeLine, ...]:
    """Return the fee lines of a dossier as typed."""
    return charge(command.procedure, command.documents, command.sets, command.exemption, rules.unit)


def charge(
    procedure: Procedure, documents: Sequence[CertifiedDocument], sets: int, exemption: str, unit: Unit
) -> tuple[FeeLine, ...]:
    """Return the fee lines of a procedure, with the unit's own fee where the local council sets it."""
    local_fee = next((fee for fee in unit.local_fees if fee.procedure == procedure.code), None)
    return compute_fees(
        procedure if local_fee is None else with_local_fee(procedure, local_fee.amount_vnd),
        copies=max(sum(document.copies for document in documents), sets),
        pages=[(document.pages, document.copies) for document in documents],
        exemption=exemption,
    )


def _line(code: str, name: str, count: ComponentCount | None, *, required: bool) -> ComponentLine:
    if count is None:
        return ComponentLine(code, name, required)
    return ComponentLine(
        code,
        name,
        required,
        originals=check_count("originals", count.originals),
        certified=check_count("certified", count.certified),
        copies=check_count("copies", count.copies),
    )


def _paid(command: Receive, fees: tuple[FeeLine, ...], allotted: Allotment) -> tuple[FeeTaken, ...]:
    due_vnd = sum(line.amount_vnd for line in fees)
    if command.is_immediate and command.paid_vnd != due_vnd:
        # The result goes out now: nobody comes back to pay.
        raise UserError("fee_owed", due_vnd=due_vnd)
    if command.paid_vnd == 0:
        return ()
    # A waiver is no payment: it comes as an exemption with its reason.
    if not 0 < command.paid_vnd <= due_vnd or command.paid_method is FeeMethod.EXEMPT:
        raise UserError("bad_amount", field="paid_vnd", due_vnd=due_vnd)
    return (FeeTaken(command.paid_vnd, command.paid_method, voucher=allotted.voucher),)


def _handed_out_at_once(command: Receive, rules: Rules) -> tuple[Fact, ...]:
    """Record a result handed out on the spot: solved and returned in the same act (art. 17.4)."""
    if not command.is_immediate:
        return ()
    recipient: Party = command.submitter.party
    return (
        ResultReady(rules.unit.counter_section),
        Returned(
            recipient=recipient,
            relation=command.submitter.relation,
            proof=Proof.SIGNATURE,
            proof_reference="sổ theo dõi",
            authorisation=command.submitter.authorisation,
        ),
    )
