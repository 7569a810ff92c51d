"""Draw what is seen of a digital signature, as a small PDF of its own: the unit's picture, or plain text.

Source: Decree 30/2020, annex I. A signature or seal is never invented: without a picture there is text only.
Imported when something is signed: reportlab and Pillow are slow to load.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import getAscentDescent, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from desktop.domain.errors import UserError
from desktop.domain.vietnamese import VIETNAM
from desktop.services.signing_port import Stamp, StampKind

#: Times New Roman, upright, black, 10 pt: annex I of the decree; the typeface has its metrics.
FONT_SIZE: Final = 10.0
_SMALLEST_FONT_SIZE: Final = 5.0
_LINE: Final = 1.2
#: Marks on capitals stand above the ascent: Ủ, Ấ.
_MARKS: Final = 0.25
_FACE: Final = "MotcuaStamp"

#: Of a picture, either way: 36 mm at 1200 dpi are 1,701 dots. More is a mistake or an attack.
_MOST_DOTS: Final = 4_000

_LOADING: Final = Lock()
_fonts_loaded: list[str] = []


@dataclass(frozen=True, slots=True)
class StampPicture:
    """Hold a picture that was found usable.

    Attributes:
        image: RGBA, cut to what is drawn.
        ratio: Width / height.
    """

    image: Image.Image
    ratio: float


def read_picture(png: bytes) -> StampPicture:
    """Read the picture of a hand signature or a seal.

    Raises:
        UserError: ``stamp_image_unusable`` when it is no PNG, too big, empty or without a transparent ground.
    """
    try:
        with Image.open(BytesIO(png), formats=("PNG",)) as opened:
            if max(opened.size) > _MOST_DOTS:
                raise UserError("stamp_image_unusable", most_dots=_MOST_DOTS)
            image = opened.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise UserError("stamp_image_unusable", most_dots=_MOST_DOTS) from error
    alpha = image.getchannel("A")
    drawn = alpha.getbbox()
    if drawn is None or alpha.getextrema()[0] != 0:
        raise UserError("stamp_image_unusable", most_dots=_MOST_DOTS)
    image = image.crop(drawn)
    return StampPicture(image, image.width / image.height)


def draw_picture(picture: StampPicture, width: float, height: float) -> bytes:
    """Return a PDF of one page with a picture in its middle, as large as fits.

    Args:
        picture: The picture.
        width: Of the page, points.
        height: Of the page, points.
    """
    stream, canvas = _canvas(width, height)
    canvas.drawImage(ImageReader(picture.image), 0, 0, width, height, mask="auto", preserveAspectRatio=True, anchor="c")
    canvas.save()
    return stream.getvalue()


def stamp_text(stamp: Stamp, signed_at: datetime) -> tuple[str, ...]:
    """Return the lines of a stamp without a picture: whose signature, and when, by ISO 8601 in Vietnam's time."""
    name = stamp.name if stamp.kind is not StampKind.PERSON else f"Người ký: {stamp.name}"
    return (name, f"Thời gian ký: {signed_at.astimezone(VIETNAM).isoformat(timespec='seconds')}")


def text_size(lines: tuple[str, ...], widest: float) -> tuple[float, float]:
    """Return width and height in points that lines need at the decree's font size.

    Args:
        lines: The lines.
        widest: Longer lines are broken, points.
    """
    _load_font()
    broken = list(_broken(lines, widest, FONT_SIZE))
    width = max(stringWidth(line, _FACE, FONT_SIZE) for line in broken)
    return width + 1, _height(broken, FONT_SIZE)


def draw_text(lines: tuple[str, ...], width: float, height: float, *, is_centred: bool) -> bytes:
    """Return a PDF of one page with text at the decree's font size, or smaller where it would not fit.

    Args:
        lines: The lines; long ones are broken.
        width: Of the page, points.
        height: Of the page, points.
        is_centred: In the middle instead of at the left.
    """
    _load_font()
    size = FONT_SIZE
    broken = list(_broken(lines, width, size))
    while size > _SMALLEST_FONT_SIZE and not _fits(broken, width, height, size):
        size -= 0.5
        broken = list(_broken(lines, width, size))
    stream, canvas = _canvas(width, height)
    canvas.setFont(_FACE, size)
    canvas.setFillGray(0)
    ascent, _ = getAscentDescent(_FACE, size)
    baseline = height - (height - _height(broken, size)) / 2 - _MARKS * size - ascent
    for line in broken:
        left = (width - stringWidth(line, _FACE, size)) / 2 if is_centred else 0
        canvas.drawString(left, baseline, line)
        baseline -= size * _LINE
    canvas.save()
    return stream.getvalue()


def _canvas(width: float, height: float) -> tuple[BytesIO, Canvas]:
    stream = BytesIO()
    return stream, Canvas(stream, pagesize=(width, height), pageCompression=1, invariant=1)


def _height(broken: list[str], size: float) -> float:
    return (len(broken) * _LINE + _MARKS) * size


def _fits(broken: list[str], width: float, height: float, size: float) -> bool:
    return _height(broken, size) <= height + 0.01 and all(stringWidth(line, _FACE, size) <= width for line in broken)


def _broken(lines: tuple[str, ...], widest: float, size: float) -> Iterator[str]:
    """Break lines at blanks; a word that is too long stays whole."""
    for line in lines:
        taken = ""
        for word in line.split():
            longer = f"{taken} {word}".strip()
            if taken and stringWidth(longer, _FACE, size) > widest:
                yield taken
                longer = word
            taken = longer
        yield taken


def _load_font() -> None:
    with _LOADING:
        if not _fonts_loaded:
            data = (files("resources") / "fonts" / "motcua-serif-regular.ttf").read_bytes()
            registerFont(TTFont(_FACE, BytesIO(data)))
            _fonts_loaded.append(_FACE)
