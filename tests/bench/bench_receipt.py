"""Receipt against pangocairo in C: same text, same places, same fonts, interleaved in one run.

Run by ``python tests/bench/bench_receipt.py``. The peer gets the finished display list of one receipt, so it neither
breaks lines nor makes codes, and draws it again and again; our side lays out a different receipt each time.
"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import pypdfium2  # noqa: E402 - the path above comes first
import receipt_office  # noqa: E402

from reports.elements import assembly  # noqa: E402
from reports.elements.fonts import Face  # noqa: E402
from reports.elements.page import HAIRLINE, Ink  # noqa: E402
from reports.elements.text import Line, width  # noqa: E402
from reports.forms.receipt import Paper, ReceiptForm, render  # noqa: E402
from tests.reports import samples  # noqa: E402

ROUNDS = 41
PER_ROUND = 8
"""Short rounds: a shared machine changes its speed within seconds, and both sides must meet the same speed."""
TIME_GOAL = 1.5
SIZE_GOAL = 0.7
FACES = {Face.REGULAR: 0, Face.BOLD: 1, Face.ITALIC: 2, Face.BOLD_ITALIC: 3}
FAMILIES = ("Thị Hồng Đường", "Quỳnh Ỷ", "Văn Bằng", "Phước Lộc", "Ngọc Ở", "Quyền Khánh", "Hữu Nghĩa")


class ListingInk(Ink):
    """Keep what is drawn, for the peer."""

    listed: list["ListingInk"] = []  # noqa: RUF012 - one list for the run

    def __init__(self, document: object, height: float) -> None:
        super().__init__(document, height)  # type: ignore[arg-type]
        self.items: list[str] = []
        self.listed.append(self)

    def text(self, x: float, baseline: float, line: Line, size: float) -> None:
        super().text(x, baseline, line, size)
        for face, text in line.runs:
            self.items.append(f"T{FACES[face]} {size:.3f} {x:.3f} {baseline:.3f} {text}")
            x += width(text, face) * size

    def rule(self, x: float, y: float, to_x: float, to_y: float) -> None:
        super().rule(x, y, to_x, to_y)
        self.items.append(f"L{x:.3f} {y:.3f} {to_x:.3f} {to_y:.3f} {HAIRLINE}")

    def modules(self, corner, pitch, size, rects, quiet) -> None:  # noqa: ANN001 - as in Ink
        rects = list(rects)
        super().modules(corner, pitch, size, rects, quiet)
        for rect in rects:
            x, low, across, up = (int(part) * pitch for part in rect.split())
            bottom = corner[1] + size[1] * pitch
            self.items.append(f"R{corner[0] + x:.3f} {bottom - low - up:.3f} {across:.3f} {up:.3f}")


def display_list(form: ReceiptForm, paper: Paper, page: tuple[float, float]) -> tuple[str, bytes]:
    """Render once and return the peer's list and the file."""
    original, assembly.Ink, ListingInk.listed = assembly.Ink, ListingInk, []
    try:
        data = render(form, paper)
    finally:
        assembly.Ink = original
    body, *labels = ListingInk.listed
    lines: list[str] = []
    for label in labels:
        lines += [f"P{page[0]:.3f} {page[1]:.3f}", *body.items, *label.items]
    return "\n".join(lines) + "\n", data


def letters(data: bytes) -> str:
    """Return the text of a PDF without white space."""
    document = pypdfium2.PdfDocument(data)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    return unicodedata.normalize("NFC", "".join(text.split()))


def another(random_source: random.Random, number: int) -> ReceiptForm:
    """Return a usual receipt of somebody else."""
    code = f"H29.26.17-250702-{number:04d}"
    name = f"{random_source.choice(('Nguyễn', 'Trần', 'Lê', 'Phạm', 'Đặng'))} {random_source.choice(FAMILIES)}"
    return replace(
        samples.USUAL,
        code=code,
        barcode_content=code,
        owner=name,
        submitter_name=name,
        address=f"{random_source.randrange(999)}/{random_source.randrange(99)} Hoàng Diệu, Phường Bến Thành",
        qr_content=f"{samples.BASE}{code}?k={random_source.randrange(10**10):010d}",
    )


