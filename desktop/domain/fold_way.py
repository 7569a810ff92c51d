"""What the facts between counter and citizen do to a dossier: the steps of :mod:`desktop.domain.fold`."""

from collections.abc import Callable, Mapping
from typing import Any

from desktop.domain.dossiers import (
    NOBODY,
    Change,
    Custodian,
    CustodianKind,
    Dossier,
    Receipt,
    Status,
)
from desktop.domain.errors import DamagedData
from desktop.domain.events import Envelope
from desktop.domain.facts.hub import CodeBound, CustodyTaken
from desktop.domain.facts.unit import SlipClosed
from desktop.domain.facts.way import (
    Apologised,
    Approved,
    CitizenNotified,
    CustodyAssigned,
    FileAttached,
    HandoverConfirmed,
    HandoverDropped,
    HandoverOffered,
    PaperPrinted,
    Refused,
    Rejected,
    SentBack,
    Submitted,
    WaitClosed,
    WaitOpened,
    Withdrawn,
)
from desktop.domain.records import replace
from desktop.domain.slips import Slip
from desktop.domain.vietnamese import screen_datetime
from desktop.domain.way import (
    Apology,
    Decision,
    DecisionKind,
    Ending,
    Submission,
    Wait,
    WaitKind,
)

Changed = dict[str, Any]  # new values of a dossier's fields by name: one copy of the dossier per event
Step = Callable[[Dossier, Any, Envelope], Changed]  # the fact is the one the step is listed under

#: The status a wait shows, the strongest first.
_WAITING = (
    (WaitKind.STOP, Status.STOPPED),
    (WaitKind.SUPPLEMENT, Status.WAITING_SUPPLEMENT),
    (WaitKind.OBLIGATION, Status.WAITING_PAYMENT),
)
#: Sentences of a receipt that is issued again when a wait ends.
_WAIT_OVER = {
    WaitKind.SUPPLEMENT: "đã nhận đủ giấy tờ bổ sung",
    WaitKind.OBLIGATION: "đã hoàn thành nghĩa vụ tài chính",
    WaitKind.OPINIONS: "đã có ý kiến của cơ quan được hỏi",
    WaitKind.VERIFICATION: "đã xác minh xong",
    WaitKind.STOP: "tiếp tục giải quyết hồ sơ đã dừng",
}


def standing(base: Status, waits: tuple[Wait, ...]) -> Changed:
    """Return base status and shown status for the waits that are open."""
    kinds = {wait.kind for wait in waits if wait.is_open}
    shown = next((status for kind, status in _WAITING if kind in kinds), base) if kinds else base
    return {"base_status": base, "status": shown, "waits": waits}


def _offered(_state: Dossier, fact: HandoverOffered, _envelope: Envelope) -> Changed:
    return {"offered_on": fact.slip}


def _confirmed(state: Dossier, fact: HandoverConfirmed, envelope: Envelope) -> Changed:
    held = {"custodian": fact.to, "custody_since": envelope.acted_at, "offered_on": ""}
    return held | standing(fact.status, state.waits)


def _dropped(state: Dossier, fact: HandoverDropped, _envelope: Envelope) -> Changed:
    # A dossier that a leader took off the slip may lie on another one by now.
    return {"offered_on": ""} if state.offered_on == fact.slip else {}


def _assigned(state: Dossier, fact: CustodyAssigned, envelope: Envelope) -> Changed:
    held = {"custodian": fact.to, "custody_since": envelope.acted_at, "offered_on": ""}
    return held | standing(fact.status or state.base_status, state.waits)


def _wait_opened(state: Dossier, fact: WaitOpened, envelope: Envelope) -> Changed:
    wait = Wait(
        wait_id=fact.wait_id,
        kind=fact.kind,
        effect=fact.effect,
        began_at=envelope.acted_at,
        by=envelope.actor,
        reason=fact.reason,
        legal_basis=fact.legal_basis,
        missing=fact.missing,
        of=fact.of,
        answer_due=fact.answer_due,
        form=fact.form,
    )
    base = state.base_status
    is_work = fact.kind in (WaitKind.OPINIONS, WaitKind.VERIFICATION)
    if is_work and base is Status.WITH_SECTION:
        base = Status.IN_PROGRESS
    return standing(base, (*state.waits, wait))


def _wait_closed(state: Dossier, fact: WaitClosed, envelope: Envelope) -> Changed:
    waits = tuple(
        replace(wait, ended_at=envelope.acted_at, answer=fact.answer) if wait.wait_id == fact.wait_id else wait
        for wait in state.waits
    )
    changed = standing(state.base_status, waits) | {"due_at": fact.due_at}
    if fact.components:
        changed["components"] = fact.components
    if fact.receipt_version > state.receipt.version:
        changed |= {
            "promised_at": fact.due_at,
            "receipt": Receipt(
                state.receipt.book,
                state.receipt.number,
                version=fact.receipt_version,
                issued_at=envelope.acted_at,
                previous_at=state.receipt.issued_at,
            ),
            "changes": (Change("promised_at", screen_datetime(state.promised_at), screen_datetime(fact.due_at)),),
            "correction_reason": _WAIT_OVER[fact.kind],
        }
    return changed


def _attached(state: Dossier, fact: FileAttached, _envelope: Envelope) -> Changed:
    base = state.base_status
    if base is Status.WITH_SECTION:
        base = Status.IN_PROGRESS
    return {"attachments": (*state.attachments, fact.attachment)} | standing(base, state.waits)


