"""The lock that keeps a second writer away from one database.

It is a lock of the operating system on a file beside the database, so it ends with the process that holds
it, however that process ends; the file itself means nothing. Readers (verify, backup, doctor, export) do not
take it.
"""

import errno
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from desktop.domain.errors import EnvironmentProblem

LOCK_NAME = "motcua.lock"

#: What a folder answers that takes no new files.
_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
#: What a file system answers that knows no locks, or whose lock service is away.
_NO_LOCKS = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK})

#: Every lock that is held, so that one whose owner was forgotten is still held until the process ends: the
#: library lets go of a lock that nobody refers to.
_held: set[FileLock] = set()


class ProcessLock:
    """Hold the writer's lock of one data folder, usually for the life of the process."""

    def __init__(self, folder: Path) -> None:
        """Name the lock without taking it.

        Args:
            folder: The data folder; it must exist by the time the lock is taken.
        """
        self._folder = folder
        # No soft lock: a file that merely exists would outlive a killed process. Not per thread: lane db
        # opens the database, the main thread closes it.
        self._lock = FileLock(folder / LOCK_NAME, fallback_to_soft=False, thread_local=False)

    @property
    def is_held(self) -> bool:
        """Tell whether this object holds the lock."""
        return bool(self._lock.is_locked)

    def acquire(self) -> Self:
        """Take the lock now or refuse; never wait. Taking it twice is the same as once.

        Raises:
            EnvironmentProblem: ``database_in_use`` when another process (or another lock object of this one)
                holds it; ``folder_read_only`` when the file cannot be made; ``folder_cannot_lock`` when the
                file system knows no locks, as some network shares do not.
            FileNotFoundError: The data folder is missing; the library would make it.
        """
        if self.is_held:
            return self
        if not self._folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._folder))
        try:
            self._lock.acquire(blocking=False)
        except Timeout as error:
            raise EnvironmentProblem("database_in_use", path=str(self._folder)) from error
        except OSError as error:
            problem = lock_problem(error, self._folder)
            if problem is None:
                raise
            raise problem from error
        _held.add(self._lock)
        return self

    def release(self) -> None:
        """Let the lock go; nothing happens when it is not held. The file stays."""
        self._lock.release(force=True)
        _held.discard(self._lock)

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def lock_problem(error: OSError, folder: Path) -> EnvironmentProblem | None:
    """Name what the operating system says about a lock it did not give.

    Args:
        error: What taking the lock raised, other than that somebody holds it.
        folder: The data folder.

    Returns:
        None for an error that says nothing about locks or this folder's rights.
    """
    if error.errno in _READ_ONLY:
        return EnvironmentProblem("folder_read_only", path=str(folder))
    if error.errno in _NO_LOCKS:
        return EnvironmentProblem("folder_cannot_lock", path=str(folder))
    return None
