"""The side "Đơn vị": what the unit is set to, to read only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.calendar_days import CalendarOverlay
from desktop.domain.units import Unit
from desktop.domain.vietnamese import screen_date
from desktop.services.board import field_names
from desktop.services.ports import Desk
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.pages.dossier_detail import Fact, FactSheet
from desktop.ui.pages.intake_parts import Card
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page


@dataclass(frozen=True, slots=True)
class _Found:
    unit: Unit
    overlays: tuple[CalendarOverlay, ...]
    fields: Mapping[str, str]


class UnitView(QWidget):
    """Show the unit's data.

    Attributes:
        sheets: Unit, printing, fees, targets, calendar.
    """

    def __init__(self, page: "Page", desk: Desk) -> None:
        """Take the services.

        Args:
            page: Runs the work and shows errors.
            desk: What is read.
        """
        super().__init__()
        self._page, self._desk = page, desk
        titles = (
            ("unit", tr("Đơn vị")),
            ("sections", tr("Bộ phận")),
            ("headings", tr("Tiêu đề in trên giấy")),
            ("bank", tr("Tài khoản thu phí, lệ phí")),
            ("targets", tr("Tỷ lệ trễ hạn cho phép")),
            ("calendar", tr("Ngày nghỉ, làm bù riêng của đơn vị")),
        )
        self.sheets = {key: FactSheet(f"sheet_{key}", title) for key, title in titles}
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE_M, 0)
        column.setSpacing(SPACE_M)
        told = tr("Chỉ để xem. Dữ liệu này lấy từ tệp khai báo khi tạo đơn vị.")
        column.addWidget(Muted(told))
        for key, title in titles:
            card = Card(title, name=f"card_{key}")
            card.column.addWidget(self.sheets[key])
            column.addWidget(card)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name_it(self._area, "unitScroll", tr("Dữ liệu của đơn vị"), tr("Mũi tên lên xuống: cuộn"))
        self._area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return ()

    def focus(self) -> None:
        """Take the keys: arrows scroll."""
        self._area.setFocus()

    def refresh(self) -> None:
        """Read the unit again."""
        self._page.run("read", partial(_read, self._desk), self._show, latest="unit")

    def _show(self, found: _Found) -> None:
        unit = found.unit
        self._page.set_subtitle(unit.name, self)
        self.sheets["unit"].set_facts(_unit_facts(unit))
        self.sheets["sections"].set_facts(Fact(each.code, each.name) for each in unit.sections)
        self.sheets["headings"].set_facts(
            Fact(tr("Từ {day}", day=screen_date(each.since)), f"{each.agency}\n{each.office}") for each in unit.headings
        )
        bank = unit.bank
        if bank is None:
            self.sheets["bank"].set_facts((Fact(tr("Tài khoản"), tr("chưa khai báo, chỉ thu tiền mặt")),))
        else:
            self.sheets["bank"].set_facts(
                (
                    Fact(tr("Ngân hàng"), f"{bank.bank_name} ({bank.bank_id})".strip()),
                    Fact(tr("Số tài khoản"), bank.account),
                    Fact(tr("Chủ tài khoản"), bank.holder),
                )
            )
        targets = [
            Fact(found.fields.get(each.field, each.field), tr("dưới {n}‰", n=each.below_per_mille))
            for each in unit.late_targets
        ]
        self.sheets["targets"].set_facts(targets or (Fact(tr("Chỉ tiêu"), tr("chưa khai báo")),))
        days = tuple(_calendar_facts(found.overlays))
        self.sheets["calendar"].set_facts(days or (Fact(tr("Ngày riêng"), tr("không có, theo lịch chung")),))


def _read(desk: Desk) -> _Found:
    """Threads: lane read."""
    return _Found(desk.reader.unit(), desk.reader.calendar().overlays, field_names(desk))


def _unit_facts(unit: Unit) -> Iterator[Fact]:
    yield Fact(tr("Tên"), unit.name, "strong")
    yield Fact(tr("Địa chỉ"), unit.address)
    yield Fact(tr("Điện thoại"), unit.phone)
    yield Fact(tr("Mã đơn vị"), unit.agency_code)
    yield Fact(tr("Mã hồ sơ"), unit.code_template)
    yield Fact(tr("Trang tra cứu"), unit.lookup_base or tr("chưa có"))
    yield Fact(tr("Bộ phận tiếp nhận"), unit.section_name(unit.counter_section))
    yield Fact(tr("Bộ phận lãnh đạo"), unit.section_name(unit.leaders()))
    yield Fact(tr("Khổ giấy hẹn"), unit.paper)
    yield Fact(tr("Sáng thứ Bảy"), tr("có tiếp nhận") if unit.saturday_morning else tr("không tiếp nhận"))


def _calendar_facts(overlays: Sequence[CalendarOverlay]) -> Iterator[Fact]:
    for overlay in overlays:
        for day in overlay.closed:
            yield Fact(screen_date(day.on), tr("nghỉ: {name}", name=day.name))
        for day in overlay.worked:
            yield Fact(screen_date(day.on), tr("làm bù: {name}", name=day.name))
        for plan in overlay.plans:
            yield Fact(screen_date(plan.starts_on), tr("đổi giờ làm việc trong tuần"))
