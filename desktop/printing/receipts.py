"""From a dossier to the receipt's finished texts, and from a dossier to the PDF of each of its papers."""

from collections.abc import Iterable
from pathlib import Path

from desktop.domain.dossiers import ApplicantKind, Channel, ComponentLine, Dossier, FeeMethod, Relation, ResultBy
from desktop.domain.paper_counts import differing
from desktop.domain.rule_packs import RulePack
from desktop.domain.units import Unit
from desktop.domain.vietnamese import amount_in_words, local, money, paper_date, paper_datetime
from desktop.printing.papers import make_paper, sizes_of
from desktop.printing.quarter_reports import report_form
from desktop.printing.registers import make_register
from desktop.printing.return_slips import return_slip_form
from desktop.printing.words import TRAINING_MARK, limit_words, lookup_address, paper_named, reprint_mark
from desktop.services.books import RegisterBook, RegisterEntry, ReportPaper
from desktop.services.follow import RETURN_SLIP_FORM
from desktop.services.ports import PaperRequest
from desktop.services.receive import RECEIPT_FORM
from reports.elements.page import Paper
from reports.forms import quarter_report, return_slip
from reports.forms.receipt import CertificationRow, ChangeRow, ComponentRow, FeeRow, ReceiptForm, render

_RESULT_BY = {
    ResultBy.COUNTER: "Nhận trực tiếp",
    ResultBy.POST: "Qua dịch vụ bưu chính công ích",
    ResultBy.ELECTRONIC: "Bản điện tử",
}
_FIELD_WORDS = {
    "applicant.name": "Chủ hồ sơ",
    "applicant.id_number": "Số giấy tờ của chủ hồ sơ",
    "applicant.birth_date": "Ngày sinh của chủ hồ sơ",
    "applicant.phone": "Điện thoại của chủ hồ sơ",
    "applicant.email": "Thư điện tử của chủ hồ sơ",
    "applicant.address": "Địa chỉ của chủ hồ sơ",
    "applicant.sex": "Giới tính của chủ hồ sơ",
    "applicant.kind": "Loại chủ hồ sơ",
    "submitter.name": "Người nộp",
    "submitter.id_number": "Số giấy tờ của người nộp",
    "submitter.birth_date": "Ngày sinh của người nộp",
    "submitter.phone": "Điện thoại của người nộp",
    "submitter.email": "Thư điện tử của người nộp",
    "submitter.address": "Địa chỉ của người nộp",
    "submitter.sex": "Giới tính của người nộp",
    "submitter.kind": "Loại người nộp",
    "submitter.relation": "Tư cách người nộp",
    "submitter.authorisation": "Giấy ủy quyền",
    "procedure": "Thủ tục",
    "channel": "Cách nộp",
    "components": "Thành phần hồ sơ",
    "documents": "Văn bản chứng thực",
    "sets": "Số bộ hồ sơ",
    "note": "Ghi chú",
    "result_by": "Cách nhận kết quả",
    "exemption": "Lý do miễn phí",
    "fee_vnd": "Phí, lệ phí",
    "promised_at": "Hẹn trả kết quả",
}
_VALUE_WORDS = {
    **{member.value: words for member, words in _RESULT_BY.items()},
    ApplicantKind.CITIZEN.value: "Công dân",
    ApplicantKind.BUSINESS.value: "Doanh nghiệp",
    ApplicantKind.AGENCY.value: "Cơ quan",
    ApplicantKind.ORGANISATION.value: "Tổ chức",
    Channel.DIRECT.value: "Trực tiếp",
    Channel.ONLINE.value: "Trực tuyến",
    Relation.OWNER.value: "Chủ hồ sơ",
    Relation.AUTHORISED.value: "Được ủy quyền",
}


