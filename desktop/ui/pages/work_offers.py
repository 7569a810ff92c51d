"""Which acts a dossier offers a person now: what its state, its paper and his roles allow.

The rules themselves are the domain's and refuse whatever is tried; this only keeps buttons away that cannot help.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.acts.checks import HOLDING, holds, stopping_wait
from desktop.domain.acts.waiting import supplements_so_far
from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.users import Action, User, may
from desktop.domain.way import DecisionKind, WaitKind
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP


class WorkAct(StrEnum):
    """Name an act on one dossier."""

    SUBMIT = "submit"
    READY = "ready"
    SUPPLEMENT = "supplement"
    SUPPLEMENT_CAME = "supplement_came"
    OPINIONS = "opinions"
    OPINIONS_CAME = "opinions_came"
    VERIFICATION = "verification"
    VERIFICATION_CAME = "verification_came"
    OBLIGATION = "obligation"
    OBLIGATION_CAME = "obligation_came"
    STOP = "stop"
    RESUME = "resume"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    NOTIFY = "notify"
    ATTACH = "attach"
    PAPERS = "papers"
    ID_NUMBERS = "id_numbers"


@dataclass(frozen=True, slots=True)
class ActLook:
    """Show an act: verb, key, icon.

    Attributes:
        is_danger: It ends the dossier without its result.
    """

    verb: str
    keys: str
    icon: str
    is_danger: bool = False


#: The act that begins a wait and the one that ends it have the same key. Ctrl+J and Ctrl+M come from scanners,
#: Ctrl+I answers the question after a print wherever one is.
LOOKS: Final[Mapping[WorkAct, ActLook]] = {
    WorkAct.SUBMIT: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Trình ký"), "Ctrl+Return", "sign"),
    WorkAct.READY: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Có kết quả"), "Ctrl+Return", "check"),
    WorkAct.SUPPLEMENT: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Yêu cầu bổ sung"), "Ctrl+B", "warning"),
    WorkAct.SUPPLEMENT_CAME: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Nhận bổ sung"), "Ctrl+B", "receive"),
    WorkAct.OPINIONS: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Xin ý kiến"), "Ctrl+H", "consult"),
    WorkAct.OPINIONS_CAME: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Đã có ý kiến"), "Ctrl+H", "check"),
    WorkAct.VERIFICATION: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Xác minh"), "Ctrl+N", "search"),
    WorkAct.VERIFICATION_CAME: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Đã xác minh"), "Ctrl+N", "check"),
    WorkAct.OBLIGATION: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Nghĩa vụ tài chính"), "Ctrl+T", "fee"),
    WorkAct.OBLIGATION_CAME: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Đã nộp tài chính"), "Ctrl+T", "check"),
    WorkAct.STOP: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Dừng"), "Ctrl+D", "minus"),
    WorkAct.RESUME: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Tiếp tục"), "Ctrl+D", "next"),
    WorkAct.REFUSE: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Từ chối (Mẫu 03)"), "Ctrl+R", "close", is_danger=True),
    WorkAct.WITHDRAW: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Rút hồ sơ"), "Ctrl+Shift+R", "back", is_danger=True),
    WorkAct.NOTIFY: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Báo công dân"), "Ctrl+G", "phone"),
    WorkAct.ATTACH: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Đính kèm"), "Ctrl+Shift+D", "plus"),
    WorkAct.PAPERS: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "In giấy"), "Ctrl+Shift+P", "print"),
    WorkAct.ID_NUMBERS: ActLook(QT_TRANSLATE_NOOP(CONTEXT, "Xem số đầy đủ"), "Ctrl+Shift+X", "eye"),
}

_WAITS: Final[tuple[tuple[WaitKind, WorkAct, WorkAct, Action], ...]] = (
    (WaitKind.OPINIONS, WorkAct.OPINIONS, WorkAct.OPINIONS_CAME, Action.WAIT),
    (WaitKind.VERIFICATION, WorkAct.VERIFICATION, WorkAct.VERIFICATION_CAME, Action.WAIT),
    (WaitKind.OBLIGATION, WorkAct.OBLIGATION, WorkAct.OBLIGATION_CAME, Action.WAIT),
    (WaitKind.STOP, WorkAct.STOP, WorkAct.RESUME, Action.STOP),
)
_AT_WORK: Final = frozenset({Status.RECEIVED, Status.WITH_SECTION, Status.IN_PROGRESS})
_AT_SECTION: Final = frozenset({Status.WITH_SECTION, Status.IN_PROGRESS})


def offers(dossier: Dossier, actor: User, clock: ClockPolicy) -> tuple[WorkAct, ...]:
    """Return the acts a dossier offers, the one that leads on first; nothing while it lies before the leaders.

    Args:
        dossier: The dossier.
        actor: Who looks at it.
        clock: Of its rule pack.
    """
    is_over = dossier.is_closed or dossier.base_status is Status.RESULT_READY
    if is_over or dossier.base_status is Status.SUBMITTED:
        return ()
    found: list[WorkAct] = []
    if holds(actor, dossier.custodian) and not dossier.offered_on:
        found += _as_holder(dossier, actor, clock)
    elif _waits_for(dossier, WaitKind.SUPPLEMENT):
        # What a citizen brings is taken at the counter, wherever the dossier lies.
        found += _allowed(actor, ((WorkAct.SUPPLEMENT_CAME, Action.RECEIVE_SUPPLEMENT),))
    if found:
        common = (
            (WorkAct.NOTIFY, Action.NOTIFY_CITIZEN),
            (WorkAct.ATTACH, Action.ATTACH_FILE),
            (WorkAct.PAPERS, Action.PRINT_PAPER),
        )
        found += _allowed(actor, common)
    return tuple(found)


def beside(dossier: Dossier, actor: User) -> tuple[WorkAct, ...]:
    """Return what any dossier offers in any state: its papers, and the whole numbers of its people."""
    found = _allowed(actor, ((WorkAct.PAPERS, Action.PRINT_PAPER),))
    if dossier.owner.id_number or dossier.submitter.party.id_number:
        found += _allowed(actor, ((WorkAct.ID_NUMBERS, Action.VIEW_ID_NUMBERS),))
    return tuple(found)


def is_rejected(dossier: Dossier) -> bool:
    """Tell whether the leaders decided against the request and the refusal is still to be written."""
    decision = dossier.decision
    return decision is not None and decision.kind is DecisionKind.REJECTED and dossier.base_status in _AT_SECTION


def _as_holder(dossier: Dossier, actor: User, clock: ClockPolicy) -> Iterator[WorkAct]:
    is_running = stopping_wait(dossier) is None
    if dossier.base_status is Status.APPROVED:
        if is_running:
            yield from _allowed(actor, ((WorkAct.READY, Action.MARK_RESULT_READY),))
        yield from _endings_of_waits(dossier, actor)
        return
    if is_rejected(dossier):
        yield from _allowed(actor, ((WorkAct.REFUSE, Action.REFUSE), (WorkAct.WITHDRAW, Action.WITHDRAW)))
        return
    if is_running and dossier.base_status in _AT_SECTION:
        yield from _allowed(actor, ((WorkAct.SUBMIT, Action.SUBMIT),))
    yield from _supplement(dossier, actor, clock, is_running=is_running)
    yield from _waits(dossier, actor, is_running=is_running)
    yield from _allowed(actor, ((WorkAct.WITHDRAW, Action.WITHDRAW),))
    if dossier.base_status is Status.RECEIVED and dossier.custody_since == dossier.received_at:
        yield from _allowed(actor, ((WorkAct.REFUSE, Action.REFUSE),))


def _supplement(dossier: Dossier, actor: User, clock: ClockPolicy, *, is_running: bool) -> Iterator[WorkAct]:
    if _waits_for(dossier, WaitKind.SUPPLEMENT):
        yield from _allowed(actor, ((WorkAct.SUPPLEMENT_CAME, Action.RECEIVE_SUPPLEMENT),))
    elif is_running:
        is_again = supplements_so_far(dossier) >= clock.supplement_limit
        action = Action.REQUEST_SUPPLEMENT_AGAIN if is_again else Action.REQUEST_SUPPLEMENT
        yield from _allowed(actor, ((WorkAct.SUPPLEMENT, action),))


def _waits(dossier: Dossier, actor: User, *, is_running: bool) -> Iterator[WorkAct]:
    for kind, begin, end, action in _WAITS:
        if _waits_for(dossier, kind):
            yield from _allowed(actor, ((end, action),))
        elif is_running or kind not in HOLDING:
            yield from _allowed(actor, ((begin, action),))


def _endings_of_waits(dossier: Dossier, actor: User) -> Iterator[WorkAct]:
    for kind, _, end, action in _WAITS:
        if _waits_for(dossier, kind):
            yield from _allowed(actor, ((end, action),))


def _waits_for(dossier: Dossier, kind: WaitKind) -> bool:
    return any(wait.kind is kind for wait in dossier.open_waits)


def _allowed(actor: User, acts: tuple[tuple[WorkAct, Action], ...]) -> list[WorkAct]:
    return [act for act, action in acts if may(actor.roles, action)]
