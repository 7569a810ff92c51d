"""Mẫu 02: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (request for everything a dossier lacks, at once).

Source: Circular 01/2018/TT-VPCP art. 9 and form 02 (rule pack 2018); Circular 03/2025/TT-VPCP annex I form 02
(rule pack 2025). Asked at intake it has no dossier code, because none was spent.

This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass

from reports.elements.column import Column
from reports.elements.flow import Align, Block
from reports.elements.fonts import Face
from reports.elements.letter import (
    GROUP_GAP,
    LETTER_PAPERS,
    Letter,
    party,
    render_letter,
    signed_by_hand,
    small_notes,
)
from reports.elements.page import Paper
from reports.elements.signatures import Signature, signed
from reports.elements.tables import TableColumn, table
from reports.elements.text import cleaned, missing_glyphs

__all__ = ["LETTER_PAPERS", "GapRow", "Paper", "Signature", "SupplementForm", "missing_glyphs", "render"]

_NUMBER = TableColumn("TT", 2.2, Align.CENTRE)
_CONTENT = TableColumn("Thành phần, nội dung cần bổ sung, hoàn thiện")
_QUANTITY = TableColumn("Số lượng", 6.0, Align.CENTRE)
_NOTE = TableColumn("Ghi chú", 9.0)


@dataclass(frozen=True, slots=True)
class GapRow:
    """Hold one thing the dossier lacks: number, what, "01 bản chính", what is wrong with it."""

    no: str
    content: str
    quantity: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementForm(Letter):
    """Hold every text of the request, finished; the texts of its head are `Letter`'s.

    Attributes:
        gaps: Everything that is missing; a column nothing stands in is left out.
        reason: Why it is asked for.
        signers: Usually one, NGƯỜI HƯỚNG DẪN, at the right; two stand side by side.
        legal_basis: What prescribes it.
        guidance: Sentence that says whom to ask, with telephone.
        time_effect: Sentence that says what the request does to the time limit.
        request_mark: "Yêu cầu bổ sung lần 2"; empty on the first.
        received_at: When the dossier was received.
        promised_at: What was promised then.
    """

    gaps: tuple[GapRow, ...]
    reason: str
    signers: tuple[Signature, ...]
    legal_basis: str = ""
    guidance: str = ""
    time_effect: str = ""
    request_mark: str = ""
    received_at: str = ""
    promised_at: str = ""


def render(form: SupplementForm, paper: Paper) -> bytes:
    """Print the request.

    Args:
        form: Its texts.
        paper: A5 (the circular's format), A4, or two copies on one A4.

    Returns:
        A PDF file, the same to the byte for the same form. `missing_glyphs` tells which letters became □.

    Raises:
        ValueError: Another paper than `LETTER_PAPERS`.

    Threads: any.
    """
    form = cleaned(form)
    return render_letter(form, paper, lambda column: _body(form, column), (form.request_mark,))


def _body(form: SupplementForm, column: Column) -> list[Block]:
    text = [
        *party(column, form, "Hồ sơ của:"),
        *column.field("Thời gian nhận hồ sơ:", form.received_at),
        *column.field("Thời gian hẹn trả kết quả:", form.promised_at),
        *_gaps(form, column),
        *column.explained("Lý do:", form.reason),
        *column.explained("Căn cứ:", form.legal_basis),
        column.gap(GROUP_GAP),
        *_time_effect(form, column),
        *column.explained("", form.guidance),
        *small_notes(column, form.notes),
    ]
    return signed(column, text, signed_by_hand(column, form.signers))


def _gaps(form: SupplementForm, column: Column) -> list[Block]:
    asked: Block = column.paragraph(
        (Face.BOLD, "Yêu cầu bổ sung, hoàn thiện hồ sơ gồm những nội dung như sau:"), keep_next=True
    )
    columns, rows = [_NUMBER, _CONTENT], [[gap.no, gap.content] for gap in form.gaps]
    for spec, values in (
        (_QUANTITY, [gap.quantity for gap in form.gaps]),
        (_NOTE, [gap.note for gap in form.gaps]),
    ):
        if any(values):
            columns.append(spec)
            rows = [[*row, value] for row, value in zip(rows, values, strict=True)]
    return [asked, *table(column, columns, rows), column.gap(GROUP_GAP)]


def _time_effect(form: SupplementForm, column: Column) -> list[Block]:
    if not form.time_effect:
        return []
    return [*column.boxed(((Face.BOLD, form.time_effect),)), column.gap(GROUP_GAP)]
