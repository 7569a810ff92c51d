"""Attachments between two PCs and a city over real HTTP: resumed where they were cut, believed only by their hash."""

import base64
import hashlib
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from desktop.domain.way import Attachment, AttachmentRole
from desktop.services import deciding
from desktop.sync.blob_lane import BlobLane
from desktop.sync.ports import LinkFailed
from tests.support.city import city_process
from tests.support.fault_proxy import PASS, Fault, FaultProxy, Request
from tests.support.joined import Pc, enrol_code, new_unit

if sys.platform != "linux":
    pytest.skip("the city is a Linux server", allow_module_level=True)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

CONTENT = b"%PDF-1.7\n" + random.Random(1).randbytes(1_500_000)
NAME = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("city")


@pytest.fixture(scope="module")
def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'city.db'}"


@pytest.fixture(scope="module")
def proxy(folder: Path, database: str) -> Iterator[FaultProxy]:
    with (
        city_process(database, folder / "city.log") as city,
        FaultProxy(("127.0.0.1", int(city.url.rsplit(":", 1)[1]))) as made,
    ):
        yield made


@pytest.fixture
def pcs(proxy: FaultProxy, database: str, tmp_path: Path) -> Iterator[tuple[Pc, Pc]]:
    proxy.rule = lambda _request: PASS
    unit_id = new_unit(database)
    made = [Pc(tmp_path / name).join(proxy.address, enrol_code(database, unit_id)) for name in ("a", "b")]
    yield made[0], made[1]
    for pc in made:
        pc.close()


def attach(pc: Pc, content: bytes = CONTENT) -> None:
    assert pc.ward is not None
    dossier = pc.receive("Người có bản quét")
    sha256 = hashlib.sha256(content).hexdigest()
    file = Attachment(sha256, "application/pdf", len(content), 3, AttachmentRole.PAPER, "Bản quét")
    deciding.attach_file(pc.ward.desk, pc.user("lan"), dossier.code, file, content)


def move(pc: Pc, tries: int = 1) -> BlobLane:
    """Move all attachments, trying again after so many failures."""
    assert pc._link is not None
    lane = BlobLane(pc._link.blobs, pc._link.city)
    while tries:
        try:
            while lane.step():
                pass
        except LinkFailed:
            tries -= 1
        else:
            return lane
    raise AssertionError("too many failures")


def file_of(pc: Pc) -> bytes | None:
    assert pc.ward is not None
    return pc.ward.desk.way.file(NAME)


def test_an_attachment_reaches_the_other_pc_whole(pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    attach(a)
    assert [a.sync(), b.sync()] == ["", ""]
    assert file_of(b) is None

    move(b)
    assert file_of(b) is None, "the city does not have it yet"
    move(a)
    move(b)

    assert file_of(b) == CONTENT


def test_a_cut_upload_goes_on_where_it_was_cut(proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    attach(a)
    assert [a.sync(), b.sync()] == ["", ""]
    sent: list[int] = []

    def every_third_is_lost(request: Request) -> Fault:
        if request.method != "PATCH":
            return PASS
        sent.append(len(request.raw))
        return Fault(cut_answer=0) if len(sent) % 3 == 2 else PASS

    proxy.rule = every_third_is_lost
    move(a, tries=9)
    proxy.rule = lambda _request: PASS
    move(b)

    assert file_of(b) == CONTENT
    assert sum(sent) < len(CONTENT) * 1.1, "what the city had was sent again"


def test_a_cut_download_goes_on_after_a_restart(proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    attach(a)
    assert [a.sync(), b.sync()] == ["", ""]
    move(a)
    got: list[str] = []

    def second_piece_is_cut(request: Request) -> Fault:
        got.append(request.raw.decode("latin-1").lower().partition("range: bytes=")[2].partition("-")[0])
        return Fault(cut_answer=1_000) if len(got) == 2 else PASS

    proxy.rule = second_piece_is_cut
    with pytest.raises(AssertionError, match="failures"):
        move(b)
    b.close()
    b.open()
    assert b.sync() == ""
    got.clear()
    proxy.rule = lambda request: second_piece_is_cut(request) and PASS
    move(b)

    assert file_of(b) == CONTENT
    assert "0" not in got, "it began anew"


@pytest.mark.expected_log("attachment came damaged")
def test_bytes_with_another_hash_are_thrown_away_and_asked_again(pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    attach(a)
    assert [a.sync(), b.sync()] == ["", ""]
    move(a)
    assert b._link is not None
    first = BlobLane(b._link.blobs, b._link.city)
    assert first.step()
    b._link.blobs.received(NAME, 0, b"x" * b._link.blobs.received_up_to(NAME))

    move(b)

    assert file_of(b) == CONTENT


def test_what_a_citizen_sends_online_reaches_the_counter(proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    a, _ = pcs
    assert a.ward is not None
    content = b"%PDF-1.7\n" + random.Random(2).randbytes(300_000)
    filing = {
        "request": "portal-1",
        "procedure": "1.001193",
        "applicant": {"name": "Trần Thị Hoa", "id_number": "079190012345", "phone": "0912345678"},
        "files": [
            {
                "title": "Giấy chứng sinh",
                "media_type": "application/pdf",
                "content_base64": base64.b64encode(content).decode(),
            }
        ],
    }
    answer = httpx2.post(f"{proxy.address}/v1/online/{a.ward.database.replica.unit_id}", json=filing)
    assert answer.status_code == 200, answer.text
    assert a.sync() == ""

    move(a)

    assert a.ward.desk.way.file(hashlib.sha256(content).hexdigest()) == content
