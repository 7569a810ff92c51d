"""What the detectors found is kept by ward, looked at in turn, and shown to who may see it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient

from desktop.cityserver.admins import Role, add_admin
from desktop.cityserver.app import create_app
from desktop.cityserver.city import City
from desktop.cityserver.finding_sheets import make_sheet, next_ward, read_sheets
from desktop.cityserver.schema import AUDIT, FEED, UNIT
from desktop.domain.detectors.findings import Trick
from tests.support.honest import Honest, written
from tests.support.tricks import Trickster
from tests.unit.cityserver.test_integrity import filled, unit_facts

NIGHT_MS = 1_800_000_000_000
HOUR_MS = 3_600_000


@dataclass
class Office:
    """Hold a city with a ward "u" that tricks, a quiet ward "v", a training ward "t", and a clock."""

    city: City
    client: TestClient
    tokens: dict[Role, str]
    now_ms: int = NIGHT_MS

    def ask(self, role: Role, path: str) -> tuple[int, str]:
        answer = self.client.get(path, headers={"Authorization": f"Bearer {self.tokens[role]}"})
        return answer.status_code, answer.text

    def next(self) -> str:
        with self.city.store.writing() as connection:
            return next_ward(connection, self.now_ms)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    trickster = Trickster()
    for trick in (Trick.NO_PROOF, Trick.RETURN_BURST, Trick.CLOCK_BACK):
        trickster.play(trick)
    events = written([*Honest(3).acts(5), *trickster.acts]).events
    filled(tmp_path / "city.db", [*unit_facts(events[0]), *events]).engine.dispose()
    city = City.open(f"sqlite:///{tmp_path / 'city.db'}", now_ms=lambda: NIGHT_MS)
    with city.store.writing() as connection:
        for unit_id, name, gseq in (("u", "Phường Đẹp", 500), ("v", "Phường <Yên>", 7), ("t", "Phường Tập", 3)):
            made = {"unit_id": unit_id, "name": name, "is_training": unit_id == "t", "lookup_base": ""}
            connection.execute(insert(UNIT), made | {"provisioning": "", "created_ms": 0})
            connection.execute(insert(FEED), {"unit_id": unit_id, "gseq": gseq, "feed_hash": b""})
        tokens = {role: add_admin(connection, role.value, role) for role in Role}
    with TestClient(create_app(city)) as client:
        yield Office(city, client, tokens)
    city.close()


def test_wards_are_looked_at_in_turn_once_a_day_and_only_when_something_happened(office: Office) -> None:
    assert [office.next(), office.next(), office.next()] == ["u", "v", ""]

    office.now_ms += HOUR_MS
    assert office.next() == ""
    office.now_ms += 2 * HOUR_MS
    # Who took them was killed: another one goes on.
    assert office.next() == "u"
    make_sheet(office.city.store, "u", office.now_ms)
    make_sheet(office.city.store, "v", office.now_ms)
    office.now_ms += 21 * HOUR_MS
    assert office.next() == ""
    with office.city.store.writing() as connection:
        connection.execute(update(FEED).where(FEED.c.unit_id == "v").values(gseq=8))
    assert office.next() == "v"


def test_a_sheet_says_what_was_found_who_did_it_and_why_it_is_asked(office: Office) -> None:
    seen = make_sheet(office.city.store, "u", NIGHT_MS)

    status, text = office.ask(Role.AUDITOR, "/v1/admin/findings?unit_id=u")

    (sheet,) = json.loads(text)["sheets"]
    assert status == 200
    assert (sheet["unit_name"], sheet["gseq"], sheet["dossiers"]) == ("Phường Đẹp", 500, seen.dossiers)
    assert {line["trick"] for line in sheet["findings"]} >= {"no_proof", "return_burst", "clock_back"}
    burst = next(line for line in sheet["findings"] if line["trick"] == "return_burst")
    assert burst["actors"]
    assert not burst["actors"][0].startswith("user")
    assert len(burst["codes"]) > 1
    assert burst["why"].startswith("Mỗi lần trả")


def test_the_page_shows_every_ward_but_training_and_those_with_most_first(office: Office) -> None:
    make_sheet(office.city.store, "u", NIGHT_MS)

    answer = office.client.get("/admin/findings", auth=("", office.tokens[Role.OPERATOR]))

    text = answer.text
    assert answer.status_code == 200
    assert text.index("Phường Đẹp") < text.index("Phường &lt;Yên&gt;")
    assert "Phường Tập" not in text
    assert "chưa xem lần nào" in text
    assert "Trả kết quả hàng loạt" in text
    assert "script" not in text


def test_findings_are_for_operators_and_auditors_and_who_looked_is_recorded(office: Office) -> None:
    assert office.ask(Role.PUBLISHER, "/v1/admin/findings")[0] == 403
    assert office.ask(Role.PUBLISHER, "/admin/findings")[0] == 403
    assert office.client.get("/admin/findings").status_code == 401
    assert office.client.get("/v1/admin/findings").status_code == 401
    assert office.ask(Role.AUDITOR, "/admin/findings")[0] == 200

    with office.city.store.reading() as connection:
        acts = connection.execute(select(AUDIT.c.actor, AUDIT.c.outcome).where(AUDIT.c.action == "see-findings")).all()
        assert len(read_sheets(connection)) == 2
    assert sorted(tuple(act) for act in acts) == [
        ("auditor", "done"),
        ("publisher", "refused"),
        ("publisher", "refused"),
    ]
