"""Ask for the city's address and a one-time code, and make this PC one of its unit's: all else comes from there."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.errors import AppError, EnvironmentProblem
from desktop.services.wording import Wording
from desktop.ui.tasks import Tasks
from desktop.ui.theme import set_class
from desktop.ui.widgets.areas import move_into_sight
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.wiring.enrolling import Enrolled

    Enrol = Callable[[Path, str, str, str], Enrolled]

_SPACE: Final = 12
_WIDTH: Final = 620
#: The same for large text.
_WIDTH_DIGITS: Final = 56


class EnrolForm(QDialog):
    """Ask for address and code, and wait for the city without freezing.

    Attributes:
        address, code, authority: Line edits.
        told: What goes on, or went wrong.

    Signals:
        enrolled(object): The Enrolled, whole.
    """

    enrolled = Signal(object)

    def __init__(
        self,
        folder: Path,
        parent: QWidget | None = None,
        *,
        enrol: "Enrol | None" = None,
        choose_file: "Callable[[], str] | None" = None,
    ) -> None:
        """Build it.

        Args:
            folder: Data folder without a database.
            parent: Parent widget.
            enrol: Enrols by (folder, address, code, authority); None for the real way.
            choose_file: Asks for the certificate file; None shows the system's box.
        """
        super().__init__(parent)
        self._folder, self._enrol, self._choose = folder, enrol or _enrol, choose_file or self._ask_file
        self._wording, self._tasks = Wording(), Tasks(self)
        self.setWindowTitle(tr("Nối máy này với thành phố"))
        self.setObjectName("enrolForm")
        self.setMinimumWidth(max(_WIDTH, self.fontMetrics().horizontalAdvance("0") * _WIDTH_DIGITS))
        self.address, self.code, self.authority = QLineEdit("https://"), QLineEdit(), QLineEdit()
        self.told = QLabel("", wordWrap=True)
        self._join = QPushButton(tr("Ghi danh máy này"))
        set_class(self._join, "primary")
        self._cancel = QPushButton(tr("Thôi"))
        self._browse = QPushButton(tr("Chọn tệp…"))
        self._lay_out()
        self._join.setDefault(True)
        self._join.clicked.connect(self.start)
        self._cancel.clicked.connect(self.reject)
        self._browse.clicked.connect(self._browse_file)
        self.address.setFocus()

    def _lay_out(self) -> None:
        named = (
            ("enrolAddress", self.address, tr("Địa chỉ thành phố")),
            ("enrolCode", self.code, tr("Mã ghi danh dùng một lần")),
            ("enrolAuthority", self.authority, tr("Tệp chứng thư riêng (thường để trống)")),
        )
        form = QFormLayout()
        form.setVerticalSpacing(_SPACE // 2)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)  # large text leaves no room beside a label
        for name, edit, title in named:
            edit.setObjectName(name)
            edit.setAccessibleName(title)
            form.addRow(title, edit)
        for name, widget in (("enrolTold", self.told), ("enrolJoin", self._join), ("enrolBrowse", self._browse)):
            widget.setObjectName(name)
        self._cancel.setObjectName("enrolCancel")
        form.addRow("", self._browse)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._join)
        how = tr(
            "Xin thành phố địa chỉ và mã ghi danh. Đơn vị, người dùng và hồ sơ được tải về; máy không cần tệp khai báo."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(_SPACE, _SPACE, _SPACE, _SPACE)
        column.setSpacing(_SPACE)
        column.addWidget(QLabel(how, wordWrap=True))
        column.addLayout(form)
        column.addWidget(self.told)
        column.addLayout(buttons)

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the sentence above the fields needs in its width."""
        super().showEvent(event)
        needed = self.heightForWidth(self.width())
        self.resize(self.width(), min(max(needed, self.height()), self.screen().availableSize().height()))
        move_into_sight(self)

    def start(self) -> None:
        """Enrol with what was typed."""
        address, code = self.address.text().strip(), self.code.text().strip()
        if address in ("", "https://") or not code:
            self.told.setText(tr("Gõ địa chỉ của thành phố và mã ghi danh."))
            return
        self._wait(is_waiting=True)
        self.told.setText(tr("Đang ghi danh và tải dữ liệu… Xin chờ, có thể mất vài phút."))
        work = partial(_enrolled, self._enrol, self._folder, address, code, self.authority.text().strip())
        self._tasks.run("db", work, self._done, self._failed, owner=self)

    def reject(self) -> None:
        """Go back; not while the city is being asked, for what it answers must be shown."""
        if not self._tasks.pending():
            super().reject()

    def done(self, result: int) -> None:
        """Let go of the threads with the box."""
        self._tasks.shutdown()
        super().done(result)

    def _done(self, enrolled: "Enrolled") -> None:
        self._wait(is_waiting=False)
        if enrolled.report.error and not enrolled.one_time_codes:
            said = tr("Thành phố đã nhận máy này nhưng chưa tải hết dữ liệu. Bấm lại khi có mạng, cùng mã này.")
            self.told.setText(said)
            return
        self.enrolled.emit(enrolled)
        self.accept()

    def _failed(self, error: AppError) -> None:
        self._wait(is_waiting=False)
        self.told.setText(self._wording.error(error))
        self.code.setFocus()

    def _wait(self, *, is_waiting: bool) -> None:
        for widget in (self.address, self.code, self.authority, self._join, self._cancel, self._browse):
            widget.setEnabled(not is_waiting)

    def _browse_file(self) -> None:
        if name := self._choose():
            self.authority.setText(name)

    def _ask_file(self) -> str:
        name, _ = QFileDialog.getOpenFileName(self, tr("Chứng thư của thành phố"), "", "PEM (*.pem *.crt)")
        return name


def _enrolled(enrol: "Enrol", folder: Path, address: str, code: str, authority_file: str) -> "Enrolled":
    """Read the certificate file, then enrol. Threads: any but the UI's."""
    authority = ""
    if authority_file:
        try:
            authority = Path(authority_file).read_text("ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise EnvironmentProblem("authority_unreadable") from error
    return enrol(folder, address, code, authority)


def _enrol(folder: Path, address: str, code: str, authority: str) -> "Enrolled":
    from desktop.wiring import keyring_store  # noqa: PLC0415 - heavy
    from desktop.wiring.enrolling import enrol_empty  # noqa: PLC0415 - the same

    return enrol_empty(folder, address, code, authority, store=keyring_store())
