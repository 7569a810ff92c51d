"""What the commands of ``motcua do`` about the unit's own days are given; see :mod:`desktop.cli.wire`."""

from datetime import date

from desktop.cli.wire import Line, Note, Strict


class ShowCalendar(Strict):
    """``calendar.show``: what a day is, and the unit's own days."""

    on: date | None = None


class ShowTouched(Strict):
    """``calendar.touched``: the open dossiers a day off, or a day worked, would touch."""

    on: date
    worked: bool = False


class DeclareDay(Strict):
    """``calendar.declare``: a day off, or a day worked, of the unit's own."""

    on: date
    worked: bool = False
    name: Line
    document: Line


class YearDay(Strict):
    """One day of a declared year, or a span of 31 days at most."""

    on: date
    last: date | None = None
    worked: bool = False
    name: Line


class DeclareYear(Strict):
    """``calendar.declare_year``: all days off of the year after the calendar's last one."""

    year: int
    document: Line
    days: list[YearDay]


class TakeBackDay(Strict):
    """``calendar.take_back``: a declared day, and why it is none any more."""

    on: date
    reason: Note
