"""End a dossier without its result, turn a citizen away at the counter, record that he was told something."""

from dataclasses import dataclass

from desktop.domain.acts.ending import decide_notify, decide_refuse, decide_turn_away, decide_withdraw
from desktop.domain.facts.unit import TurnedAway
from desktop.domain.users import Action, User, require
from desktop.domain.way_commands import NotifyCitizen, Refuse, TurnAway, Withdraw
from desktop.services.acting import Acted, Paper, act_on, next_number
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Desk
from desktop.services.receive import rules_at
from desktop.services.records import PrintJob
from desktop.services.waiting import SUPPLEMENT_FORM

REFUSAL_FORM = "refusal"


@dataclass(frozen=True, slots=True)
class SentHome:
    """Hand back the paper a citizen took home instead of a receipt."""

    fact: TurnedAway
    job: PrintJob
    changes: Changes


def refuse(desk: Desk, actor: User, code: str, command: Refuse) -> Acted:
    """Refuse a dossier and queue Mẫu 03.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``; see :func:`desktop.domain.acts.ending.decide_refuse`.
    """
    return act_on(
        desk,
        actor,
        Action.REFUSE,
        code,
        lambda act, state, rules: decide_refuse(state, command, next_number(act, REFUSAL_FORM), rules),
        Paper(REFUSAL_FORM),
    )


def withdraw(desk: Desk, actor: User, code: str, command: Withdraw) -> Acted:
    """Give a dossier back at the citizen's wish.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``; see :func:`desktop.domain.acts.ending.decide_withdraw`.
    """
    return act_on(desk, actor, Action.WITHDRAW, code, lambda _, state, rules: decide_withdraw(state, command, rules))


def notify_citizen(desk: Desk, actor: User, code: str, command: NotifyCitizen) -> Acted:
    """Record that the citizen was told something.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``, ``missing_reason``.
    """
    return act_on(desk, actor, Action.NOTIFY_CITIZEN, code, lambda *_: decide_notify(command))


def turn_away(desk: Desk, actor: User, command: TurnAway) -> SentHome:
    """Send a citizen home with Mẫu 02 or 03 before a code is spent, and queue the form.

    Raises:
        UserError: ``not_permitted``; see :func:`desktop.domain.acts.ending.decide_turn_away`.
    """
    require(actor, Action.TURN_AWAY)
    form = REFUSAL_FORM if command.is_refusal else SUPPLEMENT_FORM
    with desk.ledger.act(actor) as act:
        rules = rules_at(desk, actor, act.now)
        fact = decide_turn_away(command, act.new_id(), next_number(act, form), rules)
        act.record_unit((fact,))
        job = act.queue_print(None, form, rules.pack.form(form).paper, 0, reference=fact.paper_id)
    return SentHome(fact, job, Changes(frozenset({Kind.PRINT_JOB})))
