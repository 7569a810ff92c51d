"""A copy of the ward's setup file in the wrong hands, over real HTTP: a changed one makes nobody anything elsewhere."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from desktop.cityserver.settings import Settings
from desktop.cityserver.units import sample_text
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import UserSaved
from desktop.domain.users import Role, User
from desktop.services import accounts, receive, staff
from desktop.services.staff import Person
from desktop.services.witnessing import Witness
from desktop.storage.keys_file import WrapCost
from desktop.storage.reference.units import parse_provisioning
from desktop.wiring import Ward, create_ward, open_ward
from desktop.wiring.city import join_ward
from desktop.wiring.enrolling import enrol_empty, rounds
from desktop.wiring.provisioning import SetUp, set_up
from tests.support.city import TestCity, city_on_thread, run_admin
from tests.support.joined import SAMPLE_UNIT
from tests.support.wards import CHEAP, command

OWN = "hoa phượng đỏ tháng năm"
CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)
enrol = partial(enrol_empty, cost=CHEAP, wrap_cost=CHEAP_WRAP)
BAD_USER = '\n[[users]]\nlogin = "kegian"\nname = "Kẻ Gian"\nroles = ["chair", "it"]\n'


@pytest.fixture
def city(tmp_path: Path) -> Iterator[TestCity]:
    database = f"sqlite:///{tmp_path / 'city.db'}"
    with city_on_thread(database, Settings(address_burst=1e9)) as running:
        running.create_unit(SAMPLE_UNIT, training=False)
        run_admin(database, "set-lookup-base", "https://tracuu.thanhpho.example")
        yield running


def from_file(folder: Path, city: TestCity, text: str) -> SetUp:
    """Set a PC up from a setup file that names the city and holds an enrolment code nobody used."""
    joining = f'\n[city]\naddress = "{city.url}"\nenrolment_codes = ["{city.enrol_code(SAMPLE_UNIT)}"]\n'
    done = set_up(
        folder, parse_provisioning("unit.toml", text + joining), is_training=False, cost=CHEAP, wrap_cost=CHEAP_WRAP
    )
    assert done.city_problem is None
    return done


def begun(ward: Ward, codes: dict[str, str], *logins: str) -> None:
    """Let people set passwords of their own."""
    for login in logins:
        accounts.change_password(ward.desk, accounts.user_of(ward.desk, login), codes[login], OWN)


def at_work(folder: Path, city: TestCity) -> tuple[Path, dict[str, str], Sequence[User]]:
    """Enrol the ward's first PC and let chair and IT begin there; return its folder, the codes given, its users."""
    made = enrol(folder, city.url, city.enrol_code(SAMPLE_UNIT))
    codes = dict(made.one_time_codes)
    with closing(open_ward(made.folder, password=("quantri", codes["quantri"]), cost=CHEAP)) as ward:
        begun(ward, codes, "quantri", "chutich")
        assert rounds(ward).error == ""
        return made.folder, codes, ward.desk.reader.users()


def test_a_changed_copy_of_the_setup_file_makes_nobody_chair_of_the_ward(
    city: TestCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state1"))
    first, codes, before = at_work(tmp_path / "one", city)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state2"))
    twin = from_file(tmp_path / "two", city, sample_text() + BAD_USER)

    theirs = dict(twin.created.one_time_codes)
    with closing(open_ward(tmp_path / "two", password=("kegian", theirs["kegian"]), cost=CHEAP)) as ward:
        begun(ward, theirs, "kegian", "quantri", "chutich")
        by = accounts.user_of(ward.desk, "kegian")
        staff.add_user(ward.desk, by, "nua", Person("Nữa", (Role.CHAIR,)), "ABCDE-FGHJK", Witness("chutich", OWN))
        made = receive.receive(ward.desk, accounts.user_of(ward.desk, "lan"), command(ward.desk)).dossier
        report = rounds(ward)

        assert report.error == ""
        assert ward.desk.reader.users() == before
        items = ward.database.sync.attention()
        facts = [item.event.fact for item in items if item.event]
        refused = {
            (item.reason, fact.user.login)
            for item, fact in zip(items, facts, strict=True)
            if isinstance(fact, UserSaved)
        }
        assert refused == {("set_up_before", "kegian"), ("set_up_before", "nua")}
        with pytest.raises(UserError, match="wrong_password"):
            accounts.log_in(ward.desk, "kegian", OWN)
        it, binh = accounts.user_of(ward.desk, "quantri"), Person("Bình", (Role.CHAIR,))
        with pytest.raises(UserError, match="witness_new_here"):
            staff.add_user(ward.desk, it, "binh", binh, "ABCDE-FGHJK", Witness("chutich", OWN))

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state1"))
    with closing(open_ward(first, password=("quantri", codes["quantri"]), cost=CHEAP)) as ward:
        assert rounds(ward).error == ""
        assert ward.desk.reader.users() == before
        assert ward.desk.reader.find(made.code) == made
        assert ward.database.sync.attention() == []


def test_people_of_a_pc_set_up_long_ago_by_its_clock_make_nobody_chair_either(
    city: TestCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PC lets them act together: by its clock they came in months ago. The city has known the PC for a minute."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state1"))
    first, codes, before = at_work(tmp_path / "one", city)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state2"))
    file = parse_provisioning("unit.toml", sample_text())
    theirs = dict(
        create_ward(tmp_path / "two", file, is_training=False, cost=CHEAP, wrap_cost=CHEAP_WRAP).one_time_codes
    )
    password = ("quantri", theirs["quantri"])
    with closing(open_ward(tmp_path / "two", password=password, cost=CHEAP)) as ward:
        ward.clock.set(ward.desk.clock.now() - timedelta(days=60))
        begun(ward, theirs, "quantri", "chutich")
    with closing(open_ward(tmp_path / "two", password=password, cost=CHEAP)) as ward:
        join_ward(ward, city.url, city.enrol_code(SAMPLE_UNIT))
    with closing(open_ward(tmp_path / "two", password=password, cost=CHEAP)) as ward:
        assert rounds(ward).error == ""
        it, binh = accounts.user_of(ward.desk, "quantri"), Person("Bình", (Role.CHAIR,))

        staff.add_user(ward.desk, it, "binh", binh, "ABCDE-FGHJK", Witness("chutich", OWN))
        assert rounds(ward).error == ""

        assert [item.reason for item in ward.database.sync.attention()] == ["witness_new_here"]
        assert ward.desk.reader.users() == before
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state1"))
    with closing(open_ward(first, password=("quantri", codes["quantri"]), cost=CHEAP)) as ward:
        assert rounds(ward).error == ""
        assert ward.desk.reader.users() == before


def test_the_file_itself_sets_up_a_second_pc_without_a_word(
    city: TestCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state1"))
    first = from_file(tmp_path / "one", city, sample_text())
    with closing(open_ward(tmp_path / "one", password=first.created.one_time_codes[0], cost=CHEAP)) as ward:
        assert rounds(ward).rejected == 0
        users, unit = ward.desk.reader.users(), ward.desk.reader.unit()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state2"))
    second = from_file(tmp_path / "two", city, sample_text())

    with closing(open_ward(tmp_path / "two", password=second.created.one_time_codes[0], cost=CHEAP)) as ward:
        report = rounds(ward)

        assert (report.error, report.rejected, report.pending) == ("", 0, 0)
        assert ward.database.sync.attention() == []
        assert (ward.desk.reader.users(), ward.desk.reader.unit()) == (users, unit)
        assert accounts.log_in(ward.desk, *second.created.one_time_codes[0]).must_change_password
