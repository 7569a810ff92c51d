"""From a closed day to the finished texts of the cash sheet."""

from textwrap import shorten

from desktop.domain.dossiers import FeeMethod
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import CashCounted
from desktop.domain.vietnamese import amount_in_words, local, money, number, paper_date, screen_date, screen_time
from desktop.printing.words import reprint_mark
from desktop.services.cash import takings_of
from desktop.services.ports import PaperRequest
from desktop.services.records import PaymentLine
from reports.forms.cash_sheet import CashRow, CashSheetForm

#: The code names the dossier; a procedure's whole name would make six rows a page.
_LONGEST_NAME = 44
_OF_THE_PROGRAM = "Bảng kê lập từ dữ liệu phần mềm; mỗi phiếu thu chỉ đứng trên một bảng kê."


def cash_form(request: PaperRequest, watermark: str) -> CashSheetForm:
    """Return a closed cash sheet.

    Raises:
        UserError: ``unknown_form`` without a sheet.
    """
    sheet = request.cash
    if sheet is None:
        raise UserError("unknown_form", form=request.form)
    counted, lines = sheet.counted, sheet.lines
    on = local(counted.counted_at).date()
    heading, rule = request.unit.heading(on), request.pack.form("cash_sheet")
    takings = takings_of(lines)
    return CashSheetForm(
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{request.unit.place}, {paper_date(on)}",
        title=rule.title,
        form_mark=rule.number,
        legal_line=rule.basis,
        copy_mark=reprint_mark(request.copy_no),
        watermark=watermark,
        number=f"{rule.numbered(counted.form.number, counted.form.year)} (quyển {counted.form.book:02d})",
        day_line=_day_line(counted),
        clerk=request.names.get(counted.collector, ""),
        counter=heading.name,
        rows=tuple(_row(place, line, counted) for place, line in enumerate(lines, 1)),
        total_cash=number(takings.cash_vnd),
        total_transfer=number(takings.transfer_vnd),
        total=money(takings.total_vnd),
        total_in_words=amount_in_words(takings.total_vnd, southern=request.unit.southern_words),
        count=f"{takings.vouchers:02d} phiếu",
        exempted=f"Trong đó được miễn: {takings.exempted:02d} phiếu" if takings.exempted else "",
        handed_in=_counted(counted),
        notes=(_OF_THE_PROGRAM,),
    )


def _day_line(counted: CashCounted) -> str:
    day = paper_date(counted.day).capitalize()
    return day if counted.sheet == 1 else f"{day} (bổ sung lần {counted.sheet - 1})"


def _row(place: int, line: PaymentLine, counted: CashCounted) -> CashRow:
    payment = line.payment
    at = local(payment.at)
    item = shorten(line.procedure, _LONGEST_NAME, placeholder=" …")
    if payment.method is FeeMethod.EXEMPT:
        item = f"Miễn thu: {payment.reason}" if payment.reason else "Miễn thu"
    if at.date() != counted.day:
        item = f"{item} (bổ sung, thu ngày {screen_date(at.date())})"
    elif counted.sheet > 1:
        item = f"{item} (bổ sung)"
    amount = number(payment.amount_vnd)
    return CashRow(
        no=str(place),
        voucher=f"{payment.voucher.in_book}/{payment.voucher.year}" if payment.voucher else "–",
        time=screen_time(payment.at),
        code=line.code,
        payer=line.payer,
        item=item,
        cash="" if payment.method is FeeMethod.TRANSFER else amount,
        transfer=amount if payment.method is FeeMethod.TRANSFER else "",
    )


def _counted(counted: CashCounted) -> str:
    said = f"Tiền mặt kiểm đếm: {money(counted.counted_vnd)}"
    apart = counted.counted_vnd - counted.cash_vnd
    if not apart:
        return f"{said} (khớp với bảng kê)"
    return f"{said} ({'thừa' if apart > 0 else 'thiếu'} {money(abs(apart))}: {counted.note})"
