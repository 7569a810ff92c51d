"""Answer the commands of ``motcua do`` that count."""

from collections.abc import Mapping

from desktop.cli import answers_board, wire_way
from desktop.cli.context import Context, Handler
from desktop.domain.board import Period
from desktop.domain.errors import UserError
from desktop.services import board as boards


def show_board(context: Context, with_: wire_way.ShowBoard) -> answers_board.BoardOut:
    """Answer ``board.show``."""
    if (with_.first is None) != (with_.last is None):
        raise UserError("bad_command", place="with.first | with.last")
    period = None
    if with_.first is not None and with_.last is not None:
        if with_.last < with_.first:
            raise UserError("bad_command", place="with.last")
        period = Period(with_.first, with_.last)
    shown = boards.show_board(
        context.desk,
        context.actor,
        as_of=with_.as_of,
        field=with_.field,
        period=period,
        denominator=with_.denominator,
    )
    custodians = [name.custodian for name in answers_board.names_of(shown)]
    return answers_board.board_out(
        shown, boards.field_names(context.desk), boards.holder_names(context.desk, custodians)
    )


HANDLERS: Mapping[str, Handler] = {
    "board.show": Handler(wire_way.ShowBoard, answers_board.BoardOut, show_board),
}
