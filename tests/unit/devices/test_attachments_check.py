import struct
import tracemalloc
import zlib
from hashlib import sha256
from io import BytesIO

import pypdf
import pytest
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from desktop.devices.attachments_check import MOST_MILLION_DOTS, MOST_PAGES, check_attachment
from desktop.domain.errors import UserError
from desktop.services.attachment_port import AttachmentCheck, CheckedAttachment, MediaType
from tests.support.signing import hybrid_paper, paper, turned, written


def picture(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    stream = BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(stream, kind)
    return stream.getvalue()


def encrypted(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper()))
    writer.encrypt(user, "owner", algorithm="AES-256")
    return written(writer)


def png_of(width: int, height: int, data: bytes = b"") -> bytes:
    """Write a PNG by hand: its head may promise anything."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def acting(**action: str) -> bytes:
    """Give a PDF an action at its opening."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper()))
    entries = {NameObject("/S"): NameObject(action["S"]), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(entries)
    return written(writer)


def packed(body: bytes) -> bytes:
    """Put objects into a compressed stream behind a paper."""
    inside = zlib.compress(body)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(inside)
    return paper() + b"99 0 obj\n" + head + b"\nstream\n" + inside + b"\nendstream\nendobj\n"


# --- what is taken --------------------------------------------------------------------------------------------------


def test_a_pdf_is_described() -> None:
    content = paper(3)

    checked = check_attachment(content)

    assert checked == CheckedAttachment(
        MediaType.PDF, len(content), sha256(content).hexdigest(), pages=3, width=210, height=297
    )


@pytest.mark.parametrize(
    ("content", "size"),
    [(turned(paper(), 90), (297, 210)), (paper(size=(420, 595)), (148, 210)), (hybrid_paper(), (210, 297))],
)
def test_the_size_of_a_page_is_as_seen(content: bytes, size: tuple[int, int]) -> None:
    checked = check_attachment(content)

    assert (checked.width, checked.height) == size


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "RGBA", "P"])
def test_a_png_is_described(mode: str) -> None:
    checked = check_attachment(picture("PNG", mode=mode))

    assert (checked.media_type, checked.pages, checked.width, checked.height) == (MediaType.PNG, 1, 60, 40)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_is_described(mode: str) -> None:
    checked = check_attachment(picture("JPEG", (2_000, 1_000), mode))

    assert (checked.media_type, checked.pages, checked.width, checked.height) == (MediaType.JPEG, 1, 2_000, 1_000)


def test_a_scan_of_an_a4_page_at_600_dpi_is_taken() -> None:
    checked = check_attachment(picture("PNG", (4_960, 7_016), "1"))

    assert checked.height == 7_016


def test_a_pdf_with_as_many_pages_as_allowed_is_taken() -> None:
    assert check_attachment(paper(MOST_PAGES)).pages == MOST_PAGES


def test_a_pdf_with_compressed_objects_and_links_is_taken() -> None:
    assert check_attachment(packed(b"1 0 << /S /URI /URI (https://example.vn/JavaScript) >>")).pages == 1


def test_the_check_fits_its_port() -> None:
    check: AttachmentCheck = check_attachment

    assert check(paper()).pages == 1


# --- what is not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "attachment_empty"),
        (b"PK\x03\x04 a zip or a docx", "attachment_unknown_type"),
        (b"MZ\x90 a program", "attachment_unknown_type"),
        ("một bức thư".encode(), "attachment_unknown_type"),
        (b"GIF89a" + bytes(50), "attachment_unknown_type"),
        (b"%PDF-1.7\nand nothing more", "attachment_damaged"),
        (paper()[: len(paper()) // 3], "attachment_damaged"),
        (b"\x89PNG\r\n\x1a\n", "attachment_damaged"),
        (picture("PNG", (500, 500))[:700], "attachment_damaged"),
        (png_of(10, 10, b"not packed"), "attachment_damaged"),
        (png_of(0, 10), "attachment_damaged"),
        (picture("JPEG", (500, 500))[:1_500], "attachment_damaged"),
        (b"\xff\xd8\xff\xe0 and nothing more", "attachment_damaged"),
        (encrypted("secret"), "attachment_encrypted"),
        (encrypted(""), "attachment_encrypted"),
        (acting(S="/JavaScript"), "attachment_active"),
        (acting(S="/Launch"), "attachment_active"),
        (acting(S="/JavaScript").replace(b"/JavaScript", b"/J#61v#61Script"), "attachment_active"),
        (packed(b"1 0 << /S /JavaScript /JS (x) >>"), "attachment_active"),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(UserError, match=rf"^{code}$"):
        check_attachment(content)


def test_a_damaged_picture_is_found_behind_its_head() -> None:
    content = bytearray(picture("PNG", (300, 300)))
    content[len(content) // 2] ^= 0xFF

    with pytest.raises(UserError, match="attachment_damaged"):
        check_attachment(bytes(content))


def test_too_many_megabytes_are_refused_unread() -> None:
    with pytest.raises(UserError, match="attachment_too_large") as raised:
        check_attachment(b"%PDF-1.7" + bytes(20_000_000))

    assert raised.value.details == {"size_mb": 21, "largest_mb": 20}


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(UserError, match="attachment_too_many_pages") as raised:
        check_attachment(paper(MOST_PAGES + 1))

    assert raised.value.details == {"pages": 201, "most": 200}


@pytest.mark.parametrize("size", [(60_000, 60_000), (8_001, 5_000), (2**31 - 1, 2)])
def test_a_bomb_of_dots_is_refused_by_its_head_without_a_warning(size: tuple[int, int]) -> None:
    bomb = png_of(*size, zlib.compress(bytes(1_000_000)))
    tracemalloc.start()

    # A warning is an error here, so Pillow's own of such pictures would be another one.
    with pytest.raises(UserError, match="attachment_too_many_dots") as raised:
        check_attachment(bomb)

    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert raised.value.details == {"most_million": MOST_MILLION_DOTS}


def test_a_bomb_of_objects_is_unpacked_no_further_than_allowed() -> None:
    bomb = packed(bytes(60_000_000))
    tracemalloc.start()

    check_attachment(bomb)

    assert tracemalloc.get_traced_memory()[1] < 45_000_000
    tracemalloc.stop()


def test_a_page_of_no_size_is_refused() -> None:
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper()))
    writer.pages[0].mediabox = pypdf.generic.RectangleObject((0, 0, 0.2, 0.2))

    with pytest.raises(UserError, match="attachment_damaged"):
        check_attachment(written(writer))
