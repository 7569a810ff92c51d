"""From a dossier, or a citizen who was sent home, to the finished texts of Mẫu 02, 03, 04 and the stop notice."""

from datetime import datetime
from typing import Any  # the fields two or more forms share, spread into each

from desktop.domain.clock_policy import ClockEffect
from desktop.domain.dossiers import Dossier, Party, ProcedureSnapshot, Relation, Status, Submitter
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import local, money, paper_date, paper_datetime
from desktop.domain.way import Apology, AuthorityUsed, FormNumber, MissingPaper, Wait, WaitKind
from desktop.printing.words import lookup_address, originals_named, reprint_mark
from desktop.services.follow import paper_name
from desktop.services.ports import PaperRequest
from reports.elements.signatures import SIGN_AND_SEAL, Signature
from reports.forms.apology import ApologyForm
from reports.forms.refusal import RefusalForm
from reports.forms.stop_notice import StopNoticeForm
from reports.forms.supplement import GapRow, SupplementForm

_COPIES = ("Liên 1: Lưu", "Liên 2: Giao cho người nộp")
_TWO_COPIES = "Phiếu này lập thành 02 liên: 01 liên lưu cùng hồ sơ, 01 liên giao cho người nộp hồ sơ."
_EFFECT = {
    ClockEffect.RESTART: "Thời hạn giải quyết được tính lại từ đầu kể từ khi nhận đủ hồ sơ.",
    ClockEffect.PAUSE: "Thời hạn giải quyết tạm dừng từ khi lập phiếu này và tiếp tục khi nhận đủ hồ sơ.",
    ClockEffect.NONE: "",
}
_PHASE = {
    Status.RECEIVED: "Đã tiếp nhận, chưa chuyển giải quyết",
    Status.WITH_SECTION: "Đã chuyển bộ phận chuyên môn",
    Status.IN_PROGRESS: "Đang giải quyết tại bộ phận chuyên môn",
    Status.SUBMITTED: "Đã trình lãnh đạo",
    Status.APPROVED: "Đã được ký duyệt",
}


def supplement_form(request: PaperRequest, watermark: str) -> SupplementForm:
    """Return Mẫu 02 of a dossier, or of a citizen who was sent home with it.

    Raises:
        UserError: ``no_such_paper``.
    """
    rule = request.pack.form("supplement")
    if request.turned_away is not None:
        away = request.turned_away
        fact = away.fact
        return SupplementForm(
            **_head(request, rule.title, away.at, fact.form, watermark),
            **_party(fact.owner, fact.submitter, fact.procedure),
            gaps=_gaps(fact.missing),
            reason=fact.reason,
            legal_basis=fact.legal_basis,
            guidance=_guidance(request, away.by),
            signers=(_signer(request, "guide", request.names.get(away.by, "")),),
            notes=(_TWO_COPIES,),
        )
    dossier, wait = _wait(request, WaitKind.SUPPLEMENT)
    number = sum(1 for each in dossier.waits if each.kind is WaitKind.SUPPLEMENT)
    return SupplementForm(
        **_head(request, rule.title, wait.began_at, wait.form, watermark),
        **_party(dossier.owner, dossier.submitter, dossier.procedure),
        **_codes(request, dossier),
        gaps=_gaps(wait.missing),
        reason=wait.reason,
        legal_basis=wait.legal_basis,
        guidance=_guidance(request, wait.by),
        time_effect=_EFFECT[wait.effect],
        request_mark=f"Yêu cầu bổ sung lần {number}" if number > 1 else "",
        received_at=paper_datetime(dossier.received_at),
        promised_at=paper_datetime(dossier.promised_at),
        signers=(_signer(request, "guide", request.names.get(wait.by, "")),),
        notes=(_TWO_COPIES,),
    )


