"""What several acts check alike: reasons, custody, papers, whether the dossier still goes on."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from desktop.domain.calendars import Calendar
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.rules import Rules
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.vietnamese import screen_date, screen_time
from desktop.domain.way import AttachmentRole, Wait, WaitKind

MIN_REASON = 5
#: Waits that hold up the work whatever they do to the clock; each shows a status of its own.
HOLDING = frozenset({WaitKind.SUPPLEMENT, WaitKind.OBLIGATION, WaitKind.STOP})


def need_reason(reason: str) -> str:
    """Return a reason without blanks around it.

    Raises:
        UserError: ``missing_reason``.
    """
    found = reason.strip()
    if len(found) < MIN_REASON:
        raise UserError("missing_reason", least=MIN_REASON)
    return found


def need_working_time(promise: datetime, calendar: Calendar) -> None:
    """Refuse to call somebody to the counter when nobody works there; the last minute of a session is good.

    Args:
        promise: In local time.
        calendar: The unit's.

    Raises:
        UserError: ``promise_not_working`` with the day; ``promise_outside_hours`` with the hour and the day's hours;
            ``calendar_not_covered``.
    """
    on, at = promise.date(), promise.time()
    sessions = calendar.sessions_on(on)
    if any(session.opens <= at <= session.closes for session in sessions):
        return
    if not sessions:
        raise UserError("promise_not_working", on=screen_date(on))
    hours = ", ".join(f"{session.opens:%H:%M}-{session.closes:%H:%M}" for session in sessions)
    raise UserError("promise_outside_hours", at=screen_time(promise), on=screen_date(on), hours=hours)


def need_open(state: Dossier) -> None:
    """Refuse a dossier whose result lies at the counter, or that is closed.

    Raises:
        Conflict: ``dossier_closed``.
    """
    if state.is_closed or state.base_status is Status.RESULT_READY:
        raise Conflict("dossier_closed", code=state.code, status=state.status.value)


def holds(actor: User, custodian: Custodian) -> bool:
    """Tell whether a user may act on what a custodian holds: he himself, or a member of the section."""
    if custodian.kind is CustodianKind.USER:
        return custodian.holder == actor.user_id
    return custodian.kind is CustodianKind.SECTION and custodian.holder == actor.section


def need_custody(state: Dossier, rules: Rules) -> None:
    """Refuse an act on a paper somebody else holds, or that lies on a slip.

    Raises:
        Conflict: ``not_custodian`` with who holds it; ``on_open_slip`` with the slip.
    """
    if not holds(rules.actor, state.custodian):
        raise Conflict("not_custodian", code=state.code, holder=holder_name(state.custodian, rules))
    if state.offered_on:
        raise Conflict("on_open_slip", code=state.code, slip=state.offered_on)


def holder_name(custodian: Custodian, rules: Rules) -> str:
    """Return who holds a paper, as a name; "" for nobody."""
    if custodian.kind is CustodianKind.SECTION:
        return rules.unit.section_name(custodian.holder)
    return next((user.name for user in rules.users if user.user_id == custodian.holder), custodian.holder)


def need_holder(to: Custodian, unit: Unit, users: Iterable[User]) -> Custodian:
    """Return a section of the unit or an active user who can hold papers.

    Raises:
        UserError: ``unknown_holder``.
    """
    if to.kind is CustodianKind.SECTION and any(section.code == to.holder for section in unit.sections):
        return to
    if to.kind is CustodianKind.USER and any(user.user_id == to.holder and user.is_active for user in users):
        return to
    raise UserError("unknown_holder", to=to.holder)


def stopping_wait(state: Dossier) -> Wait | None:
    """Return the open wait that holds up the work, None when it goes on.

    Papers, money and a stop hold it up even where a rule pack lets the clock run meanwhile.
    """
    return next((wait for wait in state.open_waits if wait.stops_clock or wait.kind in HOLDING), None)


def need_running(state: Dossier) -> None:
    """Refuse while a wait holds up the work.

    Raises:
        Conflict: ``still_waiting`` with what for.
    """
    wait = stopping_wait(state)
    if wait is not None:
        raise Conflict("still_waiting", code=state.code, kind=wait.kind.value)


def need_known_originals(state: Dossier, returned: Sequence[str]) -> dict[str, str]:
    """Return the names of the originals handed in by what names them; refuse to give back any other paper.

    Raises:
        UserError: ``unknown_component``.
    """
    # A paper outside the list has no code: its name stands for it.
    given = {line.code or line.name: line.name for line in state.components if line.originals}
    if strangers := sorted(set(returned) - given.keys()):
        raise UserError("unknown_component", components=strangers, procedure=state.procedure.code)
    return given


def need_originals(state: Dossier, returned: Sequence[str]) -> None:
    """Refuse to end a dossier whose originals do not all go back.

    Raises:
        UserError: ``unknown_component`` for a paper that was never handed in; ``originals_not_returned`` naming them.
    """
    kept = [name for code, name in need_known_originals(state, returned).items() if code not in set(returned)]
    if kept:
        raise UserError("originals_not_returned", code=state.code, components=kept)


def has_signed_result(state: Dossier) -> bool:
    """Tell whether the result was signed digitally since it was approved; what was signed before says other things."""
    since = state.decision.files_before if state.decision is not None else 0
    return any(file.role is AttachmentRole.SIGNED for file in state.attachments[since:])


def each_or_all(codes: Sequence[str], check: Callable[[str], None]) -> None:
    """Check every dossier of a batch; a batch is all or nothing.

    Raises:
        UserError: the refusal itself for a batch of one; else ``batch_refused`` whose ``items`` name code and reason.
    """
    refused = []
    for code in codes:
        try:
            check(code)
        except UserError as refusal:
            if len(codes) == 1:
                raise
            refused.append({"code": code, "reason": refusal.code, "details": dict(refusal.details)})
    if refused:
        raise Conflict("batch_refused", n=len(refused), total=len(codes), items=refused)
