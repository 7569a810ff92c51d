"""The commands that bring data to safety and back; what they do is in :mod:`desktop.cli.safekeeping`."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from desktop.cli.exits import Exit
from desktop.devices.terminal import ask_line, tell
from desktop.domain.errors import UserError
from desktop.services.wording import Wording

if TYPE_CHECKING:
    from desktop.services.witnessing import Witness

_RecoveryFile = Annotated[
    Path | None, typer.Option("--recovery-key-file", help="Tệp có dòng đầu là khóa khôi phục; không có thì hỏi.")
]

WitnessFile = Annotated[
    Path | None, typer.Option("--witness-file", help="Tệp tên_đăng_nhập:mật_khẩu của người thứ hai.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for name, command in _COMMANDS.items():
        app.command(name)(command)


def backup(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Tệp sao lưu.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Nơi sao lưu: ổ đĩa khác, USB, thư mục chung.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Chép cả bản đầy đủ vào nơi sao lưu.")] = False,
    drill: Annotated[bool, typer.Option("--drill", help="Thử khôi phục từ nơi sao lưu rồi xóa bản thử.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Chỉ nói dữ liệu an toàn đến đâu.")] = False,
) -> int:
    """Sao lưu vào một tệp, hoặc vào nơi sao lưu, khi chương trình vẫn chạy."""
    from desktop.cli import safekeeping  # noqa: PLC0415 - heavy

    chosen = context.obj
    ask = chosen.ask
    if status:
        _print_json(safekeeping.backup_status(chosen.folder, to))
        return int(Exit.DONE)
    if file is None and to is None and not full and not drill:
        raise typer.BadParameter("nói rõ TỆP, --to NƠI, --full, --drill hoặc --status")
    if file is None:
        place = None if to is None else to.absolute()
        ended, plain = safekeeping.backup_place(chosen.folder, place, ask, is_full=full, is_drill=drill)
        _print_json(plain)
        return int(ended)
    if not file.absolute().parent.is_dir():
        raise typer.BadParameter(f"không có thư mục {file.absolute().parent}")
    _print_json(safekeeping.backup_file(chosen.folder, file.absolute(), ask))
    return int(Exit.DONE)


def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="Tệp sao lưu, hoặc nơi sao lưu.")],
    recovery_key_file: _RecoveryFile = None,
) -> int:
    """Khôi phục vào một thư mục chưa có dữ liệu."""
    from desktop.cli import safekeeping  # noqa: PLC0415 - heavy

    ask = lambda key: _recovery_key(recovery_key_file, key)  # noqa: E731 - the same in every command
    _print_json(safekeeping.restore(context.obj.folder, source.absolute(), ask))
    return int(Exit.DONE)


def recover(
    context: typer.Context,
    place: Annotated[Path | None, typer.Option("--from", help="Nơi sao lưu; không có thì theo cài đặt.")] = None,
    recovery_key_file: _RecoveryFile = None,
    witness_file: WitnessFile = None,
) -> int:
    """Thay tệp dữ liệu hỏng bằng bản khôi phục; giữ tệp hỏng, liệt kê điều đã đổi. Cần hai người ở dữ liệu thật."""
    from desktop.cli import safekeeping  # noqa: PLC0415 - heavy

    chosen = context.obj
    people, paper = _from_files(chosen, witness_file), ""
    if sys.stdin.isatty() and not (chosen.folder / "training.key").exists():
        people, paper = _asked_for(people, has_paper=recovery_key_file is not None)
    ended, plain = safekeeping.recover(
        chosen.folder,
        None if place is None else place.absolute(),
        lambda login: (people[0].login, people[0].password) if people else chosen.ask(login),
        lambda key: paper or _recovery_key(recovery_key_file, key),
        people=people,
        has_paper=bool(paper) or recovery_key_file is not None,
    )
    _print_json(plain)
    return int(ended)


def rescue(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Tên đăng nhập của cán bộ quản trị.")],
    recovery_key_file: _RecoveryFile = None,
    witness_file: WitnessFile = None,
) -> int:
    """Cấp mã một lần cho cán bộ quản trị, bằng khóa khôi phục và người đang có mặt; nhật ký ghi lại."""
    from desktop.cli import safekeeping  # noqa: PLC0415 - heavy

    chosen = context.obj
    ask = lambda key: _recovery_key(recovery_key_file, key)  # noqa: E731 - the same in every command
    people = _from_files(chosen, witness_file)
    _print_json(safekeeping.rescue(chosen.folder, login, ask, partial(_one_more, chosen), people))
    return int(Exit.DONE)


def new_recovery_key(context: typer.Context, witness_file: WitnessFile = None) -> int:
    """Tạo khóa khôi phục mới và in ra một lần; bản sao lưu cũ vẫn cần khóa cũ. Cần hai người ở dữ liệu thật."""
    from desktop.cli import safekeeping  # noqa: PLC0415 - heavy

    chosen = context.obj
    second = next(iter(_from_files(replace(chosen, password_file=None), witness_file)), None)
    _print_json(safekeeping.new_recovery_key(chosen.folder, chosen.ask, partial(_one_more, chosen), second))
    return int(Exit.DONE)


def new_database_key(context: typer.Context) -> int:
    """Đổi khóa mã hóa dữ liệu của máy này; tờ khóa khôi phục vẫn dùng được."""
    from desktop.cli import safekeeping  # noqa: PLC0415 - heavy

    chosen = context.obj
    told = lambda step: typer.echo(_KEY_STEPS[step], err=True)  # noqa: E731 - the answer alone goes to stdout
    _print_json(safekeeping.new_database_key(chosen.folder, chosen.ask, told))
    return int(Exit.DONE)


#: Who stand by a recovery: two, or one and the printed key.
_TWO: Final = 2
_RECOVERS: Final = "Tên đăng nhập của người khôi phục (Enter để bỏ qua)"
_SECOND: Final = "Tên đăng nhập của người thứ hai (Enter nếu dùng tờ khóa)"

#: What a change of the key does, step by step: of a large database it takes its time.
_KEY_STEPS: Final = {
    "copy": "1/4 Đang chép dữ liệu …",
    "encrypt": "2/4 Đang mã hóa bản chép bằng khóa mới …",
    "check": "3/4 Đang kiểm tra từng trang của bản chép …",
    "switch": "4/4 Đang thay tệp dữ liệu bằng bản chép …",
}


def export(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="Thư mục trống để ghi.")],
    reason: Annotated[str, typer.Option("--reason", help="Lý do, ít nhất 5 ký tự; nhật ký ghi lại.")],
    login: Annotated[str, typer.Option("--as", help="Ai xuất; chỉ dùng ở dữ liệu tập huấn.")] = "",
    witness_file: WitnessFile = None,
) -> int:
    """Ghi toàn bộ dữ liệu ra tệp mở (JSON, tệp đính kèm), không mã hóa."""
    from desktop.cli import moving  # noqa: PLC0415 - heavy

    chosen = context.obj
    second = replace(chosen, password_file=witness_file)
    _print_json(moving.export(chosen.folder, target.absolute(), chosen.ask, second.ask, login=login, reason=reason))
    return int(Exit.DONE)


def import_(context: typer.Context, source: Annotated[Path, typer.Argument(help="Thư mục do lệnh export ghi.")]) -> int:
    """Dựng dữ liệu từ tệp mở vào một thư mục chưa có dữ liệu; mã nhật ký giữ nguyên."""
    from desktop.cli import moving  # noqa: PLC0415 - heavy

    _print_json(moving.import_(context.obj.folder, source.absolute()))
    return int(Exit.DONE)


def _recovery_key(file: Path | None, key: str) -> str:
    """Return the recovery key as typed: from a file, or asked on a terminal.

    Raises:
        UserError: ``backup_other_key``: nobody is there to type it.
        typer.BadParameter: the file cannot be read.
    """
    if file is not None:
        try:
            lines = file.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            raise typer.BadParameter(f"không đọc được tệp khóa {file}") from None
        return lines[0] if lines else ""
    if not sys.stdin.isatty():
        raise UserError("backup_other_key", key=key, path="")
    return getpass(f"Khóa khôi phục {key}: ", stream=sys.stderr)


def _from_files(chosen: Any, witness_file: Path | None) -> "list[Witness]":  # noqa: ANN401 - what main chose
    """Return who stand by an act as files name them: the one of ``--password-file`` first."""
    from desktop.services.witnessing import Witness  # noqa: PLC0415 - heavy

    named = [file for file in (chosen.password_file, witness_file) if file is not None]
    return [Witness(*replace(chosen, password_file=file).ask("")) for file in named]


def _one_more(chosen: Any, refusal: UserError) -> "Witness":  # noqa: ANN401 - what main chose
    """Ask on a terminal for the person a refusal wants.

    Raises:
        UserError: the refusal: nobody is there to answer.
    """
    from desktop.services.witnessing import Witness  # noqa: PLC0415 - heavy

    if not sys.stdin.isatty():
        raise refusal
    tell(Wording().error(refusal))
    return Witness(*replace(chosen, password_file=None).ask(""))


def _asked_for(people: "list[Witness]", *, has_paper: bool) -> "tuple[list[Witness], str]":
    """Ask on a terminal for who stand by a recovery beside those named, and for the printed key where one lacks.

    Returns:
        Who stand by it; the printed key, "" where it was not asked for or is not there.
    """
    from desktop.services.witnessing import Witness  # noqa: PLC0415 - heavy

    found = list(people)
    while len(found) + has_paper < _TWO:
        title = _RECOVERS if not found else _SECOND
        login = ask_line(title)
        if not login:
            break
        found.append(Witness(login, getpass(f"Mật khẩu của {login}: ", stream=sys.stderr)))
    lacks = len(found) < _TWO and not has_paper
    return found, getpass("Khóa khôi phục in trên giấy: ", stream=sys.stderr).strip() if lacks else ""


def _print_json(plain: dict[str, Any]) -> None:
    typer.echo(json.dumps(plain, ensure_ascii=False))


_COMMANDS: Final[dict[str, Callable[..., int]]] = {
    "backup": backup,
    "restore": restore,
    "recover": recover,
    "rescue": rescue,
    "new-recovery-key": new_recovery_key,
    "new-database-key": new_database_key,
    "export": export,
    "import": import_,
}
