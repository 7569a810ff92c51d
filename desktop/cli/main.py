"""The command line: ``init``, ``provision``, ``do``, ``demo``, ``doctor``, ``verify``, ``backup`` … or the window."""

import json
import logging
import os
import sys
from dataclasses import dataclass, replace
from getpass import getpass
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from platformdirs import user_log_path

from desktop import __version__
from desktop.cli import safe_commands, updating
from desktop.cli.exits import Exit, exit_of
from desktop.devices.log_files import start_logging
from desktop.devices.terminal import ask_line, tell
from desktop.domain.errors import AppError, UserError
from desktop.services.wording import Wording

logger = logging.getLogger(__name__)

app = typer.Typer(add_completion=False, no_args_is_help=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.add_typer(updating.app, name="update", help="Cập nhật chương trình: xem, cài, trở về.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Hold what stands before the command.

    Attributes:
        folder: Data folder, absolute.
        password_file: File whose first line is ``login:password`` of a real database's user.
    """

    folder: Path
    password_file: Path | None

    def ask(self, login: str) -> tuple[str, str]:
        """Return login and password: from the file, or asked on a terminal."""
        return _password(self, login)


def run(arguments: list[str]) -> int:
    """Run the command line.

    Returns:
        An exit code of :class:`~desktop.cli.exits.Exit`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Whatever the machine's code page is: what we say is UTF-8.
            stream.reconfigure(encoding="utf-8")
    try:
        app(args=arguments, prog_name="motcua")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(Exit.WRONG_USE)
    except AppError as error:
        return ended_by(error)
    return int(Exit.DONE)


def ended_by(error: AppError) -> int:
    """Say why the program ends, and return the exit code."""
    logger.info("command ended", extra={"code": error.code})
    say(Wording().error(error))
    return int(exit_of(error))


def end_with(code: int, **_options: object) -> None:
    """End the program with what a command returned."""
    raise typer.Exit(int(code or 0))


def say(sentence: str) -> None:
    """Tell the person at the terminal; answers alone go to standard output."""
    tell(sentence)


@app.callback(invoke_without_command=True, result_callback=end_with)
def root(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option("--data", help="Thư mục dữ liệu.")] = None,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help="Tệp có dòng đầu là tên_đăng_nhập:mật_khẩu.")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="In phiên bản.")] = False,
) -> int:
    """Mở cửa sổ Một Cửa, hoặc chạy một lệnh."""
    if version:
        typer.echo(__version__)
        raise typer.Exit(int(Exit.DONE))
    start_logging(user_log_path("motcua", appauthor=False))
    context.obj = Chosen(_folder(data), password_file)
    if context.invoked_subcommand is None:
        if not _has_display():
            say(Wording().sentence("no_display"))
            raise typer.Exit(int(Exit.WRONG_USE))
        from desktop.app import open_window  # noqa: PLC0415 - Qt only when a window is wanted

        raise typer.Exit(open_window(context.obj.folder))
    return int(Exit.DONE)


@app.command()
def init(
    context: typer.Context,
    unit: Annotated[Path | None, typer.Option("--unit", help="Tệp khai báo đơn vị (TOML).")] = None,
    training: Annotated[bool, typer.Option("--training", help="Cơ sở dữ liệu tập huấn.")] = False,
    sample: Annotated[bool, typer.Option("--sample", help="Phường mẫu có sẵn.")] = False,
) -> int:
    """Tạo cơ sở dữ liệu."""
    from desktop.cli import maintenance  # noqa: PLC0415 - heavy

    if not sample and unit is None:
        from desktop.wiring.provisioning import found_file  # noqa: PLC0415 - heavy

        unit = found_file(context.obj.folder)
    if sample == (unit is not None):
        raise typer.BadParameter("chọn đúng một trong --sample và --unit FILE")
    if sample and not training:
        raise typer.BadParameter("--sample chỉ dùng với --training")
    if unit is not None and not unit.is_file():
        raise typer.BadParameter(f"không có tệp {unit}")
    return maintenance.init(context.obj.folder, unit, training=training)


@app.command()
def manual(folder: Annotated[Path, typer.Argument(help="Thư mục để ghi.")]) -> int:
    """Ghi ba sách hướng dẫn thành PDF để in."""
    from desktop.printing import manuals  # noqa: PLC0415 - heavy
    from desktop.storage.engine import translated  # noqa: PLC0415 - the same

    with translated():
        for book in manuals.BOOKS:
            typer.echo(str(manuals.write_manual(folder.absolute(), book)))
    return int(Exit.DONE)


