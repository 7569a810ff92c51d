"""From custody to the finished texts of the handover slip, its record and the control sheet."""

from datetime import datetime
from typing import Any

from desktop.domain.amount_words import count_in_words
from desktop.domain.control import Grade, Hop, hops_of
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier
from desktop.domain.errors import UserError
from desktop.domain.slips import Slip, SlipLine, SlipState, slip_qr
from desktop.domain.vietnamese import (
    local,
    paper_date,
    paper_datetime,
    paper_duration,
    screen_date,
    screen_datetime,
)
from desktop.printing.words import limit_words, lookup_address, reprint_mark
from desktop.services.ports import PaperRequest
from reports.forms.control_sheet import ControlSheetForm, HopRow
from reports.forms.handover_record import HandoverRecordForm, HandoverRecordRow
from reports.forms.handover_slip import HandoverConfirmation, HandoverRow, HandoverSlipForm

_GRADE = {Grade.EARLY: "Trước hạn", Grade.ON_TIME: "Đúng hạn", Grade.LATE: "Quá hạn"}
_ON_THE_MACHINE = "(Xác nhận trên máy)"
_UNCHECKED = (
    "Thời gian cho phép của từng bước là mức chia thông thường, chưa đối chiếu với quy trình nội bộ đã được phê duyệt."
)
_TWO_COPIES = "Giấy này lập thành 02 bản, mỗi bên giữ 01 bản."


def slip_form(request: PaperRequest, watermark: str) -> HandoverSlipForm:
    """Return a handover slip as it stands: open, confirmed with its differences, or withdrawn.

    Raises:
        UserError: ``unknown_form`` when there is no slip.
    """
    slip = request.slip
    if slip is None:
        raise UserError("unknown_form", form=request.form)
    return HandoverSlipForm(
        **_frame(slip, request, watermark),
        rows=tuple(_row(place, line, request) for place, line in enumerate(slip.lines, 1)),
        qr_content=slip_qr(slip),
        confirmation=_confirmation(slip, request),
    )


def record_form(request: PaperRequest, watermark: str) -> HandoverRecordForm:
    """Return the record of a slip's dossiers, for those that go to several units at once.

    Raises:
        UserError: ``unknown_form`` when there is no slip.
    """
    slip = request.slip
    if slip is None:
        raise UserError("unknown_form", form=request.form)
    return HandoverRecordForm(
        **_frame(slip, request, watermark),
        rows=tuple(_record_row(place, line, request) for place, line in enumerate(slip.lines, 1)),
        qr_content=slip_qr(slip),
    )


def _frame(slip: Slip, request: PaperRequest, watermark: str) -> dict[str, Any]:
    """Return what slip and record say alike; Any, because it holds texts and tuples of texts."""
    on = local(slip.made_at).date()
    heading, rule = request.unit.heading(on), request.pack.form(request.form)
    n = len(slip.lines)
    withdrawn = ("Giấy này đã được rút lại, không có giá trị bàn giao.",) if slip.state is SlipState.WITHDRAWN else ()
    return {
        "parent_agency": heading.agency,
        "office": heading.office,
        "place_and_date": f"{request.unit.place}, {paper_date(on)}",
        "title": rule.title,
        "form_mark": rule.number,
        "legal_line": rule.basis,
        "copy_mark": reprint_mark(request.copy_no),
        "watermark": watermark,
        "number": slip.name,
        "giver_unit": _unit_of(slip.giver, request),
        "giver": request.names.get(slip.made_by, ""),
        "receiver_unit": _unit_of(slip.to, request),
        "receiver": request.names.get(slip.closed_by, "") or _person_of(slip.to, request),
        "handed_at": paper_datetime(slip.made_at),
        "total": f"{n:02d} hồ sơ",
        "total_in_words": count_in_words(n, southern=request.unit.southern_words),
        "notes": (*withdrawn, *((f"Ghi chú: {slip.note}",) if slip.note else ()), _TWO_COPIES),
    }


def control_form(request: PaperRequest, watermark: str) -> ControlSheetForm:
    """Return the control sheet of a dossier: every hand it went through.

    Raises:
        UserError: ``unknown_form`` when there is no dossier.
    """
    dossier = request.dossier
    if dossier is None:
        raise UserError("unknown_form", form=request.form)
    on = local(dossier.received_at).date()
    heading, rule = request.unit.heading(on), request.pack.form("control_sheet")
    hops = hops_of(request.history, request.calendar, request.pack.clock, request.unit, request.sections)
    process = dossier.procedure.process
    asked = [wait.of for wait in dossier.waits if wait.of]
    return ControlSheetForm(
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{request.unit.place}, {paper_date(on)}",
        title=rule.title,
        form_mark="" if rule.number in rule.basis else rule.number,
        legal_line=rule.basis,
        copy_mark=reprint_mark(request.copy_no),
        watermark=watermark,
        code=dossier.code,
        owner=dossier.owner.name,
        received_at=paper_datetime(dossier.received_at),
        promised_at=paper_datetime(dossier.promised_at),
        solving_unit=request.unit.section_name(dossier.procedure.section) or request.unit.name,
        hops=tuple(_hop_row(hop, dossier, request) for hop in hops),
        procedure=dossier.procedure.name,
        partners="; ".join(dict.fromkeys(asked)),
        qr_content=lookup_address(dossier, request.unit),
        notes=(_UNCHECKED,) if process and process.needs_checking else (),
    )


