"""From the sheet of a city to a ward that works: ``provision`` and the set-up that asks nothing."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.cli import maintenance, provisioning
from desktop.cli.provisioning import run_provision
from desktop.devices.settings_file import SettingsFile
from desktop.domain.errors import UserError
from desktop.services import accounts
from desktop.storage.keys_file import WrapCost
from desktop.storage.reference.units import CityEntry, Provisioning, UserEntry
from desktop.wiring import Ward, open_ward
from desktop.wiring.provisioning import FILE_NAME, found_file, read_file, set_up
from tests.support.wards import CHEAP

CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)


@pytest.fixture
def ward_file(tmp_path: Path) -> Path:
    """Give the file of the sample sheet's ward."""
    (tmp_path / "bang.xlsx").write_bytes(provisioning.sample_sheet())
    made = provisioning.make(tmp_path / "bang.xlsx", tmp_path / "tep")
    assert (made.units, made.problems) == (1, ())
    return tmp_path / "tep" / "000.16.27.H29.toml"


def real(folder: Path, given: Provisioning, **options: object) -> object:
    return set_up(folder, given, is_training=False, cost=CHEAP, wrap_cost=CHEAP_WRAP, **options)  # type: ignore[arg-type]


def test_the_file_of_a_unit_sets_a_pc_up_without_a_question(ward_file: Path, tmp_path: Path) -> None:
    given = replace(read_file(ward_file), settings=(("print.printer", "Máy in quầy 1"),))
    settings = SettingsFile(tmp_path / "settings.toml")

    done = real(tmp_path / "data", given, settings=settings)

    code = given.users[0].one_time_code
    ward = open_ward(tmp_path / "data", password=("lan", code.lower()), cost=CHEAP)
    try:
        assert done.created.one_time_codes[0] == ("lan", code)
        assert ward.desk.reader.unit() == given.unit
        assert [day.name for day in ward.desk.reader.calendar().overlays[0].closed] == ["Nghỉ do triều cường"]
        assert accounts.log_in(ward.desk, "lan", code).must_change_password
    finally:
        ward.close()
    assert settings.read().settings.print_printer == "Máy in quầy 1"


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_the_pc_joins_the_city_with_the_first_code_nobody_used(ward_file: Path, tmp_path: Path, refused: int) -> None:
    given = replace(read_file(ward_file), city=CityEntry("https://a.example", ("A", "B"), "PEM"))
    tried = []

    def join(ward: Ward, address: str, code: str, authority: str) -> None:
        tried.append((ward.desk.reader.unit().name, address, code, authority))
        if len(tried) <= refused:
            raise UserError("city_refused", reason="đã dùng", city_code="code-used")

    if refused < 2:
        done = real(tmp_path / "data", given, join=join)
        assert (done.city, done.city_problem) == ("https://a.example", None)
    else:
        with pytest.raises(UserError, match="provisioning_spent"):
            real(tmp_path / "data", given, join=join)
        # No twin of the ward is left, and the folder takes the next try.
        assert [path.name for path in (tmp_path / "data").iterdir() if path.suffix != ".lock"] == []

    assert [code for _, _, code, _ in tried] == ["A", "B"][: refused + 1]


def test_a_file_that_set_a_pc_up_is_not_taken_for_a_second_one(ward_file: Path, tmp_path: Path) -> None:
    assert maintenance.init(tmp_path / "first", ward_file, training=False) == 0

    with pytest.raises(UserError) as refused:
        maintenance.init(tmp_path / "second", ward_file, training=False)

    assert refused.value.code == "provisioning_used"
    assert refused.value.details["computer"] == socket.gethostname()
    assert not (tmp_path / "second").exists()
    Path(str(refused.value.details["mark"])).unlink()
    assert read_file(ward_file).users


def test_a_city_out_of_reach_costs_nothing_but_the_joining(ward_file: Path, tmp_path: Path) -> None:
    given = replace(read_file(ward_file), city=CityEntry("http://127.0.0.1:9", ("A", "B")))

    def join(_ward: Ward, _address: str, _code: str, _authority: str) -> None:
        raise UserError("link_no_network")

    done = real(tmp_path / "data", given, join=join)

    assert done.city_problem.code == "link_no_network"
    assert (tmp_path / "data" / "motcua.db").exists()


@pytest.mark.parametrize("code", ["short", "AAAAA-AAAA0", "0" * 10])
def test_a_code_that_would_be_guessed_is_refused(ward_file: Path, tmp_path: Path, code: str) -> None:
    given = read_file(ward_file)
    spoilt = replace(given, users=(UserEntry(**_facts(given.users[0]) | {"one_time_code": code}), *given.users[1:]))

    with pytest.raises(UserError) as refused:
        real(tmp_path / "data", spoilt)

    assert refused.value.code == "bad_provisioning"
    assert not (tmp_path / "data" / "motcua.db").exists()


def _facts(user: UserEntry) -> dict[str, object]:
    return {name: getattr(user, name) for name in ("login", "name", "roles", "section", "title")}


def test_mistakes_are_told_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '[[units]]\nagency_code = "a b"\nname = "Phường Mẫu"\n[[users]]\nunit = "x"\nlogin = "Lan"\n'
    (tmp_path / "bang.toml").write_text(text, "utf-8")

    ended = run_provision(["make", str(tmp_path / "bang.toml"), str(tmp_path / "tep")])

    told = capsys.readouterr()
    assert (ended, told.out) == (1, "")
    assert "dòng 1, cột «Tên đăng nhập»: «Lan»" in told.err
    assert told.err.splitlines()[-1].startswith("Có ")
    assert not (tmp_path / "tep").exists()


def test_a_sheet_and_the_file_of_a_unit_can_be_checked(ward_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_provision(["check", str(ward_file)]) == 0
    assert run_provision(["check", str(ward_file.parent.parent / "bang.xlsx")]) == 0
    assert capsys.readouterr().out == "Đúng: 1 đơn vị.\n" * 2


def test_codes_that_were_handed_out_are_not_overwritten(ward_file: Path) -> None:
    before = ward_file.read_bytes()

    with pytest.raises(UserError) as refused:
        provisioning.make(ward_file.parent.parent / "bang.xlsx", ward_file.parent)

    assert refused.value.code == "provision_folder_used"
    assert ward_file.read_bytes() == before


def test_the_first_start_finds_the_file_that_lies_beside_the_data(ward_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    assert found_file(folder) is None

    (folder / FILE_NAME).write_bytes(ward_file.read_bytes())

    assert found_file(folder) == folder / FILE_NAME
