"""Memory of the whole window at the end of a long day against its beginning, driven by keys and scans.

Run as ``python tests/bench/bench_window_memory.py [--dossiers 300]``. A clerk receives so many dossiers at F2 by card
and keys, scans each receipt to see its time line, searches, opens the correcting dialog and the help and closes them,
and comes back to an empty F2. The beginning is taken after twenty dossiers, once every page has been seen; collected
is what Python's own circles hold, as the window does it (docs/decisions/0018).
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_memory import BEGINNING, DAY, GOAL, resident_mb
from common import Result, report

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from desktop.cli.demo_people import PEOPLE, Visit
from tests.support.gallery import screens
from tests.support.gallery.stage import Stage, staged
from tests.support.gallery.ward import fill_nothing

#: Control: a window that keeps every dialog shows so many more widgets than it began with.
MOST_WIDGETS = 1.05
_WORDS = ("An", "Bích", "Châu", "Dũng", "Giang", "Hà", "Khôi", "Lê", "Minh", "Ngọc", "Oanh", "Phúc", "Quý", "Sơn", "Tú")


def visit(number: int) -> Visit:
    """Return the next citizen: each has a name and an identity number of his own."""
    whose = PEOPLE[number % len(PEOPLE)]
    _, *between, _, born, sex, address, issued = whose.card.split("|")
    card = "|".join((f"079{190_000_000 + number:09d}", *between, _name(number), born, sex, address, issued))
    return replace(whose, card=card)


def _name(number: int) -> str:
    return f"Trần {_WORDS[number % len(_WORDS)]} {_WORDS[number // len(_WORDS) % len(_WORDS)]}"


def serve(stage: Stage, number: int) -> None:
    """Do what one citizen at the counter brings with him."""
    stage.receive(visit(number), "")
    code, _ = stage.newest()
    stage.scan(code)
    stage.press("Ctrl+E")
    stage.close_all()
    stage.press("F1")
    stage.press("F1")
    stage.search(_name(number))
    stage.press("F2")


def measured(dossiers: int) -> Iterator[Result]:
    """Yield the rows of the table."""
    with TemporaryDirectory(prefix="motcua-window-") as temporary:
        folder = Path(temporary)
        screens.use_screen(folder / "screen")
        app = QApplication([])
        fill_nothing(folder / "ward")
        with staged(app, folder / "ward", folder / "out", {}) as stage:
            stage.enter("lan")
            for number in range(1, dossiers + 1):
                serve(stage, number)
                if number == BEGINNING:
                    beginning = (resident_mb(), len(QApplication.allWidgets()))
                if number % 50 == 0:
                    print(f"{number:>5} dossiers: {resident_mb():.0f} MB, {len(QApplication.allWidgets())} widgets")
            end = (resident_mb(), len(QApplication.allWidgets()))
    yield Result(
        "memory of the window after 8 hours",
        f"after 5 minutes: {beginning[0]:.0f} MB",
        end[0] / beginning[0],
        GOAL,
        f"{end[0]:.0f} MB after {dossiers} dossiers by keys",
    )
    yield Result(
        "widgets of the window after 8 hours",
        f"after 5 minutes: {beginning[1]}",
        end[1] / beginning[1],
        MOST_WIDGETS,
        f"{end[1]} after {dossiers} dossiers by keys",
    )


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dossiers", type=int, default=DAY)
    report(measured(parser.parse_args().dossiers))


if __name__ == "__main__":
    main()
