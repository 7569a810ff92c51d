"""Set papers by which one side hands a list of dossiers or results to another and both sign."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from reports.elements.assembly import Plan
from reports.elements.column import Column
from reports.elements.flow import Block
from reports.elements.fonts import Face
from reports.elements.signatures import SIGN_AND_NAME, Signature, signature_block
from reports.elements.tables import TableColumn, kept, table
from reports.elements.tabular import Naming, TabularForm, plan_of

_SIGNING_EM = 3.0
_GAP = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class HandingForm(TabularForm):
    """Hold what such a paper says besides its list, finished.

    Attributes:
        number: "0012/BG", without its label; also the PDF's title.
        number_label: "Số:", or what else names the paper.
        giver_unit: Who hands over: section or office.
        giver: The person there.
        receiver_unit: Who takes over.
        receiver: The person there.
        handed_at: "15 giờ 20 phút, ngày 09 tháng 7 năm 2025".
        total: "40 hồ sơ".
        total_in_words: "Bốn mươi hồ sơ".
        giver_title: Above the left signature.
        receiver_title: Above the right signature.
        giver_hint: Below the left title: to sign, or how it was confirmed instead.
        receiver_hint: The same at the right.
        notes: Notes at the end.
        qr_content: Digits only, so that the code stays small, at most some 120; empty for none.
    """

    number: str
    giver_unit: str
    giver: str
    receiver_unit: str
    receiver: str
    handed_at: str
    total: str
    total_in_words: str = ""
    giver_title: str = "NGƯỜI GIAO"
    receiver_title: str = "NGƯỜI NHẬN"
    giver_hint: str = SIGN_AND_NAME
    receiver_hint: str = SIGN_AND_NAME
    notes: tuple[str, ...] = ()
    qr_content: str = ""
    number_label: str = "Số:"
    copy_labels: tuple[str, ...] = ("Liên 1: bên giao", "Liên 2: bên nhận")


def naming(form: HandingForm, caption: str) -> Naming:
    """Name such a paper by its number; the caption says what its QR code is for."""
    return Naming(form.number_label, form.number, qr_content=form.qr_content, caption=caption)


def list_plan(form: HandingForm, caption: str, columns: Sequence[TableColumn], rows: Sequence[Any]) -> Plan:
    """Put a paper together that has nothing but parties, list and signatures.

    Args:
        form: Clean texts.
        caption: Below the QR code.
        columns: The list's columns.
        rows: Dataclasses (hence Any) with one text per column, in their order.
    """
    listed = [astuple(row) for row in rows]
    return plan_of(
        form,
        naming(form, caption),
        lambda column: [
            *parties(form, column),
            *handed_list(form, column, columns, listed),
            *closing(form, column),
        ],
    )


def parties(form: HandingForm, column: Column) -> list[Block]:
    """Set who hands over to whom and when."""
    return [
        *_side(column, "Bên giao:", form.giver_unit, "Người giao:", form.giver),
        *_side(column, "Bên nhận:", form.receiver_unit, "Người nhận:", form.receiver),
        *column.field("Thời điểm giao:", form.handed_at, Face.BOLD),
    ]


def handed_list(
    form: HandingForm, column: Column, columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]
) -> list[Block]:
    """Set the list with its total; its last rows stay with what follows."""
    words = f" (Bằng chữ: {form.total_in_words})" if form.total_in_words else ""
    total = column.paragraph((Face.BOLD, f"Tổng số: {form.total}"), (Face.ITALIC, words), above=_GAP, keep_next=True)
    return [column.gap(_GAP, keep_next=True), *kept(table(column, columns, rows)), total]


def closing(form: HandingForm, column: Column) -> list[Block]:
    """Set the notes and both signatures, which never stand alone on a page."""
    signers = (
        Signature(form.giver_title, form.giver, form.giver_hint),
        Signature(form.receiver_title, form.receiver, form.receiver_hint),
    )
    return [
        *closing_notes(column, form.notes),
        column.gap(0.5, keep_next=True),
        *signature_block(column, signers, _SIGNING_EM),
    ]


def closing_notes(column: Column, notes: Sequence[str]) -> list[Block]:
    """Set notes above signatures and keep them together; nothing without notes."""
    if not notes:
        return []
    runs = ((Face.BOLD, "Ghi chú: "), (Face.ITALIC, " ".join(notes)))
    return [column.paragraph(*runs, size=0.88, keep_next=True)]


def _side(column: Column, label: str, unit: str, person_label: str, person: str) -> list[Block]:
    return column.pair((label, unit), (person_label, person), 0.58)
