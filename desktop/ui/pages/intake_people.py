"""Who applies and who stands at the counter: two groups of fields."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget

from desktop.domain.dossiers import ApplicantKind
from desktop.ui.pages.intake_command import OWNER, PROXY
from desktop.ui.pages.intake_parts import Card
from desktop.ui.pages.intake_state import PersonText
from desktop.ui.pages.intake_words import APPLICANT_KINDS, SEXES
from desktop.ui.theme import Theme, name_it
from desktop.ui.widgets.fields import ChoiceBox, Field, LineEdit, field_row
from desktop.ui.words import tr


class OwnerBlock(Card):
    """Ask for the owner of the dossier.

    Attributes:
        stops: Editors in the order of Enter.
        fields: Fields by the name a problem gives them.

    Signals:
        edited(): Something was typed or chosen.
    """

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Build the fields."""
        super().__init__(tr("Chủ hồ sơ"), name="ownerBlock", parent=parent)
        self._email = ""
        self.stops: tuple[LineEdit, ...] = ()
        self.name = LineEdit(theme)
        self.id_number = LineEdit(theme, tr("CCCD, hộ chiếu, MST"))
        self.birth = LineEdit(theme, tr("18/07/1990"))
        self.phone = LineEdit(theme)
        self.address = LineEdit(theme)
        self.kind = ChoiceBox()
        self.sex = ChoiceBox()
        for key, text in APPLICANT_KINDS:
            self.kind.add_choice(key.value, tr(text))
        for sex, text in SEXES:
            self.sex.add_choice(sex, tr(text))
        self.fields = {
            f"{OWNER}.name": Field(tr("Họ và tên"), self.name, required=True, name="ownerName"),
            f"{OWNER}.kind": Field(tr("Đối tượng"), self.kind, name="ownerKind"),
            f"{OWNER}.id_number": Field(tr("Số giấy tờ"), self.id_number, name="ownerId"),
            f"{OWNER}.birth_date": Field(tr("Ngày sinh"), self.birth, name="ownerBirth"),
            f"{OWNER}.sex": Field(tr("Giới tính"), self.sex, name="ownerSex"),
            f"{OWNER}.phone": Field(tr("Điện thoại"), self.phone, name="ownerPhone"),
            f"{OWNER}.address": Field(tr("Địa chỉ"), self.address, name="ownerAddress"),
        }
        self.id_number.setToolTip(tr("Số căn cước, CMND, hộ chiếu hoặc mã số thuế; để trống khi chưa có"))
        self.birth.setToolTip(tr("Ngày/tháng/năm; chỉ biết năm thì gõ 1990"))
        rows = (("name", "id_number", "birth_date", "sex"), ("phone", "address", "kind"))
        for names, stretches in zip(rows, ((8, 6, 5, 4), (6, 12, 5)), strict=True):
            fields = [self.fields[f"{OWNER}.{name}"] for name in names]
            self.column.addLayout(field_row(*fields, stretches=stretches))
        self.stops = (self.name, self.id_number, self.birth, self.phone, self.address)
        for editor in self.stops:
            editor.textChanged.connect(self.edited)
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.sex.currentIndexChanged.connect(self.edited)

    def person(self) -> PersonText:
        """Return what is typed."""
        return PersonText(
            name=self.name.text(),
            kind=ApplicantKind(self.kind.key()),
            id_number=self.id_number.text(),
            birth=self.birth.text(),
            phone=self.phone.text(),
            email=self._email,
            address=self.address.text(),
            sex=self.sex.key(),
        )

    def show_person(self, person: PersonText) -> None:
        """Show a person; emits nothing."""
        self.blockSignals(True)
        self._email = person.email
        for editor, text in zip(
            self.stops, (person.name, person.id_number, person.birth, person.phone, person.address), strict=True
        ):
            if editor.text() != text:
                editor.setText(text)
                editor.setCursorPosition(0)
        self.kind.set_key(person.kind.value)
        self.sex.set_key(person.sex if self.sex.findData(person.sex) >= 0 else "")
        self.blockSignals(False)

    def _kind_changed(self) -> None:
        is_citizen = self.kind.key() == ApplicantKind.CITIZEN
        self.birth.setEnabled(is_citizen)
        self.sex.setEnabled(is_citizen)
        self.edited.emit()


class ProxyBlock(Card):
    """Ask for the person who hands in for the owner; open only when the check box is set.

    Attributes:
        toggle: The check box; it stands in the head of the owner's card.
        stops: Editors in the order of Enter.
        fields: Fields by the name a problem gives them.

    Signals:
        edited(): Something was typed or chosen.
    """

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin closed: the owner hands in himself."""
        super().__init__(tr("Người nộp thay"), name="proxyBlock", parent=parent)
        self._rest = PersonText()
        self.stops: tuple[LineEdit, ...] = ()
        self.toggle = QCheckBox(tr("Người khác nộp thay  (Ctrl+H)"))
        name_it(self.toggle, "hasProxy", tr("Người khác nộp thay"), tr("Ctrl+H: ghi người nộp thay chủ hồ sơ"))
        self.name = LineEdit(theme)
        self.id_number = LineEdit(theme)
        self.phone = LineEdit(theme)
        self.authorisation = LineEdit(theme, tr("Số, ngày giấy ủy quyền; hoặc quan hệ: cha, mẹ, vợ, chồng…"))
        self.fields = {
            f"{PROXY}.name": Field(tr("Họ và tên người nộp"), self.name, required=True, name="proxyName"),
            f"{PROXY}.id_number": Field(tr("Số CCCD, hộ chiếu"), self.id_number, name="proxyId"),
            f"{PROXY}.phone": Field(tr("Điện thoại"), self.phone, name="proxyPhone"),
            f"{PROXY}.authorisation": Field(
                tr("Giấy ủy quyền hoặc quan hệ"), self.authorisation, required=True, name="proxyAuthorisation"
            ),
        }
        names = tuple(self.fields.values())
        self.column.addLayout(field_row(names[0], names[1], stretches=(1, 1)))
        self.column.addLayout(field_row(names[2], names[3], stretches=(3, 5)))
        self.hide()
        self.stops = (self.name, self.id_number, self.phone, self.authorisation)
        for editor in self.stops:
            editor.textChanged.connect(self.edited)
        self.toggle.toggled.connect(self._toggled)

    def is_open(self) -> bool:
        """Tell whether somebody else hands in."""
        return self.toggle.isChecked()

    def has_focus(self) -> bool:
        """Tell whether the clerk is typing here."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def person(self) -> PersonText:
        """Return what is typed, with what a card said beside it."""
        rest = self._rest
        return PersonText(
            name=self.name.text(),
            kind=rest.kind,
            id_number=self.id_number.text(),
            birth=rest.birth,
            phone=self.phone.text(),
            email=rest.email,
            address=rest.address,
            sex=rest.sex,
        )

    def show_person(self, person: PersonText, authorisation: str, *, is_open: bool) -> None:
        """Show a person; emits nothing."""
        self.blockSignals(True)
        self._rest = person
        texts = (person.name, person.id_number, person.phone, authorisation)
        for editor, text in zip(self.stops, texts, strict=True):
            if editor.text() != text:
                editor.setText(text)
        self.toggle.setChecked(is_open)
        self.setVisible(is_open)
        self.blockSignals(False)

    def open(self) -> None:
        """Open or close by key; opening goes to the first field."""
        self.toggle.toggle()
        (self.name if self.is_open() else self.toggle).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _toggled(self, is_open: bool) -> None:
        self.setVisible(is_open)
        self.edited.emit()