def _submitted(state: Dossier, fact: Submitted, envelope: Envelope) -> Changed:
    return {
        "custodian": fact.to,
        "custody_since": envelope.acted_at,
        "submission": Submission(envelope.acted_at, envelope.actor, fact.content_hash, fact.note),
        "decision": None,
    } | standing(Status.SUBMITTED, state.waits)


def _submission(state: Dossier, envelope: Envelope) -> Submission:
    """Return what is decided on.

    Raises:
        DamagedData: ``event_out_of_place`` when nothing was submitted: the paper would go back to nobody.
    """
    if state.submission is None:
        raise DamagedData("event_out_of_place", event_id=envelope.event_id)
    return state.submission


def _to_author(state: Dossier, envelope: Envelope) -> Changed:
    author = Custodian(CustodianKind.USER, _submission(state, envelope).by)
    return {"custodian": author, "custody_since": envelope.acted_at, "offered_on": ""}


def _decision(state: Dossier, kind: DecisionKind, envelope: Envelope, **more: Any) -> Decision:  # noqa: ANN401 - fields of the decision
    submission = _submission(state, envelope)
    return Decision(
        kind=kind,
        at=envelope.acted_at,
        by=envelope.actor,
        content_hash=submission.content_hash,
        waited_since=submission.at,
        files_before=len(state.attachments),
        **{"authority": None, **more},
    )


def _approved(state: Dossier, fact: Approved, envelope: Envelope) -> Changed:
    decision = _decision(state, DecisionKind.APPROVED, envelope, authority=fact.authority, means=fact.means)
    return _to_author(state, envelope) | {"decision": decision} | standing(Status.APPROVED, state.waits)


def _sent_back(state: Dossier, fact: SentBack, envelope: Envelope) -> Changed:
    decision = _decision(state, DecisionKind.SENT_BACK, envelope, reason=fact.reason)
    return _to_author(state, envelope) | {"decision": decision} | standing(Status.IN_PROGRESS, state.waits)


def _rejected(state: Dossier, fact: Rejected, envelope: Envelope) -> Changed:
    decision = _decision(state, DecisionKind.REJECTED, envelope, authority=fact.authority, reason=fact.reason)
    return _to_author(state, envelope) | {"decision": decision} | standing(Status.IN_PROGRESS, state.waits)


def _apologised(state: Dossier, fact: Apologised, envelope: Envelope) -> Changed:
    apology = Apology(
        form=fact.form,
        at=envelope.acted_at,
        by=envelope.actor,
        reason=fact.reason,
        cause=fact.cause,
        old_promise=state.promised_at,
        new_promise=fact.new_promise,
        is_late=fact.is_late,
        authority=fact.authority,
    )
    return {"apologies": (*state.apologies, apology), "promised_at": fact.new_promise}


def _all_ended(state: Dossier, envelope: Envelope) -> tuple[Wait, ...]:
    return tuple(replace(wait, ended_at=envelope.acted_at) if wait.is_open else wait for wait in state.waits)


def _refused(state: Dossier, fact: Refused, envelope: Envelope) -> Changed:
    ending = Ending(
        at=envelope.acted_at,
        by=envelope.actor,
        reason=fact.reason,
        legal_basis=fact.legal_basis,
        form=fact.form,
        originals_returned=fact.originals_returned,
        authority=fact.authority,
    )
    ended = {"ending": ending, "custodian": NOBODY, "custody_since": envelope.acted_at, "solved_at": envelope.acted_at}
    return ended | standing(Status.REFUSED, _all_ended(state, envelope))


def _withdrawn(state: Dossier, fact: Withdrawn, envelope: Envelope) -> Changed:
    ending = Ending(envelope.acted_at, envelope.actor, fact.reason, originals_returned=fact.originals_returned)
    ended = {"ending": ending, "custodian": NOBODY, "custody_since": envelope.acted_at}
    return ended | standing(Status.WITHDRAWN, _all_ended(state, envelope))


def _code_bound(state: Dossier, fact: CodeBound, _envelope: Envelope) -> Changed:
    return {"code": fact.code, "aliases": (*state.aliases, state.code)}


def _nothing(_state: Dossier, _fact: CitizenNotified | PaperPrinted | CustodyTaken, _envelope: Envelope) -> Changed:
    return {}


STEPS: Mapping[type, Step] = {
    HandoverOffered: _offered,
    HandoverConfirmed: _confirmed,
    HandoverDropped: _dropped,
    CustodyAssigned: _assigned,
    WaitOpened: _wait_opened,
    WaitClosed: _wait_closed,
    FileAttached: _attached,
    Submitted: _submitted,
    Approved: _approved,
    SentBack: _sent_back,
    Rejected: _rejected,
    Apologised: _apologised,
    Refused: _refused,
    Withdrawn: _withdrawn,
    CitizenNotified: _nothing,
    PaperPrinted: _nothing,
    CustodyTaken: _nothing,
    CodeBound: _code_bound,
}


def close_slip(slip: Slip, fact: SlipClosed, envelope: Envelope) -> Slip:
    """Return a slip after its end."""
    return replace(
        slip,
        state=fact.state,
        closed_at=envelope.acted_at,
        closed_by=envelope.actor,
        missing=fact.missing,
        unexpected=fact.unexpected,
    )
