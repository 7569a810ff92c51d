"""The first start of a PC: a unit's file, the city's code, the unit typed by hand, or a sample ward.

A file that waits is taken without a question. Keys and codes are shown once.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from desktop.app import is_enrolling
from desktop.domain.errors import AppError
from desktop.services.wording import Wording
from desktop.ui.words import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desktop.app.first_enrolment import EnrolForm
    from desktop.app.first_wizard import UnitForm
    from desktop.devices.settings_file import SettingsFile
    from desktop.storage.reference.units import Provisioning
    from desktop.wiring.enrolling import Enrolled
    from desktop.wiring.provisioning import SetUp

    Make = Callable[..., SetUp]

_SPACE = 16
_WIDTH = 560
#: A ward's codes without scrolling: they are shown once.
_KEPT_PX = 260


def set_up(folder: Path, make: "Make | None" = None) -> bool:
    """Ask how this PC begins, create the database, and show what must be kept.

    Args:
        folder: Data folder without a database.
        make: Sets a ward up; None for :func:`desktop.wiring.provisioning.set_up`.

    Returns:
        False when the person gave up; nothing was created then.
    """
    from desktop.wiring.provisioning import found_file  # noqa: PLC0415 - heavy

    box = FirstStart(folder, make)
    waiting = None if is_enrolling(folder) else found_file(folder)
    if waiting is not None:
        box.take_file(waiting)
    return box.exec() == QDialog.DialogCode.Accepted


def dress(app: QApplication, settings: "SettingsFile") -> None:
    """Let the first start look as the window will: colours and text size of this PC's settings."""
    from desktop.ui.theme import Mode, Theme  # noqa: PLC0415 - heavy

    kept = settings.read().settings
    # It stays on the application until the window dresses it in turn.
    Theme(app, Mode(kept.look_mode), kept.look_text_percent)


