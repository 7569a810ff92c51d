"""Register of 30,000 rows against pycairo drawing the same lines, turn by turn, each run in a process of its own.

Run by ``python tests/bench/bench_register.py``. The peer gets finished lines with their places (from our own file), so
it neither breaks lines nor fills pages; ours starts from 30,000 different rows. Needs pycairo, which is built here
and wants libcairo2-dev; both PDFs are first compared page by page.
"""

import argparse
import importlib.util
import pickle
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench_receipt import environment
from common import ROOT
from people import People
from register_peer import peak_kib

from reports.elements.fonts import Face
from reports.elements.page import A4_TURNED, Document
from reports.elements.text import Run, width
from reports.forms import register
from tests.reports.reading import pages_by_pdfium, squeezed
from tests.reports.register_samples import OPEN, PROCEDURES, SECTION

ROWS, ROUNDS = 30_000, 3
TIME_GOAL, MEMORY_GOAL_MB = 1.0, 60
FACES = {Face.REGULAR: 0, Face.BOLD: 1, Face.ITALIC: 2}
SECTIONS = (
    SECTION,
    "Phòng Văn hóa – Xã hội",
    "Bộ phận Tư pháp – Hộ tịch",
    "Công an phường",
    "Ban Chỉ huy Quân sự phường",
)
TOKEN = re.compile(r"1 0 0 1 (\S+) (\S+) Tm|(\S+) (\S+) Td|(T\*)|\((\d+)\) Tj|(\S+) TL|(\S+) (\S+) m (\S+) (\S+) l")

Page = tuple[list[tuple[float, float, str, int, float]], list[tuple[float, float, float, float]]]


def rows_of_a_year(count: int) -> list[register.RegisterRow]:
    """Return rows as a ward has them: everybody different, few procedures, few dates at a time."""
    people, dice = People(random.Random(1)), random.Random(2)
    return [
        (
            f"{number:02d}",
            f"H29.26.17-25{1 + number // 2600:02d}{1 + number // 100 % 26:02d}-{number % 100 + 1:04d}",
            dice.choice(PROCEDURES),
            "01",
            (party := people.draw()).name,
            f"{party.address}; {party.phone}",
            dice.choice(SECTIONS),
            f"{1 + number // 100 % 26:02d}/{1 + number // 2600:02d}/2025",
            f"{3 + number // 100 % 26:02d}/{1 + number // 2600:02d}/2025",
            f"{2 + number // 100 % 26:02d}/{1 + number // 2600:02d}/2025",
            dice.choice(("Trực tiếp", "Trực tiếp", "Qua bưu chính công ích")),
            "",
            "" if number % 40 else "Không sử dụng",
        )
        for number in range(1, count + 1)
    ]


class ListingDocument(Document):
    """Keep what is drawn, page by page, for the peer."""

    listed: list[Page] = []  # noqa: RUF012 - one list for the run
    parts: dict[str, Page] = {}  # noqa: RUF012 - the same
    texts: list[list[tuple[float, str, int, float]]] = []  # noqa: RUF012 - the same

    def plain(self, face: Face, text: str, size: float) -> str:
        return self.show(((face, text),), size)

    def show(self, runs: Sequence[Run], size: float) -> str:
        super().show(runs, size)
        shown, x = [], 0.0
        for face, text in runs:
            shown.append((x, text, FACES[face], size))
            x += width(text, face) * size
        self.texts.append(shown)
        return f"({len(self.texts) - 1}) Tj"

    def add_part(self, name: str, size: tuple[float, float], operators: Iterable[str]) -> str:
        self.parts[name] = self.page("\n".join(operators))
        return super().add_part(name, size, ())

    def add_page(self, size: tuple[float, float], operators: Iterable[str], parts: Iterable[str] = ()) -> None:  # noqa: ARG002
        lines, rules = self.page("\n".join(operators))
        for name in parts:
            lines, rules = self.parts[name][0] + lines, self.parts[name][1] + rules
        self.listed.append((lines, rules))

    def add_packed_page(self, size: tuple[float, float], content: str, parts: Iterable[str] = ()) -> None:
        self.add_page(size, (content,), parts)

    def page(self, content: str) -> Page:
        """Return lines and rules of a content stream, measured from the top left corner."""
        lines, rules, height = [], [], A4_TURNED.height
        x = y = leading = 0.0
        for tm_x, tm_y, td_x, td_y, star, shown, tl, *rule in TOKEN.findall(content):
            if tm_x:
                x, y = float(tm_x), float(tm_y)
            elif td_x:
                x, y = x + float(td_x), y + float(td_y)
            elif star:
                y -= leading
            elif tl:
                leading = float(tl)
            elif shown:
                lines += [
                    (x + indent, height - y, text, face, size) for indent, text, face, size in self.texts[int(shown)]
                ]
            else:
                left, start, right, end = map(float, rule)
                rules.append((left, height - start, right, height - end))
        return lines, rules


