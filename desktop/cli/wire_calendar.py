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


class TakeBackDay(Strict):
    """``calendar.take_back``: a declared day, and why it is none any more."""

    on: date
    reason: Note
