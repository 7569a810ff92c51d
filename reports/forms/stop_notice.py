"""Mẫu 05 of 2025: Thông báo dừng giải quyết hồ sơ (notice that a dossier is handled no further).

Source: Circular 03/2025/TT-VPCP annex I form 05 (rule pack 2025; the pack of 2018 has no such form). It says who asked
to stop, in which phase, what was decided, and where money and papers go. Signed by the head or a delegate and sealed.

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
from reports.elements.text import cleaned, missing_glyphs

__all__ = ["LETTER_PAPERS", "SIGN_AND_SEAL", "Paper", "Signature", "StopNoticeForm", "missing_glyphs", "render"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopNoticeForm(Letter):
    """Hold every text of the notice, finished; the texts of its head are `Letter`'s.

    Attributes:
        requester: Who asked to stop: name and capacity.
        phase: How far the dossier had come.
        decision: Sentence that says what was decided and from when.
        reason: Why.
        signer: The head or a delegate; lines such as KT. CHỦ TỊCH stand in its `above`.
        addressee: Behind "Kính gửi:".
        receipt_number: "000123/TNHS, ngày 02 tháng 7 năm 2025".
        received_at: When the dossier was received.
        promised_at: What was promised then.
        requested_at: When stopping was asked for.
        request_paper: The paper that asks for it.
        legal_basis: What prescribes it.
        fee_taken: Fee taken; empty when there was none.
        fee_returned: Fee given back, or "không trả lại".
        fee_note: How it goes back, or why not.
        originals: Names of the papers that go back.
        contact: Sentence that says whom to ask, with telephone.
        closing: Last sentence.
        recipients: Lines below "Nơi nhận:", with dash and closing sign.
    """

    requester: str
    phase: str
    decision: str
    reason: str
    signer: Signature
    addressee: str = ""
    receipt_number: str = ""
    received_at: str = ""
    promised_at: str = ""
    requested_at: str = ""
    request_paper: str = ""
    legal_basis: str = ""
    fee_taken: str = ""
    fee_returned: str = ""
    fee_note: str = ""
    originals: tuple[str, ...] = ()
    contact: str = ""
    closing: str = ""
    recipients: tuple[str, ...] = ()


def render(form: StopNoticeForm, paper: Paper) -> bytes:
    """Print the notice.

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


def _body(form: StopNoticeForm, column: Column) -> list[Block]:
    text = [
        *addressed(column, form.addressee),
        *party(column, form, "Hồ sơ của:"),
        *_progress(form, column),
        *column.boxed(((Face.BOLD, "Quyết định: "), (Face.BOLD, form.decision))),
        column.gap(GROUP_GAP),
        *column.explained("Lý do:", form.reason),
        *column.explained("Căn cứ:", form.legal_basis),
        *_returned(form, column),
        *column.explained("", form.contact),
        *column.explained("", form.closing),
        *small_notes(column, form.notes),
    ]
    return signed(column, text, signed_and_sealed(column, form.recipients, form.signer))


def _progress(form: StopNoticeForm, column: Column) -> list[Block]:
    return [
        *column.field("Giấy tiếp nhận hồ sơ số:", form.receipt_number),
        *column.field("Thời gian nhận hồ sơ:", form.received_at),
        *column.field("Thời gian hẹn trả kết quả:", form.promised_at),
        *column.field("Người đề nghị dừng giải quyết:", form.requester, Face.BOLD),
        *column.field("Thời điểm đề nghị:", form.requested_at),
        *column.field("Văn bản đề nghị:", form.request_paper),
        *column.field("Giai đoạn giải quyết:", form.phase),
        column.gap(GROUP_GAP),
    ]


def _returned(form: StopNoticeForm, column: Column) -> list[Block]:
    return [
        *column.pair(("Phí, lệ phí đã thu:", form.fee_taken), ("Phí, lệ phí trả lại:", form.fee_returned), 0.5),
        *column.field("Cách xử lý phí, lệ phí:", form.fee_note),
        *column.numbered("Giấy tờ trả lại người nộp hồ sơ:", form.originals),
    ]