def _hop_row(hop: Hop, dossier: Dossier, request: PaperRequest) -> HopRow:
    is_first = hop.giver is None
    is_returned = hop.to.kind is CustodianKind.NOBODY
    return HopRow(
        giver_unit="Người nộp hồ sơ" if hop.giver is None else _unit_of(hop.giver, request),
        giver=dossier.submitter.party.name if is_first else request.names.get(hop.giver_user, ""),
        receiver_unit="Người nhận kết quả" if is_returned else _unit_of(hop.to, request),
        receiver=_last_receiver(dossier) if is_returned else request.names.get(hop.receiver_user, ""),
        handed_at=paper_datetime(hop.at),
        duration=_duration(hop),
        giver_signed="" if is_first else _ON_THE_MACHINE,
        receiver_signed="" if is_returned else _ON_THE_MACHINE,
        grade="" if is_first else _GRADE[hop.grade],
        note=_late_note(dossier, hop.at, hop.grade),
    )


def _duration(hop: Hop) -> str:
    if hop.step is None:
        return ""
    allowed, used = paper_duration(hop.step.minutes), paper_duration(hop.minutes)
    return f"Cho phép {allowed} làm việc, đã dùng {used}"


def _row(place: int, line: SlipLine, request: PaperRequest) -> HandoverRow:
    code, dossier = line.code, _dossier_of(line, request)
    if dossier is None:
        return HandoverRow(str(place), code, "", "", "", "", "không có trên máy này")
    who = dossier.owner.name
    if dossier.submitter.party.name != who:
        who = f"{who}; người nộp: {dossier.submitter.party.name}"
    return HandoverRow(
        no=str(place),
        code=code,
        owner=who,
        procedure=dossier.procedure.name,
        received_on=screen_date(local(dossier.received_at).date()),
        promised_at=screen_datetime(dossier.promised_at),
    )


def _record_row(place: int, line: SlipLine, request: PaperRequest) -> HandoverRecordRow:
    code, dossier = line.code, _dossier_of(line, request)
    if dossier is None:
        return HandoverRecordRow(str(place), code, "không có trên máy này", "", "", "", "", "")
    procedure = dossier.procedure
    return HandoverRecordRow(
        no=str(place),
        content=f"{procedure.name} ({code})",
        unit=request.unit.section_name(procedure.section) or request.unit.name,
        received_on=screen_date(local(dossier.received_at).date()),
        promised_on=screen_date(local(dossier.promised_at).date()),
        limit=limit_words(procedure.limit),
        sets=f"{dossier.sets:02d}",
        name=dossier.owner.name,
    )


def _dossier_of(line: SlipLine, request: PaperRequest) -> Dossier | None:
    """Return the dossier of a slip's line, whatever code it has by now."""
    return next((each for each in request.slip_dossiers if each.dossier_id == line.dossier_id), None)


def _confirmation(slip: Slip, request: PaperRequest) -> HandoverConfirmation | None:
    if slip.state is not SlipState.CONFIRMED or slip.closed_at is None:
        return None
    missing = [f"Thiếu: {code} (vẫn do bên giao giữ)" for code in slip.missing]
    strange = [
        f"Thừa: {each.code}" + (f" (đang do {each.holder} giữ)" if each.holder else " (không có trong sổ)")
        for each in slip.unexpected
    ]
    name = request.names.get(slip.closed_by, "")
    return HandoverConfirmation(
        confirmed_at=paper_datetime(slip.closed_at),
        confirmed_by=f"{name} (đăng nhập và quét)",
        total=f"{len(slip.accepted):02d} hồ sơ",
        differences=(*missing, *strange),
    )


def _unit_of(custodian: Custodian, request: PaperRequest) -> str:
    """Return what a holder is called as a side of a paper: the section, or a person's office."""
    if custodian.kind is CustodianKind.SECTION:
        return request.unit.section_name(custodian.holder)
    return request.titles.get(custodian.holder, "") or request.unit.name


def _person_of(custodian: Custodian, request: PaperRequest) -> str:
    """Return the name of a holder who is a person, "" for a section."""
    return request.names.get(custodian.holder, "") if custodian.kind is CustodianKind.USER else ""


def _last_receiver(dossier: Dossier) -> str:
    return dossier.returned.recipient.name if dossier.returned else dossier.submitter.party.name


def _late_note(dossier: Dossier, at: datetime, grade: Grade) -> str:
    """Say why a step was late, where an apology named the reason by then."""
    if grade is not Grade.LATE:
        return ""
    return next((apology.reason for apology in dossier.apologies if apology.at <= at), "")
