"""Set signature blocks: signers side by side, or one signer beside the list of recipients."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from reports.elements.column import Column
from reports.elements.flow import Align, Beside, Block, Cell, Gap, Row, total
from reports.elements.fonts import Face
from reports.elements.text import Run, balance

SIGN_AND_NAME = "(Ký và ghi rõ họ tên)"
SIGN_AND_SEAL = "(Ký tên và đóng dấu)"
_RECIPIENTS = "Nơi nhận:"
_LABEL_SIZE, _RECIPIENT_SIZE = 0.92, 0.85
"""Relative to running text, as 12 and 11 to 13 in Decree 30/2020, annex I."""
_LEAST_WHITE = 0.5
_ABOVE_SIGNING = 0.5
_NOTHING: Run = (Face.BOLD, "")


@dataclass(frozen=True, slots=True)
class Signature:
    """Describe one signer.

    Attributes:
        title: In capitals: NGƯỜI NỘP HỒ SƠ, PHÓ CHỦ TỊCH.
        name: Printed name, or empty.
        hint: What to do, in italics.
        above: Lines above the title: TM. ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH.
    """

    title: str
    name: str = ""
    hint: str = SIGN_AND_NAME
    above: tuple[str, ...] = ()


NOBODY = Signature("", hint="")
"""Stands at the left of a single signer."""


def signature_block(column: Column, signers: Sequence[Signature], room_em: float) -> list[Block]:
    """Set signers side by side, all on one page.

    Args:
        column: Where they stand.
        signers: From left to right.
        room_em: White for the hand, in em; up to twice that when the page has room.
    """
    white = Gap(room_em * column.size, keep_next=True, stretch=room_em * column.size)
    return [*_titles(column, signers), white, _row(column, [(Face.BOLD, signer.name) for signer in signers], 1.0)]


def signature_beside(column: Column, recipients: Sequence[str], signer: Signature, room_em: float) -> list[Block]:
    """Set the recipients at the left and the signer at the right, all on one page.

    Args:
        column: Where they stand.
        recipients: Lines below "Nơi nhận:", with dash and closing sign; may be empty.
        signer: Who signs.
        room_em: White for hand and seal, in em; up to twice that when the page has room.
    """
    half = Column(column.width / 2, column.size)
    titles = tuple(_titles(half, [signer]))
    left = tuple(_recipients(half, recipients))
    beside = Beside(left, titles, half.width, keep_next=True)
    taken = beside.height - total(titles)
    white = max(_LEAST_WHITE * column.size, room_em * column.size - taken)
    name = _row(half, [(Face.BOLD, signer.name)], 1.0)
    return [beside, Gap(white, keep_next=True, stretch=room_em * column.size), Beside((), (name,), half.width)]


def signed(column: Column, blocks: Sequence[Block], signing: Sequence[Block]) -> list[Block]:
    """Join text and signature block, so that the block never stands on a page without the end of its text.

    Args:
        column: Where they stand.
        blocks: The text; at least one row.
        signing: From `signature_block` or `signature_beside`.
    """
    last = max(number for number, block in enumerate(blocks) if isinstance(block, Row))
    kept = [
        replace(block, keep_next=True) if number >= last and isinstance(block, Row | Gap) else block
        for number, block in enumerate(blocks)
    ]
    return [*kept, column.gap(_ABOVE_SIGNING, keep_next=True), *signing]


def _titles(column: Column, signers: Sequence[Signature]) -> list[Row]:
    """Set titles and hints, each signer's first line at the top; hints alone in a row are a little smaller."""
    lines = [
        [*((Face.BOLD, title) for title in (*signer.above, signer.title)), (Face.ITALIC, signer.hint)]
        for signer in signers
    ]
    rows = []
    for level in zip_longest(*lines, fillvalue=_NOTHING):
        relative = 0.9 if all(face is Face.ITALIC for face, text in level if text) else 0.95
        rows.append(replace(_row(column, level, relative), keep_next=True))
    return rows


def _recipients(column: Column, recipients: Sequence[str]) -> list[Block]:
    if not recipients:
        return []
    return [
        column.paragraph((Face.BOLD_ITALIC, _RECIPIENTS), size=_LABEL_SIZE),
        *(column.paragraph((Face.REGULAR, line), size=_RECIPIENT_SIZE) for line in recipients),
    ]


def _row(column: Column, runs: Sequence[Run], relative: float) -> Row:
    size, each = column.size * relative, column.width / len(runs)
    cells = [
        Cell(number * each, each, balance((run,), (each - size) / size), Align.CENTRE)
        for number, run in enumerate(runs)
    ]
    return Row(tuple(cells), size)
