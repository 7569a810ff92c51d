"""Say how a PC stands, for those who look after all of them: no name, no number of anybody goes out."""

from datetime import datetime

from desktop import __version__
from desktop.protocol.messages import DeviceReport
from desktop.protocol.replica import Unsent
from desktop.storage.backup import last_backup_at
from desktop.wiring import Ward


def report_of(ward: Ward, unsent: Unsent) -> DeviceReport:
    """Return the report of an open ward."""
    return DeviceReport(
        program=__version__,
        unsent=unsent.events,
        dossiers=unsent.dossiers,
        oldest_unsent_ms=_milliseconds(unsent.oldest_at),
        backup_ms=_milliseconds(last_backup_at(ward.database.folder)),
    )


def _milliseconds(at: datetime | None) -> int:
    return max(int(at.timestamp() * 1_000), 0) if at is not None else 0
