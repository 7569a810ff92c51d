"""Design tokens: colours, spacing and sizes, as plain data for both themes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Spacing in device-independent pixels.
SPACE_XS: Final = 4
SPACE_S: Final = 8
SPACE_M: Final = 12
SPACE_L: Final = 16
SPACE_XL: Final = 24

#: Smallest target of a finger or a shaky mouse, in device-independent pixels.
TARGET_PX: Final = 32

#: Text size at 100 %, in points.
BASE_PT: Final = 10.5

#: Limits of the text size setting.
MIN_TEXT_PERCENT: Final = 100
MAX_TEXT_PERCENT: Final = 200

#: Least contrast of a text on its background, and of a control's edge (WCAG 2.2, 1.4.3 and 1.4.11).
TEXT_CONTRAST: Final = 4.5
EDGE_CONTRAST: Final = 3.0


class Mode(StrEnum):
    """Name a theme."""

    LIGHT = "light"
    DARK = "dark"


class Role(StrEnum):
    """Name a colour by its use."""

    WINDOW = "window"
    SURFACE = "surface"
    SURFACE_ALT = "surface_alt"
    RAIL = "rail"
    DIVIDER = "divider"
    EDGE = "edge"
    TEXT = "text"
    MUTED = "muted"
    DISABLED = "disabled"
    ACCENT = "accent"
    ACCENT_HOVER = "accent_hover"
    ON_ACCENT = "on_accent"
    ACCENT_SOFT = "accent_soft"
    ON_ACCENT_SOFT = "on_accent_soft"
    DUE = "due"
    DUE_SOFT = "due_soft"
    SOON = "soon"
    SOON_SOFT = "soon_soft"
    LATE = "late"
    LATE_SOFT = "late_soft"
    OK = "ok"
    OK_SOFT = "ok_soft"
    TRAINING = "training"
    ON_TRAINING = "on_training"
    PAPER = "paper"
    ON_PAPER = "on_paper"


LIGHT: Final[dict[Role, str]] = {
    Role.WINDOW: "#f3f5f8",
    Role.SURFACE: "#ffffff",
    Role.SURFACE_ALT: "#eaeef3",
    Role.RAIL: "#e6ebf1",
    Role.DIVIDER: "#d3d9e1",
    Role.EDGE: "#7d8896",
    Role.TEXT: "#18212c",
    Role.MUTED: "#4b5665",
    Role.DISABLED: "#6a7482",
    Role.ACCENT: "#0b5a9e",
    Role.ACCENT_HOVER: "#084a84",
    Role.ON_ACCENT: "#ffffff",
    Role.ACCENT_SOFT: "#d6e6f6",
    Role.ON_ACCENT_SOFT: "#083f70",
    Role.DUE: "#2b5c8a",
    Role.DUE_SOFT: "#e3edf7",
    Role.SOON: "#7a4b00",
    Role.SOON_SOFT: "#fdeecb",
    Role.LATE: "#a81e16",
    Role.LATE_SOFT: "#fbe4e1",
    Role.OK: "#17653a",
    Role.OK_SOFT: "#dff2e5",
    Role.TRAINING: "#ffd978",
    Role.ON_TRAINING: "#3d2a00",
    Role.PAPER: "#ffffff",
    Role.ON_PAPER: "#000000",
}

DARK: Final[dict[Role, str]] = {
    Role.WINDOW: "#151a20",
    Role.SURFACE: "#1e252d",
    Role.SURFACE_ALT: "#29323c",
    Role.RAIL: "#1a2027",
    Role.DIVIDER: "#36414d",
    Role.EDGE: "#7e8b9a",
    Role.TEXT: "#e7ecf2",
    Role.MUTED: "#b0bbc8",
    Role.DISABLED: "#8e9aa8",
    Role.ACCENT: "#82b7f2",
    Role.ACCENT_HOVER: "#a3cbf7",
    Role.ON_ACCENT: "#0a1a2b",
    Role.ACCENT_SOFT: "#213c59",
    Role.ON_ACCENT_SOFT: "#d3e6fb",
    Role.DUE: "#a5c8ec",
    Role.DUE_SOFT: "#22384f",
    Role.SOON: "#f1c06a",
    Role.SOON_SOFT: "#44371b",
    Role.LATE: "#ffa79e",
    Role.LATE_SOFT: "#4d2523",
    Role.OK: "#86d3a1",
    Role.OK_SOFT: "#1f3f2c",
    Role.TRAINING: "#e9bd55",
    Role.ON_TRAINING: "#2b1d00",
    Role.PAPER: "#ffffff",
    Role.ON_PAPER: "#000000",
}

COLOURS: Final[dict[Mode, dict[Role, str]]] = {Mode.LIGHT: LIGHT, Mode.DARK: DARK}

_PLAIN_GROUNDS: Final = (Role.WINDOW, Role.SURFACE, Role.SURFACE_ALT, Role.RAIL)

#: Every text colour with every ground it is written on; a test computes the contrast of each.
TEXT_PAIRS: Final[tuple[tuple[Role, Role], ...]] = (
    *((text, ground) for text in (Role.TEXT, Role.MUTED) for ground in _PLAIN_GROUNDS),
    *((text, Role.SURFACE) for text in (Role.ACCENT, Role.DUE, Role.SOON, Role.LATE, Role.OK)),
    *((text, Role.WINDOW) for text in (Role.ACCENT, Role.DUE, Role.SOON, Role.LATE, Role.OK)),
    (Role.ON_ACCENT, Role.ACCENT),
    (Role.ON_ACCENT, Role.ACCENT_HOVER),
    (Role.ON_ACCENT_SOFT, Role.ACCENT_SOFT),
    (Role.TEXT, Role.ACCENT_SOFT),
    (Role.TEXT, Role.LATE_SOFT),
    (Role.DUE, Role.DUE_SOFT),
    (Role.SOON, Role.SOON_SOFT),
    (Role.LATE, Role.LATE_SOFT),
    (Role.OK, Role.OK_SOFT),
    (Role.ON_TRAINING, Role.TRAINING),
    (Role.ON_PAPER, Role.PAPER),
    (Role.SURFACE, Role.LATE),
)

#: Edges of controls and the focus ring with the ground around them.
EDGE_PAIRS: Final[tuple[tuple[Role, Role], ...]] = (
    *((Role.EDGE, ground) for ground in (Role.WINDOW, Role.SURFACE)),
    *((Role.ACCENT, ground) for ground in _PLAIN_GROUNDS),
    *((Role.DISABLED, ground) for ground in (Role.WINDOW, Role.SURFACE)),
)


@dataclass(frozen=True, slots=True)
class TextSizes:
    """Hold the text sizes of one setting, in points.

    Attributes:
        base_pt: Ordinary text.
        small_pt: Hints and key chips.
        section_pt: Heads of sections.
        title_pt: Title of a page.
        figure_pt: A code or an amount that must be read across the counter.
    """

    base_pt: float
    small_pt: float
    section_pt: float
    title_pt: float
    figure_pt: float


def text_sizes(percent: int) -> TextSizes:
    """Return the text sizes of a setting; titles grow less than ordinary text, so that 200 % still fits.

    Args:
        percent: Text size, 100 to 200; other values are taken as the nearest of these.

    Returns:
        The sizes in points.
    """
    percent = min(max(percent, MIN_TEXT_PERCENT), MAX_TEXT_PERCENT)
    base_pt = BASE_PT * percent / 100
    head = 1 + (percent - 100) / 200
    return TextSizes(
        base_pt=base_pt,
        small_pt=round(base_pt * 0.9, 2),
        section_pt=max(round(12.0 * head, 2), base_pt),
        title_pt=max(round(15.0 * head, 2), base_pt),
        figure_pt=max(round(17.0 * head, 2), base_pt),
    )


#: Below this share of a colour the curve of sRGB is a straight line (WCAG 2.2, relative luminance).
_LINEAR_BELOW: Final = 0.04045


def relative_luminance(colour: str) -> float:
    """Return the WCAG relative luminance of ``#rrggbb``.

    Source: WCAG 2.2, definition of relative luminance.
    """
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
