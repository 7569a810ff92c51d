"""Ask the leader why: send a dossier back, or refuse it; nothing typed is lost, whatever happens."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.ui.dialogs.staying import StayingDialog
from desktop.ui.kit import Kit
from desktop.ui.pages.approval_load import ApprovalRow
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, TextEdit
from desktop.ui.widgets.labels import ErrorLine, Muted, text_label
from desktop.ui.widgets.picker import Choice, ShortPicker
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

SEND_BACK: Final = "send_back"
REJECT: Final = "reject"

_WIDTH_PX: Final = 620
#: Title, the dossier and the buttons.
_AROUND_PX: Final = 150
_QUICK: Final = {
    SEND_BACK: (
        QT_TRANSLATE_NOOP(CONTEXT, "Thông tin trong dự thảo không khớp giấy tờ"),
        QT_TRANSLATE_NOOP(CONTEXT, "Dự thảo sai thể thức văn bản"),
        QT_TRANSLATE_NOOP(CONTEXT, "Thiếu căn cứ pháp lý"),
        QT_TRANSLATE_NOOP(CONTEXT, "Hồ sơ còn thiếu giấy tờ"),
        QT_TRANSLATE_NOOP(CONTEXT, "Cần xác minh thêm"),
    ),
    REJECT: (
        QT_TRANSLATE_NOOP(CONTEXT, "Không đủ điều kiện theo quy định"),
        QT_TRANSLATE_NOOP(CONTEXT, "Giấy tờ không hợp lệ"),
        QT_TRANSLATE_NOOP(CONTEXT, "Không thuộc thẩm quyền giải quyết"),
    ),
}


class ReasonDialog(StayingDialog):
    """Ask for a reason; it stays open until the act is done.

    Signals:
        wanted(str): The reason, long enough.
        typed(str): What stands in the box now, to be kept.
    """

    wanted = Signal(str)
    typed = Signal(str)

    def __init__(self, kit: Kit, kind: str, row: ApprovalRow, kept: str, parent: QWidget | None = None) -> None:
        """Take what is asked for.

        Args:
            kit: The tools.
            kind: ``SEND_BACK`` or ``REJECT``.
            row: The dossier.
            kept: What was typed before.
            parent: The page.
        """
        super().__init__(parent)
        is_back = kind == SEND_BACK
        dossier = row.waiting.dossier
        title = tr("Trả lại hồ sơ {code}", code=row.code) if is_back else tr("Từ chối hồ sơ {code}", code=row.code)
        self.setWindowTitle(title)
        name_it(self, "reasonDialog", title)
        self.setMinimumWidth(min(kit.theme.scaled(_WIDTH_PX), self.screen().availableSize().width() - 2 * SPACE_L))
        self._quick = ShortPicker(kit.theme, name="quickReason")
        self._quick.set_choices([Choice(text, tr(text)) for text in _QUICK[kind]])
        self._reason = TextEdit(3, name="leaderReason")
        self._reason.setPlainText(kept)
        hint = tr("Ít nhất {n} chữ; người soạn đọc được", n=MIN_REASON)
        self._field = Field(tr("Lý do"), self._reason, hint, required=True, name="leaderReason")
        self._error = ErrorLine(kit.theme)
        verb = tr("Trả lại người soạn") if is_back else tr("Từ chối")
        self._go = ActionButton(
            kit.theme,
            verb,
            icon="back" if is_back else "close",
            shortcut="Ctrl+Return",
            primary=is_back,
            danger=not is_back,
            name="reasonGo",
        )
        told = (
            tr("Hồ sơ về lại {name} cùng lý do này.", name=row.waiting.author)
            if is_back
            else tr("Người soạn ({name}) lập phiếu từ chối gửi công dân theo lý do này.", name=row.waiting.author)
        )
        self._build(kit, f"{dossier.owner.name} · {dossier.procedure.name}", told)
        self._quick.picked.connect(self._take)
        self._reason.textChanged.connect(self._keep)
        self._go.clicked.connect(self._send)
        self._reason.setFocus()
        self._reason.moveCursor(self._reason.textCursor().MoveOperation.End)

    def show_error(self, text: str) -> None:
        """Show why the act was refused; the reason stays."""
        self._error.set_text(text)
        self.end_act()

    def _build(self, kit: Kit, about: str, told: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addWidget(text_label(self.windowTitle(), "title", wraps=True))
        column.addWidget(Muted(about))
        column.addWidget(self._error)
        column.addWidget(self._scrolled(kit, told), 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        cancel = ActionButton(kit.theme, tr("Thôi"), name="reasonCancel")
        cancel.clicked.connect(self.reject)
        buttons.addWidget(cancel)
        buttons.addWidget(self._go)
        column.addLayout(buttons)

    def _scrolled(self, kit: Kit, told: str) -> QWidget:
        """Return what is asked, whole where the screen allows it: with large text it scrolls above its buttons."""
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(text_label(tr("Lý do thường gặp  (Alt+số)"), "strong"))
        column.addWidget(self._quick)
        column.addWidget(self._field)
        column.addWidget(Muted(told))
        area = scrolled(inner, "reasonScroll")
        room = self.screen().availableSize().height() - kit.theme.scaled(_AROUND_PX) - 2 * SPACE_L
        area.setMinimumHeight(min(inner.sizeHint().height() + SPACE_M, room))
        return area

    def _take(self, text: str) -> None:
        """Write a usual reason below what is typed; nothing typed is overwritten."""
        typed = self._reason.value()
        said = tr(text)
        if said not in typed:
            self._reason.setPlainText(f"{typed}\n{said}" if typed else said)
        self._reason.moveCursor(self._reason.textCursor().MoveOperation.End)
        self._reason.setFocus()

    def _keep(self) -> None:
        self.typed.emit(self._reason.toPlainText())

    def _send(self) -> None:
        self._error.set_text("")
        reason = self._reason.value()
        if len(reason) < MIN_REASON:
            self._field.set_error(tr("Ghi lý do, ít nhất {n} chữ.", n=MIN_REASON))
            self._reason.setFocus()
            return
        self._field.set_error("")
        self.begin_act(self._go)
        self.wanted.emit(reason)
