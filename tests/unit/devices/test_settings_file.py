import os
import sys
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.devices.settings_file import DAMAGED_NAME, FILE_NAME, SettingsFile, settings_path, to_text
from desktop.domain.errors import EnvironmentProblem
from desktop.services.settings import Settings, declarations, from_table

ExpectLog = Callable[..., None]


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "motcua" / FILE_NAME)


def give(file: SettingsFile, text: str) -> None:
    """Write what a person typed into the file."""
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(text.encode())


def test_the_file_lies_in_the_users_configuration_folder(own_folders: Path) -> None:
    assert settings_path().name == FILE_NAME
    assert settings_path().parent.name == "motcua"
    assert settings_path().is_relative_to(own_folders)


def test_without_a_file_the_defaults_hold_and_none_is_made(file: SettingsFile) -> None:
    found = file.read()
    file.save()

    assert (found.settings, found.problems) == (Settings(), ())
    assert not file.path.parent.exists()


def test_what_is_saved_is_read_back(file: SettingsFile) -> None:
    file.put("look.mode", "dark")
    file.put("look.text_percent", 150)
    file.put("print.printer", 'Máy in "tầng 1" \\ Sở')

    file.save()

    found = SettingsFile(file.path).read()
    assert found.settings == Settings(look_mode="dark", look_text_percent=150, print_printer='Máy in "tầng 1" \\ Sở')
    assert not found.problems


def test_every_key_stands_below_its_title_and_unit(file: SettingsFile) -> None:
    file.put("sound.is_on", False)

    file.save()

    lines = file.path.read_text("utf-8").splitlines()
    for told in declarations():
        at = next(at for at, line in enumerate(lines) if line.startswith(f"{told.name} = "))
        assert lines[at - 1].startswith(f"# {told.title}")
        assert told.unit in lines[at - 1]
    assert "# Cỡ chữ (%): 100–200; mặc định 100" in lines


def test_unknown_keys_are_told_and_survive_a_save(file: SettingsFile, expect_log: ExpectLog) -> None:
    expect_log("A setting was not taken")
    give(file, 'colour = "red"\n[look]\nfont = "Arial"\nmode = "dark"\n[look.more]\na = 1\n[sync]\nurl = "x"\n')

    problems = file.read().problems
    file.put("sound.is_on", False)
    file.save()

    written = tomllib.loads(file.path.read_text("utf-8"))
    assert [problem.code for problem in problems] == ["unknown_setting"] * 4
    assert written["colour"] == "red"
    assert written["look"] == {"mode": "dark", "text_percent": 100, "font": "Arial", "more": {"a": 1}}
    assert written["sync"] == {"url": "x"}


def test_what_was_typed_into_the_file_meanwhile_stays(file: SettingsFile) -> None:
    file.read()
    give(file, '[scanner]\nserial_port = "COM7"\n')

    file.put("look.text_percent", 125)
    file.save()

    assert file.read().settings == Settings(look_text_percent=125, scanner_serial_port="COM7")


def test_a_byte_order_mark_does_no_harm(file: SettingsFile) -> None:
    give(file, '\ufeff[look]\r\nmode = "dark"\r\n')

    assert file.read().settings == Settings(look_mode="dark")


@pytest.mark.parametrize("content", [b"look = = 3", b"\xff\xfe[look]", b"[look]\n[look]\n"])
def test_a_file_that_is_no_toml_gives_defaults_and_is_put_aside_by_a_save(
    file: SettingsFile, content: bytes, expect_log: ExpectLog
) -> None:
    expect_log("A setting was not taken")
    give(file, "")
    file.path.write_bytes(content)

    found = file.read()
    file.put("look.mode", "dark")
    file.save()

    assert found.settings == Settings()
    assert [problem.code for problem in found.problems] == ["settings_unreadable"]
    assert (file.path.parent / DAMAGED_NAME).read_bytes() == content
    assert file.read().settings == Settings(look_mode="dark")


def test_a_file_that_cannot_be_read_is_not_written_over(file: SettingsFile, expect_log: ExpectLog) -> None:
    expect_log("A setting was not taken")
    file.path.mkdir(parents=True)  # reading a folder fails for root, too

    found = file.read()
    file.put("look.mode", "dark")
    with pytest.raises(EnvironmentProblem) as caught:
        file.save()

    assert [problem.code for problem in found.problems] == ["settings_unreadable"]
    assert (caught.value.code, caught.value.details["path"]) == ("settings_not_saved", str(file.path))
    assert file.path.is_dir()


def test_a_full_disk_leaves_the_old_file_and_the_change_for_later(
    file: SettingsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.put("look.text_percent", 125)
    file.save()
    old = file.path.read_bytes()
    file.put("look.text_percent", 150)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _no_space)
        with pytest.raises(EnvironmentProblem):
            file.save()
        after_failure = file.path.read_bytes()
        left = sorted(entry.name for entry in file.path.parent.iterdir())
    file.save()

    assert after_failure == old
    assert left == [FILE_NAME]
    assert file.read().settings.look_text_percent == 150


def _no_space(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_saving_twice_writes_once(file: SettingsFile) -> None:
    file.put("look.text_percent", 125)
    file.save()
    file.path.unlink()

    file.save()

    assert not file.path.exists()


def test_a_change_during_a_save_is_not_lost(file: SettingsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.put("look.text_percent", 125)

    def zoom_meanwhile(_descriptor: int) -> None:
        file.put("look.text_percent", 150)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", zoom_meanwhile)
        file.save()
    first = file.read().settings.look_text_percent
    file.save()

    assert first == 125
    assert file.read().settings.look_text_percent == 150


def test_two_saves_at_a_time_take_turns(file: SettingsFile) -> None:
    file.put("look.text_percent", 125)
    savers = [threading.Thread(target=file.save) for _ in range(4)]

    for percent, saver in zip(range(130, 170, 10), savers, strict=True):
        file.put("look.text_percent", percent)
        saver.start()
    for saver in savers:
        saver.join()

    assert file.read().settings.look_text_percent == 160
    assert [entry.name for entry in file.path.parent.iterdir()] == [FILE_NAME]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own rights")
def test_the_file_is_its_owners(file: SettingsFile) -> None:
    file.put("look.mode", "dark")

    file.save()

    assert file.path.stat().st_mode & 0o077 == 0


def test_an_undeclared_key_or_a_bad_value_is_an_error_of_the_caller(file: SettingsFile) -> None:
    with pytest.raises(KeyError):
        file.put("look.colour", "red")
    with pytest.raises(ValueError, match="text_percent"):
        file.put("look.text_percent", 90)


_SCALARS = st.one_of(st.booleans(), st.integers(-(2**60), 2**60), st.text(max_size=8), st.floats(allow_nan=False))
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)
_FOREIGN = st.dictionaries(st.text(min_size=1, max_size=4).map(lambda name: f"x{name}"), _TREES, max_size=3)


@given(loose=_FOREIGN, look=_FOREIGN)
def test_whatever_stood_in_the_file_comes_back_from_the_text(loose: dict[str, Any], look: dict[str, Any]) -> None:
    unknown = {**loose, "look": look} if look else loose

    found = from_table(tomllib.loads(to_text(Settings(look_mode="dark"), unknown)), "settings.toml")

    assert found.settings == Settings(look_mode="dark")
    assert found.unknown == unknown
