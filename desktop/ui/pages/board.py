"""F9 "Theo dõi hạn": names first, then late shares by field against their targets, and what came in day by day."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QListView, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.board import Denominator, Roster
from desktop.domain.board_words import definition
from desktop.domain.users import User
from desktop.domain.vietnamese import number, screen_date, screen_datetime
from desktop.services.board import field_names
from desktop.services.changes import Kind
from desktop.services.ports import Desk
from desktop.ui.kit import Kit
from desktop.ui.models.board_table import BoardRow, BoardTableModel, SectionsModel
from desktop.ui.pages.base import Page, ShortcutHint
from desktop.ui.pages.board_charts import FieldChart
from desktop.ui.pages.board_days import DaysChart
from desktop.ui.pages.board_names import NamesView
from desktop.ui.pages.board_words import (
    DAYS,
    FIELDS,
    LOOKS,
    PERIODS,
    BoardView,
    explained,
    read_board,
    read_day,
    sorted_fields,
)
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.fields import ChoiceBox
from desktop.ui.widgets.labels import EmptyState, Muted, text_label
from desktop.ui.words import tr

#: Width at 100 % text from which the boxes above have their labels.
_ROOMY_PX: Final = 900
_NAMES, _EMPTY, _FIELDS, _DAYS = range(4)
_NUMBER_KEYS: Final = 9


class BoardPage(Page):
    """Show the deadline board.

    Attributes:
        sections: The lists and charts there are.
        section_list: Their view.
        names: Model of the list shown.
        table: Its view.
        field_chart: Late shares by field.
        days_chart: What came in and was solved.
        view: The board shown; None before it was read.
    """

    reads_after = frozenset({Kind.DOSSIER, Kind.UNIT})

    def __init__(self, kit: Kit, desk: Desk, actor: User) -> None:
        """Take the services.

        Args:
            kit: The tools.
            desk: What the use cases work with.
            actor: Who looks.
        """
        super().__init__(kit, key="board", title=tr("Theo dõi hạn"), scrolls=False)
        self._desk = desk
        self._actor = actor
        self._field_names = field_names(desk)
        self._day: date | None = None
        self._wanted = ""
        self.view: BoardView | None = None
        theme = kit.theme
        self.sections = SectionsModel(theme, self)
        self.section_list = QListView()
        self.names = BoardTableModel(theme, self)
        self.table = NamesView(theme, self.names)
        self.field_chart = FieldChart(theme)
        self.days_chart = DaysChart(theme)
        self._period = ChoiceBox(name="boardPeriod", accessible_name=tr("Kỳ"))
        self._field = ChoiceBox(name="boardField", accessible_name=tr("Lĩnh vực"))
        self._switch = QPushButton()
        self._labels: list[QWidget] = []
        self._definition = Muted()
        self._figures = text_label("", "strong", wraps=True)
        self._build()
        self._connect()

    # Answers to the shell.

    def shown(self) -> None:
        """Read the board again: time goes on even when nobody acts."""
        self.reload()
        if not (self.table.hasFocus() or self.days_chart.hasFocus()):
            self.section_list.setFocus()

    def open_item(self, item: object) -> bool:
        """Show a list or chart by its key."""
        if not isinstance(item, str) or item not in LOOKS:
            return False
        self._wanted = item
        if self.view is not None:
            self._show_section(item)
        return True

    def go_back(self) -> bool:
        """Leave the day, then the names, then the field."""
        if self._day is not None:
            self._day = None
            self._show_current()
            self.days_chart.setFocus()
            return True
        if not self.section_list.hasFocus():
            self.section_list.setFocus()
            return True
        if self._field.key():
            self._field.set_key("")
            return True
        return False

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            ShortcutHint("Alt+1 … Alt+9", tr("Chọn danh sách")),
            ShortcutHint("Right", tr("Từ danh mục vào danh sách hoặc biểu đồ")),
            ShortcutHint("Return", tr("Mở hồ sơ, hoặc các hồ sơ sau một cột")),
            ShortcutHint("Alt+M", tr("Đổi mẫu số: đã giải quyết hoặc đã tiếp nhận")),
            ShortcutHint("Alt+K", tr("Chọn kỳ")),
            ShortcutHint("Alt+V", tr("Chọn lĩnh vực")),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the list of lists at its share of a narrow window."""
        super().resizeEvent(event)
        self._fit()

    # Building.

    def _build(self) -> None:
        for key, text in PERIODS.items():
            self._period.add_choice(key, tr(text))
        self._field.add_choice("", tr("Tất cả lĩnh vực"))
        for code, name in sorted_fields(self._field_names):
            self._field.add_choice(code, name)
        for box in (self._period, self._field):
            box.setMinimumContentsLength(10)
            box.setSizeAdjustPolicy(box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._switch.setCheckable(True)
        self._switch.setProperty("class", "choice")
        tip = tr("Mẫu số là hồ sơ đã tiếp nhận thay cho hồ sơ đã giải quyết")
        name_it(self._switch, "denominatorSwitch", tr("Mẫu số: hồ sơ đã tiếp nhận"), tip)
        top = QHBoxLayout()
        top.setSpacing(SPACE_S)
        for label, box, stretch in ((tr("Kỳ (Alt+K)"), self._period, 1), (tr("Lĩnh vực (Alt+V)"), self._field, 2)):
            beside = text_label(label)
            beside.setBuddy(box)
            top.addWidget(beside)
            self._labels.append(beside)
            top.addWidget(box, stretch)
        top.addWidget(self._switch)
        self.body.addLayout(top)
        self._lay_below()

    def _lay_below(self) -> None:
        name_it(self.section_list, "boardSections", tr("Danh mục theo dõi"), tr("Mũi tên để chọn, Enter để vào"))
        self.section_list.setModel(self.sections)
        self.section_list.setUniformItemSizes(True)
        self.section_list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        advice = tr("Khi có hồ sơ, danh sách hiện ở đây kèm tên người nộp và người đang giữ.")
        self._stack.addWidget(EmptyState(self.kit.theme, "check", tr("Không có hồ sơ nào"), advice))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        name_it(scroll, "fieldScroll", tr("Tỷ lệ trễ theo lĩnh vực"))
        scroll.setWidget(self.field_chart)
        self._stack.addWidget(scroll)
        self._stack.addWidget(self.days_chart)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self._figures)
        column.addWidget(self._definition)
        column.addWidget(self._stack, 1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self.section_list)
        row.addWidget(right, 1)
        self.body.addLayout(row, 1)

    def _connect(self) -> None:
        self.section_list.selectionModel().currentChanged.connect(self._section_chosen)
        self.section_list.activated.connect(self._enter_section)
        self.table.activated.connect(self._row_activated)
        self.field_chart.field_wanted.connect(self._open_field)
        self.days_chart.day_wanted.connect(self._open_day)
        self._period.currentIndexChanged.connect(self.reload)
        self._field.currentIndexChanged.connect(self.reload)
        self._switch.toggled.connect(self.reload)
        self.kit.theme.changed.connect(self._fit)
        for keys, slot in (
            ("Alt+M", self._switch.toggle),
            ("Alt+K", self._period.setFocus),
            ("Alt+V", self._field.setFocus),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        for place, key in enumerate(list(LOOKS)[:_NUMBER_KEYS], 1):
            QShortcut(QKeySequence(f"Alt+{place}"), self).activated.connect(partial(self._show_section, key))
        into = QShortcut(QKeySequence("Right"), self.section_list)
        into.setContext(Qt.ShortcutContext.WidgetShortcut)
        into.activated.connect(self._enter_section)

    # Reading.

    def reload(self) -> None:
        """Read the board again."""
        super().reload()
        of = Denominator.RECEIVED if self._switch.isChecked() else Denominator.SOLVED
        work = partial(
            read_board, self._desk, self._actor, self._period.key(), self._field.key(), of, self._field_names
        )
        self.run("read", work, self._came, latest="board")

    def _came(self, view: BoardView) -> None:
        self.clear_error()
        self.view = view
        self.sections.show(view.sections())
        self._fit()
        board = view.board
        self.set_subtitle(
            tr(
                "tính đến {at}, kỳ {first} - {last}",
                at=screen_datetime(board.as_of),
                first=screen_date(board.period.first),
                last=screen_date(board.period.last),
            )
        )
        self.field_chart.show_figures(board.total, board.by_field, view.fields, board.denominator)
        self.days_chart.show_days(board.days)
        if not self.section_list.currentIndex().isValid():
            some = next((each.key for each in view.sections() if each.count), Roster.LATE.value)
            first = self._wanted or some
            blocker = QSignalBlocker(self.section_list.selectionModel())
            self.section_list.setCurrentIndex(self.sections.index(self.sections.place_of(first), 0))
            del blocker
        if self._day is None:
            self._show_current()

    # Showing.

    def _section_key(self) -> str:
        section = self.sections.section(self.section_list.currentIndex().row())
        return section.key if section is not None else Roster.LATE.value

    def _section_chosen(self, current: QModelIndex) -> None:
        if current.isValid():
            self._day = None
            self._show_current()

    def _show_section(self, key: str) -> None:
        """Go to a list or chart and into it."""
        at = self.sections.place_of(key)
        if at >= 0:
            self.section_list.setCurrentIndex(self.sections.index(at, 0))
            self._enter_section()

    def _show_current(self) -> None:
        if self.view is None:
            return
        key, board = self._section_key(), self.view.board
        if key in (FIELDS, DAYS):
            total = board.total
            of = tr("đã giải quyết") if board.denominator is Denominator.SOLVED else tr("đã tiếp nhận")
            self._figures.setText(
                tr(
                    "Trễ {share}: {n} trên {all} hồ sơ {of}",
                    share=total.share,
                    n=number(total.numerator),
                    all=number(total.denominator),
                    of=of,
                )
            )
            note = definition("target", board) if key == FIELDS and self._has_targets() else ""
            self._definition.setText(f"{definition(board.denominator.value, board)} {note}".strip())
            self._stack.setCurrentIndex(_FIELDS if key == FIELDS else _DAYS)
            return
        words = definition(key, board) if key in set(Roster) else explained(key)
        self._show_rows(f"{tr(LOOKS[key][0])}: {number(len(self.view.rows[key]))}", words, self.view.rows[key])

    def _has_targets(self) -> bool:
        """Tell whether the note about targets has something to explain, and room to do it."""
        has_some = self.view is not None and any(each.target for each in self.view.board.by_field)
        return has_some and self._is_roomy()

    def _is_roomy(self) -> bool:
        return self.width() * 100 // self.kit.theme.text_percent >= _ROOMY_PX

    def _show_rows(self, head: str, words: str, rows: tuple[BoardRow, ...]) -> None:
        self._figures.setText(head)
        self._definition.setText(words)
        kept = self.names.row(self.table.currentIndex().row())
        self.names.show(rows)
        self._stack.setCurrentIndex(_NAMES if rows else _EMPTY)
        if rows:
            at = self.names.place_of(kept.code) if kept is not None else -1
            self.table.selectRow(max(at, 0))

    def _enter_section(self) -> None:
        """Give the keys to what is shown."""
        at = self._stack.currentIndex()
        if at == _NAMES:
            self.table.setFocus()
        elif at == _FIELDS and self.field_chart.bars:
            self.field_chart.bars[0].setFocus()
        elif at == _DAYS:
            self.days_chart.setFocus()

    # Opening.

    def _row_activated(self, index: QModelIndex) -> None:
        row = self.names.row(index.row())
        if row is not None:
            self.page_wanted.emit("dossiers", row.code)

    def _open_field(self, field: str) -> None:
        """Show the late dossiers behind a bar: narrow the board to its field and go to their list."""
        if self.view is None:
            return
        is_solved = self.view.board.denominator is Denominator.SOLVED
        self._field.set_key(field)
        self._show_section((Roster.SOLVED_LATE if is_solved else Roster.LATE).value)

    def _open_day(self, on: date) -> None:
        self._day = on
        work = partial(read_day, self._desk, self._actor, on, self._field.key())
        self.run("read", work, partial(self._day_came, on), latest="day")

    def _day_came(self, on: date, rows: tuple[BoardRow, ...]) -> None:
        if self._day != on:
            return
        head = tr("Tiếp nhận ngày {day}: {n}", day=screen_date(on), n=number(len(rows)))
        self._show_rows(head, tr("Mọi hồ sơ tiếp nhận trong ngày này. Esc về biểu đồ."), rows)
        self._enter_section()

    def _fit(self) -> None:
        """Give the list of lists what it needs, and leave labels out where text is large or the window narrow."""
        self.section_list.setIconSize(self.kit.theme.icon_size())
        bar = self.section_list.verticalScrollBar().sizeHint().width()
        needed = max(self.section_list.sizeHintForColumn(0), 0) + bar + SPACE_M
        self.section_list.setFixedWidth(max(min(needed, self.width() * 2 // 5), 1))
        is_roomy = self._is_roomy()
        for label in self._labels:
            label.setVisible(is_roomy)
        is_received = self._switch.isChecked()
        word = tr("Mẫu số: đã tiếp nhận") if is_received else tr("Mẫu số: đã giải quyết")
        self._switch.setText(f"{word}  (Alt+M)" if is_roomy else word)
