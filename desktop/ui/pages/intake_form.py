"""The form of the page "Tiếp nhận": its blocks, the way of Enter through them, and errors beside their fields."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.catalogue import Procedure
from desktop.domain.dossiers import Channel, ResultBy
from desktop.domain.errors import AppError
from desktop.domain.units import Unit
from desktop.services.receive import Promise
from desktop.ui.pages.intake_checklist import ChecklistBlock
from desktop.ui.pages.intake_command import COMPONENTS, DOCUMENTS, PROCEDURE, Problem, has_page_fee
from desktop.ui.pages.intake_details import CertifyBlock, OptionsBlock
from desktop.ui.pages.intake_people import OwnerBlock, ProxyBlock
from desktop.ui.pages.intake_procedure import ProcedureBlock, Search
from desktop.ui.pages.intake_promise import FeeCard, PromiseCard
from desktop.ui.pages.intake_state import IntakeState, PersonText
from desktop.ui.theme import Theme
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.fields import Field

#: Below this many characters beside each other the two columns become one.
_TWO_COLUMNS_FROM: Final = 112
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class IntakeForm(QWidget):
    """Show and collect what a dossier needs.

    Attributes:
        procedure: Search and card of the procedure.
        owner: The owner's fields.
        proxy: The fields of the person who hands in for him.
        checklist: The papers.

    Signals:
        edited(): Anything was typed, chosen or counted.
        procedure_changed(): Another procedure, or none.
        flow_ended(): Enter has gone through everything.
    """

    edited = Signal()
    procedure_changed = Signal()
    flow_ended = Signal()

    def __init__(self, theme: Theme, search: Search, parent: QWidget | None = None) -> None:
        """Build the blocks."""
        super().__init__(parent)
        self.setObjectName("intakeForm")
        self.procedure = ProcedureBlock(theme, search)
        self.owner = OwnerBlock(theme)
        self.proxy = ProxyBlock(theme)
        self.checklist = ChecklistBlock(theme)
        self._certify = CertifyBlock(theme)
        self._promise = PromiseCard(theme)
        self._fee = FeeCard(theme)
        self._options = OptionsBlock(theme)
        self.owner.head.addWidget(self.proxy.toggle)
        self._lay_out()
        self._dropped: Procedure | None = None
        self._targets = self._error_targets()
        self._connect()
        self._show_parts()

    @property
    def fee_vnd(self) -> int:
        """Return the whole fee as shown."""
        return self._fee.total_vnd

    def state(self) -> IntakeState:
        """Return everything as typed."""
        procedure = self.procedure.procedure
        return IntakeState(
            query="" if procedure is not None else self.procedure.search.text(),
            procedure=procedure.code if procedure is not None else "",
            owner=self.owner.person(),
            has_proxy=self.proxy.is_open(),
            proxy=self.proxy.person(),
            authorisation=self.proxy.authorisation.text(),
            counts=self.checklist.counts(),
            documents=self._certify.documents(),
            sets=self._options.sets.text(),
            channel=Channel(self._options.channel.key()),
            result_by=ResultBy(self._options.result_by.key()),
            note=self._options.note.text(),
            payment=self._fee.payment_state(),
            exemption=self._fee.exemption.text(),
            is_immediate=self._options.immediate.isChecked(),
        )

    def show_state(self, state: IntakeState, procedure: Procedure | None) -> None:
        """Show a whole page; emits nothing but ``procedure_changed``."""
        self._dropped = None
        self.procedure.show_procedure(procedure, state.query)
        self.owner.show_person(state.owner)
        self.proxy.show_person(state.proxy, state.authorisation, is_open=state.has_proxy)
        self.checklist.show_procedure(procedure, state.counts)
        self._certify.show_documents(state.documents)
        self._options.show_options(
            state.sets, state.channel, state.result_by, state.note, is_immediate=state.is_immediate
        )
        self._fee.show_payment(state.payment, state.exemption)
        self.clear_problems()
        self._show_parts()
        self.procedure_changed.emit()

    def show_owner(self, person: PersonText) -> None:
        """Show another owner."""
        self.owner.show_person(person)
        self.edited.emit()

    def show_proxy(self, person: PersonText) -> None:
        """Show another person who hands in, and open the block."""
        self.proxy.show_person(person, self.proxy.authorisation.text(), is_open=True)
        self.edited.emit()

    def set_unit(self, unit: Unit) -> None:
        """Take favourites and local fees."""
        self.procedure.set_unit(unit)

    def show_promise(self, promise: Promise | None, *, southern: bool) -> None:
        """Show promise and fee; None while they are being computed."""
        self._promise.show_deadline(promise.deadline if promise is not None else None)
        self._fee.show_promise(promise, southern=southern)

    def promise_text(self) -> str:
        """Return the promise as shown."""
        return self._promise.text()

    def show_problems(self, problems: Sequence[Problem], say: Callable[[AppError], str]) -> str:
        """Show each sentence beside its field and go to the first.

        Returns:
            The sentences that belong to no field, one per line.
        """
        self.clear_problems()
        rest = []
        first: QWidget | None = None
        order = list(self._targets)
        known = [problem for problem in problems if problem.field in self._targets]
        known.sort(key=lambda problem: order.index(problem.field))
        for problem in (*known, *(problem for problem in problems if problem not in known)):
            show, widget = self._targets.get(problem.field, (None, None))
            if show is None or widget is None:
                rest.append(say(problem.error))
                continue
            show(say(problem.error))
            first = first or widget
        if first is not None:
            self.go_to(first)
        return "\n".join(rest)

    def clear_problems(self) -> None:
        """Take all error sentences away."""
        for show, _ in self._targets.values():
            show("")

    def go_to(self, widget: QWidget) -> None:
        """Give a widget the focus and bring it into sight."""
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(widget, QLineEdit):
            widget.selectAll()
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(widget)

    def go_to_gap(self) -> None:
        """Go to what is still missing, in the order of the page; to the end when nothing is."""
        if self.procedure.procedure is None:
            self.go_to(self.procedure.search)
        elif not self.owner.name.value():
            self.go_to(self.owner.name)
        elif self.proxy.is_open() and not (self.proxy.name.value() and self.proxy.authorisation.value()):
            self.go_to(self.proxy.authorisation if self.proxy.name.value() else self.proxy.name)
        elif not self.checklist.is_done():
            self.go_to(self.checklist.view)
        else:
            self._after_checklist()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the columns below each other where there is no room for two."""
        super().resizeEvent(event)
        chars = event.size().width() // max(self.fontMetrics().averageCharWidth(), 1)
        direction = QBoxLayout.Direction.LeftToRight if chars >= _TWO_COLUMNS_FROM else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() is not direction:
            self._columns.setDirection(direction)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Enter in choices and check boxes move on."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _ENTER:
            self.focusNextChild()
            return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, blocks in (
            (left, (self.owner, self.proxy, self.checklist, self._certify)),
            (right, (self._promise, self._fee, self._options)),
        ):
            column.setSpacing(SPACE_M)
            for block in blocks:
                column.addWidget(block)
            column.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(SPACE_M)
        self._columns.addLayout(left, 7)
        self._columns.addLayout(right, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self.procedure)
        column.addLayout(self._columns)

    def _error_targets(self) -> dict[str, tuple[Callable[[str], None], QWidget]]:
        fields: dict[str, Field] = {**self.owner.fields, **self.proxy.fields}
        fields |= {"exemption": self._fee.exemption_field, "payment": self._fee.payment_field}
        fields["sets"] = self._options.sets_field
        targets: dict[str, tuple[Callable[[str], None], QWidget]] = {
            name: (field.set_error, field.editor) for name, field in fields.items()
        }
        targets[PROCEDURE] = (self.procedure.set_error, self.procedure.search)
        targets[COMPONENTS] = (self.checklist.set_error, self.checklist.view)
        targets[DOCUMENTS] = (self._certify.set_error, self._certify)
        for field in fields.values():
            if isinstance(field.editor, QLineEdit):
                field.editor.textChanged.connect(lambda _text, shown=field: shown.set_error(""))
        return targets

    def _connect(self) -> None:
        for block in (self.procedure, self.owner, self.proxy, self.checklist, self._certify, self._fee, self._options):
            block.edited.connect(self.edited)
        self.procedure.chosen.connect(self._choose)
        self.procedure.dropped.connect(self._drop)
        self.procedure.passed.connect(self._to_owner)
        self.checklist.passed.connect(self._after_checklist)
        self._certify.passed.connect(self._after_certify)
        for stops, after in ((self.owner.stops, self._after_owner), (self.proxy.stops, self._to_checklist)):
            for editor, following in zip(stops, (*stops[1:], None), strict=True):
                editor.entered.connect(after if following is None else self._next_of(following))
        self._fee.exemption.entered.connect(self.flow_ended)
        self._options.sets.entered.connect(self._next_of(self._options.note))
        self._options.note.entered.connect(self.flow_ended)
        key = QShortcut(QKeySequence("Ctrl+H"), self)
        key.activated.connect(self.proxy.open)
        for widget in (
            self.owner.kind,
            self.owner.sex,
            self.proxy.toggle,
            self._fee.payment,
            self._options.channel,
            self._options.result_by,
            self._options.immediate,
        ):
            widget.installEventFilter(self)

    def _next_of(self, widget: QWidget) -> Callable[[], None]:
        def move() -> None:
            if widget.isEnabled() and widget.isVisible():
                self.go_to(widget)
            else:
                self.focusNextChild()

        return move

    def _choose(self, procedure: Procedure) -> None:
        is_same = procedure is self._dropped
        self._dropped = None
        self.procedure.show_procedure(procedure)
        self.checklist.show_procedure(procedure, self.checklist.counts() if is_same else ())
        self._show_parts()
        self.procedure_changed.emit()
        self.edited.emit()
        self.go_to_gap()

    def take_back_drop(self) -> bool:
        """Show the procedure again that was just put aside; False when there is none."""
        if self._dropped is None:
            return False
        self._choose(self._dropped)
        return True

    def _drop(self) -> None:
        self._dropped = self.procedure.procedure
        self.procedure.show_procedure(None)
        self._show_parts()
        self.procedure_changed.emit()
        self.edited.emit()
        self.go_to(self.procedure.search)

    def _show_parts(self) -> None:
        """Show what only makes sense with a procedure."""
        procedure = self.procedure.procedure
        is_chosen = procedure is not None
        for block in (self.checklist, self._promise, self._fee, self._options):
            block.setVisible(is_chosen)
        self._certify.setVisible(procedure is not None and has_page_fee(procedure))
        self._options.allow_immediate(is_allowed=procedure is not None and procedure.immediate_allowed)

    def _to_owner(self) -> None:
        self.go_to(self.owner.name)

    def _after_owner(self) -> None:
        if self.proxy.is_open():
            self.go_to(self.proxy.name)
        else:
            self._to_checklist()

    def _to_checklist(self) -> None:
        if self.procedure.procedure is None:
            self.go_to(self.procedure.search)
        else:
            self.go_to(self.checklist.view)

    def _after_checklist(self) -> None:
        if self._certify.isVisible() and not self._certify.documents():
            self._certify.focus_first()
        else:
            self._after_certify()

    def _after_certify(self) -> None:
        if self._fee.exemption_field.isVisible() and not self._fee.exemption.value():
            self.go_to(self._fee.exemption)
        else:
            self.flow_ended.emit()
