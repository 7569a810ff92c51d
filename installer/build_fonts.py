"""Build the small fonts of the printed forms from Liberation Serif 2.

Run by hand when the set of letters changes: ``python installer/build_fonts.py FOLDER``, where FOLDER holds
``LiberationSerif-{Regular,Bold,Italic,BoldItalic}.ttf`` of version 2 (Debian package ``fonts-liberation2``).
Version 1, which some systems install as ``fonts-liberation``, lacks Vietnamese and has another licence: refused.

The result is the same to the byte for the same input. It is a modified version in the sense of the SIL Open Font
License, so it must not bear the reserved name "Liberation": its family is "Motcua Serif".
"""

import argparse
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Motcua Serif"
STYLES = ("Regular", "Bold", "Italic", "BoldItalic")
OUTPUT = Path(__file__).resolve().parent.parent / "resources" / "fonts"

VIETNAMESE = "ĂăÂâÊêÔôƠơƯưĐđ" + "".join(map(chr, range(0x1EA0, 0x1EFA)))
MINORITY_LANGUAGES = "ƀɃČčĔĕĬĭŎŏŬŭÑñ"
"""Letters of Ê Đê, Gia Rai, Ba Na, Cơ Ho and M'Nông names, as far as the typeface has them."""
COMBINING = "".join(map(chr, (0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323)))
PUNCTUATION = "\u2010–—―‘’‚“”„†•…‰′″‹›⁄₫€№™→−≈≠≤≥■□"
REQUIRED = "".join(map(chr, range(0x20, 0x7F))) + VIETNAMESE + "–—‘’“”•…₫×½°²³" + "□"
WANTED = REQUIRED + "".join(map(chr, range(0xA0, 0x180))) + MINORITY_LANGUAGES + COMBINING + PUNCTUATION
DROPPED = ["DSIG", "FFTM", "GDEF", "GPOS", "GSUB", "LTSH", "PCLT", "VDMX", "gasp", "hdmx", "kern", "meta"]


def _options() -> subset.Options:
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += DROPPED
    options.glyph_names = False
    options.legacy_kern = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.recalc_timestamp = False
    return options


def _rename(font: TTFont, style: str) -> None:
    """Give the modified version its own name, as section 3 of the licence demands."""
    version = font["name"].getDebugName(5)
    new = {
        1: FAMILY,
        2: style.replace("BoldItalic", "Bold Italic"),
        3: f"{FAMILY} {style}",
        4: f"{FAMILY} {style}",
        5: f"{version}, subset",
        6: f"{FAMILY.replace(' ', '')}-{style}",
    }
    table = font["name"]
    table.names = [record for record in table.names if record.platformID == 3 and record.langID == 0x409]  # noqa: PLR2004
    for name_id, text in new.items():
        table.setName(text, name_id, 3, 1, 0x409)


def build(source: Path, style: str) -> Path:
    """Subset one face.

    Args:
        source: The original TrueType file.
        style: One of `STYLES`.

    Returns:
        The file written.

    Raises:
        SystemExit: The original lacks a letter we need.
    """
    font = TTFont(source, recalcTimestamp=False)
    missing = [char for char in REQUIRED if ord(char) not in font.getBestCmap()]
    if missing:
        sys.exit(f"{source}: lacks {''.join(missing)}; take Liberation 2")
    worker = subset.Subsetter(_options())
    worker.populate(text=WANTED)
    worker.subset(font)
    _rename(font, style)
    target = OUTPUT / f"motcua-serif-{style.lower()}.ttf"
    font.save(target, reorderTables=True)
    return target


def main() -> None:
    """Build all faces and print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for style in STYLES:
        target = build(folder / f"LiberationSerif-{style}.ttf", style)
        print(target.name, target.stat().st_size)


if __name__ == "__main__":
    main()