def refusal_form(request: PaperRequest, watermark: str) -> RefusalForm:
    """Return Mẫu 03 of a dossier, or of a citizen who was sent home with it.

    Raises:
        UserError: ``no_such_paper``.
    """
    rule = request.pack.form("refusal")
    if request.turned_away is not None:
        away = request.turned_away
        fact = away.fact
        return RefusalForm(
            **_head(request, rule.title, away.at, fact.form, watermark),
            **_party(fact.owner, fact.submitter, fact.procedure),
            statement=_refusing(request, away.at),
            reason=fact.reason,
            legal_basis=fact.legal_basis,
            closing="Xin thông báo để Ông/Bà được biết và thực hiện.",
            signers=_both(request, fact.submitter.party.name, request.names.get(away.by, "")),
            notes=(_TWO_COPIES,),
        )
    dossier = _dossier(request)
    ending = dossier.ending
    if ending is None or ending.form is None:
        raise UserError("no_such_paper", code=dossier.code, form=request.form)
    if ending.authority is not None:
        signers: tuple[Signature, ...] = (_by_authority(ending.authority),)
    else:
        signers = _both(request, dossier.submitter.party.name, request.names.get(ending.by, ""))
    paid = f"Đã thu {money(dossier.paid_vnd)}." if dossier.paid_vnd else ""
    return RefusalForm(
        **_head(request, rule.title, ending.at, ending.form, watermark),
        **_party(dossier.owner, dossier.submitter, dossier.procedure),
        **_codes(request, dossier),
        statement=_refusing(request, ending.at),
        reason=ending.reason,
        legal_basis=ending.legal_basis,
        originals=originals_named(dossier, ending.originals_returned),
        fee_note=paid,
        closing="Xin thông báo để Ông/Bà được biết và thực hiện.",
        received_at=paper_datetime(dossier.received_at),
        signers=signers,
        notes=(_TWO_COPIES,),
    )


def apology_form(request: PaperRequest, watermark: str) -> ApologyForm:
    """Return Mẫu 04: its seven contents under the title of the dossier's pack.

    Raises:
        UserError: ``no_such_paper``.
    """
    dossier = _dossier(request)
    apology = _apology(request, dossier)
    rule, unit = request.pack.form("apology"), request.unit
    promised = paper_datetime(apology.new_promise)
    late_mark = request.pack.wording["late_apology"] if apology.is_late else ""
    heading = unit.heading(local(apology.at).date())
    return ApologyForm(
        **_head(request, rule.title, apology.at, apology.form, watermark, copies=()),
        **_party(dossier.owner, dossier.submitter, dossier.procedure),
        **_codes(request, dossier),
        addressee=f"Ông/Bà {dossier.submitter.party.name}",
        receipt_number=f"{dossier.receipt.number:02d} (quyển {dossier.receipt.book:02d})",
        state=_PHASE.get(dossier.base_status, "Đang giải quyết"),
        section=unit.section_name(dossier.procedure.section) if dossier.procedure.section else "",
        reason=apology.reason,
        old_promise=paper_datetime(apology.old_promise),
        new_promise=promised,
        apology=request.pack.wording["apology"].format(unit=unit.name, promised=promised),
        pickup_place=f"{heading.name}, {unit.address}",
        contact=f"Mọi thắc mắc xin liên hệ {heading.name}, số điện thoại {unit.phone}." if unit.phone else "",
        late_mark=late_mark,
        signer=_by_authority(apology.authority),
        recipients=("- Như trên;", f"- {heading.name};", "- Lưu: VT."),
    )


def stop_form(request: PaperRequest, watermark: str) -> StopNoticeForm:
    """Return the notice that a dossier is handled no further for now (2025: Mẫu 05).

    Raises:
        UserError: ``no_such_paper``, ``form_not_in_pack``.
    """
    dossier, wait = _wait(request, WaitKind.STOP)
    rule = request.pack.form("stop")
    title, *more = request.pack.signer_titles["head"]
    return StopNoticeForm(
        **_head(request, rule.title, wait.began_at, wait.form, watermark, copies=()),
        **_party(dossier.owner, dossier.submitter, dossier.procedure),
        **_codes(request, dossier),
        addressee=f"Ông/Bà {dossier.submitter.party.name}",
        requester=wait.of or dossier.submitter.party.name,
        phase=_PHASE.get(dossier.base_status, "Đang giải quyết"),
        decision="Dừng giải quyết hồ sơ kể từ ngày lập thông báo này.",
        reason=wait.reason,
        legal_basis=wait.legal_basis,
        receipt_number=f"{dossier.receipt.number:02d} (quyển {dossier.receipt.book:02d})",
        received_at=paper_datetime(dossier.received_at),
        promised_at=paper_datetime(dossier.promised_at),
        fee_taken=money(dossier.paid_vnd) if dossier.paid_vnd else "",
        signer=Signature(title, "", SIGN_AND_SEAL, tuple(more)),
        recipients=("- Như trên;", "- Lưu: VT."),
    )


