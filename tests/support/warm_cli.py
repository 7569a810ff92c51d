"""Run the command line many times without paying its imports: one process that forks for each run.

Reads requests from standard input, one JSON object a line: arguments, environment, and a folder that holds the file
``in`` and gets the files ``out`` and ``err``. Answers with the exit code. The child is the product's own ``run``.
"""

import json
import os
import sys
from pathlib import Path

# Imported here so that no child has to: what `python -m desktop` imports by and by.
from desktop.cli import do, doctor, maintenance  # noqa: F401
from desktop.cli.main import run

_CRASHED = 70


def serve() -> None:
    """Answer requests until the other side hangs up."""
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(_run(request))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer itself


def _run(request: dict[str, object]) -> int:
    folder = Path(str(request["folder"]))
    modes = (("in", os.O_RDONLY, "r"), ("out", os.O_WRONLY | os.O_CREAT, "w"), ("err", os.O_WRONLY | os.O_CREAT, "w"))
    for number, (name, flags, _) in enumerate(modes):
        opened = os.open(folder / name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, (_, _, mode) in enumerate(modes)
    )
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    try:
        code = run(list(request["arguments"]))  # type: ignore[call-overload]
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as bug:  # noqa: BLE001 - what the interpreter does with a bug
        sys.excepthook(type(bug), bug, bug.__traceback__)
        return _CRASHED
    return int(code)


if __name__ == "__main__":
    serve()
