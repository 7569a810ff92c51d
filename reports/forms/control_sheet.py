"""PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ: every hand the dossier went through, and whether in time.

Source: Circular 01/2018/TT-VPCP form 05 (rule pack 2018), Circular 03/2025/TT-VPCP annex I form 06 (rule pack 2025);
title, mark and regulation come from the rule pack as texts. It travels with the paper dossier.

This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass
from itertools import pairwise

from reports.elements.column import Column
from reports.elements.flow import LEADING, Align, Block, Cell, Row, draw_cell
from reports.elements.fonts import Face
from reports.elements.handing import closing_notes
from reports.elements.page import Ink, Paper
from reports.elements.tables import TableColumn, table_edges, table_head
from reports.elements.tabular import Naming, TabularForm, plan_of, render_upright
from reports.elements.text import Line, Run, balance, cleaned, missing_glyphs, wrap

__all__ = ["ControlSheetForm", "HopRow", "Paper", "missing_glyphs", "render"]

_COLUMNS = (
    TableColumn("TÊN CƠ QUAN", 10.5),
    TableColumn("THỜI GIAN GIAO, NHẬN HỒ SƠ"),
    TableColumn("KẾT QUẢ GIẢI QUYẾT HỒ SƠ (Trước\u00a0hạn/ Đúng\u00a0hạn/ Quá\u00a0hạn)", 5.8, Align.CENTRE),
    TableColumn("GHI CHÚ", 5.4),
)
_PADDING = 0.32
_ABOVE, _BELOW = 0.1, 0.25
_SIGNING_EM = 1.6
"""White for the hand where nobody confirmed on the machine."""
_LONGEST_NOTE = 12
"""Lines a note may take within its column; a longer one stands across the page below its hop."""


@dataclass(frozen=True, slots=True)
class HopRow:
    """Hold one handing over.

    Attributes:
        giver_unit: "Trung tâm Phục vụ hành chính công".
        giver: The person there.
        receiver_unit: Who took over.
        receiver: The person there.
        handed_at: "15 giờ 20 phút, ngày 09 tháng 7 năm 2025".
        giver_signed: "Xác nhận trên máy", or empty to sign by hand.
        receiver_signed: The same for who took over.
        grade: "Trước hạn", "Đúng hạn", "Quá hạn", or empty.
        note: Why it was late; a difference found.
        duration: "Cho phép 08 giờ làm việc, đã dùng 06 giờ 20 phút", or empty.
    """

    giver_unit: str
    giver: str
    receiver_unit: str
    receiver: str
    handed_at: str
    giver_signed: str = ""
    receiver_signed: str = ""
    grade: str = ""
    note: str = ""
    duration: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSheetForm(TabularForm):
    """Hold every text of the sheet, finished; more in `TabularForm`.

    Attributes:
        code: The dossier's code; also the PDF's title.
        owner: "Kèm theo hồ sơ của".
        received_at: When the dossier was received.
        promised_at: When the result is promised for.
        solving_unit: Who solves it.
        hops: Each handing over, in order.
        procedure: Name of the procedure.
        partners: Who takes part in solving it.
        qr_content: Look-up address, or the code; empty for none.
        notes: Notes at the end.
    """

    code: str
    owner: str
    received_at: str
    promised_at: str
    solving_unit: str
    hops: tuple[HopRow, ...]
    procedure: str = ""
    partners: str = ""
    qr_content: str = ""
    notes: tuple[str, ...] = ()


def render(form: ControlSheetForm, paper: Paper = Paper.A5) -> bytes:
    """Print the sheet.

    Args:
        form: Its texts.
        paper: A5 (the circular's format), A4, or two copies on one A4.

    Returns:
        A PDF file, the same to the byte for the same form.

    Raises:
        ValueError: The paper is a roll.

    Threads: any.
    """
    form = cleaned(form)
    naming = Naming("Mã hồ sơ:", form.code, qr_content=form.qr_content, caption="Mã hồ sơ")
    return render_upright(plan_of(form, naming, lambda column: _body(form, column)), paper)


def _body(form: ControlSheetForm, column: Column) -> list[Block]:
    return [
        *column.field("Kèm theo hồ sơ của:", form.owner, Face.BOLD),
        *column.field("Nội dung yêu cầu giải quyết:", form.procedure),
        *column.field("Ngày nhận:", form.received_at),
        *column.field("Ngày, giờ hẹn trả kết quả:", form.promised_at, Face.BOLD),
        *column.field("Cơ quan (bộ phận) giải quyết hồ sơ:", form.solving_unit),
        *column.field("Cơ quan phối hợp giải quyết hồ sơ:", form.partners),
        column.gap(0.3, keep_next=True),
        *_hops(form, column),
        column.gap(0.3),
        *closing_notes(column, form.notes),
    ]


def _hops(form: ControlSheetForm, column: Column) -> list[Block]:
    head = table_head(column, _COLUMNS)
    blocks: list[Block] = [head]
    edges = table_edges(column, _COLUMNS)
    for number, row in enumerate(form.hops, 1):
        hop, rest = _hop(row, number, edges, column.size * 0.92, head)
        blocks += [hop, *rest]
    return blocks


@dataclass(frozen=True, slots=True)
class _Hop:
    """Draw one handing over: names at the left, time above two signatures, grade, note.

    Attributes:
        edges: The table's column edges.
        size: Size of the letters in points.
        agency: Who gave and who took.
        time: When.
        signatures: Giver and receiver.
        grade: In time or not.
        note: Why.
        room: Height of the signatures' cells.
        header: The table's head.
        keep_next: A long note follows.
    """

    edges: tuple[float, ...]
    size: float
    agency: Cell
    time: Cell
    signatures: tuple[Cell, Cell]
    grade: Cell
    note: Cell
    room: float
    header: Block
    keep_next: bool

    def _taken(self, *cells: Cell) -> float:
        return (max(len(cell.lines) for cell in cells) * LEADING + _ABOVE + _BELOW) * self.size

    @property
    def height(self) -> float:
        time = self._taken(self.time) + max(self.room, self._taken(*self.signatures))
        return max(time, self._taken(self.agency, self.grade, self.note))

    def draw(self, ink: Ink, x: float, y: float) -> None:
        above, bottom, below_time = _ABOVE * self.size, y + self.height, y + self._taken(self.time)
        for cell in (self.agency, self.time, self.grade, self.note):
            draw_cell(ink, cell, self.size, (x, y + above), self.height - (_ABOVE + _BELOW) * self.size)
        for cell in self.signatures:
            draw_cell(ink, cell, self.size, (x, below_time + above), 0.0)
        for edge in self.edges:
            ink.rule(x + edge, y, x + edge, bottom)
        middle = (self.edges[1] + self.edges[2]) / 2
        ink.rule(x + self.edges[1], below_time, x + self.edges[2], below_time)
        ink.rule(x + middle, below_time, x + middle, bottom)
        ink.rule(x + self.edges[0], bottom, x + self.edges[-1], bottom)

    def split(self, room: float) -> tuple[Block, Block] | None:  # noqa: ARG002 - the protocol's parameter
        return None


def _hop(row: HopRow, number: int, edges: tuple[float, ...], size: float, head: Block) -> tuple[_Hop, list[Block]]:
    """Set one handing over, and the row across the page with its note when that is long."""
    pad = _PADDING * size
    places = [(left + pad, right - left - 2 * pad) for left, right in pairwise(edges)]
    (agency_x, agency_room), (time_x, time_room), grade_place, (note_x, note_room) = places
    agency: list[Line] = []
    for label, unit, person in (
        ("1. Giao: ", row.giver_unit, row.giver),
        ("2. Nhận: ", row.receiver_unit, row.receiver),
    ):
        agency += wrap(
            ((Face.BOLD, label), (Face.REGULAR, f"{unit} – {person}" if person else unit)), agency_room / size
        )
    half = (edges[2] - edges[1]) / 2
    signatures = tuple(
        Cell(left, half - 2 * pad, _signature(title, signed, (half - 2 * pad) / size), Align.CENTRE)
        for left, title, signed in (
            (edges[1] + pad, "Người giao", row.giver_signed),
            (edges[1] + half + pad, "Người nhận", row.receiver_signed),
        )
    )
    time = balance(((Face.REGULAR, row.handed_at),), time_room / size)
    if row.duration:
        time += balance(((Face.ITALIC, row.duration),), time_room / size)
    note = wrap(((Face.REGULAR, row.note),), note_room / size)
    is_long = len(note) > _LONGEST_NOTE
    is_by_hand = not (row.giver_signed and row.receiver_signed)
    hop = _Hop(
        edges,
        size,
        Cell(agency_x, agency_room, tuple(agency)),
        Cell(time_x, time_room, time, Align.CENTRE),
        (signatures[0], signatures[1]),
        Cell(*grade_place, wrap(((Face.BOLD, row.grade),), grade_place[1] / size), Align.CENTRE, middle=True),
        Cell(note_x, note_room, wrap(((Face.ITALIC, "Xem dòng dưới"),), note_room / size) if is_long else note),
        (LEADING + _ABOVE + _BELOW + (_SIGNING_EM if is_by_hand else 0.0)) * size,
        head,
        is_long,
    )
    return hop, _long_note(row, number, edges, size, head) if is_long else []


def _signature(title: str, signed: str, limit: float) -> tuple[Line, ...]:
    label: Run = (Face.ITALIC, title if signed else f"{title} (Ký)")
    return (*wrap((label,), limit), *wrap(((Face.BOLD, signed),), limit))


def _long_note(row: HopRow, number: int, edges: tuple[float, ...], size: float, head: Block) -> list[Block]:
    pad = _PADDING * size
    runs = ((Face.BOLD, f"Ghi chú của lần giao, nhận thứ {number}: "), (Face.REGULAR, row.note))
    cell = Cell(edges[0] + pad, edges[-1] - edges[0] - 2 * pad, wrap(runs, (edges[-1] - edges[0] - 2 * pad) / size))
    return [Row((cell,), size, _ABOVE * size, _BELOW * size, (edges[0], edges[-1]), header=head)]
