"""The folder of the program: its versions side by side, and one line that says which is in use.

``versions/<version>/`` is there whole or not at all: it is filled under another name and renamed. ``current`` holds
``<version in use> <version before or -> <floor>`` and is replaced in one step; a starter that is no Python reads it
(installer/linux/motcua, installer/windows/motcua.cs). However far an update came, one of two versions starts.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from desktop.devices.release_file import Head, copy_program, unpack_program
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.releases import check_return, is_version, order_of

POINTER_NAME: Final = "current"
VERSIONS: Final = "versions"
#: The program as a command: on Windows the one with a console.
PROGRAM: Final = "motcua-cli.exe" if os.name == "nt" else "motcua"
SELF_TEST: Final = ("update", "self-test")
#: Versions kept beside the one in use and the one before: so many updates in a row may fail.
OTHERS_KEPT: Final = 2
_LOCK: Final = "update.lock"
_NONE: Final = "-"
_WORDS: Final = 3
#: Names of what is not yet, or no longer, a version.
_UNFINISHED, _PACKED, _REMOVED = ".coming", ".packed", ".going"
#: On Windows a console program opens a black window over the one that started it.
_NO_CONSOLE: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)
#: Longest self-test, on a slow disk with a virus scanner that looks at every file.
SELF_TEST_S: Final = 300


@dataclass(frozen=True, slots=True)
class Pointer:
    """Say which version is in use.

    Attributes:
        current: Version in use.
        previous: The one before, "" when there is none to go back to.
        floor: Nobody goes back before it.
    """

    current: str
    previous: str
    floor: str

    def as_line(self) -> str:
        """Return it as the starter reads it."""
        return f"{self.current} {self.previous or _NONE} {self.floor}\n"


@dataclass(frozen=True, slots=True)
class ProgramFolder:
    """Keep the versions of the program on this machine.

    Attributes:
        root: Folder of ``versions`` and ``current``.
    """

    root: Path

    def pointer(self) -> Pointer:
        """Return what is in use.

        Raises:
            EnvironmentProblem: ``program_folder_unknown`` when this is no such folder.
        """
        try:
            words = (self.root / POINTER_NAME).read_text("ascii").split()
        except (OSError, UnicodeDecodeError) as error:
            raise EnvironmentProblem("program_folder_unknown", path=str(self.root)) from error
        if len(words) != _WORDS or not is_version(words[0]) or not is_version(words[2]):
            raise EnvironmentProblem("program_folder_unknown", path=str(self.root))
        return Pointer(words[0], words[1] if is_version(words[1]) else "", words[2])

    def versions(self) -> tuple[str, ...]:
        """Name the whole versions, oldest first."""
        found = (self.root / VERSIONS).iterdir() if (self.root / VERSIONS).is_dir() else ()
        return tuple(sorted((path.name for path in found if is_version(path.name)), key=order_of))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep other updates away.

        Raises:
            EnvironmentProblem: ``update_in_progress``, ``update_needs_rights``.
        """
        lock = FileLock(self.root / _LOCK, fallback_to_soft=False)
        try:
            lock.acquire(blocking=False)
        except Timeout as error:
            raise EnvironmentProblem("update_in_progress") from error
        except PermissionError as error:
            raise EnvironmentProblem("update_needs_rights", path=str(self.root)) from error
        try:
            yield
        finally:
            lock.release()

    def unpack(self, source: Path, head: Head) -> None:
        """Put the files of a release beside the versions that are there; a version not in use is replaced.

        Raises:
            DamagedData: ``release_cut_short``, ``release_altered``, ``release_unreadable``.
            OSError: the disk refused; nothing in use was touched.
        """
        versions = self.root / VERSIONS
        self._clear()
        packed, coming = versions / _PACKED, versions / _UNFINISHED
        try:
            copy_program(source, head, packed)
            unpack_program(packed, coming)
        except BaseException:
            with contextlib.suppress(OSError):
                self._clear()
            raise
        self.remove(head.release.version)
        coming.rename(versions / head.release.version)
        _sync_folder(versions)
        packed.unlink()

    def self_test(self, version: str) -> None:
        """Let a version test itself, away from every database of this machine.

        Raises:
            UserError: ``update_self_test_failed``.
        """
        program = self.root / VERSIONS / version / PROGRAM
        try:
            ended = subprocess.run(  # noqa: S603 - a program whose signature was checked
                [program, *SELF_TEST, "--expect", version],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SELF_TEST_S,
                check=False,
                creationflags=_NO_CONSOLE,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError("update_self_test_failed", version=version, cause=type(error).__name__) from error
        if ended.returncode != 0:
            lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
            cause = lines[-1] if lines else str(ended.returncode)
            raise UserError("update_self_test_failed", version=version, cause=cause)

    def switch(self, version: str, floor: str) -> None:
        """Let a version be the one in use, in one step; what was in use is the one to go back to."""
        before = self.pointer()
        highest = max(before.floor, floor, key=order_of)
        self.point(Pointer(version, before.current, highest))

    def go_back(self, version: str = "") -> str:
        """Let the version before, or a named one that is still there, be in use again; return it.

        Raises:
            UserError: ``no_earlier_version``, ``release_below_floor``.
        """
        now = self.pointer()
        wanted = version or now.previous
        if not wanted or wanted == now.current or wanted not in self.versions():
            raise UserError("no_earlier_version", version=wanted or "…")
        check_return(wanted, now.floor)
        self.point(Pointer(wanted, "", now.floor))
        return wanted

    def point(self, pointer: Pointer) -> None:
        """Replace the pointer, durably and in one step."""
        replace_durably(self.root / POINTER_NAME, pointer.as_line().encode("ascii"))

    def tidy(self) -> None:
        """Remove unfinished updates, and versions that no starter needs.

        The one in use, the one before and the newest others stay: where an update failed for a user, the one that
        still serves him lies further back than the one before.
        """
        self._clear()
        now = self.pointer()
        others = [version for version in self.versions() if version not in (now.current, now.previous)]
        for version in others[:-OTHERS_KEPT]:
            self.remove(version)

    def remove(self, version: str) -> None:
        """Remove a version: first its name, then its files, so that half of one is never taken for a whole one."""
        versions = self.root / VERSIONS
        if (versions / version).exists():
            (versions / version).rename(versions / _REMOVED)
            _sync_folder(versions)
            shutil.rmtree(versions / _REMOVED)

    def _clear(self) -> None:
        """Remove what an update left that was ended before its time."""
        versions = self.root / VERSIONS
        for name in (_UNFINISHED, _REMOVED):
            if (versions / name).exists():
                shutil.rmtree(versions / name)
        (versions / _PACKED).unlink(missing_ok=True)


def own_folder() -> ProgramFolder | None:
    """Return the folder this very program was started from; None when it runs from its source or a plain copy."""
    if not getattr(sys, "frozen", False):
        return None
    place = Path(sys.executable).resolve().parent
    return ProgramFolder(place.parents[1]) if place.parent.name == VERSIONS else None


def replace_durably(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all.

    Raises:
        OSError: the disk refused; the file before stands.
    """
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a folder's list of names durable; Windows does that by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
