"""Words and rows of the page "Trực tuyến"."""

from collections.abc import Sequence
from typing import Final

from desktop.domain.online import OnlineStatus
from desktop.domain.vietnamese import number, screen_datetime
from desktop.services.online import OnlineRow, masked
from desktop.ui.models.short_table import Cell, Head, Line, translated
from desktop.ui.pages.approval_words import wait_words
from desktop.ui.tokens import Role
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

#: From so many working minutes on the end of the hours is near.
_SOON_MINUTES: Final = 120

STATUS_WORDS: Final = {
    OnlineStatus.WAITING: QT_TRANSLATE_NOOP(CONTEXT, "Chờ tiếp nhận"),
    OnlineStatus.SUPPLEMENT: QT_TRANSLATE_NOOP(CONTEXT, "Chờ công dân bổ sung"),
    OnlineStatus.ACCEPTED: QT_TRANSLATE_NOOP(CONTEXT, "Đã tiếp nhận"),
    OnlineStatus.DECLINED: QT_TRANSLATE_NOOP(CONTEXT, "Đã từ chối"),
    OnlineStatus.MERGED: QT_TRANSLATE_NOOP(CONTEXT, "Đã nhập vào hồ sơ tại quầy"),
}
HEADS: Final = (
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Thời hạn trả lời"), "Còn 7 giờ 59 phút", has_icon=True),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Mã nộp"), "TT-190718-00000000"),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Người nộp"), "Nguyễn Thị Ngọc", share=2),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Thủ tục"), "Đăng ký khai sinh", share=3),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Trạng thái"), "Chờ công dân bổ sung", give_up=2),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Tệp"), "10/10", give_up=3),
)


def heads() -> tuple[Head, ...]:
    """Return the columns in the user's language."""
    return translated(HEADS)


def lines(rows: Sequence[OnlineRow]) -> tuple[Line, ...]:
    """Return the rows of a list."""
    return tuple(
        Line(
            row.filing.filing_id,
            (
                time_cell(row),
                Cell(row.filing.tracking),
                Cell(row.filing.applicant.name),
                Cell(row.procedure),
                Cell(tr(STATUS_WORDS[row.filing.status])),
                Cell(f"{row.files_here}/{len(row.filing.files)}" if row.filing.files else "–"),
            ),
        )
        for row in rows
    )


def time_cell(row: OnlineRow) -> Cell:
    """Return how much of the eight working hours is left, by icon, word and colour."""
    if row.filing.is_settled:
        late = tr("Trả lời trễ")
        return Cell(late, "late", Role.LATE) if row.is_late else Cell(tr("Trả lời đúng hạn"), "check", Role.OK)
    if row.filing.status is OnlineStatus.SUPPLEMENT:
        return Cell(tr("Chờ bổ sung"), "clock", Role.MUTED)
    if row.is_late or row.minutes_left < 0:
        return Cell(tr("Quá {time}", time=wait_words(-row.minutes_left)), "late", Role.LATE)
    if row.minutes_left <= _SOON_MINUTES:
        return Cell(tr("Còn {time}", time=wait_words(row.minutes_left)), "deadline", Role.SOON)
    return Cell(tr("Còn {time}", time=wait_words(row.minutes_left)), "clock", Role.DUE)


def about(row: OnlineRow) -> str:
    """Return what is told of the current filing beside the list."""
    filing, person = row.filing, row.filing.applicant
    parts = [
        tr(
            "Gửi lúc {at}; trả lời trước {due}.",
            at=screen_datetime(filing.submitted_at),
            due=screen_datetime(row.due_at),
        ),
        " · ".join(part for part in (person.name, masked(person.id_number), person.phone, person.address) if part),
    ]
    if filing.note:
        parts.append(tr("Công dân ghi: {note}", note=filing.note))
    if filing.files:
        names = "; ".join(file.title for file in filing.files)
        parts.append(tr("Tệp ({n}): {names}", n=number(len(filing.files)), names=names))
        if row.files_here < len(filing.files):
            parts.append(tr("Còn {n} tệp đang tải về.", n=number(len(filing.files) - row.files_here)))
    if filing.missing:
        parts.append(tr("Đã yêu cầu: {names}", names="; ".join(gap.name for gap in filing.missing)))
    if filing.reason:
        parts.append(tr("Lý do đã trả lời: {reason}", reason=filing.reason))
    if filing.dossier_code:
        parts.append(tr("Hồ sơ: {code}", code=filing.dossier_code))
    return "\n".join(parts)


def warning(row: OnlineRow) -> str:
    """Return what somebody must look at before he acts, "" for nothing."""
    if row.filing.also_received:
        codes = ", ".join(row.filing.also_received)
        return tr("Hồ sơ này được nhận hai lần khi mất mạng: còn {codes}. Rút bản thừa rồi báo công dân.", codes=codes)
    if row.twin:
        return tr(
            "Người này đang có hồ sơ cùng thủ tục nộp tại quầy: {code}. Nếu là một, hãy nhập chung.", code=row.twin
        )
    return ""