@app.command()
def do(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Tệp JSONL; mặc định đọc đầu vào chuẩn.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Thư mục ghi PDF.")] = None,
    show_schema: Annotated[bool, typer.Option("--schema", help="In JSON Schema của mọi lệnh.")] = False,
    witness_file: safe_commands.WitnessFile = None,
) -> int:
    """Đọc lệnh từng dòng JSON, trả lời từng dòng JSON."""
    from desktop.cli import do as runner  # noqa: PLC0415 - heavy

    if show_schema:
        typer.echo(json.dumps(runner.schema(), ensure_ascii=False, indent=1))
        return int(Exit.DONE)
    if file is not None and not file.is_file():
        raise typer.BadParameter(f"không có tệp {file}")
    from desktop.cli import maintenance  # noqa: PLC0415 - heavy
    from desktop.services.witnessing import Witness  # noqa: PLC0415 - heavy

    chosen: Chosen = context.obj
    second = None if witness_file is None else Witness(*replace(chosen, password_file=witness_file).ask(""))
    with maintenance.working_ward(chosen.folder, lambda login: _password(chosen, login)) as (ward, user):
        folder = out or (chosen.folder / "out" if ward.desk.is_training else None)
        answering = runner.Runner(ward, Wording(), folder, user, second)
        return int(runner.run(answering, runner.read_lines(file), sys.stdout))


@app.command()
def password(
    context: typer.Context,
    new_file: Annotated[
        Path | None, typer.Option("--new-password-file", help="Tệp có dòng đầu là mật khẩu mới; không có thì hỏi.")
    ] = None,
) -> int:
    """Đặt mật khẩu của chính mình thay mã một lần hoặc mật khẩu cũ."""
    from desktop.cli import maintenance  # noqa: PLC0415 - heavy

    chosen: Chosen = context.obj
    done = maintenance.change_password(
        chosen.folder, lambda login: _password(chosen, login), lambda login: _new_password(new_file, login)
    )
    _print_json(done)
    return int(Exit.DONE)


@app.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
def provision(arguments: Annotated[list[str] | None, typer.Argument(help="make, check hoặc sample.")] = None) -> int:
    """Làm tệp khai báo cho nhiều đơn vị từ một bảng: make, check, sample."""
    from desktop.cli.provisioning import run_provision  # noqa: PLC0415 - heavy

    return run_provision(arguments or ["--help"])


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Thư mục để lại PDF và ảnh màn hình.")],
) -> int:
    """Chạy một ngày ở quầy không cần màn hình."""
    from desktop.cli.demo import run_demo  # noqa: PLC0415 - heavy

    return run_demo(out.absolute(), typer.echo)


@app.command()
def doctor(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Trả lời bằng JSON.")] = False
) -> int:
    """Tự kiểm tra máy và dữ liệu."""
    from desktop.cli.doctor import examine, worst  # noqa: PLC0415 - heavy

    checks = examine(context.obj.folder)
    if as_json:
        _print_json({"checks": [check.as_plain() for check in checks]})
    else:
        for check in checks:
            typer.echo(check.as_line())
    return int(worst(checks))


@app.command(name="support-bundle")
def support_bundle(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Tệp .zip sẽ ghi; không có thì chỉ cho xem.")] = None,
) -> int:
    """Cho xem, rồi ghi gói hỗ trợ: nhật ký kỹ thuật và tự kiểm tra, không có dữ liệu công dân."""
    from desktop.cli.doctor import support_entries  # noqa: PLC0415 - heavy
    from desktop.wiring.support import write_bundle  # noqa: PLC0415 - heavy

    entries = support_entries(context.obj.folder)
    if file is None:
        for entry in entries:
            typer.echo(f"== {entry.name}\n{entry.text}")
        return int(Exit.DONE)
    size = write_bundle(entries, file.absolute())
    _print_json({"file": str(file.absolute()), "size": size, "entries": [entry.name for entry in entries]})
    return int(Exit.DONE)


