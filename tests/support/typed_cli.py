"""Run the command line at a pseudo-terminal, as somebody who types what it asks for."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
#: The child takes the pseudo-terminal as its own: passwords are asked for at `/dev/tty`.
_PROGRAM: Final = (
    "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "from desktop.cli.main import run; sys.exit(run(sys.argv[1:]))"
)
_PATIENCE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Typed:
    """Say how a run ended.

    Attributes:
        code: Exit code.
        answer: What went to standard output.
        seen: All that stood on the terminal, echoes too.
        asked: What each typed line answered, from the line before it on.
    """

    code: int
    answer: str
    seen: str
    asked: tuple[str, ...]


def typed(arguments: Sequence[object], lines: Sequence[str], home: Path) -> Typed:
    """Run the program and type a line whenever it asks for one.

    Args:
        arguments: Of the command line.
        lines: What is typed, in order.
        home: Folder for its state, settings and answer.

    Raises:
        AssertionError: it asks for more, or for less, or never ends.
    """
    ours, theirs = os.openpty()
    places = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "CONFIG")}
    answer = home / "answer"
    with answer.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *map(str, arguments)],
            cwd=ROOT,
            stdin=theirs,
            stdout=out,
            stderr=theirs,
            start_new_session=True,
            env=os.environ | places | {"LC_ALL": "C.UTF-8"},
        )
    os.close(theirs)
    seen, asked, until = "", [], time.monotonic() + _PATIENCE_S
    try:
        left, begin = list(lines), 0
        while (more := _read(ours, until)) is not None:
            seen += more
            # Every question ends so, and nothing else that is told without a new line.
            if re.search(r": $", seen[begin:]):
                assert left, f"it asks for more: {seen}"
                asked.append(seen[begin:].strip())
                begin = len(seen)
                os.write(ours, f"{left.pop(0)}\n".encode())
        assert not left, f"it did not ask for {len(left)} of them: {seen}"
        code = process.wait(_PATIENCE_S)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return Typed(code, answer.read_text("utf-8"), seen, tuple(asked))


def _read(terminal: int, until: float) -> str | None:
    """Return what came next, None when the program has ended."""
    ready, _, _ = select.select([terminal], [], [], max(until - time.monotonic(), 0))
    assert ready, "the program neither asks nor ends"
    try:
        return os.read(terminal, 65_536).decode(errors="replace") or None
    except OSError:
        # Linux says so when the other side hung up.
        return None
