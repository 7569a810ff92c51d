"""Apply events to a dossier: the only place where its state comes from."""

from collections.abc import Callable, Iterable, Mapping

from desktop.domain import fold_way
from desktop.domain.content import content_hash
from desktop.domain.dossiers import (
    NOBODY,
    Custodian,
    CustodianKind,
    Dossier,
    Payment,
    Receipt,
    ReturnRecord,
    Status,
)
from desktop.domain.errors import DamagedData
from desktop.domain.events import Envelope, Event
from desktop.domain.facts.counter import Corrected, FeeTaken, ReceiptPrinted, Received, ResultReady, Returned
from desktop.domain.fold_way import Changed, Step, standing
from desktop.domain.records import maker, replace
from desktop.domain.way import DecisionKind


def apply(state: Dossier | None, event: Event) -> Dossier:
    """Return the state after an event.

    Raises:
        DamagedData: ``event_out_of_place`` when the event cannot follow the state: a log that was tampered with.
    """
    fact, envelope = event.fact, event.envelope
    if isinstance(fact, Received):
        if state is not None:
            raise DamagedData("event_out_of_place", event_id=envelope.event_id)
        return _received(fact, envelope)
    step = _STEPS.get(type(fact))
    if step is None or state is None:
        raise DamagedData("event_out_of_place", event_id=envelope.event_id)
    changed = step(state, fact, envelope)
    new = replace(state, version=state.version + 1, seen_at=envelope.acted_at, **changed)
    return _voided(new) if changed.keys() & _CONTENT else new


def _voided(state: Dossier) -> Dossier:
    """Take an approval or a rejection back when the content is no longer what was decided on."""
    decision = state.decision
    if decision is None or state.base_status not in _VOIDABLE.get(decision.kind, ()):
        return state
    if decision.content_hash == content_hash(state):
        return state
    base = Status.IN_PROGRESS if decision.kind is DecisionKind.APPROVED else state.base_status
    return replace(state, decision=None, **standing(base, state.waits))


def fold(events: Iterable[Event]) -> Dossier | None:
    """Return the state after all events of one dossier, None when there are none."""
    state: Dossier | None = None
    for event in events:
        state = apply(state, event)
    return state


#: Made for every event of a log that is folded: the usual constructor sets each of its fields by name.
_dossier: Callable[..., Dossier] = maker(Dossier)


def _received(fact: Received, envelope: Envelope) -> Dossier:
    return _dossier(
        dossier_id=envelope.dossier_id,
        unit_id=fact.unit_id,
        code=fact.code,
        pack=fact.pack,
        procedure=fact.procedure,
        channel=fact.channel,
        owner=fact.owner,
        submitter=fact.submitter,
        components=fact.components,
        sets=fact.sets,
        note=fact.note,
        result_by=fact.result_by,
        fees=fact.fees,
        lookup_key=fact.lookup_key,
        received_at=envelope.acted_at,
        received_by=envelope.actor,
        due_at=fact.due_at,
        promised_at=fact.due_at,
        first_promised_at=fact.due_at,
        receipt=Receipt(fact.book, fact.receipt_number, version=1, issued_at=envelope.acted_at),
        status=Status.RECEIVED,
        base_status=Status.RECEIVED,
        custodian=Custodian(CustodianKind.SECTION, fact.counter_section),
        custody_since=envelope.acted_at,
        seen_at=envelope.acted_at,
        version=1,
        documents=fact.documents,
        exemption=fact.exemption,
        is_immediate=fact.is_immediate,
    )


def _corrected(state: Dossier, fact: Corrected, envelope: Envelope) -> Changed:
    receipt = Receipt(
        state.receipt.book,
        state.receipt.number,
        version=fact.receipt_version,
        issued_at=envelope.acted_at,
        previous_at=state.receipt.issued_at,
    )
    # A promise named in an apology stands until a correction names another one.
    is_moved = any(change.field == "promised_at" for change in fact.changes)
    return {
        "owner": fact.owner,
        "submitter": fact.submitter,
        "procedure": fact.procedure,
        "channel": fact.channel,
        "components": fact.components,
        "sets": fact.sets,
        "note": fact.note,
        "result_by": fact.result_by,
        "fees": fact.fees,
        "due_at": fact.due_at,
        "promised_at": fact.due_at if is_moved else state.promised_at,
        "changes": fact.changes,
        "correction_reason": fact.reason,
        "receipt": receipt,
        "documents": fact.documents,
        "exemption": fact.exemption,
    }


def _receipt_printed(state: Dossier, fact: ReceiptPrinted, envelope: Envelope) -> Changed:
    del envelope
    if fact.version != state.receipt.version:
        # Printed where the correction was not known yet: a copy of what no longer stands.
        return {}
    return {"receipt": replace(state.receipt, reprints=max(state.receipt.reprints, fact.copy_no))}


def _fee_taken(state: Dossier, fact: FeeTaken, envelope: Envelope) -> Changed:
    name = envelope.replaces or envelope.event_id  # of an event said again: the one that stood on paper
    payment = Payment(fact.amount_vnd, fact.method, envelope.acted_at, envelope.actor, fact.reason, fact.voucher, name)
    return {"payments": (*state.payments, payment)}


def _result_ready(state: Dossier, fact: ResultReady, envelope: Envelope) -> Changed:
    return {
        "solved_at": envelope.acted_at,
        "shelf": fact.shelf,
        "result_note": fact.note,
        "custodian": Custodian(CustodianKind.SECTION, fact.counter_section),
        "custody_since": envelope.acted_at,
    } | standing(Status.RESULT_READY, state.waits)


def _returned(state: Dossier, fact: Returned, envelope: Envelope) -> Changed:
    record = ReturnRecord(
        at=envelope.acted_at,
        by=envelope.actor,
        recipient=fact.recipient,
        relation=fact.relation,
        proof=fact.proof,
        proof_reference=fact.proof_reference,
        authorisation=fact.authorisation,
        originals_returned=fact.originals_returned,
        without_receipt_reason=fact.without_receipt_reason,
        proof_sha256=fact.proof_sha256,
    )
    held = {"custodian": NOBODY, "custody_since": envelope.acted_at, "returned": record}
    return held | standing(Status.RETURNED, state.waits)


_STEPS: Mapping[type, Step] = {
    Corrected: _corrected,
    ReceiptPrinted: _receipt_printed,
    FeeTaken: _fee_taken,
    ResultReady: _result_ready,
    Returned: _returned,
    **fold_way.STEPS,
}
#: Where a dossier stands while a decision can still be voided: nobody has acted on it for good.
_VOIDABLE: Mapping[DecisionKind, frozenset[Status]] = {
    DecisionKind.APPROVED: frozenset({Status.APPROVED}),
    DecisionKind.REJECTED: frozenset({Status.RECEIVED, Status.WITH_SECTION, Status.IN_PROGRESS}),
}
#: Fields a decision rests on; see :func:`desktop.domain.content.content_hash`.
_CONTENT = frozenset({"owner", "submitter", "procedure", "components", "documents", "attachments"})
