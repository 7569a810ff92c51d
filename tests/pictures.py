"""Render every page of the window and every printed form to pictures, to be looked at.

Run as ``python tests/pictures.py [--out out/hinh] [--pages | --forms]``; ``just pictures`` does both. Pages: each
user's own pages on a ward with dossiers at every stage, at 100, 150 and 200 %, light and dark. Forms: every sample of
``tests/reports`` on every paper it has.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pypdfium2

from desktop import wiring
from desktop.cli.demo_window import DemoWindow
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.way import WaitKind
from desktop.domain.way_commands import Gap, OpenWait, RequestSupplement
from desktop.services import accounts, receive, waiting
from desktop.services.ports import Desk
from desktop.storage.reference.units import sample_provisioning
from desktop.ui.theme import Mode
from reports.elements.page import Paper
from reports.forms import receipt, return_slip
from tests.reports import letter_samples, return_slip_samples, samples, tabular_samples
from tests.support.wards import command, person
from tests.support.way import bring

MONDAY = datetime.fromisoformat("2026-11-23T08:00:00+07:00")
LOOKS = (
    (Mode.LIGHT, 100, (1366, 768)),
    (Mode.DARK, 100, (1366, 768)),
    (Mode.LIGHT, 150, (1366, 768)),
    (Mode.DARK, 150, (1366, 768)),
    (Mode.LIGHT, 200, (1366, 768)),
    (Mode.DARK, 200, (1920, 1080)),
    (Mode.LIGHT, 100, (1920, 1080)),
)
LOGINS = ("lan", "hung", "thu", "chutich", "phochutich", "quantri", "thanhtra")
FORM_SCALE = 1.5
#: Long enough for a machine that does ten other things: it is spent only where something is wrong.
PATIENCE_MS = 600_000


def fill(folder: Path) -> None:
    """Make a ward with dossiers at every stage, one late among them."""
    wiring.create_ward(folder, sample_provisioning(), is_training=True)
    with wiring.opened_ward(folder) as ward:
        desk = ward.desk
        ward.clock.set(MONDAY - timedelta(days=14))
        received = [_received(desk, n) for n in range(16)]
        bring(desk, *(dossier.code for dossier in received[:6]))
        bring(desk, *(dossier.code for dossier in received[6:8]), to=Status.APPROVED)
        ward.clock.set(MONDAY)
        received += [_received(desk, n) for n in range(16, 24)]
        codes = [dossier.code for dossier in received]
        bring(desk, *codes[8:12], codes[16], to=Status.SUBMITTED)
        bring(desk, *codes[12:14], *codes[17:19], to=Status.WITH_SECTION)
        hung = accounts.user_of(desk, "hung")
        gap = Gap(received[17].components[0].code, "thiếu chữ ký")
        waiting.request_supplement(desk, hung, codes[17], RequestSupplement((gap,), "Hồ sơ chưa đủ thành phần"))
        waiting.open_wait(desk, hung, codes[18], OpenWait(WaitKind.OPINIONS, "Hỏi về nơi cư trú", "Công an phường"))


def _received(desk: Desk, n: int) -> Dossier:
    lan = accounts.user_of(desk, "lan")
    return receive.receive(desk, lan, command(desk, owner=person(n))).dossier


def take_pages(out: Path) -> int:
    """Take every user's pages; return how many pictures there are."""
    folder = out / "phuong"
    fill(folder)
    (out / "man-hinh").mkdir(parents=True, exist_ok=True)
    stage = DemoWindow(folder, out, (1366, 768), PATIENCE_MS)
    shell, theme, taken = stage._window.shell, stage._window.kit.theme, 0
    try:
        for place, login in enumerate(LOGINS):
            if place:
                stage.change_user(login, MONDAY)
            else:
                stage.log_in(login, MONDAY)
            for mode, percent, size in LOOKS:
                theme.apply(mode, percent)
                shell.resize(*size)
                for key in tuple(shell.work._specs):
                    shell.work.show_page(key)
                    stage.picture(f"{login}-{key}-{mode.value}-{percent}-{size[0]}")
                    taken += 1
            theme.apply(Mode.LIGHT, 100)
            shell.resize(1366, 768)
            print(f"{login}: {taken}", flush=True)
    finally:
        stage.close()
    return taken


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
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "hinh")
    parser.add_argument("--pages", action="store_true", help="pages of the window only")
    parser.add_argument("--forms", action="store_true", help="printed forms only")
    given = parser.parse_args()
    if not given.pages:
        print(f"{take_forms(given.out)} pictures of forms in {given.out / 'giay-to'}")
    if not given.forms:
        print(f"{take_pages(given.out)} pictures of pages in {given.out / 'man-hinh'}")


if __name__ == "__main__":
    main()
