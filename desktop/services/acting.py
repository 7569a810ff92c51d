"""What every act on an existing dossier does alike: permission, state, rules, numbers, record, papers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.events import DossierFact
from desktop.domain.rules import Rules
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import local
from desktop.domain.way import FormNumber
from desktop.services.changes import Changes, Kind, dossier_changed
from desktop.services.ports import Act, Desk
from desktop.services.receive import full_rules
from desktop.services.records import PrintJob


@dataclass(frozen=True, slots=True)
class Acted:
    """Hand back the dossier after an act, the paper it makes (None for none) and what changed."""

    dossier: Dossier
    job: PrintJob | None
    changes: Changes


Decide = Callable[[Act, Dossier, Rules], Sequence[DossierFact]]


def _the_only_one(_dossier: Dossier) -> str:
    return ""


def _always(_before: Dossier, _after: Dossier) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Paper:
    """Name the paper an act makes.

    Attributes:
        form: Form key of the rule pack.
        reference: Which of several of this form; made after the decision.
        size: Paper size, "" for the size the regulation prints it on.
        is_wanted: Whether it is printed, by the dossier before and after the act.
    """

    form: str
    reference: Callable[[Dossier], str] = _the_only_one
    size: str = ""
    is_wanted: Callable[[Dossier, Dossier], bool] = _always


def act_on(desk: Desk, actor: User, action: Action, code: str, decide: Decide, paper: Paper | None = None) -> Acted:
    """Decide and record on one dossier, in one act.

    Args:
        desk: What the use case works with.
        actor: Who acts.
        action: What he needs permission for.
        code: Any code of the dossier.
        decide: Returns the facts, or raises a refusal.
        paper: What is printed of it; a form that the dossier's pack does not know is left out.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``, or the refusal.
    """
    require(actor, action)
    with desk.ledger.act(actor) as act:
        state = found(act, code)
        rules = full_rules(desk, actor, act.now, state.pack)
        dossier = act.record(state.dossier_id, decide(act, state, rules))
        job = None
        if paper is not None and paper.form in rules.pack.forms and paper.is_wanted(state, dossier):
            size = paper.size or rules.pack.form(paper.form).paper
            job = act.queue_print(dossier, paper.form, size, 0, reference=paper.reference(dossier))
    more = (Kind.PRINT_JOB,) if job else ()
    return Acted(dossier, job, dossier_changed(dossier.dossier_id, *more))


def found(act: Act, code: str) -> Dossier:
    """Return the dossier of a code.

    Raises:
        UserError: ``dossier_unknown``.
    """
    state = act.find(code.strip().upper())
    if state is None:
        raise UserError("dossier_unknown", code=code)
    return state


def next_number(act: Act, form: str) -> FormNumber:
    """Return the next gap-free number of a form; it is used up when a fact that carries it is recorded."""
    year = local(act.now).year
    return FormNumber(form, year, *act.allot_number(form, year))
