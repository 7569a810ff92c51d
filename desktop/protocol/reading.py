"""Read an event that came over the wire: what :func:`desktop.domain.events.read_event` does, with the quick parser."""

from desktop.domain.errors import DamagedData
from desktop.domain.events import Reading, read_plain
from desktop.protocol.json_text import parsed


def read_event(body: bytes) -> Reading:
    """Read as much of an event as this program understands: at least who wrote it and what it is about.

    Raises:
        DamagedData: ``event_unreadable``: not even the envelope is one.
    """
    try:
        plain = parsed(body)
    except ValueError as error:
        raise DamagedData("event_unreadable", cause=type(error).__name__) from error
    return read_plain(plain)
