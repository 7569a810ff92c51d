"""Print papers that name several dossiers: the list with one person's receipts, the slip of results for the counter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop.domain.acts.listing import LONGEST_LIST, check_results, check_visit, is_of_visit, is_result, list_key
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.errors import UserError
from desktop.domain.facts.way import Approved, PaperPrinted
from desktop.domain.fold import fold
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import local
from desktop.services.changes import Changes, Kind, dossiers_changed
from desktop.services.follow import copies_so_far
from desktop.services.ports import Desk, Listed
from desktop.services.receive import rules_at
from desktop.services.records import PrintJob
from desktop.services.sizes import size_of

LIST_FORM = "dossier_list"
RESULT_SLIP_FORM = "result_slip"
_BETWEEN = ","
_CHECKS: Mapping[str, Callable[[Mapping[str, Dossier | None]], tuple[Dossier, ...]]] = {
    LIST_FORM: check_visit,
    RESULT_SLIP_FORM: check_results,
}
#: Papers that are printed for codes, not for one dossier.
LIST_FORMS = frozenset(_CHECKS)


@dataclass(frozen=True, slots=True)
class ListPrinted:
    """Hand back the dossiers of a list, its print job and what changed."""

    dossiers: tuple[Dossier, ...]
    job: PrintJob
    changes: Changes


@dataclass(frozen=True, slots=True)
class ResultsOf:
    """Name the results of one section that no slip says yet.

    Attributes:
        section: Code of the section that solved them.
        name: Its name.
    """

    section: str
    name: str
    codes: tuple[str, ...]


def print_list(desk: Desk, actor: User, codes: Sequence[str], form: str, paper: str = "") -> ListPrinted:
    """Queue a list of dossiers; the same list once more is marked "IN LẠI LẦN n".

    Every dossier keeps that it was on it; the paper shows each as it was then.

    Args:
        desk: What the use case works with.
        actor: Who prints.
        codes: Any codes of the dossiers, in the order of the list.
        form: ``LIST_FORM`` or ``RESULT_SLIP_FORM``.
        paper: Paper size, "" for the form's own.

    Raises:
        UserError: ``not_permitted``, ``unknown_form``, ``form_not_in_pack``, ``unknown_paper``; see
            :func:`~desktop.domain.acts.listing.check_visit` and :func:`~desktop.domain.acts.listing.check_results`.
    """
    require(actor, Action.PRINT_PAPER)
    if form not in _CHECKS:
        raise UserError("unknown_form", form=form)
    with desk.ledger.act(actor) as act:
        wanted = dict.fromkeys(code.strip().upper() for code in codes if code.strip())
        states = _CHECKS[form]({code: act.find(code) for code in wanted})
        size = size_of(desk, rules_at(desk, actor, act.now, states[0].pack).pack, form, paper)
        primary = tuple(state.code for state in states)
        key = list_key(primary)
        copy_no = copies_so_far(desk.reader.history(states[0].dossier_id), form, key)
        printed = PaperPrinted(form, key, copy_no, size)
        dossiers = tuple(act.record(state.dossier_id, (printed,)) for state in states)
        job = act.queue_print(dossiers[0], form, size, copy_no, reference=_BETWEEN.join(primary))
    return ListPrinted(dossiers, job, dossiers_changed([state.dossier_id for state in states], Kind.PRINT_JOB))


def listed_key(job: PrintJob) -> str:
    """Return what tells a list's job from the job of another list."""
    return list_key(job.reference.split(_BETWEEN))


def listed(desk: Desk, job: PrintJob) -> tuple[Listed, ...]:
    """Return the dossiers of a list's job, each as it was when the list was made.

    Raises:
        UserError: ``dossier_unknown``.
    """
    codes = job.reference.split(_BETWEEN)
    mark = (job.form, listed_key(job), job.copy_no)
    return tuple(_as_printed(desk, code, mark) for code in codes)


def of_visit(desk: Desk, actor: User, code: str) -> tuple[str, ...]:
    """Return the codes of what the person who handed a dossier in handed in on that day, in order of receipt.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``.
    """
    require(actor, Action.PRINT_PAPER)
    first = desk.reader.find(code.strip().upper())
    if first is None:
        raise UserError("dossier_unknown", code=code)
    day = first.received_on
    same = (state.code for state in desk.way.dossiers(day, day) if is_of_visit(state, first))
    return tuple(same)[:LONGEST_LIST]


def results_to_hand(desk: Desk, actor: User) -> tuple[ResultsOf, ...]:
    """Return what is approved, or came to the counter today, and stands on no slip yet: the actor's section, or all.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.PRINT_PAPER)
    unit, today = desk.reader.unit(), local(desk.clock.now()).date()
    sees_all = actor.section in ("", unit.counter_section, unit.leaders())
    by_section: dict[str, list[str]] = {}
    for status in (Status.RESULT_READY, Status.APPROVED):
        for card in desk.way.with_status(status, limit=LONGEST_LIST):
            if card.solved_at is not None and local(card.solved_at).date() != today:
                continue
            state = desk.reader.find(card.code)
            if state is None or not is_result(state) or _is_on_slip(desk, state):
                continue
            section = state.procedure.section
            if sees_all or section == actor.section:
                by_section.setdefault(section, []).append(state.code)
    return tuple(
        ResultsOf(section, unit.section_name(section) or unit.name, tuple(sorted(codes)))
        for section, codes in sorted(by_section.items())
    )


def _is_on_slip(desk: Desk, state: Dossier) -> bool:
    """Tell whether a slip names the result as it stands: approved anew, it is another one."""
    is_on = False
    for event in desk.reader.history(state.dossier_id):
        if isinstance(event.fact, Approved):
            is_on = False
        elif isinstance(event.fact, PaperPrinted) and event.fact.form == RESULT_SLIP_FORM:
            is_on = True
    return is_on


def _as_printed(desk: Desk, code: str, mark: tuple[str, str, int]) -> Listed:
    now = desk.reader.find(code)
    if now is None:
        raise UserError("dossier_unknown", code=code)
    history = desk.reader.history(now.dossier_id)
    ends = [
        place
        for place, event in enumerate(history, 1)
        if isinstance(event.fact, PaperPrinted) and (event.fact.form, event.fact.reference, event.fact.copy_no) == mark
    ]
    known = history[: ends[0]] if ends else history
    return Listed(fold(known) or now, known)
