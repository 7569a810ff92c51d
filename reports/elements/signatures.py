"""Set signature blocks side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.elements.column import Column
from reports.elements.flow import Align, Block, Cell, Gap, Row
from reports.elements.fonts import Face
from reports.elements.text import Run, balance

SIGN_AND_NAME = "(Ký và ghi rõ họ tên)"


@dataclass(frozen=True, slots=True)
class Signature:
    """Describe one signer.

    Attributes:
        title: In capitals: NGƯỜI NỘP HỒ SƠ.
        name: Printed name, or empty.
        hint: What to do, in italics.
    """

    title: str
    name: str = ""
    hint: str = SIGN_AND_NAME


def signature_block(column: Column, signers: Sequence[Signature], room_em: float) -> list[Block]:
    """Set signers side by side, all on one page.

    Args:
        column: Where they stand.
        signers: From left to right.
        room_em: White for the hand, in em; up to twice that when the page has room.
    """
    titles = _row(column, [(Face.BOLD, signer.title) for signer in signers], 0.95)
    hints = _row(column, [(Face.ITALIC, signer.hint) for signer in signers], 0.9)
    names = _row(column, [(Face.BOLD, signer.name) for signer in signers], 1.0)
    white = Gap(room_em * column.size, keep_next=True, stretch=room_em * column.size)
    return [replace(titles, keep_next=True), replace(hints, keep_next=True), white, names]


def _row(column: Column, runs: Sequence[Run], relative: float) -> Row:
    size, each = column.size * relative, column.width / len(runs)
    cells = [
        Cell(number * each, each, balance((run,), (each - size) / size), Align.CENTRE)
        for number, run in enumerate(runs)
    ]
    return Row(tuple(cells), size)
