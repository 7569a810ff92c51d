"""Apply events to a dossier: the only place where its state comes from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

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
from desktop.domain.events import (
    Corrected,
    Envelope,
    Event,
    FeeTaken,
    ReceiptPrinted,
    Received,
    ResultReady,
    Returned,
)

Changed = dict[str, Any]  # new values of a dossier's fields by name: one copy of the dossier per event


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
    return replace(state, version=state.version + 1, **step(state, fact, envelope))


def fold(events: Iterable[Event]) -> Dossier | None:
    """Return the state after all events of one dossier, None when there are none."""
    state: Dossier | None = None
    for event in events:
        state = apply(state, event)
    return state


def _received(fact: Received, envelope: Envelope) -> Dossier:
    return Dossier(
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
        custodian=Custodian(CustodianKind.SECTION, fact.counter_section),
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
        "promised_at": fact.due_at,
        "changes": fact.changes,
        "correction_reason": fact.reason,
        "receipt": receipt,
        "documents": fact.documents,
        "exemption": fact.exemption,
    }


def _receipt_printed(state: Dossier, fact: ReceiptPrinted, envelope: Envelope) -> Changed:
    del envelope
    return {"receipt": replace(state.receipt, reprints=fact.copy_no)}


def _fee_taken(state: Dossier, fact: FeeTaken, envelope: Envelope) -> Changed:
    payment = Payment(fact.amount_vnd, fact.method, envelope.acted_at, envelope.actor, fact.reason)
    return {"payments": (*state.payments, payment)}


def _result_ready(state: Dossier, fact: ResultReady, envelope: Envelope) -> Changed:
    del state
    return {
        "status": Status.RESULT_READY,
        "solved_at": envelope.acted_at,
        "shelf": fact.shelf,
        "result_note": fact.note,
        "custodian": Custodian(CustodianKind.SECTION, fact.counter_section),
    }


def _returned(state: Dossier, fact: Returned, envelope: Envelope) -> Changed:
    del state
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
    )
    return {"status": Status.RETURNED, "custodian": NOBODY, "returned": record}


Step = Callable[[Dossier, Any, Envelope], Changed]

_STEPS: Mapping[type, Step] = {
    Corrected: _corrected,
    ReceiptPrinted: _receipt_printed,
    FeeTaken: _fee_taken,
    ResultReady: _result_ready,
    Returned: _returned,
}
