"""Answer the commands of ``motcua do`` about money and reports."""

from collections.abc import Mapping
from datetime import date

from desktop.cli import answers_books, wire_books
from desktop.cli.context import Context, Handler
from desktop.cli.wire_way import RegisterFormat
from desktop.domain.errors import UserError
from desktop.domain.users import Action, require
from desktop.domain.vietnamese import local
from desktop.services import accounts, cash, report


def show_cash(context: Context, with_: wire_books.ShowCash) -> answers_books.CashDayOut:
    """Answer ``cash.show``."""
    collector = _collector(context, with_.collector)
    return answers_books.cash_day_out(cash.day_of(context.desk, context.actor, _day(context, with_.day), collector))


def close_cash(context: Context, with_: wire_books.CloseCash) -> answers_books.CashClosedOut:
    """Answer ``cash.close``."""
    done = cash.close_day(
        context.desk,
        context.actor,
        _day(context, with_.day),
        with_.counted_vnd,
        with_.note,
        _collector(context, with_.collector),
    )
    return answers_books.CashClosedOut(
        sheet=answers_books.cash_sheet_out(done.counted),
        pdf=context.write_unit_pdf(done.counted.form.name, done.job),
    )


def export_report(context: Context, with_: wire_books.ExportReport) -> answers_books.ReportOut:
    """Answer ``report.export``."""
    require(context.actor, Action.EXPORT_REGISTER)
    if context.out is None:
        raise UserError("no_out_folder")
    shown = report.quarter_report(context.desk, context.actor, with_.first, with_.last)
    path = (context.out / f"bieu-II-06a-{with_.first}-{with_.last}.{with_.format}").absolute()
    context.out.mkdir(parents=True, exist_ok=True)
    if with_.format is RegisterFormat.PDF:
        path.write_bytes(report.report_pdf(context.desk, context.actor, with_.first, with_.last, reason=with_.reason))
    else:
        report.write_report_xlsx(context.desk, context.actor, with_.first, with_.last, path, reason=with_.reason)
    return answers_books.report_out(shown, str(path))


def _day(context: Context, day: date | None) -> date:
    return day or local(context.desk.clock.now()).date()


def _collector(context: Context, login: str | None) -> str:
    return accounts.named_user(context.desk, login).user_id if login else ""


HANDLERS: Mapping[str, Handler] = {
    "cash.show": Handler(wire_books.ShowCash, answers_books.CashDayOut, show_cash),
    "cash.close": Handler(wire_books.CloseCash, answers_books.CashClosedOut, close_cash),
    "report.export": Handler(wire_books.ExportReport, answers_books.ReportOut, export_report),
}
