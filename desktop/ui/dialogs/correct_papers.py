"""Procedure and papers of a correction: search another procedure, count its papers anew."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.catalogue import Procedure
from desktop.domain.dossiers import Dossier
from desktop.ui.dialogs.correct_state import Basis, counts_for, old_documents
from desktop.ui.pages.intake_checklist import ChecklistBlock
from desktop.ui.pages.intake_command import has_page_fee
from desktop.ui.pages.intake_details import CertifyBlock
from desktop.ui.pages.intake_procedure import LISTED, ProcedureBlock
from desktop.ui.pages.intake_state import CountText, DocumentText
from desktop.ui.theme import Theme
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import tr

_MOST: Final = LISTED


class CorrectPapers(QWidget):
    """Correct the procedure, the counts of its papers and the documents to certify.

    Attributes:
        procedure: The one chosen, the dossier's own while none was.
        block: Search and card of the procedure.
        checklist: Its papers.
        certify: Documents to certify; hidden where the fee does not count them.

    Signals:
        edited(): Something was typed or chosen.
        passed(): Enter where nothing is left to do: move on.
        searching(): The search was opened; it wants room below it.
    """

    edited = Signal()
    passed = Signal()
    searching = Signal()

    def __init__(self, theme: Theme, dossier: Dossier, basis: Basis, parent: QWidget | None = None) -> None:
        """Show the dossier's own procedure and papers."""
        super().__init__(parent)
        self._dossier = dossier
        self._basis = basis
        self.procedure = basis.procedure
        self.block = ProcedureBlock(theme, self._search)
        self.checklist = ChecklistBlock(theme)
        self.certify = CertifyBlock(theme)
        self._old = Muted()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        for part in (self._old, self.block, self.checklist, self.certify):
            column.addWidget(part)
        self.block.set_unit(basis.unit)
        self._load(basis.procedure)
        self.certify.show_documents(old_documents(dossier))
        self.block.chosen.connect(self.choose)
        self.block.dropped.connect(self.search_another)
        self.block.passed.connect(self._keep)
        self.checklist.edited.connect(self.edited)
        self.checklist.passed.connect(self.passed)
        self.certify.edited.connect(self.edited)
        self.certify.passed.connect(self.passed)

    def counts(self) -> tuple[CountText, ...]:
        """Return the papers counted."""
        return self.checklist.counts()

    def documents(self) -> tuple[DocumentText, ...]:
        """Return the documents to certify as typed."""
        return self.certify.documents()

    def choose(self, procedure: Procedure) -> None:
        """Take another procedure; papers of the same name stay counted."""
        self._load(procedure)
        self.checklist.view.setFocus()
        self.edited.emit()

    def search_another(self) -> None:
        """Open the search; Enter in the empty field keeps the procedure."""
        self.block.show_procedure(None)
        self.block.search.setFocus()
        self.searching.emit()

    def _keep(self) -> None:
        self.block.show_procedure(self.procedure)
        self.passed.emit()

    def _load(self, procedure: Procedure) -> None:
        self.procedure = procedure
        is_other = procedure.code != self._dossier.procedure.code
        printed = self._dossier.procedure
        self._old.setText(tr("Đã in trên giấy hẹn: {code} {name}", code=printed.code, name=printed.name))
        self._old.setVisible(is_other)
        self.block.show_procedure(procedure)
        self.checklist.show_procedure(procedure, counts_for(self._dossier, procedure))
        self.certify.setVisible(has_page_fee(procedure))

    def _search(self, query: str, favourites: Sequence[str], usage: Counter[str]) -> Sequence[Procedure]:
        return self._basis.published.search(query, _MOST, favourites, usage)
