"""The side "An toàn dữ liệu": what has a copy elsewhere and since when, and what to do next."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import AppError, EnvironmentProblem
from desktop.domain.users import Action, User, may, require
from desktop.domain.vietnamese import local, number, screen_datetime
from desktop.services.safekeeping import Plan, Safety, Status, Task, advice
from desktop.ui.pages.admin_keys import KeyCards
from desktop.ui.pages.admin_ports import Safekeeper
from desktop.ui.pages.admin_safety_parts import button, row
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.pages.intake_parts import Callout, Card
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

_LOOKS: Final = {Safety.SAFE: "ok", Safety.LATE: "soon", Safety.UNSAFE: "late"}
_DOING: Final = {
    Task.SEGMENT: QT_TRANSLATE_NOOP(CONTEXT, "Đang chép phần mới… Có thể làm việc khác."),
    Task.FULL: QT_TRANSLATE_NOOP(CONTEXT, "Đang chép và kiểm tra bản đầy đủ… Có thể làm việc khác."),
    Task.DRILL: QT_TRANSLATE_NOOP(CONTEXT, "Đang thử khôi phục rồi xóa bản thử… Có thể làm việc khác."),
}


class SafetyView(QWidget):
    """Say how safe the data is, choose the second place, copy and try out.

    Attributes:
        said: How safe the data is and what to do next.
        key_said: What became of a new recovery key.
        data_key_said: What became of the wish for another key of the data.
    """

    def __init__(self, page: "Page", actor: User, keeper: Safekeeper) -> None:
        """Take the tools.

        Args:
            page: Runs the work and shows errors.
            actor: Who looks after the PC.
            keeper: Does it.
        """
        super().__init__()
        self._page, self._actor, self._keeper = page, actor, keeper
        self._is_busy = False
        theme = page.kit.theme
        self.said = Callout(theme, "due", name="safetySaid")
        self._keys = KeyCards(page, actor, keeper, self._copy_for_the_new_key)
        self.key_said, self.data_key_said = self._keys.said, self._keys.data_said
        self._facts = {name: text_label("", wraps=True) for name in ("segment", "full", "drill")}
        for name, label in self._facts.items():
            label.setObjectName(f"safety_{name}")
        self._place = LineEdit(theme, name="backupPlace")
        self._choose = button(page, "backupChoose", tr("Dùng nơi này"), "check", "Ctrl+U", tr("Lưu nơi sao lưu"))
        self._now = button(
            page, "safetyNow", tr("Sao lưu ngay"), "copy", "Ctrl+B", tr("Chép phần mới từ lần trước sang nơi sao lưu")
        )
        self._full = button(
            page, "safetyFull", tr("Chép đầy đủ ngay"), "copy", "Ctrl+Shift+B", tr("Chép và kiểm tra toàn bộ dữ liệu")
        )
        self._drill = button(
            page, "safetyDrill", tr("Thử khôi phục"), "check", "Ctrl+T", tr("Khôi phục thử từ bản sao, rồi xóa bản thử")
        )
        self._build()
        self._choose.clicked.connect(self._start_choosing)
        self._now.clicked.connect(partial(self._start, Task.SEGMENT))
        self._full.clicked.connect(partial(self._start, Task.FULL))
        self._drill.clicked.connect(partial(self._start, Task.DRILL))
        self._place.entered.connect(self._choose.setFocus)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        if not self._may():
            return ()
        return (
            ShortcutHint("Ctrl+B", tr("Sao lưu ngay")),
            ShortcutHint("Ctrl+Shift+B", tr("Chép đầy đủ ngay")),
            ShortcutHint("Ctrl+T", tr("Thử khôi phục")),
        )

    def focus(self) -> None:
        """Take the keys."""
        (self._now if self._keeper.plan().place else self._place).setFocus()

    def refresh(self) -> None:
        """Read what is known."""
        self._page.set_subtitle("")
        self._page.run("io", self._keeper.look, self._tell, latest="safety")
        if self._may():
            self._keys.refresh()

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        state = Card(tr("Dữ liệu của máy này"), name="safetyCard")
        state.column.addWidget(self.said)
        for name in ("segment", "full", "drill"):
            state.column.addWidget(self._facts[name])
        state.column.addLayout(row(self._now, self._full, self._drill))
        column.addWidget(state)
        place = Card(tr("Nơi sao lưu"), name="placeCard")
        told = tr("Ổ đĩa thứ hai, USB cắm sẵn hoặc thư mục chung của cơ quan. Mọi tệp ở đó đều mã hóa.")
        place.column.addWidget(Muted(told))
        hint = tr("Đường dẫn đầy đủ, ví dụ E:\\ hoặc \\\\may-chu\\sao-luu")
        place.column.addWidget(Field(tr("Thư mục"), self._place, hint, required=True, name="backupPlace"))
        place.column.addLayout(row(self._choose))
        column.addWidget(place)
        column.addWidget(self._keys)
        column.addStretch(1)
        for card in (place, self._keys):
            card.setVisible(self._may())
        for each in (self._now, self._full, self._drill):
            each.setVisible(self._may())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inner, "safetyScroll"))

    def _may(self) -> bool:
        return may(self._actor.roles, Action.BACK_UP)

    # What is known.

    def _tell(self, known: tuple[Plan, Status, str]) -> None:
        plan, status, key_id = known
        told = advice(plan, status, self._page.kit.now())
        facts = dict(told.facts)
        facts["at"] = _when(facts.get("at")) or tr("chưa có lúc nào")
        if "reason" in facts:
            facts["reason"] = self._page.kit.words.error(EnvironmentProblem(str(facts["reason"]), path=plan.place))
        self.said.say(self._page.kit.words.sentence(told.code, **facts), _LOOKS[told.safety])
        self._facts["segment"].setText(_line(tr("Phần mới chép lần cuối"), status.segment_at, ""))
        events = tr(" ({n} mục nhật ký)", n=number(status.full_events)) if status.full_at else ""
        self._facts["full"].setText(_line(tr("Bản đầy đủ đã kiểm tra"), status.full_at, events))
        self._facts["drill"].setText(_drill_line(self._page, status))
        self._keys.show_recovery(key_id)
        if not self._place.value():
            self._place.setText(plan.place)

    # Doing it.

    def _start(self, task: Task, *_: object) -> None:
        if self._is_busy or not self._may():
            return
        self._is_busy = True
        self.said.say(tr(_DOING[task]), "due")
        self._page.run("io", partial(_keep, self._actor, self._keeper, task), self._done, self._failed)

    def _start_choosing(self) -> None:
        place = self._place.value().strip()
        if not place:
            self._place.setFocus()
            return
        if self._is_busy:
            return
        self._is_busy = True
        self.said.say(tr(_DOING[Task.FULL]), "due")
        self._page.run("io", partial(_choose, self._actor, self._keeper, place), self._done, self._failed)

    def _done(self, known: tuple[Plan, Status, str]) -> None:
        self._is_busy = False
        self._tell(known)

    def _failed(self, error: AppError) -> None:
        self._is_busy = False
        self.said.say(self._page.kit.words.error(error), "late")

    def _copy_for_the_new_key(self) -> None:
        self._page.run("io", partial(_keep, self._actor, self._keeper, Task.FULL), self._done, self._failed)


def _keep(actor: User, keeper: Safekeeper, task: Task) -> tuple[Plan, Status, str]:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return keeper.keep((task,))


def _choose(actor: User, keeper: Safekeeper, place: str) -> tuple[Plan, Status, str]:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    keeper.choose(place)
    return keeper.keep((Task.FULL,))


def _drill_line(page: "Page", status: Status) -> str:
    last = status.last_drill
    if last is None:
        return _line(tr("Thử khôi phục"), None, "")
    if last.is_good:
        more = tr(": tốt, {n} mục trong {s} giây", n=number(last.events), s=number(last.seconds))
    else:
        more = tr(": KHÔNG ĐƯỢC. {why}", why=page.kit.words.error(EnvironmentProblem(last.code, path="", where="")))
    return _line(tr("Thử khôi phục lần cuối"), last.at, more)


def _line(what: str, at: datetime | None, more: str) -> str:
    return tr("{what}: {at}{more}", what=what, at=_when(at) or tr("chưa lần nào"), more=more)


def _when(at: object) -> str:
    return screen_datetime(local(at)) if isinstance(at, datetime) else ""
