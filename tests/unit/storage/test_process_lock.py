import errno
import gc
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.domain.errors import EnvironmentProblem
from desktop.storage.process_lock import LOCK_NAME, ProcessLock, lock_problem

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from desktop.domain.errors import EnvironmentProblem
from desktop.storage.process_lock import ProcessLock
try:
    ProcessLock(Path(sys.argv[1])).acquire()
except EnvironmentProblem as problem:
    print(problem.code, flush=True)
else:
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """Give a folder that this process may not write, root or not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o755)


@contextmanager
def another_process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a process that takes the lock and holds it; yield it and its first line."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_a_second_process_is_refused_at_once(tmp_path: Path) -> None:
    with ProcessLock(tmp_path), another_process(tmp_path) as (_, said):
        assert said == "database_in_use"


def test_the_holder_in_another_process_refuses_us(tmp_path: Path) -> None:
    with another_process(tmp_path) as (_, said):
        assert said == "held"

        with pytest.raises(EnvironmentProblem) as caught:
            ProcessLock(tmp_path).acquire()

    assert caught.value.code == "database_in_use"
    assert caught.value.details["path"] == str(tmp_path)


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    with another_process(tmp_path) as (process, said):
        assert said == "held"
        process.kill()
        assert process.wait(timeout=30) == -signal.SIGKILL

        lock = ProcessLock(tmp_path).acquire()

    assert lock.is_held
    assert (tmp_path / LOCK_NAME).exists()
    lock.release()


def test_two_locks_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    with ProcessLock(tmp_path), pytest.raises(EnvironmentProblem) as caught:
        ProcessLock(tmp_path).acquire()

    assert caught.value.code == "database_in_use"


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    first = ProcessLock(tmp_path)
    with first:
        assert first.is_held
    assert not first.is_held

    with ProcessLock(tmp_path) as second:
        assert second.is_held


def test_taking_twice_needs_one_release_and_releasing_twice_is_harmless(tmp_path: Path) -> None:
    lock = ProcessLock(tmp_path).acquire().acquire()

    lock.release()
    lock.release()

    assert not lock.is_held


def test_a_lock_whose_owner_was_forgotten_is_still_held(tmp_path: Path) -> None:
    ProcessLock(tmp_path).acquire()
    gc.collect()

    with pytest.raises(EnvironmentProblem) as caught:
        ProcessLock(tmp_path).acquire()

    assert caught.value.code == "database_in_use"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EACCES, "folder_read_only"),
        (errno.EROFS, "folder_read_only"),
        (errno.ENOSYS, "folder_cannot_lock"),
        (errno.ENOLCK, "folder_cannot_lock"),
    ],
)
def test_a_folder_that_gives_no_lock_is_named(tmp_path: Path, number: int, code: str) -> None:
    problem = lock_problem(OSError(number, "no"), tmp_path)

    assert problem is not None
    assert problem.code == code
    assert problem.details["path"] == str(tmp_path)


def test_another_error_of_the_machine_keeps_its_own_name(tmp_path: Path) -> None:
    missing = tmp_path / "missing"

    assert lock_problem(OSError(errno.EIO, "broken disk"), tmp_path) is None
    with pytest.raises(FileNotFoundError):
        ProcessLock(missing).acquire()
    assert not missing.exists()


def test_a_folder_we_may_not_write_is_refused(locked_folder: Path) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        ProcessLock(locked_folder).acquire()

    assert caught.value.code == "folder_read_only"


def test_two_data_folders_do_not_disturb_each_other(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    with ProcessLock(tmp_path / "a"), ProcessLock(tmp_path / "b") as other:
        assert other.is_held
