"""What the commands of ``motcua do`` about dossiers filed online are given; see :mod:`desktop.cli.wire`."""

from datetime import date
from typing import Annotated

from pydantic import Field

from desktop.cli.wire import Code, ComponentIn, Line, Note, PersonIn, Strict
from desktop.cli.wire_way import GapIn
from desktop.domain.dossiers import ResultBy

Tracking = Annotated[Line, Field(min_length=1)]


class ListOnline(Strict):
    """``online.list``: what waits for an answer, or what is settled."""

    settled: bool = False


class FileOnline(Strict):
    """``online.file``: file something as the city would, to practise; in training only."""

    procedure: Code
    applicant: PersonIn
    note: Note = ""
    tracking: Line = ""


class AcceptOnline(Strict):
    """``online.accept``."""

    tracking: Tracking
    components: tuple[ComponentIn, ...] = ()
    result_by: ResultBy = ResultBy.COUNTER
    note: Note = ""
    duplicate_reason: Note = ""


class AskOnlineSupplement(Strict):
    """``online.supplement``."""

    tracking: Tracking
    missing: tuple[Line | GapIn, ...] = ()
    reason: Note = ""


class DeclineOnline(Strict):
    """``online.decline``."""

    tracking: Tracking
    reason: Note


class MergeOnline(Strict):
    """``online.merge``."""

    tracking: Tracking
    code: Code


class ExportNational(Strict):
    """``national.export``: the days of receipt, both included."""

    first: date
    last: date
    reason: Note = ""
