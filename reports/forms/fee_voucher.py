"""PHIẾU THU (NỘI BỘ): money taken for a dossier, still to be paid, or not taken because of an exemption.

Source: Decree 61/2018 art. 22 (ways to pay); no national form. A fee receipt with a legal number comes from the tax
system; this slip is headed as internal so that nobody takes it for one.

This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass

from reports.elements.column import Column
from reports.elements.flow import Block
from reports.elements.fonts import Face
from reports.elements.handing import closing_notes
from reports.elements.page import A4_TURNED, A5_TURNED, Paper
from reports.elements.signatures import SIGN_AND_NAME, Signature, signature_block
from reports.elements.tabular import Naming, Sheets, TabularForm, plan_of, render_on, render_upright
from reports.elements.text import Run, cleaned, missing_glyphs

__all__ = ["FeeItem", "FeeVoucherForm", "Paper", "missing_glyphs", "render"]

_SIGNING_EM = 2.4
_SHEETS: Sheets = {
    Paper.A5: (A5_TURNED, (12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0)),
    Paper.A4: (A4_TURNED, (14.0, 13.0, 12.0, 11.0)),
}


@dataclass(frozen=True, slots=True)
class FeeItem:
    """Hold one fee."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeVoucherForm(TabularForm):
    """Hold every text of the voucher, finished; more in `TabularForm`.

    Attributes:
        number: "0123/PT", without "Số:"; also the PDF's title; empty while nothing was taken, then the code names it.
        code: The dossier's code.
        payer: Who pays.
        amount: "75.000 đồng", "0 đồng" for an exemption.
        amount_in_words: The same in words.
        collector: Who took it.
        procedure: Name of the procedure.
        owner: Whose dossier it is, when somebody else pays.
        address: Address of the payer.
        phone: Telephone of the payer.
        items: Each fee.
        method: "Tiền mặt", "Chuyển khoản".
        status: "Đã thu lúc 09 giờ 05 phút, ngày …", "Chưa nộp", "Được miễn".
        exemption_reason: Why nothing is taken, with its legal basis.
        account_lines: Bank, account, content of the transfer, when it is still to be paid.
        payment_qr: VietQR text; printed only while something is to be paid; empty for none.
        payer_name: Printed under the left signature.
        payer_hint: Below NGƯỜI NỘP TIỀN.
        notes: Notes at the end: that the slip does not replace a fee receipt.
    """

    number: str
    code: str
    payer: str
    amount: str
    amount_in_words: str
    collector: str
    procedure: str = ""
    owner: str = ""
    address: str = ""
    phone: str = ""
    items: tuple[FeeItem, ...] = ()
    method: str = ""
    status: str = ""
    exemption_reason: str = ""
    account_lines: tuple[str, ...] = ()
    payment_qr: str = ""
    payer_name: str = ""
    payer_hint: str = SIGN_AND_NAME
    notes: tuple[str, ...] = ()
    copy_labels: tuple[str, ...] = ("Liên 1: Lưu", "Liên 2: Giao cho người nộp tiền")


def render(form: FeeVoucherForm, paper: Paper = Paper.A5) -> bytes:
    """Print the voucher.

    Args:
        form: Its texts.
        paper: A5 with the long side across, A4 the same way, or two upright A5 copies on one A4.

    Returns:
        A PDF file, the same to the byte for the same form.

    Raises:
        ValueError: The paper is a roll.

    Threads: any.
    """
    form = cleaned(form)
    label, name = ("Số:", form.number) if form.number else ("Mã hồ sơ:", form.code)
    naming = Naming(label, name, qr_content=form.payment_qr, caption="Quét để chuyển khoản")
    plan = plan_of(form, naming, lambda column: _body(form, column))
    return render_upright(plan, paper) if paper is Paper.A4X2 else render_on(plan, paper, _SHEETS)


def _body(form: FeeVoucherForm, column: Column) -> list[Block]:
    signers = (
        Signature("NGƯỜI NỘP TIỀN", form.payer_name, form.payer_hint),
        Signature("NGƯỜI THU TIỀN", form.collector),
    )
    return [
        *column.field("Người nộp tiền:", form.payer, Face.BOLD),
        *column.pair(("Địa chỉ:", form.address), ("Số điện thoại:", form.phone), 0.64),
        *column.pair(("Mã hồ sơ:", form.code if form.number else ""), ("Chủ hồ sơ:", form.owner), 0.45),
        *column.field("Thủ tục hành chính:", form.procedure),
        *([column.paragraph((Face.REGULAR, "Nội dung thu:"), keep_next=True)] if form.items else []),
        *column.amounts([(item.name, item.amount) for item in form.items]),
        column.gap(0.15),
        *_amount(form, column),
        column.gap(0.15),
        *column.pair(("Hình thức:", form.method), ("Tình trạng:", form.status), 0.4),
        *(column.paragraph((Face.REGULAR, line), indent=0.8) for line in form.account_lines),
        *closing_notes(column, form.notes),
        column.gap(0.4, keep_next=True),
        *signature_block(column, signers, _SIGNING_EM),
    ]


def _amount(form: FeeVoucherForm, column: Column) -> list[Block]:
    lines: list[tuple[Run, ...]] = [
        ((Face.REGULAR, "Số tiền: "), (Face.BOLD, form.amount)),
        ((Face.REGULAR, "Bằng chữ: "), (Face.BOLD_ITALIC, form.amount_in_words)),
    ]
    if form.exemption_reason:
        lines.append(((Face.REGULAR, "Lý do miễn, giảm: "), (Face.BOLD, form.exemption_reason)))
    return column.boxed(*lines)
