"""What the sync pill says."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.vietnamese import number, screen_time
from desktop.ui.widgets.labels import TagKind
from desktop.ui.words import tr


class SyncState(StrEnum):
    """Name how this PC stands with the city."""

    SYNCED = "synced"
    OFFLINE = "offline"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class SyncView:
    """Tell how this PC stands with the city.

    Attributes:
        state: Synced (perhaps with some to send), offline, or alone: no city is set up.
        waiting: Acts that wait to be sent.
        since: Start of the loss of the network, aware.
        only_here: Dossiers that exist on this PC only.
        oldest_at: When the oldest act that waits to be sent was done, aware.
        last_success_at: When everything was last sent and read, aware; None when never since the start.
        attention: Acts the city did not take, and dossiers that differ: a person is waited for.
        error: Sentence of what is wrong, "" for nothing.
    """

    state: SyncState
    waiting: int = 0
    since: datetime | None = None
    only_here: int = 0
    oldest_at: datetime | None = None
    last_success_at: datetime | None = None
    attention: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class PillWords:
    """Hold what the pill shows.

    Attributes:
        kind: Colour.
        icon: Icon.
        short: For narrow windows.
        text: The whole text.
        advice: A sentence for tip and screen reader.
    """

    kind: TagKind
    icon: str
    short: str
    text: str
    advice: str


def pill_words(view: SyncView) -> PillWords:
    """Word the state of sync."""
    only_here = tr("{n} hồ sơ chỉ có trên máy này", n=number(view.only_here)) if view.only_here else ""
    if view.state is SyncState.ALONE:
        text = only_here or tr("Làm việc một máy")
        return PillWords(TagKind.PLAIN, "sync-off", tr("Một máy"), text, tr("Máy này chưa nối với thành phố."))
    if view.state is SyncState.OFFLINE:
        at = tr("Mất mạng từ {time}", time=screen_time(view.since)) if view.since else tr("Mất mạng")
        text = " · ".join(part for part in (at, only_here) if part)
        advice = tr("Cứ làm việc bình thường: mọi việc đã lưu trên máy này và tự gửi khi có mạng.")
        return PillWords(TagKind.SOON, "sync-off", at, text, advice)
    if view.attention:
        text = tr("Cần chú ý {n}", n=number(view.attention))
        return PillWords(
            TagKind.LATE, "warning", text, text, tr("Thành phố chưa nhận một số việc; bấm để xem và xử lý.")
        )
    if view.waiting:
        text = tr("Chờ gửi {n}", n=number(view.waiting))
        return PillWords(TagKind.DUE, "sync-wait", text, text, tr("Đang gửi lên thành phố, không phải làm gì."))
    text = tr("Đã đồng bộ")
    return PillWords(TagKind.OK, "sync-ok", text, text, tr("Thành phố đã có mọi việc của máy này."))
