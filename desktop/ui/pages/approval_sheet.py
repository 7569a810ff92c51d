"""What lies before the leader: the draft as it is, and beside it the papers, the facts and the time line."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.users import User
from desktop.ui.kit import Kit
from desktop.ui.pages.approval_draft import draw_draft
from desktop.ui.pages.approval_load import Sheet
from desktop.ui.pages.approval_words import apology_words, verdict
from desktop.ui.pages.dossier_detail import DossierDetail
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import EmptyState, Muted
from desktop.ui.widgets.pdf_preview import PdfPreview
from desktop.ui.words import tr

#: A page narrower than this cannot be read: draft and papers take turns.
_DRAFT_LEAST_PX: Final = 420
_BAR_PX: Final = 16
_DRAFT, _NOTE = 0, 1


class ApprovalSheet(QWidget):
    """Show one dossier with its draft.

    Attributes:
        preview: The draft.
        detail: Facts, papers, time line.
        verdict: Whether it can be approved now, and under which right.

    Signals:
        seen(object): The draft of this Sheet is on the screen, or there is none.
    """

    seen = Signal(object)

    def __init__(self, kit: Kit, actor: User, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._kit = kit
        self._sheet: Sheet | None = None
        self._wants_papers = False
        self._note: EmptyState | None = None
        self.preview = PdfPreview(kit, draw=draw_draft, name="draftPreview")
        self.detail = DossierDetail(kit.theme, kit.words, actor, kit.now)
        self.verdict = Callout(kit.theme, "ok", name="verdict")
        self._note_line = Muted()
        name_it(self._note_line, "submissionNote", tr("Lời của người trình"))
        self._turn = ActionButton(
            kit.theme, tr("Xem giấy tờ"), icon="dossiers", shortcut="H", flat=True, name="turnSheet"
        )
        self._build()
        self.preview.drawn.connect(self._drawn)
        self._turn.clicked.connect(self._turn_over)
        kit.theme.changed.connect(self._fit)

    @property
    def sheet(self) -> Sheet | None:
        """Return what is shown."""
        return self._sheet

    def show_sheet(self, sheet: Sheet) -> None:
        """Show a dossier; the same draft is not drawn again."""
        before = self._sheet
        self._sheet = sheet
        waiting = sheet.row.waiting
        kind, text = verdict(waiting, self._kit.words)
        self.verdict.say(text, kind)
        note = waiting.dossier.submission.note if waiting.dossier.submission is not None else ""
        said = tr("{name} trình: {note}", name=waiting.author, note=note) if note else ""
        lines = [part for part in (said, apology_words(waiting)) if part]
        self._note_line.setText(" ".join(lines))
        self._note_line.setVisible(bool(lines))
        self.detail.show_view(sheet.view)
        self._fit()
        if not sheet.content:
            self.preview.clear()
            self._show_note(sheet)
            if sheet.draft is None:
                self.seen.emit(sheet)
            return
        self._left.setCurrentIndex(_DRAFT)
        is_same = before is not None and before.draft == sheet.draft and self.preview.page_count()
        if is_same:
            self.seen.emit(sheet)
        else:
            self.preview.clear()
            self.preview.show_pdf(sheet.content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show both where there is room."""
        super().resizeEvent(event)
        self._fit()

    def note_title(self) -> str:
        """Return what stands in place of the draft, "" when the draft does."""
        is_shown = self._note is not None and self._left.currentIndex() == _NOTE
        return self._note.accessibleName() if self._note is not None and is_shown else ""

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, 0, 0, 0)
        column.setSpacing(SPACE_S)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self.verdict, 1)
        head.addWidget(self._turn)
        column.addLayout(head)
        column.addWidget(self._note_line)
        self._note_line.hide()
        self._left = QStackedWidget()
        self._left.addWidget(self.preview)
        self._right = QScrollArea()
        self._right.setWidgetResizable(True)
        self._right.setFrameShape(QFrame.Shape.NoFrame)
        self._right.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name_it(self._right, "approvalPapers", tr("Giấy tờ và diễn biến"))
        self._right.setWidget(self.detail)
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._halves.setChildrenCollapsible(False)
        self._halves.setHandleWidth(1)
        self._halves.addWidget(self._left)
        self._halves.addWidget(self._right)
        self._halves.setStretchFactor(0, 1)
        self._halves.setStretchFactor(1, 0)
        # The room for a page is the same whether it is long or not.
        self.preview.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.preview.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._halves, 1)

    def _show_note(self, sheet: Sheet) -> None:
        while self._left.count() > 1:
            old = self._left.widget(1)
            self._left.removeWidget(old)
            old.deleteLater()
        if sheet.draft is None:
            title = tr("Bản giấy")
            advice = tr("Không đính kèm dự thảo: xem và ký trên bản giấy người soạn trình.")
        else:
            title = tr("Chưa xem được bản dự thảo")
            advice = self._kit.words.error(sheet.problem) if sheet.problem else tr("Tệp trống: hãy trả lại hồ sơ.")
        note = EmptyState(self._kit.theme, "sign" if sheet.draft is None else "warning", title, advice)
        name_it(note, "draftNote", title)
        self._note = note
        self._left.addWidget(scrolled(note, scrolls_across=True))
        self._left.setCurrentIndex(_NOTE)

    def _drawn(self) -> None:
        if self._sheet is not None and self._sheet.content:
            self.seen.emit(self._sheet)

    def _turn_over(self) -> None:
        self._wants_papers = not self._wants_papers
        self._fit()

    def _fit(self) -> None:
        papers_px = self.detail.minimumSizeHint().width() + _BAR_PX
        has_both = self.width() >= self._kit.theme.scaled(_DRAFT_LEAST_PX) + papers_px
        self._right.setMinimumWidth(papers_px if has_both else 0)
        self._turn.setVisible(not has_both)
        self._turn.set_verb(tr("Xem dự thảo") if self._wants_papers else tr("Xem giấy tờ"))
        self._left.setVisible(has_both or not self._wants_papers)
        self._right.setVisible(has_both or self._wants_papers)
