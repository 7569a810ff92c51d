"""Start the command line, trace it, break it, and read what it said.

``Lab.start`` runs one command in a forked child of :mod:`tests.faults.warm` (the product's own ``run``, its imports
paid once); ``Lab.start_cold`` runs ``python -m desktop`` itself. Faults come from strace: a system call fails, or the
process is killed as it enters it. Nothing here waits for time to pass.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import IO, Any

#: Calls by which a process changes what lies on a disk.
WRITES = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "unlink", "unlinkat", "rename", "mkdir")
#: UTF-8 everywhere; standard output buffered as in an office's Python.
_PLAIN_PYTHON = {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": ""}
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)")


@dataclass(frozen=True, slots=True)
class Place:
    """Name the folders of one PC with its database.

    Attributes:
        data: Data folder.
        state: What XDG_STATE_HOME says: where the marker lies.
        temporary: What TMPDIR says.
    """

    data: Path
    state: Path
    temporary: Path

    @classmethod
    def under(cls, folder: Path) -> "Place":
        """Return a place below a folder."""
        place = cls(folder / "data", folder / "state", folder / "temporary")
        place.temporary.mkdir(parents=True, exist_ok=True)
        return place

    def copied(self, folder: Path) -> "Place":
        """Return a copy of it all: data, marker, temporary files."""
        copytree(self.data.parent, folder)
        return Place(folder / "data", folder / "state", folder / "temporary")

    @property
    def database(self) -> Path:
        """Return the database file."""
        return self.data / "motcua.db"

    @property
    def environment(self) -> dict[str, str]:
        """Return what the program takes from its environment."""
        return {"XDG_STATE_HOME": str(self.state), "TMPDIR": str(self.temporary)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what a run left.

    Attributes:
        code: Exit code; minus the signal when it was killed.
        answers: Every whole line of standard output.
        error: Standard error.
        calls: Traced calls by name, in order, as strace prints them.
    """

    code: int
    answers: tuple[Any, ...]
    error: str
    calls: tuple[tuple[str, str], ...] = ()

    @property
    def injected(self) -> int:
        """Return how many calls the fault really hit."""
        return sum("INJECTED" in text for _, text in self.calls)

    def count(self, name: str) -> int:
        """Return how many calls of a name were seen."""
        return Counter(call for call, _ in self.calls)[name]


@dataclass(slots=True)
class Run:
    """Be a running command.

    Attributes:
        pid: Process.
        typing: Its standard input.
    """

    pid: int
    typing: IO[bytes]
    _lab: "Lab | None"
    _output: IO[bytes]
    _error: IO[bytes]
    _process: subprocess.Popen[bytes] | None = None
    _tracer: subprocess.Popen[bytes] | None = None
    _trace: Path | None = None
    _answers: list[Any] = field(default_factory=list)

    def read(self, n: int = 1) -> list[Any]:
        """Wait for n more answers; fewer when the output ends before."""
        for _ in range(n):
            line = self._output.readline()
            if not line.endswith(b"\n"):
                break
            self._answers.append(json.loads(line))
        return self._answers

    def kill(self) -> None:
        """Kill it as a power button does a process: without a word."""
        os.kill(self.pid, signal.SIGKILL)

    def finish(self) -> Outcome:
        """Close its input, read the rest and wait for the end."""
        with contextlib.suppress(BrokenPipeError):
            self.typing.close()
        rest = self._output.read()
        self._answers += [json.loads(line) for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]
        code = self._process.wait() if self._process else self._lab.wait(self.pid) if self._lab else 0
        self._output.close()
        self._error.seek(0)
        error = self._error.read().decode()
        self._error.close()
        return Outcome(code, tuple(self._answers), error, self._calls())

    def _calls(self) -> tuple[tuple[str, str], ...]:
        if self._tracer is None or self._trace is None:
            return ()
        _, complaints = self._tracer.communicate()
        text = self._trace.read_text("utf-8", "surrogateescape")
        self._trace.unlink()
        calls = tuple((match[1], match[2]) for line in text.splitlines() if (match := _LINE.match(line)))
        if not text:
            raise AssertionError(f"strace recorded nothing: {complaints!r}")
        return calls