class ReceiptForms:
    """Make receipts and return slips (the ``Forms`` port)."""

    def __init__(self, *, is_training: bool) -> None:
        """Say whether papers are marked worthless."""
        self._watermark = TRAINING_MARK if is_training else ""

    def receipt(self, dossier: Dossier, *, unit: Unit, pack: RulePack, clerk: str, paper: str, copy_no: int) -> bytes:
        """Return a receipt as PDF bytes.

        Raises:
            UserError: ``unknown_paper``.
        """
        chosen = paper_named(paper)
        form = receipt_form(dossier, unit=unit, pack=pack, clerk=clerk, copy_no=copy_no, watermark=self._watermark)
        return render(form, chosen)

    def return_slip(
        self, dossier: Dossier, *, unit: Unit, pack: RulePack, clerk: str, paper: str, copy_no: int
    ) -> bytes:
        """Return a return slip as PDF bytes.

        Raises:
            UserError: ``unknown_paper``, ``not_returned``, ``form_not_in_pack``.
        """
        chosen = paper_named(paper)
        form = return_slip_form(dossier, unit=unit, pack=pack, clerk=clerk, copy_no=copy_no, watermark=self._watermark)
        return return_slip.render(form, chosen)

    def paper(self, request: PaperRequest) -> bytes:
        """Return any other paper as PDF bytes.

        Raises:
            UserError: see :func:`desktop.printing.papers.make_paper`.
        """
        return make_paper(request, self._watermark)

    def sizes(self, form: str) -> tuple[str, ...]:
        """Return the paper sizes a form is drawn on.

        Raises:
            UserError: ``unknown_form``.
        """
        if form in (RECEIPT_FORM, RETURN_SLIP_FORM):
            return tuple(paper.value for paper in Paper)
        return sizes_of(form)

    def register(self, book: RegisterBook, entries: Iterable[RegisterEntry]) -> bytes:
        """Return the register as PDF bytes.

        Raises:
            UserError: ``form_not_in_pack``.
        """
        return make_register(book, entries, self._watermark)

    def register_worksheet(self, book: RegisterBook, entries: Iterable[RegisterEntry], target: Path) -> None:
        """Write the register as an xlsx file.

        Raises:
            OSError: The file cannot be written.
        """
        from desktop.printing.worksheets import write_register  # noqa: PLC0415 - no start pays for it

        write_register(book, entries, target, self._watermark)

    def report(self, paper: ReportPaper) -> bytes:
        """Return the quarterly table as PDF bytes."""
        return quarter_report.render(report_form(paper, self._watermark))

    def report_worksheet(self, paper: ReportPaper, target: Path) -> None:
        """Write the quarterly table as an xlsx file.

        Raises:
            OSError: The file cannot be written.
        """
        from desktop.printing.worksheets import write_report  # noqa: PLC0415 - no start pays for it

        write_report(paper, target, self._watermark)


