"""Answer the commands of ``motcua do`` about the integrity of the log."""

from collections.abc import Mapping

from desktop.cli import wire_way
from desktop.cli.answers import Answer, instant
from desktop.cli.context import Context, Handler
from desktop.domain.board import Period
from desktop.domain.detectors.findings import Finding, Value
from desktop.domain.detectors.words import SEVERITIES, TITLES, WHY, sentence
from desktop.domain.errors import UserError
from desktop.services import detecting


class FindingOut(Answer):
    """Give one finding.

    Attributes:
        actors: Log-in names of those who did it.
        figures: What the sentence rests on.
    """

    trick: str
    title: str
    severity: str
    severity_name: str
    at: str
    sentence: str
    why: str
    actors: list[str]
    codes: list[str]
    event_id: str
    figures: dict[str, str | int]


class FindingsOut(Answer):
    """Answer ``integrity.findings``."""

    first: str
    last: str
    dossiers: int
    is_own: bool
    items: list[FindingOut]


def show_findings(context: Context, with_: wire_way.ShowFindings) -> FindingsOut:
    """Answer ``integrity.findings``."""
    if (with_.first is None) != (with_.last is None):
        raise UserError("bad_command", place="with.first | with.last")
    period = None
    if with_.first is not None and with_.last is not None:
        if with_.last < with_.first:
            raise UserError("bad_command", place="with.last")
        period = Period(with_.first, with_.last)
    shown = detecting.find(context.desk, context.actor, period)
    logins = {user.user_id: user.login for user in context.desk.reader.users()}
    return FindingsOut(
        first=shown.period.first.isoformat(),
        last=shown.period.last.isoformat(),
        dossiers=shown.dossiers,
        is_own=shown.is_own,
        items=[_finding(each, logins) for each in shown.found],
    )


def _finding(found: Finding, logins: Mapping[str, str]) -> FindingOut:
    return FindingOut(
        trick=found.trick.value,
        title=TITLES[found.trick],
        severity=found.severity.value,
        severity_name=SEVERITIES[found.severity],
        at=instant(found.at),
        sentence=sentence(found),
        why=WHY[found.trick],
        actors=[logins.get(each, each) for each in found.actors],
        codes=[subject.code for subject in found.subjects],
        event_id=found.event_id,
        figures={name: _plain(value) for name, value in found.figures},
    )


def _plain(value: Value) -> str | int:
    return value if isinstance(value, str | int) else instant(value)


HANDLERS: Mapping[str, Handler] = {
    "integrity.findings": Handler(wire_way.ShowFindings, FindingsOut, show_findings),
}
