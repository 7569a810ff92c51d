"""The commands of ``motcua do`` about dossiers filed online, and what they answer."""

from collections.abc import Mapping

from desktop.cli import wire_online
from desktop.cli.answers import Answer, ReceiptOut, instant, optional_instant, receipt_out
from desktop.cli.context import Context, Handler
from desktop.cli.wire_way import GapIn
from desktop.domain.errors import UserError
from desktop.domain.online import Filing
from desktop.domain.users import Action, require
from desktop.domain.way_commands import Gap
from desktop.services import national, online


class FilingOut(Answer):
    """Give one filing; answer of ``online.file``, ``online.supplement``, ``online.decline`` and ``online.merge``."""

    filing_id: str
    tracking: str
    status: str
    procedure: str
    applicant: str
    id_number: str
    submitted_at: str
    answered_at: str | None
    code: str | None
    reason: str
    missing: list[str]
    files: int
    also_received: list[str]


class OnlineOut(Answer):
    """Give one line of the inbox."""

    filing: FilingOut
    procedure_name: str
    answer_due_at: str
    minutes_left: int
    is_late: bool
    files_here: int
    twin: str


class OnlineListOut(Answer):
    """Answer ``online.list``."""

    items: list[OnlineOut]


class OnlineAcceptedOut(Answer):
    """Answer ``online.accept``; ``receipt`` has its PDF."""

    filing: FilingOut
    code: str
    promised_at: str
    fee_vnd: int
    receipt: ReceiptOut


class NationalOut(Answer):
    """Answer ``national.export``."""

    dossiers: int
    steps: int
    json_file: str
    xlsx_file: str


def list_online(context: Context, with_: wire_online.ListOnline) -> OnlineListOut:
    """Answer ``online.list``."""
    rows = (online.settled if with_.settled else online.inbox)(context.desk, context.actor)
    return OnlineListOut(
        items=[
            OnlineOut(
                filing=_filing(row.filing),
                procedure_name=row.procedure,
                answer_due_at=instant(row.due_at),
                minutes_left=row.minutes_left,
                is_late=row.is_late,
                files_here=row.files_here,
                twin=row.twin,
            )
            for row in rows
        ]
    )


def file_online(context: Context, with_: wire_online.FileOnline) -> FilingOut:
    """Answer ``online.file``."""
    filing = online.practise(
        context.desk, context.actor, with_.procedure, with_.applicant.party(), with_.note, with_.tracking
    )
    return _filing(filing)


def accept(context: Context, with_: wire_online.AcceptOnline) -> OnlineAcceptedOut:
    """Answer ``online.accept``."""
    command = online.AcceptOnline(
        components=tuple(component.count() for component in with_.components),
        result_by=with_.result_by,
        note=with_.note,
        duplicate_reason=with_.duplicate_reason,
    )
    done = online.accept(context.desk, context.actor, with_.tracking, command)
    dossier = done.dossier
    if dossier is None:
        raise RuntimeError("an accepted filing has a dossier")
    return OnlineAcceptedOut(
        filing=_filing(done.filing),
        code=dossier.code,
        promised_at=instant(dossier.promised_at),
        fee_vnd=dossier.fee_vnd,
        receipt=receipt_out(dossier, context.write_pdf(dossier, done.job)),
    )


def ask_supplement(context: Context, with_: wire_online.AskOnlineSupplement) -> FilingOut:
    """Answer ``online.supplement``."""
    gaps = [each.gap() if isinstance(each, GapIn) else _gap(context, with_.tracking, each) for each in with_.missing]
    done = online.ask_supplement(context.desk, context.actor, with_.tracking, gaps, with_.reason)
    return _filing(done.filing)


def decline(context: Context, with_: wire_online.DeclineOnline) -> FilingOut:
    """Answer ``online.decline``."""
    return _filing(online.decline(context.desk, context.actor, with_.tracking, with_.reason).filing)


def merge(context: Context, with_: wire_online.MergeOnline) -> FilingOut:
    """Answer ``online.merge``."""
    return _filing(online.merge(context.desk, context.actor, with_.tracking, with_.code).filing)


def export_national(context: Context, with_: wire_online.ExportNational) -> NationalOut:
    """Answer ``national.export``."""
    require(context.actor, Action.EXPORT_REGISTER)
    if context.out is None:
        raise UserError("no_out_folder")
    files = national.export(context.desk, context.actor, with_.first, with_.last, context.out, with_.reason)
    return NationalOut(dossiers=files.dossiers, steps=files.steps, json_file=str(files.json), xlsx_file=str(files.xlsx))


def _gap(context: Context, tracking: str, text: str) -> Gap:
    """Return a gap; a text that is a component's code names the component."""
    known = online.component_codes(context.desk, online.find_filing(context.desk, tracking))
    return Gap(text.upper()) if text.upper() in known else Gap(text=text)


def _filing(filing: Filing) -> FilingOut:
    number = filing.applicant.id_number
    return FilingOut(
        filing_id=filing.filing_id,
        tracking=filing.tracking,
        status=filing.status.value,
        procedure=filing.procedure,
        applicant=filing.applicant.name,
        id_number=online.masked(number),
        submitted_at=instant(filing.submitted_at),
        answered_at=optional_instant(filing.answered_at),
        code=filing.dossier_code or None,
        reason=filing.reason,
        missing=[gap.name for gap in filing.missing],
        files=len(filing.files),
        also_received=list(filing.also_received),
    )


HANDLERS: Mapping[str, Handler] = {
    "online.list": Handler(wire_online.ListOnline, OnlineListOut, list_online),
    "online.file": Handler(wire_online.FileOnline, FilingOut, file_online),
    "online.accept": Handler(wire_online.AcceptOnline, OnlineAcceptedOut, accept),
    "online.supplement": Handler(wire_online.AskOnlineSupplement, FilingOut, ask_supplement),
    "online.decline": Handler(wire_online.DeclineOnline, FilingOut, decline),
    "online.merge": Handler(wire_online.MergeOnline, FilingOut, merge),
    "national.export": Handler(wire_online.ExportNational, NationalOut, export_national),
}
