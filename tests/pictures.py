"""Render every page and dialog of the window and every printed form to pictures, to be looked at.

Run as ``python tests/pictures.py [--out out/hinh] [--pages | --forms] [--user LOGIN] [--scene WORD]``; ``just
pictures`` does all of it. Pages: every user's own pages as they are found, at work and with every dialog over them
(tests/support/gallery/scenes.py), on a ward with dossiers in every situation and on an empty one, at 100, 150 and
200 %, light and dark. Forms: every sample of ``tests/reports`` on every paper it has. Contact sheets of all stand in
``to-anh``.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pypdfium2

from reports.elements.page import Paper
from reports.forms import receipt, return_slip
from tests.reports import letter_samples, return_slip_samples, samples, tabular_samples
from tests.support.gallery import screens, sheets

FORM_SCALE = 1.5
LOGINS = ("lan", "hung", "thu", "chutich", "phochutich", "quantri", "thanhtra")


def take_pages(out: Path, users: Sequence[str], word: str, look: str) -> int:
    """Take every user's pages and dialogs; return how many pictures there are."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - Qt reads its screen from the environment set in main

    from desktop.ui.theme import Mode  # noqa: PLC0415 - Qt reads its screen from the environment set in main
    from tests.support.gallery import playing, stage, ward  # noqa: PLC0415 - the same

    size = screens.SIZE_PX
    looks = tuple((mode, percent, size) for percent in (100, 150, 200) for mode in (Mode.LIGHT, Mode.DARK))
    looks = tuple(each for each in looks if look in stage.look_name(each))
    app = QApplication([])
    with TemporaryDirectory(prefix="hinh-") as temporary:
        codes = ward.fill(Path(temporary) / "phuong")
        ward.fill_nothing(Path(temporary) / "phuong-trong")
        taken = playing.play_all(app, Path(temporary) / "phuong", out, codes, looks, users, word)
        return taken + playing.play_empty(app, Path(temporary) / "phuong-trong", out, looks[:1], users)


def papers() -> Iterator[tuple[str, bytes]]:
    """Yield every sample of every form on every paper it has: name and PDF."""
    for name, paper in product(samples.ALL, Paper):
        yield f"receipt-{name}-{paper.value}", receipt.render(samples.ALL[name], paper)
    for name, paper in product(return_slip_samples.ALL, Paper):
        yield f"return_slip-{name}-{paper.value}", return_slip.render(return_slip_samples.ALL[name], paper)
    for name, case in letter_samples.CASES.items():
        for paper in (Paper.A5, Paper.A4, Paper.A4X2):
            yield f"{name}-{paper.value}", case.printed(paper)
    for kind, of in tabular_samples.KINDS.items():
        for name, sheet in of.samples.items():
            for paper in of.papers:
                yield f"{kind}-{name}-{paper.value}", of.render(sheet, paper)


def take_forms(out: Path) -> int:
    """Draw every page of every form; return how many pictures there are."""
    folder, taken = out / "giay-to", 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, pdf in papers():
        document = pypdfium2.PdfDocument(pdf)
        for place, page in enumerate(document, 1):
            page.render(scale=FORM_SCALE).to_pil().save(folder / f"{name}-{place}.png")
            taken += 1
        document.close()
    return taken


def main() -> None:
    """Take the pictures and lay them out on contact sheets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "hinh")
    parser.add_argument("--pages", action="store_true", help="pages and dialogs of the window only")
    parser.add_argument("--forms", action="store_true", help="printed forms only")
    parser.add_argument("--user", action="append", choices=LOGINS, help="only what this user sees")
    parser.add_argument("--look", default="", help="only looks whose name has this word: light, dark-150")
    parser.add_argument("--scene", default="", help="only scenes whose name has this word")
    given = parser.parse_args()
    began = time.monotonic()
    if not given.pages:
        print(f"{take_forms(given.out)} pictures of forms in {given.out / 'giay-to'}", flush=True)
    if not given.forms:
        with TemporaryDirectory(prefix="hinh-") as temporary:
            screens.use_screen(Path(temporary))
            taken = take_pages(given.out / "man-hinh", given.user or LOGINS, given.scene, given.look)
        print(f"{taken} pictures of pages in {given.out / 'man-hinh'}", flush=True)
    laid = sheets.lay_out(given.out / "man-hinh", given.out / "to-anh")
    laid += sheets.lay_out_forms(given.out / "giay-to", given.out / "to-anh")
    print(f"{laid} contact sheets in {given.out / 'to-anh'}; {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