class FirstStart(QDialog):
    """Offer the ways to begin.

    Attributes:
        folder: Where the database will be.
    """

    def __init__(self, folder: Path, make: "Make | None" = None) -> None:
        """Build the box."""
        super().__init__()
        self.folder = folder
        self._make = make
        self._is_enrolled = False
        self._wording = Wording()
        self.setWindowTitle(tr("Một Cửa: lần đầu chạy trên máy này"))
        self.setMinimumWidth(_WIDTH)
        self._text = QLabel(tr("Chưa có dữ liệu trong {folder}. Chọn cách bắt đầu:", folder=str(folder)), wordWrap=True)
        self._unit = QPushButton(tr("Dùng tệp khai báo đơn vị (.toml)…"))
        self._enrol = QPushButton(tr("Nối với thành phố bằng mã ghi danh…"))
        self._form = QPushButton(tr("Điền thông tin đơn vị tại đây…"))
        self._sample = QPushButton(tr("Tạo phường mẫu để tập (giấy in ra không có giá trị)"))
        self._kept = QPlainTextEdit(readOnly=True)
        self._kept.setMinimumHeight(_KEPT_PX)
        self._go_on = QPushButton(tr("Đã in và cất kỹ, bắt đầu làm việc"))
        self._error = QLabel("", wordWrap=True)
        for name, widget in (
            ("firstStartUnit", self._unit),
            ("firstStartEnrol", self._enrol),
            ("firstStartForm", self._form),
            ("firstStartSample", self._sample),
            ("firstStartKept", self._kept),
            ("firstStartGoOn", self._go_on),
            ("firstStartError", self._error),
        ):
            widget.setObjectName(name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_SPACE, _SPACE, _SPACE, _SPACE)
        layout.setSpacing(_SPACE)
        ways = (self._unit, self._enrol, self._form, self._sample)
        for part in (self._text, *ways, self._error, self._kept, self._go_on):
            layout.addWidget(part)
        for part in (self._error, self._kept, self._go_on):
            part.hide()
        if is_enrolling(folder):
            self._text.setText(tr("Máy này đang ghi danh dở dang. Bấm nút dưới đây và gõ lại đúng mã đã dùng."))
            for way in (self._unit, self._form, self._sample):
                way.hide()
        self._unit.clicked.connect(self._choose_file)
        self._enrol.clicked.connect(self.show_enrolment)
        self._form.clicked.connect(self.show_form)
        self._sample.clicked.connect(self.take_sample)
        self._go_on.clicked.connect(self.accept)

    def take_sample(self) -> None:
        """Create the sample ward."""
        from desktop.storage.reference.units import sample_provisioning  # noqa: PLC0415 - heavy

        self._create(sample_provisioning(), is_training=True)

    def take_file(self, path: Path) -> None:
        """Create the ward of a unit file."""
        from desktop.wiring.provisioning import read_file  # noqa: PLC0415 - heavy

        try:
            provisioning = read_file(path)
        except AppError as error:
            self._fail(error)
        else:
            self._create(provisioning, is_training=False, source=path)

    def show_form(self) -> "UnitForm":
        """Let unit and people be typed."""
        from desktop.app.first_wizard import UnitForm  # noqa: PLC0415 - heavy

        form = UnitForm(self)
        form.finished_with.connect(self.take_typed)
        form.open()
        return form

    def show_enrolment(self) -> "EnrolForm":
        """Let the city's address and code be typed."""
        from desktop.app.first_enrolment import EnrolForm  # noqa: PLC0415 - heavy

        form = EnrolForm(self.folder, self)
        form.enrolled.connect(self.take_enrolled)
        form.open()
        return form

    def take_enrolled(self, enrolled: "Enrolled") -> None:
        """Show what must be kept of an enrolment; its code opens the data until that was seen."""
        if enrolled.is_training:
            self.accept()
            return
        self._show_kept(enrolled.recovery_key, enrolled.one_time_codes)
        name, counter = enrolled.unit_name, enrolled.counter
        told = tr("Máy này là quầy số {n} của {unit}. Hai thứ dưới đây chỉ hiện một lần:", n=counter, unit=name)
        self._text.setText(told)
        self._is_enrolled = True

    def accept(self) -> None:
        """Begin to work: what had to be kept was seen."""
        if self._is_enrolled:
            from desktop.wiring.enrolling import end_enrolment  # noqa: PLC0415 - heavy

            end_enrolment(self.folder)
        super().accept()

    def take_typed(self, provisioning: "Provisioning") -> None:
        """Create the ward that was typed."""
        self._create(provisioning, is_training=False)

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Tệp khai báo đơn vị"), "", "TOML (*.toml)")
        if name:
            self.take_file(Path(name))

    def _create(self, provisioning: "Provisioning", *, is_training: bool, source: Path | None = None) -> None:
        from desktop.devices.settings_file import SettingsFile, settings_path  # noqa: PLC0415 - heavy
        from desktop.wiring import keyring_store  # noqa: PLC0415 - heavy
        from desktop.wiring.provisioning import mark_used  # noqa: PLC0415 - heavy
        from desktop.wiring.provisioning import set_up as set_up_ward  # noqa: PLC0415 - heavy

        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            store = None if is_training else keyring_store()
            settings = SettingsFile(settings_path()) if provisioning.settings else None
            done = (self._make or set_up_ward)(
                self.folder, provisioning, is_training=is_training, store=store, settings=settings
            )
            created = done.created
            if source is not None:
                mark_used(source)
        except AppError as error:
            self._fail(error)
            return
        finally:
            QGuiApplication.restoreOverrideCursor()
        if is_training:
            self.accept()
            return
        self._show_kept(created.recovery_key, created.one_time_codes)
        if done.city_problem is not None:
            # Everything else is done; it can be joined later on the page "Quản trị".
            self._fail(done.city_problem)
        self._text.setText(tr("Đã tạo dữ liệu. Hai thứ dưới đây chỉ hiện một lần:"))

    def _show_kept(self, recovery_key: str, one_time_codes: "Sequence[tuple[str, str]]") -> None:
        codes = "\n".join(f"{login}: {code}" for login, code in one_time_codes)
        self._kept.setPlainText(
            tr(
                "KHÓA KHÔI PHỤC (in ra, cất trong két; chương trình không hiện lại):\n{key}\n\n"
                "MÃ DÙNG MỘT LẦN của từng người:\n{codes}",
                key=recovery_key,
                codes=codes,
            )
        )
        for widget in (self._unit, self._enrol, self._form, self._sample, self._error):
            widget.hide()
        for shown in (self._kept, self._go_on):
            shown.show()

    def _fail(self, error: AppError) -> None:
        self._error.setText(self._wording.error(error))
        self._error.setVisible(True)
