"""The slip with a one-time code: one small page of PDF, made in memory and kept nowhere."""

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter

from desktop.ui.words import tr

_DPI: Final = 300
_MM_PER_INCH: Final = 25.4
_A5_MM: Final = (148.0, 210.0)
_EDGE_MM: Final = 12.0
_LINES_MM: Final = ((10.0, 13), (14.0, 11), (18.0, 22), (40.0, 10))


def code_sheet(who: str, code: str) -> bytes:
    """Return the PDF.

    Args:
        who: Name and login of the person.
        code: The code.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setTitle(tr("Mã đăng nhập một lần"))
    size = QPageSize(QSizeF(*_A5_MM), QPageSize.Unit.Millimeter)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(writer)
    texts = (
        tr("Mã đăng nhập một lần"),
        who,
        code,
        tr("Gõ tên đăng nhập và mã này khi đăng nhập lần đầu, rồi đặt mật khẩu của mình. Hủy phiếu sau khi dùng."),
    )
    at_mm = _EDGE_MM
    for text, (height_mm, size_pt) in zip(texts, _LINES_MM, strict=True):
        font = QFont(painter.font().family(), size_pt)
        font.setBold(text == code)
        painter.setFont(font)
        place = QRectF(_dots(_EDGE_MM), _dots(at_mm), _dots(_A5_MM[0] - 2 * _EDGE_MM), _dots(height_mm))
        painter.drawText(place, Qt.TextFlag.TextWordWrap, text)
        at_mm += height_mm
    painter.end()
    return bytes(content.data())


def _dots(mm: float) -> float:
    return mm / _MM_PER_INCH * _DPI
