"""Keep beside the database what has been brought to safety, for the next start, the self-check and the page."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from desktop.services.safekeeping import Drill, Status
from desktop.storage.engine import translated
from desktop.storage.keys_file import write_private

STATUS_NAME: Final = "backup-status.json"


def read_status(folder: Path) -> Status:
    """Return what is known of a data folder; a file that cannot be read says that nothing is."""
    try:
        plain = json.loads((folder / STATUS_NAME).read_text("utf-8"))
        drills = tuple(Drill(**{**each, "at": _instant(each["at"])}) for each in plain.pop("drills"))
        known: dict[str, Any] = {
            name: _instant(value) if name.endswith(_INSTANTS) else value for name, value in plain.items()
        }
        return Status(**known, drills=drills)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Status()


def write_status(folder: Path, status: Status) -> None:
    """Keep what is known of a data folder.

    Raises:
        EnvironmentProblem: ``disk_full``, ``disk_read_only`` …
    """
    with translated():
        write_private(folder / STATUS_NAME, json.dumps(asdict(status), default=_plain, ensure_ascii=False).encode())


_INSTANTS: Final = ("_at", "_until", "_since")


def _plain(value: Any) -> str:  # noqa: ANN401 - whatever json does not know
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(value)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
