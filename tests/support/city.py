"""Cities for tests: in this process on a thread, as a process of its own, or the one of ``CITY_TEST_ENDPOINT``.

``CITY_TEST_ENDPOINT`` (with ``CITY_TEST_ADMIN``, an operator's token) points the contract suite at a running city.
"""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

from desktop.cityserver.__main__ import main
from desktop.cityserver.admins import Role, add_admin
from desktop.cityserver.app import create_app
from desktop.cityserver.city import City
from desktop.cityserver.faults import FaultPlan
from desktop.cityserver.settings import Settings
from tests.lint.repository import ROOT
from tests.support.postgres import select_briefly

ENDPOINT = os.environ.get("CITY_TEST_ENDPOINT", "")
ENDPOINT_ADMIN = os.environ.get("CITY_TEST_ADMIN", "")


@dataclass(frozen=True, slots=True)
class TestCity:
    """A city that answers.

    Attributes:
        url: Where.
        admin: Token of an operator.
        city: Its insides when it runs in this process, else None.
    """

    __test__ = False

    url: str
    admin: str
    city: City | None = None
    client: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=60))

    def call(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Send a call."""
        return self.client.request(method, self.url + path, **more)

    def manage(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Send a call of the administrator."""
        return self.call(method, path, headers={"Authorization": f"Bearer {self.admin}"}, **more)

    def revoke(self, replica_id: str) -> httpx2.Response:
        """Revoke a PC by two operators; a city elsewhere has one known here, and the test is left out."""
        if self.city is None:
            pytest.skip("a second operator of another city is made on its own machine")
        path = f"/v1/admin/replicas/{replica_id}/revoke"
        assert self.manage("POST", path).json()["replicas"][0]["is_revoked"] is False
        return self.by_second("POST", path)

    def by_second(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Send a call of a second operator."""
        assert self.city is not None
        with self.city.store.writing() as connection:
            second = add_admin(connection, "tests-second", Role.OPERATOR)
        return self.call(method, path, headers={"Authorization": f"Bearer {second}"}, **more)

    def create_unit(self, unit_id: str, *, training: bool = True) -> str:
        """Make a ward like the sample's under another id."""
        text = (ROOT / "resources" / "units" / "sample.toml").read_text("utf-8")
        text = text.replace("0197f000-0000-7000-8000-000000000001", unit_id)
        answer = self.manage("POST", "/v1/admin/units", json={"provisioning": text, "is_training": training})
        assert answer.status_code in (200, 409), answer.text
        return unit_id

    def enrol_code(self, unit_id: str) -> str:
        """Get a one-time code; for a unit with data, where other operators are, by two of them."""
        path = f"/v1/admin/units/{unit_id}/enrol-codes"
        answer = self.manage("POST", path, json={})
        if answer.json().get("asked_by"):
            answer = self.by_second("POST", path, json={})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["code"])


class Clock:
    """A city's clock that tests move.

    Attributes:
        ahead_ms: How far it is ahead of the machine's.
    """

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead_ms


@contextmanager
def city_on_thread(
    database: str, settings: Settings | None = None, clock: Clock | None = None, faults: Path | None = None
) -> Iterator[TestCity]:
    """Serve a city from a thread of this process."""
    city = City.open(database, settings, clock or Clock())
    with city.store.writing() as connection:
        token = add_admin(connection, "tests", Role.OPERATOR)
    app = create_app(city, None if faults is None else FaultPlan(faults))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, name="city")
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the city did not start"
            select_briefly()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield (test_city := TestCity(f"http://127.0.0.1:{port}", token, city))
        test_city.client.close()
    finally:
        server.should_exit = True
        thread.join(30)
        city.close()


class CityProcess:
    """``motcua-city serve`` as a process of its own.

    Attributes:
        url: Where it answers.
    """

    def __init__(self, database: str, log: Path, *options: str) -> None:
        """Start it on a free port and wait for its address."""
        self._database, self._log, self._options = database, log, options
        self._reached: list[TestCity] = []
        self.url = self._start(0)

    def _start(self, port: int) -> str:
        command = [sys.executable, "-m", "desktop.cityserver", "--db", self._database, "serve", "--port", str(port)]
        with self._log.open("ab") as errors:
            self.process = subprocess.Popen(
                [*command, *self._options], stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, text=True
            )
        assert self.process.stdout is not None
        url = self.process.stdout.readline().strip()
        assert url, self._log.read_text(errors="replace")[-3000:]
        return url

    def admin(self, *arguments: str) -> str:
        """Run an admin command and return what it printed."""
        return run_admin(self._database, *arguments)

    def reached(self, admin: str) -> TestCity:
        """Return the city as a caller sees it; its connections end with the process."""
        self._reached.append(TestCity(self.url, admin))
        return self._reached[-1]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self._ended()

    def stop(self) -> None:
        """End it as an operator would."""
        for city in self._reached:
            city.client.close()
        if self.process.poll() is None:
            self.process.terminate()
        self._ended()

    def restart(self) -> None:
        """Start it again on the same port."""
        self._start(int(self.url.rsplit(":", 1)[1]))

    def _ended(self) -> None:
        self.process.wait(60)
        if self.process.stdout is not None:
            self.process.stdout.close()


def run_admin(database: str, *arguments: str) -> str:
    """Run ``motcua-city admin …`` inside this process and return what it printed, stripped."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        code = main(["--db", database, "admin", *arguments])
    assert code == 0, errors.getvalue()
    return output.getvalue().strip()


@contextmanager
def city_process(database: str, log: Path, *options: str) -> Iterator[CityProcess]:
    """Run ``motcua-city serve`` for a block."""
    process = CityProcess(database, log, *options)
    try:
        yield process
    finally:
        process.stop()


def write_faults(path: Path, *rules: dict[str, Any]) -> Path:
    """Write a plan of faults; a city that runs with it reads it again."""
    path.write_text(json.dumps(list(rules)), "utf-8")
    return path
