"""What the page "Sổ và thu phí" says of takings and sheets."""

from typing import Final

from desktop.domain.dossiers import FeeMethod
from desktop.domain.facts.unit import CashCounted
from desktop.domain.vietnamese import local, money, number, screen_datetime, screen_time
from desktop.services.books import cash_key
from desktop.services.cash import CashDay, Takings
from desktop.services.records import PaymentLine
from desktop.ui.models.short_table import Cell, Head, Line
from desktop.ui.tokens import Role
from desktop.ui.words import capital, tr

TAKEN_HEADS: Final = (
    Head(tr("Giờ"), "00/00 00:00"),
    Head(tr("Số phiếu"), "0000000000"),
    Head(tr("Mã hồ sơ"), "000.00.00.H00-000000-0000"),
    Head(tr("Người nộp"), "Nguyễn Thị Ngọc Ở", share=1, give_up=2),
    Head(tr("Hình thức"), tr("Chuyển khoản"), give_up=1),
    Head(tr("Số tiền"), "999.999.999", is_number=True),
    Head("", tr("Bổ sung"), has_icon=True),
)
SHEET_HEADS: Final = (
    Head(tr("Bảng kê"), "00-0000/0000"),
    Head(tr("Khóa lúc"), "00:00 00/00/0000"),
    Head(tr("Số phiếu"), "0000000000", is_number=True),
    Head(tr("Tiền mặt"), "999.999.999", is_number=True),
    Head(tr("Chuyển khoản"), "9.999.999.999.99", is_number=True),
    Head(tr("Kiểm đếm"), tr("Thiếu 999.999.999"), share=1, has_icon=True),
)


def method_word(method: FeeMethod) -> str:
    """Return how money came, as the screen says it."""
    words = {FeeMethod.CASH: tr("Tiền mặt"), FeeMethod.TRANSFER: tr("Chuyển khoản"), FeeMethod.EXEMPT: tr("Miễn thu")}
    return words[method]


def taken_lines(day: CashDay) -> list[Line]:
    """Return the rows of what stands on no sheet yet."""
    return [_taken(place, line, day) for place, line in enumerate(day.open_lines)]


def sheet_lines(day: CashDay) -> list[Line]:
    """Return the rows of the closed sheets."""
    return [_sheet(counted) for counted in day.sheets]


def sums(takings: Takings) -> str:
    """Return the sums in one sentence."""
    said = tr(
        "{n} phiếu: tiền mặt {cash}, chuyển khoản {transfer}; cộng {total}",
        n=number(takings.vouchers),
        cash=money(takings.cash_vnd),
        transfer=money(takings.transfer_vnd),
        total=money(takings.total_vnd),
    )
    return tr("{said}. Miễn thu {n} phiếu.", said=said, n=number(takings.exempted)) if takings.exempted else said


def difference(counted_vnd: int, cash_vnd: int) -> str:
    """Return by how much the drawer differs, "" when it does not."""
    if counted_vnd == cash_vnd:
        return ""
    word = tr("thừa") if counted_vnd > cash_vnd else tr("thiếu")
    return tr("{word} {amount}", word=word, amount=money(abs(counted_vnd - cash_vnd)))


def _taken(place: int, line: PaymentLine, day: CashDay) -> Line:
    payment = line.payment
    on = local(payment.at).date()
    at = screen_time(payment.at) if on == day.day else f"{on.day:02d}/{on.month:02d} {screen_time(payment.at)}"
    late = Cell(tr("Bổ sung"), "warning", Role.SOON) if day.is_supplement(line) else Cell("")
    return Line(
        str(place),
        (
            Cell(at),
            Cell(payment.voucher.in_book if payment.voucher else "–"),
            Cell(line.code),
            Cell(line.payer),
            Cell(method_word(payment.method)),
            Cell(number(payment.amount_vnd)),
            late,
        ),
    )


def _sheet(counted: CashCounted) -> Line:
    apart = difference(counted.counted_vnd, counted.cash_vnd)
    said = Cell(capital(apart), "warning", Role.SOON) if apart else Cell(tr("Khớp"), "check", Role.OK)
    return Line(
        cash_key(counted),
        (
            Cell(f"{counted.form.in_book}/{counted.form.year}"),
            Cell(screen_datetime(counted.counted_at)),
            Cell(number(len(counted.payments))),
            Cell(number(counted.cash_vnd)),
            Cell(number(counted.transfer_vnd)),
            said,
        ),
    )
