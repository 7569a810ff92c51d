"""Load the embedded typeface once per process and know how wide its letters are.

The four faces lie in ``resources/fonts``; nothing of the machine's fonts is used, so a paper looks the same on
every PC.
"""

from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from io import BytesIO
from threading import Lock
from typing import Any

from reportlab.pdfbase import pdfmetrics

from reports.elements.subsets import FormFont

REPLACEMENT = "□"
"""Printed for a letter the typeface lacks."""

_SOFT_HYPHEN = "\u00ad"
"""In the typeface, but a hint for breaking and not a letter."""
_LOADING = Lock()


class Face(StrEnum):
    """Name a face of the typeface; the value is its PostScript name."""

    REGULAR = "MotcuaSerif-Regular"
    BOLD = "MotcuaSerif-Bold"
    ITALIC = "MotcuaSerif-Italic"
    BOLD_ITALIC = "MotcuaSerif-BoldItalic"


@dataclass(frozen=True, slots=True)
class LoadedFonts:
    """Hold what layout and encoding need of every face.

    Attributes:
        fonts: The font of each face, registered; reportlab's stubs lack what we need of it.
        advances: Width of each letter in em, per face.
        letters: Letters every face has.
    """

    fonts: dict[Face, Any]
    advances: dict[Face, dict[str, float]]
    letters: frozenset[str]


def _load() -> LoadedFonts:
    folder = files("resources") / "fonts"
    fonts: dict[Face, Any] = {}
    advances: dict[Face, dict[str, float]] = {}
    for face in Face:
        data = (folder / f"{face.replace('MotcuaSerif', 'motcua-serif').lower()}.ttf").read_bytes()
        font: Any = FormFont(face.value, BytesIO(data))
        pdfmetrics.registerFont(font)
        fonts[face] = font
        advances[face] = {chr(code): width / 1000 for code, width in font.face.charWidths.items()}
    common = frozenset.intersection(*(frozenset(widths) for widths in advances.values()))
    return LoadedFonts(
        fonts, advances, frozenset(letter for letter in common if letter >= " " and letter != _SOFT_HYPHEN)
    )


_loaded: list[LoadedFonts] = []


def loaded() -> LoadedFonts:
    """Return the typeface, loading and registering it at the first call.

    Returns:
        The four faces.

    Threads: any; the first call takes some 20 ms, so warm it up before the first print.
    """
    if not _loaded:
        with _LOADING:
            if not _loaded:
                _loaded.append(_load())
    return _loaded[0]
