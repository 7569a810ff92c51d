"""Rows of the dossier list: finished strings made on lane read, so that painting only draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from desktop.domain.dossiers import Custodian, Status
from desktop.domain.users import User
from desktop.domain.vietnamese import screen_datetime
from desktop.services import look_up
from desktop.services.look_up import cards, custodian_name
from desktop.services.ports import Desk
from desktop.services.records import Anchors, DossierCard, DossierFilter
from desktop.ui.tokens import Role
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

#: Rows of one page: a power of two, so that page and place are a shift and a mask.
PAGE_SHIFT: Final = 7
PAGE_ROWS: Final = 1 << PAGE_SHIFT

#: Larger than any position.
NEWEST: Final = (1 << 62) - 1


class Column(IntEnum):
    """Name the columns of the list, from left to right."""

    CODE = 0
    OWNER = 1
    PROCEDURE = 2
    RECEIVED = 3
    PROMISE = 4
    STATUS = 5
    HOLDER = 6


HEADERS: Final[Mapping[Column, str]] = {
    Column.CODE: QT_TRANSLATE_NOOP(CONTEXT, "Mã hồ sơ"),
    Column.OWNER: QT_TRANSLATE_NOOP(CONTEXT, "Chủ hồ sơ"),
    Column.PROCEDURE: QT_TRANSLATE_NOOP(CONTEXT, "Thủ tục"),
    Column.RECEIVED: QT_TRANSLATE_NOOP(CONTEXT, "Nhận lúc"),
    Column.PROMISE: QT_TRANSLATE_NOOP(CONTEXT, "Hẹn trả"),
    Column.STATUS: QT_TRANSLATE_NOOP(CONTEXT, "Trạng thái"),
    Column.HOLDER: QT_TRANSLATE_NOOP(CONTEXT, "Đang giữ"),
}


@dataclass(frozen=True, slots=True)
class StatusLook:
    """Show a status by word, icon and colour, each telling it alone.

    Attributes:
        word: Vietnamese source text.
        icon: Name in resources/icons.
        role: Colour.
    """

    word: str
    icon: str
    role: Role


STATUS_LOOKS: Final[Mapping[Status, StatusLook]] = {
    Status.RECEIVED: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Mới tiếp nhận"), "receive", Role.DUE),
    Status.WITH_SECTION: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Đã chuyển xử lý"), "handover", Role.DUE),
    Status.IN_PROGRESS: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Đang xử lý"), "work", Role.DUE),
    Status.WAITING_SUPPLEMENT: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Chờ bổ sung"), "warning", Role.SOON),
    Status.WAITING_PAYMENT: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Chờ nghĩa vụ tài chính"), "fee", Role.SOON),
    Status.SUBMITTED: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Đang trình ký"), "sign", Role.DUE),
    Status.APPROVED: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Đã ký duyệt"), "sign", Role.OK),
    Status.RESULT_READY: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Đã xử lý xong"), "check", Role.OK),
    Status.RETURNED: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Đã trả kết quả"), "return", Role.MUTED),
    Status.REFUSED: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Không được tiếp nhận"), "close", Role.MUTED),
    Status.WITHDRAWN: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Xin rút"), "back", Role.MUTED),
    Status.STOPPED: StatusLook(QT_TRANSLATE_NOOP(CONTEXT, "Dừng xử lý"), "minus", Role.MUTED),
}


def status_word(status: Status) -> str:
    """Return a status as people call it."""
    return tr(STATUS_LOOKS[status].word)


class Urgency(StrEnum):
    """Say how a dossier stands against what the law demands."""

    OPEN = "open"
    TODAY = "today"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done_late"


@dataclass(frozen=True, slots=True)
class DossierRow:
    """Hold one row ready to paint.

    Attributes:
        texts: One string per column.
        position: Place in the log's order of receipt.
        due_s: POSIX seconds of what the law demands.
        late_s: POSIX seconds from which a result counts as late.
        solved_s: POSIX seconds of the result, 0 while there is none.
        is_open: Somebody still has to work on it.
    """

    texts: tuple[str, ...]
    position: int
    dossier_id: str
    code: str
    status: Status
    due_s: int
    late_s: int
    solved_s: int
    is_open: bool

    def urgency(self, now_s: int, end_of_day_s: int) -> Urgency:
        """Return how the dossier stands at an instant.

        Args:
            now_s: POSIX seconds of now.
            end_of_day_s: POSIX seconds of the coming local midnight.
        """
        if self.solved_s:
            return Urgency.DONE_LATE if self.solved_s >= self.late_s else Urgency.DONE
        if not self.is_open:
            return Urgency.DONE
        if now_s >= self.late_s:
            return Urgency.LATE
        return Urgency.TODAY if self.due_s < end_of_day_s else Urgency.OPEN


@dataclass(frozen=True, slots=True)
class DossierSource:
    """Read the list through the services.

    Threads:
        Lane read.
    """

    desk: Desk
    actor: User

    def page(self, narrowed: DossierFilter, at_or_before: int) -> tuple[DossierRow, ...]:
        """Return one page from a position downwards, as finished rows."""
        found = cards(self.desk, self.actor, narrowed, at_or_before=at_or_before, limit=PAGE_ROWS)
        users = {user.user_id: user.name for user in self.desk.reader.users()}
        holders: dict[Custodian, str] = {}
        for card in found:
            if card.custodian not in holders:
                holders[card.custodian] = custodian_name(self.desk, card.custodian, users)
        return tuple(row_of(card, holders[card.custodian]) for card in found)

    def anchors(self, narrowed: DossierFilter, so_far: Anchors | None = None) -> Anchors:
        """Walk one slice of a list for its length and the start of each page."""
        return look_up.anchors(self.desk, self.actor, narrowed, PAGE_ROWS, so_far)


def row_of(card: DossierCard, holder: str, position: int | None = None) -> DossierRow:
    """Write a card for the list.

    Args:
        card: The dossier.
        holder: Name of who holds the paper.
        position: Place in a list with an order of its own; None for the log's.
    """
    return DossierRow(
        texts=(
            card.code,
            card.applicant,
            card.procedure,
            screen_datetime(card.received_at),
            screen_datetime(card.promised_at),
            status_word(card.status),
            holder,
        ),
        position=card.position if position is None else position,
        dossier_id=card.dossier_id,
        code=card.code,
        status=card.status,
        due_s=seconds(card.due_at),
        late_s=seconds(card.late_from),
        solved_s=seconds(card.solved_at) if card.solved_at else 0,
        is_open=card.is_open,
    )


def seconds(at: datetime) -> int:
    """Return whole POSIX seconds of an instant."""
    return int(at.timestamp())
