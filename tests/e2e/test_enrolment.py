"""A new PC from an empty folder, by the city's address and one-time code alone, over real HTTP."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from desktop.app import is_enrolling
from desktop.cityserver.settings import Settings
from desktop.cityserver.units import sample_text
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.users import Role
from desktop.domain.vietnamese import local
from desktop.printing.words import lookup_address
from desktop.services import accounts, receive, staff, two_people
from desktop.services.staff import Person
from desktop.services.witnessing import Witness
from desktop.storage.keys_file import WrapCost
from desktop.storage.reference.units import parse_provisioning, sample_provisioning
from desktop.wiring import Ward, create_ward, open_ward
from desktop.wiring.city import join_ward
from desktop.wiring.enrolling import Enrolled, end_enrolment, enrol_empty, rounds
from tests.support.city import TestCity, city_on_thread, run_admin
from tests.support.fault_proxy import PASS, Fault, FaultProxy
from tests.support.joined import SAMPLE_UNIT
from tests.support.wards import CHEAP, command

OWN = "hoa phượng đỏ tháng năm"
BASE = "https://tracuu.thanhpho.example"
CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)
enrol = partial(enrol_empty, cost=CHEAP, wrap_cost=CHEAP_WRAP)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[TestCity]:
    database = f"sqlite:///{tmp_path / 'city.db'}"
    with city_on_thread(database, Settings(address_burst=1e9)) as running:
        running.create_unit(SAMPLE_UNIT, training=False)
        assert json.loads(run_admin(database, "set-lookup-base", f"{BASE}/"))["units"] == 1
        yield running


def opened(enrolled: Enrolled, login: str) -> Ward:
    password = (login, dict(enrolled.one_time_codes)[login])
    return open_ward(enrolled.folder, password=password, cost=CHEAP)


def test_the_first_and_the_second_pc_of_a_ward_need_nothing_but_a_code(
    city: TestCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state1"))
    first = enrol(tmp_path / "one", city.url, city.enrol_code(SAMPLE_UNIT))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state2"))
    second = enrol(tmp_path / "two", city.url, f" {city.enrol_code(SAMPLE_UNIT).lower().replace('-', ' ')} ")

    sample = sample_provisioning()
    assert (first.counter, second.counter, first.is_training) == (1, 2, False)
    assert first.report.error == second.report.error == ""
    assert first.recovery_key
    assert second.recovery_key != first.recovery_key
    for enrolled in (first, second):
        assert {login for login, _ in enrolled.one_time_codes} == {user.login for user in sample.users}
        end_enrolment(enrolled.folder)
        with closing(opened(enrolled, "lan")) as ward:
            assert ward.desk.reader.unit() == replace(sample.unit, lookup_base=BASE)
            assert accounts.log_in(ward.desk, "lan", dict(enrolled.one_time_codes)["lan"]).must_change_password
        assert not is_enrolling(enrolled.folder)


def test_who_set_up_a_further_pc_stands_there_for_nobody_and_every_pc_shows_who_came_in(
    city: TestCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The IT officer holds the codes of the second PC: for a week he makes nobody by them, and the first PC tells."""
    both = ("quantri", "chutich")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state1"))
    first = enrol(tmp_path / "one", city.url, city.enrol_code(SAMPLE_UNIT))
    with closing(opened(first, "quantri")) as ward:
        begin(ward, first, both)
        assert rounds(ward).error == ""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state2"))
    second = enrol(tmp_path / "two", city.url, city.enrol_code(SAMPLE_UNIT))
    with closing(opened(second, "quantri")) as ward:
        begin(ward, second, both)
        it, binh = accounts.user_of(ward.desk, "quantri"), Person("Bình", (Role.RECEPTION,))
        with pytest.raises(UserError, match="witness_new_here"):
            staff.add_user(ward.desk, it, "binh", binh, "ABCDE-FGHJK", Witness("chutich", OWN))
        assert rounds(ward).error == ""

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state1"))
    with closing(opened(first, "quantri")) as ward:
        assert rounds(ward).error == ""
        today = local(ward.desk.clock.now()).date()
        inspector = accounts.user_of(ward.desk, "thanhtra")
        shown = two_people.acts_of_two(ward.desk, inspector, today - timedelta(days=1), today)
    told = {(each.what.value, each.who.login if each.who else "", each.mark.value) for each in shown}
    assert told == {("password_set", login, "set_up") for login in both}


