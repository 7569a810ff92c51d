"""The question after a job: "In được chưa?". It never takes the focus by itself, so that typing goes on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.ui.kit import Kit
from desktop.ui.print_queue import Phase, PrintQueue, QueuedPaper, paper_name
from desktop.ui.theme import Role, name_it
from desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XL
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import IconLabel, text_label
from desktop.ui.words import tr


class PrintBar(QFrame):
    """Ask about the newest printed paper; what is not answered stays in the queue.

    Signals:
        queue_wanted(): Show the whole queue.
    """

    queue_wanted = Signal()

    def __init__(self, kit: Kit, prints: PrintQueue, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self.setProperty("class", "footer")
        name_it(self, "printBar", tr("In được chưa?"))
        self._prints = prints
        self._job_id = ""
        self._text = text_label("", "strong", wraps=True)
        theme = kit.theme
        self._yes = ActionButton(theme, tr("Được"), icon="check", shortcut="Ctrl+I", name="printedYes")
        self._no = ActionButton(theme, tr("Chưa, in lại"), icon="print", shortcut="Ctrl+Shift+I", name="printedNo")
        self._queue = ActionButton(theme, tr("Hàng đợi in"), shortcut="Ctrl+Q", flat=True, name="openPrintQueue")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_XL, SPACE_S, SPACE_XL, SPACE_S)
        row.setSpacing(SPACE_M)
        row.addWidget(IconLabel(theme, "print", Role.ACCENT))
        row.addWidget(self._text, 1)
        for button in (self._yes, self._no, self._queue):
            row.addWidget(button)
        self._yes.clicked.connect(self._confirm)
        self._no.clicked.connect(self._print_again)
        self._queue.clicked.connect(self.queue_wanted)
        prints.changed.connect(self._refresh)
        self.setFocusProxy(self._yes)
        self._refresh()

    def question(self) -> str:
        """Return the question shown."""
        return self._text.text()

    def _refresh(self) -> None:
        open_papers = self._prints.waiting()
        asked = next((paper for paper in reversed(open_papers) if paper.phase is Phase.ASKED), None)
        others = len(open_papers) - (asked is not None)
        self._job_id = asked.job.job_id if asked else ""
        self._text.setText(_sentence(asked, others))
        for button in (self._yes, self._no):
            button.setVisible(asked is not None)
        is_working = all(paper.phase is Phase.WORKING for paper in open_papers)
        self.setVisible(bool(open_papers) and not is_working)

    def _confirm(self) -> None:
        if self._job_id:
            self._prints.confirm(self._job_id)

    def _print_again(self) -> None:
        if self._job_id:
            self._prints.retry(self._job_id)


def _sentence(asked: QueuedPaper | None, others: int) -> str:
    if asked is None:
        return tr("{n} giấy chưa in xong.", n=others)
    question = tr(
        "Đã gửi {form} {code} tới {printer}. In được chưa?",
        form=paper_name(asked.job),
        code=asked.job.code,
        printer=asked.printer,
    )
    return question if not others else tr("{question} Còn {n} giấy khác trong hàng đợi.", question=question, n=others)
