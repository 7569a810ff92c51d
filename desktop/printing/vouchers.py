"""From a payment to the finished texts of the internal fee voucher."""

from desktop.domain.dossiers import FeeMethod
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import amount_in_words, local, money, paper_date, paper_datetime
from desktop.printing.words import reprint_mark
from desktop.services.ports import PaperRequest
from reports.forms.fee_voucher import FeeItem, FeeVoucherForm

_METHOD = {FeeMethod.CASH: "Tiền mặt", FeeMethod.TRANSFER: "Chuyển khoản", FeeMethod.EXEMPT: "Miễn thu"}
_NO_TAX_RECEIPT = "Phiếu nội bộ, không thay biên lai thu phí, lệ phí."


def voucher_form(request: PaperRequest, watermark: str) -> FeeVoucherForm:
    """Return the voucher of one payment of a dossier.

    Raises:
        UserError: ``unknown_form`` without a dossier, ``no_such_paper``.
    """
    dossier = request.dossier
    if dossier is None:
        raise UserError("unknown_form", form=request.form)
    place = int(request.reference) if request.reference.isdigit() else len(dossier.payments)
    if not 1 <= place <= len(dossier.payments):
        raise UserError("no_such_paper", code=dossier.code, form=request.form)
    payment = dossier.payments[place - 1]
    on = local(payment.at).date()
    heading, rule = request.unit.heading(on), request.pack.form("fee_slip")
    is_exempt = payment.method is FeeMethod.EXEMPT
    number = payment.voucher
    payer = dossier.submitter.party
    return FeeVoucherForm(
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{request.unit.place}, {paper_date(on)}",
        title=rule.title,
        form_mark=rule.number,
        legal_line=rule.basis,
        copy_mark=reprint_mark(request.copy_no),
        watermark=watermark,
        number=f"{number.number:04d}/{number.year} (quyển {number.book:02d})" if number else "",
        code=dossier.code,
        payer=payer.name,
        payer_name=payer.name,
        owner=dossier.owner.name if dossier.owner.name != payer.name else "",
        address=payer.address or dossier.owner.address,
        phone=payer.phone or dossier.owner.phone,
        procedure=dossier.procedure.name,
        items=tuple(FeeItem(line.name, money(line.amount_vnd)) for line in dossier.fees if line.amount_vnd),
        amount=money(payment.amount_vnd),
        amount_in_words=amount_in_words(payment.amount_vnd, southern=request.unit.southern_words),
        collector=request.names.get(payment.by, ""),
        method=_METHOD[payment.method],
        status="Được miễn" if is_exempt else f"Đã thu lúc {paper_datetime(payment.at)}",
        exemption_reason=payment.reason if is_exempt else "",
        notes=(_NO_TAX_RECEIPT,),
    )
