"""Mẫu 03: Phiếu từ chối tiếp nhận giải quyết hồ sơ (refusal to receive or to handle a dossier).

Source: Circular 01/2018/TT-VPCP art. 9 and form 03 (rule pack 2018); Circular 03/2025/TT-VPCP annex I form 03
(rule pack 2025). Refused at intake it has no dossier code; refused by the unit that handles it, its leader signs.

This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass

from reports.elements.column import Column
from reports.elements.flow import Block
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
from reports.elements.text import cleaned, missing_glyphs

__all__ = ["LETTER_PAPERS", "Paper", "RefusalForm", "Signature", "missing_glyphs", "render"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalForm(Letter):
    """Hold every text of the refusal, finished; the texts of its head are `Letter`'s.

    Attributes:
        statement: "Qua xem xét, … thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:".
        reason: Why.
        signers: From left to right: NGƯỜI NỘP HỒ SƠ, then who refuses; a single one stands at the right.
        legal_basis: What prescribes it.
        originals: Names of the papers whose originals go back.
        fee_note: What happens to a fee already taken.
        guidance: Sentence that says where to turn now.
        closing: "Xin thông báo cho Ông/Bà được biết và thực hiện."
        received_at: When the dossier was received; empty when it never was.
    """

    statement: str
    reason: str
    signers: tuple[Signature, ...]
    legal_basis: str = ""
    originals: tuple[str, ...] = ()
    fee_note: str = ""
    guidance: str = ""
    closing: str = ""
    received_at: str = ""


def render(form: RefusalForm, paper: Paper) -> bytes:
    """Print the refusal.

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
    return render_letter(form, paper, lambda column: _body(form, column))


def _body(form: RefusalForm, column: Column) -> list[Block]:
    text = [
        *party(column, form, "Tiếp nhận hồ sơ của:"),
        *column.field("Thời gian nhận hồ sơ:", form.received_at),
        *column.explained("", form.statement, keep_next=True),
        *column.explained("Lý do:", form.reason),
        *column.explained("Căn cứ:", form.legal_basis),
        column.gap(GROUP_GAP),
        *column.numbered("Giấy tờ bản chính trả lại người nộp hồ sơ:", form.originals),
        *column.field("Phí, lệ phí:", form.fee_note),
        *column.explained("", form.guidance),
        *column.explained("", form.closing),
        *small_notes(column, form.notes),
    ]
    return signed(column, text, signed_by_hand(column, form.signers))