def receipt_form(
    dossier: Dossier, *, unit: Unit, pack: RulePack, clerk: str, copy_no: int, watermark: str
) -> ReceiptForm:
    """Return the finished texts of a dossier's receipt."""
    received_on = local(dossier.received_at).date()
    heading, rule = unit.heading(received_on), pack.form("receipt")
    submitter = dossier.submitter.party
    return ReceiptForm(
        code=dossier.code,
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{unit.place}, {paper_date(local(dossier.receipt.issued_at).date())}",
        title=rule.title,
        # The regulation's line names the form already.
        form_mark="" if rule.number in rule.basis else rule.number,
        legal_line=rule.basis,
        owner=dossier.owner.name,
        submitter=submitter.name,
        submitter_name=submitter.name,
        address=dossier.owner.address or submitter.address,
        phone=dossier.owner.phone or submitter.phone,
        email=dossier.owner.email or submitter.email,
        id_number=dossier.owner.id_number,
        procedure=dossier.procedure.name,
        procedure_code=dossier.procedure.code,
        components=_components(dossier),
        certifications=tuple(
            CertificationRow(str(index), f"Văn bản {index}", str(document.pages), str(document.copies))
            for index, document in enumerate(dossier.documents, 1)
        ),
        sets=f"{dossier.sets:02d} (bộ)",
        limit_text=limit_words(dossier.procedure.limit),
        received_at=paper_datetime(dossier.received_at),
        promised_at=paper_datetime(dossier.promised_at),
        pickup_place=f"{heading.name}, {unit.address}",
        result_by=_RESULT_BY[dossier.result_by],
        fees=tuple(FeeRow(line.name, money(line.amount_vnd)) for line in dossier.fees if line.amount_vnd),
        fee_total=money(dossier.fee_vnd) if dossier.fee_vnd else "Không thu",
        fee_in_words=amount_in_words(dossier.fee_vnd, southern=unit.southern_words) if dossier.fee_vnd else "",
        fee_status=_fee_status(dossier),
        notes=_notes(dossier, pack),
        unit_phone=unit.phone,
        clerk_name=clerk,
        receipt_number=f"Số: {rule.numbered(dossier.receipt.number, received_on.year)}",
        book_line=f"Quyển số: {dossier.receipt.book:02d}, Số thứ tự: {dossier.receipt.number:02d}",
        qr_content=lookup_address(dossier, unit),
        barcode_content=dossier.code,
        reprint_mark=reprint_mark(copy_no),
        reissue_mark=_reissue_mark(dossier),
        changes=tuple(_change(change.field, change.old, change.new) for change in dossier.changes),
        change_reason=dossier.correction_reason,
        watermark=watermark,
    )


def _components(dossier: Dossier) -> tuple[ComponentRow, ...]:
    lines = [line for line in dossier.components if line.total]
    return tuple(
        ComponentRow(str(index), line.name, _count(line.originals), _count(line.certified), _count(line.copies))
        for index, line in enumerate(lines, 1)
    )


def _paper(line: ComponentLine) -> str:
    kinds = ((line.originals, "bản chính"), (line.certified, "bản chứng thực"), (line.copies, "bản sao"))
    counts = ", ".join(f"{n:02d} {words}" for n, words in kinds if n)
    return f"{line.name} ({counts})" if counts else line.name


def _count(n: int) -> str:
    return f"{n:02d}" if n else "–"


def _fee_status(dossier: Dossier) -> str:
    if not dossier.fee_vnd:
        return ""
    if dossier.is_exempt:
        return f"Đã nộp {money(dossier.paid_vnd)}, phần còn lại được miễn" if dossier.paid_vnd else "Được miễn"
    if not dossier.owed_vnd:
        by_transfer = all(payment.method is FeeMethod.TRANSFER for payment in dossier.payments)
        return "Đã nộp (chuyển khoản)" if by_transfer else "Đã nộp"
    return f"Đã nộp {money(dossier.paid_vnd)}, còn {money(dossier.owed_vnd)}" if dossier.paid_vnd else "Chưa nộp"


def _notes(dossier: Dossier, pack: RulePack) -> tuple[str, ...]:
    typed = (f"Ghi chú: {dossier.note}",) if dossier.note else ()
    return (*typed, pack.wording["two_copies"], pack.wording["bring_along"])


def _reissue_mark(dossier: Dossier) -> str:
    receipt = dossier.receipt
    if receipt.previous_at is None:
        return ""
    return f"Cấp lại lần {receipt.version - 1}, thay giấy {paper_date(local(receipt.previous_at).date())}"


def _change(field: str, old: str, new: str) -> ChangeRow:
    if field == "components":
        old, new = ("; ".join(map(_paper, lines)) or "–" for lines in differing(old, new))
    elif field == "fee_vnd":
        old, new = money(int(old)), money(int(new))
    elif field.endswith(".birth_date"):
        old, new = ("/".join(reversed(value.split("-"))) for value in (old, new))
    return ChangeRow(_FIELD_WORDS.get(field, field), _VALUE_WORDS.get(old, old), _VALUE_WORDS.get(new, new))
