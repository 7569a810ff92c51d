"""The side "Cập nhật": which version runs, how its trial went, what waits on a stick or a share, install, go back."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.users import Action, User, require
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.pages.intake_parts import Callout, Card
from desktop.ui.pages.update_ports import Found, Installation, Progress, Updater
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.flow import FlowLayout
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

#: What is said of the version that runs, and how it looks.
_STANDINGS: Final = {
    "in_use": (QT_TRANSLATE_NOOP(CONTEXT, "Đang dùng bản {running}."), "ok"),
    "proven": (
        QT_TRANSLATE_NOOP(CONTEXT, "Đang dùng bản {running}; đã tự kiểm tra đúng trên dữ liệu của máy này."),
        "ok",
    ),
    "waiting": (
        QT_TRANSLATE_NOOP(
            CONTEXT, "Đã cài bản {installed}. Đóng rồi mở lại chương trình để dùng; đang chạy bản {running}."
        ),
        "due",
    ),
    "postponed": (
        QT_TRANSLATE_NOOP(
            CONTEXT,
            "Bản {installed} chưa dùng được vì ổ đĩa không đủ chỗ cho bản sao dữ liệu. Dọn ổ đĩa rồi mở lại;"
            " đang chạy bản {running}.",
        ),
        "soon",
    ),
    "returned": (
        QT_TRANSLATE_NOOP(
            CONTEXT,
            "Bản {installed} không qua được tự kiểm tra hoặc không mở được, nên máy đã tự trở về bản {running}. Không"
            " mất việc nào đã nhập. Gửi gói hỗ trợ (Alt+M) rồi chờ bản sửa.",
        ),
        "late",
    ),
}
_STEPS: Final = {
    "": QT_TRANSLATE_NOOP(CONTEXT, "Bước 1/4: kiểm chữ ký…"),
    "check": QT_TRANSLATE_NOOP(CONTEXT, "Bước 1/4: kiểm chữ ký…"),
    "fetch": QT_TRANSLATE_NOOP(CONTEXT, "Đang tải bản mới về: {have} trên {all} MB…"),
    "unpack": QT_TRANSLATE_NOOP(CONTEXT, "Bước 2/4: chép và kiểm từng tệp…"),
    "self_test": QT_TRANSLATE_NOOP(CONTEXT, "Bước 3/4: bản mới tự kiểm tra…"),
    "switch": QT_TRANSLATE_NOOP(CONTEXT, "Bước 4/4: đổi sang bản mới…"),
}
_LOOK_EVERY_MS: Final = 200


class UpdateView(QWidget):
    """Say what is installed, find what is newer, and install it.

    Attributes:
        state: What runs and how its trial went.
        said: What was found, is being done, or became of it.
    """

    def __init__(self, page: "Page", actor: User, updater: Updater) -> None:
        """Take the tools.

        Args:
            page: Runs the work and shows errors.
            actor: Who looks after the PC.
            updater: Does it.
        """
        super().__init__()
        self._page, self._actor, self._updater = page, actor, updater
        self._installation: Installation | None = None
        self._found: Found | None = None
        self._progress = Progress()
        self._is_busy = False
        self._is_sure = False
        theme = page.kit.theme
        self.state = Callout(theme, "ok", name="updateState")
        self.said = Callout(theme, "due", name="updateSaid")
        self._kept = Muted("")
        self._kept.setObjectName("updateKept")
        self.news = text_label("", wraps=True)
        self.news.setObjectName("updateNews")
        self.command = LineEdit(theme, name="updateCommand")
        self.command.setReadOnly(True)
        self._place = LineEdit(theme, tr("Để trống: tìm trên USB và nơi đã đặt"), name="updatePlace")
        self._find = self._button(
            "updateFind", tr("Tìm bản mới"), "search", "Ctrl+F", tr("Tìm trên USB, thư mục, thành phố")
        )
        self._file = self._button("updateFile", tr("Chọn tệp"), "copy", "Ctrl+O", tr("Tệp .motcua-release"))
        self._folder = self._button(
            "updateFolder", tr("Chọn thư mục"), "copy", "Ctrl+Shift+O", tr("USB hoặc thư mục chung")
        )
        self._install = self._button(
            "updateInstall", tr("Cài bản này"), "check", "Ctrl+Return", tr("Bản cũ vẫn còn trên máy")
        )
        self._copy = self._button("updateCopy", tr("Chép lệnh"), "copy", "Ctrl+Shift+C", tr("Để dán vào cửa sổ lệnh"))
        self._back = self._button(
            "updateBack", tr("Trở về bản trước"), "refresh", "Ctrl+Shift+R", tr("Cho cả máy; không mất việc")
        )
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._tell_step)
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.timeout.connect(self._show_focus)
        self._build()
        self._connect()

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            ShortcutHint("Ctrl+F", tr("Tìm bản mới")),
            ShortcutHint("Ctrl+O", tr("Chọn tệp bản mới")),
            ShortcutHint("Ctrl+Enter", tr("Cài bản này")),
            ShortcutHint("Ctrl+Shift+R", tr("Trở về bản trước")),
        )

    def focus(self) -> None:
        """Take the keys."""
        self._place.setFocus()

    def refresh(self) -> None:
        """Read what is installed."""
        self._page.set_subtitle("")
        self._page.run("io", self._updater.look, self._tell, latest="installation")

    # Building.

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        program = Card(tr("Chương trình trên máy này"), name="updateProgramCard")
        for each in (self.state, self._kept, _row(self._back)):
            program.column.addWidget(each)
        self._new = Card(tr("Bản mới"), name="updateNewCard")
        told = tr("Cắm USB có bản mới rồi tìm, hoặc chỉ thư mục, tệp. Máy chỉ nhận bản có chữ ký của nơi phát hành.")
        self._new.column.addWidget(Muted(told))
        field = Field(tr("Nơi có bản mới"), self._place, tr("Thư mục, tệp hoặc địa chỉ https"), name="updatePlace")
        self._command_field = Field(
            tr("Lệnh cho người quản trị máy"),
            self.command,
            tr("Tài khoản này không được thay chương trình: chạy lệnh bằng quyền quản trị của máy"),
            name="updateCommand",
        )
        for widget in (
            field,
            _row(self._find, self._file, self._folder),
            self.said,
            self.news,
            self._command_field,
            _row(self._install, self._copy),
        ):
            self._new.column.addWidget(widget)
        column.addWidget(program)
        column.addWidget(self._new)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = scrolled(inner, "updateScroll")
        outer.addWidget(self._area)
        self._show_found(None)

    def _connect(self) -> None:
        self._find.clicked.connect(self._start_finding)
        self._place.entered.connect(self._start_finding)
        self._place.textEdited.connect(self._forget)
        self._file.clicked.connect(self._choose_file)
        self._folder.clicked.connect(self._choose_folder)
        self._install.clicked.connect(self._start_installing)
        self._copy.clicked.connect(self._copy_command)
        self._back.clicked.connect(self._start_going_back)

    def _button(self, name: str, text: str, icon: str, keys: str, tip: str) -> ActionButton:
        return ActionButton(
            self._page.kit.theme,
            text,
            icon=icon,
            shortcut=keys,
            primary=name == "updateInstall",
            name=name,
            status_tip=tip,
        )

    # What is installed.

    def _tell(self, installation: Installation) -> None:
        self._installation = installation
        words, look = _STANDINGS[installation.standing]
        is_installed = bool(installation.installed)
        self.state.say(tr(words, running=installation.running, installed=installation.installed), look)
        if not is_installed:
            self._kept.setText(tr("Chương trình không chạy từ gói cài đặt, nên không cập nhật ở đây."))
        elif installation.standing == "returned":
            told = tr(
                "Người khác của máy này vẫn được thử bản {version}; trở về bản trước để cả máy thôi dùng.",
                version=installation.installed,
            )
            self._kept.setText(told)
        elif installation.previous:
            self._kept.setText(tr("Bản {version} còn trên máy, có thể trở về.", version=installation.previous))
        else:
            self._kept.setText(tr("Không còn bản cũ nào để trở về."))
        self._new.setVisible(is_installed)
        self._back.setVisible(bool(installation.previous) and installation.may_change)
        self._not_sure()
        if installation.place and not self._place.value():
            self._place.setPlaceholderText(tr("Để trống: tìm trên USB và {place}", place=installation.place))
        self._show_found(self._found)

    # Finding.

    def _choose_file(self) -> None:
        dialog = self._dialog(tr("Chọn tệp bản mới"), QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(tr("Bản mới của Một Cửa") + " (*.motcua-release)")
        dialog.open()

    def _choose_folder(self) -> None:
        dialog = self._dialog(tr("Chọn thư mục có bản mới"), QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self, title, self._place.value())
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(self._take_place)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _take_place(self, place: str) -> None:
        self._place.setText(place)
        self._start_finding()

    def _forget(self) -> None:
        self._not_sure()
        self.said.say("")
        self._show_found(None)

    def _start_finding(self) -> None:
        if not self._begin(tr("Đang tìm và kiểm chữ ký…")):
            return
        self._show_found(None)
        work = partial(_found, self._actor, self._updater, self._place.value().strip())
        self._page.run("io", work, self._tell_found, self._failed)

    def _tell_found(self, found: Found | None) -> None:
        self._is_busy = False
        self._show_found(found)
        if found is None:
            told = tr("Không thấy bản nào mới hơn. Cắm USB hoặc chỉ đúng thư mục, rồi tìm lại.")
            self.said.say(told, "due")
            return
        told = tr(
            "Có bản {version} ngày {day}, {size} MB, ở {place}. Chữ ký đúng; cài được đến hết ngày {last}.",
            version=found.version,
            day=found.released_on,
            size=found.size_mb,
            place=found.place,
            last=found.expires_on,
        )
        self.said.say(told, "ok")
        (self._install if self._may_change() else self._copy).setFocus()
        # What was just shown has its place only after the layout's own turn.
        self._reveal.start()

    def _show_focus(self) -> None:
        """Scroll to the button that goes on."""
        self._area.ensureWidgetVisible(self._install if self._may_change() else self._copy)

    def _show_found(self, found: Found | None) -> None:
        self._found = found
        note = "" if found is None else found.note or tr("người phát hành không ghi gì")
        self.news.setText(tr("Có gì mới: {note}", note=note) if note else "")
        self.news.setVisible(bool(note))
        self.command.setText("" if found is None else found.command)
        for widget in (self._command_field, self._copy):
            widget.setVisible(found is not None and not self._may_change())
        self._install.setVisible(found is not None and self._may_change())

    def _may_change(self) -> bool:
        return self._installation is not None and self._installation.may_change

    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())
        self._page.kit.notices.say(tr("Đã chép lệnh."))

    # Doing it.

    def _start_installing(self) -> None:
        found = self._found
        if found is None or not self._begin(tr(_STEPS[""])):
            return
        self._progress = Progress()
        self._timer.start()
        work = partial(_installed, self._actor, self._updater, found, self._progress)
        self._page.run("io", work, self._show_installed, self._failed)

    def _tell_step(self) -> None:
        size = 0 if self._found is None else self._found.size_mb
        self.said.say(tr(_STEPS[self._progress.step], have=self._progress.have_mb, all=size), "due")

    def _show_installed(self, version: str) -> None:
        self._end()
        self._show_found(None)
        told = tr(
            "Đã cài bản {version}, tự kiểm tra đúng. Đóng rồi mở lại chương trình để dùng. Nếu bản mới không chạy được,"
            " máy tự trở về bản cũ.",
            version=version,
        )
        self.said.say(told, "ok")
        self.refresh()

    def _start_going_back(self) -> None:
        installation = self._installation
        if installation is None or self._is_busy:
            return
        if not self._is_sure:
            self._is_sure = True
            self._back.set_verb(tr("Nhấn lần nữa để trở về bản {version}", version=installation.previous))
            return
        if self._begin(tr("Đang trở về bản trước…")):
            self._page.run("io", partial(_gone_back, self._actor, self._updater), self._show_back, self._failed)

    def _show_back(self, version: str) -> None:
        self._end()
        told = tr(
            "Máy trở về bản {version} từ lần mở sau. Việc đã nhập được giữ. Đóng rồi mở lại chương trình.",
            version=version,
        )
        self.said.say(told, "ok")
        self.refresh()

    def _begin(self, told: str) -> bool:
        if self._is_busy:
            return False
        self._is_busy = True
        self._not_sure()
        self.said.say(told, "due")
        return True

    def _end(self) -> None:
        self._is_busy = False
        self._timer.stop()

    def _failed(self, error: AppError) -> None:
        self._end()
        self.said.say(self._page.kit.words.error(error), "late")

    def _not_sure(self) -> None:
        self._is_sure = False
        self._back.set_verb(tr("Trở về bản trước"))


def _row(*buttons: ActionButton) -> QWidget:
    box = QWidget()
    row = FlowLayout(box)
    for button in buttons:
        row.addWidget(button)
    return box


def _found(actor: User, updater: Updater, place: str) -> Found | None:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return updater.find(place)


def _installed(actor: User, updater: Updater, found: Found, progress: Progress) -> str:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return updater.install(found, progress)


def _gone_back(actor: User, updater: Updater) -> str:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return updater.go_back()
