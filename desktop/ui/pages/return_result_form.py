"""The form of a return: who takes it, what proves it, the fee, the originals that go back."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.dossiers import Dossier, FeeMethod, Proof, Relation
from desktop.domain.identity import IdentityCard
from desktop.domain.vietnamese import money
from desktop.ui.pages.dossiers_words import FEE_METHODS, PROOFS, RELATIONS
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.pages.return_result_parts import check_line
from desktop.ui.pages.return_result_state import CardCheck, ReturnForm, check_card
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.areas import tune
from desktop.ui.widgets.fields import ChoiceBox, Field, LineEdit, field_row
from desktop.ui.widgets.file_field import FileField
from desktop.ui.widgets.labels import SectionHeader, text_label
from desktop.ui.widgets.picker import Choice, ShortPicker
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

#: What stands as reference before anybody types.
_REFERENCES: Final[Mapping[Proof, str]] = {
    Proof.SIGNATURE: QT_TRANSLATE_NOOP(CONTEXT, "Ký trên liên lưu"),
    Proof.PHOTO: "",
    Proof.POSTAL: "",
    Proof.ELECTRONIC: "",
}
_REFERENCE_HINTS: Final[Mapping[Proof, str]] = {
    Proof.SIGNATURE: QT_TRANSLATE_NOOP(CONTEXT, "Người nhận ký vào liên lưu của giấy hẹn"),
    Proof.PHOTO: QT_TRANSLATE_NOOP(CONTEXT, "Tên hoặc số của ảnh"),
    Proof.POSTAL: QT_TRANSLATE_NOOP(CONTEXT, "Số bưu gửi trên phiếu gửi"),
    Proof.ELECTRONIC: QT_TRANSLATE_NOOP(CONTEXT, "Mã giao dịch hoặc thư điện tử đã gửi"),
}

#: Proofs of which there may be a photo or a scan.
_PROVED_BY_FILE: Final = frozenset({Proof.SIGNATURE, Proof.PHOTO})

#: Characters from which two fields stand side by side.
_SIDE_BY_SIDE_CHARS: Final = 64


class ReturnFormWidget(QWidget):
    """Collect a return.

    Attributes:
        check: What the last card told.
        proof_file: Photo or scan that proves the return.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Build the parts."""
        super().__init__(parent)
        self.check = CardCheck.NONE
        self._theme = theme
        self._dossier: Dossier | None = None
        self._checks: dict[str, QCheckBox] = {}
        self._file_name = ""
        self._owner = QRadioButton(tr("Chủ hồ sơ  (Alt+C)"))
        self._authorised = QRadioButton(tr("Người được ủy quyền  (Alt+U)"))
        self._card = Callout(theme, "due", name="cardCheck")
        self._name = LineEdit(theme, name="recipientName")
        self._id_number = LineEdit(theme, name="recipientId")
        self._paper = LineEdit(theme, name="recipientPaper")
        self._name_field = Field(tr("Họ tên người nhận"), self._name, name="recipientName", required=True)
        self._id_field = Field(tr("Số giấy tờ tùy thân"), self._id_number, tr("Quét thẻ để điền"), name="recipientId")
        self._paper_field = Field(
            tr("Giấy ủy quyền"), self._paper, tr("Số, ngày, nơi chứng thực"), name="recipientPaper", required=True
        )
        self._proof = ChoiceBox()
        self._reference = LineEdit(theme, name="proofReference")
        self._reference_field = Field(tr("Nội dung bằng chứng"), self._reference, name="proofReference", required=True)
        self.proof_file = FileField(
            theme, tr("Ảnh, bản quét liên lưu đã ký"), tr("Không bắt buộc"), keys="Ctrl+T", name="proofPath"
        )
        self._fee_title = SectionHeader("")
        self._fee_picker = ShortPicker(theme, columns=3, name="feeMethod")
        self._fee_reason = LineEdit(theme, name="feeReason")
        self._fee_reason_field = Field(tr("Lý do miễn thu"), self._fee_reason, name="feeReason", required=True)
        self._fee_error = text_label("", "error small", wraps=True)
        self._lost = LineEdit(theme, name="lostReason")
        self._lost_field = Field(
            tr("Lý do không có giấy hẹn"),
            self._lost,
            tr("Ví dụ: mất giấy hẹn, đã đối chiếu thẻ căn cước"),
            name="lostReason",
            required=True,
        )
        self._originals = QWidget()
        self._originals_column = QVBoxLayout(self._originals)
        self._build()
        self._connect()

    def load(self, dossier: Dossier, *, is_lost: bool) -> None:
        """Begin with the usual: the owner, a signed stub, every original goes back.

        Args:
            dossier: What is returned.
            is_lost: It was found without its receipt.
        """
        self._dossier = dossier
        self.check = CardCheck.NONE
        for edit in (self._name, self._id_number, self._paper, self._fee_reason, self._lost):
            edit.clear()
        for field in (self._id_field, self._paper_field, self._reference_field, self._lost_field, self._name_field):
            field.set_error("")
        self.proof_file.clear()
        self._owner.setChecked(True)
        self._proof.set_key(Proof.SIGNATURE.value)
        self._proof_chosen()
        self._lost_field.setVisible(is_lost)
        self._load_fee(dossier)
        self._load_originals(dossier)
        self._show_relation()
        self._card.say(self._card_advice(dossier), "due")

    def take_card(self, card: IdentityCard) -> CardCheck:
        """Compare a scanned card with the owner, or fill in the authorised person."""
        if self._dossier is None:
            return CardCheck.NONE
        if self._authorised.isChecked():
            self._name.setText(card.name)
            self._id_number.setText(card.id_number)
            self._card.say(tr("Đã ghi thẻ của {name}, số {id}", name=card.name, id=card.id_number), "ok")
            return CardCheck.NONE
        self.check = check_card(self._dossier.owner, card)
        self._id_number.setText(card.id_number)
        self._name.setText(card.name)
        self._card.say(*_check_words(self.check, self._dossier, card))
        return self.check

    def value(self) -> ReturnForm:
        """Return what is entered."""
        fee_method = self._fee_picker.current()
        return ReturnForm(
            relation=self._relation(),
            name=self._name.value(),
            id_number="".join(self._id_number.value().split()),
            authorisation=self._paper.value(),
            proof=Proof(self._proof.key()),
            proof_reference=self._reference.value(),
            originals=tuple(code for code, box in self._checks.items() if box.isChecked()),
            fee_method=FeeMethod(fee_method) if fee_method else None,
            fee_reason=self._fee_reason.value(),
            lost_reason=self._lost.value() if self._lost_field.isVisibleTo(self) else "",
            proof_path=self.proof_file.path() if self.proof_file.isVisibleTo(self) else "",
        )

    def is_complete(self) -> bool:
        """Mark what is missing and put the focus on the first of it."""
        missing = [field for field, text in self._gaps() if text]
        for field, text in self._gaps():
            field.set_error(text)
        owed_vnd = self._dossier.owed_vnd if self._dossier is not None else 0
        has_fee = not owed_vnd or bool(self._fee_picker.current())
        self._fee_error.setText(
            "" if has_fee else tr("Chọn cách thu: Alt+1 tiền mặt, Alt+2 chuyển khoản, Alt+3 miễn thu.")
        )
        self._fee_error.setVisible(not has_fee)
        if missing:
            missing[0].setFocus()
        elif not has_fee:
            self._fee_picker.setFocus()
        return not missing and has_fee and self.check is not CardCheck.MISMATCH

    def fit(self, width_px: int) -> None:
        """Put the fields of a row below one another where a width has no room for them side by side."""
        is_narrow = width_px < self.fontMetrics().averageCharWidth() * _SIDE_BY_SIDE_CHARS
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        for row in self._rows:
            row.setDirection(direction)
            row.setSpacing(SPACE_S if is_narrow else SPACE_L)

    def card_text(self) -> str:
        """Return what is said about the card."""
        return self._card.text()

    def choose_authorised(self) -> None:
        """Go on with an authorised person; a card scanned before is his."""
        self._authorised.setChecked(True)
        self._paper.setFocus()

    def _gaps(self) -> tuple[tuple[Field, str], ...]:
        """Say for each field what is missing in it, "" when nothing is."""
        form = self.value()
        is_other = form.relation is Relation.AUTHORISED
        is_lost = self._lost_field.isVisibleTo(self)
        needs_id = is_other or is_lost
        is_exempt = form.fee_method is FeeMethod.EXEMPT
        why = tr("Ghi lý do, ít nhất {n} chữ.", n=MIN_REASON)
        gaps = (
            (self._lost_field, is_lost and len(form.lost_reason) < MIN_REASON, why),
            (self._name_field, is_other and not form.name, tr("Ghi họ tên người nhận.")),
            (self._id_field, needs_id and not form.id_number, tr("Quét thẻ hoặc gõ số giấy tờ của người nhận.")),
            (self._paper_field, is_other and not form.authorisation, tr("Ghi giấy ủy quyền.")),
            (self._reference_field, not form.proof_reference, tr("Ghi nội dung bằng chứng.")),
            (self._fee_reason_field, is_exempt and len(form.fee_reason) < MIN_REASON, why),
        )
        return tuple((field, text if is_missing else "") for field, is_missing, text in gaps)

    def _relation(self) -> Relation:
        return Relation.AUTHORISED if self._authorised.isChecked() else Relation.OWNER

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(SectionHeader(tr("Người nhận")))
        choice = QHBoxLayout()
        for button, name, relation in (
            (self._owner, "ownerTakes", Relation.OWNER),
            (self._authorised, "authorisedTakes", Relation.AUTHORISED),
        ):
            name_it(button, name, tr(RELATIONS[relation]))
            choice.addWidget(button)
        choice.addStretch(1)
        column.addLayout(choice)
        column.addWidget(self._card)
        self._people = QWidget()
        people = field_row(self._name_field, self._id_field, stretches=(3, 2))
        people.setContentsMargins(0, 0, 0, 0)
        self._people.setLayout(people)
        column.addWidget(self._people)
        column.addWidget(self._paper_field)
        column.addWidget(self._lost_field)
        column.addSpacing(SPACE_M)
        column.addWidget(SectionHeader(tr("Bằng chứng đã trả")))
        proof = Field(tr("Loại  (Alt+B)"), self._proof, name="proofKind")
        proofs = field_row(proof, self._reference_field, stretches=(2, 3))
        column.addLayout(proofs)
        column.addWidget(self.proof_file)
        self._rows: tuple[QBoxLayout, ...] = (choice, people, proofs)
        column.addSpacing(SPACE_M)
        column.addWidget(self._fee_title)
        for part in (self._fee_picker, self._fee_error, self._fee_reason_field):
            column.addWidget(part)
        column.addSpacing(SPACE_M)
        column.addWidget(SectionHeader(tr("Bản chính trả lại")))
        self._originals_column.setContentsMargins(0, 0, 0, 0)
        self._originals_column.setSpacing(0)
        column.addWidget(self._originals)
        column.addStretch(1)
        for kind in Proof:
            self._proof.add_choice(kind.value, tr(PROOFS[kind]))
        self._fee_picker.set_choices([Choice(method.value, tr(FEE_METHODS[method])) for method in FeeMethod])

    def _connect(self) -> None:
        self._owner.toggled.connect(self._show_relation)
        self._proof.currentIndexChanged.connect(self._proof_chosen)
        self._fee_picker.picked.connect(self._fee_picked)
        self.proof_file.changed.connect(self._file_changed)
        self.proof_file.entered.connect(self.focusNextChild)
        for edit in (self._name, self._id_number, self._paper, self._reference, self._fee_reason, self._lost):
            edit.entered.connect(self.focusNextChild)
        self._id_number.textEdited.connect(self._id_typed)
        for keys, slot in (
            ("Alt+C", self._owner.click),
            ("Alt+U", self.choose_authorised),
            ("Alt+B", self._proof.setFocus),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _show_relation(self) -> None:
        is_owner = self._owner.isChecked()
        is_lost = self._lost_field.isVisibleTo(self)
        self._name_field.setVisible(not is_owner)
        self._paper_field.setVisible(not is_owner)
        self._people.setVisible(not is_owner or is_lost)
        if self._dossier is None:
            return
        if is_owner:
            self._id_number.clear()
            self._name.clear()
        self.check = CardCheck.NONE
        advice = self._card_advice(self._dossier) if is_owner else tr("Quét thẻ của người được ủy quyền")
        self._card.say(advice, "due")

    def _id_typed(self) -> None:
        """Compare a typed number with the owner's, as a card would be."""
        owner_id = self._dossier.owner.id_number if self._dossier is not None else ""
        typed = "".join(self._id_number.value().split())
        if self._authorised.isChecked() or not owner_id or len(typed) < len(owner_id):
            self.check = CardCheck.NONE
            return
        self.check = CardCheck.MATCH if typed == owner_id else CardCheck.MISMATCH
        is_match = self.check is CardCheck.MATCH
        text = tr("Số giấy tờ khớp chủ hồ sơ") if is_match else tr("Số giấy tờ KHÔNG khớp chủ hồ sơ")
        self._card.say(text, "ok" if is_match else "late")

    def _card_advice(self, dossier: Dossier) -> str:
        if not dossier.owner.id_number:
            return tr("Hồ sơ không ghi số định danh: đối chiếu họ tên {name}", name=dossier.owner.name)
        return tr("Quét thẻ căn cước để đối chiếu với chủ hồ sơ")

    def _proof_chosen(self) -> None:
        kind = Proof(self._proof.key() or Proof.SIGNATURE.value)
        self._reference.setText(tr(_REFERENCES[kind]) if _REFERENCES[kind] else "")
        self._reference_field.set_hint(tr(_REFERENCE_HINTS[kind]))
        self.proof_file.setVisible(kind in _PROVED_BY_FILE)
        self._file_changed()

    def _file_changed(self) -> None:
        """Name a photo by its file as long as nobody typed another name."""
        if self._proof.key() == Proof.PHOTO.value and self._reference.value() in ("", self._file_name):
            self._file_name = self.proof_file.path().replace("\\", "/").rpartition("/")[2]
            self._reference.setText(self._file_name)

    def _load_fee(self, dossier: Dossier) -> None:
        owed_vnd = dossier.owed_vnd
        self._fee_title.setText(tr("Lệ phí còn phải thu: {owed}", owed=money(owed_vnd)))
        self._fee_picker.set_current("")
        for part in (self._fee_title, self._fee_picker):
            part.setVisible(bool(owed_vnd))
        self._fee_error.hide()
        self._fee_reason_field.hide()

    def _fee_picked(self, method: str) -> None:
        self._fee_error.hide()
        is_exempt = method == FeeMethod.EXEMPT.value
        self._fee_reason_field.setVisible(is_exempt)
        if is_exempt:
            self._fee_reason.setFocus()

    def _load_originals(self, dossier: Dossier) -> None:
        while self._originals_column.count():
            self._originals_column.takeAt(0).widget().deleteLater()
        self._checks = {}
        lines = [line for line in dossier.components if line.originals]
        for number, line in enumerate(lines):
            box = QCheckBox()
            box.setChecked(True)
            name_it(box, f"original{number + 1}", line.name, tr("Bỏ dấu nếu không trả lại"))
            self._checks[line.code or line.name] = box  # a paper outside the list has no code
            text = tr("{name}: {n} bản chính", name=line.name, n=line.originals)
            self._originals_column.addWidget(check_line(box, text))
        if not lines:
            self._originals_column.addWidget(text_label(tr("Không giữ bản chính nào."), "muted", wraps=True))


class FormArea(QScrollArea):
    """Hold the form; it scrolls down only, so the form is told how wide it may be."""

    def __init__(self, form: ReturnFormWidget) -> None:
        """Take the form."""
        super().__init__()
        self._form = form
        tune(self, form, "returnFormScroll")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the form its width before it is laid out."""
        self._form.fit(event.size().width())
        super().resizeEvent(event)


def _check_words(check: CardCheck, dossier: Dossier, card: IdentityCard) -> tuple[str, str]:
    """Return what a card tells, and the kind of call-out for it."""
    if check is CardCheck.MATCH:
        return tr("Khớp: đúng số định danh của chủ hồ sơ {name}", name=dossier.owner.name), "ok"
    if check is CardCheck.MATCH_OLD_NUMBER:
        return tr("Khớp theo số cũ {id} ghi trên thẻ", id=card.old_id_number), "ok"
    if check is CardCheck.NAME_ONLY:
        return tr("Khớp họ tên; hồ sơ không ghi số định danh để đối chiếu"), "soon"
    text = tr(
        "KHÔNG khớp: thẻ của {name}, số {id}. Nếu được ủy quyền, nhấn Alt+U", name=card.name or "?", id=card.id_number
    )
    return text, "late"
