"""What goes into the packages beside the program: the manual page is the command line's own help."""

import tomllib
from pathlib import Path

import pytest

from desktop import __version__
from desktop.cli.main import app
from desktop.domain.errors import EnvironmentProblem
from desktop.wiring.program_update import read_settings
from installer.man_page import escaped, page

INSTALLER = Path(__file__).parents[2] / "installer"


def test_the_manual_page_has_every_command_with_its_help() -> None:
    text = page(app, "motcua", __version__)

    for command in app.registered_commands:
        assert command.callback is not None
        name = (command.name or command.callback.__name__).replace("_", "-")
        assert f".SS {escaped(name)}" in text
    assert ".SS update apply" in text
    assert '.SH "EXIT STATUS"' in text
    assert escaped("--data") in text


def test_a_line_of_help_is_never_taken_for_an_order_to_the_printer() -> None:
    assert escaped(".SH x\n'y -z\\") == "\\&.SH x\n\\&'y \\-z\\e"


def test_an_installation_trusts_nobody_until_it_is_told_whom() -> None:
    assert tomllib.loads((INSTALLER / "update.toml").read_text("utf-8"))["keys"] == []
    with pytest.raises(EnvironmentProblem, match="update_settings"):
        read_settings(INSTALLER / "update.toml")
