"""Read printed papers back: text by two readers, pictures, codes."""

import unicodedata
from io import BytesIO

import pypdf
import pypdfium2
import zxingcpp
from PIL import Image

SCANNABLE = [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128]
_INK_BELOW = 128


def squeezed(text: str) -> str:
    """Return NFC text without white space, so that line breaks do not matter."""
    return unicodedata.normalize("NFC", "".join(text.split()))


def pages_by_pdfium(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def pages_by_pypdf(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages]


def picture(data: bytes, page: int, dpi: int) -> Image.Image:
    """Return a page in grey."""
    document = pypdfium2.PdfDocument(data)
    try:
        return document[page].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    finally:
        document.close()


def codes(data: bytes, page: int, dpi: int) -> dict[str, set[str]]:
    """Decode a page as a printer without greys would print it; return contents by kind of code."""
    black_and_white = picture(data, page, dpi).point(lambda grey: 0 if grey < _INK_BELOW else 255)
    found: dict[str, set[str]] = {}
    for result in zxingcpp.read_barcodes(black_and_white, formats=SCANNABLE):
        found.setdefault(result.format.name, set()).add(result.text)
    return found
