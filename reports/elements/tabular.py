"""Hold what every paper that is mainly a table has: letterhead, title, marks, and the sheet it is printed on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reports.elements.assembly import Plan, render_plan, render_sheets
from reports.elements.column import Column
from reports.elements.flow import Block
from reports.elements.fonts import Face
from reports.elements.head import draw_head
from reports.elements.letterhead import Letterhead
from reports.elements.page import A4_TURNED, Paper, Sheet
from reports.elements.title import Title

Sheets = Mapping[Paper, tuple[Sheet, Sequence[float]]]
"""What a paper means for a form: the sheet, and the sizes of running text to try, largest first."""

A4_ACROSS: Sheets = {Paper.A4: (A4_TURNED, (11.0, 10.5, 10.0))}
_AIR_MM = (1.5, 1.2)
_UPRIGHT_SIZES = {Paper.A5: (10.0, 9.5, 9.0, 8.5), Paper.A4: (11.5, 11.0, 10.5, 10.0)}
"""Smaller than a letter's: columns are as many em wide as the page has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TabularForm:
    """Hold the texts every such paper bears, finished; an empty one leaves its line out.

    Attributes:
        parent_agency: Superior agency, in capitals.
        office: Issuing office, in capitals.
        place_and_date: "…, ngày 09 tháng 7 năm 2025".
        title: In capitals.
        national_title: Quốc hiệu.
        national_motto: Tiêu ngữ.
        form_mark: "Mẫu số 05", where the legal line does not name it already.
        legal_line: The regulation the form comes from.
        copy_labels: One copy is printed for each; ("",) for a single copy without a label.
        copy_mark: "IN LẠI LẦN 1", in a frame.
        watermark: "HỌC – KHÔNG GIÁ TRỊ" in training.
    """

    parent_agency: str
    office: str
    place_and_date: str
    title: str
    national_title: str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    national_motto: str = "Độc lập - Tự do - Hạnh phúc"
    form_mark: str = ""
    legal_line: str = ""
    copy_labels: tuple[str, ...] = ("",)
    copy_mark: str = ""
    watermark: str = ""


@dataclass(frozen=True, slots=True)
class Naming:
    """Say what tells one paper from the next of its kind.

    Attributes:
        label: "Số:", "Mã hồ sơ:".
        name: Number or code, never a person's name: it becomes the file's title and stands on each page.
        marks: Bold lines below.
        qr_content: What the QR code says; empty for none.
        caption: Below the QR code.
    """

    label: str
    name: str
    marks: tuple[str, ...] = ()
    qr_content: str = ""
    caption: str = ""


def letterhead_of(form: TabularForm) -> Letterhead:
    """Return the head of a paper without number line."""
    return Letterhead(
        parent_agency=form.parent_agency,
        office=form.office,
        national_title=form.national_title,
        national_motto=form.national_motto,
        number_line="",
        place_and_date=form.place_and_date,
        form_mark=form.form_mark,
        legal_line=form.legal_line,
    )


def plan_of(form: TabularForm, naming: Naming, body: Callable[[Column], list[Block]]) -> Plan:
    """Put a paper together from clean texts.

    Args:
        form: Letterhead, title and marks.
        naming: Number or code.
        body: Sets what follows the title.
    """
    letterhead = letterhead_of(form)
    title = Title(
        title=form.title,
        code_line=((Face.REGULAR, f"{naming.label} "), (Face.BOLD, naming.name)) if naming.name else (),
        marks=naming.marks,
        framed=form.copy_mark,
        qr_content=naming.qr_content,
        caption=naming.caption,
        has_label=any(form.copy_labels),
    )
    return Plan(
        code=naming.name,
        strip_content="",
        running_head=f"{form.title} – {naming.label} {naming.name}" if naming.name else form.title,
        copy_labels=form.copy_labels,
        watermark=form.watermark,
        draw_head=lambda ink, sheet: draw_head(ink, sheet, letterhead, title, _AIR_MM),
        body=body,
    )


def render_upright(plan: Plan, paper: Paper) -> bytes:
    """Print on A5, A4, or two A5 copies side by side on one A4.

    Raises:
        ValueError: The paper is a roll: a table does not fit there.
    """
    if paper is Paper.ROLL:
        raise ValueError(paper)
    return render_plan(plan, paper, _UPRIGHT_SIZES)


def render_on(plan: Plan, paper: Paper, sheets: Sheets = A4_ACROSS) -> bytes:
    """Print on the sheet a form has for a paper; usually A4 with the long side across.

    Args:
        plan: The paper's parts.
        paper: What to print on.
        sheets: What the form can be printed on.

    Raises:
        ValueError: Another paper.
    """
    if paper not in sheets:
        raise ValueError(paper)
    return render_sheets(plan, *sheets[paper])
