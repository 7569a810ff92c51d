"""The page "Tiếp nhận" (F2): from an empty page to the printed receipt without a mouse."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.catalogue import Procedure
from desktop.domain.errors import AppError, UserError
from desktop.domain.users import User
from desktop.domain.vietnamese import paper_datetime, screen_datetime
from desktop.services.changes import Kind
from desktop.services.ending import SentHome
from desktop.services.ports import Desk
from desktop.services.receive import Received
from desktop.services.records import JobState
from desktop.ui.kit import Kit
from desktop.ui.pages.base import Page, Scan, ShortcutHint
from desktop.ui.pages.intake_buttons import anew_button, repeat_button, save_button
from desktop.ui.pages.intake_cards import CARD_TOPIC, CardTaker
from desktop.ui.pages.intake_command import Problem, field_of, read
from desktop.ui.pages.intake_form import IntakeForm
from desktop.ui.pages.intake_keeper import DraftKeeper
from desktop.ui.pages.intake_parts import Callout, QuestionBar
from desktop.ui.pages.intake_person import person_of_party
from desktop.ui.pages.intake_quote import Quote
from desktop.ui.pages.intake_state import IntakeState, PersonText
from desktop.ui.pages.intake_turn_away import TurningAway
from desktop.ui.pages.intake_visit import VisitList
from desktop.ui.pages.intake_words import SHORTCUTS, saved_words, sent_home_words
from desktop.ui.pages.intake_work import Beginning, IntakeWork, day_of
from desktop.ui.tokens import SPACE_S, SPACE_XL
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.picker import Choice
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.services.changes import Changes

#: Page that shows a dossier.
DOSSIERS_PAGE: Final = "dossiers"

_TWIN: Final = "twin"
_LAST: Final = "last"
_OPEN: Final = "open:"


class IntakePage(Page):
    """Receive dossiers.

    Attributes:
        form: The form.
        question: The bar that asks before anything is overwritten.

    Signals:
        receipt_ready(object): A PrintJob was committed; the print queue takes it.
    """

    receipt_ready = Signal(object)

    def __init__(self, kit: Kit, desk: Desk, actor: User, *, paper: str = "") -> None:
        """Build the page for one clerk.

        Args:
            kit: The tools.
            desk: The services' desk.
            actor: Who is logged in.
            paper: Paper of the receipt; "" for the unit's default.
        """
        super().__init__(kit, key="intake", title=tr("Tiếp nhận"))
        self._work = IntakeWork(desk, actor, paper)
        self._has_begun, self._is_saving, self._is_restored = False, False, False
        self._moved = ""
        self._put_aside: IntakeState | None = None
        self._last_owner: PersonText | None = None
        self._last_saved: Received | None = None
        self._build()
        self._build_buttons()
        self._draft = DraftKeeper(self, self._work, self.form)
        self._quote = Quote(self, self._work, self.form)
        self._quote.failed.connect(self.fail)
        self._cards = CardTaker(self, self._work, self.form, self.question, self._said)
        self._turning_away = TurningAway(self, self._work, self.form)
        self._turning_away.sent.connect(self._sent_home)
        self._visit = VisitList(self, self._work, self._said, self.receipt_ready)
        self.form.edited.connect(self._edited)
        self.form.procedure_changed.connect(self._quote.note_edit)

    # Answers to the shell.

    def shown(self) -> None:
        """Read unit and draft the first time; go to what is missing."""
        if not self._has_begun:
            self._has_begun = True
            self.run("read", self._work.begin, self._begun)
        self.form.go_to_gap()

    def handle_scan(self, scan: Scan) -> bool:
        """Take an identity card; say what else was scanned and change nothing; leave our codes to the shell."""
        if self._is_saving:
            return True
        return self._cards.take(scan)

    def go_back(self) -> bool:
        """Close the question, put a restored draft aside, or take the old procedure back."""
        if self.question.topic:
            self.question.dismiss()
            self.form.go_to_gap()
            return True
        if self._is_restored:
            self.start_anew()
            return True
        return self.form.take_back_drop()

    def on_changes(self, changes: "Changes", initiator: object) -> None:
        """Follow the unit's data and the last receipt's way to the printer."""
        if Kind.UNIT in changes.kinds:
            self.run("read", self._work.begin, self._take_unit)
        if Kind.CATALOGUE in changes.kinds:
            self._follow_catalogue()
        job = self._last_saved.job if self._last_saved is not None else None
        if Kind.PRINT_JOB in changes.kinds and initiator is not self and job is not None:
            self.run("read", partial(self._work.job_state, job.job_id), self._tell_saved, latest="job")

    def _follow_catalogue(self) -> None:
        """Say that the procedure in hand has just changed; what is chosen stays until the clerk chooses again."""
        chosen = self.form.procedure.procedure
        if chosen is not None and self._work.has_changed(chosen, day_of(self.kit.now())):
            told = tr("Thủ tục này vừa đổi theo danh mục mới của thành phố; bấm Đổi thủ tục (Ctrl+T) rồi chọn lại.")
            self.form.procedure.set_error(told)

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys of the page."""
        return tuple(ShortcutHint(keys, tr(text)) for keys, text in SHORTCUTS)

    # Acts of the clerk.

    def finish(self) -> None:
        """Receive the dossier as typed, once, after its promise has been shown."""
        if self._is_saving:
            return
        if self.question.topic == _TWIN:
            self.question.finish()
        elif self.question.topic:
            self.question.setFocus()
        else:
            self._save("")

    def repeat_person(self) -> None:
        """Take the applicant of the last dossier again; ask before another one is replaced."""
        if self._is_saving or self._last_owner is None:
            self._said.say("" if self._is_saving else tr("Chưa có người vừa rồi để nhập lại."), "due")
            return
        current = self.form.owner.person()
        if current.is_blank or current == self._last_owner:
            self._use_last()
            return
        last = self._last_owner.name
        question = tr("Đang nhập {name}. Thay bằng người vừa rồi ({last})?", name=current.name, last=last)
        self.question.ask(_LAST, question, (Choice("replace", tr("Thay")), Choice("ignore", tr("Giữ nguyên"))))

    def start_anew(self) -> None:
        """Empty the page; what was typed can be taken back."""
        if self._is_saving:
            return
        state = self.form.state()
        self._put_aside = None if state.is_empty else state
        self.question.dismiss()
        self._show(IntakeState())
        self._draft.keep()
        self._say(tr("Đã bỏ nội dung đang nhập.") if self._put_aside is not None else "", "due")
        self._take_back.setVisible(self._put_aside is not None)
        self.form.go_to_gap()

    def take_back(self) -> None:
        """Bring back what was put aside."""
        if self._put_aside is not None:
            state, self._put_aside = self._put_aside, None
            self._show(state)
            self._say("")
            self._edited()
            self.form.go_to_gap()

    def showEvent(self, event: QShowEvent) -> None:
        """Keep the promise fresh while it is seen."""
        super().showEvent(event)
        self._quote.watch(is_seen=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed at once when the page goes out of sight."""
        super().hideEvent(event)
        self._quote.watch(is_seen=False)
        self._draft.flush()

    # Building.

    def _build(self) -> None:
        theme = self.kit.theme
        self._said = Callout(theme, "ok", name="intakeSaid")
        self._take_back = ActionButton(
            theme, tr("Lấy lại"), icon="history", shortcut="Ctrl+Shift+Z", flat=True, name="takeBack"
        )
        self._take_back.clicked.connect(self.take_back)
        self._take_back.hide()
        self._said.row.addWidget(self._take_back)
        self.question = QuestionBar(theme)
        self.question.answered.connect(self._answered)
        self.form = IntakeForm(theme, self._search)
        self.question.asked.connect(self.form.procedure.yield_keys)
        self.form.flow_ended.connect(self._to_finish)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        # What is said and asked stays in sight while the form scrolls.
        bars = QVBoxLayout()
        bars.setContentsMargins(SPACE_XL, 0, SPACE_XL, 0)
        bars.setSpacing(SPACE_S)
        bars.addWidget(self._said)
        bars.addWidget(self.question)
        frame = self.layout()
        if isinstance(frame, QVBoxLayout):
            frame.insertLayout(1, bars)

    def _build_buttons(self) -> None:
        last, new, self._finish = (
            repeat_button(self.kit.theme),
            anew_button(self.kit.theme),
            save_button(self.kit.theme),
        )
        self.form.owner.head.addWidget(last)
        self.setTabOrder(self.form.proxy.toggle, last)
        for button, act in ((last, self.repeat_person), (new, self.start_anew), (self._finish, self.finish)):
            button.clicked.connect(act)
        self.footer.addWidget(new)
        self.footer.addStretch(1)
        self.footer.addWidget(self._finish)

    def _search(self, query: str, favourites: Sequence[str], usage: Counter[str]) -> Sequence[Procedure]:
        return self._work.search(query, favourites, usage, day_of(self.kit.now()))

    # Beginning, draft.

    def _begun(self, beginning: Beginning) -> None:
        self._take_unit(beginning)
        if self._last_owner is None and beginning.last_owner is not None:
            self._last_owner = person_of_party(beginning.last_owner)
        draft = beginning.draft
        self._draft.was_read(is_there=draft is not None)
        if draft is None:
            return
        when = screen_datetime(draft.kept_at)
        if self.form.state().is_empty:
            self._show(draft.state)
            self._is_restored = True
            self._say(tr("Đã khôi phục hồ sơ đang nhập dở lúc {when}. Esc: bỏ và nhập mới.", when=when), "due")
            self.form.go_to_gap()
        else:
            self._put_aside = draft.state
            self._say(tr("Có hồ sơ đang nhập dở lúc {when}.", when=when))

    def _take_unit(self, beginning: Beginning) -> None:
        self._quote.southern = beginning.unit.southern_words
        self.form.set_unit(beginning.unit)

    def _show(self, state: IntakeState) -> None:
        """Show a state without counting it as typed."""
        procedure = self._work.procedure(state.procedure, day_of(self.kit.now())) if state.procedure else None
        self._is_restored = False
        self.clear_error()
        self.form.show_state(state, procedure)

    def _say(self, text: str, kind: str = "due") -> None:
        self._said.say(text, kind)
        self._take_back.setVisible(self._put_aside is not None)

    def _edited(self) -> None:
        if self._is_restored:
            self._is_restored = False
            self._say("")
        self._draft.note_edit()
        self._quote.note_edit()
        is_immediate = self.form.state().is_immediate
        self._finish.set_verb(tr("Nhận và trả kết quả ngay") if is_immediate else tr("Nhận hồ sơ và in giấy hẹn"))

    # Questions.

    def _answered(self, key: str, reason: str) -> None:
        topic = self.question.topic
        if topic == _TWIN and key == "go_on" and len(reason) < MIN_REASON:
            self.question.complain(self.kit.words.error(UserError("reason_too_short", least=MIN_REASON)))
            return
        self.question.dismiss()
        if topic == CARD_TOPIC and key != "ignore":
            self._cards.answer(key)
        elif topic == _TWIN and key == "go_on":
            self._save(reason)
        elif topic == _TWIN and key.startswith(_OPEN):
            self.page_wanted.emit(DOSSIERS_PAGE, key.removeprefix(_OPEN))
        elif topic == _LAST and key == "replace":
            self._use_last()
        else:
            self.form.go_to_gap()

    def _use_last(self) -> None:
        if self._last_owner is not None:
            self.form.show_owner(self._last_owner)
            self.form.go_to_gap()

    def _ask_about_twin(self, error: AppError) -> None:
        twin = str(error.details["twin"])
        choices = (
            Choice(f"{_OPEN}{twin}", tr("Mở hồ sơ {twin}", twin=twin)),
            Choice("go_on", tr("Vẫn nhận hồ sơ mới")),
            Choice("back", tr("Quay lại sửa")),
        )
        hint = tr("Vì sao nhận thêm; Enter để nhận. Esc: quay lại.")
        self.question.ask(_TWIN, self.kit.words.error(error), choices, reason_for="go_on", hint=hint)

    # Saving.

    def _to_finish(self) -> None:
        self.form.go_to(self._finish)

    def _save(self, duplicate_reason: str) -> None:
        self.clear_error()
        procedure = self.form.procedure.procedure
        if procedure is not None and not self._quote.when_known(partial(self._save, duplicate_reason)):
            return
        reading = read(self.form.state(), procedure, day_of(self.kit.now()), self.form.fee_vnd, duplicate_reason)
        if reading.command is None:
            self.show_error(self.form.show_problems(reading.problems, self.kit.words.error))
            self._turning_away.look()
            return
        self._is_saving = True
        self._draft.pause()
        self.form.clear_problems()
        self._finish.setFocus()
        self.run("db", partial(self._work.receive, reading.command), self._saved, self._refused)

    def _saved(self, received: Received) -> None:
        told = self.form.promise_text()
        self._is_saving = False
        self._put_aside = None
        self._last_owner = person_of_party(received.dossier.owner)
        self._last_saved = received
        self._draft.was_read(is_there=False)
        self.form.procedure.count_use(received.dossier.procedure.code)
        self._show(IntakeState())
        is_moved = paper_datetime(received.dossier.promised_at) != told
        self._moved = tr("Ngày hẹn đã đổi so với lúc xem trước.") if is_moved else ""
        self._tell_saved(JobState.WAITING if received.job is not None else JobState.CANCELLED)
        self._visit.look(received.dossier)
        self.kit.notices.say(tr("Đã nhận hồ sơ {code}.", code=received.dossier.code))
        self.kit.changes.publish(received.changes, self)
        if received.job is not None:
            self.receipt_ready.emit(received.job)
        self.form.go_to_gap()

    def _tell_saved(self, state: JobState) -> None:
        """Say what was received and where its receipt is; after a result at once there is none."""
        if self._last_saved is not None:
            text = saved_words(self._last_saved.dossier, self._moved, state)
            self._say(text, "soon" if state is JobState.FAILED or self._moved else "ok")

    def _sent_home(self, sent: SentHome) -> None:
        """Begin anew after a citizen was sent home with a form; the same person is at hand."""
        self._put_aside = self._last_saved = None
        self._last_owner = person_of_party(sent.fact.owner)
        self._draft.was_read(is_there=False)
        self._show(IntakeState())
        self._say(sent_home_words(sent.fact), "ok")
        self.kit.changes.publish(sent.changes, self)
        self.receipt_ready.emit(sent.job)
        self.form.go_to_gap()

    def _refused(self, error: AppError) -> None:
        """Show why it was not saved; nothing typed is lost and the draft goes on."""
        self._is_saving = False
        self._draft.note_edit()
        if error.code == "open_twin":
            self._ask_about_twin(error)
            return
        self.show_error(self.form.show_problems((Problem(field_of(error), error),), self.kit.words.error))
