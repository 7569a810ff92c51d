"""What the commands of ``motcua do`` about access are given; see :mod:`desktop.cli.wire`."""

from datetime import date

from pydantic import Field

from desktop.cli.wire import Code, Note, Strict


class RevealIdNumbers(Strict):
    """``dossier.id_numbers``: the whole numbers of a dossier's people, and why they are needed."""

    code: Code
    reason: Note


class ShowAccess(Strict):
    """``access.list``: who looked at what, from a day to a day."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")


class ShowTwoPeople(Strict):
    """``witness.list``: what nobody does alone and who stood by it, from a day to a day."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
