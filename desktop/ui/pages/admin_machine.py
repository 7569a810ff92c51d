"""The side "Máy này": the self-check with its remedies, a test page, a try of the scanner, log and support bundle."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.users import Action, User, require
from desktop.ui.dialogs.support import LogDialog, SupportDialog
from desktop.ui.models.short_table import Cell, Head, Line, ShortTable
from desktop.ui.pages.base import Scan, ShortcutHint
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.pages.machine_ports import BundleText, CheckLine, LogEntry, Machine
from desktop.ui.theme import Role
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.flow import FlowLayout
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

#: Word, icon and colour of a state: colour is never the only sign.
_STATES: Final = {
    "ok": (QT_TRANSLATE_NOOP(CONTEXT, "Ổn"), "check", Role.OK),
    "warning": (QT_TRANSLATE_NOOP(CONTEXT, "Lưu ý"), "warning", Role.SOON),
    "fault": (QT_TRANSLATE_NOOP(CONTEXT, "Lỗi"), "close", Role.LATE),
}
_ORDER: Final = ("fault", "warning", "ok")
_SHOWN_SCAN: Final = 40


class MachineView(QWidget):
    """Look after this PC.

    Attributes:
        table: The checks, worst first.
        told: What was found, printed, scanned or written.
    """

    def __init__(self, page: "Page", actor: User, machine: Machine) -> None:
        """Take the tools.

        Args:
            page: Runs the work and shows errors.
            actor: Who looks after the PC.
            machine: Does it.
        """
        super().__init__()
        self._page, self._actor, self._machine = page, actor, machine
        self._is_checking = self._is_printing = False
        theme = page.kit.theme
        heads = (
            Head(tr("Tình trạng"), "Lưu ý", has_icon=True),
            Head(tr("Thấy gì"), "thành phố https://thanhpho.example trả lời", share=3),
            Head(tr("Làm gì"), "bật máy in, cắm dây", share=3),
            Head(tr("Mã"), "certificate", give_up=1),
        )
        tip = tr("Mũi tên: xem từng mục; Ctrl+M: kiểm tra lại")
        self.table = ShortTable(theme, heads, name="checkTable", title=tr("Kết quả tự kiểm tra"), tip=tip)
        self.told = Callout(theme, "due", name="machineTold")
        self._check = self._button("checkNow", tr("Tự kiểm tra"), "check", "Ctrl+M", tr("Xem máy này có đủ điều kiện"))
        self._print = self._button("printTest", tr("In trang thử"), "print", "Ctrl+P", tr("Thử máy in và hai loại mã"))
        self._log = self._button("showLog", tr("Nhật ký kỹ thuật"), "books", "Ctrl+L", tr("Những dòng mới nhất"))
        self._bundle = self._button("showBundle", tr("Gói hỗ trợ"), "copy", "Ctrl+G", tr("Xem rồi mới ghi ra tệp"))
        self._remedy = text_label("", "strong", wraps=True)
        self._remedies: dict[str, str] = {}
        self.table.moved.connect(self._show_remedy)
        buttons = QWidget()
        row = FlowLayout(buttons)
        for button in (self._check, self._print, self._log, self._bundle):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(buttons)
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        column.addWidget(self._remedy)
        column.addWidget(
            Muted(tr("Thử máy quét: đứng ở màn hình này, quét mã trên trang in thử hoặc một thẻ căn cước."))
        )
        self._check.clicked.connect(self._start_check)
        self._print.clicked.connect(self._start_print)
        self._log.clicked.connect(self._start_log)
        self._bundle.clicked.connect(self._start_bundle)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            ShortcutHint("Ctrl+M", tr("Tự kiểm tra")),
            ShortcutHint("Ctrl+P", tr("In trang thử")),
            ShortcutHint("Ctrl+L", tr("Nhật ký kỹ thuật")),
            ShortcutHint("Ctrl+G", tr("Gói hỗ trợ")),
        )

    def focus(self) -> None:
        """Take the keys."""
        self._check.setFocus()

    def refresh(self) -> None:
        """Say what the button does until it was pressed."""
        self._page.set_subtitle("")
        if not self.told.text():
            self.told.say(
                tr("Nhấn Ctrl+M để tự kiểm tra. Máy in hỏng có thể làm chờ nửa phút; cứ làm việc khác."), "due"
            )

    def take_scan(self, scan: Scan) -> bool:
        """Tell what the scanner said: a scan here is a try and does nothing else."""
        shown = scan.text if len(scan.text) <= _SHOWN_SCAN else f"{scan.text[:_SHOWN_SCAN]}…"
        if scan.text == self._machine.test_code:
            self.told.say(tr("Máy quét: Đúng. Đọc được mã của trang in thử."), "ok")
        elif scan.reading is not None:
            told = tr("Máy quét: Đúng. Đọc được {n} ký tự và hiểu đó là mã gì.", n=len(scan.text))
            self.told.say(told, "ok")
        else:
            told = tr("Máy quét đọc được «{text}» nhưng không phải mã của chương trình; quét trang in thử.", text=shown)
            self.told.say(told, "due")
        return True

    def _button(self, name: str, text: str, icon: str, keys: str, tip: str) -> ActionButton:
        return ActionButton(self._page.kit.theme, text, icon=icon, shortcut=keys, name=name, status_tip=tip)

    # The self-check.

    def _start_check(self) -> None:
        if self._is_checking:
            return
        self._is_checking = True
        self.told.say(tr("Đang kiểm tra… Có thể làm việc khác."), "due")
        self._page.run("io", partial(_checked, self._actor, self._machine), self._show_checks, self._failed)

    def _show_checks(self, checks: Sequence[CheckLine]) -> None:
        self._is_checking = False
        self._remedies = {each.code: each.remedy for each in checks}
        ordered = sorted(checks, key=lambda each: _ORDER.index(each.state))
        self.table.set_lines([_line(each) for each in ordered])
        faults = sum(each.state == "fault" for each in checks)
        warnings = sum(each.state == "warning" for each in checks)
        if not faults and not warnings:
            self.told.say(tr("Mọi mục đều ổn."), "ok")
            return
        told = tr("{faults} lỗi, {warnings} lưu ý. Cột «Làm gì» nói cách sửa.", faults=faults, warnings=warnings)
        self.told.say(told, "late" if faults else "due")

    def _show_remedy(self, code: str) -> None:
        """Say the whole remedy of the current row, which the list may cut."""
        remedy = self._remedies.get(code, "")
        self._remedy.setText(tr("Làm gì: {remedy}.", remedy=remedy) if remedy else "")

    def _failed(self, error: AppError) -> None:
        self._is_checking = False
        self.told.say(self._page.kit.words.error(error), "late")

    # Printer.

    def _start_print(self) -> None:
        if self._is_printing:
            return
        self._is_printing = True
        self.told.say(tr("Đang gửi trang thử tới máy in…"), "due")
        self._page.run("io", partial(_printed, self._actor, self._machine), self._show_printed, self._print_failed)

    def _show_printed(self, printer: str) -> None:
        self._is_printing = False
        self.told.say(tr("Đã gửi trang thử tới {printer}. Xem bốn điều ghi cuối trang.", printer=printer), "ok")

    def _print_failed(self, error: AppError) -> None:
        self._is_printing = False
        self.told.say(self._page.kit.words.error(error), "late")

    # Log and bundle.

    def _start_log(self) -> None:
        self._page.run("io", partial(_logged, self._actor, self._machine), self._show_log, self._failed, latest="log")

    def _show_log(self, entries: Sequence[LogEntry]) -> None:
        LogDialog(self._page.kit.theme, entries, self.window()).open()

    def _start_bundle(self) -> None:
        self.told.say(tr("Đang gom gói hỗ trợ…"), "due")
        self._page.run(
            "io", partial(_bundled, self._actor, self._machine), self._show_bundle, self._failed, latest="bundle"
        )

    def _show_bundle(self, texts: Sequence[BundleText]) -> None:
        self.told.say(tr("Xem kỹ từng tệp; chưa có gì được ghi."), "due")
        dialog = SupportDialog(self._page.kit.theme, texts, self.window())
        dialog.write_wanted.connect(self._write)
        dialog.open()

    def _write(self, texts: Sequence[BundleText], target: str) -> None:
        work = partial(_written, self._actor, self._machine, texts, target)
        self._page.run("io", work, partial(self._show_written, target), self._failed)

    def _show_written(self, target: str, size: int) -> None:
        self.told.say(tr("Đã ghi {target}: {n} KB.", target=target, n=max(size // 1000, 1)), "ok")


def _line(check: CheckLine) -> Line:
    word, icon, role = _STATES[check.state]
    cells = (Cell(tr(word), icon, role), Cell(check.finding), Cell(check.remedy), Cell(check.code))
    return Line(check.code, cells)


def _checked(actor: User, machine: Machine) -> Sequence[CheckLine]:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return machine.check()


def _printed(actor: User, machine: Machine) -> str:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return machine.print_test()


def _logged(actor: User, machine: Machine) -> Sequence[LogEntry]:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return machine.log()


def _bundled(actor: User, machine: Machine) -> Sequence[BundleText]:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return machine.bundle()


def _written(actor: User, machine: Machine, texts: Sequence[BundleText], target: str) -> int:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return machine.write_bundle(texts, target)
