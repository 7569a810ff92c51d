"""The trial of a new version on one user's data, as the starter keeps it.

While a version is new to a user the starter names a file in ``MOTCUA_TRIAL``; it holds ``<version> <starts>
<verdict>``. The program writes its verdict there: ``good`` when a user has logged in, ``refused`` when his data did not
pass, ``later`` when there was no room for the try. A version that is refused, that ends badly or that does not come so
far in three starts gives way to the one before.
"""

import logging
import os
from pathlib import Path
from typing import Final

from desktop.devices.program_folder import replace_durably

log = logging.getLogger(__name__)

#: Names the starter's file; set during a trial only.
TRIAL: Final = "MOTCUA_TRIAL"
#: Set by the starter when it went back: the data may have been taken over by the version named here.
RETURNED_FROM: Final = "MOTCUA_RETURNED_FROM"


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
