"""TỜ KHÓA KHÔI PHỤC: the one paper that opens a PC's backups when the PC is gone.

Source: no national form; what it must say follows from ASVS 5.0, 13.3 and 14.2: who keeps it, where, and what it opens.
It bears no name of a citizen. The key stands in groups that each end in a check letter, and as a QR code.

This module prints finished texts and formats nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.elements.column import Column
from reports.elements.flow import Align, Block
from reports.elements.fonts import Face
from reports.elements.handing import closing_notes
from reports.elements.page import Paper
from reports.elements.signatures import Signature, signature_block
from reports.elements.tabular import Naming, TabularForm, plan_of, render_upright
from reports.elements.text import cleaned, missing_glyphs

__all__ = ["Paper", "RecoverySheetForm", "missing_glyphs", "render"]

_KEY_SIZE = 1.5
_SIGNING_EM = 3.0
_GROUPS_A_LINE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySheetForm(TabularForm):
    """Hold every text of the sheet, finished; more in `TabularForm`.

    Attributes:
        key_id: Names the key: "3F9A-01BC"; also the PDF's title.
        groups: The groups of the key, in their order.
        qr_content: The whole key.
        computer: Which PC it is of.
        made_at: "09 giờ 05 phút, ngày 09 tháng 7 năm 2025".
        instructions: What it is for and how it is kept, a line each.
        notes: Notes at the end.
        maker: Who printed it.
    """

    key_id: str
    groups: tuple[str, ...]
    qr_content: str
    computer: str
    made_at: str
    maker: str = ""
    instructions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def render(form: RecoverySheetForm, paper: Paper = Paper.A5) -> bytes:
    """Print the sheet.

    Args:
        form: Its texts.
        paper: A5 or A4.

    Returns:
        A PDF file, the same to the byte for the same form.

    Raises:
        ValueError: The paper is a roll.

    Threads: any.
    """
    form = cleaned(form)
    naming = Naming("Tên khóa:", form.key_id, qr_content=form.qr_content, caption="Khóa khôi phục")
    return render_upright(plan_of(form, naming, lambda column: _body(form, column)), paper)


def _body(form: RecoverySheetForm, column: Column) -> list[Block]:
    signers = (Signature("NGƯỜI LẬP", form.maker), Signature("NGƯỜI GIỮ TỜ KHÓA", ""))
    return [
        *column.field("Máy:", form.computer, Face.BOLD),
        *column.field("Lập lúc:", form.made_at),
        column.gap(0.3),
        *_groups(form.groups, column),
        column.gap(0.3),
        *column.numbered("Cách dùng và cất giữ:", form.instructions),
        *closing_notes(column, form.notes),
        column.gap(0.4, keep_next=True),
        *signature_block(column, signers, _SIGNING_EM),
    ]


def _groups(groups: Sequence[str], column: Column) -> list[Block]:
    lines = [groups[at : at + _GROUPS_A_LINE] for at in range(0, len(groups), _GROUPS_A_LINE)]
    return [
        column.paragraph((Face.BOLD, " - ".join(line)), size=_KEY_SIZE, align=Align.CENTRE, above=0.15, keep_next=True)
        for line in lines
    ]
