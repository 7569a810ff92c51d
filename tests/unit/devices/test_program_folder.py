from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from desktop.devices.program_folder import Pointer, ProgramFolder
from desktop.domain.errors import AppError, EnvironmentProblem, UserError
from desktop.wiring.program_update import Updates, UpdateSettings, read_settings, this_platform
from tests.support.releases import (
    FAILING,
    ISSUER,
    STRANGER,
    TODAY,
    make_folder,
    make_release,
    starts,
    write_settings,
)


@pytest.fixture
def updates(tmp_path: Path) -> Updates:
    folder = make_folder(tmp_path / "program")
    return Updates(folder, UpdateSettings((ISSUER.public,)), TODAY, this_platform())


def left_in(folder: ProgramFolder) -> list[str]:
    return sorted(path.name for path in (folder.root / "versions").iterdir())


def test_a_release_is_installed_beside_the_version_in_use_and_then_used(updates: Updates, tmp_path: Path) -> None:
    updates.install(make_release(tmp_path))

    assert updates.folder.pointer() == Pointer("0.2.0", "0.1.0", "0.1.0")
    assert starts(updates.folder.root) == "0.2.0 x\n"
    assert left_in(updates.folder) == ["0.1.0", "0.2.0"]


def test_what_may_be_needed_to_go_back_is_kept_and_older_ones_go(updates: Updates, tmp_path: Path) -> None:
    for version in ("0.2.0", "0.3.0", "0.4.0", "0.10.0"):
        updates.install(make_release(tmp_path, version))

    assert updates.folder.pointer() == Pointer("0.10.0", "0.4.0", "0.1.0")
    assert updates.folder.versions() == ("0.2.0", "0.3.0", "0.4.0", "0.10.0")
    assert updates.folder.go_back() == "0.4.0"
    assert starts(updates.folder.root) == "0.4.0 x\n"
    with pytest.raises(UserError, match="no_earlier_version"):
        updates.folder.go_back()


def test_a_version_that_fails_its_self_test_is_not_used_and_not_kept(updates: Updates, tmp_path: Path) -> None:
    file = make_release(tmp_path, script=FAILING)

    with pytest.raises(UserError) as refused:
        updates.install(file)

    assert (refused.value.code, refused.value.details["cause"]) == ("update_self_test_failed", "không mở được cửa sổ")
    assert updates.folder.pointer() == Pointer("0.1.0", "", "0.1.0")
    assert left_in(updates.folder) == ["0.1.0"]


def test_a_release_without_a_program_is_not_used(updates: Updates, tmp_path: Path) -> None:
    file = make_release(tmp_path, script="no script at all")

    with pytest.raises(UserError, match="update_self_test_failed"):
        updates.install(file)

    assert starts(updates.folder.root) == "0.1.0 x\n"


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def altered(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-10] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("says", "then", "code"),
    [
        ({"signer": STRANGER}, None, "release_signature"),
        ({"version": "0.1.0"}, None, "release_not_newer"),
        ({"version": "0.0.9", "floor": "0.0.1"}, None, "release_below_floor"),
        ({"expires_on": date(2026, 11, 29)}, None, "release_expired"),
        ({"platform": "windows-arm64"}, None, "release_other_platform"),
        ({}, cut, "release_cut_short"),
        ({}, altered, "release_altered"),
        ({}, Path.unlink, "release_absent"),
    ],
)
def test_what_must_not_be_installed_leaves_no_trace(
    updates: Updates, tmp_path: Path, says: dict[str, object], then: Callable[[Path], None] | None, code: str
) -> None:
    file = make_release(tmp_path, **says)  # type: ignore[arg-type]
    if then is not None:
        then(file)

    with pytest.raises(AppError, match=code):
        updates.install(file)

    assert updates.folder.pointer() == Pointer("0.1.0", "", "0.1.0")
    assert left_in(updates.folder) == ["0.1.0"]


def test_the_floor_only_rises(updates: Updates, tmp_path: Path) -> None:
    updates.install(make_release(tmp_path, floor="0.2.0"))
    with pytest.raises(UserError, match="release_below_floor"):
        updates.folder.go_back()
    updates.install(make_release(tmp_path, "0.3.0", floor="0.1.0"))

    assert updates.folder.pointer() == Pointer("0.3.0", "0.2.0", "0.2.0")


def test_one_update_at_a_time(updates: Updates, tmp_path: Path) -> None:
    file = make_release(tmp_path)

    with updates.folder.changing(), pytest.raises(EnvironmentProblem, match="update_in_progress"):
        updates.install(file)
    updates.install(file)


@pytest.mark.parametrize("line", ["", "0.1.0", "0.1.0 -", "../x - 0.1.0", "0.1.0 - x", "0.1.0 - 0.1.0 more"])
def test_a_folder_without_a_right_pointer_is_none_of_ours(tmp_path: Path, line: str) -> None:
    (tmp_path / "current").write_text(line, "ascii")

    with pytest.raises(EnvironmentProblem, match="program_folder_unknown"):
        ProgramFolder(tmp_path).pointer()


def test_a_share_offers_a_newer_release_to_those_whose_turn_it_is(updates: Updates, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    assert updates.offered(str(share)) is None
    make_release(share, percent=0)

    offered = updates.offered(str(share))

    assert offered is not None
    assert not updates.is_in_turn(offered)
    assert updates.fetched(offered, str(share), lambda _: None).is_file()
    updates.install(updates.fetched(offered, str(share), lambda _: None))
    assert updates.offered(str(share)) is None


def test_a_place_that_is_not_there_is_told(updates: Updates, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="release_absent"):
        updates.offered(str(tmp_path / "no-share"))
    with pytest.raises(UserError, match="update_place_missing"):
        updates.offered()


def test_settings_are_read(tmp_path: Path) -> None:
    found = read_settings(write_settings(tmp_path / "update.toml", place="/media/usb"))

    assert found == UpdateSettings((ISSUER.public,), "/media/usb")


@pytest.mark.parametrize("text", ["", "keys = []", 'keys = ["ab"]', "keys = 3", 'keys = ["zz"]', "keys"])
def test_settings_without_a_right_key_update_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "update.toml").write_text(text, "utf-8")

    with pytest.raises(EnvironmentProblem, match="update_settings"):
        read_settings(tmp_path / "update.toml")