def peer(folder: Path) -> Path | None:
    """Compile the peer; None where compiler or library are missing."""
    compiler, config = shutil.which("cc"), shutil.which("pkg-config")
    if not compiler or not config:
        return None
    flags = subprocess.run([config, "--cflags", "--libs", "pangocairo"], capture_output=True, text=True, check=False)
    if flags.returncode:
        return None
    program = folder / "receipt_peer"
    source = Path(__file__).with_name("receipt_peer.c")
    subprocess.run([compiler, "-O2", str(source), "-o", str(program), *flags.stdout.split()], check=True)
    return program


def environment(folder: Path, fonts: Path) -> dict[str, str]:
    """Let fontconfig see only these fonts."""
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{fonts}</dir><cachedir>{folder}/cache</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}


def measure_peer(process: subprocess.Popen[str]) -> tuple[float, float, int]:
    """Let the peer draw one round; return wall and CPU seconds per document and bytes."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{PER_ROUND}\n")
    process.stdin.flush()
    wall, cpu, size = process.stdout.readline().split()
    return float(wall) / PER_ROUND, float(cpu) / PER_ROUND, int(size)


def measure_ours(forms: list[ReceiptForm], paper: Paper) -> tuple[float, float, int]:
    """Print one round of different receipts; return the same."""
    wall, cpu, size = time.perf_counter(), time.process_time(), 0
    for form in forms:
        size = len(render(form, paper))
    count = len(forms)
    return (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count, size


def row(name: str, pairs: list[tuple[float, float]], goal: float, unit: str) -> None:
    """Print one line of the table: both medians and the median of the rounds' ratios."""
    ours, its = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(mine / peers for mine, peers in pairs)
    verdict = "holds" if ratio <= goal else "MISSED"
    print(f"{name:44s} {ours:10.2f} {its:10.2f} {unit:5s} {ratio:6.2f} x  goal <= {goal} x  {verdict}")


def compare(title: str, form: ReceiptForm, family: str, fonts: Path) -> None:
    """Compare one kind of receipt with the peer."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        program = peer(folder)
        if program is None:
            print(f"{title}: no C compiler or no pangocairo (libpango1.0-dev) here: not compared")
            return
        listing, data = display_list(form, Paper.A5, (assembly.A5.width, assembly.A5.height))
        (folder / "list").write_text(listing, encoding="utf-8")
        command = [str(program), str(folder / "list"), str(folder / "peer.pdf"), family]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(folder, fonts)
        ) as process:
            measure_peer(process)
            assert letters(data) == letters((folder / "peer.pdf").read_bytes()), "the two files say different things"
            source = random.Random(1)
            everybody = [another(source, number) for number in range(1, PER_ROUND * (ROUNDS + 1) + 1)]
            everybody = [replace(each, copy_labels=form.copy_labels) for each in everybody]
            measure_ours(everybody[:PER_ROUND], Paper.A5)
            rounds = [everybody[start : start + PER_ROUND] for start in range(PER_ROUND, len(everybody), PER_ROUND)]
            pairs = [(measure_ours(forms, Paper.A5), measure_peer(process)) for forms in rounds]
            process.stdin.close()  # type: ignore[union-attr]
        for part, (name, goal, unit, scale) in enumerate(
            (("wall", TIME_GOAL, "ms", 1000), ("CPU", TIME_GOAL, "ms", 1000), ("size", SIZE_GOAL, "KiB", 1 / 1024))
        ):
            row(f"{title}, {name}", [(ours[part] * scale, its[part] * scale) for ours, its in pairs], goal, unit)


def main() -> None:
    """Print the table."""
    print(f"{'receipt on A5, warm, median of ' + str(ROUNDS) + ' rounds':44s} {'ours':>10s} {'pango in C':>10s}")
    kinds = (("two copies", samples.USUAL), ("one copy", replace(samples.USUAL, copy_labels=("Liên 1: Lưu",))))
    for name, form in kinds:
        compare(f"{name}, our fonts", form, "Motcua Serif", ROOT / "resources" / "fonts")
    listing, _ = display_list(samples.USUAL, Paper.A5, (assembly.A5.width, assembly.A5.height))
    words = [line.split(" ", 4)[4] for line in listing.splitlines() if line.startswith("T")]
    receipt_office.compare(words, lambda: render(samples.USUAL, Paper.A5), letters)
    stock = Path(os.environ.get("MOTCUA_STOCK_FONTS", "/usr/share/fonts/truetype/liberation2"))
    if stock.is_dir():
        for name, form in kinds:
            compare(f"{name}, peer with stock fonts", form, "Liberation Serif", stock)
    else:
        print("fonts-liberation2 is not installed: the peer was not measured with stock fonts")


if __name__ == "__main__":
    main()
