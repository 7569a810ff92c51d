"""From a payment, or from what is still owed, to the finished texts of the internal fee voucher."""

from datetime import date
from typing import Any

from desktop.domain.dossiers import Dossier, FeeMethod, Payment
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import amount_in_words, local, money, paper_date, paper_datetime
from desktop.printing.words import reprint_mark
from desktop.services.follow import DUE, paper_name
from desktop.services.payment_qr import PaymentDue, due_of
from desktop.services.ports import PaperRequest
from reports.forms.fee_voucher import FeeItem, FeeVoucherForm

_METHOD = {FeeMethod.CASH: "Tiền mặt", FeeMethod.TRANSFER: "Chuyển khoản", FeeMethod.EXEMPT: "Miễn thu"}
_NO_TAX_RECEIPT = "Phiếu nội bộ, không thay biên lai thu phí, lệ phí."


#: Money that was not taken yet needs no voucher but a paper that tells how to pay.
_DUE_TITLE = "PHIẾU BÁO NỘP PHÍ, LỆ PHÍ"
_BRING_PROOF = "Sau khi chuyển khoản, báo cho quầy để nhận phiếu thu."


def voucher_form(request: PaperRequest, watermark: str) -> FeeVoucherForm:
    """Return the voucher of one payment of a dossier, or the paper that says what is still to be paid.

    Raises:
        UserError: ``unknown_form`` without a dossier; ``no_such_paper`` without such a payment or debt.
    """
    dossier = request.dossier
    if dossier is None:
        raise UserError("unknown_form", form=request.form)
    if request.reference == DUE:
        return _due_form(request, dossier, watermark)
    payment = _payment(request, dossier)
    on = local(payment.at).date()
    is_exempt = payment.method is FeeMethod.EXEMPT
    number = payment.voucher
    return FeeVoucherForm(
        **_frame(request, dossier, watermark, on),
        title=request.pack.form("fee_slip").title,
        number=f"{number.number:04d}/{number.year} (quyển {number.book:02d})" if number else "",
        amount=money(payment.amount_vnd),
        amount_in_words=amount_in_words(payment.amount_vnd, southern=request.unit.southern_words),
        collector=request.names.get(payment.by, ""),
        method=_METHOD[payment.method],
        status="Được miễn" if is_exempt else f"Đã thu lúc {paper_datetime(payment.at)}",
        exemption_reason=payment.reason if is_exempt else "",
        notes=(_NO_TAX_RECEIPT,),
    )


def _payment(request: PaperRequest, dossier: Dossier) -> Payment:
    """Return the payment of a voucher by the voucher's name; the last one where none is named."""
    name = paper_name(dossier, request.form, request.reference)
    named = [paid for paid in dossier.payments if not name or (paid.voucher and paid.voucher.name == name)]
    if not named:
        raise UserError("no_such_paper", code=dossier.code, form=request.form)
    return named[-1]


def _due_form(request: PaperRequest, dossier: Dossier, watermark: str) -> FeeVoucherForm:
    owed = dossier.owed_vnd
    if not owed:
        raise UserError("no_such_paper", code=dossier.code, form=request.form)
    due = due_of(dossier, request.unit)
    paid = f"Đã nộp {money(dossier.paid_vnd)}, còn phải nộp {money(owed)}" if dossier.paid_vnd else "Chưa nộp"
    return FeeVoucherForm(
        **_frame(request, dossier, watermark, local(dossier.seen_at).date()),
        title=_DUE_TITLE,
        number="",
        amount=money(owed),
        amount_in_words=amount_in_words(owed, southern=request.unit.southern_words),
        collector="",
        method="Tiền mặt tại quầy hoặc chuyển khoản" if due else "Tiền mặt tại quầy",
        status=paid,
        account_lines=_account_lines(due),
        payment_qr=due.qr if due else "",
        notes=(_BRING_PROOF, _NO_TAX_RECEIPT) if due else (_NO_TAX_RECEIPT,),
    )


def _frame(request: PaperRequest, dossier: Dossier, watermark: str, on: date) -> dict[str, Any]:
    """Return what both papers say alike; Any, because it holds texts and fee lines."""
    heading, rule = request.unit.heading(on), request.pack.form("fee_slip")
    payer = dossier.submitter.party
    return {
        "parent_agency": heading.agency,
        "office": heading.office,
        "place_and_date": f"{request.unit.place}, {paper_date(on)}",
        "form_mark": rule.number,
        "legal_line": rule.basis,
        "copy_mark": reprint_mark(request.copy_no),
        "watermark": watermark,
        "code": dossier.code,
        "payer": payer.name,
        "payer_name": payer.name,
        "owner": dossier.owner.name if dossier.owner.name != payer.name else "",
        "address": payer.address or dossier.owner.address,
        "phone": payer.phone or dossier.owner.phone,
        "procedure": dossier.procedure.name,
        "items": tuple(FeeItem(line.name, money(line.amount_vnd)) for line in dossier.fees if line.amount_vnd),
    }


def _account_lines(due: PaymentDue | None) -> tuple[str, ...]:
    if due is None:
        return ()
    bank = due.bank
    name = f" – {bank.bank_name}" if bank.bank_name else ""
    return (
        f"Số tài khoản: {bank.account}{name}",
        f"Tên tài khoản: {bank.holder}",
        f"Nội dung chuyển khoản: {due.purpose}",
    )
