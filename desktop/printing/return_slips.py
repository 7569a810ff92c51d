"""From a returned dossier to the finished texts of its return slip."""

from desktop.domain.dossiers import Dossier, FeeMethod, Proof, Relation
from desktop.domain.errors import UserError
from desktop.domain.rule_packs import RulePack
from desktop.domain.units import Unit
from desktop.domain.vietnamese import amount_in_words, local, money, paper_date, paper_datetime
from desktop.printing.words import lookup_address, originals_named, reprint_mark
from reports.elements.signatures import SIGN_AND_NAME
from reports.elements.title import CAPTION
from reports.forms.return_slip import ReturnSlipForm

_PLAIN_RESULT = "Kết quả giải quyết thủ tục hành chính"
_TWO_COPIES = "Giấy này lập thành 02 liên: 01 liên lưu cùng hồ sơ, 01 liên giao người nhận."
_ACKNOWLEDGEMENT = "Người nhận đã kiểm tra và nhận đủ kết quả, giấy tờ ghi trên giấy này."
#: The page behind the QR code asks for it as soon as the city knows of the return (W10 AC5).
_RATE = "Quét mã để đánh giá mức độ hài lòng"
_RELATION = {Relation.OWNER: "Chủ hồ sơ", Relation.AUTHORISED: "Người được ủy quyền"}
_PROOF = {
    Proof.SIGNATURE: "Chữ ký của người nhận",
    Proof.PHOTO: "Ảnh chụp khi nhận",
    Proof.POSTAL: "Bưu gửi",
    Proof.ELECTRONIC: "Trả bản điện tử",
}
#: Why a recipient who was not at the counter does not sign here.
_ABSENT = {Proof.POSTAL: "(Nhận qua bưu chính)", Proof.ELECTRONIC: "(Nhận bản điện tử)"}
_METHOD = {FeeMethod.CASH: "tiền mặt", FeeMethod.TRANSFER: "chuyển khoản"}


def return_slip_form(
    dossier: Dossier, *, unit: Unit, pack: RulePack, clerk: str, copy_no: int, watermark: str
) -> ReturnSlipForm:
    """Return the finished texts of a dossier's return slip.

    Raises:
        UserError: ``not_returned`` while nobody has taken the result; ``form_not_in_pack``.
    """
    returned = dossier.returned
    if returned is None:
        raise UserError("not_returned", code=dossier.code)
    returned_on = local(returned.at).date()
    # Receipt and slip may lie on both sides of a reform: the slip bears the name the office has on its own day.
    heading, rule = unit.heading(returned_on), pack.form("return_slip")
    paid_vnd = dossier.paid_vnd
    return ReturnSlipForm(
        code=dossier.code,
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{unit.place}, {paper_date(returned_on)}",
        title=rule.title,
        form_mark=rule.number,
        legal_line=rule.basis,
        procedure=dossier.procedure.name,
        procedure_code=dossier.procedure.code,
        owner=dossier.owner.name,
        promised_at=paper_datetime(dossier.promised_at),
        ready_at=paper_datetime(dossier.solved_at) if dossier.solved_at else "",
        giver_name=clerk,
        unit_phone=unit.phone,
        recipient=returned.recipient.name,
        id_number=returned.recipient.id_number,
        phone=returned.recipient.phone,
        email=returned.recipient.email,
        relation=_RELATION[returned.relation],
        authorisation=returned.authorisation,
        without_receipt_reason=returned.without_receipt_reason,
        result=dossier.procedure.result_name or _PLAIN_RESULT,
        result_note=dossier.result_note,
        originals=originals_named(dossier, returned.originals_returned),
        returned_at=paper_datetime(returned.at),
        proof=f"{_PROOF[returned.proof]} ({returned.proof_reference})",
        fee_total=_fee_total(dossier),
        fee_in_words=amount_in_words(paid_vnd, southern=unit.southern_words) if paid_vnd else "",
        fee_status=_fee_status(dossier),
        acknowledgement="" if returned.proof in _ABSENT else _ACKNOWLEDGEMENT,
        notes=(_TWO_COPIES,),
        recipient_hint=_ABSENT.get(returned.proof, SIGN_AND_NAME),
        qr_content=lookup_address(dossier, unit),
        qr_caption=_RATE if unit.lookup_base else CAPTION,
        barcode_content=dossier.code,
        reprint_mark=reprint_mark(copy_no),
        watermark=watermark,
    )


def _fee_total(dossier: Dossier) -> str:
    return money(dossier.paid_vnd) if dossier.paid_vnd or dossier.is_exempt else ""


def _fee_status(dossier: Dossier) -> str:
    """Say how the money came, and what was waived."""
    if not dossier.paid_vnd:
        return "được miễn" if dossier.is_exempt else ""
    methods = [_METHOD[method] for method in _METHOD if any(paid.method is method for paid in dossier.payments)]
    waived = ["phần còn lại được miễn"] if dossier.paid_vnd < dossier.fee_vnd else []
    return ", ".join([*methods, *waived])
