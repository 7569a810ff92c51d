"""Correct what a receipt says: old beside new, a reason, and a list of what will be printed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.acts.correcting import MIN_REASON
from desktop.domain.commands import Correct
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.identity import check_id_number, normalise_phone
from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import VIETNAM, local, screen_datetime, screen_time
from desktop.ui.kit import Kit
from desktop.ui.pages.dossiers_words import FIELDS
from desktop.ui.pages.intake_person import parse_birth, shown_birth
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import DateEdit, Field, LineEdit, TextEdit
from desktop.ui.widgets.labels import ErrorLine, Muted, SectionHeader, text_label
from desktop.ui.words import tr

_SIZE_PX: Final = (720, 680)
_LOOSE_TEXTS: Final = (
    "applicant.name",
    "applicant.id_number",
    "applicant.birth_date",
    "applicant.phone",
    "applicant.email",
    "applicant.address",
    "note",
)


class CorrectDialog(QDialog):
    """Ask what was wrong and why; it stays open until the correction is done.

    Signals:
        wanted(object): A Correct command, complete.
    """

    wanted = Signal(object)

    def __init__(self, kit: Kit, dossier: Dossier, actor: User, parent: QWidget | None = None) -> None:
        """Show the present values.

        Args:
            kit: The tools.
            dossier: What is corrected.
            actor: Who corrects; only the chair may move the promise to a later day.
            parent: The page.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Đính chính hồ sơ {code}", code=dossier.code))
        name_it(self, "correctDialog", tr("Đính chính hồ sơ"))
        self._kit = kit
        self._dossier = dossier
        self._may_move_later = may(actor.roles, Action.MOVE_PROMISE_LATER)
        self._old = _old_values(dossier)
        self._editors = {key: LineEdit(kit.theme, name=_object_name(key)) for key in _LOOSE_TEXTS}
        self._day = DateEdit(kit.theme, name="promiseDay")
        self._time = LineEdit(kit.theme, "17:00", name="promiseTime")
        self._reason = TextEdit(2, name="correctReason")
        self._reason_field = Field(
            tr("Lý do đính chính"),
            self._reason,
            tr("Ít nhất {n} chữ; ghi vào sổ theo dõi", n=MIN_REASON),
            required=True,
            name="correctReason",
        )
        self._error = ErrorLine(kit.theme)
        self._changes = Muted(tr("Chưa sửa mục nào."))
        name_it(self._changes, "correctChanges", tr("Những mục sẽ đổi"))
        self._save = ActionButton(
            kit.theme,
            tr("Đính chính và in lại"),
            icon="edit",
            shortcut="Ctrl+Return",
            primary=True,
            name="correctSave",
        )
        self._build()
        self._load()
        self._save.clicked.connect(self._send)
        for editor in (*self._editors.values(), self._day, self._time):
            editor.textChanged.connect(self._show_changes)
            editor.entered.connect(self.focusNextChild)

    def show_error(self, text: str) -> None:
        """Show why the correction was refused; nothing typed is lost."""
        self._error.set_text(text)
        self._save.setEnabled(True)

    def changes(self) -> tuple[tuple[str, str, str], ...]:
        """Return what would change: field, old and new value, as people read them."""
        shown = [
            (tr(FIELDS[key]), self._old[key], editor.value())
            for key, editor in self._editors.items()
            if editor.value() != self._old[key]
        ]
        promised = self._promised_at()
        if promised is not None and promised != local(self._dossier.promised_at):
            shown.append(
                (tr(FIELDS["promised_at"]), screen_datetime(self._dossier.promised_at), screen_datetime(promised))
            )
        return tuple(shown)

    def _build(self) -> None:
        scaled = self._kit.theme.scaled
        self.resize(QSize(scaled(_SIZE_PX[0]), scaled(_SIZE_PX[1])).boundedTo(self.screen().availableSize()))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(text_label(self.windowTitle(), "title"))
        column.addWidget(self._error)
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, SPACE_S, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 3)
        for at, title in enumerate((tr("Mục"), tr("Đã in trên giấy hẹn"), tr("Sửa thành"))):
            grid.addWidget(text_label(title, "muted"), 0, at)
        for row, (key, editor) in enumerate(self._editors.items(), start=1):
            self._add_row(grid, row, key, editor)
        promise = QWidget()
        line = QHBoxLayout(promise)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._day, 3)
        line.addWidget(self._time, 2)
        name_it(self._day, "promiseDay", tr("Ngày hẹn trả"))
        name_it(self._time, "promiseTime", tr("Giờ hẹn trả"))
        self._add_row(grid, len(self._editors) + 1, "promised_at", promise)
        advice = (
            tr("Được dời hẹn muộn hơn.") if self._may_move_later else tr("Dời hẹn muộn hơn cần lãnh đạo đính chính.")
        )
        grid.addWidget(text_label(advice, "muted small", wraps=True), len(self._editors) + 2, 2)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        column.addWidget(area, 1)
        column.addWidget(self._reason_field)
        column.addWidget(SectionHeader(tr("Sẽ đổi")))
        column.addWidget(self._changes)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        cancel = ActionButton(self._kit.theme, tr("Thôi"), name="correctCancel")
        cancel.clicked.connect(self.reject)
        buttons.addWidget(cancel)
        buttons.addWidget(self._save)
        column.addLayout(buttons)

    def _add_row(self, grid: QGridLayout, row: int, key: str, editor: QWidget) -> None:
        label = tr(FIELDS[key])
        if isinstance(editor, LineEdit):
            name_it(editor, _object_name(key), label, tr("Đang in: {old}", old=self._old[key] or "–"))
        grid.addWidget(text_label(label), row, 0)
        grid.addWidget(text_label(self._old[key] or "–", "muted", wraps=True), row, 1)
        grid.addWidget(editor, row, 2)

    def _load(self) -> None:
        for key, editor in self._editors.items():
            editor.setText(self._old[key])
        self._day.set_date(local(self._dossier.promised_at).date())
        self._time.setText(screen_time(self._dossier.promised_at))
        self._show_changes()

    def _show_changes(self) -> None:
        lines = [
            tr("{field}: {old} → {new}", field=f, old=old or "–", new=new or "–") for f, old, new in self.changes()
        ]
        self._changes.setText("\n".join(lines) or tr("Chưa sửa mục nào."))

    def _promised_at(self) -> datetime | None:
        day = self._day.date()
        hour, _, minute = self._time.value().partition(":")
        if day is None or not (hour.isdigit() and minute.isdigit()):
            return None
        try:
            return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=VIETNAM)
        except ValueError:
            return None

    def _send(self) -> None:
        self._error.set_text("")
        if len(self._reason.value()) < MIN_REASON:
            self._reason_field.set_error(tr("Ghi lý do, ít nhất {n} chữ.", n=MIN_REASON))
            self._reason.setFocus()
            return
        self._reason_field.set_error("")
        promised = self._promised_at()
        if promised is None:
            self._error.set_text(tr("Ngày giờ hẹn trả không đúng, gõ như 18/07/2019 và 17:00."))
            self._day.setFocus()
            return
        try:
            changes = self._stored_changes()
        except UserError as error:
            self._error.set_text(self._kit.words.error(error))
            return
        is_moved = promised != local(self._dossier.promised_at)
        self._save.setEnabled(False)
        self.wanted.emit(
            Correct(changes=changes, reason=self._reason.value(), promised_at=promised if is_moved else None)
        )

    def _stored_changes(self) -> Mapping[str, str]:
        """Return changed texts in the form they are stored."""
        typed = {key: edit.value() for key, edit in self._editors.items() if edit.value() != self._old[key]}
        today = local(self._kit.now()).date()
        for key, parse in (
            ("applicant.id_number", lambda text: check_id_number(text).value),
            ("applicant.phone", normalise_phone),
            ("applicant.birth_date", lambda text: parse_birth(text, today)),
        ):
            if typed.get(key):
                typed[key] = parse(typed[key])
        return typed


def _old_values(dossier: Dossier) -> dict[str, str]:
    owner = dossier.owner
    return {
        "applicant.name": owner.name,
        "applicant.id_number": owner.id_number,
        "applicant.birth_date": shown_birth(owner.birth_date),
        "applicant.phone": owner.phone,
        "applicant.email": owner.email,
        "applicant.address": owner.address,
        "note": dossier.note,
        "promised_at": screen_datetime(dossier.promised_at),
    }


def _object_name(key: str) -> str:
    head, _, tail = key.partition(".")
    return "correct" + "".join(part.capitalize() for part in (tail or head).split("_"))