class Lab:
    """Fork runs of the command line from one warm process."""

    def __init__(self) -> None:
        """Start the warm process and wait until it has imported everything."""
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        root = Path(__file__).parents[2]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.warm", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=root,
                env={**os.environ, **_PLAIN_PYTHON},
            )
        if self._line.recv(10) != b"ready":
            raise AssertionError("the warm process did not start")

    def close(self) -> None:
        """End the warm process."""
        self._line.close()
        self._process.wait()

    def wait(self, pid: int) -> int:
        """Return the exit code of a run."""
        return self._ask({"wait": pid}, [])

    def start(
        self,
        place: Place,
        *arguments: str | Path,
        variant: str = "",
        trace: Sequence[str] = (),
        inject: str = "",
        only: Path | None = None,
        shown_bytes: int = 0,
    ) -> Run:
        """Start a run.

        Args:
            place: Where its folders are; ``--data`` is added for the product's commands.
            arguments: Command and arguments; ``inspect`` and ``work`` are tools of our own.
            variant: Patch of :mod:`tests.faults.variants`; "" for the product as it is.
            trace: Calls to record.
            inject: strace's ``inject`` expression; its call is recorded too.
            only: Only calls on this file.
            shown_bytes: How much of each written string the trace shows.
        """
        tools = {"inspect", "work"}
        words = [str(part) for part in arguments]
        if words[0] not in tools:
            words = ["--data", str(place.data), *words]
        else:
            words.insert(1, str(place.data))
        typing_end, input_end = _pipe()
        output, output_end = _pipe(reading=True)
        go, go_end = _pipe()
        error = tempfile.TemporaryFile()  # noqa: SIM115 - the run closes it
        request = {"arguments": words, "env": place.environment, "variant": variant}
        pid = self._ask(request, [input_end, output_end, error.fileno(), go_end])
        for descriptor in (input_end, output_end, go_end):
            os.close(descriptor)
        run = Run(pid, typing_end, self, output, error)
        if trace or inject:
            _attach(run, trace, inject, only, shown_bytes)
        go.write(b"g")
        go.close()
        return run

    def run(self, place: Place, *arguments: str | Path, variant: str = "") -> Outcome:
        """Run to the end."""
        return self.start(place, *arguments, variant=variant).finish()

    def do(self, place: Place, commands: Sequence[dict[str, Any]], variant: str = "") -> Outcome:
        """Run ``do`` with commands to the end."""
        return self.run(place, "do", write_commands(place, commands), variant=variant)

    def findings(self, place: Place) -> tuple[int, list[str]]:
        """Return exit code and finding codes of ``verify``; the code of its refusal when it could not open."""
        outcome = self.run(place, "verify", "--json")
        found = [entry["code"] for report in outcome.answers for entry in report["findings"]]
        return outcome.code, found

    def inspect(self, place: Place) -> dict[str, list[Any]]:
        """Return what the tables hold."""
        outcome = self.run(place, "inspect")
        assert outcome.code == 0, outcome.error
        tables: dict[str, list[Any]] = outcome.answers[0]
        return tables

    def _ask(self, request: dict[str, Any], descriptors: list[int]) -> int:
        socket.send_fds(self._line, [json.dumps(request).encode()], descriptors)
        return int(self._line.recv(20))


def cold_command(place: Place, *arguments: str | Path) -> dict[str, Any]:
    """Return what starts ``python -m desktop`` itself: arguments, folder and environment for subprocess."""
    return {
        "args": [sys.executable, "-m", "desktop", "--data", str(place.data), *map(str, arguments)],
        "cwd": Path(__file__).parents[2],
        "env": {**os.environ, **place.environment, **_PLAIN_PYTHON},
    }


def start_cold(place: Place, *arguments: str | Path) -> Run:
    """Start ``python -m desktop`` itself, imports and all."""
    error = tempfile.TemporaryFile()  # noqa: SIM115 - the run closes it
    process = subprocess.Popen(
        **cold_command(place, *arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=error
    )
    assert process.stdin is not None
    assert process.stdout is not None
    return Run(process.pid, process.stdin, None, process.stdout, error, process)


def write_commands(place: Place, commands: Sequence[dict[str, Any]]) -> Path:
    """Write commands into a file beside the data folder; return it."""
    file = place.data.parent / "commands.jsonl"
    file.write_text("".join(json.dumps(command, ensure_ascii=False) + "\n" for command in commands), "utf-8")
    return file


def _pipe(*, reading: bool = False) -> tuple[IO[bytes], int]:
    """Return our end as a file and the other as a descriptor."""
    read_end, write_end = os.pipe()
    if reading:
        return os.fdopen(read_end, "rb"), write_end
    return os.fdopen(write_end, "wb", buffering=0), read_end


def _attach(run: Run, trace: Sequence[str], inject: str, only: Path | None, shown_bytes: int) -> None:
    """Attach strace to a run that waits for it."""
    calls = sorted({*trace, *([inject.partition(":")[0]] if inject else [])})
    descriptor, name = tempfile.mkstemp(prefix="trace-")
    os.close(descriptor)
    command = ["strace", "-f", "-y", "-x", "-s", str(shown_bytes), "-p", str(run.pid), "-o", name]
    command += ["-e", f"trace={','.join(calls)}"]
    if inject:
        command += ["-e", f"inject={inject}"]
    if only is not None:
        command += ["-P", str(only)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"})
    run._tracer, run._trace = tracer, Path(name)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    while said and b"attached" not in said:
        said = tracer.stderr.readline()
    if not said:
        run.kill()
        raise AssertionError("strace did not attach")