def _head(
    request: PaperRequest,
    title: str,
    at: datetime,
    number: FormNumber | None,
    watermark: str,
    copies: tuple[str, ...] = _COPIES,
) -> dict[str, Any]:
    on = local(at).date()
    heading, rule = request.unit.heading(on), request.pack.form(request.form)
    return {
        "parent_agency": heading.agency,
        "office": heading.office,
        "place_and_date": f"{request.unit.place}, {paper_date(on)}",
        "title": title,
        "form_mark": "" if rule.number in rule.basis else rule.number,
        "legal_line": rule.basis,
        "number_line": "" if number is None else f"Số: {rule.numbered(number.number, number.year)}",
        "copy_labels": copies,
        "copy_mark": reprint_mark(request.copy_no),
        "watermark": watermark,
    }


def _party(owner: Party, submitter: Submitter, procedure: ProcedureSnapshot) -> dict[str, Any]:
    """Return who asks for what; the submitter is named even where he is the owner (Mẫu 04 asks for it)."""
    who = submitter.party
    return {
        "owner": owner.name,
        "submitter": who.name,
        "address": owner.address or who.address,
        "phone": who.phone if submitter.relation is Relation.AUTHORISED and who.phone else owner.phone,
        "email": owner.email or who.email,
        "procedure": procedure.name,
        "procedure_code": procedure.code,
    }


def _codes(request: PaperRequest, dossier: Dossier) -> dict[str, Any]:
    return {
        "code": dossier.code,
        "barcode_content": dossier.code,
        "qr_content": lookup_address(dossier, request.unit),
    }


def _gaps(missing: tuple[MissingPaper, ...]) -> tuple[GapRow, ...]:
    return tuple(GapRow(str(place), gap.name, note=gap.note) for place, gap in enumerate(missing, 1))


def _guidance(request: PaperRequest, user_id: str) -> str:
    wording = request.pack.wording["supplement_help"]
    return wording.format(clerk=request.names.get(user_id, ""), phone=request.unit.phone)


def _refusing(request: PaperRequest, at: datetime) -> str:
    name = request.unit.heading(local(at).date()).name
    return f"Qua xem xét, {name} thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:"


def _signer(request: PaperRequest, role: str, name: str) -> Signature:
    *above, title = request.pack.signer_titles[role]
    return Signature(title, name, above=tuple(above))


def _both(request: PaperRequest, submitter: str, clerk: str) -> tuple[Signature, ...]:
    return (_signer(request, "submitter", submitter), _signer(request, "receiver", clerk))


def _by_authority(authority: AuthorityUsed) -> Signature:
    *above, title = authority.title_lines
    return Signature(title, authority.signer_name, SIGN_AND_SEAL, tuple(above))


def _dossier(request: PaperRequest) -> Dossier:
    if request.dossier is None:
        raise UserError("unknown_form", form=request.form)
    return request.dossier


def _wait(request: PaperRequest, kind: WaitKind) -> tuple[Dossier, Wait]:
    dossier = _dossier(request)
    found = next(
        (wait for wait in dossier.waits if wait.kind is kind and wait.wait_id == request.reference),
        None,
    )
    if found is None:
        raise UserError("no_such_paper", code=dossier.code, form=request.form)
    return dossier, found


def _apology(request: PaperRequest, dossier: Dossier) -> Apology:
    name = paper_name(dossier, request.form, request.reference)
    named = [apology for apology in dossier.apologies if name in ("", apology.form.name)]
    if not named:
        raise UserError("no_such_paper", code=dossier.code, form=request.form)
    return named[-1]
