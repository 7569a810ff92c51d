"""The forms of a delegation: grant it by its document, end it by a day and a reason."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.catalogue import Catalogue
from desktop.domain.errors import UserError
from desktop.domain.users import Role, User
from desktop.domain.way import SigningForm
from desktop.domain.way_commands import GrantDelegation
from desktop.ui.kit import Kit
from desktop.ui.pages.admin_dialogs import CheckGrid, FormDialog
from desktop.ui.pages.admin_words import FORM_WORDS, role_words
from desktop.ui.theme import name_it
from desktop.ui.widgets.fields import ChoiceBox, DateEdit, Field, LineEdit, TextEdit
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

_GRANT_PX: Final = (760, 700)
_REVOKE_PX: Final = (560, 360)


class GrantDialog(FormDialog):
    """Ask for a delegation.

    Signals:
        wanted(object): A GrantDelegation.
    """

    wanted = Signal(object)

    def __init__(
        self,
        kit: Kit,
        signers: Sequence[User],
        fields: Mapping[str, str],
        catalogue: Catalogue,
        today: date,
        parent: QWidget | None = None,
    ) -> None:
        """Show an empty form.

        Args:
            kit: The tools.
            signers: Who may be delegated.
            fields: Codes and names of the catalogue's fields.
            catalogue: For single procedures.
            today: Proposed as the first day.
            parent: The page.
        """
        super().__init__(
            kit, name="grantDialog", title=tr("Thêm ủy quyền ký"), verb=tr("Ghi"), size_px=_GRANT_PX, parent=parent
        )
        self._signers = {user.user_id: user for user in signers}
        self._catalogue, self._today = catalogue, today
        self._delegate = ChoiceBox(name="grantDelegate")
        for user in signers:
            self._delegate.add_choice(user.user_id, f"{user.name} · {user.title or role_words(user.roles)}")
        self._form = ChoiceBox(name="grantForm")
        for form, words in FORM_WORDS.items():
            self._form.add_choice(form.value, tr(words))
        self._document = LineEdit(kit.theme, "12/QĐ-UBND", name="grantDocument")
        self._document_on = DateEdit(kit.theme, name="grantDocumentOn")
        self._from_on = DateEdit(kit.theme, name="grantFrom")
        self._from_on.set_date(today)
        self._to_on = DateEdit(kit.theme, name="grantTo")
        self._procedures = LineEdit(kit.theme, "1.001193, 2.000815", name="grantProcedures")
        self._procedures_field = Field(
            tr("Thủ tục riêng"), self._procedures, tr("Mã thủ tục, cách nhau bằng dấu phẩy"), name="grantProcedures"
        )
        self._fields: dict[str, QCheckBox] = {}
        self._build(fields)
        self._propose_form()
        self._delegate.currentIndexChanged.connect(self._propose_form)
        for line in (self._document, self._document_on, self._from_on, self._to_on, self._procedures):
            line.entered.connect(self.move_on)
        self.go.clicked.connect(self._send)
        self._delegate.setFocus()

    def _build(self, fields: Mapping[str, str]) -> None:
        self.add_pair(
            Field(tr("Người được giao"), self._delegate, required=True, name="grantDelegate"),
            Field(tr("Hình thức"), self._form, required=True, name="grantForm"),
        )
        day = tr("ngày/tháng/năm")
        self._document_field = Field(tr("Số văn bản"), self._document, required=True, name="grantDocument")
        self._document_on_field = Field(
            tr("Ngày văn bản"), self._document_on, day, required=True, name="grantDocumentOn"
        )
        self.add_pair(self._document_field, self._document_on_field)
        self._from_field = Field(tr("Ký từ ngày"), self._from_on, day, required=True, name="grantFrom")
        self._to_field = Field(tr("Đến hết ngày"), self._to_on, tr("Để trống: đến khi thu hồi"), name="grantTo")
        self.add_pair(self._from_field, self._to_field)
        self.fields.addWidget(text_label(tr("Lĩnh vực")))
        for code, name in fields.items():
            box = QCheckBox(name)
            name_it(box, f"field_{code}", name, tr("Phím cách: chọn hoặc bỏ lĩnh vực"))
            self._fields[code] = box
        self.add_grid(CheckGrid(tuple(self._fields.values()), name="grantFields", title=tr("Lĩnh vực")))
        self.fields.addWidget(self._procedures_field)
        self.fields.addWidget(Muted(tr("Không chọn lĩnh vực và thủ tục nào: văn bản giao ký mọi việc.")))
        self.fields.addStretch(1)

    def _propose_form(self) -> None:
        """A vice chair signs for the chair (KT.), everybody else by order (TL.)."""
        user = self._signers.get(self._delegate.key())
        is_vice = user is not None and Role.VICE_CHAIR in user.roles
        self._form.set_key((SigningForm.KT if is_vice else SigningForm.TL).value)

    def _send(self) -> None:
        self.show_error("")
        document_on, from_on = self._document_on.date(), self._from_on.date()
        procedures = self._procedure_codes()
        wrongs = (
            (self._document_field, "" if self._document.value() else tr("Ghi số văn bản.")),
            (self._document_on_field, "" if document_on else tr("Ghi ngày văn bản.")),
            (self._from_field, "" if from_on else tr("Ghi ngày bắt đầu.")),
            (self._to_field, tr("Ghi đúng ngày, hoặc để trống.") if self._to_on.is_wrong() else ""),
            (self._procedures_field, tr("Có mã thủ tục không có trong danh mục.") if procedures is None else ""),
        )
        for field, text in wrongs:
            field.set_error(text)
        first = next((field for field, text in wrongs if text), None)
        if first is not None or document_on is None or from_on is None or procedures is None:
            if first is not None:
                first.setFocus()
            return
        self.begin_act(self.go)
        self.wanted.emit(
            GrantDelegation(
                form=SigningForm(self._form.key()),
                delegate=self._delegate.key(),
                document=self._document.value(),
                document_on=document_on,
                from_on=from_on,
                to_on=self._to_on.date(),
                fields=tuple(code for code, box in self._fields.items() if box.isChecked()),
                procedures=procedures,
            )
        )

    def _procedure_codes(self) -> tuple[str, ...] | None:
        """Return the codes typed, None when the catalogue does not know one."""
        found = []
        for text in filter(None, (part.strip() for part in self._procedures.value().replace(";", ",").split(","))):
            try:
                found.append(self._catalogue.procedure(text, self._today).code)
            except UserError:
                return None
        return tuple(dict.fromkeys(found))


class RevokeDialog(FormDialog):
    """Ask from which day a delegation ends, and why.

    Signals:
        wanted(object, str): First day it no longer holds, and the reason.
    """

    wanted = Signal(object, str)

    def __init__(self, kit: Kit, document: str, today: date, parent: QWidget | None = None) -> None:
        """Take what is revoked.

        Args:
            kit: The tools.
            document: Number and date.
            today: Proposed as the first day without it.
            parent: The page.
        """
        title = tr("Thu hồi {document}", document=document)
        verb = tr("Thu hồi")
        super().__init__(
            kit, name="revokeDialog", title=title, verb=verb, size_px=_REVOKE_PX, danger=True, parent=parent
        )
        self._on = DateEdit(kit.theme, name="revokeOn")
        self._on.set_date(today)
        self._reason = TextEdit(2, name="revokeReason")
        hint = tr("Từ ngày này không còn hiệu lực")
        self._on_field = Field(tr("Thu hồi từ ngày"), self._on, hint, required=True, name="revokeOn")
        hint = tr("Ít nhất {n} chữ, ví dụ số văn bản thu hồi", n=MIN_REASON)
        self._reason_field = Field(tr("Lý do"), self._reason, hint, required=True, name="revokeReason")
        self.fields.addWidget(self._on_field)
        self.fields.addWidget(self._reason_field)
        self.fields.addStretch(1)
        self._on.entered.connect(self.move_on)
        self.go.clicked.connect(self._send)
        self._reason.setFocus()

    def _send(self) -> None:
        self.show_error("")
        on, reason = self._on.date(), self._reason.value()
        self._on_field.set_error("" if on else tr("Ghi ngày thu hồi."))
        is_short = len(reason) < MIN_REASON
        self._reason_field.set_error(tr("Ghi lý do, ít nhất {n} chữ.", n=MIN_REASON) if is_short else "")
        if on is None or is_short:
            (self._on if on is None else self._reason).setFocus()
            return
        self.begin_act(self.go)
        self.wanted.emit(on, reason)
