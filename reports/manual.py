"""A manual as a book to print: A4, the embedded faces, its pictures; from the few marks of Markdown our manuals use.

Known: headings of two levels, paragraphs, lists with and without numbers, tables, pictures, **bold**, *italic*, `code`.
"""

import re
from collections.abc import Callable, Iterator
from html import escape
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.tableofcontents import TableOfContents

from reports.elements.fonts import Face, loaded
from reports.elements.subsets import FormFont

_SANS: Final = "MotcuaSans-Regular"
_SANS_BOLD: Final = "MotcuaSans-Bold"
_MARGIN: Final = 20 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN
#: A picture of the window is read at arm's length at this width; a small dialog keeps the scale.
_PICTURE_WIDTH: Final = 150 * mm
_FULL_PX: Final = 1_120
#: A book with more sections than this begins with a list of them.
_SHORT_BOOK: Final = 6
_RULE: Final = colors.HexColor("#c9d2dd")
_SHADE: Final = colors.HexColor("#eef2f7")
_QUIET: Final = colors.HexColor("#4a5768")

_PICTURE: Final = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
_ITEM: Final = re.compile(r"- (.+)")
_STEP: Final = re.compile(r"\d+\. (.+)")
_INLINE: Final = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`")


def _style(name: str, **changes: Any) -> ParagraphStyle:  # noqa: ANN401 - what reportlab's style takes
    plain: dict[str, Any] = {"fontName": Face.REGULAR.value, "fontSize": 11, "leading": 15.5, "spaceAfter": 5}
    return ParagraphStyle(name, **(plain | changes))


def _styles() -> dict[str, ParagraphStyle]:
    return {
        "title": _style("title", fontName=_SANS_BOLD, fontSize=20, leading=26, spaceAfter=10),
        "section": _style("section", fontName=_SANS_BOLD, fontSize=14, leading=19, spaceBefore=12, spaceAfter=6),
        "text": _style("text"),
        "item": _style("item", spaceAfter=2),
        "cell": _style("cell", fontSize=10.5, leading=14, spaceAfter=0),
        "caption": _style("caption", fontSize=9.5, leading=13, textColor=_QUIET, alignment=TA_CENTER, spaceAfter=8),
        "contents": _style("contents", fontName=_SANS, fontSize=10.5, leading=16, spaceAfter=0),
    }


def render(markdown: str, picture: Callable[[str], Path], footer: str) -> bytes:
    """Return a manual as a PDF.

    Args:
        markdown: The manual.
        picture: Where the file of a picture's name lies.
        footer: Stands below each page, before the page's number.

    Threads: any.
    """
    _load_faces()
    styles = _styles()
    lines = markdown.splitlines()
    title = next(line.removeprefix("# ") for line in lines if line.startswith("# "))
    book = _Book(title, footer)
    story: list[Flowable] = [Paragraph(_inline(title), styles["title"])]
    if sum(line.startswith("## ") for line in lines) > _SHORT_BOOK:
        contents = TableOfContents(levelStyles=[styles["contents"]], dotsMinLevel=0)
        story += [contents, Spacer(0, 4 * mm)]
    story += _blocks(lines, picture, styles)
    book.multiBuild(story)
    return book.made()


def _load_faces() -> None:
    loaded()
    if _SANS in pdfmetrics.getRegisteredFontNames():
        return
    pdfmetrics.registerFontFamily(
        Face.REGULAR.value,
        normal=Face.REGULAR.value,
        bold=Face.BOLD.value,
        italic=Face.ITALIC.value,
        boldItalic=Face.BOLD_ITALIC.value,
    )
    for name in (_SANS_BOLD, _SANS):
        data = (
            files("resources") / "fonts" / "ui" / f"{name.replace('MotcuaSans', 'motcua-sans').lower()}.ttf"
        ).read_bytes()
        pdfmetrics.registerFont(FormFont(name, BytesIO(data)))


class _Book(BaseDocTemplate):  # type: ignore[misc,unused-ignore]
    """Lay pages out, number them, and note where sections begin."""

    def __init__(self, title: str, footer: str) -> None:
        self._file = BytesIO()
        super().__init__(self._file, pagesize=A4, title=title, author="Một Cửa", lang="vi", invariant=1)
        frame = Frame(_MARGIN, _MARGIN, _WIDTH, A4[1] - 2 * _MARGIN, 0, 0, 0, 0)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._number))
        self._footer = footer
        self._sections = 0

    def made(self) -> bytes:
        return self._file.getvalue()

    def beforeDocument(self) -> None:  # noqa: N802 - reportlab's name
        self._sections = 0

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        if isinstance(flowable, Paragraph) and flowable.style.name == "section":
            self._sections += 1
            key, text = f"section-{self._sections}", flowable.getPlainText()
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(text, key)
            self.notify("TOCEntry", (0, escape(text), self.page, key))

    def _number(self, canvas: Any, _book: object) -> None:  # noqa: ANN401 - reportlab's canvas has no types
        canvas.setFont(_SANS, 8.5)
        canvas.setFillColor(_QUIET)
        canvas.drawString(_MARGIN, 11 * mm, self._footer)
        canvas.drawRightString(A4[0] - _MARGIN, 11 * mm, f"Trang {canvas.getPageNumber()}")


def _blocks(lines: list[str], picture: Callable[[str], Path], styles: dict[str, ParagraphStyle]) -> Iterator[Flowable]:
    """Yield what stands on the pages, block by block."""
    for block in _split(lines):
        first = block[0]
        if first.startswith("# "):
            continue
        if first.startswith("## "):
            # A heading at the foot of a page, its text on the next, is not found.
            yield CondPageBreak(30 * mm)
            yield Paragraph(_inline(first.removeprefix("## ")), styles["section"])
        elif shown := _PICTURE.fullmatch(first):
            yield _picture(picture(shown[2]), shown[1], styles)
        elif first.startswith("|"):
            yield _table(block, styles)
        elif _ITEM.fullmatch(first) or _STEP.fullmatch(first):
            yield _list(block, styles)
        else:
            yield Paragraph(_inline(" ".join(block)), styles["text"])


def _split(lines: list[str]) -> Iterator[list[str]]:
    """Yield the lines of each block; a heading is a block of its own."""
    block: list[str] = []
    for line in [*lines, ""]:
        is_alone = line.startswith("#")
        if block and (not line.strip() or is_alone):
            yield block
            block = []
        if is_alone:
            yield [line]
        elif line.strip():
            block.append(line.rstrip())


def _inline(text: str) -> str:
    """Turn the marks within a line into reportlab's."""

    def marked(found: re.Match[str]) -> str:
        bold, italic, code = found.groups()
        if bold is not None:
            return f"<b>{bold}</b>"
        if italic is not None:
            return f"<i>{italic}</i>"
        return f'<font name="{_SANS}" size="9.5">{code}</font>'

    return _INLINE.sub(marked, escape(text, quote=False))


def _picture(path: Path, caption: str, styles: dict[str, ParagraphStyle]) -> Flowable:
    image = Image(str(path))
    width = min(_PICTURE_WIDTH * image.imageWidth / _FULL_PX, _PICTURE_WIDTH)
    image.drawHeight, image.drawWidth = width * image.imageHeight / image.imageWidth, width
    framed = Table([[image]], style=TableStyle([("BOX", (0, 0), (-1, -1), 0.5, _RULE), *_NO_PADDING]))
    return KeepTogether([Spacer(0, 2 * mm), framed, Spacer(0, 1 * mm), Paragraph(_inline(caption), styles["caption"])])


_NO_PADDING: Final = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]


def _list(block: list[str], styles: dict[str, ParagraphStyle]) -> Flowable:
    is_numbered = _STEP.fullmatch(block[0]) is not None
    items: list[str] = []
    for line in block:
        found = _ITEM.fullmatch(line) or _STEP.fullmatch(line)
        if found:
            items.append(found[1])
        else:
            items[-1] += f" {line.strip()}"
    rows: Any = [ListItem(Paragraph(_inline(text), styles["item"])) for text in items]
    kind: dict[str, Any] = (
        {"bulletType": "1", "bulletFormat": "%s."} if is_numbered else {"bulletType": "bullet", "start": "–"}
    )
    return ListFlowable(rows, bulletFontName=Face.REGULAR.value, bulletFontSize=11, leftIndent=16, spaceAfter=6, **kind)


def _table(block: list[str], styles: dict[str, ParagraphStyle]) -> Flowable:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block]
    head, *body = [rows[0], *rows[2:]]
    cells = [[Paragraph(f"<b>{_inline(cell)}</b>", styles["cell"]) for cell in head]]
    cells += [[Paragraph(_inline(cell), styles["cell"]) for cell in row] for row in body]
    first = max(len(row[0].replace("*", "")) for row in rows)
    share = min(max(first / 60, 0.22), 0.45)
    widths = [_WIDTH * share] + [_WIDTH * (1 - share) / (len(head) - 1)] * (len(head) - 1)
    style: Any = [
        ("GRID", (0, 0), (-1, -1), 0.5, _RULE),
        ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Table(cells, widths, style=TableStyle(style), repeatRows=1, spaceBefore=3, spaceAfter=8)
