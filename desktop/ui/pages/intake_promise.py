"""What is told before anything is saved: the promise with its reasons, and the fee."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.deadlines import Deadline
from desktop.domain.fees import total_vnd
from desktop.domain.vietnamese import amount_in_words, local, money, paper_datetime, screen_date, weekday
from desktop.services.receive import Promise
from desktop.ui.pages.intake_parts import Callout, Card
from desktop.ui.pages.intake_state import Payment
from desktop.ui.pages.intake_words import PAYMENTS
from desktop.ui.theme import Theme
from desktop.ui.tokens import SPACE_S, SPACE_XS
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import ChoiceBox, Field, LineEdit
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

_CUT_OFF = "after_cut_off"
_ESTIMATED = "estimated"


class PromiseCard(Card):
    """Show when the result will be there, and day by day why."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin without a promise."""
        super().__init__(tr("Hẹn trả kết quả"), name="promiseCard", parent=parent)
        self._deadline: Deadline | None = None
        self._figure = text_label("", "figure", wraps=True)
        self._day = Muted()
        self._cut_off = Callout(theme, "soon", name="cutOffWarning")
        self._why = ActionButton(
            theme,
            tr("Vì sao?"),
            icon="info",
            shortcut="Ctrl+G",
            flat=True,
            name="whyPromise",
            status_tip=tr("Xem từng ngày được tính và từng ngày bỏ qua"),
        )
        self._why.clicked.connect(self._fold)
        self.head.addWidget(self._why)
        self._reasons = text_label("", "muted", wraps=True)
        self._reasons.setObjectName("promiseReasons")
        self._reasons.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._reasons.hide()
        for widget in (self._figure, self._day, self._cut_off, self._reasons):
            self.column.addWidget(widget)
        self.show_deadline(None)

    def show_deadline(self, deadline: Deadline | None) -> None:
        """Show a promise; None while it is being computed or cannot be."""
        self._deadline = deadline
        self._why.setVisible(deadline is not None)
        if deadline is None:
            self._figure.setText("…")
            self._day.setText("")
            self._cut_off.say("")
            self._reasons.hide()
            return
        on = local(deadline.due_at).date()
        self._figure.setText(paper_datetime(deadline.due_at).replace(", ", ",\n", 1))
        skipped = sum(1 for step in deadline.explain if step.code in ("weekend", "holiday", "swap_off", "closed"))
        day = f"{weekday(on)}, {screen_date(on)}"
        self._day.setText(tr("{day}  ·  bỏ qua {n} ngày nghỉ", day=day, n=skipped) if skipped else day)
        warnings = [step.reason for step in deadline.explain if step.code in (_CUT_OFF, _ESTIMATED)]
        self._cut_off.say("\n".join(f"{reason[0].upper()}{reason[1:]}." for reason in warnings))
        self._reasons.setText("\n".join(f"•  {step.reason}" for step in deadline.explain))
        self.setAccessibleName(tr("Hẹn trả: {when}", when=paper_datetime(deadline.due_at)))

    def text(self) -> str:
        """Return the promise as shown."""
        return self._figure.text().replace("\n", " ")

    def reasons(self) -> str:
        """Return the reasons, shown or folded."""
        return self._reasons.text()

    def warning(self) -> str:
        """Return the warning shown, "" when there is none."""
        return self._cut_off.text()

    def _fold(self) -> None:
        self._reasons.setVisible(not self._reasons.isVisible())
        self._why.set_verb(tr("Ẩn giải thích") if self._reasons.isVisible() else tr("Vì sao?"))


class FeeCard(Card):
    """Show the fee in figures and words, and ask what becomes of it.

    Signals:
        edited(): Something was typed or chosen.
    """

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin without a fee."""
        super().__init__(tr("Phí, lệ phí"), name="feeCard", parent=parent)
        self._total_vnd = 0
        self._sum = text_label("", "figure")
        self._sum.setObjectName("feeTotal")
        self.head.addWidget(self._sum)
        self._words = Muted()
        self._words.setObjectName("feeWords")
        self._lines = Muted()
        self._lines.setObjectName("feeLines")
        self.payment = ChoiceBox()
        for key, text in PAYMENTS:
            self.payment.add_choice(key.value, tr(text))
        self.exemption = LineEdit(theme, tr("Ví dụ: hộ nghèo, có giấy xác nhận"))
        self.exemption_field = Field(tr("Lý do miễn"), self.exemption, required=True, name="exemption")
        self.payment_field = Field(tr("Thu tại quầy"), self.payment, name="payment")
        texts = QVBoxLayout()
        texts.setSpacing(SPACE_XS)
        texts.addWidget(self._words)
        texts.addWidget(self._lines)
        self.column.addLayout(texts)
        self.column.addSpacing(SPACE_S - SPACE_XS)
        self.column.addWidget(self.payment_field)
        self.column.addWidget(self.exemption_field)
        self.payment.currentIndexChanged.connect(self._changed)
        self.exemption.textChanged.connect(self.edited)
        self.show_promise(None, southern=True)

    @property
    def total_vnd(self) -> int:
        """Return the fee shown."""
        return self._total_vnd

    def show_promise(self, promise: Promise | None, *, southern: bool) -> None:
        """Show the fee; None while it is being computed."""
        lines = promise.fees if promise is not None else ()
        self._total_vnd = total_vnd(lines)
        is_open = any(line.needs_checking for line in lines)
        figure = money(self._total_vnd) if self._total_vnd or is_open else tr("Không thu")
        self._sum.setText("…" if promise is None else figure)
        self._words.setText(amount_in_words(self._total_vnd, southern=southern) if self._total_vnd else "")
        self._words.setVisible(bool(self._total_vnd))
        texts = []
        for line in lines:
            amount = money(line.amount_vnd) if line.amount_vnd else ""
            parts = [part for part in (line.name, line.detail, amount) if part]
            texts.append("  ·  ".join(parts) + (tr("  (cần đối chiếu)") if line.needs_checking else ""))
        self._lines.setText("\n".join(texts))
        self._lines.setVisible(bool(texts))
        self._fold()

    def payment_state(self) -> Payment:
        """Return what becomes of the fee."""
        return Payment(self.payment.key())

    def show_payment(self, payment: Payment, exemption: str) -> None:
        """Show values; emits nothing."""
        self.blockSignals(True)
        self.payment.set_key(payment.value)
        self.exemption.setText(exemption)
        self.exemption_field.set_error("")
        self.payment_field.set_error("")
        self.blockSignals(False)
        self._fold()

    def _changed(self) -> None:
        self._fold()
        self.edited.emit()

    def _fold(self) -> None:
        """Ask about payment only when there is something to pay, or when it was waived."""
        is_exempt = self.payment_state() is Payment.EXEMPT
        self.payment_field.setVisible(bool(self._total_vnd) or is_exempt)
        self.exemption_field.setVisible(is_exempt)
