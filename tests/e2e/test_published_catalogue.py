"""The city publishes a change of a procedure: every PC takes it from its day on, and nothing received before moves."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from desktop.cityserver.__main__ import main
from desktop.cityserver.page_store import SqlPages
from desktop.cityserver.schema import DOCUMENT
from desktop.domain.catalogue import Procedure
from desktop.domain.dossiers import Party
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import UnitConfigured
from desktop.domain.units import LocalFee
from desktop.domain.vietnamese import local
from desktop.protocol.signing_words import document_words
from desktop.services import receive
from desktop.services.reminders import Stage, reminders_for
from desktop.wiring import enrolling
from desktop.wiring.learning import Learned
from tests.support.city import TestCity, city_on_thread, run_admin
from tests.support.fault_proxy import PASS, Fault, FaultProxy
from tests.support.joined import Pc, enrol_code, new_unit
from tests.support.pcs import sha256
from tests.support.wards import command

BIRTH = "1.001193"
TODAY = local(datetime.now(UTC)).date()  # noqa: TID251 - the city dates by its real clock
TOMORROW = TODAY + timedelta(days=1)
TEXT = """
field = "ho_tich"
field_name = "Hộ tịch"
section = "tu_phap"
legal_basis = "Quyết định 1/QĐ-UBND"
source = "thử"
updated_on = 2026-11-23

[[procedures]]
code = "1.001193"
name = "Thủ tục đăng ký khai sinh"
version = "9"
limit = { n = 7, unit = "working_day" }
effective_from = 2018-01-01
needs_checking = false
result_name = "Giấy khai sinh"
components = [
    { code = "TP01", name = "Tờ khai", required = true, kind_hint = "original" },
    { code = "TP99", name = "Giấy mới của thành phố", required = true, kind_hint = "original" },
]
fees = [
    { kind = "fixed", name = "Lệ phí", amount_vnd = 12000 },
    { kind = "local", name = "Phí của phường", needs_checking = true },
]
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('city') / 'city.db'}"


@pytest.fixture(scope="module")
def city(database: str) -> Iterator[TestCity]:
    with city_on_thread(database) as running:
        yield running


@pytest.fixture
def unit_id(database: str) -> str:
    return new_unit(database)


@pytest.fixture
def pc(city: TestCity, database: str, unit_id: str, tmp_path: Path) -> Iterator[Pc]:
    made = Pc(tmp_path / "one").join(city.url, enrol_code(database, unit_id))
    yield made
    made.close()


def publish(database: str, folder: Path, text: str, *options: str, name: str) -> dict[str, object]:
    file = folder / f"{name}.toml"
    file.write_text(text, "utf-8")
    found: dict[str, object] = json.loads(run_admin(database, "publish-catalogue", str(file), *options))
    return found


def learn(pc: Pc) -> Learned:
    """Let a PC do what follows a round."""
    link = pc.link
    link._tells_at = 0.0
    with pc.machine():
        return link.round_done(lambda work: work())


def file_online(city: TestCity, unit_id: str, code: str) -> str | None:
    """File a dossier as a citizen; return the code of the refusal."""
    request = {"request": f"r-{code}", "procedure": code, "applicant": {"name": "Nguyễn Văn An", "id_number": ""}}
    found: str | None = city.call("POST", f"/v1/online/{unit_id}", json=request).json().get("code")
    return found


def lacking(city: TestCity, pc: Pc) -> list[str]:
    """Return what the city's page of PCs says a PC does not use yet."""
    assert city.city is not None
    assert pc.ward is not None
    replica_id = pc.ward.database.replica.replica_id
    fleet = SqlPages(city.city.store).fleet()
    return [name for line in fleet if line.replica_id == replica_id for name, _ in line.lacking]


def now_of(pc: Pc, code: str = BIRTH) -> Procedure:
    assert pc.ward is not None
    return pc.ward.desk.reference.catalogue.procedure(code, TODAY)


def told_to(pc: Pc, login: str) -> list[Stage]:
    assert pc.ward is not None
    desk = pc.ward.desk
    today = local(desk.clock.now()).date()
    while not desk.reader.calendar().is_working_day(today):
        today += timedelta(days=1)
        pc.ward.clock.set(desk.clock.now() + timedelta(days=1))
    found = reminders_for(desk, pc.user(login)).items
    return [each.stage for each in found if each.publication is not None]


