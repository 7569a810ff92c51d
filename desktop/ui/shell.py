"""The main window: log-in, work, lock; scans are routed here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QSettings, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QWidget

from desktop.domain.errors import AppError
from desktop.ui.dialogs.login import LoginBox
from desktop.ui.dialogs.ports import Accounts, Session
from desktop.ui.dialogs.staying import StayingDialog
from desktop.ui.kit import Kit
from desktop.ui.pages.base import PageSpec, Scan, SearchQuery
from desktop.ui.theme import Mode, name_it
from desktop.ui.tokens import MAX_TEXT_PERCENT, MIN_TEXT_PERCENT
from desktop.ui.tree import within
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.ui.scanner import Scanner
    from desktop.ui.sync_view import SyncView

__all__ = ["SearchQuery", "Shell", "ShellOptions"]

_STEP_PERCENT = 25
_LEAST_PX = (640, 400)
_FIRST_PX = (1280, 720)
_SHOWN_SCAN_CHARS = 24


@dataclass(frozen=True, slots=True)
class ShellOptions:
    """Hold what the window is told once.

    Attributes:
        version: Shown at log-in and in the about box.
        is_training: The banner says that nothing counts.
        search_page: Key of the page that takes searches and scans no other page wants.
        slip_page: Key of the page that takes handover slips, whatever page is in front.
        read_scan: Makes a reading of the text of a scan; None when it is not ours.
    """

    version: str = ""
    is_training: bool = False
    search_page: str = "dossiers"
    slip_page: str = "handover"
    read_scan: Callable[[str], object] = str


class Shell(QMainWindow):
    """Be the window.

    The log-in box is all there is at first: it is painted and takes keys before what lies behind it is imported and
    built by :meth:`furnish`.

    Attributes:
        login: The log-in box.
        work: Rail, top bar and pages; from ``furnish`` on.
        locked: The lock screen; from ``furnish`` on.
        session: Who works now; None before log-in.
        is_furnished: ``work`` and ``locked`` are there.

    Signals:
        entered(object): A Session has begun.
        left(): The user has logged out or given way.
        look_changed(str, int): Mode and text size, to be kept as the user's setting.
        closing(): The window closes; lanes are shut down by the application.
        manual_wanted(str): A manual is wanted as a PDF.
    """

    entered = Signal(object)
    left = Signal()
    look_changed = Signal(str, int)
    closing = Signal()
    manual_wanted = Signal(str)

    def __init__(
        self,
        app: QApplication,
        kit: Kit,
        accounts: Accounts,
        specs: Sequence[PageSpec] | None,
        scanner: "Scanner | None",
        options: ShellOptions,
        settings: QSettings | None = None,
    ) -> None:
        """Build the window at the log-in box.

        Args:
            app: The application, for focus and idle time.
            kit: The tools of pages.
            accounts: Who may come in.
            specs: Every page there is, None when they come with ``furnish``.
            scanner: Where scans come from, None when it comes with ``furnish``.
            options: What the window is told once.
            settings: Where size and place of the window are kept, nothing else.
        """
        super().__init__()
        self._app = app
        self._kit = kit
        self._accounts = accounts
        self._specs: tuple[PageSpec, ...] = ()
        self._options = options
        self._settings = settings
        self.is_furnished = False
        self.session: Session | None = None
        self._aside: list[tuple[StayingDialog, QWidget | None]] = []
        self.setWindowTitle(tr("Một Cửa"))
        name_it(self, "shell", tr("Một Cửa"))
        self.setMinimumSize(*_LEAST_PX)
        self.login = LoginBox(kit, accounts, version=options.version)
        self.login.entered.connect(self._enter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.login)
        self.setCentralWidget(self._stack)
        self._restore_place()
        if specs is not None and scanner is not None:
            self.furnish(specs, scanner)
        self.login.begin()

    def furnish(self, specs: Sequence[PageSpec], scanner: "Scanner") -> None:
        """Build what lies behind the log-in box; nobody can come in before.

        Args:
            specs: Every page there is; each user gets those his roles allow.
            scanner: Where scans come from.
        """
        # They are imported when the log-in box has been painted.
        from desktop.ui.dialogs.lock import IdleWatch, LockScreen  # noqa: PLC0415
        from desktop.ui.workplace import Workplace  # noqa: PLC0415

        self._specs = tuple(specs)
        self.work = Workplace(self._kit, is_training=self._options.is_training)
        self.locked = LockScreen(self._kit, self._accounts)
        for view in (self.work, self.locked):
            self._stack.addWidget(view)
        self._idle = IdleWatch(self._app, self._kit)
        self._connect(scanner)
        self._build_menu()
        self.is_furnished = True

    def set_sync(self, view: "SyncView") -> None:
        """Show how this PC stands with the city."""
        self.work.top.set_sync(view)

    def lock(self) -> None:
        """Blank the screen (F12, five idle minutes)."""
        if self.session is None or self.locked.is_locked:
            return
        self._idle.stop()
        self._put_dialogs_aside()
        self._stack.setCurrentWidget(self.locked)
        self.locked.lock(self.session)

    def log_out(self) -> None:
        """End the work of the user and ask who comes next."""
        self._idle.stop()
        self._put_dialogs_aside()
        for dialog, _ in self._dialogs_aside():
            dialog.close()
        self._stack.setCurrentWidget(self.login)
        self.locked.release()
        self.login.begin()
        if self.session is not None:
            self.session = None
            self.work.end()
            self._kit.tasks.run("db", self._accounts.log_out, self._logged_out, self._fail, owner=self)
            self.left.emit()

    def hear_scan(self, text: str) -> None:
        """Give a scan to the page in front, then to the page of searches; a scan nobody knows changes nothing."""
        if self._stack.currentWidget() is not self.work:
            self._kit.sounds.play("not_found")
            return
        scan = Scan(text, self._options.read_scan(text))
        over = QApplication.activeModalWidget()
        if isinstance(over, QDialog):
            self._scan_over(over, scan)
            return
        page = self.work.page()
        if page is not None and page.handle_scan(scan):
            return
        for other in (self._options.search_page, self._options.slip_page):
            is_elsewhere = self.work.has_page(other) and (page is None or page.key != other)
            if is_elsewhere and self.work.get_page(other).handle_scan(scan):
                self.work.show_page(other)
                return
        self._kit.sounds.play("not_found")
        shown = text if len(text) <= _SHOWN_SCAN_CHARS else f"{text[:_SHOWN_SCAN_CHARS]}…"
        self._kit.notices.fail(
            tr("Không nhận ra mã vừa quét: {text}. Chưa có gì thay đổi; hãy quét lại hoặc gõ mã vào ô tìm.", text=shown)
        )

    def event(self, event: QEvent) -> bool:
        """Show status tips in the one status line."""
        if isinstance(event, QStatusTipEvent):
            if self.is_furnished:
                self.work.status.show_tip(event.tip() or focused_tip(self._app))
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep size and place, stop the timers."""
        page = self.work.page() if self.is_furnished else None
        if page is not None and not page.can_leave():
            event.ignore()
            return
        if self._settings is not None:
            self._settings.setValue("geometry", self.saveGeometry())
        if self.is_furnished:
            self._idle.stop()
            self.work.end()
            self._app.focusChanged.disconnect(self._tell_focus)
        self.closing.emit()
        super().closeEvent(event)

    def _connect(self, scanner: "Scanner") -> None:
        scanner.scanned.connect(self.hear_scan)
        scanner.scanned.connect(self._idle.note_life)
        self.work.searched.connect(self._search)
        self.work.lock_wanted.connect(self.lock)
        self.locked.unlocked.connect(self._unlock)
        self.locked.switch_wanted.connect(self.log_out)
        self._idle.idle.connect(self.lock)
        self._app.focusChanged.connect(self._tell_focus)

    def _enter(self, session: Session) -> None:
        self.session = session
        self._stack.setCurrentWidget(self.work)
        self.work.begin(session, self._specs)
        self._idle.start()
        self.entered.emit(session)

    def _unlock(self) -> None:
        self._stack.setCurrentWidget(self.work)
        self._idle.start()
        page = self.work.page()
        if page is not None:
            page.shown()
        for dialog, focused in self._dialogs_aside():
            dialog.open()
            if focused is not None and shiboken6.isValid(focused):
                focused.setFocus()

    def _scan_over(self, dialog: QDialog, scan: Scan) -> None:
        """Give a scan to the dialog over the page; the page below it does not change under the hands."""
        if isinstance(dialog, StayingDialog) and not dialog.is_under_way and dialog.take_scan(scan):
            self._kit.sounds.play("found")
            return
        self._kit.sounds.play("not_found")
        title = dialog.windowTitle()
        self._kit.notices.say(tr("Đóng «{title}» rồi quét lại; chưa có gì thay đổi.", title=title))

    def _search(self, text: str) -> None:
        self.work.show_page(self._options.search_page, SearchQuery(text))

    def _put_dialogs_aside(self) -> None:
        """Clear away what lies over the page: nothing of a citizen stays in sight, nothing typed is lost."""
        is_in_front = QApplication.activeWindow() is not None
        for widget in list(within(self)):
            if not (isinstance(widget, QWidget) and widget.isWindow() and widget.isVisible()):
                continue
            if isinstance(widget, StayingDialog) and widget.comes_back:
                self._aside.append((widget, widget.focusWidget()))
                widget.hide()
            else:
                widget.close()
        if is_in_front:
            self.activateWindow()  # a window that is only hidden does not give the keys back itself

    def _dialogs_aside(self) -> list[tuple[StayingDialog, QWidget | None]]:
        """Give back what was put aside and has not been closed since."""
        aside, self._aside = self._aside, []
        return [(dialog, focused) for dialog, focused in aside if shiboken6.isValid(dialog)]

    def _build_menu(self) -> None:
        for name, text, keys, slot in (
            ("zoomInAction", tr("Chữ to hơn"), "Ctrl++", self._zoom_in),
            ("zoomOutAction", tr("Chữ nhỏ hơn"), "Ctrl+-", self._zoom_out),
            ("modeAction", tr("Đổi nền sáng / tối"), "", self._toggle_mode),
            ("manualAction", tr("Sách hướng dẫn"), "Shift+F1", self._show_manual),
            ("aboutAction", tr("Giới thiệu"), "", self._show_about),
            ("pinAction", tr("Mã PIN của tôi"), "", self._ask_pin),
            ("lockAction", tr("Khóa máy (F12)"), "", self.lock),
            ("logOutAction", tr("Đổi người dùng"), "", self.log_out),
        ):
            action = QAction(text, self.work.top.menu)
            action.setObjectName(name)
            action.setStatusTip(text)
            if keys:
                action.setShortcuts(
                    [QKeySequence(keys), QKeySequence("Ctrl+=")] if keys == "Ctrl++" else [QKeySequence(keys)]
                )
            action.triggered.connect(slot)
            self.work.top.menu.addAction(action)
            self.work.addAction(action)

    def _zoom_in(self) -> None:
        self._look(self._kit.theme.mode, self._kit.theme.text_percent + _STEP_PERCENT)

    def _zoom_out(self) -> None:
        self._look(self._kit.theme.mode, self._kit.theme.text_percent - _STEP_PERCENT)

    def _toggle_mode(self) -> None:
        other = Mode.DARK if self._kit.theme.mode is Mode.LIGHT else Mode.LIGHT
        self._look(other, self._kit.theme.text_percent)

    def _look(self, mode: Mode, text_percent: int) -> None:
        text_percent = min(max(text_percent, MIN_TEXT_PERCENT), MAX_TEXT_PERCENT)
        self._kit.theme.apply(mode, text_percent)
        self.look_changed.emit(mode.value, text_percent)
        self._kit.notices.say(tr("Cỡ chữ {percent} %.", percent=text_percent))

    def _show_manual(self) -> None:
        from desktop.ui.dialogs.manual import ManualDialog  # noqa: PLC0415 - rarely wanted

        page = self.work.page()
        dialog = ManualDialog(self._kit.theme, "" if page is None else page.key, self)
        dialog.paper_wanted.connect(self.manual_wanted)
        dialog.open()

    def _show_about(self) -> None:
        from desktop.ui.dialogs.about import AboutBox  # noqa: PLC0415 - rarely wanted

        AboutBox(self._kit.theme, self._options.version, self).open()

    def _ask_pin(self) -> None:
        from desktop.ui.dialogs.pin import PinSetting  # noqa: PLC0415 - rarely wanted

        if self.session is not None:
            PinSetting(self._kit, self._accounts, self).begin(self.session)

    def _tell_focus(self, _old: object, _new: object) -> None:
        self.work.status.show_tip(focused_tip(self._app))

    def _logged_out(self, _nothing: None) -> None:
        """Nothing is left to do: the box is already shown."""

    def _fail(self, error: AppError) -> None:
        self._kit.notices.fail(self._kit.words.error(error))

    def _restore_place(self) -> None:
        geometry = self._settings.value("geometry") if self._settings is not None else None
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*_FIRST_PX)


def focused_tip(app: QApplication) -> str:
    """Return the status tip of the widget with the focus, for people without a mouse."""
    widget = app.focusWidget()
    return widget.statusTip() if widget is not None else ""
