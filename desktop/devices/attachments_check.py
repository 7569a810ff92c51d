"""Check that an attachment can be read before it is kept: a PDF by PDFium, a picture by Pillow.

Both libraries are loaded when the first attachment comes.
"""

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Final

from desktop.devices.pdf_active_content import has_active_content
from desktop.devices.pdf_nesting import TooManyPieces, check_nesting
from desktop.domain.errors import UserError
from desktop.services.attachment_port import CheckedAttachment, MediaType
from desktop.services.pdfium import PDFIUM_LOCK

if TYPE_CHECKING:
    import pypdfium2
    from PIL.ImageFile import ImageFile

MEGABYTE: Final = 1_000_000
LARGEST_MB: Final = 20
MOST_PAGES: Final = 200

#: An A4 page at 600 dpi has 35 million dots, an A3 page at 400 dpi 31 million.
MOST_MILLION_DOTS: Final = 40

#: The longest sheet of a plan (A0) and half as much again.
LARGEST_SIDE_MM: Final = 1_800

_PDF_STARTS_WITHIN: Final = 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_MM_PER_POINT: Final = 25.4 / 72

#: The longer side of the first page, drawn to see whether it can be.
_TRIAL_DOTS: Final = 800

_PASSWORD_NEEDED: Final = 4
_NOT_ENCRYPTED: Final = -1


def check_attachment(content: bytes) -> CheckedAttachment:
    """Read a file by its content and describe it (:class:`desktop.services.attachment_port.AttachmentCheck`).

    Raises:
        UserError: ``attachment_empty``, ``attachment_too_large``, ``attachment_unknown_type``, ``attachment_damaged``,
            ``attachment_encrypted``, ``attachment_too_many_pages``, ``attachment_too_many_dots``,
            ``attachment_active``, ``attachment_page_too_large``, ``attachment_too_nested``.

    Threads:
        Lane io; a large file takes a second.
    """
    if not content:
        raise UserError("attachment_empty")
    if len(content) > LARGEST_MB * MEGABYTE:
        size_mb = -(-len(content) // MEGABYTE)
        raise UserError("attachment_too_large", size_mb=size_mb, largest_mb=LARGEST_MB)
    if content.startswith(_PNG):
        return _picture(content, MediaType.PNG)
    if content.startswith(_JPEG):
        return _picture(content, MediaType.JPEG)
    if b"%PDF-" in content[:_PDF_STARTS_WITHIN]:
        return _pdf(content)
    raise UserError("attachment_unknown_type")


def _checked(content: bytes, media_type: MediaType, pages: int, width: float, height: float) -> CheckedAttachment:
    digest = sha256(content).hexdigest()
    return CheckedAttachment(media_type, len(content), digest, pages, round(width), round(height))


def _picture(content: bytes, media_type: MediaType) -> CheckedAttachment:
    from PIL.Image import DecompressionBombError  # noqa: PLC0415 - slow to load

    try:
        image = _opened(content, media_type)
        width, height = image.size
        if width * height > MOST_MILLION_DOTS * MEGABYTE:
            raise UserError("attachment_too_many_dots", most_million=MOST_MILLION_DOTS)
        # A JPEG is decoded at an eighth: all of its data is read, little memory taken.
        image.draft(None, (1, 1))
        image.load()
    except (OSError, SyntaxError, ValueError, IndexError, TypeError, DecompressionBombError) as error:
        raise UserError("attachment_damaged") from error
    return _checked(content, media_type, 1, width, height)


def _opened(content: bytes, media_type: MediaType) -> "ImageFile":
    """Read a picture's head only; by the class itself, since ``Image.open`` tries and warns."""
    from PIL.JpegImagePlugin import JpegImageFile  # noqa: PLC0415 - slow to load
    from PIL.PngImagePlugin import PngImageFile  # noqa: PLC0415 - the same

    reader = PngImageFile if media_type is MediaType.PNG else JpegImageFile
    return reader(BytesIO(content))


def _pdf(content: bytes) -> CheckedAttachment:
    if has_active_content(content):
        raise UserError("attachment_active")
    import pypdfium2  # noqa: PLC0415 - slow to load

    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            is_locked = getattr(error, "err_code", None) == _PASSWORD_NEEDED
            raise UserError("attachment_encrypted" if is_locked else "attachment_damaged") from error
        try:
            return _read_pdf(document, content)
        except pypdfium2.PdfiumError as error:
            raise UserError("attachment_damaged") from error
        finally:
            document.close()


def _read_pdf(document: "pypdfium2.PdfDocument", content: bytes) -> CheckedAttachment:
    from pypdfium2 import raw  # noqa: PLC0415 - slow to load

    if raw.FPDF_GetSecurityHandlerRevision(document) != _NOT_ENCRYPTED:
        raise UserError("attachment_encrypted")
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        raise UserError("attachment_active")
    pages = len(document)
    if pages > MOST_PAGES:
        raise UserError("attachment_too_many_pages", pages=pages, most=MOST_PAGES)
    if pages < 1:
        raise UserError("attachment_damaged")
    sides = (side for at in range(pages) for side in document.get_page_size(at))
    if max(sides) * _MM_PER_POINT > LARGEST_SIDE_MM:
        raise UserError("attachment_page_too_large", most_mm=LARGEST_SIDE_MM)
    try:
        check_nesting(content)
    except TooManyPieces as error:
        raise UserError("attachment_too_nested") from error
    except ValueError as error:
        raise UserError("attachment_damaged") from error
    page = document[0]
    width, height = page.get_size()
    if min(width, height) < 1:
        raise UserError("attachment_damaged")
    page.render(scale=_TRIAL_DOTS / max(width, height)).close()
    return _checked(content, MediaType.PDF, pages, width * _MM_PER_POINT, height * _MM_PER_POINT)
