"""Write down that the citizen was told something, and by which way."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QWidget

from desktop.domain.dossiers import Dossier, Status
from desktop.domain.vietnamese import screen_datetime
from desktop.domain.way_commands import NotifyCitizen
from desktop.ui.dialogs.act import ActDialog, about_dossier
from desktop.ui.pages.way_words import waiting_words
from desktop.ui.theme import Theme
from desktop.ui.widgets.fields import ChoiceBox, Field
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

#: Stored as written here: the record says it in the words of the day.
CHANNELS: Final[Mapping[str, str]] = {
    "phone": QT_TRANSLATE_NOOP(CONTEXT, "điện thoại"),
    "sms": QT_TRANSLATE_NOOP(CONTEXT, "tin nhắn"),
    "counter": QT_TRANSLATE_NOOP(CONTEXT, "tại quầy"),
    "post": QT_TRANSLATE_NOOP(CONTEXT, "thư"),
}


class NotifyDialog(ActDialog):
    """Write what was told. Emits a NotifyCitizen."""

    def __init__(self, theme: Theme, dossier: Dossier) -> None:
        """Offer the ways and sentences that fit the dossier."""
        about = about_dossier(dossier.code, dossier.owner.name, dossier.procedure.name)
        super().__init__(theme, tr("Báo cho công dân"), tr("Ghi đã báo"), name="notify", icon="phone", about=about)
        phone = dossier.owner.phone or tr("không ghi")
        self.column.addWidget(Muted(tr("Điện thoại: {phone}", phone=phone)))
        self._channel = ChoiceBox(name="notifyChannel")
        for key, text in CHANNELS.items():
            self._channel.add_choice(key, tr(text))
        self.column.addWidget(Field(tr("Qua"), self._channel, name="notifyChannel"))
        self.add_reason(tr("Nội dung đã báo"), _quick(dossier))

    def first(self) -> QWidget:
        """Begin with the way."""
        return self._channel

    def command(self) -> NotifyCitizen:
        """Return what was told."""
        return NotifyCitizen(tr(CHANNELS[self._channel.key()]), self.reason_text())


def _quick(dossier: Dossier) -> list[str]:
    found = []
    if dossier.open_waits:
        found.append(tr("Hồ sơ đang chờ: {what}", what=waiting_words(dossier).replace("\n", "; ")))
    if dossier.base_status is Status.APPROVED:
        found.append(tr("Hồ sơ đã được duyệt, mời đến nhận kết quả đúng hẹn"))
    found.append(tr("Hẹn trả kết quả lúc {at}", at=screen_datetime(dossier.promised_at)))
    found.append(tr("Mời công dân đến quầy làm việc"))
    return found