def begin(ward: Ward, enrolled: Enrolled, logins: tuple[str, ...]) -> None:
    for login in logins:
        code = dict(enrolled.one_time_codes)[login]
        accounts.change_password(ward.desk, accounts.user_of(ward.desk, login), code, OWN)


@pytest.mark.parametrize("cut_after", [3, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 4, 5, 6))])
def test_an_enrolment_that_was_cut_goes_on_with_the_same_code(city: TestCity, tmp_path: Path, cut_after: int) -> None:
    host, port = city.url.removeprefix("http://").split(":")
    code, proxy = city.enrol_code(SAMPLE_UNIT), FaultProxy((host, int(port)))
    proxy.rule = lambda request: Fault(status=503) if request.number > cut_after else PASS
    try:
        address = f"http://127.0.0.1:{proxy.port}"
        cut = enrol(tmp_path / "one", address, code)
        assert cut.report.error
        assert is_enrolling(tmp_path / "one")
        proxy.rule = lambda _: PASS
        whole = enrol(tmp_path / "one", address, code)
    finally:
        proxy.close()

    assert (whole.replica_id, whole.counter, whole.report.error) == (cut.replica_id, 1, "")
    assert whole.recovery_key
    with closing(opened(whole, "lan")) as ward:
        assert ward.desk.reader.unit().lookup_base == BASE


@pytest.mark.slow
def test_codes_nobody_saw_are_made_again(city: TestCity, tmp_path: Path) -> None:
    code = city.enrol_code(SAMPLE_UNIT)
    unseen = enrol(tmp_path / "one", city.url, code)

    seen = enrol(tmp_path / "one", city.url, code)
    end_enrolment(tmp_path / "one")

    assert set(seen.one_time_codes).isdisjoint(unseen.one_time_codes)
    assert seen.recovery_key not in ("", unseen.recovery_key)
    with closing(opened(seen, "lan")):
        pass
    with pytest.raises(EnvironmentProblem, match="database_exists"):
        enrol(tmp_path / "one", city.url, code)


def test_a_wrong_code_leaves_the_folder_empty(city: TestCity, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="city_refused"):
        enrol(tmp_path / "one", city.url, "AAAA-BBBB-CCCC-DDDD")

    assert not (tmp_path / "one").exists() or list((tmp_path / "one").iterdir()) == []


def test_a_ward_that_joins_later_prints_the_citys_page_into_the_qr(city: TestCity, tmp_path: Path) -> None:
    alone = parse_provisioning("unit.toml", sample_text().replace("https://tracuu.example", ""))
    created = create_ward(tmp_path / "one", alone, is_training=False, cost=CHEAP, wrap_cost=CHEAP_WRAP)
    with closing(open_ward(created.folder, password=created.one_time_codes[0], cost=CHEAP)) as ward:
        lan = next(user for user in ward.desk.reader.users() if user.login == "lan")
        dossier = receive.receive(ward.desk, lan, command(ward.desk)).dossier
        before = lookup_address(dossier, ward.desk.reader.unit())

        join_ward(ward, city.url, city.enrol_code(SAMPLE_UNIT))

        after = lookup_address(dossier, ward.desk.reader.unit())
    assert before == dossier.code
    assert after == f"{BASE}/tra-cuu/{dossier.code}?k={dossier.lookup_key}"


@pytest.mark.slow
def test_the_command_enrols_an_empty_folder(city: TestCity, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    command_line = [sys.executable, "-m", "desktop", "--data", str(folder), "enrol", "--city", city.url, "--code"]

    done = subprocess.run([*command_line, city.enrol_code(SAMPLE_UNIT)], capture_output=True, text=True, check=True)

    plain = json.loads(done.stdout)
    assert (plain["counter"], plain["training"], plain["sync"]["error"]) == (1, False, None)
    assert not is_enrolling(folder)
    with closing(open_ward(folder, password=("lan", plain["one_time_codes"]["lan"]))) as ward:
        assert ward.desk.reader.unit().name == sample_provisioning().unit.name