def write_list(rows: Sequence[register.RegisterRow], target: Path) -> int:
    """Write the peer's list; return the number of its pages."""
    original, register.Document = register.Document, ListingDocument  # type: ignore[misc]
    try:
        register.render(OPEN, rows)
    finally:
        register.Document = original  # type: ignore[misc]
    with target.open("wb") as file:
        for page in ListingDocument.listed:
            pickle.dump(page, file, pickle.HIGHEST_PROTOCOL)
    return len(ListingDocument.listed)


def measure_ours(count: int, target: str) -> None:
    """Print wall and CPU seconds and the growth of this process in KiB."""
    rows = rows_of_a_year(count)
    register.render(replace(OPEN, year="Năm 2024"), rows[:10])
    before = peak_kib(is_start=True)
    wall, cpu = time.perf_counter(), time.process_time()
    data = register.render(OPEN, iter(rows))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(wall, cpu, peak_kib() - before)
    Path(target).write_bytes(data)


def run(command: Sequence[str], surroundings: dict[str, str]) -> tuple[float, float, float]:
    """Run one side; return wall and CPU seconds and MB."""
    found = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True)
    wall, cpu, growth = found.stdout.split()
    return float(wall), float(cpu), int(growth) / 1024


def assert_equal(rows: Sequence[register.RegisterRow], pages: int, folder: Path) -> None:
    """Compare both files page by page, and each with the rows."""
    ours, its = (pages_by_pdfium((folder / name).read_bytes()) for name in ("ours.pdf", "peer.pdf"))
    assert len(ours) == len(its) == pages
    for number, (mine, peers) in enumerate(zip(ours, its, strict=True), 1):
        assert squeezed(mine) == squeezed(peers), f"page {number} differs"
    assert sum(page.count("H29.26.17-") for page in ours) == len(rows)


def row(name: str, ours: float, its: float, ratio: float, goal: float, unit: str) -> None:
    """Print one line of the table."""
    verdict = "holds" if ratio <= goal else "MISSED"
    print(f"{name:44s} {ours:10.2f} {its:10.2f} {unit:5s} {ratio:6.2f} x  goal <= {goal} x  {verdict}", flush=True)


def compare(count: int, rounds: int) -> None:
    """Print the table."""
    rows = rows_of_a_year(count)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pages = write_list(rows, folder / "list")
        surroundings = environment(folder, ROOT / "resources" / "fonts")
        here = Path(__file__)
        ours = [sys.executable, str(here), "--ours", str(folder / "ours.pdf"), "--rows", str(count)]
        peer = [sys.executable, str(here.with_name("register_peer.py")), str(folder / "list")]
        peer += [str(folder / "peer.pdf"), "Motcua Serif"]
        pairs: list[tuple[Any, Any]] = []
        for number in range(rounds):
            pairs.append((run(ours, surroundings), run(peer, surroundings)))
            if not number:
                assert_equal(rows, pages, folder)
        sizes = [(folder / name).stat().st_size / 1e6 for name in ("ours.pdf", "peer.pdf")]
    print(f"{f'register, {count:,} rows, {pages:,} pages, {rounds} rounds':44s} {'ours':>10s} {'pycairo':>10s}")
    for part, name in enumerate(("wall", "CPU")):
        mine, peers = (statistics.median(side[part] for side in sides) for sides in zip(*pairs, strict=True))
        ratio = statistics.median(one[part] / other[part] for one, other in pairs)
        row(f"register, {name}", mine, peers, ratio, TIME_GOAL, "s")
    growth, its_growth = (statistics.median(side[2] for side in sides) for sides in zip(*pairs, strict=True))
    row(f"register, memory against +{MEMORY_GOAL_MB} MB", growth, its_growth, growth / MEMORY_GOAL_MB, 1.0, "MB")
    print(f"{'register, size (reported)':44s} {sizes[0]:10.2f} {sizes[1]:10.2f} MB    {sizes[0] / sizes[1]:6.2f} x")


def main() -> None:
    """Compare, or be our side."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--ours", metavar="PDF", help="render once and print wall and CPU seconds and growth in KiB")
    given = parser.parse_args()
    if given.ours:
        measure_ours(given.rows, given.ours)
    elif importlib.util.find_spec("cairo") is None:
        print("register: pycairo is not installed (pip install pycairo, needs libcairo2-dev): not compared")
    else:
        compare(given.rows, given.rounds)


if __name__ == "__main__":
    main()
