"""Write a manual page from a command line's own help, so that it never says anything else.

``python -m installer.man_page motcua FILE`` or ``motcua-city FILE``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import typer

_HEAD = '.TH {name} 1 "" "Một Cửa {version}" "Một Cửa"\n.SH NAME\n{command} \\- {summary}\n'
_FILES = """.SH FILES
.TP
.I ~/.local/share/motcua
Dữ liệu của người dùng, đã mã hóa.
.TP
.I /etc/xdg/motcua/unit.toml
Tệp khai báo đơn vị cho lần chạy đầu.
.TP
.I /etc/xdg/motcua/update.toml
Nơi lấy bản mới và khóa của nơi phát hành.
.SH "EXIT STATUS"
0 xong; 1 có việc bị từ chối; 2 dùng sai; 3 không mở được dữ liệu; 4 dữ liệu hỏng; 5 máy gặp lỗi.
"""


def escaped(text: str) -> str:
    """Return a text as roff takes it."""
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in plain.splitlines())


def options_of(command: click.Command) -> Iterator[str]:
    """Yield the options and arguments of a command."""
    for parameter in command.params:
        # By its own word: typer brings classes of its own.
        if parameter.param_type_name == "option" and not getattr(parameter, "hidden", False):
            value = (
                ""
                if getattr(parameter, "is_flag", False)
                else f" \\fI{parameter.metavar or parameter.name.upper()}\\fR"
            )
            told = getattr(parameter, "help", None) or ""
            yield f".TP\n\\fB{escaped(', '.join(parameter.opts))}\\fR{value}\n{escaped(told)}\n"
        elif parameter.param_type_name == "argument":
            told = getattr(parameter, "help", None) or ""
            yield f".TP\n\\fI{escaped((parameter.name or '').upper())}\\fR\n{escaped(told)}\n"


def commands_of(group: click.Command, words: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command below a group with its words."""
    for name, command in getattr(group, "commands", {}).items():
        full = f"{words} {name}".strip()
        if getattr(command, "commands", None):
            yield from commands_of(command, full)
        else:
            yield full, command


def page(app: typer.Typer, command: str, version: str) -> str:
    """Return a manual page.

    Args:
        app: The command line.
        command: Its name.
        version: Of the program.
    """
    root = typer.main.get_command(app)
    parts = [_HEAD.format(name=command.upper(), command=escaped(command), version=version, summary=summary(root))]
    parts += [f".SH SYNOPSIS\n\\fB{escaped(command)}\\fR [\\fITÙY CHỌN\\fR] [\\fILỆNH\\fR] …\n.SH OPTIONS\n"]
    parts += options_of(root)
    parts += [".SH COMMANDS\n"]
    for words, each in commands_of(root, ""):
        parts += [f".SS {escaped(words)}\n{escaped(each.help or '')}\n", *options_of(each)]
    return "".join(parts) + (_FILES if command == "motcua" else "")


def summary(command: click.Command) -> str:
    """Return the first line of a command's help."""
    return escaped((command.help or "").splitlines()[0]) if command.help else ""


def main() -> None:
    """Write the page that was asked for."""
    from desktop import __version__  # noqa: PLC0415 - only when run

    command, target = sys.argv[1], Path(sys.argv[2])
    if command == "motcua":
        from desktop.cli.main import app  # noqa: PLC0415 - only what was asked for
    else:
        from desktop.cityserver.__main__ import app  # noqa: PLC0415 - the same
    target.write_text(page(app, command, __version__), "utf-8")


if __name__ == "__main__":
    main()
