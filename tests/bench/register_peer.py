"""Draw a register's finished lines with pycairo: the floor bench_register.py compares with.

Usage: register_peer.py LIST OUT.pdf FAMILY. LIST is pickled, page by page: lines (x, y, text, face, size) and rules
(x, y, to x, to y), all in points from the top left corner. Nothing is broken or measured here. Prints wall and CPU
seconds and the growth of the process in KiB.
"""

import pickle
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ACROSS, DOWN = 297 / 25.4 * 72, 210 / 25.4 * 72


def peak_kib(*, is_start: bool = False) -> int:
    """Return the most memory this process had since the last start; at a start what it has now."""
    if is_start:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


def pages(path: str) -> Iterator[Any]:
    """Yield the pages of a list, one in memory at a time."""
    with Path(path).open("rb") as file:
        while True:
            try:
                yield pickle.load(file)  # noqa: S301 - our own file
            except EOFError:
                return


def draw(listing: str, target: str, family: str) -> tuple[float, float]:
    """Draw all pages; return wall and CPU seconds without the time it takes to read the list."""
    import cairo  # noqa: PLC0415 - bench_register.py imports this module where cairo may be missing

    wall = cpu = 0.0
    started, used = time.perf_counter(), time.process_time()
    surface = cairo.PDFSurface(target, ACROSS, DOWN)
    context = cairo.Context(surface)
    faces = [
        cairo.ToyFontFace(family, slant, weight)
        for slant, weight in (
            (cairo.FontSlant.NORMAL, cairo.FontWeight.NORMAL),
            (cairo.FontSlant.NORMAL, cairo.FontWeight.BOLD),
            (cairo.FontSlant.ITALIC, cairo.FontWeight.NORMAL),
        )
    ]
    context.set_line_width(0.5)
    for lines, rules in pages(listing):
        begun, begun_cpu = time.perf_counter(), time.process_time()
        now = None
        move_to, show_text = context.move_to, context.show_text
        for x, y, text, face, size in lines:
            if (face, size) != now:
                context.set_font_face(faces[face])
                context.set_font_size(size)
                now = face, size
            move_to(x, y)
            show_text(text)
        for x, y, to_x, to_y in rules:
            move_to(x, y)
            context.line_to(to_x, to_y)
        context.stroke()
        context.show_page()
        wall += time.perf_counter() - begun
        cpu += time.process_time() - begun_cpu
    begun, begun_cpu = time.perf_counter(), time.process_time()
    surface.finish()
    wall += time.perf_counter() - begun
    cpu += time.process_time() - begun_cpu
    assert wall <= time.perf_counter() - started
    assert cpu <= time.process_time() - used
    return wall, cpu


if __name__ == "__main__":
    _before = peak_kib(is_start=True)
    _seconds = draw(*sys.argv[1:4])
    print(*_seconds, peak_kib() - _before)
