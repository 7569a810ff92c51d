"""The trial of a new version on one user's data, as the starter keeps it.

While a version is new to a user the starter names a file in ``MOTCUA_TRIAL``; it holds ``<version> <starts>
<verdict>``. The program writes its verdict there: ``good`` when a user has logged in, ``refused`` when his data did not
pass, ``later`` when there was no room for the try. A version that is refused, that ends badly or that does not come so
far in three starts gives way to the one before.
"""

import logging
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from desktop.devices.program_folder import replace_durably

log = logging.getLogger(__name__)

#: Names the starter's file; set during a trial only.
TRIAL: Final = "MOTCUA_TRIAL"
#: Set by the starter when it went back: the data may have been taken over by the version named here.
RETURNED_FROM: Final = "MOTCUA_RETURNED_FROM"
#: The file's name in the folder of this user's state.
FILE_NAME: Final = "trial"
_WORDS: Final = 3


class Standing(StrEnum):
    """Say how the version that runs stands to the one that was installed last."""

    #: In use; nothing newer was tried by this user.
    IN_USE = "in_use"
    #: In use, and its trial on this user's data went well.
    PROVEN = "proven"
    #: A newer one is installed and begins with the next start.
    WAITING = "waiting"
    #: A newer one was tried and had no room; it is tried again at the next start.
    POSTPONED = "postponed"
    #: A newer one failed; the starter went back by itself.
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Trial:
    """Hold what the starter's file says.

    Attributes:
        version: The version that was tried last.
        verdict: ``new``, ``good``, ``refused`` or ``later``.
    """

    version: str
    verdict: str


def confirm(version: str) -> None:
    """Say that this version works for this user; nothing happens outside a trial."""
    _write(version, "good")


def refuse(version: str) -> None:
    """Say that this version must not be started again for this user; nothing happens outside a trial."""
    _write(version, "refused")


def postpone(version: str) -> None:
    """Say that the version before should work now, and this one be tried at the next start."""
    _write(version, "later")


def is_return() -> bool:
    """Tell whether the starter went back to this version from a newer one."""
    return bool(os.environ.get(RETURNED_FROM))


def last_trial(state_folder: Path) -> Trial | None:
    """Return this user's last trial, None when no version was ever on trial."""
    try:
        words = (state_folder / FILE_NAME).read_text("ascii").split()
    except (OSError, UnicodeDecodeError):
        return None
    return Trial(words[0], words[2]) if len(words) == _WORDS else None


def standing(running: str, installed: str, trial: Trial | None) -> Standing:
    """Say how the version that runs stands to the one that was installed last.

    Args:
        running: This very version.
        installed: The one the pointer names.
        trial: This user's last trial.
    """
    if running == installed:
        is_proven = trial is not None and trial.version == running and trial.verdict == "good"
        return Standing.PROVEN if is_proven else Standing.IN_USE
    if trial is None or trial.version != installed:
        return Standing.WAITING
    return Standing.RETURNED if trial.verdict == "refused" else Standing.POSTPONED


def _write(version: str, verdict: str) -> None:
    path = os.environ.get(TRIAL)
    if not path:
        return
    try:
        replace_durably(Path(path), f"{version} 0 {verdict}\n".encode("ascii"))
    except OSError as error:
        # The starter then judges by how the program ends.
        log.info("verdict not kept", extra={"errno": error.errno})
    if verdict == "good":
        del os.environ[TRIAL]
