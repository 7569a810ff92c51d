"""Make a data folder whole or not at all: in a stage of its own, put into place at the end."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.domain.errors import EnvironmentProblem
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import translated
from desktop.storage.keys import TRAINING_NAME
from desktop.storage.keys_file import sync_folder
from desktop.storage.location import check_location

STAGE_PREFIX = ".dang-tao-"
KEYS_NAME = "keys.toml"
#: What is put into place, in this order: a database stands there only when its keys do.
_PUBLISHED = (TRAINING_NAME, KEYS_NAME, DATABASE_NAME)


@contextmanager
def setting_up(folder: Path) -> Iterator[Path]:
    """Give a stage inside a data folder; leaving the block puts its files into place, an exception drops them.

    Args:
        folder: Data folder; made when absent.

    Raises:
        EnvironmentProblem: ``database_exists``; ``keys_exist`` when keys lie there that no unfinished set-up left;
            ``network_share``, ``disk_full`` …
    """
    with translated():
        folder.mkdir(parents=True, exist_ok=True)
    check_location(folder)
    if (folder / DATABASE_NAME).exists():
        raise EnvironmentProblem("database_exists", path=str(folder))
    with translated():
        _drop_unfinished(folder)
        if (folder / KEYS_NAME).exists():
            raise EnvironmentProblem("keys_exist", path=str(folder / KEYS_NAME))
        stage = Path(tempfile.mkdtemp(prefix=STAGE_PREFIX, dir=folder))
    try:
        yield stage
        with translated():
            for name in _PUBLISHED:
                if (stage / name).exists():
                    (stage / name).replace(folder / name)
            sync_folder(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _drop_unfinished(folder: Path) -> None:
    """Drop what a killed set-up left: its stage, and keys whose database was never put into place."""
    stages = list(folder.glob(f"{STAGE_PREFIX}*"))
    for stage in stages:
        for name in (KEYS_NAME, TRAINING_NAME):
            # Put into place from this stage, which still holds the database: nobody else's.
            if (stage / DATABASE_NAME).exists() and not (stage / name).exists():
                (folder / name).unlink(missing_ok=True)
        shutil.rmtree(stage)
