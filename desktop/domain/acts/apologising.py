"""Apologise for a delay: one form, one new day, and who caused it.

Source: Decree 61/2018/NĐ-CP art. 12.5 and 19.9; what is late and in time: docs/decisions/0006.
"""

from collections.abc import Iterable

from desktop.domain.acts.checks import need_open, need_reason, need_working_time
from desktop.domain.acts.deciding import authority_for
from desktop.domain.authority import Delegation
from desktop.domain.deadlines import apology_due_on
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import DossierFact
from desktop.domain.facts.way import Apologised
from desktop.domain.rules import Rules
from desktop.domain.vietnamese import local, screen_datetime
from desktop.domain.way import FormNumber
from desktop.domain.way_commands import Apologise


def decide_apologise(
    state: Dossier, command: Apologise, form: FormNumber, delegations: Iterable[Delegation], rules: Rules
) -> tuple[DossierFact, ...]:
    """Return what an apology makes happen: only what the citizen is told moves, never what the law demands.

    Raises:
        Conflict: ``dossier_closed``, ``apology_limit`` when the rule pack allows no further one.
        UserError: ``missing_reason``, ``promise_not_later``; see
            :func:`desktop.domain.acts.checks.need_working_time`, :func:`desktop.domain.authority.find_authority`.
    """
    need_open(state)
    if len(state.apologies) >= rules.pack.clock.reappointment_limit:
        raise Conflict("apology_limit", code=state.code, most=rules.pack.clock.reappointment_limit)
    promise = local(command.new_promise)
    if promise <= max(local(state.promised_at), local(rules.now)):
        raise UserError("promise_not_later", promised_at=screen_datetime(state.promised_at))
    need_working_time(promise, rules.calendar)
    return (
        Apologised(
            form=form,
            reason=need_reason(command.reason),
            cause=command.cause,
            new_promise=promise,
            is_late=is_apology_late(state, rules),
            authority=authority_for(state, delegations, rules),
        ),
    )


def is_apology_late(state: Dossier, rules: Rules) -> bool:
    """Tell whether an apology issued now comes after its day."""
    last = apology_due_on(local(state.promised_at).date(), rules.calendar, rules.pack.clock)
    return local(rules.now).date() > last
