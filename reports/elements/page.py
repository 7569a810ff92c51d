"""Know the papers, record what is drawn on a page and write the PDF.

All measures are points. A page is described from its top left corner downwards; `Ink` turns that into PDF operators,
which is several times faster than reportlab's drawing methods, and leaves objects, fonts and file to reportlab.
"""

from codecs import charmap_encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from threading import Lock
from typing import Any
from zlib import compress

from reportlab import rl_config
from reportlab.lib.rl_accel import escapePDF
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream, xObjectName
from reportlab.pdfgen.canvas import Canvas

from reports.elements.fonts import Face, loaded
from reports.elements.text import Line, Run

MM = 72 / 25.4
HAIRLINE = 0.5
_GREY = 0.86
_TOUCHING = 0.01
_WRITING = Lock()
_ESCAPES = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\", "\r": r"\r"})
_PACKING = 6
"""zlib's level: what the rest of the file gets too."""


class Paper(StrEnum):
    """Name a paper a form can be printed on."""

    A5 = "A5"
    A4 = "A4"
    A4X2 = "A4x2"
    ROLL = "80mm"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Measure one printed page, in points.

    Attributes:
        width: Page width.
        height: Page height; 0 for a roll, whose length follows the content.
        left: Left margin.
        right: Right margin.
        top: Top margin.
        bottom: Bottom margin.
    """

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def measure(self) -> float:
        """Return the width of the text column."""
        return self.width - self.left - self.right


A5 = Sheet(148 * MM, 210 * MM, 12 * MM, 9 * MM, 6 * MM, 6 * MM)
A4 = Sheet(210 * MM, 297 * MM, 25 * MM, 15 * MM, 14 * MM, 11 * MM)
ROLL = Sheet(80 * MM, 0, 4 * MM, 4 * MM, 4 * MM, 8 * MM)
A4_LANDSCAPE = (297 * MM, 210 * MM)
A4_TURNED = Sheet(*A4_LANDSCAPE, 18 * MM, 12 * MM, 12 * MM, 9 * MM)
A5_TURNED = Sheet(210 * MM, 148 * MM, 14 * MM, 10 * MM, 7 * MM, 6 * MM)


class Document:
    """Write pages into one PDF.

    The same pages give the same bytes: no date, no random identifier. The title is all the metadata there is; forms
    put the code there, never a person's name.

    Args:
        title: The document's title.

    Threads: one document belongs to one thread; several threads may each write their own.
    """

    def __init__(self, title: str) -> None:
        loaded()
        self._file = BytesIO()
        # Any: reportlab's stubs know neither dynamic fonts nor the list of operators.
        face: Any = Face.REGULAR.value  # the stub takes it for a number
        self._canvas: Any = Canvas(self._file, invariant=1, pageCompression=1, initialFontName=face, lang="vi-VN")
        self._canvas.setTitle(title)
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("motcua")
        self._codes: dict[Face, dict[int, int]] = {}
        self._names: dict[Face, str] = {}

    def show(self, runs: Sequence[Run], size: float) -> str:
        """Return the operators that show clean runs at the current point."""
        parts = []
        for face, text in runs:
            try:
                shown = charmap_encode(text, "strict", self._codes[face])[0]
            except (KeyError, UnicodeEncodeError, TypeError):
                parts.append(self._show_new(face, text, size))
            else:
                parts.append(f"{self._names[face]} {size:.4g} Tf ({escapePDF(shown)}) Tj")
        return " ".join(parts)

    def _show_new(self, face: Face, text: str, size: float) -> str:
        """Show a text with letters this document has not used yet, or more than 255 different ones."""
        font, document = loaded().fonts[face], self._canvas._doc  # noqa: SLF001 - reportlab has no public way
        known = self._codes.get(face, {})
        font.splitString("".join(dict.fromkeys([char for char in text if ord(char) not in known])), document)
        codes = self._codes[face] = font.state[document].assignments
        self._names[face] = font.getSubsetInternalName(0, document)
        try:
            chunks = [(0, charmap_encode(text, "strict", codes)[0])]
        except (UnicodeEncodeError, TypeError):  # a no-break space, or a letter in a second subset
            chunks = font.splitString(text, document)
        return " ".join(
            f"{font.getSubsetInternalName(subset, document)} {size:.4g} Tf ({escapePDF(shown)}) Tj"
            for subset, shown in chunks
        )

    def font(self, face: Face, size: float) -> str:
        """Return the operator that chooses a face for `plain`; letters of the face must have been shown before."""
        return f"{self._names[face]} {size:.4g} Tf"

    def plain(self, face: Face, text: str, size: float) -> str:
        """Return the operator that shows a clean text in the face that `font` chose.

        Bytes stand as they are, which is shorter than `show` writes them, so only `add_packed_page` may have it.
        """
        try:
            shown = charmap_encode(text, "strict", self._codes[face])[0]
        except (KeyError, UnicodeEncodeError, TypeError):
            return f"{self._show_new(face, text, size)} {self.font(face, size)}"
        return f"({shown.decode('latin-1').translate(_ESCAPES)}) Tj"

    def add_part(self, name: str, size: tuple[float, float], operators: Iterable[str]) -> str:
        """Store what several pages show alike.

        Args:
            name: Unique in the document, ASCII.
            size: Width and height in points.
            operators: What it shows.

        Returns:
            The operator that shows it with its lower left corner at the origin.
        """
        self._canvas.beginForm(name, 0, 0, *size)
        self._canvas._code.extend(operators)  # noqa: SLF001 - reportlab has no public way
        self._canvas.endForm()
        return f"/{xObjectName(name)} Do"

    def add_page(self, size: tuple[float, float], operators: Iterable[str], parts: Iterable[str] = ()) -> None:
        """Append a page.

        Args:
            size: Width and height in points.
            operators: What it shows.
            parts: Names of the stored parts among them.
        """
        self._canvas.setPageSize(size)
        self._canvas._formsinuse.extend(parts)  # noqa: SLF001 - reportlab has no public way
        self._canvas._code.extend(operators)  # noqa: SLF001 - reportlab has no public way
        self._canvas.showPage()

    def add_packed_page(self, size: tuple[float, float], content: str, parts: Iterable[str] = ()) -> None:
        """Append a page and compress it at once: a book of two thousand pages stays small in memory.

        Args:
            size: Width and height in points.
            content: Operators; letters stand for bytes.
            parts: Names of the stored parts among them.
        """
        self.add_page(size, (), parts)
        page = self._canvas._doc.Pages.pages[-1]  # noqa: SLF001 - reportlab has no public way
        page.stream = None
        packed = PDFDictionary({"Filter": PDFName("FlateDecode")})
        page.Contents = PDFStream(packed, compress(content.encode("latin-1"), _PACKING))

    def finish(self) -> bytes:
        """Return the file."""
        with _WRITING:  # these settings belong to the whole process
            before = rl_config.useA85, rl_config.pdfComments
            rl_config.useA85, rl_config.pdfComments = 0, 0
            try:
                self._canvas.save()
            finally:
                rl_config.useA85, rl_config.pdfComments = before
        return self._file.getvalue()


class Ink:
    """Record the operators of one page, measured from its top left corner.

    Args:
        document: The document the page will belong to; it knows the letters' codes.
        height: Height of the page in points.
    """

    def __init__(self, document: Document, height: float) -> None:
        self.operators: list[str] = []
        self._document = document
        self._height = height
        self._rules: list[str] = []
        self._verticals: dict[str, list[tuple[float, float]]] = {}

    def text(self, x: float, baseline: float, line: Line, size: float) -> None:
        """Show a line from x on."""
        shown = self._document.show(line.runs, size)
        self.operators.append(f"BT 1 0 0 1 {x:.2f} {self._height - baseline:.2f} Tm {shown} ET")

    def turned(self, x: float, baseline: float, line: Line, size: float, turn: tuple[float, float]) -> None:
        """Show a line in light grey, turned by (cosine, sine): a watermark."""
        cosine, sine = turn
        matrix = f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.2f} {self._height - baseline:.2f}"
        shown = self._document.show(line.runs, size)
        self.operators.append(f"q {_GREY} g BT {matrix} Tm {shown} ET Q")

    def rule(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Draw a hairline; vertical ones that continue each other, as in a table, become one."""
        if x == to_x:
            pieces = self._verticals.setdefault(f"{x:.2f}", [])
            if pieces and abs(pieces[-1][1] - y) < _TOUCHING:
                y = pieces.pop()[0]
            pieces.append((y, to_y))
            return
        start, end = self._height - y, self._height - to_y
        self._rules.append(f"{x:.2f} {start:.2f} m {to_x:.2f} {end:.2f} l")

    def dashes(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Draw a dashed hairline: a cut line."""
        start, end = self._height - y, self._height - to_y
        self.operators.append(f"q 0.4 w [3 3] 0 d {x:.2f} {start:.2f} m {to_x:.2f} {end:.2f} l S Q")

    def frame(self, x: float, y: float, width: float, height: float, thickness: float = HAIRLINE) -> None:
        """Draw an empty rectangle."""
        self.operators.append(f"{thickness} w {x:.2f} {self._height - y - height:.2f} {width:.2f} {height:.2f} re S")

    def modules(
        self,
        corner: tuple[float, float],
        pitch: float,
        size: tuple[int, int],
        rects: Iterable[str],
        quiet: tuple[int, int],
    ) -> None:
        """Fill rectangles of a code as one path on white ground.

        Args:
            corner: Top left corner of the code without its quiet zone.
            pitch: Width of one module.
            size: Modules across and down.
            rects: ``re`` operands in whole modules, from the code's lower left corner.
            quiet: Modules of white beside it and above it, so that nothing beneath the code disturbs it.
        """
        (x, y), (across, down), (beside, above) = corner, size, quiet
        low = self._height - y - down * pitch
        ground = f"1 g {-beside} {-above} {across + 2 * beside} {down + 2 * above} re f 0 g"
        path = " re ".join(rects)
        self.operators.append(f"q {pitch:.5f} 0 0 {pitch:.5f} {x:.3f} {low:.3f} cm {ground} {path} re f Q")

    def finished(self) -> list[str]:
        """Return all operators, rules as one path."""
        for x, pieces in self._verticals.items():
            for start, end in pieces:
                self._rules.append(f"{x} {self._height - start:.2f} m {x} {self._height - end:.2f} l")
        self._verticals.clear()
        if self._rules:
            self.operators.append(f"{HAIRLINE} w {' '.join(self._rules)} S")
            self._rules.clear()
        return self.operators