def test_a_change_reaches_every_pc_and_moves_nothing_that_was_received(
    database: str, city: TestCity, pc: Pc, unit_id: str, tmp_path: Path
) -> None:
    assert pc.ward is not None
    before, was = pc.receive("Người trước"), now_of(pc)
    unit = pc.ward.desk.reader.unit()
    with pc.ward.database.ledger.act(None) as act:
        act.record_unit((UnitConfigured(replace(unit, local_fees=(LocalFee(BIRTH, 5_000),))),))
    publish(database, tmp_path, TEXT, "--unit", unit_id, name="ho_tich")
    late = lacking(city, pc)

    learned = learn(pc)

    after = receive.receive(pc.ward.desk, pc.user("lan"), command(pc.ward.desk, owner=Party("Người sau"))).dossier
    assert [(each.name, each.problem) for each in learned.publications] == [("ho_tich", "")]
    assert [(now_of(pc).limit.n, len(now_of(pc).components)) for _ in (1,)] == [(7, 2)]
    assert sum(line.amount_vnd for line in after.fees) == 12_000 + 5_000
    kept = pc.ward.desk.reader.find(before.code)
    assert kept == before
    assert (kept.procedure.version, after.procedure.version) == (was.version, "9")
    assert pc.ward.desk.reference.catalogue.procedure(BIRTH, TODAY - timedelta(days=1)) == replace(
        was, effective_to=TODAY - timedelta(days=1)
    )
    assert told_to(pc, "lan") == [Stage.CATALOGUE]
    lines = {line["replica_id"]: line for line in city.manage("GET", "/v1/admin/replicas").json()["replicas"]}
    assert lines[pc.ward.database.replica.replica_id]["documents"] == {"ho_tich": 1}
    assert (late, lacking(city, pc)) == (["ho_tich"], [])
    pc.close()
    assert now_of(pc.open()).version == "9"


@pytest.mark.slow
def test_it_survives_a_restart_without_a_network_and_comes_into_force_on_its_day(
    database: str, pc: Pc, unit_id: str, tmp_path: Path
) -> None:
    was = now_of(pc)
    publish(database, tmp_path, TEXT, "--unit", unit_id, "--effective-on", TOMORROW.isoformat(), name="ho_tich")
    learn(pc)
    pc.close()

    pc.open()

    assert pc.ward is not None
    assert now_of(pc) == replace(was, effective_to=TODAY)
    assert pc.ward.desk.reference.catalogue.procedure(BIRTH, TOMORROW).version == "9"


@pytest.mark.slow
def test_who_joins_between_two_versions_gets_the_one_in_force_too(
    database: str, city: TestCity, unit_id: str, tmp_path: Path
) -> None:
    publish(database, tmp_path, TEXT, "--unit", unit_id, name="ho_tich")
    later = TEXT.replace('version = "9"', 'version = "10"')
    publish(database, tmp_path, later, "--unit", unit_id, "--effective-on", TOMORROW.isoformat(), name="ho_tich")

    pc = Pc(tmp_path / "two").join(city.url, enrol_code(database, unit_id))
    learn(pc)

    assert pc.ward is not None
    catalogue = pc.ward.desk.reference.catalogue
    assert (now_of(pc).version, catalogue.procedure(BIRTH, TOMORROW).version) == ("9", "10")
    assert learn(pc) == Learned()
    pc.close()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (TEXT.replace("n = 7", "n = 0"), "bad_limit"),
        (TEXT + TEXT[TEXT.index("[[") :], "in force on the same day"),
        ("= 1", "Invalid"),
    ],
)
def test_what_no_pc_could_read_is_not_published(
    database: str,
    city: TestCity,
    unit_id: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    place: str,
) -> None:
    file = tmp_path / "ho_tich.toml"
    file.write_text(text, "utf-8")
    headers = {"Content-Type": "text/plain", "Authorization": f"Bearer {city.admin}"}

    code = main(["--db", database, "admin", "publish-catalogue", str(file), "--unit", unit_id])
    answer = city.call("PUT", "/v1/admin/catalogue/ho_tich", content=text.encode(), headers=headers)

    told = capsys.readouterr().err
    assert code == 1
    assert told.startswith("Tài liệu không dùng được ở ho_tich: ")
    assert place in told
    assert told.count("\n") == 1
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-document")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--effective-on", "2026-13-01"), "effective_on: 2026-13-01"),
        (("--unit", "nobody"), "Thành phố chưa có đơn vị này"),
    ],
)
def test_a_day_that_is_none_and_a_unit_that_is_none_are_refused(
    database: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, str],
    sentence: str,
) -> None:
    file = tmp_path / "ho_tich.toml"
    file.write_text(TEXT, "utf-8")

    code = main(["--db", database, "admin", "publish-catalogue", str(file), *options])

    assert code == 1
    assert sentence in capsys.readouterr().err


