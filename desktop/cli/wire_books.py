"""What the commands of ``motcua do`` about money and reports are given; see :mod:`desktop.cli.wire`."""

from datetime import date
from typing import Annotated

from pydantic import Field

from desktop.cli.wire import MOST_VND, Code, Note, Strict
from desktop.cli.wire_way import RegisterFormat


class ShowCash(Strict):
    """``cash.show``: a collector's day."""

    day: date | None = None
    collector: Code | None = None


class CloseCash(Strict):
    """``cash.close``: close a collector's day and number its sheet."""

    day: date | None = None
    counted_vnd: Annotated[int, Field(ge=0, le=MOST_VND)]
    note: Note = ""
    collector: Code | None = None


class ExportReport(Strict):
    """``report.export``: the quarterly table II.06a of the days from a day to a day."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    format: RegisterFormat = RegisterFormat.PDF
    reason: Note = ""
