"""``motcua update``: status, apply, check, back, self-test; for IT staff and for the timer of an installation."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop import __version__
from desktop.cli.exits import Exit
from desktop.devices.program_folder import ProgramFolder, own_folder
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import EnvironmentProblem
from desktop.domain.vietnamese import local

if TYPE_CHECKING:
    from desktop.wiring.program_update import Updates

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)

Root = Annotated[Path | None, typer.Option("--root", help="Thư mục chương trình (mặc định: nơi đang chạy).")]
Config = Annotated[Path | None, typer.Option("--config", help="Tệp update.toml của máy (mặc định: của hệ thống).")]


@app.command()
def status(root: Root = None) -> int:
    """Xem phiên bản đang dùng và phiên bản có thể trở về."""
    folder = _folder(root)
    now = folder.pointer()
    _print_json(
        {
            "program": __version__,
            "current": now.current,
            "previous": now.previous or None,
            "floor": now.floor,
            "versions": list(folder.versions()),
        }
    )
    return int(Exit.DONE)


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="Tệp bản mới (.motcua-release).")],
    root: Root = None,
    config: Config = None,
) -> int:
    """Cài bản mới từ một tệp: kiểm chữ ký, tự kiểm tra, rồi mới thay."""
    updates = _updates(root, config)
    before = updates.folder.pointer().current
    with _telling_of_disks():
        release = updates.install(file.absolute())
    _print_json({"installed": release.version, "before": before, "note": release.note})
    return int(Exit.DONE)


@app.command()
def check(
    place: Annotated[str, typer.Option("--from", help="Thư mục hoặc địa chỉ https có bản mới.")] = "",
    install: Annotated[bool, typer.Option("--apply", help="Cài luôn nếu đến lượt máy này.")] = False,
    everybody: Annotated[bool, typer.Option("--now", help="Không chờ đến lượt.")] = False,
    root: Root = None,
    config: Config = None,
) -> int:
    """Xem có bản mới không; với --apply thì cài khi đến lượt máy này."""
    updates = _updates(root, config)
    with _telling_of_disks():
        release = updates.offered(place)
        if release is None:
            _print_json({"offered": None, "current": updates.folder.pointer().current})
            return int(Exit.DONE)
        is_in_turn = everybody or updates.is_in_turn(release)
        plain = {"offered": release.version, "percent": release.percent, "in_turn": is_in_turn, "note": release.note}
        if not install or not is_in_turn:
            _print_json(plain | {"installed": None})
            return int(Exit.DONE)
        file = updates.fetched(release, place, _tell_nothing)
        try:
            installed = updates.install(file)
        finally:
            updates.drop_fetched(file)
    _print_json(plain | {"installed": installed.version})
    return int(Exit.DONE)


@app.command()
def back(
    version: Annotated[str, typer.Argument(help="Phiên bản muốn trở về (mặc định: bản ngay trước).")] = "",
    root: Root = None,
) -> int:
    """Trở về phiên bản trước cho cả máy; dữ liệu của từng người được chuyển về khi mở, không mất việc nào."""
    folder = _folder(root)
    with _telling_of_disks(), folder.changing():
        before = folder.pointer().current
        _print_json({"current": folder.go_back(version), "before": before})
    return int(Exit.DONE)


@app.command("self-test")
def self_test(
    expected: Annotated[str, typer.Option("--expect", help="Phiên bản phải là.")] = "",
) -> int:
    """Tự kiểm tra chương trình: phường mẫu, một giấy hẹn, cửa sổ; không đụng dữ liệu của máy."""
    from desktop.cli.self_test import self_test as run  # noqa: PLC0415 - heavy

    _print_json(run(expected))
    return int(Exit.DONE)


def _folder(root: Path | None) -> ProgramFolder:
    """Return the program's folder.

    Raises:
        EnvironmentProblem: ``program_folder_unknown``: run from source, and none was named.
    """
    folder = ProgramFolder(root.absolute()) if root is not None else own_folder()
    if folder is None:
        raise EnvironmentProblem("program_folder_unknown", path=sys.executable)
    return folder


def _updates(root: Path | None, config: Path | None) -> "Updates":
    from desktop.wiring import program_update  # noqa: PLC0415 - heavy

    folder = _folder(root)
    settings = program_update.read_settings(config or program_update.settings_path())
    today = local(SystemClock().now()).date()
    return program_update.Updates(folder, settings, today, program_update.this_platform())


@contextmanager
def _telling_of_disks() -> Iterator[None]:
    """Say in our words what a disk refuses."""
    from desktop.storage.engine import translated  # noqa: PLC0415 - heavy

    with translated():
        yield


def _tell_nothing(_have: int) -> None:
    """Say nothing while a file is fetched: the timer has nobody to tell."""


def _print_json(plain: dict[str, object]) -> None:
    typer.echo(json.dumps(plain, ensure_ascii=False))
