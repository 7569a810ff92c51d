"""The side "Nhận": slips that wait for me; scan what came, see what lacks, confirm."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.vietnamese import number, screen_datetime
from desktop.services.handing import HandedOver
from desktop.services.handing_list import Whereabouts
from desktop.ui.models.short_table import ShortTable
from desktop.ui.pages.base import Page
from desktop.ui.pages.handover_parts import CodeEdit, ListOrAdvice, NumberKeys, code_of
from desktop.ui.pages.handover_state import Arrival, TakeList
from desktop.ui.pages.handover_words import (
    INCOMING_HEADS,
    TAKE_HEADS,
    differences,
    incoming_lines,
    take_differences,
    take_lines,
)
from desktop.ui.pages.handover_work import HandoverWork, OpenedSlip, SlipNames
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.labels import EmptyState, Muted, text_label
from desktop.ui.words import tr

_LIST, _SLIP = 0, 1
_LEAST_ROWS = 4


class TakeView(QWidget):
    """Receive slips.

    Attributes:
        slips: The slips that wait for the user.
        taken: The slip that is being received; None while none is.
        table: Its dossiers.
        code: Where a code is typed.

    Signals:
        edited(): Something a draft keeps has changed.
        moved(): Another part is shown; the buttons change.
        confirmed(object): A HandedOver: the slip is confirmed.
    """

    edited = Signal()
    moved = Signal()
    confirmed = Signal(object)

    def __init__(self, page: Page, work: HandoverWork) -> None:
        """Take the page that runs the work."""
        super().__init__()
        self.setProperty("class", "scrolled")
        self._page, self._kit, self._work = page, page.kit, work
        self.taken: TakeList | None = None
        self.begun: dict[str, tuple[str, ...]] = {}
        self._names: SlipNames | None = None
        self._waiting: tuple[SlipNames, ...] = ()
        self._is_asked = False
        self._is_saving = False
        self._on_the_way: list[str] = []
        self._wants_confirm = False
        theme = page.kit.theme
        self.slips = ShortTable(
            theme,
            INCOMING_HEADS,
            name="incomingTable",
            title=tr("Giấy bàn giao chờ tôi nhận"),
            tip=tr("Enter hoặc Alt+số mở giấy; hoặc quét mã QR trên giấy bàn giao"),
        )
        self.table = ShortTable(
            theme,
            TAKE_HEADS,
            name="takeTable",
            title=tr("Hồ sơ trên giấy bàn giao"),
            tip=tr("Quét từng hồ sơ; phím cách đánh dấu hoặc bỏ dấu hồ sơ đang chọn"),
        )
        self.code = CodeEdit(theme, name="takeCode")
        self._title = text_label("", "section", wraps=True)
        self._count = text_label("", "figure")
        self._giver = Muted()
        self._said = Callout(theme, "soon", name="takeDifferences")
        self._build()
        self._connect()

    def refresh(self) -> None:
        """Read again which slips wait."""
        self._page.run("read", self._work.incoming, self._listed, latest="incoming")

    def open(self, name: str) -> None:
        """Open a slip by its name or id."""
        work = partial(self._work.open, name, dict(self.begun))
        self._page.run("read", work, self.show_slip, self._not_opened, latest="slip")

    def open_with(self, code: str) -> None:
        """Open the waiting slip a scanned dossier is on; the scan counts as received with it."""
        work = partial(self._work.open_with, code, self._waiting, dict(self.begun))
        self._page.run("read", work, partial(self._opened_with, code), self._not_opened, latest="slip")

    def show_slip(self, opened: OpenedSlip, scanned: str = "") -> None:
        """Show a slip that the user may confirm.

        Args:
            opened: The slip.
            scanned: A dossier on it that was scanned already.
        """
        self._page.clear_error()
        slip = opened.names.slip
        self._names = opened.names
        taken = TakeList(slip, opened.lines)
        for found in opened.scanned:
            taken, _ = taken.with_scan(found)
        self.taken = taken
        self._is_asked = False
        self._title.setText(tr("Giấy {slip}", slip=slip.name))
        self._giver.setText(
            tr(
                "{giver} giao ({who}), lập lúc {at}{note}",
                giver=opened.names.giver,
                who=opened.names.made_by,
                at=screen_datetime(slip.made_at),
                note=f" · {slip.note}" if slip.note else "",
            )
        )
        self._kit.sounds.play("found")
        self._stack.setCurrentIndex(_SLIP)
        self._show()
        self.code.setFocus()
        self.moved.emit()
        if scanned:
            self.take(scanned)

    def is_open(self) -> bool:
        """Tell whether a slip is being received."""
        return self.taken is not None and self._stack.currentIndex() == _SLIP

    def take(self, code: str) -> None:
        """Take a scanned dossier: it is on the slip, or somebody else holds it."""
        if self.taken is None or self._stack.currentIndex() != _SLIP:
            return
        if self.taken.is_expected(code):
            line = next(line for line in self.taken.lines if line.code == code)
            self._arrived(line)
            return
        if code in self._on_the_way:
            return
        self._on_the_way.append(code)
        self._page.run(
            "read", partial(self._work.where, code), partial(self._found, code), partial(self._not_found, code)
        )

    def finish(self) -> None:
        """Confirm; what is missing is named and asked for first, one more Ctrl+Enter confirms."""
        taken = self.taken
        if taken is None or not self.is_open() or self._is_saving:
            return
        if self._on_the_way:
            self._wants_confirm = True
            return
        self._page.clear_error()
        if not taken.came:
            self._page.show_error(
                tr("Chưa quét hồ sơ nào của giấy {slip}. Quét từng hồ sơ đã nhận.", slip=taken.slip.name)
            )
            self.code.setFocus()
            return
        if taken.missing and not self._is_asked:
            self._is_asked = True
            self._kit.sounds.play("not_found")
            self._show()
            return
        self._is_saving = True
        work = partial(self._work.confirm, taken.slip.slip_id, taken.scanned)
        self._page.run("db", work, self._confirmed, self._not_confirmed)

    def step_back(self) -> bool:
        """Go back to the list of slips; what was scanned is kept and shown again with the slip."""
        if self._is_asked:
            self._is_asked = False
            self._show()
            return True
        if self.is_open():
            self._leave()
            return True
        return False

    def focus_list(self) -> None:
        """Take the keys."""
        if self.is_open():
            self.code.setFocus()
        else:
            self.slips.setFocus()

    # Building.

    def _build(self) -> None:
        theme = self._kit.theme
        self._list = ListOrAdvice(
            self.slips,
            EmptyState(
                theme,
                "check",
                tr("Không có giấy bàn giao nào chờ bạn nhận"),
                tr("Giấy giao cho bạn hoặc bộ phận của bạn hiện ở đây. Có giấy trên tay thì quét mã QR của giấy."),
            ),
        )
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        name_it(self._title, "takeTitle", tr("Giấy bàn giao đang nhận"))
        name_it(self._count, "takeCount", tr("Số hồ sơ đã nhận"))
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        column.addLayout(head)
        column.addWidget(self._giver)
        column.addWidget(self.code)
        column.addWidget(self._said)
        self.table.show_at_least(_LEAST_ROWS)
        column.addWidget(self.table, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._stack.addWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _connect(self) -> None:
        self.slips.entered.connect(self.open)
        self.slips.picked.connect(self.open)
        NumberKeys(self._list, self.slips).picked.connect(self.open)
        self.code.typed.connect(self._typed)
        self.table.picked.connect(self._toggled)
        self.table.entered.connect(self._toggled)

    # The list of slips.

    def _listed(self, slips: tuple[SlipNames, ...]) -> None:
        had_focus = self._list.currentWidget().hasFocus()
        self._waiting = slips
        self.slips.set_lines(incoming_lines(slips, self._kit.now()))
        self._list.show_list(has_rows=bool(slips))
        if had_focus:
            self.slips.setFocus()
        waiting = {named.slip.slip_id for named in slips}
        self.begun = {key: codes for key, codes in self.begun.items() if key in waiting}
        if self.taken is not None and self.taken.slip.slip_id not in waiting and self.is_open() and not self._is_saving:
            self._page.show_error(
                tr("Giấy {slip} không còn chờ nhận: đã được rút hoặc đã nhận.", slip=self.taken.slip.name)
            )
            self._leave()
        self.moved.emit()

    def waiting(self) -> int:
        """Return how many slips wait for the user."""
        return len(self._waiting)

    def _opened_with(self, code: str, opened: OpenedSlip | None) -> None:
        if opened is not None:
            self.show_slip(opened, code)
            return
        self._kit.sounds.play("not_found")
        self._page.show_error(
            tr("Hồ sơ {code} không có trong giấy nào chờ bạn nhận. Muốn giao hồ sơ này thì nhấn Alt+G.", code=code)
        )

    def _not_opened(self, error: AppError) -> None:
        self._kit.sounds.play("not_found")
        self._page.fail(error)

    def _leave(self) -> None:
        self.taken = None
        self._is_asked = False
        self._stack.setCurrentIndex(_LIST)
        self.slips.setFocus()
        self.moved.emit()

    # Receiving.

    def _typed(self, text: str) -> None:
        taken = self.taken
        if taken is None:
            return
        ending = [line.code for line in taken.lines if line.code.endswith(text)]
        code = code_of(text) or (ending[0] if len(ending) == 1 else "")
        if not code:
            self._kit.sounds.play("not_found")
            self._page.show_error(tr("«{text}» không phải mã hồ sơ. Gõ cả mã, hoặc các số cuối.", text=text[:40]))
            return
        self.code.clear()
        self.take(code)

    def _found(self, scanned: str, found: Whereabouts) -> None:
        self._on_the_way.remove(scanned)
        self._arrived(found)
        if self._wants_confirm and not self._on_the_way:
            self._wants_confirm = False
            self.finish()

    def _not_found(self, scanned: str, error: AppError) -> None:
        self._on_the_way.remove(scanned)
        self._wants_confirm = False
        self._not_opened(error)

    def _arrived(self, found: Whereabouts) -> None:
        if self.taken is None:
            return
        self._page.clear_error()
        self.taken, arrival = self.taken.with_scan(found)
        if arrival is Arrival.CAME:
            self._kit.sounds.play("found")
        elif arrival is Arrival.TWICE:
            self._kit.sounds.play("not_found")
            self._kit.notices.say(tr("Hồ sơ {code} đã quét rồi.", code=found.code))
        else:
            self._wants_confirm = False
            self._kit.sounds.play("wrong_custody" if found.holder else "not_found")
        self._changed(found.code)

    def _toggled(self, code: str) -> None:
        if self.taken is not None:
            self.taken = self.taken.toggled(code)
            self._changed(code)

    def _changed(self, code: str) -> None:
        if self.taken is None:
            return
        self._is_asked = False
        self.begun = {**self.begun, self.taken.slip.slip_id: self.taken.scanned}
        self._show(code)
        self.edited.emit()

    def _show(self, current: str = "") -> None:
        taken = self.taken
        if taken is None:
            return
        self.table.set_lines(take_lines(taken), current)
        self._count.setText(tr("{n}/{m} đã nhận", n=number(len(taken.came)), m=number(len(taken.lines))))
        if self._is_asked:
            ask = tr("Nhấn Ctrl+Enter lần nữa để nhận {n} hồ sơ; quét tiếp nếu còn.", n=number(len(taken.came)))
            self._said.say(f"{take_differences(taken)} {ask}", "late")
        elif taken.strangers:
            text = take_differences(TakeList(taken.slip, (), (), taken.strangers))
            advice = tr("Để riêng, đừng nhận; phím cách ở dòng đó để bỏ ra.")
            self._said.say(f"{text} {advice}", "soon")
        elif not taken.missing:
            self._said.say(tr("Đủ {n} hồ sơ. Nhấn Ctrl+Enter để xác nhận.", n=number(len(taken.lines))), "ok")
        else:
            self._said.say("")

    def _confirmed(self, done: HandedOver) -> None:
        self._is_saving = False
        slip = done.slip
        self.begun.pop(slip.slip_id, None)
        found = differences(slip.missing, slip.unexpected)
        text = tr("Đã nhận {n} hồ sơ của giấy {slip}.", n=number(len(slip.accepted)), slip=slip.name)
        self._kit.sounds.play("found")
        self._kit.notices.say(f"{text} {found}".strip())
        self._leave()
        self.edited.emit()
        self.confirmed.emit(done)

    def _not_confirmed(self, error: AppError) -> None:
        self._is_saving = False
        self._is_asked = False
        self._kit.sounds.play("not_found")
        self._page.fail(error)
