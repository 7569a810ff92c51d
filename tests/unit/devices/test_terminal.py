import logging
import sys

import pytest

from desktop.cli.main import ended_by
from desktop.devices import log_files
from desktop.domain.errors import UserError

pytestmark = pytest.mark.expected_log("uncaught exception", level=logging.CRITICAL)


def test_an_uncaught_error_is_told_once_with_what_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    tell_crash()

    assert capsys.readouterr().err.startswith("Chương trình gặp lỗi ngoài dự kiến (KeyError);")


def test_a_program_that_windows_gave_no_terminal_ends_with_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)

    code = ended_by(UserError("database_absent", path="x"))
    tell_crash()

    assert code == 1


def tell_crash() -> None:
    error = KeyError("x")
    log_files._log_crash(type(error), error, None)
