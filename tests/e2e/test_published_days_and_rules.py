"""The city publishes days and rules: a PC that has them counts by them, one that has not agrees all the same."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from desktop.cityserver.__main__ import main
from desktop.cityserver.page_store import SqlPages
from desktop.cityserver.schema import DOCUMENT
from desktop.domain.calendars import Calendar
from desktop.domain.dossiers import Dossier, Party
from desktop.domain.vietnamese import local, screen_date
from desktop.protocol.signing_words import document_words
from desktop.services import receive
from desktop.services.reminders import Stage, reminders_for
from desktop.wiring.learning import Learned
from tests.support.city import TestCity, city_on_thread, run_admin
from tests.support.do_lines import good
from tests.support.joined import Pc, check_agreement, enrol_code, new_unit
from tests.support.pcs import sha256
from tests.support.wards import SLOW, command

TODAY = local(datetime.now(UTC)).date()  # noqa: TID251 - the city dates by its real clock
RULES = 'pack = "2025"\nsource = "Quyết định 6/QĐ-UBND"\n[clock]\nsupplement_limit = 2\n'
APPLICANT = {"name": "Người sau", "id_number": "079090012345"}


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


def days(on: date) -> str:
    return f'source = "Quyết định 5/QĐ-UBND"\nholidays = [{{ on = {on}, name = "Ngày hội của tỉnh" }}]\n'


def publish(database: str, folder: Path, text: str, unit_id: str, name: str) -> None:
    file = folder / f"{name}.toml"
    file.write_text(text, "utf-8")
    run_admin(database, "publish-catalogue", str(file), "--unit", unit_id)


def learn(pc: Pc) -> Learned:
    """Let a PC do what follows a round."""
    link = pc.link
    link._tells_at = 0.0
    with pc.machine():
        return link.round_done(lambda work: work())


def calendar_of(pc: Pc) -> Calendar:
    assert pc.ward is not None
    return pc.ward.desk.reader.calendar()


def received(pc: Pc, name: str) -> Dossier:
    assert pc.ward is not None
    desk = pc.ward.desk
    return receive.receive(desk, pc.user("lan"), command(desk, SLOW, owner=Party(name))).dossier


def found(pc: Pc, code: str) -> Dossier:
    assert pc.ward is not None
    dossier = pc.ward.desk.reader.find(code)
    assert dossier is not None
    return dossier


def lacking(city: TestCity, pc: Pc) -> list[str]:
    """Return what the city's page of PCs says a PC does not use yet."""
    assert city.city is not None
    assert pc.ward is not None
    replica_id = pc.ward.database.replica.replica_id
    fleet = SqlPages(city.city.store).fleet()
    return sorted(name for line in fleet if line.replica_id == replica_id for name, _ in line.lacking)


def test_a_promise_skips_the_citys_day_says_why_and_is_the_same_on_a_pc_that_does_not_know_it(
    database: str, city: TestCity, pc: Pc, unit_id: str, tmp_path: Path
) -> None:
    assert pc.ward is not None
    other = Pc(tmp_path / "two").join(city.url, enrol_code(database, unit_id))
    before, usual = received(pc, "Người trước"), calendar_of(pc)
    off = usual.add_working_days(TODAY, 1)
    publish(database, tmp_path, days(off), unit_id, "lich")
    publish(database, tmp_path, RULES, unit_id, "quy_dinh")

    learn(pc)
    asked = {"received_at": pc.ward.desk.clock.now().isoformat(), "procedure": SLOW}
    told = good(pc.ward, "deadline.compute", at=None, **asked)  # type: ignore[arg-type]
    papers = [{"code": part.code, "originals": 1} for part in command(pc.ward.desk, SLOW).procedure.components]
    given = {"procedure": SLOW, "applicant": APPLICANT, "components": papers}
    after = good(pc.ward, "dossier.receive", at=None, **given)  # type: ignore[arg-type]
    plain = received(other, "Người ở máy kia")

    (reason,) = [step["reason"] for step in told["explain"] if step["date"] == off.isoformat()]
    assert "Ngày hội của tỉnh (theo Quyết định 5/QĐ-UBND, tài liệu lich bản 1 của thành phố)" in reason
    moved = usual.add_working_days(local(before.promised_at).date(), 1)
    assert (after["promised_at"], told["promised_at"][:10]) == (told["promised_at"], moved.isoformat())
    assert (local(plain.promised_at), plain.pack) == (local(before.promised_at), "2025")
    assert [each.sync() for each in (pc, other, pc)] == ["", "", ""]
    check_agreement(pc, other)
    for each in (pc, other):
        assert found(each, before.code).promised_at == before.promised_at
        assert found(each, after["code"]).pack == "2025+supplement_limit=2"
        assert local(found(each, after["code"]).promised_at).date() == moved
    assert (lacking(city, pc), lacking(city, other)) == ([], ["lich", "quy_dinh"])
    learn(other)
    assert (lacking(city, other), calendar_of(other).is_working_day(off)) == ([], False)
    other.close()
    assert not calendar_of(other.open()).is_working_day(off), "a start without a network knows it too"
    other.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            RULES.replace("[clock]", "[forms.receipt]\ntitle = 'x'\n[statuses]\nreceived = 3\n[clock]"),
            "forms, statuses",
        ),
        (days(TODAY - timedelta(days=1)), f"ở trước ngày áp dụng {screen_date(TODAY)}"),
    ],
)
def test_what_no_document_may_say_is_refused_with_what_and_why(
    database: str, unit_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    file = tmp_path / "tai_lieu.toml"
    file.write_text(text, "utf-8")

    code = main(["--db", database, "admin", "publish-catalogue", str(file), "--unit", unit_id])

    told = capsys.readouterr().err
    assert code == 1
    assert told.startswith("Tài liệu không dùng được ở tai_lieu: ")
    assert sentence in told
    assert told.count("\n") == 1


@pytest.mark.slow
def test_a_bad_document_that_got_out_changes_nothing_and_is_told_to_it(city: TestCity, pc: Pc, unit_id: str) -> None:
    assert pc.ward is not None
    assert city.city is not None
    usual, packs = calendar_of(pc), pc.ward.desk.reference.packs
    bad = {"lich": days(TODAY - timedelta(days=1)), "quy_dinh": RULES.replace("= 2", "= 200")}
    with city.city.store.writing() as connection:
        for name, text in bad.items():
            words = document_words(name, 1, TODAY.isoformat(), sha256(text.encode()))
            values = {"unit_id": unit_id, "name": name, "version": 1, "effective_on": TODAY.isoformat()}
            values |= {"media_type": "application/toml", "content": text.encode(), "sha256": sha256(text.encode())}
            values |= {"signature": city.city.key.sign(words).hex(), "published_by": "an older city", "published_ms": 1}
            connection.execute(insert(DOCUMENT), values)

    problems = [each.problem for each in learn(pc).publications]

    assert ["trước ngày áp dụng" in problems[0], "supplement_limit phải từ 0 đến 9" in problems[1]] == [True, True]
    assert (calendar_of(pc).published, pc.ward.desk.reference.packs) == ((), packs)
    assert calendar_of(pc) == usual
    pc.ward.clock.set(datetime.combine(usual.add_working_days(TODAY, 0), datetime.min.time(), UTC))
    told = reminders_for(pc.ward.desk, pc.user("quantri")).items
    assert [each.stage for each in told if each.publication is not None] == [Stage.BAD_PUBLICATION] * 2
