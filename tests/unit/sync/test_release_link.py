"""Fetch a release from a server on loopback: whole, broken off and gone on, refused."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from desktop.devices.release_file import MOST_HEAD, head_name
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.sync.release_link import fetch_file, fetch_head
from desktop.wiring.program_update import Updates, UpdateSettings, this_platform
from tests.support.releases import ISSUER, TODAY, make_folder, make_release


class Server(ThreadingHTTPServer):
    """Serve a folder.

    Attributes:
        folder: What is served.
        breaks_at: Send so many bytes of an answer and hang up; 0 for whole answers.
        ranges: Where each request wanted to begin.
        status: Answer this instead; 0 for what is true.
    """

    folder: Path
    breaks_at = 0
    status = 0
    ignores_ranges = False

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder, self.ranges = folder, list[int]()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ban-moi"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        path = self.server.folder / self.path.removeprefix("/ban-moi/")
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.server.ranges.append(start)
        if self.server.status or not path.is_file():
            self.send_response(self.server.status or 404)
            self.end_headers()
            return
        start = 0 if self.server.ignores_ranges else start
        content = path.read_bytes()[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.server.breaks_at or None])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "served").mkdir()
    with Server(tmp_path / "served") as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_pc_takes_a_release_from_the_server_when_its_turn_has_come(server: Server, tmp_path: Path) -> None:
    updates = Updates(
        make_folder(tmp_path / "program"), UpdateSettings((ISSUER.public,), server.address), TODAY, this_platform()
    )
    assert updates.offered() is None
    make_release(server.folder)

    release = updates.offered()

    assert release is not None
    file = updates.fetched(release, "", lambda _: None)
    updates.install(file)
    updates.drop_fetched(file)
    assert updates.folder.pointer().current == "0.2.0"
    assert not file.exists()
    assert updates.offered() is None


def test_what_broke_off_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    content = make_release(server.folder).read_bytes()
    name, target, have = f"motcua-0.2.0-{this_platform()}.motcua-release", tmp_path / "file", list[int]()
    server.breaks_at = 500

    with pytest.raises(EnvironmentProblem, match="release_server"):
        fetch_file(server.address, name, "", target, len(content), have.append)
    server.breaks_at = 0
    fetch_file(server.address, name, "", target, len(content), have.append)
    fetch_file(server.address, name, "", target, len(content), have.append)

    assert target.read_bytes() == content
    assert server.ranges == [0, 500]
    assert have[-1] == len(content)


def test_a_server_that_knows_no_ranges_begins_anew(server: Server, tmp_path: Path) -> None:
    content = make_release(server.folder).read_bytes()
    target = tmp_path / "file"
    target.write_bytes(b"x" * 100)
    server.ignores_ranges = True

    fetch_file(
        server.address, f"motcua-0.2.0-{this_platform()}.motcua-release", "", target, len(content), lambda _: None
    )

    assert target.read_bytes() == content


@pytest.mark.parametrize("status", [301, 403, 500])
def test_any_other_answer_is_told_and_no_other_place_is_followed(server: Server, tmp_path: Path, status: int) -> None:
    server.status = status

    with pytest.raises(EnvironmentProblem, match="release_server"):
        fetch_head(server.address, head_name("linux-x86_64"), "", MOST_HEAD)
    with pytest.raises(EnvironmentProblem, match="release_server"):
        fetch_file(server.address, "x", "", tmp_path / "file", 10, lambda _: None)


def test_a_server_that_is_not_there_is_told_and_a_plain_one_elsewhere_is_refused(server: Server) -> None:
    address = server.address
    server.server_close()

    with pytest.raises(EnvironmentProblem, match="release_server"):
        fetch_head(address, "x", "", MOST_HEAD)
    with pytest.raises(UserError, match="city_needs_https"):
        fetch_head("http://city.example/ban-moi", "x", "", MOST_HEAD)
