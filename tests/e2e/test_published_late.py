"""A PC that joins late knows every version the city published: it shows, counts, corrects and prints as the others.

It is told in the same round as what is in force; what was received under an older version is the same dossier for it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from desktop.domain.commands import Correct
from desktop.domain.dossiers import Dossier, Party
from desktop.domain.vietnamese import VIETNAM, local
from desktop.services import look_up, papers, receive
from desktop.services.reminders import Stage, reminders_for
from desktop.wiring import Ward
from tests.reports.reading import pages_by_pdfium
from tests.support.city import TestCity, city_on_thread, run_admin
from tests.support.joined import Pc, check_agreement, enrol_code, new_unit
from tests.support.wards import command

BIRTH = "1.001193"
TODAY = local(datetime.now(UTC)).date()  # noqa: TID251 - the city dates by its real clock
FIRST, SECOND = TODAY - timedelta(days=40), TODAY - timedelta(days=15)


def procedures(version: int, fee: int, limit: int) -> str:
    return f"""
field = "ho_tich"
field_name = "Hộ tịch"
section = "tu_phap"
legal_basis = "Quyết định {version}/QĐ-UBND"
source = "thử"
updated_on = 2026-11-23
[[procedures]]
code = "{BIRTH}"
name = "Thủ tục đăng ký khai sinh"
version = "{version}"
limit = {{ n = {limit}, unit = "working_day" }}
effective_from = 2018-01-01
needs_checking = false
result_name = "Giấy khai sinh"
components = [{{ code = "TP{version}", name = "Tờ khai mẫu {version}", required = true, kind_hint = "original" }}]
fees = [{{ kind = "fixed", name = "Lệ phí", amount_vnd = {fee} }}]
"""


def rules(cut_off: str) -> str:
    return f'pack = "2025"\nsource = "Quyết định 6/QĐ-UBND"\n[clock]\ncut_off = {cut_off}\n'


def days(on: date) -> str:
    return f'source = "Quyết định 5/QĐ-UBND"\nholidays = [{{ on = {on}, name = "Ngày hội của tỉnh" }}]\n'


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


def joined(home: Path, city: TestCity, database: str, unit_id: str) -> Pc:
    """Enrol an empty PC; it learns after its first round."""
    pc = Pc(home).join(city.url, enrol_code(database, unit_id))
    learn(pc)
    return pc


def learn(pc: Pc) -> None:
    link = pc.link
    link._tells_at = 0.0
    with pc.machine():
        link.round_done(lambda work: work())


def publish(database: str, folder: Path, unit_id: str, on: date, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        file = folder / f"{name}.toml"
        file.write_text(text, "utf-8")
        run_admin(database, "publish-catalogue", str(file), "--unit", unit_id, "--effective-on", on.isoformat())


def opened(pc: Pc) -> Ward:
    assert pc.ward is not None
    return pc.ward


def received(pc: Pc, name: str, on: date) -> Dossier:
    ward = opened(pc)
    day = ward.desk.reader.calendar().add_working_days(on, 1)
    ward.clock.set(datetime.combine(day, time(9), VIETNAM))
    given = command(ward.desk, owner=Party(name))
    return receive.receive(ward.desk, pc.user("lan"), given).dossier


def printed_again(pc: Pc, code: str) -> list[str]:
    desk = opened(pc).desk
    dossier = look_up.show(desk, pc.user("lan"), code).dossier
    return pages_by_pdfium(papers.receipt_of(desk, dossier, paper="A5", copy_no=2))


def test_who_joins_late_shows_counts_corrects_and_prints_as_the_others(
    database: str, city: TestCity, unit_id: str, tmp_path: Path
) -> None:
    one, two = (joined(tmp_path / name, city, database, unit_id) for name in ("one", "two"))
    codes = []
    for n, on in enumerate((FIRST, SECOND), start=1):
        changed = {"ho_tich": procedures(n, n * 11_000, n + 3), "quy_dinh": rules(f"1{n}:00:00")}
        publish(database, tmp_path, unit_id, on, changed | {"lich": days(on + timedelta(days=4))})
        learn(one)
        codes += [received(one, f"Người {n}", on).code]
        assert one.sync() == ""
    learn(two)  # it was away while the first version was in force

    late = joined(tmp_path / "late", city, database, unit_id)

    assert [each.sync() for each in (two, late, one)] == ["", "", ""]
    check_agreement(one, two, late)
    knows = [opened(pc).desk.reference for pc in (one, two, late)]
    assert [len(each.publications) for each in knows] == [6, 6, 6]
    first = look_up.show(opened(late).desk, late.user("lan"), codes[0]).dossier
    assert (first.procedure.version, first.pack, first.fees[0].amount_vnd) == ("1", "2025+cut_off=11:00", 11_000)
    for pc, reference in zip((two, late), knows[1:], strict=True):
        assert (reference.catalogue.procedures, reference.packs) == (knows[0].catalogue.procedures, knows[0].packs)
        assert opened(pc).desk.reader.calendar() == opened(one).desk.reader.calendar()
        for code in codes:
            assert printed_again(pc, code) == printed_again(one, code)
    given = Correct({"sets": "2"}, "nộp hai bộ")
    previews = [look_up.preview_correction(opened(pc).desk, pc.user("lan"), codes[0], given) for pc in (one, late)]
    assert previews[0] == previews[1]
    on = local(first.received_at).date()
    entry = opened(late).desk.reference.catalogue.procedure(BIRTH, on)
    assert (entry.version, entry.fees[0].amount_vnd, entry.components[0].code) == ("1", 11_000, "TP1")
    for pc in (one, two, late):
        pc.close()


@pytest.mark.slow
def test_a_restored_pc_that_lacks_years_of_versions_gets_them_all(
    database: str, city: TestCity, unit_id: str, tmp_path: Path
) -> None:
    pc = joined(tmp_path / "old", city, database, unit_id)
    pc.close()
    pc.copied(tmp_path / "spare", "data", "state")
    pc.open()
    for n in range(1, 4):
        on = TODAY - timedelta(days=100 - 10 * n)
        publish(database, tmp_path, unit_id, on, {"ho_tich": procedures(n, n * 1_000, n + 1)})
    learn(pc)

    spare = Pc(tmp_path / "spare").open()
    learn(spare)

    assert opened(spare).desk.reference.catalogue.procedures == opened(pc).desk.reference.catalogue.procedures
    assert [each.version for each in opened(spare).desk.reference.publications] == [1, 2, 3]
    told = [each for each in reminders_for(opened(spare).desk, spare.user("quantri")).items if each.publication]
    assert [each.stage for each in told if each.stage is Stage.BAD_PUBLICATION] == []
    spare.close()
    pc.close()
