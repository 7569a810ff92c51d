"""The side "Cập nhật" in the real window, over a real program folder and signed releases, driven by keys."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop import __version__
from desktop.app.updating import returned_from, updater_of, windows_line
from desktop.devices import trial
from desktop.devices.program_folder import Pointer, ProgramFolder
from desktop.devices.release_file import head_name
from desktop.domain.errors import DamagedData
from desktop.ui.bars import MessageBar
from desktop.ui.pages.admin import AdminPage
from desktop.ui.pages.admin_update import UpdateView
from desktop.ui.pages.update_ports import Installation
from desktop.wiring import state_folder
from desktop.wiring.program_update import this_platform
from tests.support.releases import FAILING, STRANGER, make_folder, make_release, starts, write_settings
from tests.ui.window_kit import Stage, Theatre, training_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@dataclass
class Pc:
    """Be an installation whose program starts from ``versions/<this version>``.

    Attributes:
        folder: Its program folder.
        stick: What is plugged in.
        theatre: Opens the window.
    """

    folder: ProgramFolder
    stick: Path
    theatre: Theatre

    @contextmanager
    def side(self) -> Iterator[tuple[Stage, UpdateView]]:
        with self.theatre.window() as stage:
            stage.log_in("quantri")
            stage.press("Alt+C")
            page = stage.window.shell.work.page()
            assert isinstance(page, AdminPage)
            view = page.sides["update"]
            assert isinstance(view, UpdateView)
            yield stage, view


@pytest.fixture
def pc(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pc:
    root = tmp_path / "program"
    folder = make_folder(root, __version__)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(root / "versions" / __version__ / "motcua"))
    (tmp_path / "etc" / "motcua").mkdir(parents=True)
    write_settings(tmp_path / "etc" / "motcua" / "update.toml")
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
    stick = tmp_path / "usb"
    stick.mkdir()
    return Pc(folder, stick, training_ward(qapp, qtbot, tmp_path))


def has_button(stage: Stage, name: str) -> bool:
    return stage.child(QPushButton, name).isVisible()


def test_releases_are_refused_found_installed_and_taken_back_by_keys(pc: Pc) -> None:
    foreign = make_release(pc.stick / "la", "9.0.0", signer=STRANGER)
    failing = make_release(pc.stick / "hong", "9.0.0", script=FAILING)
    make_release(pc.stick, "9.0.0", note="Sửa lỗi in A4")
    with pc.side() as (stage, view):
        said = [view.state.text()]
        for file, keys in ((foreign, ("Return",)), (failing, ("Return", "Ctrl+Return"))):
            stage.write(str(file))
            stage.press(*keys)
            said.append(view.said.text())
            view.focus()
            stage.press("Ctrl+A", "Delete")
        untouched = pc.folder.pointer()
        stage.write(str(pc.stick))
        stage.press("Return")
        stage.until(lambda: has_button(stage, "updateInstall"))
        said += [view.said.text(), view.news.text()]
        stage.press("Ctrl+Return")
        stage.until(lambda: "Đã cài" in view.said.text())
        said += [view.said.text(), view.state.text()]
        starting = starts(pc.folder.root)
        stage.press("Ctrl+Shift+R")
        asked = pc.folder.pointer().current
        stage.press("Ctrl+Shift+R")
        stage.until(lambda: "trở về bản" in view.said.text())

    for text, beginning in zip(
        said,
        (
            f"Đang dùng bản {__version__}.",
            "Chữ ký của bản mới không phải của nơi phát hành",
            "Bản 9.0.0 không qua được tự kiểm tra (không mở được cửa sổ); máy vẫn dùng bản cũ",
            "Có bản 9.0.0 ngày 30/11/2026",
            "Có gì mới: Sửa lỗi in A4",
            "Đã cài bản 9.0.0, tự kiểm tra đúng.",
            "Đã cài bản 9.0.0. Đóng rồi mở lại",
        ),
        strict=True,
    ):
        assert text.startswith(beginning), text
    assert untouched == Pointer(__version__, "", __version__)
    assert starting == "9.0.0 x\n"
    assert asked == "9.0.0"
    assert pc.folder.pointer() == Pointer(__version__, "", __version__)


def test_a_return_by_itself_is_told_and_who_has_no_rights_gets_the_command(
    pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    pc.folder.point(Pointer("9.0.0", __version__, __version__))
    state_folder().mkdir(parents=True, exist_ok=True)
    (state_folder() / trial.FILE_NAME).write_text("9.0.0 1 refused\n", "ascii")
    monkeypatch.setenv(trial.RETURNED_FROM, "9.0.0")
    mended = make_release(pc.stick, "9.0.1")
    # This test may run as root, for whom every folder is open.
    monkeypatch.setattr("os.access", lambda *_: False)
    with pc.side() as (stage, view):
        told = stage.window.shell.findChildren(MessageBar)[0].text()
        explained = view.state.text()
        stage.write(str(pc.stick))
        stage.press("Return", "Ctrl+Shift+C")
        copied = QApplication.clipboard().text()
        shown = stage.child(QLineEdit, "updateCommand").text()
        found = view.said.text()
        may_install = has_button(stage, "updateInstall")

    assert told.startswith(f"Bản mới 9.0.0 không dùng được trên máy này nên máy đã tự trở về bản {__version__}.")
    assert explained.startswith("Bản 9.0.0 không qua được tự kiểm tra hoặc không mở được")
    assert not may_install
    assert shown == copied == f"sudo motcua update apply {mended}"
    assert found.startswith("Có bản 9.0.1")


def test_the_command_for_windows_keeps_paths_with_blanks_and_signs_whole() -> None:
    line = windows_line(
        "C:\\Program Files\\MotCua\\motcua.com", "update", "apply", "E:\\bản mới & cũ\\m-0.2.0.motcua-release"
    )

    assert line == ('"C:\\Program Files\\MotCua\\motcua.com" update apply "E:\\bản mới & cũ\\m-0.2.0.motcua-release"')


@pytest.mark.usefixtures("pc")
def test_without_a_place_sticks_are_looked_through_and_a_bad_one_hides_no_good_one(tmp_path: Path) -> None:
    make_release(tmp_path / "a" / "cu", "9.0.0")
    make_release(tmp_path / "b", "9.0.2", signer=STRANGER)
    make_release(tmp_path / "c", "9.0.1").with_name(head_name(this_platform())).unlink()
    updater = updater_of([tmp_path / name for name in ("a", "b", "c", "missing")])

    found = updater.find("")

    assert found is not None
    assert (found.version, found.place) == ("9.0.1", str(tmp_path / "c"))
    assert updater_of([]).find("") is None
    with pytest.raises(DamagedData, match="release_signature"):
        updater_of([tmp_path / "b"]).find("")


def test_from_its_source_the_program_is_not_updated_by_the_window() -> None:
    assert updater_of().look() == Installation(__version__)
    assert returned_from() == ""
