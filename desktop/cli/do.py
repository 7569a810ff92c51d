"""``motcua do``: commands in, answers out, one line each, flushed after the commit."""

import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from desktop.cli import wire
from desktop.cli.context import Context, parse
from desktop.cli.exits import Exit, exit_of
from desktop.cli.handlers import HANDLERS
from desktop.domain.errors import AppError, EnvironmentProblem, UserError
from desktop.domain.users import User
from desktop.services import accounts
from desktop.services.records import JobState
from desktop.services.witnessing import Witness
from desktop.services.wording import Wording
from desktop.storage.engine import os_problem
from desktop.wiring import Ward

logger = logging.getLogger(__name__)

MOST_CHARACTERS = 1_000_000


class Runner:
    """Answer commands one after another.

    Attributes:
        refused: How many were refused.
    """

    def __init__(
        self, ward: Ward, wording: Wording, out: Path | None, user: User | None, witness: Witness | None = None
    ) -> None:
        """Take an open ward; ``user`` is the logged-in one of a real database, None in training."""
        self._ward = ward
        self._wording = wording
        self._user, self._witness = user, witness
        self._out = out
        self._printed: list[str] = []
        self.refused = 0

    def answer(self, line: str) -> tuple[dict[str, Any], Exit]:
        """Return the answer to a line, and ``DONE`` unless the machine failed and the run must stop."""
        given: object = None
        try:
            plain = _loaded(line)
            given = _echoed(plain)
            result = self._run(parse(wire.CommandLine, plain))
        except UserError as refusal:
            self.refused += 1
            return self._refusal(given, refusal), Exit.DONE
        except AppError as problem:
            return self._refusal(given, problem), exit_of(problem)
        except OSError:
            # Storage raises AppErrors: what fails like this is a paper, written after its act was committed.
            not_written = EnvironmentProblem("paper_not_written", path=str(self._out))
            return self._refusal(given, not_written), Exit.MACHINE_FAILED
        return {"id": given, "ok": True, "result": result}, Exit.DONE

    def finish(self) -> None:
        """Settle the jobs whose PDFs were written."""
        if self._printed:
            self._ward.database.ledger.settle_jobs(self._printed, JobState.PRINTED)

    def _run(self, command: wire.CommandLine) -> dict[str, Any]:
        handler = HANDLERS.get(command.do)
        if handler is None:
            raise UserError("unknown_command", name=command.do[:60])
        is_training = self._ward.desk.is_training
        self._ward.clock.set(command.at if is_training else None)
        context = Context(self._ward.desk, self._actor(command.as_), self._out, self._printed, self._witness)
        return handler.run(context, parse(handler.with_, command.with_)).model_dump(mode="json")

    def _actor(self, login: str) -> User:
        if self._user is None:
            return accounts.user_of(self._ward.desk, login)
        if login and login != self._user.login:
            raise UserError("password_needed")
        return self._user

    def _refusal(self, given: object, error: AppError) -> dict[str, Any]:
        details = json.loads(json.dumps(dict(error.details), default=str))
        for item in details.get("items", ()) if error.code == "batch_refused" else ():
            item["message"] = self._wording.sentence(item["reason"], item["details"])
        message = self._wording.error(error)
        return {"id": given, "ok": False, "error": {"code": error.code, "message": message, "details": details}}


def run(runner: Runner, lines: Iterable[str], answers: TextIO) -> Exit:
    """Answer every line; stop when the machine fails.

    Returns:
        ``DONE``, ``REFUSED`` when at least one command was refused, or why the run stopped.

    Raises:
        EnvironmentProblem: an answer could not be written (full disk, closed pipe); nothing more is done.
    """
    stopped = Exit.DONE
    if isinstance(answers, TextIOWrapper):
        # Whatever the machine's code page is: answers are UTF-8.
        answers.reconfigure(encoding="utf-8")
    try:
        for line in lines:
            if not line.strip():
                continue
            answer, stopped = runner.answer(line)
            _write_answer(answer, answers)
            if stopped is not Exit.DONE:
                logger.error("run stopped", extra={"exit": int(stopped)})
                break
    finally:
        with contextlib.suppress(EnvironmentProblem):
            runner.finish()
    if stopped is Exit.DONE and runner.refused:
        return Exit.REFUSED
    return stopped


def _write_answer(answer: dict[str, Any], answers: TextIO) -> None:
    try:
        print(json.dumps(answer, ensure_ascii=False), file=answers, flush=True)
    except OSError as error:
        # What is left in the buffer would fail once more when the interpreter ends, and change the exit code.
        with contextlib.suppress(OSError):
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, answers.fileno())
            os.close(sink)
        raise os_problem(error) from error


def schema() -> dict[str, Any]:
    """Return the JSON Schema of every command and answer."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "command": wire.CommandLine.model_json_schema(by_alias=True),
        "commands": {
            name: {"with": handler.with_.model_json_schema(), "result": handler.result.model_json_schema()}
            for name, handler in HANDLERS.items()
        },
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "object"},
            },
            "required": ["code", "message", "details"],
        },
    }


def read_lines(file: Path | None) -> Iterable[str]:
    """Yield the lines of a file or of standard input, as UTF-8 with or without a byte order mark."""
    if file is None:
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]  # a TextIOWrapper here
        yield from sys.stdin
        return
    with file.open(encoding="utf-8-sig", errors="replace") as opened:
        yield from opened


def _loaded(line: str) -> Any:  # noqa: ANN401 - any JSON
    if len(line) > MOST_CHARACTERS:
        raise UserError("bad_command", place="line")
    try:
        plain = json.loads(line, parse_constant=_refused)
        if _HALF_A_CHARACTER in line.lower():
            json.dumps(plain, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise UserError("bad_command", place="JSON") from None
    return plain


#: An escape that may be half of a character; alone it is no text and no answer could repeat it.
_HALF_A_CHARACTER = "\\ud"


def _refused(constant: str) -> object:
    """Refuse NaN and Infinity: no JSON, though Python's reader takes them."""
    raise ValueError(constant)


def _echoed(plain: object) -> int | str | None:
    """Return the id an answer repeats: a number or a text, nothing else."""
    given = plain.get("id") if isinstance(plain, dict) else None
    return given if isinstance(given, int | str) else None
