"""Read an event that came over the wire: what :mod:`desktop.domain.events` does, with the quick parser."""

from desktop.domain.errors import DamagedData
from desktop.domain.events import Event, Reading, decode_plain, read_plain
from desktop.protocol.json_text import parsed


def decode_event(body: bytes) -> Event:
    """Read an event back from its bytes.

    Raises:
        DamagedData: ``event_unreadable``, ``event_type_unknown``, as :func:`desktop.domain.events.decode_body`.
    """
    try:
        plain = parsed(body)
    except ValueError as error:
        raise DamagedData("event_unreadable", cause=type(error).__name__) from error
    return decode_plain(plain)


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
