"""The citizen's page in a real browser under its own policy (no script may run), at the width of a phone.

Chromium with what it needs is 350 MB, so set-up does not install it: the test runs where it is there
(``apt-get install chromium``).
"""

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from desktop.cityserver.limits import Buckets
from desktop.cityserver.page_ports import FleetLine, PageUnit, UnitBoard
from desktop.cityserver.pages import Pages
from desktop.domain.acts.receiving import decide_receive
from desktop.domain.dossiers import Dossier
from desktop.domain.ratings import Opinion
from tests.support.samples import NINE, OWNER, allotment, command, folded, rules

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (350 MB, apt-get install chromium)")
KEY = "0123456789"


class Shelf:
    """Hold one dossier."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier

    def dossier_of(self, code: str) -> Dossier | None:
        return self.dossier if code == self.dossier.code else None

    def filing_of(self, tracking: str) -> None:
        del tracking

    def unit(self, unit_id: str) -> PageUnit:
        return PageUnit(unit_id, "Phường Mẫu", "12 đường Tập Huấn", "028 3800 0000")

    def boards(self, period: object, as_of: object) -> tuple[UnitBoard, ...]:
        del period, as_of
        return ()

    def fleet(self) -> tuple[FleetLine, ...]:
        return ()

    def is_rated(self, dossier: Dossier) -> bool:
        del dossier
        return False

    def rate(self, dossier: Dossier, opinion: Opinion, at: datetime) -> bool:
        del dossier, opinion, at
        return True


@pytest.fixture
def site() -> Iterator[tuple[str, Dossier]]:
    dossier = folded(*decide_receive(command(), replace(allotment(), lookup_key=KEY), rules()))
    application = FastAPI()
    pages = Pages(Shelf(dossier), lambda: NINE, Buckets(100, 1_000, time.monotonic), lambda _: False)
    application.include_router(pages.router())
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", dossier
    server.should_exit = True
    thread.join(30)


def test_status_and_promise_are_read_on_a_phone(site: tuple[str, Dossier], tmp_path: Path) -> None:
    address, dossier = site
    command_line = [
        str(CHROMIUM),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=390,900",
        "--dump-dom",
        f"{address}/tra-cuu/{dossier.code}?k={KEY}",
    ]

    shown = subprocess.run(command_line, capture_output=True, encoding="utf-8", check=True, timeout=120).stdout

    assert "Đã tiếp nhận" in shown
    assert dossier.code in shown
    assert "width=device-width" in shown
    assert OWNER.name not in shown
    assert "<script" not in shown
