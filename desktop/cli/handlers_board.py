"""Answer the commands of ``motcua do`` that count."""

from collections.abc import Mapping

from desktop.cli import answers_board, wire_way
from desktop.cli.context import Context, Handler
from desktop.domain.board import Period
from desktop.domain.errors import UserError
from desktop.domain.users import Action, require
from desktop.services import board as boards
from desktop.services import registers


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


def export_register(context: Context, with_: wire_way.ExportRegister) -> answers_board.FileWrittenOut:
    """Answer ``register.export``."""
    require(context.actor, Action.EXPORT_REGISTER)
    if context.out is None:
        raise UserError("no_out_folder")
    span = (with_.first, with_.last, with_.book)
    cover = registers.register_book(context.desk, context.actor, *span)
    book = f"-quyen-{with_.book}" if with_.book else ""
    path = (context.out / f"so-theo-doi-{with_.first}-{with_.last}{book}.{with_.format}").absolute()
    context.out.mkdir(parents=True, exist_ok=True)
    if with_.format is wire_way.RegisterFormat.PDF:
        path.write_bytes(registers.register_pdf(context.desk, context.actor, *span, reason=with_.reason))
    else:
        registers.write_register_xlsx(
            context.desk, context.actor, with_.first, with_.last, path, with_.book, reason=with_.reason
        )
    return answers_board.FileWrittenOut(file=str(path), entries=cover.entries)


def close_register(context: Context, with_: wire_way.CloseRegister) -> answers_board.RegisterClosedOut:
    """Answer ``register.close``."""
    done = registers.close_register(context.desk, context.actor, with_.year)
    return answers_board.RegisterClosedOut(
        books=[
            answers_board.BookClosedOut(
                year=each.year, book=each.book, entries=each.entries, last_number=each.last_number
            )
            for each in done.closings
        ]
    )


HANDLERS: Mapping[str, Handler] = {
    "board.show": Handler(wire_way.ShowBoard, answers_board.BoardOut, show_board),
    "register.export": Handler(wire_way.ExportRegister, answers_board.FileWrittenOut, export_register),
    "register.close": Handler(wire_way.CloseRegister, answers_board.RegisterClosedOut, close_register),
}
