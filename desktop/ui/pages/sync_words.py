"""Words and rows of the page "Đồng bộ"."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from desktop.domain.events import EVENT_TYPES
from desktop.domain.facts.unit import UserSaved
from desktop.domain.users import User
from desktop.domain.vietnamese import local, number, screen_datetime
from desktop.services.attention import Remedy
from desktop.services.sync_port import AttentionItem, Difference
from desktop.ui.models.short_table import Cell, Head, Line
from desktop.ui.sync_view import SyncState, SyncView
from desktop.ui.tokens import Role
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, capital, tr

REMEDY_WORDS: Final = {
    Remedy.SAY_AGAIN: QT_TRANSLATE_NOOP(CONTEXT, "Gửi lại"),
    Remedy.TAKE_OTHER: QT_TRANSLATE_NOOP(CONTEXT, "Nhận bản kia"),
    Remedy.RECORD: QT_TRANSLATE_NOOP(CONTEXT, "Lập biên bản"),
}
#: What each remedy does, told before it is done.
REMEDY_MEANS: Final = {
    Remedy.SAY_AGAIN: QT_TRANSLATE_NOOP(
        CONTEXT, "Làm lại đúng việc này trên hồ sơ như đang có bây giờ rồi gửi thành phố."
    ),
    Remedy.TAKE_OTHER: QT_TRANSLATE_NOOP(CONTEXT, "Bỏ việc này: điều máy khác đã làm được giữ nguyên."),
    Remedy.RECORD: QT_TRANSLATE_NOOP(CONTEXT, "Không làm lại; ghi biên bản điều đã xảy ra, kèm lý do."),
}
SET_UP_BEFORE: Final = "set_up_before"
NEW_HERE: Final = "witness_new_here"
_REASONS: Final = {
    "conflict": QT_TRANSLATE_NOOP(CONTEXT, "máy khác đã làm việc trên hồ sơ này trước"),
    "not_custodian": QT_TRANSLATE_NOOP(CONTEXT, "hồ sơ đang do máy khác giữ"),
    "code_taken": QT_TRANSLATE_NOOP(CONTEXT, "mã hồ sơ này đã cấp cho hồ sơ khác; gửi lại sẽ cấp mã mới"),
    "does_not_apply": QT_TRANSLATE_NOOP(CONTEXT, "việc này không còn khớp với hồ sơ"),
    "stale_approval": QT_TRANSLATE_NOOP(CONTEXT, "hồ sơ đã đổi sau khi duyệt; xem và duyệt lại"),
    "rests_on_refused": QT_TRANSLATE_NOOP(CONTEXT, "việc trước đó của máy này chưa được nhận"),
    SET_UP_BEFORE: QT_TRANSLATE_NOOP(CONTEXT, "đơn vị đã được khai báo từ một máy khác trước"),
    NEW_HERE: QT_TRANSLATE_NOOP(CONTEXT, "người thứ hai ở máy mới chưa được tính trong tuần đầu"),
    "said_already": QT_TRANSLATE_NOOP(CONTEXT, "thành phố đã có việc này"),
    "city_failed": QT_TRANSLATE_NOOP(CONTEXT, "thành phố chưa đọc được việc này, đang giữ nguyên"),
    "event_unreadable": QT_TRANSLATE_NOOP(CONTEXT, "thành phố chưa đọc được việc này, đang giữ nguyên"),
    "event_type_unknown": QT_TRANSLATE_NOOP(CONTEXT, "cần cập nhật phần mềm để đọc việc này"),
}
_ACTS: Final = {
    "dossier.received": QT_TRANSLATE_NOOP(CONTEXT, "tiếp nhận"),
    "dossier.corrected": QT_TRANSLATE_NOOP(CONTEXT, "đính chính"),
    "receipt.printed": QT_TRANSLATE_NOOP(CONTEXT, "in lại giấy hẹn"),
    "fee.taken": QT_TRANSLATE_NOOP(CONTEXT, "thu phí"),
    "dossier.result_ready": QT_TRANSLATE_NOOP(CONTEXT, "báo có kết quả"),
    "dossier.returned": QT_TRANSLATE_NOOP(CONTEXT, "trả kết quả"),
    "handover.offered": QT_TRANSLATE_NOOP(CONTEXT, "lập giấy bàn giao"),
    "handover.confirmed": QT_TRANSLATE_NOOP(CONTEXT, "nhận bàn giao"),
    "handover.dropped": QT_TRANSLATE_NOOP(CONTEXT, "hủy bàn giao"),
    "custody.assigned": QT_TRANSLATE_NOOP(CONTEXT, "giao lại người giữ"),
    "wait.opened": QT_TRANSLATE_NOOP(CONTEXT, "cho hồ sơ chờ"),
    "wait.closed": QT_TRANSLATE_NOOP(CONTEXT, "thôi chờ"),
    "file.attached": QT_TRANSLATE_NOOP(CONTEXT, "đính kèm tệp"),
    "dossier.submitted": QT_TRANSLATE_NOOP(CONTEXT, "trình ký"),
    "dossier.approved": QT_TRANSLATE_NOOP(CONTEXT, "duyệt"),
    "dossier.sent_back": QT_TRANSLATE_NOOP(CONTEXT, "trả lại"),
    "dossier.rejected": QT_TRANSLATE_NOOP(CONTEXT, "không duyệt"),
    "dossier.apologised": QT_TRANSLATE_NOOP(CONTEXT, "xin lỗi, hẹn lại"),
    "dossier.refused": QT_TRANSLATE_NOOP(CONTEXT, "từ chối"),
    "dossier.withdrawn": QT_TRANSLATE_NOOP(CONTEXT, "rút hồ sơ"),
    "citizen.notified": QT_TRANSLATE_NOOP(CONTEXT, "báo công dân"),
    "paper.printed": QT_TRANSLATE_NOOP(CONTEXT, "in giấy tờ"),
    "dossier.code_bound": QT_TRANSLATE_NOOP(CONTEXT, "cấp mã chính thức"),
    "unit.configured": QT_TRANSLATE_NOOP(CONTEXT, "khai báo đơn vị"),
    "delegation.granted": QT_TRANSLATE_NOOP(CONTEXT, "giao ủy quyền ký"),
    "delegation.revoked": QT_TRANSLATE_NOOP(CONTEXT, "thôi ủy quyền ký"),
}
_DIFFERENCES: Final = {
    "only_here": QT_TRANSLATE_NOOP(CONTEXT, "chỉ có ở máy này"),
    "unsent": QT_TRANSLATE_NOOP(CONTEXT, "có việc chưa gửi thành phố"),
    "only_there": QT_TRANSLATE_NOOP(CONTEXT, "chỉ có ở thành phố"),
    "differs": QT_TRANSLATE_NOOP(CONTEXT, "hai bên khác nhau"),
}
#: What only waits to be sent: nobody has to choose anything.
WAITING_KINDS: Final = frozenset({"only_here", "unsent"})


def attention_heads() -> tuple[Head, ...]:
    """Return the columns of what waits for a person."""
    return (
        Head(tr("Hồ sơ"), "000.16.27.H29-190718-0001", has_icon=True),
        Head(tr("Việc"), "Nhận bàn giao"),
        Head(tr("Vì sao chưa được nhận"), "Máy khác đã làm việc trên hồ sơ", share=3),
        Head(tr("Người làm"), "Nguyễn Thị Lan", share=1, give_up=2),
        Head(tr("Lúc"), "09:00 18/07/2019", give_up=3),
    )


def difference_heads() -> tuple[Head, ...]:
    """Return the columns of the reconciliation."""
    return (
        Head(tr("Hồ sơ"), "000.16.27.H29-190718-0001", has_icon=True),
        Head(tr("Khác thế nào"), "Chỉ có ở thành phố", share=1),
        Head(tr("Người nộp"), "Nguyễn Thị Lan", share=2, give_up=2),
        Head(tr("Phát hiện lúc"), "09:00 18/07/2019", give_up=3),
    )


def attention_lines(items: Sequence[AttentionItem], names: Callable[[str], str]) -> tuple[Line, ...]:
    """Return the rows of what waits for a person; ``names`` names a user id."""
    return tuple(
        Line(
            item.event_id,
            (
                Cell(_subject(item), "warning", Role.LATE if item.kind == "rejected" else Role.SOON),
                Cell(capital(tr("khai báo") if _user(item) else act_words(item))),
                Cell(capital(reason_words(item))),
                Cell(names(item.event.envelope.actor) if item.event else ""),
                Cell(screen_datetime(item.event.envelope.acted_at if item.event else item.opened_at)),
            ),
        )
        for item in items
    )


def difference_lines(items: Sequence[Difference]) -> tuple[Line, ...]:
    """Return the rows of the reconciliation."""
    return tuple(
        Line(
            item.dossier_id,
            (
                Cell(item.code) if item.kind in WAITING_KINDS else Cell(item.code, "warning", Role.SOON),
                Cell(capital(tr(_DIFFERENCES.get(item.kind, _DIFFERENCES["differs"])))),
                Cell(item.mine.owner.name if item.mine else "–"),
                Cell(screen_datetime(item.opened_at)),
            ),
        )
        for item in items
    )


def waiting_about(item: Difference) -> str:
    """Tell what becomes of a dossier that only waits to be sent."""
    if item.kind == "only_here":
        return tr("Hồ sơ {code} chỉ có trên máy này; máy tự gửi khi nối được với thành phố.", code=item.code)
    return tr("Hồ sơ {code} có việc chưa gửi; máy tự gửi khi nối được với thành phố.", code=item.code)


def act_words(item: AttentionItem) -> str:
    """Name the act an item is about."""
    if item.event is None:
        return tr("việc máy này chưa đọc được")
    user = _user(item)
    if user is not None:
        return tr("khai báo người dùng {name}", name=user.name)
    return tr(_ACTS.get(EVENT_TYPES[type(item.event.fact)][0], QT_TRANSLATE_NOOP(CONTEXT, "việc của đơn vị")))


def _subject(item: AttentionItem) -> str:
    """Name the dossier or the user an act is about."""
    user = _user(item)
    return item.code or (user.name if user is not None else tr("Việc của đơn vị"))


def _user(item: AttentionItem) -> User | None:
    fact = item.event.fact if item.event is not None else None
    return fact.user if isinstance(fact, UserSaved) else None


def reason_words(item: AttentionItem) -> str:
    """Say why an act is not part of the truth."""
    known = _REASONS.get(item.reason)
    return tr(known) if known else tr("chưa được nhận ({reason})", reason=item.reason)


def attention_about(item: AttentionItem, means: str) -> str:
    """Tell what is known of an item."""
    parts = [tr("Việc «{act}» chưa được nhận: {reason}.", act=act_words(item), reason=reason_words(item))]
    if item.now is not None:
        parts.append(
            tr(
                "Hồ sơ bây giờ: {code} · {name} · {procedure}.",
                code=item.now.code,
                name=item.now.owner.name,
                procedure=item.now.procedure.name,
            )
        )
    elif item.code:
        parts.append(tr("Thành phố chưa có hồ sơ này; giấy tờ đã in vẫn mang mã {code}.", code=item.code))
    if item.reason == SET_UP_BEFORE:
        parts.append(tr("Cần giữ thì cán bộ CNTT làm lại ở máy này, có người thứ hai đứng cùng; còn lại theo máy kia."))
    if item.reason == NEW_HERE:
        parts.append(tr("Làm lại ở máy khác của đơn vị, hoặc ở máy này sau một tuần kể từ ngày ghi danh."))
    if item.waits:
        parts.append(tr("{n} việc sau đó dựa vào việc này và cùng chờ.", n=number(len(item.waits))))
    return "\n".join([*parts, means] if means else parts)


def standing(view: SyncView, now: datetime) -> str:
    """Tell in one sentence after the other how this PC stands with the city."""
    if view.state is SyncState.ALONE:
        return tr("Máy này chưa nối với thành phố. Mọi việc đã lưu trên máy này.")
    parts = [
        tr("Đang nối với thành phố.") if view.state is SyncState.SYNCED else tr("Đang mất liên lạc với thành phố.")
    ]
    if view.error:
        parts.append(view.error)
    parts.append(tr("Chờ gửi: {n} việc.", n=number(view.waiting)) if view.waiting else tr("Không có gì chờ gửi."))
    if view.oldest_at is not None:
        parts.append(tr("Việc cũ nhất chờ {age}.", age=age_words(view.oldest_at, now)))
    if view.only_here:
        parts.append(tr("{n} hồ sơ chỉ có trên máy này.", n=number(view.only_here)))
    if view.last_success_at is not None:
        parts.append(tr("Lần đồng bộ trọn vẹn gần nhất: {at}.", at=screen_datetime(local(view.last_success_at))))
    return " ".join(parts)


def age_words(since: datetime, now: datetime) -> str:
    """Write how long ago something was, coarsely."""
    minutes = max(int((now - since).total_seconds()) // 60, 0)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return tr("{n} phút", n=number(minutes))
    hours = minutes // 60
    return tr("{n} giờ", n=number(hours)) if hours < 48 else tr("{n} ngày", n=number(hours // 24))  # noqa: PLR2004 - two days
