import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from desktop.cityserver.app import create_app
from desktop.cityserver.city import City
from desktop.cityserver.filings import FILING
from desktop.cityserver.page_store import SqlPages
from desktop.cityserver.schema import ADMIN, BLOB_CHUNK
from desktop.cityserver.units import create_unit, read_unit, sample_text
from desktop.domain.events import decode_body
from desktop.domain.facts.hub import OnlineDeclined, OnlineSubmitted, OnlineSupplementAsked
from desktop.domain.online import OnlineStatus
from desktop.domain.way import MissingPaper
from tests.support.samples import NINE

PDF = b"%PDF-1.7 sample"
CITIZEN = {"name": "  Trần  Thị   Hoa ", "id_number": "079090012345", "phone": "+84 912 345 678"}


@dataclass
class Served:
    """Hold a served city with the sample unit."""

    city: City
    client: TestClient
    unit_id: str
    now_ms: int

    def file(self, **changes: object) -> dict[str, str]:
        request = {
            "request": "portal-1",
            "procedure": "1.001193",
            "applicant": CITIZEN,
            "note": "Con đầu lòng",
            "files": [
                {
                    "title": "Giấy chứng sinh",
                    "component": "TP02",
                    "media_type": "application/pdf",
                    "content_base64": base64.b64encode(PDF).decode(),
                }
            ],
        }
        answer = self.client.post(f"/v1/online/{self.unit_id}", json=request | changes)
        assert answer.status_code == 200, answer.text
        told: dict[str, str] = answer.json()
        return told

    def say(self, fact: object) -> None:
        with self.city.store.unit(self.unit_id, write=True) as transaction:
            self.city.core.say(self.unit_id, transaction, "", fact, "lan")  # type: ignore[arg-type]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    built = Served(None, None, "", int(NINE.timestamp() * 1000))  # type: ignore[arg-type]
    city = City.open(f"sqlite:///{tmp_path / 'city.db'}", now_ms=lambda: built.now_ms)
    text = sample_text()
    unit = read_unit("sample.toml", text)
    with city.store.writing() as connection:
        create_unit(connection, text, unit, built.now_ms, is_training=False)
    built.city, built.client, built.unit_id = city, TestClient(create_app(city)), unit.unit_id
    yield built
    city.close()


def test_a_filing_stands_in_the_units_feed_as_the_citys_own_event(served: Served) -> None:
    told = served.file()

    with served.city.store.unit(served.unit_id, write=False) as transaction:
        (entry,) = transaction.feed(0, 10)
    fact = decode_body(entry.body).fact
    assert isinstance(fact, OnlineSubmitted)
    assert entry.verdict.is_accepted
    assert (fact.tracking, fact.filing_id) == (told["tracking"], told["filing_id"])
    assert (fact.applicant.name, fact.applicant.phone) == ("Trần Thị Hoa", "0912345678")
    assert fact.submitted_at == datetime.fromtimestamp(served.now_ms / 1000, UTC)


def test_its_files_lie_beside_the_feed(served: Served) -> None:
    served.file()

    with served.city.store.reading() as connection:
        assert connection.execute(select(BLOB_CHUNK.c.data)).scalars().all() == [PDF]


def test_filing_the_same_request_again_files_nothing_twice(served: Served) -> None:
    first = served.file()

    assert served.file() == first
    with served.city.store.reading() as connection:
        assert len(connection.execute(select(FILING.c.filing_id)).all()) == 1
    assert served.file(request="portal-2")["tracking"] != first["tracking"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"procedure": "9.999999"},
        {"applicant": {"name": " "}},
        {"applicant": {"name": "Hoa", "id_number": "123"}},
        {"applicant": {"name": "Hoa", "phone": "12"}},
        {"files": [{"title": "x", "media_type": "application/pdf", "content_base64": "TUlJQw=="}]},
        {"files": [{"title": "x", "media_type": "application/pdf", "content_base64": "????"}]},
        {"files": [{"title": "x", "media_type": "text/html", "content_base64": "TUlJQw=="}]},
    ],
)
def test_what_is_wrong_is_named_and_files_nothing(served: Served, wrong: dict[str, object]) -> None:
    request = {"request": "r", "procedure": "1.001193", "applicant": CITIZEN} | wrong

    answer = served.client.post(f"/v1/online/{served.unit_id}", json=request)

    assert answer.status_code == 422
    assert answer.json()["code"] == "bad-message"
    with served.city.store.reading() as connection:
        assert connection.execute(select(FILING.c.filing_id)).all() == []


def test_an_unknown_unit_takes_nothing(served: Served) -> None:
    request = {"request": "r", "procedure": "1.001193", "applicant": CITIZEN}

    assert served.client.post("/v1/online/khong-co", json=request).status_code == 404


def test_the_citizen_follows_it_and_sends_what_is_missing(served: Served) -> None:
    told = served.file()
    assert "chờ tiếp nhận" in served.client.get(told["path"]).text
    address = f"/v1/online/{served.unit_id}/{told['tracking']}/supplement"
    more = {
        "k": told["k"],
        "note": "Bổ sung",
        "files": [
            {
                "title": "CCCD",
                "media_type": "image/png",
                "content_base64": base64.b64encode(b"\x89PNG\r\n\x1a\n1").decode(),
            }
        ],
    }
    assert served.client.post(address, json=more).status_code == 409

    served.say(OnlineSupplementAsked(told["filing_id"], (MissingPaper("TP03", "Giấy tờ tùy thân"),), "thiếu"))
    assert "Cần bổ sung" in served.client.get(told["path"]).text
    served.now_ms += 3_600_000
    assert served.client.post(address, json=more | {"k": "0000000000"}).status_code == 404
    assert served.client.post(address, json=more).status_code == 200
    assert served.client.post(address, json=more).status_code == 200

    filing = SqlPages(served.city.store).filing_of(told["tracking"])
    assert filing is not None
    assert (filing.status, len(filing.files)) == (OnlineStatus.WAITING, 2)
    assert filing.clock_from.timestamp() * 1000 == served.now_ms


def test_a_refusal_reaches_the_citizens_page(served: Served) -> None:
    told = served.file()

    served.say(OnlineDeclined(told["filing_id"], "Không thuộc thẩm quyền của phường này"))

    assert "Không được tiếp nhận" in served.client.get(told["path"]).text


def test_who_floods_is_told_to_wait(served: Served) -> None:
    request = {"request": "r", "procedure": "1.001193", "applicant": CITIZEN}

    answers = [
        served.client.post(f"/v1/online/{served.unit_id}", json=request | {"request": f"r{n}"}) for n in range(12)
    ]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_board_and_fleet_open_to_an_administrators_token(served: Served) -> None:
    token = "mot-ma-quan-tri-dai-du"
    with served.city.store.writing() as connection:
        connection.execute(
            ADMIN.insert(),
            {
                "login": "it",
                "role": "operator",
                "token_hash": hashlib.sha256(token.encode()).hexdigest(),
                "is_active": True,
            },
        )

    assert served.client.get("/admin/board", auth=("", "sai-ma-quan-tri-dai-du")).status_code == 401
    assert served.client.get("/admin/board", auth=("", token)).status_code == 200
    assert served.client.get("/admin/fleet", auth=("", token)).status_code == 200
