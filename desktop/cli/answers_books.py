"""What the commands of ``motcua do`` about money and reports answer; see :mod:`desktop.cli.answers`."""

from datetime import date

from desktop.cli.answers import Answer, instant
from desktop.domain.facts.unit import CashCounted
from desktop.domain.quarter import Report, ReportLine
from desktop.services.cash import CashDay
from desktop.services.records import PaymentLine


class CashLineOut(Answer):
    """Give one payment that stands on no sheet yet; ``supplement`` when it comes late for its own day's."""

    code: str
    payer: str
    procedure: str
    at: str
    method: str
    amount_vnd: int
    voucher: int | None
    supplement: bool


class CashSheetOut(Answer):
    """Give a closed sheet."""

    number: int
    book: int
    year: int
    day: date
    sheet: int
    vouchers: int
    cash_vnd: int
    transfer_vnd: int
    counted_vnd: int
    note: str
    closed_at: str


class CashDayOut(Answer):
    """Answer ``cash.show``: sums of what stands on no sheet yet, line by line, and the day's closed sheets."""

    day: date
    collector: str
    vouchers: int
    cash_vnd: int
    transfer_vnd: int
    exempted: int
    lines: list[CashLineOut]
    sheets: list[CashSheetOut]


class CashClosedOut(Answer):
    """Answer ``cash.close``."""

    sheet: CashSheetOut
    pdf: str | None


class ReportLineOut(Answer):
    """Give the figures of one field, or of all; ``received`` = ``solved`` + ``in_progress``."""

    field: str
    name: str
    received: int
    online: int
    direct: int
    carried: int
    solved: int
    early: int
    on_time: int
    late: int
    in_progress: int
    in_progress_in_time: int
    in_progress_late: int


class ReportOut(Answer):
    """Answer ``report.export``."""

    file: str
    as_of: str
    lines: list[ReportLineOut]
    total: ReportLineOut
    late_causes: dict[str, int]


def cash_day_out(day: CashDay) -> CashDayOut:
    """Return a collector's day as an answer."""
    takings = day.takings
    return CashDayOut(
        day=day.day,
        collector=day.collector_name,
        vouchers=takings.vouchers,
        cash_vnd=takings.cash_vnd,
        transfer_vnd=takings.transfer_vnd,
        exempted=takings.exempted,
        lines=[_line_out(line, is_supplement=day.is_supplement(line)) for line in day.open_lines],
        sheets=[cash_sheet_out(counted) for counted in day.sheets],
    )


def cash_sheet_out(counted: CashCounted) -> CashSheetOut:
    """Return a closed sheet as an answer."""
    form = counted.form
    return CashSheetOut(
        number=form.number,
        book=form.book,
        year=form.year,
        day=counted.day,
        sheet=counted.sheet,
        vouchers=len(counted.payments),
        cash_vnd=counted.cash_vnd,
        transfer_vnd=counted.transfer_vnd,
        counted_vnd=counted.counted_vnd,
        note=counted.note,
        closed_at=instant(counted.counted_at),
    )


def report_out(report: Report, file: str) -> ReportOut:
    """Return the quarterly table as an answer."""
    return ReportOut(
        file=file,
        as_of=instant(report.as_of),
        lines=[_report_line_out(line) for line in report.lines],
        total=_report_line_out(report.total),
        late_causes={cause or "none": n for cause, n in report.causes},
    )


def _line_out(line: PaymentLine, *, is_supplement: bool) -> CashLineOut:
    payment = line.payment
    return CashLineOut(
        code=line.code,
        payer=line.payer,
        procedure=line.procedure,
        at=instant(payment.at),
        method=payment.method.value,
        amount_vnd=payment.amount_vnd,
        voucher=payment.voucher.number if payment.voucher else None,
        supplement=is_supplement,
    )


def _report_line_out(line: ReportLine) -> ReportLineOut:
    return ReportLineOut(
        field=line.field,
        name=line.name,
        received=line.received,
        online=line.online,
        direct=line.direct,
        carried=line.carried,
        solved=line.solved,
        early=line.early,
        on_time=line.on_time,
        late=line.late,
        in_progress=line.in_progress,
        in_progress_in_time=line.open_in_time,
        in_progress_late=line.open_late,
    )
