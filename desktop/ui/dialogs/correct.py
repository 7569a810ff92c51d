"""Correct what a receipt says: old beside new, a reason, and the list of what the next version will say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.commands import Correct
from desktop.domain.dossiers import Dossier, Relation
from desktop.domain.errors import AppError, UserError
from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import VIETNAM, local, screen_datetime, screen_time
from desktop.services.look_up import CorrectionPreview, preview_correction
from desktop.services.ports import Desk
from desktop.ui.dialogs.correct_papers import CorrectPapers
from desktop.ui.dialogs.correct_rows import CorrectRows, Editor
from desktop.ui.dialogs.correct_state import (
    OWNER_FIELDS,
    SUBMITTER_FIELDS,
    Basis,
    CorrectForm,
    change_words,
    command_of,
    old_texts,
)
from desktop.ui.dialogs.staying import StayingDialog
from desktop.ui.kit import Kit
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import DateEdit, Field, LineEdit, TextEdit
from desktop.ui.widgets.labels import ErrorLine, KeyHint, Muted, SectionHeader, text_label
from desktop.ui.words import tr

_SIZE_PX: Final = (1040, 700)
#: Typing rests this long before the changes are worked out.
_PREVIEW_AFTER_MS: Final = 120
_CHANGES_LINES: Final = 3
#: Below this width reason and changes stand under the fields.
_SIDE_BY_SIDE_PX: Final = 720
_OWNER: Final = tuple(f"applicant.{field}" for field in OWNER_FIELDS)
_PROXY: Final = (*(f"submitter.{field}" for field in SUBMITTER_FIELDS), "submitter.authorisation")


class CorrectDialog(StayingDialog):
    """Ask what was wrong and why; it stays open until the correction is done.

    Signals:
        wanted(object): A Correct command, complete.
    """

    wanted = Signal(object)

    def __init__(
        self, kit: Kit, desk: Desk, actor: User, dossier: Dossier, basis: Basis, parent: QWidget | None = None
    ) -> None:
        """Show the present values.

        Args:
            kit: The tools.
            desk: What the preview works with.
            actor: Who corrects; only the chair may move the promise to a later day.
            dossier: What is corrected.
            basis: What there is to choose from.
            parent: The page.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Đính chính hồ sơ {code}", code=dossier.code))
        name_it(self, "correctDialog", tr("Đính chính hồ sơ"))
        self._kit, self._desk, self._actor, self._dossier = kit, desk, actor, dossier
        old = old_texts(dossier)
        self._owner = CorrectRows(kit.theme, _OWNER, old)
        self._submitter = CorrectRows(kit.theme, ("submitter.relation", *_PROXY), old)
        self._papers = CorrectPapers(kit.theme, dossier, basis)
        self._ways = CorrectRows(kit.theme, ("channel", "result_by", "sets", "note"), old)
        self._day = DateEdit(kit.theme, name="promiseDay")
        self._time = LineEdit(kit.theme, "17:00", name="promiseTime")
        self._promise_note = Callout(kit.theme, "due", name="correctPromise")
        self._reason = TextEdit(2, name="correctReason")
        hint = tr("Ít nhất {n} chữ; ghi vào sổ theo dõi", n=MIN_REASON)
        self._reason_field = Field(
            tr("Lý do đính chính  (Ctrl+5)"), self._reason, hint, required=True, name="correctReason"
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
        self._preview_soon = QTimer(self)
        self._preview_soon.setSingleShot(True)
        self._preview_soon.setInterval(_PREVIEW_AFTER_MS)
        self._preview_soon.timeout.connect(self._preview)
        self._to_search = QTimer(self)  # once the list of what was found has its place
        self._to_search.setSingleShot(True)
        self._to_search.setInterval(0)
        self._build()
        self._load_promise()
        self._connect()
        self._relation_chosen()

    def show_error(self, text: str) -> None:
        """Show why the correction was refused; nothing typed is lost."""
        self._error.set_text(text)
        self.end_act()

    def editor(self, key: str) -> Editor:
        """Return the editor of a dotted field."""
        rows = (self._owner, self._submitter, self._ways)
        return next(part.editors[key] for part in rows if key in part.editors)

    def changes_text(self) -> str:
        """Return what is told to change."""
        return self._changes.text()

    # Building.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put reason and changes beside the fields, or below them where there is little room."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._kit.theme.scaled(_SIDE_BY_SIDE_PX)
        directions = QBoxLayout.Direction
        self._halves.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        lines = 1 if is_narrow else _CHANGES_LINES
        self._outcome.setMinimumHeight(lines * self._changes.fontMetrics().lineSpacing())

    def _build(self) -> None:
        scaled = self._kit.theme.scaled
        room = self.screen().availableSize() - QSize(2 * SPACE_L, 2 * SPACE_L)
        self.resize(QSize(scaled(_SIZE_PX[0]), scaled(_SIZE_PX[1])).boundedTo(room))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addWidget(text_label(self.windowTitle(), "title", wraps=True))
        column.addWidget(self._error)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(SPACE_L)
        self._halves.addWidget(self._build_sections(), 3)
        self._halves.addLayout(self._build_outcome(), 2)
        column.addLayout(self._halves, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        cancel = ActionButton(self._kit.theme, tr("Thôi"), name="correctCancel")
        cancel.clicked.connect(self.reject)
        buttons.addWidget(cancel)
        buttons.addWidget(self._save)
        column.addLayout(buttons)

    def _build_outcome(self) -> QVBoxLayout:
        """Return reason, promise and the list of changes."""
        column = QVBoxLayout()
        column.setSpacing(SPACE_S)
        column.addWidget(self._reason_field)
        column.addWidget(SectionHeader(tr("Giấy hẹn mới sẽ đổi")))
        self._changes.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._outcome = scrolled(self._changes, "correctChangesScroll")
        column.addWidget(self._outcome, 1)
        column.addWidget(self._promise_note)
        return column

    def _build_sections(self) -> QScrollArea:
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE_M, 0)
        column.setSpacing(SPACE_M)
        promise = QWidget()
        line = QHBoxLayout(promise)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._day, 3)
        line.addWidget(self._time, 2)
        name_it(self._day, "promiseDay", tr("Ngày hẹn trả"))
        name_it(self._time, "promiseTime", tr("Giờ hẹn trả"))
        self._ways.add_widget("promised_at", screen_datetime(self._dossier.promised_at), promise)
        parts: tuple[tuple[str, QWidget, QWidget], ...] = (
            (tr("Chủ hồ sơ"), self._owner, self.editor("applicant.name")),
            (tr("Người nộp"), self._submitter, self.editor("submitter.relation")),
            (tr("Thủ tục, thành phần hồ sơ"), self._papers, self._papers.checklist.view),
            (tr("Cách nộp và nhận, ghi chú, hẹn trả"), self._ways, self.editor("channel")),
        )
        for n, (title, part, first) in enumerate(parts, start=1):
            head = QHBoxLayout()
            head.addWidget(SectionHeader(title))
            head.addWidget(KeyHint(f"Ctrl+{n}"))
            head.addStretch(1)
            head.addWidget(text_label(tr("Đã in  →  sửa thành"), "muted small"))
            column.addLayout(head)
            column.addWidget(part)
            self._go_by(f"Ctrl+{n}", first)
        self._go_by("Ctrl+5", self._reason)
        column.addStretch(1)
        self._area = scrolled(inner, "correctScroll")
        return self._area

    def _go_by(self, keys: str, first: QWidget) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(partial(self._go_to, first))

    def _connect(self) -> None:
        self._save.clicked.connect(self._send)
        for part in (self._owner, self._submitter, self._ways):
            part.edited.connect(self._edited)
            part.entered.connect(self._go_on)
        self._papers.edited.connect(self._edited)
        self._papers.passed.connect(self._go_on)
        self._papers.searching.connect(self._to_search.start)
        self._to_search.timeout.connect(self._show_search)
        for editor in (self._day, self._time):
            editor.textChanged.connect(self._edited)
            editor.entered.connect(self._go_on)

    def _load_promise(self) -> None:
        self._day.set_date(local(self._dossier.promised_at).date())
        self._time.setText(screen_time(self._dossier.promised_at))
        self._tell_promise(None)

    # Moving.

    def _go_to(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._area.ensureWidgetVisible(widget)

    def _show_search(self) -> None:
        """Bring the search to the top, so that what it finds is in sight."""
        self._area.verticalScrollBar().setValue(self._papers.y())

    def _go_on(self) -> None:
        self.focusNextChild()
        focused = self.focusWidget()
        if focused is not None and self._area.isAncestorOf(focused):
            self._area.ensureWidgetVisible(focused)

    # What is typed.

    def _edited(self) -> None:
        self._relation_chosen()
        self._preview_soon.start()

    def _relation_chosen(self) -> None:
        is_other = self._submitter.values()["submitter.relation"] == Relation.AUTHORISED.value
        self._submitter.set_shown(_PROXY, is_shown=is_other)

    def _form(self) -> CorrectForm:
        promised = self._promised_at()
        if promised is None:
            raise UserError("bad_promise_text")
        texts: Mapping[str, str] = self._owner.values() | self._submitter.values() | self._ways.values()
        return CorrectForm(
            texts=texts,
            procedure=self._papers.procedure,
            counts=self._papers.counts(),
            documents=self._papers.documents(),
            promised_at=promised if promised != _to_the_minute(self._dossier.promised_at) else None,
            reason=self._reason.value(),
        )

    def _promised_at(self) -> datetime | None:
        day = self._day.date()
        hour, _, minute = self._time.value().partition(":")
        if day is None or not (hour.isdigit() and minute.isdigit()):
            return None
        try:
            return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=VIETNAM)
        except ValueError:
            return None

    def _command(self) -> Correct:
        return command_of(self._dossier, self._form(), local(self._kit.now()).date())

    # What it would do.

    def _preview(self) -> None:
        """Let the domain say what would change, before anything does."""
        try:
            command = self._command()
        except UserError as error:
            self._not_previewed(error)
            return
        work = partial(preview_correction, self._desk, self._actor, self._dossier.code, command)
        self._kit.tasks.run("read", work, self._previewed, self._not_previewed, owner=self, latest="preview")

    def _previewed(self, preview: CorrectionPreview) -> None:
        self._tell_changes([change_words(change) for change in preview.changes])
        self._tell_promise(preview)

    def _not_previewed(self, error: AppError) -> None:
        self._tell_promise(None)
        if error.code == "nothing_to_correct":
            self._tell_changes(())
        else:
            self._changes.setText(self._kit.words.error(error))

    def _tell_changes(self, changes: Sequence[tuple[str, str, str]]) -> None:
        lines = [tr("{field}: {old} → {new}", field=field, old=old, new=new) for field, old, new in changes]
        self._changes.setText("\n".join(lines) or tr("Chưa sửa mục nào."))

    def _tell_promise(self, preview: CorrectionPreview | None) -> None:
        kind = "due"
        if preview is not None and preview.needs_chair:
            kind, text = "soon", tr("Hẹn trả sẽ muộn hơn, {at}: cần lãnh đạo đính chính.", at=_at(preview))
        elif preview is not None and preview.promised_at != self._dossier.promised_at:
            text = tr("Hẹn trả mới: {at}.", at=_at(preview))
        elif may(self._actor.roles, Action.MOVE_PROMISE_LATER):
            text = tr("Được dời hẹn muộn hơn.")
        else:
            text = tr("Dời hẹn muộn hơn cần lãnh đạo đính chính.")
        self._promise_note.say(text, kind)

    def _send(self) -> None:
        self._error.set_text("")
        if len(self._reason.value()) < MIN_REASON:
            self._reason_field.set_error(tr("Ghi lý do, ít nhất {n} chữ.", n=MIN_REASON))
            self._reason.setFocus()
            return
        self._reason_field.set_error("")
        try:
            command = self._command()
        except UserError as error:
            self._error.set_text(self._kit.words.error(error))
            if error.code == "bad_promise_text":
                self._go_to(self._day)
            return
        self.begin_act(self._save)
        self.wanted.emit(command)


def _at(preview: CorrectionPreview) -> str:
    return screen_datetime(local(preview.promised_at))


def _to_the_minute(at: datetime) -> datetime:
    return local(at).replace(second=0, microsecond=0)
