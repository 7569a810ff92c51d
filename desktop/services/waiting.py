"""Let a dossier wait for papers, money, opinions or a verification, stop it, and let it go on."""

from datetime import date

from desktop.domain.acts.waiting import decide_close_wait, decide_open_wait, decide_request_supplement
from desktop.domain.dossiers import Dossier
from desktop.domain.events import DossierFact
from desktop.domain.rule_packs import clock_under
from desktop.domain.rules import Rules
from desktop.domain.users import Action, User
from desktop.domain.vietnamese import local
from desktop.domain.way import FormNumber, WaitKind
from desktop.domain.way_commands import CloseWait, OpenWait, RequestSupplement
from desktop.services.acting import Acted, Paper, act_on, next_number
from desktop.services.ports import Act, Desk
from desktop.services.receive import RECEIPT_FORM, find_procedure

SUPPLEMENT_FORM = "supplement"
STOP_FORM = "stop"

_BEGIN = {WaitKind.STOP: Action.STOP}
_END = {WaitKind.STOP: Action.STOP, WaitKind.SUPPLEMENT: Action.RECEIVE_SUPPLEMENT}


def request_supplement(desk: Desk, actor: User, code: str, command: RequestSupplement) -> Acted:
    """Ask for everything that is missing and queue Mẫu 02; the clock does what the rule pack says.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``; see
            :func:`desktop.domain.acts.waiting.decide_request_supplement`.
    """

    def decide(act: Act, state: Dossier, rules: Rules) -> tuple[DossierFact, ...]:
        current = find_procedure(desk, state.procedure.code, state.received_at)
        new = (act.new_id(), next_number(act, SUPPLEMENT_FORM))
        return decide_request_supplement(state, command, current, new, rules)

    return act_on(desk, actor, Action.REQUEST_SUPPLEMENT, code, decide, Paper(SUPPLEMENT_FORM, latest_wait))


def open_wait(desk: Desk, actor: User, code: str, command: OpenWait) -> Acted:
    """Begin to wait for money, an opinion or a verification, or stop the dossier.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``; see
            :func:`desktop.domain.acts.waiting.decide_open_wait`.
    """
    is_stop = command.kind is WaitKind.STOP

    def decide(act: Act, state: Dossier, rules: Rules) -> tuple[DossierFact, ...]:
        form: FormNumber | None = None
        if is_stop and STOP_FORM in rules.pack.forms:
            form = next_number(act, STOP_FORM)
        return decide_open_wait(state, command, (act.new_id(), form), rules)

    paper = Paper(STOP_FORM, latest_wait) if is_stop else None
    return act_on(desk, actor, _BEGIN.get(command.kind, Action.WAIT), code, decide, paper)


def close_wait(desk: Desk, actor: User, code: str, command: CloseWait) -> Acted:
    """Record that what was waited for is there; when the deadline moved the receipt is issued again.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``; see
            :func:`desktop.domain.acts.waiting.decide_close_wait`.
    """

    def decide(_: Act, state: Dossier, rules: Rules) -> tuple[DossierFact, ...]:
        current = find_procedure(desk, state.procedure.code, state.received_at)
        return decide_close_wait(state, command, current, rules)

    action = _END.get(command.kind, Action.WAIT)
    receipt = Paper(RECEIPT_FORM, size=desk.reader.unit().paper, is_wanted=_is_reissued)
    return act_on(desk, actor, action, code, decide, receipt)


def asked_too_late(desk: Desk, dossier: Dossier) -> date | None:
    """Return the last day on which papers should have been asked for, once it is past; None up to that day.

    It is told, not refused: a law of the field may set another time, and who asks names it as the basis.

    Raises:
        UserError: ``calendar_not_covered``.

    Source: Decree 61/2018/NĐ-CP art. 19.4 (three working days from receipt), kept in the dossier's rule pack.
    """
    clock = clock_under(desk.reference.packs, dossier.pack)
    if clock is None or not clock.supplement_within:
        return None
    last = desk.reader.calendar().add_working_days(dossier.received_on, clock.supplement_within)
    return last if local(desk.clock.now()).date() > last else None


def latest_wait(dossier: Dossier) -> str:
    """Return the id of a dossier's newest wait, by which its paper is found again."""
    return dossier.waits[-1].wait_id


def _is_reissued(before: Dossier, after: Dossier) -> bool:
    return after.receipt.version > before.receipt.version
