"""The side "Thành phố": join this PC to its unit at the city, by an address and a one-time code; see what came."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.users import Action, User, may, require
from desktop.domain.vietnamese import local
from desktop.ui.pages.admin_ports import Caretaker
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.pages.intake_parts import Callout, Card
from desktop.ui.pages.publication_words import list_words
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page


class CityView(QWidget):
    """Join the city, or say that it is done.

    Attributes:
        said: What became of it.
    """

    def __init__(self, page: "Page", actor: User, caretaker: Caretaker) -> None:
        """Take the tools.

        Args:
            page: Runs the work and shows errors.
            actor: Who looks after the PC.
            caretaker: Does it.
        """
        super().__init__()
        self._page, self._actor, self._caretaker = page, actor, caretaker
        self._is_joining = False
        theme = page.kit.theme
        self._address = LineEdit(theme, "https://", name="cityAddress")
        self._code = LineEdit(theme, name="cityCode")
        self._authority = LineEdit(theme, name="cityAuthority")
        self._join = ActionButton(
            theme,
            tr("Nối với thành phố"),
            icon="online",
            shortcut="Ctrl+J",
            primary=True,
            name="cityJoin",
            status_tip=tr("Ghi danh máy này bằng mã dùng một lần"),
        )
        self.said = Callout(theme, "due", name="citySaid")
        self._fields: tuple[Field, ...] = ()
        self._build()
        self._join.clicked.connect(self._start)
        self._address.entered.connect(self._code.setFocus)
        self._code.entered.connect(self._join.setFocus)
        self._authority.entered.connect(self._join.setFocus)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (ShortcutHint("Ctrl+J", tr("Nối với thành phố")),) if self._may() else ()

    def focus(self) -> None:
        """Take the keys."""
        self._address.setFocus()

    def refresh(self) -> None:
        """Read whether this PC belongs to a city."""
        self._page.set_subtitle("")
        self._page.run("db", self._caretaker.city, self._tell, latest="city")

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        card = Card(tr("Nối máy này với thành phố"), name="cityCard")
        told = tr("Xin thành phố địa chỉ và mã ghi danh dùng một lần. Dữ liệu trên máy giữ nguyên và được gửi lên dần.")
        card.column.addWidget(Muted(told))
        self._fields = (
            Field(tr("Địa chỉ"), self._address, tr("Bắt đầu bằng https://"), required=True, name="cityAddress"),
            Field(tr("Mã ghi danh"), self._code, tr("Dùng một lần, thành phố cấp"), required=True, name="cityCode"),
            Field(
                tr("Tệp chứng thư của thành phố"),
                self._authority,
                tr("Chỉ khi thành phố dùng chứng thư riêng; thường để trống"),
                name="cityAuthority",
            ),
        )
        for field in self._fields:
            card.column.addWidget(field)
        row = QHBoxLayout()
        row.addWidget(self._join)
        row.addStretch(1)
        card.column.addLayout(row)
        card.column.addWidget(self.said)
        column.addWidget(card)
        self._published = Card(tr("Tài liệu của thành phố"), name="cityPublished")
        self._listed = text_label("", wraps=True)
        self._published.column.addWidget(self._listed)
        column.addWidget(self._published)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inner, "cityScroll"))

    def _may(self) -> bool:
        return may(self._actor.roles, Action.CONFIGURE_UNIT)

    def _tell(self, address: str) -> None:
        for each in (*self._fields, self._join):
            each.setVisible(not address and self._may())
        listed = list_words(self._caretaker.published(), local(self._page.kit.now()).date())
        self._listed.setText(listed or tr("Thành phố chưa công bố thay đổi nào; máy dùng dữ liệu của chương trình."))
        self._published.setVisible(bool(address))
        if address:
            self.said.say(tr("Máy này đã nối với {address}.", address=address), "ok")

    def _start(self) -> None:
        address, code = self._address.value().strip(), self._code.value().strip()
        self._fields[0].set_error("" if address else tr("Gõ địa chỉ của thành phố."))
        self._fields[1].set_error("" if code else tr("Gõ mã ghi danh."))
        if self._is_joining or not (address and code):
            return
        self._is_joining = True
        self._page.clear_error()
        self.said.say(tr("Đang nối… Xin chờ, có thể mất một phút."), "due")
        # Nobody else works at this PC meanwhile, and what it writes must not change under the hand of an enrolment.
        work = partial(_join, self._actor, self._caretaker, address, code, self._authority.value().strip())
        self._page.run("db", work, self._joined, self._not_joined)

    def _joined(self, unit: str) -> None:
        self._is_joining = False
        self._code.clear()
        self.said.say(tr("Đã ghi danh vào {unit}. Đóng rồi mở lại chương trình để bắt đầu đồng bộ.", unit=unit), "ok")
        for each in (*self._fields, self._join):
            each.hide()

    def _not_joined(self, error: AppError) -> None:
        self._is_joining = False
        self.said.say(self._page.kit.words.error(error), "late")
        self._code.setFocus()


def _join(actor: User, caretaker: Caretaker, address: str, code: str, authority: str) -> str:
    require(actor, Action.CONFIGURE_UNIT)
    return caretaker.join(address, code, authority)
