"""Describe a unit at its first PC, by hand: the same rules and sentences as the sheet with all units.

What was typed can be exported as a provisioning file, for the next ward or another PC.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import tomli_w
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.devices.passwords import one_time_code
from desktop.domain.errors import AppError
from desktop.services.wording import Wording
from desktop.storage.engine import translated
from desktop.storage.reference.catalogue import load_catalogue
from desktop.storage.reference.provisioning_columns import UNITS, USERS
from desktop.storage.reference.provisioning_sheet import read_sheet
from desktop.storage.reference.provisioning_text import provisioning_text
from desktop.storage.reference.units import Provisioning
from desktop.ui.theme import set_class
from desktop.ui.widgets.areas import FollowingArea, scrolled
from desktop.ui.words import tr

#: Columns of the sheet that are asked here; the others keep what holds without them.
_ASKED: Final = (
    "name",
    "agency_code",
    "address",
    "phone",
    "paper",
    "saturday_morning",
    "printer",
    "city_address",
    "enrolment_codes",
)
_FIRST: Final = {"paper": "A5", "saturday_morning": "không"}
_USER_KEYS: Final = ("login", "name", "roles", "section", "title")
_PEOPLE: Final = """quantri; ; quản trị; ;
lan; ; tiếp nhận; mot_cua; Công chức tiếp nhận
hung; ; chuyên môn; tu_phap; Công chức Tư pháp - Hộ tịch
thu; ; thu phí; mot_cua; Thủ quỹ
chutich; ; chủ tịch; lanh_dao; Chủ tịch
phochutich; ; phó chủ tịch; lanh_dao; Phó Chủ tịch"""
_SPACE: Final = 12
_WIDTH_PX: Final = 820
_TITLE_BAR_PX: Final = 48
_PEOPLE_LINES: Final = 7
_TOLD_PX: Final = 120


class UnitForm(QDialog):
    """Ask for unit and people.

    Attributes:
        fields: Line edit by key of the sheet's column.
        people: One person a line.
        told: Every mistake, or what was done.

    Signals:
        finished_with(object): The Provisioning to set this PC up with.
    """

    finished_with = Signal(object)

    def __init__(self, parent: QWidget | None = None, choose_file: "Callable[[], str] | None" = None) -> None:
        """Build it.

        Args:
            parent: Parent widget.
            choose_file: Asks where the file goes; None shows the system's box.
        """
        super().__init__(parent)
        self._choose = choose_file or self._ask_file
        self._wording = Wording()
        self.setWindowTitle(tr("Khai báo đơn vị"))
        self.setObjectName("unitForm")
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.fields: dict[str, QLineEdit] = {}
        columns = {column.key: column for column in UNITS.columns}
        for key in _ASKED:
            column = columns[key]
            edit = QLineEdit(_FIRST.get(key, ""))
            edit.setObjectName(f"unit_{key}")
            edit.setPlaceholderText(column.example or column.note)
            edit.setAccessibleName(column.title)
            edit.returnPressed.connect(self.focusNextChild)
            form.addRow(f"{column.title}{' *' if column.is_required else ''}", edit)
            self.fields[key] = edit
        self.people = QPlainTextEdit(_PEOPLE)
        self.people.setObjectName("unitPeople")
        self.people.setAccessibleName(tr("Người dùng, mỗi người một dòng"))
        self.people.setTabChangesFocus(True)
        self.people.setMinimumHeight(self.people.fontMetrics().lineSpacing() * _PEOPLE_LINES)
        self.told = QLabel("", wordWrap=True)
        self.told.setObjectName("unitTold")
        # As many mistakes as there are gaps must not push the buttons off the screen.
        self._told_area = scrolled(self.told, "unitToldScroll")
        self._told_area.setMaximumHeight(_TOLD_PX)
        self._told_area.hide()
        export = QPushButton(tr("Xuất tệp cho phường sau…"))
        create = QPushButton(tr("Tạo đơn vị này"))
        set_class(create, "primary")
        for name, button, slot in (("unitExport", export, self.export), ("unitCreate", create, self.create_unit)):
            button.setObjectName(name)
            button.setAutoDefault(False)  # Enter in a field moves on
            button.clicked.connect(slot)
        buttons = QHBoxLayout()
        buttons.addWidget(export)
        buttons.addStretch(1)
        buttons.addWidget(create)
        inner = self._lay_out(form)
        area = FollowingArea(inner, "unitFormScroll")
        column_layout = QVBoxLayout(self)
        column_layout.setSpacing(_SPACE)
        column_layout.addWidget(area, 1)
        column_layout.addWidget(self._told_area)
        column_layout.addLayout(buttons)
        around_px = buttons.sizeHint().height() + 4 * _SPACE
        wished = QSize(max(_WIDTH_PX, inner.sizeHint().width() + 4 * _SPACE), inner.sizeHint().height() + around_px)
        self.resize(wished.boundedTo(self.screen().availableSize() - QSize(2 * _SPACE, _TITLE_BAR_PX)))

    def provisioning(self) -> Provisioning | None:
        """Return what was typed; None when something is wrong, which is told then."""
        found = read_sheet("unit.toml", self._text().encode(), load_catalogue(), one_time_code)
        if found.problems or not found.wards:
            self._tell("\n".join(self._wording.error(problem) for problem in found.problems))
            return None
        self._tell("")
        return found.wards[0]

    def export(self) -> None:
        """Write what was typed as a provisioning file."""
        given = self.provisioning()
        name = self._choose() if given is not None else ""
        if given is None or not name:
            return
        try:
            with translated():
                Path(name).write_text(provisioning_text(given), "utf-8")
        except AppError as error:
            self._tell(self._wording.error(error))
            return
        self._tell(tr("Đã ghi {name}. Trong tệp có mã dùng một lần: giữ như giữ mật khẩu.", name=name))

    def create_unit(self) -> None:
        """Set this PC up with what was typed."""
        given = self.provisioning()
        if given is not None:
            self.finished_with.emit(given)
            self.accept()

    def _lay_out(self, form: QFormLayout) -> QWidget:
        """Return what scrolls where a screen is low or its text large; the buttons stay below it."""
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, _SPACE, 0)
        column.setSpacing(_SPACE)
        column.addLayout(form)
        how = tr(
            "Người dùng, mỗi người một dòng: tên đăng nhập; họ tên; vai trò; bộ phận; chức danh. Bỏ dòng không dùng."
        )
        column.addWidget(QLabel(how, wordWrap=True))
        column.addWidget(self.people, 1)
        return inner

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self._told_area.setVisible(bool(text))

    def _text(self) -> str:
        unit = {key: edit.text().strip() for key, edit in self.fields.items()}
        users = []
        for line in self.people.toPlainText().splitlines():
            if not line.strip():
                continue
            cells = [cell.strip() for cell in line.split(";")]
            user = dict(zip(_USER_KEYS, cells, strict=False))
            users.append({"unit": unit["agency_code"], **user})
        return tomli_w.dumps({UNITS.key: [unit], USERS.key: users})

    def _ask_file(self) -> str:
        name, _ = QFileDialog.getSaveFileName(self, tr("Xuất tệp khai báo"), "unit.toml", "TOML (*.toml)")
        return name
