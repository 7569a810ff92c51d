"""Load the calendar of ``resources/calendars``, with a unit's own changes to it."""

from importlib import resources

from desktop.domain.calendars import Calendar, CalendarOverlay
from desktop.protocol.calendar_file import parse_calendar


def load_calendar(overlay: CalendarOverlay | None = None) -> Calendar:
    """Return the country's calendar, with a unit's changes where it has some.

    Raises:
        ValueError: The file is malformed; the message names the place.
    """
    file = resources.files("resources") / "calendars" / "vietnam.toml"
    calendar = parse_calendar(file.name, file.read_text(encoding="utf-8"))
    return calendar if overlay is None else calendar.with_overlay(overlay)
