"""Apologise for a delay with Mẫu 04: what it will say, and the act itself."""

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.acts.apologising import decide_apologise, is_apology_late
from desktop.domain.deadlines import apology_due_on, closes_at
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import local
from desktop.domain.way_commands import Apologise
from desktop.services.acting import Acted, Paper, act_on, next_number
from desktop.services.look_up import show
from desktop.services.ports import Desk
from desktop.services.receive import full_rules

APOLOGY_FORM = "apology"


@dataclass(frozen=True, slots=True)
class ApologyOutlook:
    """Show what an apology would be before it is written.

    Attributes:
        last_day_in_time: ISO date; issued later it is marked "xin lỗi muộn".
        is_late: It would be late now.
        is_allowed: The rule pack allows one more re-appointment.
        suggested: A new promise three working days from the later of now and the promise.
    """

    last_day_in_time: str
    is_late: bool
    is_allowed: bool
    suggested: datetime


_SUGGESTED_DAYS = 3


def apologise(desk: Desk, actor: User, code: str, command: Apologise) -> Acted:
    """Apologise, name one new day and queue Mẫu 04.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``; see
            :func:`desktop.domain.acts.apologising.decide_apologise`.
    """
    delegations = desk.way.delegations()
    return act_on(
        desk,
        actor,
        Action.APOLOGISE,
        code,
        lambda act, state, rules: decide_apologise(state, command, next_number(act, APOLOGY_FORM), delegations, rules),
        Paper(APOLOGY_FORM, lambda dossier: dossier.apologies[-1].form.name),
    )


def outlook(desk: Desk, actor: User, code: str) -> ApologyOutlook:
    """Return what an apology for a dossier would be now.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``, ``calendar_not_covered``.
    """
    require(actor, Action.APOLOGISE)
    dossier = show(desk, actor, code).dossier
    now = desk.clock.now()
    rules = full_rules(desk, actor, now, dossier.pack)
    promised_on = local(dossier.promised_at).date()
    start = max(promised_on, local(now).date())
    day = rules.calendar.add_working_days(start, _SUGGESTED_DAYS)
    return ApologyOutlook(
        last_day_in_time=apology_due_on(promised_on, rules.calendar, rules.pack.clock).isoformat(),
        is_late=is_apology_late(dossier, rules),
        is_allowed=len(dossier.apologies) < rules.pack.clock.reappointment_limit,
        suggested=closes_at(day, rules.calendar),
    )
