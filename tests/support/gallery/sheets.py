"""Contact sheets: one thing in all its looks on one picture, forms six to a picture."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

_COLUMNS = 2
_CELL_PX = (760, 428)
_FORM_COLUMNS, _FORMS = 4, 8
_FORM_PX = (390, 552)
_TITLE_PX = 14
_GREY = (128, 128, 128)
_LOOK = re.compile(r"^(.+)-((?:light|dark)-\d+-\d+)$")


def lay_out(pictures: Path, out: Path) -> int:
    """Lay the looks of each page or dialog out on one sheet; return how many sheets there are."""
    by_name: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(pictures.glob("*.png"), key=lambda each: each.stat().st_mtime):
        found = _LOOK.match(file.stem)
        by_name[found.group(1) if found else file.stem].append(file)
    for name, files in by_name.items():
        _sheet(files, out / f"{name}.png", _COLUMNS, _CELL_PX)
    return len(by_name)


def lay_out_forms(pictures: Path, out: Path) -> int:
    """Lay the forms out, eight pages to a sheet; return how many sheets there are."""
    files = sorted(pictures.glob("*.png"))
    starts = range(0, len(files), _FORMS)
    for place, start in enumerate(starts, 1):
        _sheet(files[start : start + _FORMS], out / f"giay-{place:03d}.png", _FORM_COLUMNS, _FORM_PX)
    return len(starts)


def _sheet(files: Sequence[Path], out: Path, columns: int, cell_px: tuple[int, int]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    width, height = cell_px
    rows = -(-len(files) // columns)
    sheet = Image.new("RGB", (columns * width, rows * (height + _TITLE_PX)), _GREY)
    draw = ImageDraw.Draw(sheet)
    for place, file in enumerate(files):
        x, y = place % columns * width, place // columns * (height + _TITLE_PX)
        draw.text((x + 2, y), file.stem, fill=(255, 255, 255))
        with Image.open(file) as picture:
            picture.thumbnail((width - 4, height))
            sheet.paste(picture, (x + 2, y + _TITLE_PX))
    sheet.save(out, compress_level=1)
