"""The side "Giao": scan dossiers into a list, choose who takes them, make the slip."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.vietnamese import number
from desktop.services.handing import HandedOver
from desktop.services.handing_list import OnHand
from desktop.ui.models.short_table import ShortTable
from desktop.ui.pages.base import Page
from desktop.ui.pages.handover_parts import CodeEdit, ListOrAdvice, NumberKeys, code_of, focus_in_view
from desktop.ui.pages.handover_receiver import ReceiverChooser
from desktop.ui.pages.handover_state import GiveList, custodian_of, key_of
from desktop.ui.pages.handover_words import DUE_HEADS, GIVE_HEADS, due_lines, give_lines, refusal_lines
from desktop.ui.pages.handover_work import HandoverWork, Receiver
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import LineEdit
from desktop.ui.widgets.labels import EmptyState, text_label
from desktop.ui.words import tr

_SIDE_PX = 390
_LEAST_ROWS, _LEAST_DUE_ROWS = 5, 4
#: Below this width the receiver stands under the list.
_SIDE_BY_SIDE_PX = 800


class GiveView(QWidget):
    """Hold the list that is to be handed over.

    Attributes:
        given: The dossiers, in the order they were scanned.
        receiver: Who takes them.
        table: The list.
        due: What must go on from here.
        code: Where a code is typed.

    Signals:
        edited(): Something a draft keeps has changed.
        moved(): The list or its receiver is another.
        made(object): A HandedOver: the slip was made.
    """

    edited = Signal()
    moved = Signal()
    made = Signal(object)

    def __init__(self, page: Page, work: HandoverWork) -> None:
        """Take the page that runs the work."""
        super().__init__()
        self.setProperty("class", "scrolled")
        self._page, self._kit, self._work = page, page.kit, work
        self.given = GiveList()
        self._due: tuple[OnHand, ...] = ()
        self._on_the_way: list[str] = []
        self._refused: dict[str, str] = {}
        self._chosen = ""
        self._last = ""
        self._wants_slip = False
        self._is_saving = False
        theme = page.kit.theme
        self.code = CodeEdit(theme, name="giveCode")
        self.table = ShortTable(
            theme,
            GIVE_HEADS,
            name="giveTable",
            title=tr("Hồ sơ sẽ giao"),
            tip=tr("Delete bỏ hồ sơ khỏi danh sách; quét tiếp để thêm"),
        )
        self.due = ShortTable(
            theme,
            DUE_HEADS,
            name="dueTable",
            title=tr("Hồ sơ đang giữ cần giao"),
            tip=tr("Phím cách hoặc Enter đưa hồ sơ vào danh sách giao; Alt+1 … Alt+9 chọn theo số"),
        )
        self.receiver = ReceiverChooser(theme)
        self.note = LineEdit(theme, tr("Ghi chú trên giấy, nếu có"), name="giveNote")
        self._count = text_label("", "figure")
        self._said = Callout(theme, "late", name="giveRefused")
        self._mixed = Callout(theme, "soon", name="giveMixed")
        self._build()
        self._connect()
        self._show()

    def take(self, code: str) -> None:
        """Take a scanned dossier into the list, or say why not."""
        if self.given.place(code) or code in self._on_the_way:
            self._say_twice(code)
            return
        self._on_the_way.append(code)
        self._page.run(
            "read", partial(self._work.take, code), partial(self._taken, code), partial(self._not_taken, code)
        )

    def finish(self) -> None:
        """Make the slip once every scan has been looked at."""
        if self._is_saving:
            return
        if self._on_the_way:
            self._wants_slip = True
            return
        self._page.clear_error()
        if not self.given.items:
            self._page.show_error(tr("Chưa có hồ sơ nào để giao. Quét giấy hẹn hoặc bìa hồ sơ trước."))
            self.code.setFocus()
            return
        if not self.receiver.key():
            self._page.show_error(tr("Chưa chọn bên nhận. Gõ số hoặc tên bên nhận rồi Enter."))
            focus_in_view(self.receiver.search)
            return
        self._is_saving = True
        to = custodian_of(self.receiver.key())
        work = partial(self._work.make, to, self.given.codes, self.note.value())
        self._page.run("db", work, self._made, self._not_made)

    def restore(self, items: tuple[OnHand, ...], receiver: str, note: str) -> None:
        """Put back what a draft kept; what was scanned since then stays."""
        for item in items:
            self.given = self.given.plus(item)
        self._last = self._last or receiver
        if note and not self.note.value():
            self.note.setText(note)
        self._show()

    def set_receivers(self, receivers: tuple[Receiver, ...]) -> None:
        """Offer who can take papers."""
        self.receiver.set_receivers(receivers)
        self._suggest()

    def set_due(self, items: tuple[OnHand, ...]) -> None:
        """Offer what must go on from here."""
        self._due = items
        self._show_due()

    def last_receiver(self) -> str:
        """Return the key of the receiver to remember."""
        return self._chosen or self._last

    def step_back(self) -> bool:
        """Take away what is said about refused scans, or go back to the field of codes; the list always stays."""
        if self._refused:
            self._refused = {}
            self._say_refused()
            return True
        if not self.code.hasFocus():
            self.code.setFocus()
            return True
        return False

    # Building.

    def _build(self) -> None:
        theme = self._kit.theme
        name_it(self._count, "giveCount", tr("Số hồ sơ đã quét"))
        self._drop = ActionButton(theme, tr("Bỏ dòng này"), icon="minus", name="giveDrop", flat=True)
        name_it(self.note, "giveNote", tr("Ghi chú trên giấy"), tr("In vào giấy bàn giao; không bắt buộc"))
        self.table.show_at_least(_LEAST_ROWS)
        self._drop.setStatusTip(tr("Bỏ hồ sơ đang chọn khỏi danh sách (phím Delete)"))
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(self._count)
        head.addWidget(self.code, 1)
        head.addWidget(self._drop)
        left = QVBoxLayout()
        left.setSpacing(SPACE_S)
        left.addLayout(head)
        left.addWidget(self._said)
        self._list = ListOrAdvice(
            self.table,
            EmptyState(
                theme,
                "scan",
                tr("Quét lần lượt từng hồ sơ cần giao"),
                tr("Quét giấy hẹn hoặc bìa hồ sơ. Đủ rồi thì nhấn Ctrl+Enter: giấy bàn giao được lập và in hai liên."),
            ),
        )
        left.addWidget(self._list, 1)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(SPACE_M)
        self._halves.addLayout(left, 1)
        self._halves.addWidget(self._build_side())

    def _build_side(self) -> QWidget:
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE_S, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self.receiver)
        column.addWidget(self._mixed)
        column.addWidget(self.note)
        card = QFrame()
        card.setProperty("class", "card")
        due = QVBoxLayout(card)
        due.setSpacing(SPACE_S)
        self._due_title = text_label("", "strong", wraps=True)
        due.addWidget(self._due_title)
        self.due.show_at_least(_LEAST_DUE_ROWS)
        self._due_list = ListOrAdvice(
            self.due,
            EmptyState(self._kit.theme, "check", tr("Không còn hồ sơ nào phải giao"), tr("Hồ sơ mới nhận hiện ở đây.")),
        )
        due.addWidget(self._due_list, 1)
        column.addWidget(card, 1)
        self._side = scrolled(inner, "giveSide")
        return self._side

    def _connect(self) -> None:
        self.code.typed.connect(self._typed)
        self.table.dropped.connect(self._dropped)
        self._drop.clicked.connect(self._drop_current)
        self.due.picked.connect(self._due_picked)
        self.due.entered.connect(self._due_picked)
        NumberKeys(self, self.due).picked.connect(self._due_picked)
        self.receiver.chosen.connect(self._receiver_chosen)
        self.receiver.done.connect(self.note.setFocus)
        self.note.textEdited.connect(self.edited)
        self.note.entered.connect(self.code.setFocus)
        QShortcut(QKeySequence("Alt+R"), self).activated.connect(self._go_to_receiver)

    def fit(self, width_px: int) -> None:
        """Put the receiver below the list where there is no room beside it."""
        is_narrow = width_px < self._kit.theme.scaled(_SIDE_BY_SIDE_PX)
        directions = QBoxLayout.Direction
        self._halves.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        side_px = self._kit.theme.scaled(_SIDE_PX)
        self._side.setMinimumWidth(0 if is_narrow else side_px)
        self._side.setMaximumWidth(width_px if is_narrow else side_px)
        # Below the list the whole view scrolls; beside it, its own side does.
        self._side.setMinimumHeight(self._side.widget().sizeHint().height() if is_narrow else 0)
        self._halves.setStretch(1, 1 if is_narrow else 0)

    # Taking.

    def _typed(self, text: str) -> None:
        """Take a typed code; a few last digits are enough for what must go today."""
        code = code_of(text)
        ending = [item.code for item in self._due if item.code.endswith(text)]
        if not code and len(ending) == 1:
            code = ending[0]
        if not code:
            self._kit.sounds.play("not_found")
            self._page.show_error(
                tr("«{text}» không phải mã hồ sơ. Gõ cả mã, hoặc các số cuối của hồ sơ cần giao.", text=text[:40])
            )
            return
        self.code.clear()
        self.take(code)

    def _due_picked(self, code: str) -> None:
        self.take(code)

    def _taken(self, scanned: str, item: OnHand) -> None:
        self._on_the_way.remove(scanned)
        if self.given.place(item.code):
            self._say_twice(item.code)
        else:
            self._page.clear_error()
            self._kit.sounds.play("found")
            self._refused.pop(item.code, None)
            self.given = self.given.plus(item)
            self._show(item.code)
            self.edited.emit()
        self._go_on()

    def _not_taken(self, scanned: str, error: AppError) -> None:
        self._on_the_way.remove(scanned)
        self._kit.sounds.play("wrong_custody" if error.code == "not_custodian" else "not_found")
        self._refused.pop(scanned, None)
        self._refused[scanned] = self._kit.words.error(error)
        self._say_refused()
        # What is refused after Ctrl+Enter must be seen before anything is printed.
        self._wants_slip = False

    def _go_on(self) -> None:
        if self._wants_slip and not self._on_the_way:
            self._wants_slip = False
            self.finish()

    def _say_twice(self, code: str) -> None:
        self._kit.sounds.play("not_found")
        at = self.given.place(code)
        self.table.set_lines(give_lines(self.given), code)
        text = tr("Hồ sơ {code} đã có trong danh sách, dòng {n}.", code=code, n=at) if at else ""
        self._kit.notices.say(text or tr("Hồ sơ {code} vừa quét rồi.", code=code))

    def _say_refused(self) -> None:
        self._said.say(refusal_lines(tuple(self._refused.values())))

    def _dropped(self, code: str) -> None:
        self.given = self.given.without(code)
        self._kit.notices.say(tr("Đã bỏ hồ sơ {code} khỏi danh sách.", code=code))
        self._show()
        self.edited.emit()
        if not self.given.items:
            self.code.setFocus()

    def _drop_current(self) -> None:
        if self.table.current_key():
            self._dropped(self.table.current_key())

    # The receiver.

    def _go_to_receiver(self) -> None:
        focus_in_view(self.receiver.search)

    def _receiver_chosen(self, key: str) -> None:
        self._chosen = key
        self._page.clear_error()
        self._suggest()
        self.edited.emit()

    def _suggest(self) -> None:
        suggestions = self.given.suggestions()
        best = key_of(suggestions[0][0]) if suggestions else ""
        if self._chosen:
            self.receiver.set_receiver(self._chosen, tr("Bạn đã chọn"))
        elif self.receiver.knows(best):
            self.receiver.set_receiver(best, tr("Đề xuất theo thủ tục của hồ sơ đã quét"))
        else:
            self.receiver.set_receiver(self._last, tr("Như lần giao trước"))
        names = {key_of(custodian): n for custodian, n in suggestions}
        self._mixed.say(self._mixed_words(names) if len(names) > 1 else "")
        self.moved.emit()

    def _mixed_words(self, counted: dict[str, int]) -> str:
        parts = [f"{self.receiver.name_of(key)}: {number(n)}" for key, n in counted.items() if self.receiver.knows(key)]
        return tr("Hồ sơ thuộc nhiều bộ phận ({parts}). Nên lập mỗi bộ phận một giấy.", parts="; ".join(parts))

    # The slip.

    def _made(self, done: HandedOver) -> None:
        self._is_saving = False
        self._last = key_of(done.slip.to)
        self._chosen = ""
        self._refused = {}
        self.given = GiveList()
        self.note.clear()
        self._kit.sounds.play("found")
        self._kit.notices.say(
            tr(
                "Đã lập giấy {slip}: {n} hồ sơ giao {to}. Chờ bên nhận xác nhận.",
                slip=done.slip.name,
                n=number(len(done.slip.lines)),
                to=self.receiver.name_of(self._last),
            )
        )
        self._say_refused()
        self._show()
        self.code.setFocus()
        self.edited.emit()
        self.made.emit(done)

    def _not_made(self, error: AppError) -> None:
        self._is_saving = False
        items = error.details.get("items", ())
        if error.code != "batch_refused" or not items:
            self._page.fail(error)
            return
        self._kit.sounds.play("not_found")
        sentence = self._kit.words.sentence
        self._refused = {item["code"]: sentence(item["reason"], **item["details"]) for item in items}
        self._say_refused()
        self._page.show_error(
            tr("Chưa lập giấy: có {n} hồ sơ không giao được. Bỏ các dòng đó rồi lập lại.", n=len(items))
        )

    # Showing.

    def _show(self, current: str = "") -> None:
        self.table.set_lines(give_lines(self.given), current)
        self._list.show_list(has_rows=bool(self.given.items))
        self._count.setText(tr("{n} hồ sơ", n=number(len(self.given.items))))
        self._drop.setVisible(bool(self.given.items))
        self._suggest()
        self._show_due()

    def _show_due(self) -> None:
        left = tuple(item for item in self._due if not self.given.place(item.code))
        self._due_title.setText(tr("Đang giữ, cần giao: {n}", n=number(len(left))))
        self.due.set_lines(due_lines(left, self._kit.now()))
        self._due_list.show_list(has_rows=bool(left))
