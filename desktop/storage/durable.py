"""Write a file so that a crash, a full disk or a pulled cable leaves the old one or the new one, never half of it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from desktop.storage.keys_file import sync_folder

SCRATCH_PREFIX = ".motcua-"


@contextmanager
def written_whole(target: Path) -> Iterator[BinaryIO]:
    """Give a file beside ``target`` to write; leaving the block syncs it and puts it into place.

    Args:
        target: Its folder must exist.

    Raises:
        OSError: The disk refused; the old file stands, and nothing else is left.
    """
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=SCRATCH_PREFIX)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            forget_pages(file.fileno())
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    with suppress(OSError):  # some shares cannot sync a folder; the file itself is safe
        sync_folder(target.parent)


def make_durable(path: Path) -> None:
    """Bring an existing file's content to its disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def forget_pages(descriptor: int) -> None:
    """Ask the system to read a file from its disk the next time, not from memory; where it cannot, nothing happens."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
