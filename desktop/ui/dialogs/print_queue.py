"""The queue of papers as a list: what waits, what failed and why, with a look at the paper itself."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.errors import AppError
from desktop.domain.vietnamese import screen_datetime
from desktop.ui.kit import Kit
from desktop.ui.print_queue import Phase, PrintQueue, QueuedPaper, paper_name, phase_words
from desktop.ui.theme import Role, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import EmptyState, ErrorLine, text_label
from desktop.ui.widgets.pdf_preview import PdfPreview
from desktop.ui.words import tr

_SIZE_PX: Final = (900, 560)
_JOB: Final = Qt.ItemDataRole.UserRole

_LOOKS: Final = {
    Phase.WAITING: ("history", Role.SOON),
    Phase.WORKING: ("print", Role.DUE),
    Phase.ASKED: ("help", Role.DUE),
    Phase.SAVED: ("pdf", Role.SOON),
    Phase.FAILED: ("warning", Role.LATE),
}


class PrintQueueDialog(QDialog):
    """Show the open jobs; Enter says that the paper came out."""

    def __init__(self, kit: Kit, prints: PrintQueue, parent: QWidget | None = None) -> None:
        """Take the queue."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Hàng đợi in"))
        name_it(self, "printQueueDialog", tr("Hàng đợi in"))
        self._kit = kit
        self._prints = prints
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setIconSize(kit.theme.icon_size())
        self._list.setSpacing(SPACE_XS)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name_it(self._list, "printJobs", tr("Giấy chưa in xong"), tr("Enter: đã in được. Ctrl+P: in lại. Delete: bỏ."))
        self._error = ErrorLine(kit.theme)
        self._preview = PdfPreview(kit)
        theme = kit.theme
        self._yes = ActionButton(theme, tr("Được, đã in  (Enter)"), icon="check", primary=True, name="jobPrinted")
        self._again = ActionButton(theme, tr("In lại"), icon="print", shortcut="Ctrl+P", name="jobAgain")
        self._look = ActionButton(theme, tr("Xem trước"), icon="eye", shortcut="Ctrl+O", name="jobPreview")
        self._drop = ActionButton(theme, tr("Bỏ"), icon="close", shortcut="Delete", danger=True, name="jobDrop")
        self._build()
        self._connect()
        self._refresh()

    def lines(self) -> list[str]:
        """Return what the list says."""
        return [self._list.item(at).text() for at in range(self._list.count())]

    def _build(self) -> None:
        theme = self._kit.theme
        room = self.screen().availableSize()
        self.resize(QSize(theme.scaled(_SIZE_PX[0]), theme.scaled(_SIZE_PX[1])).boundedTo(room))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(text_label(self.windowTitle(), "title"))
        column.addWidget(self._error)
        self._stack = QStackedWidget()
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        row.addWidget(self._list, 1)
        row.addWidget(self._preview, 1)
        self._preview.hide()
        self._stack.addWidget(both)
        advice = tr("Giấy vừa in mà chưa xác nhận, hoặc in không được, sẽ nằm ở đây.")
        self._stack.addWidget(EmptyState(theme, "print", tr("Không còn giấy nào chờ in"), advice))
        column.addWidget(self._stack, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        for button in (self._drop, self._look):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self._again, self._yes):
            buttons.addWidget(button)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self._prints.changed.connect(self._refresh)
        self._list.currentItemChanged.connect(self._chosen)
        self._yes.clicked.connect(self._confirm)
        self._again.clicked.connect(self._print_again)
        self._look.clicked.connect(self._show_preview)
        self._drop.clicked.connect(self._drop_job)
        for key in ("Return", "Enter"):
            enter = QShortcut(QKeySequence(key), self._list)
            enter.setContext(Qt.ShortcutContext.WidgetShortcut)
            enter.setAutoRepeat(False)
            enter.activated.connect(self._yes.click)

    def _current(self) -> QueuedPaper | None:
        item = self._list.currentItem()
        return self._prints.papers.get(item.data(_JOB)) if item is not None else None

    def _refresh(self) -> None:
        kept = self._current()
        at = max(self._list.currentRow(), 0)
        self._list.blockSignals(True)
        self._list.clear()
        for paper in self._prints.waiting():
            icon, role = _LOOKS[paper.phase]
            item = QListWidgetItem(self._kit.theme.icon(icon, role), _line(paper))
            item.setData(_JOB, paper.job.job_id)
            self._list.addItem(item)
            if kept is not None and paper.job.job_id == kept.job.job_id:
                at = self._list.count() - 1
        self._list.blockSignals(False)
        self._list.setCurrentRow(min(at, self._list.count() - 1))
        self._stack.setCurrentIndex(int(self._list.count() == 0))
        self._enable()

    def _chosen(self) -> None:
        self._error.set_text("")
        self._enable()
        if self._preview.isVisible():
            self._show_preview()

    def _enable(self) -> None:
        paper = self._current()
        is_idle = paper is not None and paper.phase is not Phase.WORKING
        for button in (self._yes, self._again, self._drop):
            button.setEnabled(is_idle)
        self._look.setEnabled(paper is not None)

    def _confirm(self) -> None:
        paper = self._current()
        if paper is not None:
            self._prints.confirm(paper.job.job_id)

    def _print_again(self) -> None:
        paper = self._current()
        if paper is not None:
            self._prints.retry(paper.job.job_id)

    def _drop_job(self) -> None:
        paper = self._current()
        if paper is not None:
            self._prints.drop(paper.job.job_id)

    def _show_preview(self) -> None:
        paper = self._current()
        if paper is not None:
            self._prints.preview(paper.job, self._preview_made, self._preview_failed, self)

    def _preview_made(self, pdf: bytes) -> None:
        self._preview.show()
        self._preview.show_pdf(pdf)

    def _preview_failed(self, error: AppError) -> None:
        self._error.set_text(self._kit.words.error(error))


def _line(paper: QueuedPaper) -> str:
    job = paper.job
    copy = tr("in lại lần {n}", n=job.copy_no) if job.copy_no else tr("bản chính")
    second = " · ".join((paper_name(job), job.paper, copy, screen_datetime(job.created_at)))
    return f"{job.code}\n{second}\n{phase_words(paper)}"
