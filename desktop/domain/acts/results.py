"""Take fees, print again, put the result at the counter, give it back.

Source: Decree 61/2018/NĐ-CP art. 6 and 20 (who may collect, originals, early results); status 9 and 10 of
the national exchange are apart: a citizen who comes late does not make the ward late.
"""

from desktop.domain.acts.checks import (
    MIN_REASON,
    has_signed_result,
    need_custody,
    need_known_originals,
    need_running,
)
from desktop.domain.commands import MarkResultReady, PrintReceipt, ReturnResult, TakeFee
from desktop.domain.dossiers import Dossier, FeeMethod, Party, Relation, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import Fact
from desktop.domain.facts.counter import FeeTaken, ReceiptPrinted, ResultReady, Returned
from desktop.domain.rules import Rules
from desktop.domain.vietnamese import fold
from desktop.domain.way import FormNumber, SigningMeans


def decide_print_receipt(state: Dossier, command: PrintReceipt) -> tuple[Fact, ...]:
    """Return one more numbered copy of the receipt.

    Raises:
        Conflict: ``no_receipt`` for a result handed out at once without one.
    """
    if state.receipt.number == 0:
        raise Conflict("no_receipt", code=state.code)
    return (ReceiptPrinted(state.receipt.version, state.receipt.reprints + 1, command.paper),)


def decide_take_fee(state: Dossier, command: TakeFee, voucher: FormNumber | None = None) -> tuple[Fact, ...]:
    """Return a payment or a waiver.

    Raises:
        UserError: ``bad_amount`` (0, or more than is owed), ``missing_reason`` for a waiver without one.
    """
    if command.method is FeeMethod.EXEMPT:
        if len(command.reason.strip()) < MIN_REASON:
            raise UserError("missing_reason", least=MIN_REASON)
        if command.amount_vnd:
            raise UserError("bad_amount", field="amount_vnd", due_vnd=0)
    elif not 0 < command.amount_vnd <= state.owed_vnd:
        raise UserError("bad_amount", field="amount_vnd", due_vnd=state.owed_vnd)
    return (FeeTaken(command.amount_vnd, command.method, command.reason.strip(), voucher),)


def decide_result_ready(state: Dossier, command: MarkResultReady, rules: Rules) -> tuple[Fact, ...]:
    """Return the result at the counter: from here on it counts as solved.

    Raises:
        Conflict: ``dossier_closed``, ``already_ready``, ``not_approved`` while no leader has approved what the dossier
            says now, ``still_waiting``, ``not_signed`` while the digital signature lacks, ``not_custodian``.
    """
    if state.is_closed:
        raise Conflict("dossier_closed", code=state.code, status=state.status.value)
    if state.base_status is Status.RESULT_READY:
        raise Conflict("already_ready", code=state.code)
    if state.base_status is not Status.APPROVED or state.decision is None:
        raise Conflict("not_approved", code=state.code, status=state.status.value)
    need_running(state)
    if state.decision.means is SigningMeans.DIGITAL and not has_signed_result(state):
        raise Conflict("not_signed", code=state.code)
    need_custody(state, rules)
    return (ResultReady(rules.unit.counter_section, command.shelf.strip(), command.note.strip()),)


def decide_return(
    state: Dossier, command: ReturnResult, rules: Rules, voucher: FormNumber | None = None
) -> tuple[Fact, ...]:
    """Return the hand-over to the citizen, with recipient and proof.

    Raises:
        Conflict: ``already_returned``, ``result_not_ready``, ``not_custodian``.
        UserError: ``missing_recipient``, ``recipient_not_owner``, ``missing_authorisation``, ``missing_id_number``
            (an authorised person, or anybody without the receipt), ``missing_proof``, ``unknown_component``,
            ``fee_owed`` with the amount.
    """
    if state.status is Status.RETURNED:
        raise Conflict("already_returned", code=state.code)
    if state.status is not Status.RESULT_READY:
        raise Conflict("result_not_ready", code=state.code, status=state.status.value)
    need_custody(state, rules)
    _check_recipient(state, command)
    if not command.proof_reference.strip():
        raise UserError("missing_proof")
    need_known_originals(state, command.originals_returned)
    taken = _settle(state, command, voucher)
    returned = Returned(
        recipient=command.recipient,
        relation=command.relation,
        proof=command.proof,
        proof_reference=command.proof_reference.strip(),
        authorisation=command.authorisation.strip(),
        originals_returned=command.originals_returned,
        without_receipt_reason=command.without_receipt_reason.strip(),
        proof_sha256=command.proof_sha256,
    )
    return (*taken, returned)


def _check_recipient(state: Dossier, command: ReturnResult) -> None:
    recipient, owner = command.recipient, state.owner
    if not recipient.name.strip():
        raise UserError("missing_recipient")
    if command.relation is Relation.AUTHORISED:
        if not command.authorisation.strip():
            raise UserError("missing_authorisation", field="recipient.authorisation")
        _need_id_number(recipient)
    elif owner.id_number and not _is_owner(owner, recipient):
        raise UserError("recipient_not_owner", code=state.code)
    if command.without_receipt_reason.strip():
        # Neither the receipt nor a paper: nobody could say later who took the result.
        _need_id_number(recipient)


def _need_id_number(recipient: Party) -> None:
    if not recipient.id_number.strip():
        raise UserError("missing_id_number", field="recipient.id_number")


def _is_owner(owner: Party, recipient: Party) -> bool:
    """Tell whether the recipient is the owner: by ID number, by name when he shows none."""
    if recipient.id_number:
        return recipient.id_number == owner.id_number
    return fold(recipient.name) == fold(owner.name)


def _settle(state: Dossier, command: ReturnResult, voucher: FormNumber | None) -> tuple[FeeTaken, ...]:
    owed_vnd = state.owed_vnd
    if owed_vnd == 0 and command.paid_vnd == 0:
        return ()
    if command.paid_method is FeeMethod.EXEMPT:
        return tuple(
            fact
            for fact in decide_take_fee(state, TakeFee(command.paid_vnd, FeeMethod.EXEMPT, command.fee_reason))
            if isinstance(fact, FeeTaken)
        )
    if command.paid_vnd != owed_vnd:
        raise UserError("fee_owed", due_vnd=owed_vnd)
    return (FeeTaken(owed_vnd, command.paid_method, command.fee_reason.strip(), voucher),)
