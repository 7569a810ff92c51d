"""Mẫu 04: the apology for a late result and its new day.

Source: Circular 01/2018/TT-VPCP art. 9 and form 04 "Phiếu xin lỗi và hẹn lại ngày trả kết quả" (rule pack 2018);
Circular 03/2025/TT-VPCP annex I form 04 "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết" (rule pack 2025);
title and mark come from the rule pack as texts. Seven contents: who handed the dossier in, what kind it is, its receipt
number and code, its state, the reason, the new day, the apology. Signed by the head or a delegate and sealed.

This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass

from reports.elements.column import Column
from reports.elements.flow import Block
from reports.elements.fonts import Face
from reports.elements.letter import (
    GROUP_GAP,
    LETTER_PAPERS,
    Letter,
    addressed,
    party,
    render_letter,
    signed_and_sealed,
    small_notes,
)
from reports.elements.page import Paper
from reports.elements.signatures import SIGN_AND_SEAL, Signature, signed
from reports.elements.text import Run, cleaned, missing_glyphs

__all__ = ["LETTER_PAPERS", "SIGN_AND_SEAL", "ApologyForm", "Paper", "Signature", "missing_glyphs", "render"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApologyForm(Letter):
    """Hold every text of the apology, finished; the texts of its head are `Letter`'s.

    Attributes:
        addressee: Behind "Kính gửi:": "Ông/Bà Nguyễn Thị Ngọc Ở".
        receipt_number: "000123/TNHS, ngày 02 tháng 7 năm 2025".
        state: How far the dossier has come.
        reason: Why it is late.
        old_promise: "09 giờ 00 phút, ngày 09 tháng 7 năm 2025".
        new_promise: The same, new.
        apology: The sentence that apologises.
        signer: The head or a delegate; lines such as KT. CHỦ TỊCH stand in its `above`.
        opening: Sentence before everything else.
        section: Which unit handles the dossier.
        pickup_place: Where the result will be fetched.
        extension_request: Sentence that asks to agree to the longer time (form of 2025).
        legal_basis: What prescribes it.
        contact: Sentence that says whom to ask, with telephone.
        closing: "Trân trọng./."
        late_mark: Said when the apology itself comes late.
        recipients: Lines below "Nơi nhận:", with dash and closing sign.
    """

    addressee: str
    receipt_number: str
    state: str
    reason: str
    old_promise: str
    new_promise: str
    apology: str
    signer: Signature
    opening: str = ""
    section: str = ""
    pickup_place: str = ""
    extension_request: str = ""
    legal_basis: str = ""
    contact: str = ""
    closing: str = ""
    late_mark: str = ""
    recipients: tuple[str, ...] = ()


def render(form: ApologyForm, paper: Paper) -> bytes:
    """Print the apology.

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
    return render_letter(form, paper, lambda column: _body(form, column), (form.late_mark,))


def _body(form: ApologyForm, column: Column) -> list[Block]:
    text = [
        *addressed(column, form.addressee),
        *column.explained("", form.opening),
        *party(column, form, "Hồ sơ của:"),
        *column.field("Giấy tiếp nhận hồ sơ số:", form.receipt_number),
        *column.field("Đơn vị giải quyết hồ sơ:", form.section),
        *column.explained("Tình trạng hồ sơ:", form.state),
        *column.explained("Lý do chậm trả kết quả:", form.reason),
        *column.explained("Căn cứ:", form.legal_basis),
        column.gap(GROUP_GAP),
        *_promises(form, column),
        *column.explained("", form.apology),
        *column.explained("", form.extension_request),
        *column.explained("", form.contact),
        *column.explained("", form.closing),
        *small_notes(column, form.notes),
    ]
    return signed(column, text, signed_and_sealed(column, form.recipients, form.signer))


def _promises(form: ApologyForm, column: Column) -> list[Block]:
    lines: list[tuple[Run, ...]] = [
        ((Face.REGULAR, "Đã hẹn trả kết quả: "), (Face.REGULAR, form.old_promise)),
        ((Face.BOLD, "Hẹn lại ngày trả kết quả: "), (Face.BOLD, form.new_promise)),
    ]
    if form.pickup_place:
        lines.append(((Face.REGULAR, "Nơi trả kết quả: "), (Face.REGULAR, form.pickup_place)))
    return [*column.boxed(*lines), column.gap(GROUP_GAP)]
