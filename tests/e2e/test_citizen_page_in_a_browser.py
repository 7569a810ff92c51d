"""The citizen's page in a real browser under its own policy (no script may run), at the width of a phone.

Chromium with what it needs is 350 MB, so set-up does not install it: the test runs where it is there
(``apt-get install chromium``).
"""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from desktop.cityserver.limits import Buckets
from desktop.cityserver.page_ports import FleetLine, PageUnit, UnitBoard
from desktop.cityserver.pages import Pages
from desktop.domain.acts.receiving import decide_receive
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.ratings import Grade, Opinion
from tests.support.samples import NINE, OWNER, allotment, command, folded, rules

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (350 MB, apt-get install chromium)")
KEY = "0123456789"


class Shelf:
    """Hold one dossier."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.opinions: list[Opinion] = []

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
        return bool(self.opinions)

    def rate(self, dossier: Dossier, opinion: Opinion, at: datetime, address: str = "") -> bool:
        del dossier, at, address
        self.opinions.append(opinion)
        return True


class Browser:
    """Chromium on its pipe (the protocol of its developer tools): what a finger does on the page."""

    def __init__(self, profile: Path, address: str) -> None:
        """Open a page."""
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        script = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
            "--window-size=390,900",
        ]
        command = ["bash", "-c", script, str(CHROMIUM), *options]
        self._process = subprocess.Popen(command, pass_fds=(theirs_in, theirs_out), stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self._number, self._session, self._buffer = 0, "", b""
        target = self._ask("Target.createTarget", url=address)["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def run(self, expression: str) -> Any:
        """Return the value of an expression, None while a page gives way to the next; the page itself may run none."""
        return self._ask("Runtime.evaluate", expression=expression).get("result", {}).get("value")

    def wait_for(self, words: str) -> str:
        """Return the page's text when it says something."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            text = str(self.run("document.body ? document.body.innerText : ''"))
            if words in text:
                return text
            threading.Event().wait(0.05)
        raise AssertionError(text)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)
        os.close(self._in)
        os.close(self._out)

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._out, json.dumps(message | session).encode() + b"\0")
        while True:
            while b"\0" not in self._buffer:
                self._buffer += os.read(self._in, 65_536)
            first, _, self._buffer = self._buffer.partition(b"\0")
            answer: dict[str, Any] = json.loads(first)
            if answer.get("id") == self._number:
                return dict(answer.get("result", {}))


@pytest.fixture
def shelf() -> Shelf:
    dossier = folded(*decide_receive(command(), replace(allotment(), lookup_key=KEY), rules()))
    return Shelf(dossier)


@pytest.fixture
def site(shelf: Shelf) -> Iterator[tuple[str, Dossier]]:
    application = FastAPI()
    pages = Pages(shelf, lambda: NINE, Buckets(100, 1_000, time.monotonic), lambda _: False)
    application.include_router(pages.router())
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", shelf.dossier
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


@pytest.mark.slow
def test_a_rating_is_given_on_a_phone_under_the_pages_own_policy(
    shelf: Shelf, site: tuple[str, Dossier], tmp_path: Path
) -> None:
    address, dossier = site
    shelf.dossier = replace(dossier, status=Status.RETURNED)
    browser = Browser(tmp_path / "profile", f"{address}/tra-cuu/{dossier.code}?k={KEY}")
    try:
        browser.wait_for("RẤT HÀI LÒNG")
        assert browser.run("document.documentElement.scrollWidth <= innerWidth")
        browser.run("document.querySelector('button[value=not_satisfied]').click()")
        browser.wait_for("Hãy ghi lý do")
        browser.run("document.querySelector('textarea').value = 'Chờ lâu\\nphải đi ba lần'")
        browser.run("document.querySelector('button[value=not_satisfied]').click()")
        browser.wait_for("Đánh giá đã được ghi nhận")
    finally:
        browser.close()

    assert shelf.opinions == [Opinion(Grade.NOT_SATISFIED, "Chờ lâu phải đi ba lần")]