def test_a_bad_document_that_got_out_changes_nothing_and_is_told_to_who_can_mend_it(
    city: TestCity, pc: Pc, unit_id: str
) -> None:
    was, text = now_of(pc), TEXT.replace("limit =", "limits =").encode()
    assert city.city is not None
    words = document_words("ho_tich", 1, TODAY.isoformat(), sha256(text))
    values = {"unit_id": unit_id, "name": "ho_tich", "version": 1, "effective_on": TODAY.isoformat()}
    values |= {"media_type": "application/toml", "content": text, "sha256": sha256(text), "published_ms": 1}
    values |= {"signature": city.city.key.sign(words).hex(), "published_by": "an older city"}
    with city.city.store.writing() as connection:
        connection.execute(insert(DOCUMENT), values)

    (learned,) = learn(pc).publications

    assert "limit" in learned.problem
    assert now_of(pc) == was
    assert (told_to(pc, "quantri"), told_to(pc, "lan")) == ([Stage.BAD_PUBLICATION], [])
    lines = {line["replica_id"]: line for line in city.manage("GET", "/v1/admin/replicas").json()["replicas"]}
    assert pc.ward is not None
    assert lines[pc.ward.database.replica.replica_id]["documents"] == {}


def test_citizens_file_by_what_was_published(database: str, city: TestCity, unit_id: str, tmp_path: Path) -> None:
    ended = f"effective_from = 2018-01-01\neffective_to = {TODAY - timedelta(days=1)}"
    new = TEXT[TEXT.index("[[") :].replace(BIRTH, "1.999998")
    publish(database, tmp_path, TEXT.replace("effective_from = 2018-01-01", ended) + new, "--unit", unit_id, name="moi")

    filed = {code: file_online(city, unit_id, code) for code in (BIRTH, "1.999998")}

    assert filed == {BIRTH: "bad-message", "1.999998": None}


def test_a_page_that_moved_is_learnt_once_and_stays_the_units_to_change(
    database: str, city: TestCity, pc: Pc, unit_id: str, tmp_path: Path
) -> None:
    other = Pc(tmp_path / "two").join(city.url, enrol_code(database, unit_id))
    base = "https://moi.thanhpho.example"
    run_admin(database, "set-lookup-base", base, "--unit", unit_id)

    assert learn(pc).is_unit_changed
    assert pc.sync() == other.sync() == ""
    assert not learn(other).is_unit_changed

    for each in (pc, other):
        assert each.ward is not None
        assert each.ward.desk.reader.unit().lookup_base == base
    assert pc.ward is not None
    with pc.ward.database.ledger.act(None) as act:
        act.record_unit((UnitConfigured(replace(pc.ward.desk.reader.unit(), lookup_base="https://rieng.example")),))
    assert not learn(pc).is_unit_changed
    assert pc.ward.desk.reader.unit().lookup_base == "https://rieng.example"
    other.close()


@pytest.mark.slow
def test_a_page_that_moves_while_a_pc_joins_breaks_nothing(
    database: str, city: TestCity, unit_id: str, tmp_path: Path
) -> None:
    pc = Pc(tmp_path / "new")
    with pc.machine():
        enrolling.create_joined_ward(pc.folder, city.url, enrol_code(database, unit_id))
    run_admin(database, "set-lookup-base", "https://moi.thanhpho.example", "--unit", unit_id)
    assert pc.open().sync() == ""

    early = learn(pc)

    assert pc.ward is not None
    with pc.machine():
        enrolling.settle(pc.ward)
    assert (early.is_unit_changed, learn(pc).is_unit_changed) == (False, True)
    assert pc.ward.desk.reader.unit().lookup_base == "https://moi.thanhpho.example"
    pc.close()


@pytest.mark.slow
@pytest.mark.parametrize("cut", ["/v1/catalogue", "/v1/catalogue/ho_tich", "/v1/catalogue/dat_dai"])
def test_a_line_that_is_cut_loses_nothing_and_is_gone_on_with(
    database: str, city: TestCity, unit_id: str, tmp_path: Path, cut: str
) -> None:
    host, port = city.url.removeprefix("http://").split(":")
    publish(database, tmp_path, TEXT, "--unit", unit_id, name="ho_tich")
    publish(database, tmp_path, TEXT.replace(BIRTH, "1.000656"), "--unit", unit_id, name="dat_dai")
    with FaultProxy((host, int(port))) as proxy:
        pc = Pc(tmp_path / "far").join(proxy.address, enrol_code(database, unit_id))
        proxy.rule = lambda asked: Fault(cut_answer=60) if asked.path.partition("?")[0] == cut else PASS

        early = learn(pc)
        proxy.rule = lambda _: PASS
        late = learn(pc)

        told = [each.name for learned in (early, late) for each in learned.publications]
        assert len(early.publications) == (0 if cut == "/v1/catalogue" else 1)
        assert sorted(told) == ["dat_dai", "ho_tich"]
        assert (now_of(pc).version, now_of(pc, "1.000656").version) == ("9", "9")
        pc.close()


@pytest.mark.slow
def test_a_pc_that_is_offline_is_none_the_worse(pc: Pc) -> None:
    was = now_of(pc)
    pc.link.city._connection.address = "http://127.0.0.1:9"

    assert learn(pc) == Learned()
    assert now_of(pc) == was
    with pytest.raises(UserError):
        now_of(pc, "9.999999")
