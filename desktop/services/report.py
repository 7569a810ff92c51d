"""Make the quarterly table II.06a: from the counters while its period lasts, from the log once it is past."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from desktop.domain.errors import UserError
from desktop.domain.quarter import Report, counted, folded, lines_of, report_of
from desktop.domain.rule_packs import pack_for
from desktop.domain.users import Action, Role, User, require
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way import LateCause
from desktop.services.board import field_names
from desktop.services.books import REPORT, ReportPaper
from desktop.services.ports import Desk
from desktop.services.registers import Export, note_export

_EARLIEST = date(2000, 1, 1)
#: More late results than a quarter of any ward has; each is looked into for its cause.
_MOST_LATE = 5_000


def quarter_report(desk: Desk, actor: User, first: date, last: date) -> Report:
    """Return the table of a period.

    Args:
        desk: What the use case works with.
        actor: Who wants it.
        first: First local day.
        last: Last local day.

    Raises:
        UserError: ``not_permitted``; ``bad_span`` when it ends before it begins.
    """
    require(actor, Action.EXPORT_REGISTER)
    if last < first:
        raise UserError("bad_span", first=first.isoformat(), last=last.isoformat())
    now = desk.clock.now()
    end = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
    names = field_names(desk)
    if now < end:
        before = counted(desk.way.tallies(_EARLIEST, first - timedelta(days=1)))
        within = counted(desk.way.tallies(first, last))
        open_late = {field: late for field, _, late, _ in desk.way.count_open_by_field(now)}
        found = report_of(first, last, now, lines_of(before, within, open_late, names))
    else:
        as_of = end - timedelta(microseconds=1)
        counts = folded(desk.way.all_dossiers_at(as_of), first, last, as_of)
        found = report_of(first, last, as_of, lines_of(*counts, names))
    return replace(found, causes=_causes(desk, datetime.combine(first, time(), VIETNAM), end))


def _causes(desk: Desk, start: datetime, end: datetime) -> tuple[tuple[str, int], ...]:
    """Count the results that came late by what their apologies say."""
    counts: Counter[str] = Counter()
    for card in desk.way.solved_late(start, end, limit=_MOST_LATE):
        dossier = desk.reader.find(card.code)
        apologies = dossier.apologies if dossier is not None else ()
        counts[apologies[-1].cause.value if apologies else ""] += 1
    return tuple((cause, counts[cause]) for cause in (*LateCause, "") if counts[cause])


def report_paper(desk: Desk, actor: User, report: Report) -> ReportPaper:
    """Return what the printed table says besides its figures."""
    head = next((user.name for user in desk.reader.users() if Role.HEAD in user.roles and user.is_active), "")
    return ReportPaper(
        report=report,
        unit=desk.reader.unit(),
        printed_at=desk.clock.now(),
        writer=actor.name,
        signer_titles=pack_for(desk.reference.packs, report.last).signer_titles["head"],
        signer=head,
    )


def report_pdf(desk: Desk, actor: User, first: date, last: date, *, reason: str = "") -> bytes:
    """Return the table as PDF bytes, and note that it was taken out.

    Raises:
        UserError: as :func:`quarter_report`.
    """
    paper = report_paper(desk, actor, quarter_report(desk, actor, first, last))
    note_export(desk, actor, REPORT, (first, last), Export("pdf", reason, len(paper.report.lines)))
    return desk.forms.report(paper)


def write_report_xlsx(desk: Desk, actor: User, first: date, last: date, target: Path, *, reason: str = "") -> None:
    """Write the table as a worksheet, and note that it was taken out.

    Raises:
        UserError: as :func:`quarter_report`.
        OSError: The file cannot be written.
    """
    paper = report_paper(desk, actor, quarter_report(desk, actor, first, last))
    note_export(desk, actor, REPORT, (first, last), Export("xlsx", reason, len(paper.report.lines)))
    desk.forms.report_worksheet(paper, target)


def save_report(desk: Desk, paper: ReportPaper, target: Path) -> None:
    """Write a table read before as PDF or worksheet, by the ending of the file's name. Threads: lane io.

    Raises:
        OSError: The file cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix == ".xlsx":
        desk.forms.report_worksheet(paper, target)
    else:
        target.write_bytes(desk.forms.report(paper))