@app.command()
def verify(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Trả lời bằng JSON.")] = False,
    signatures: Annotated[bool, typer.Option("--signatures", help="Kiểm mọi chữ ký.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Chỉ kiểm chuỗi nhật ký và dấu của thành phố.")] = False,
    printed: Annotated[str, typer.Option("--printed", help="Đầu nhật ký in trên sổ: số và mã.")] = "",
) -> int:
    """Kiểm tra toàn vẹn: từng trang, chuỗi, chữ ký, dựng lại bảng."""
    from desktop.cli import maintenance  # noqa: PLC0415 - heavy

    chosen: Chosen = context.obj
    report = maintenance.verify(
        chosen.folder,
        lambda login: _password(chosen, login),
        signatures=signatures,
        quick=quick,
        printed=printed,
    )
    if as_json:
        _print_json(report.as_plain())
    else:
        for line in report.lines(Wording()):
            typer.echo(line)
    return int(Exit.DONE if report.is_clean else Exit.DAMAGED)


@app.command()
def enrol(
    context: typer.Context,
    city: Annotated[str, typer.Option("--city", help="Địa chỉ thành phố, bắt đầu bằng https://.")],
    code: Annotated[str, typer.Option("--code", help="Mã ghi danh dùng một lần.")],
    authority: Annotated[
        Path | None, typer.Option("--ca", help="Tệp chứng thư (PEM) của đơn vị, nếu thành phố dùng chứng thư riêng.")
    ] = None,
) -> int:
    """Nối máy này với thành phố; thư mục trống thì tạo dữ liệu từ thành phố."""
    from desktop.cli import syncing  # noqa: PLC0415 - heavy

    chosen: Chosen = context.obj
    ended, plain = syncing.enrol(chosen.folder, city, code, authority, lambda login: _password(chosen, login))
    _print_json(plain)
    if plain.get("one_time_codes"):
        syncing.end_enrolment(chosen.folder)
    error = plain["sync"]["error"]
    if error:
        say(syncing.failure_sentence(error))
    return int(ended)


@app.command()
def sync(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Chạy đến khi hết việc gửi, nhận rồi dừng.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Trả lời bằng JSON.")] = False,
) -> int:
    """Trao đổi với thành phố."""
    from desktop.cli import syncing  # noqa: PLC0415 - heavy

    chosen: Chosen = context.obj
    if not once:
        return int(syncing.sync_until_stopped(chosen.folder, lambda login: _password(chosen, login), as_json=as_json))
    report = syncing.sync_once(chosen.folder, lambda login: _password(chosen, login))
    typer.echo(syncing.line_of(report, as_json=as_json))
    if report.error and as_json:
        say(syncing.failure_sentence(report.error))
    return int(Exit.REFUSED if report.error else Exit.DONE)


def _has_display() -> bool:
    """Tell whether a window can be shown; on Windows and macOS there is always a screen."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in wanted)


def _folder(data: Path | None) -> Path:
    if data is not None:
        return data.absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 - cheap, but only needed here

    return user_data_path("motcua", appauthor=False)


def _password(chosen: Chosen, login: str) -> tuple[str, str]:
    """Return (login, password) for a real database: from the file, or asked on a terminal.

    Raises:
        UserError: ``password_needed``.
        typer.BadParameter: the file cannot be read, or its first line is not ``login:password``.
    """
    if chosen.password_file is not None:
        name, _, secret = _first_line(chosen.password_file).partition(":")
        return name, secret
    if not sys.stdin.isatty():
        raise UserError("password_needed")
    name = login or ask_line("Tên đăng nhập")
    if not name:
        raise UserError("password_needed")
    return name, getpass(f"Mật khẩu của {name}: ", stream=sys.stderr)


def _new_password(file: Path | None, login: str) -> str:
    """Return a new password: from the file, or typed twice on a terminal.

    Raises:
        UserError: ``password_needed``.
        typer.BadParameter: the file cannot be read, or the two are not the same.
    """
    if file is not None:
        return _first_line(file)
    if not sys.stdin.isatty():
        raise UserError("password_needed")
    new = getpass(f"Mật khẩu mới của {login}: ", stream=sys.stderr)
    if getpass("Gõ lại mật khẩu mới: ", stream=sys.stderr) != new:
        raise typer.BadParameter("hai lần gõ không giống nhau; chưa đổi gì")
    return new


def _first_line(file: Path) -> str:
    """Return the first line of a password file, "" of an empty one.

    Raises:
        typer.BadParameter: it cannot be read.
    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"không đọc được tệp mật khẩu {file}") from None
    return lines[0] if lines else ""


def _print_json(plain: dict[str, Any]) -> None:
    typer.echo(json.dumps(plain, ensure_ascii=False))


safe_commands.add_to(app)
