"""Words of a dossier for the pages that show one: channels, proofs, papers, lateness, the time line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import (
    Channel,
    ComponentLine,
    Dossier,
    FeeMethod,
    Proof,
    Receipt,
    Relation,
    ResultBy,
)
from desktop.domain.vietnamese import local, money, screen_date, screen_datetime
from desktop.services.look_up import TimelineEntry
from desktop.ui.widgets.labels import TagKind
from desktop.ui.widgets.timeline import TimeEntry
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, Words, tr

CHANNELS: Final[Mapping[Channel, str]] = {
    Channel.DIRECT: QT_TRANSLATE_NOOP(CONTEXT, "Trực tiếp"),
    Channel.ONLINE: QT_TRANSLATE_NOOP(CONTEXT, "Trực tuyến"),
    Channel.POST: QT_TRANSLATE_NOOP(CONTEXT, "Bưu chính công ích"),
}

RESULTS_BY: Final[Mapping[ResultBy, str]] = {
    ResultBy.COUNTER: QT_TRANSLATE_NOOP(CONTEXT, "Nhận tại quầy"),
    ResultBy.POST: QT_TRANSLATE_NOOP(CONTEXT, "Nhận qua bưu chính"),
    ResultBy.ELECTRONIC: QT_TRANSLATE_NOOP(CONTEXT, "Nhận bản điện tử"),
}

PROOFS: Final[Mapping[Proof, str]] = {
    Proof.SIGNATURE: QT_TRANSLATE_NOOP(CONTEXT, "Chữ ký"),
    Proof.PHOTO: QT_TRANSLATE_NOOP(CONTEXT, "Ảnh chụp"),
    Proof.POSTAL: QT_TRANSLATE_NOOP(CONTEXT, "Số bưu gửi"),
    Proof.ELECTRONIC: QT_TRANSLATE_NOOP(CONTEXT, "Trả điện tử"),
}

FEE_METHODS: Final[Mapping[FeeMethod, str]] = {
    FeeMethod.CASH: QT_TRANSLATE_NOOP(CONTEXT, "Tiền mặt"),
    FeeMethod.TRANSFER: QT_TRANSLATE_NOOP(CONTEXT, "Chuyển khoản"),
    FeeMethod.EXEMPT: QT_TRANSLATE_NOOP(CONTEXT, "Miễn thu"),
}

RELATIONS: Final[Mapping[Relation, str]] = {
    Relation.OWNER: QT_TRANSLATE_NOOP(CONTEXT, "Chủ hồ sơ"),
    Relation.AUTHORISED: QT_TRANSLATE_NOOP(CONTEXT, "Người được ủy quyền"),
}

#: Words of the fields that a correction names.
FIELDS: Final[Mapping[str, str]] = {
    "applicant.name": QT_TRANSLATE_NOOP(CONTEXT, "Họ tên chủ hồ sơ"),
    "applicant.id_number": QT_TRANSLATE_NOOP(CONTEXT, "Số định danh"),
    "applicant.birth_date": QT_TRANSLATE_NOOP(CONTEXT, "Ngày sinh"),
    "applicant.phone": QT_TRANSLATE_NOOP(CONTEXT, "Điện thoại"),
    "applicant.email": QT_TRANSLATE_NOOP(CONTEXT, "Thư điện tử"),
    "applicant.address": QT_TRANSLATE_NOOP(CONTEXT, "Địa chỉ"),
    "applicant.sex": QT_TRANSLATE_NOOP(CONTEXT, "Giới tính"),
    "applicant.kind": QT_TRANSLATE_NOOP(CONTEXT, "Loại đối tượng"),
    "submitter.name": QT_TRANSLATE_NOOP(CONTEXT, "Họ tên người nộp"),
    "submitter.id_number": QT_TRANSLATE_NOOP(CONTEXT, "Số định danh người nộp"),
    "submitter.phone": QT_TRANSLATE_NOOP(CONTEXT, "Điện thoại người nộp"),
    "submitter.birth_date": QT_TRANSLATE_NOOP(CONTEXT, "Ngày sinh người nộp"),
    "submitter.email": QT_TRANSLATE_NOOP(CONTEXT, "Thư điện tử người nộp"),
    "submitter.address": QT_TRANSLATE_NOOP(CONTEXT, "Địa chỉ người nộp"),
    "submitter.sex": QT_TRANSLATE_NOOP(CONTEXT, "Giới tính người nộp"),
    "submitter.kind": QT_TRANSLATE_NOOP(CONTEXT, "Loại đối tượng người nộp"),
    "submitter.relation": QT_TRANSLATE_NOOP(CONTEXT, "Tư cách người nộp"),
    "submitter.authorisation": QT_TRANSLATE_NOOP(CONTEXT, "Giấy ủy quyền"),
    "procedure": QT_TRANSLATE_NOOP(CONTEXT, "Thủ tục"),
    "channel": QT_TRANSLATE_NOOP(CONTEXT, "Hình thức nộp"),
    "components": QT_TRANSLATE_NOOP(CONTEXT, "Thành phần hồ sơ"),
    "documents": QT_TRANSLATE_NOOP(CONTEXT, "Giấy tờ chứng thực"),
    "sets": QT_TRANSLATE_NOOP(CONTEXT, "Số bộ"),
    "note": QT_TRANSLATE_NOOP(CONTEXT, "Ghi chú"),
    "result_by": QT_TRANSLATE_NOOP(CONTEXT, "Hình thức nhận kết quả"),
    "exemption": QT_TRANSLATE_NOOP(CONTEXT, "Lý do miễn lệ phí"),
    "promised_at": QT_TRANSLATE_NOOP(CONTEXT, "Hẹn trả"),
    "fee_vnd": QT_TRANSLATE_NOOP(CONTEXT, "Lệ phí"),
}

_ICONS: Final[Mapping[str, str]] = {
    "dossier.received": "receive",
    "dossier.corrected": "edit",
    "receipt.printed": "print",
    "fee.taken": "fee",
    "dossier.result_ready": "check",
    "dossier.returned": "return",
    "handover.offered": "handover",
    "handover.confirmed": "handover",
    "handover.dropped": "handover",
    "custody.assigned": "handover",
    "wait.opened": "clock",
    "wait.closed": "check",
    "file.attached": "pdf",
    "dossier.submitted": "next",
    "dossier.approved": "sign",
    "dossier.sent_back": "back",
    "dossier.rejected": "close",
    "dossier.apologised": "deadline",
    "dossier.refused": "close",
    "dossier.withdrawn": "back",
    "citizen.notified": "phone",
    "paper.printed": "print",
}

#: Facts of an event that stand below its sentence.
_NOTES: Final[Mapping[str, tuple[str, ...]]] = {
    "wait.opened": ("of", "missing"),
    "wait.closed": ("answer",),
    "dossier.submitted": ("note",),
    "dossier.approved": ("document",),
    "dossier.rejected": ("document",),
    "dossier.apologised": ("reason",),
    "dossier.refused": ("legal_basis",),
}


def state_tag(dossier: Dossier, now: datetime) -> tuple[TagKind, str]:
    """Return how a dossier stands against its deadline, in words.

    Args:
        dossier: The dossier.
        now: The present instant.
    """
    unit = dossier.procedure.limit.unit
    if dossier.solved_at is not None:
        if is_late(dossier.solved_at, dossier.due_at, unit):
            return TagKind.LATE, tr("Đã giải quyết trễ {days} ngày", days=_days(dossier.due_at, dossier.solved_at))
        return TagKind.OK, tr("Đã giải quyết đúng hạn")
    if dossier.is_closed:
        return TagKind.PLAIN, tr("Đã kết thúc")
    if is_late(now, dossier.due_at, unit):
        return TagKind.LATE, tr("Trễ hạn từ {day}", day=screen_date(local(dossier.due_at).date()))
    left = (local(dossier.due_at).date() - local(now).date()).days
    if left == 0:
        return TagKind.SOON, tr("Đến hạn hôm nay")
    if left == 1:
        return TagKind.SOON, tr("Đến hạn ngày mai")
    return TagKind.DUE, tr("Còn {days} ngày", days=left)


def _days(due_at: datetime, at: datetime) -> str:
    days = (local(at).date() - local(due_at).date()).days
    return str(days) if days else tr("chưa đến một")


def counts(line: ComponentLine) -> str:
    """Write how many papers of a component were handed in: ``1 bản chính, 2 bản sao``."""
    parts = (
        (line.originals, tr("{n} bản chính", n=line.originals)),
        (line.certified, tr("{n} bản chứng thực", n=line.certified)),
        (line.copies, tr("{n} bản sao", n=line.copies)),
    )
    return ", ".join(text for n, text in parts if n) or tr("không nộp")


def receipt_words(receipt: Receipt) -> str:
    """Name a receipt by book, number, version and copies."""
    if receipt.number == 0:
        return tr("Không cấp giấy hẹn (trả ngay)")
    parts = [tr("quyển {book}, số {number}", book=receipt.book, number=receipt.number)]
    if receipt.version > 1:
        parts.append(tr("bản {version} (đã đính chính)", version=receipt.version))
    if receipt.reprints:
        parts.append(tr("in lại {n} lần", n=receipt.reprints))
    return ", ".join(parts)


def fee_words(dossier: Dossier) -> str:
    """Write a fee and what is still to be paid."""
    if dossier.is_exempt:
        return tr("Miễn thu")
    if dossier.fee_vnd == 0:
        return tr("Không thu")
    if dossier.owed_vnd == 0:
        return tr("{fee}, đã thu đủ", fee=money(dossier.fee_vnd))
    return tr("{fee}, còn phải thu {owed}", fee=money(dossier.fee_vnd), owed=money(dossier.owed_vnd))


def promise_words(dossier: Dossier) -> str:
    """Say what was promised first, beside the present promise."""
    first = screen_datetime(dossier.first_promised_at)
    return first if dossier.first_promised_at != dossier.promised_at else tr("{at} (không đổi)", at=first)


def returned_words(dossier: Dossier) -> str:
    """Say to whom a result went, when and with which proof; "" when it has not."""
    record = dossier.returned
    if record is None:
        return ""
    return tr(
        "{name} ({relation}) lúc {at}; bằng chứng: {proof}, {reference}",
        name=record.recipient.name,
        relation=tr(RELATIONS[record.relation]).lower(),
        at=screen_datetime(record.at),
        proof=tr(PROOFS[record.proof]).lower(),
        reference=record.proof_reference,
    )


def time_entry(words: Words, entry: TimelineEntry) -> TimeEntry:
    """Write one event of a time line."""
    details = dict(entry.details)
    code = f"timeline.{entry.type}"
    note = ""
    if entry.type == "fee.taken":
        method = FeeMethod(details["method"])
        if method is FeeMethod.EXEMPT:
            code = "timeline.fee.exempted"
        details["method"] = tr(FEE_METHODS[method]).lower()
    elif entry.type == "dossier.corrected":
        details["changes"] = _changes(details["changes"])
        note = tr("lý do: {reason}", reason=details["reason"])
    elif entry.type == "dossier.result_ready":
        note = " · ".join(part for part in (_shelf(details["shelf"]), details["note"]) if part)
    elif entry.type == "dossier.returned":
        details["proof"] = tr(PROOFS[Proof(details["proof"])]).lower()
        note = details["reference"]
    elif entry.type == "custody.assigned" and "witness" in details:
        note = tr("cùng chịu trách nhiệm: {name}", name=details["witness"])
    elif entry.type in _NOTES:
        note = _note(entry.type, details)
    return TimeEntry(
        when=screen_datetime(entry.at),
        who=entry.actor,
        what=words.sentence(code, **details),
        icon=_ICONS.get(entry.type, "history"),
        note=note,
    )


def _note(kind: str, details: Mapping[str, str]) -> str:
    """Join what stands below a sentence; an answer that is expected is named by its day."""
    parts = [details.get(field, "") for field in _NOTES[kind]]
    if details.get("answer_due"):
        parts.append(tr("chờ đến {at}", at=details["answer_due"]))
    return " · ".join(part for part in parts if part)


def _shelf(shelf: str) -> str:
    return tr("vị trí để: {shelf}", shelf=shelf) if shelf else ""


def _changes(text: str) -> str:
    """Put people's words for the field names of a list of changes."""
    parts = []
    for part in text.split("; "):
        field, colon, rest = part.partition(": ")
        parts.append(f"{tr(FIELDS[field])}: {rest}" if colon and field in FIELDS else part)
    return "; ".join(parts)
