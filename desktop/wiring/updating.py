"""Take over the data of another release before a ward is opened, and tell the starter how it went."""

import logging
from pathlib import Path

from desktop import __version__
from desktop.devices import signing_key, trial
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import DamagedData, EnvironmentProblem, NewerData
from desktop.storage import going_back, renewal

log = logging.getLogger(__name__)


def make_ready(folder: Path, key: bytes, state_folder: Path) -> None:
    """Bring a data folder to this release: from an earlier one, or back from a later one that did not prove good.

    Only the starter asks to go back; a later release's data opened by mistake is refused as ever.

    Args:
        folder: Data folder, absolute.
        key: Key of its database.
        state_folder: Where markers live.

    Raises:
        NewerData: ``database_newer``, ``return_would_lose``.
        DamagedData: ``update_data_refused``; the database is as it was.
        EnvironmentProblem: ``database_in_use``, ``disk_full`` …
    """
    now = SystemClock().now()
    try:
        renewal.renew_if_older(folder, key, state_folder, signing_key.verify, now)
    except NewerData:
        if not trial.is_return():
            raise
        done = going_back.go_back(folder, key, state_folder, signing_key.verify, now)
        log.info("went back", extra={"events": done.events, "left_behind": list(done.left_behind)})
    except DamagedData as damage:
        if damage.code == "update_data_refused":
            trial.refuse(__version__)
        raise
    except EnvironmentProblem:
        # No room for the copy, for instance: the version before needs none.
        trial.postpone(__version__)
        raise
