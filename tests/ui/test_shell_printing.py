"""Preview and printing draw the same PDF, in millimetres."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from desktop.domain.errors import EnvironmentProblem
from desktop.ui.changes import ChangeHub
from desktop.ui.kit import Kit
from desktop.ui.notices import Notices
from desktop.ui.pdf_pages import draw_page, page_sizes
from desktop.ui.printers import QtPrinters, paint_pdf
from desktop.ui.sounds import Sounds
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Theme
from desktop.ui.widgets.pdf_preview import PdfPreview
from desktop.ui.words import Words

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

A5 = (148.0, 210.0)
A4_WIDE = (297.0, 210.0)


def paper(*sizes_mm: tuple[float, float]) -> bytes:
    """Make pages with a black square of 20 mm, its corner 30 mm from the left and 40 mm from the top."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for width_mm, height_mm in sizes_mm:
        canvas.setPageSize((width_mm * mm, height_mm * mm))
        canvas.rect(30 * mm, (height_mm - 60) * mm, 20 * mm, 20 * mm, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def square_mm(pdf: bytes, page: int) -> tuple[float, float, float, float]:
    """Measure left, top, width and height of the black square at 254 dots per inch: ten per millimetre."""
    picture = draw_page(pdf, page, 254, is_grey=True)
    lines = [bytes(picture.constScanLine(y))[: picture.width()] for y in range(picture.height())]
    dark = [(y, line) for y, line in enumerate(lines) if min(line) < 128]
    top, line = dark[0][0], dark[len(dark) // 2][1]
    columns = [x for x, shade in enumerate(line) if shade < 128]
    return columns[0] / 10, top / 10, len(columns) / 10, len(dark) / 10


@pytest.mark.parametrize("resolution", [203, 600, 1200])
def test_what_is_printed_has_the_size_of_the_pdf(qapp: QApplication, tmp_path: Path, resolution: int) -> None:  # noqa: ARG001
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    device.setOutputFileName(str(tmp_path / "out.pdf"))
    device.setResolution(resolution)
    # What a driver may have set before: another paper with margins of its own.
    page = QPageLayout(
        QPageSize(QPageSize.PageSizeId.Letter), QPageLayout.Orientation.Portrait, QMarginsF(20, 20, 20, 20)
    )
    device.setPageLayout(page)

    done = paint_pdf(device, paper(A5, A4_WIDE))
    printed = (tmp_path / "out.pdf").read_bytes()

    sizes = [(size.width_mm, size.height_mm) for size in page_sizes(printed)]
    assert done
    assert sizes == [pytest.approx(A5, abs=0.4), pytest.approx(A4_WIDE, abs=0.4)]
    assert square_mm(printed, 0) == pytest.approx((30, 40, 20, 20), abs=0.3)


@pytest.mark.qt_log_ignore("Returned false", extend=True)
def test_a_printer_that_cannot_begin_is_told(qapp: QApplication, tmp_path: Path) -> None:  # noqa: ARG001
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    device.setOutputFileName(str(tmp_path / "no" / "such" / "folder" / "out.pdf"))

    assert not paint_pdf(device, paper(A5))


def test_a_printer_that_is_gone_is_an_environment_problem(qapp: QApplication) -> None:  # noqa: ARG001
    with pytest.raises(EnvironmentProblem) as caught:
        QtPrinters().print_pdf(paper(A5), printer="Máy in đã tháo", paper="A5", title="x")

    assert (caught.value.code, caught.value.details) == ("printer_failed", {"printer": "Máy in đã tháo"})


def test_names_begin_with_the_default(qapp: QApplication) -> None:  # noqa: ARG001
    printers = QtPrinters()

    names = printers.names()

    assert printers.default_name() == (names[0] if len(names) == 1 or printers.default_name() else "")
    assert len(set(names)) == len(names)


def test_what_is_no_pdf_is_an_environment_problem() -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        page_sizes(b"no PDF")

    assert caught.value.code == "pdf_unreadable"
    assert isinstance(caught.value.__cause__, pypdfium2.PdfiumError)


class Wording:
    def sentence(self, code: str, details: object) -> str:  # noqa: ARG002
        return code


@pytest.fixture
def preview(qapp: QApplication, qtbot: QtBot) -> Iterator[PdfPreview]:
    theme, tasks = Theme(qapp), Tasks()
    at = datetime(2019, 7, 18, tzinfo=UTC)
    kit = Kit(theme, tasks, ChangeHub(), Words(Wording()), Notices(), Sounds(is_on=False), lambda: at)
    widget = PdfPreview(kit)
    widget.resize(400, 500)
    qtbot.addWidget(widget)
    widget.show()
    yield widget
    tasks.shutdown()
    theme.deleteLater()


def test_the_preview_shows_every_page_as_wide_as_the_room(qtbot: QtBot, preview: PdfPreview) -> None:
    preview.show_pdf(paper(A5, A5, A4_WIDE))
    qtbot.waitUntil(lambda: preview.page_count() == 3)

    label = preview._labels()[0]
    assert label.pixmap().width() == pytest.approx(preview.viewport().width() - 24, abs=24)
    assert label.pixmap().height() / label.pixmap().width() == pytest.approx(210 / 148, abs=0.02)


def test_a_cleared_preview_stays_empty(qtbot: QtBot, preview: PdfPreview) -> None:
    preview.show_pdf(paper(A5))

    preview.clear()
    qtbot.waitUntil(lambda: preview._kit.tasks.pending() == 0)

    assert preview.page_count() == 0


def test_the_preview_of_what_is_no_pdf_says_so(qtbot: QtBot, preview: PdfPreview) -> None:
    preview.show_pdf(b"no PDF")

    qtbot.waitUntil(lambda: preview._kit.tasks.pending() == 0)
    texts = [label.text() for label in preview.widget().findChildren(QLabel)]

    assert (preview.page_count(), texts) == (0, ["pdf_unreadable"])
