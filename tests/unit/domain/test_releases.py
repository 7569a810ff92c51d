import json
from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.errors import DamagedData, UserError
from desktop.domain.releases import (
    Installed,
    Release,
    check_release,
    check_return,
    is_in_turn,
    is_version,
    order_of,
    read_release,
    release_words,
)

NEWER = Release(
    version="0.10.0",
    platform="linux-x86_64",
    released_on=date(2026, 11, 30),
    expires_on=date(2027, 5, 31),
    floor="0.9.0",
    percent=5,
    size=1_000,
    sha256="ab" * 32,
    note="Sửa lỗi in",
)
PC = Installed("0.9.3", "0.9.0", "linux-x86_64")
TODAY = date(2026, 12, 1)


def test_a_release_reads_what_it_says() -> None:
    assert read_release(release_words(NEWER)) == NEWER
    assert NEWER.file_name == "motcua-0.10.0-linux-x86_64.motcua-release"


def test_a_later_program_may_say_more() -> None:
    words = json.dumps(json.loads(release_words(NEWER)) | {"mood": "good"}).encode()

    assert read_release(words) == NEWER


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", "0.10"),
        ("version", "../0.10.0"),
        ("version", 3),
        ("platform", "linux"),
        ("released_on", "31/12/2026"),
        ("expires_on", None),
        ("floor", "0.10.1"),
        ("floor", "x"),
        ("percent", 101),
        ("percent", -1),
        ("percent", "many"),
        ("size", 0),
        ("sha256", "ab"),
    ],
)
def test_words_that_make_no_sense_are_refused_though_signed(field: str, value: object) -> None:
    words = json.dumps(json.loads(release_words(NEWER)) | {field: value}).encode()

    with pytest.raises(DamagedData, match="release_unreadable"):
        read_release(words)


@pytest.mark.parametrize("words", [b"", b"[]", b"null", b"{}", b"\xff", b'{"version": "1.0.0"}'])
def test_what_is_no_release_is_refused(words: bytes) -> None:
    with pytest.raises(DamagedData, match="release_unreadable"):
        read_release(words)


def test_versions_are_compared_as_numbers() -> None:
    assert order_of("0.10.0") > order_of("0.9.9")
    with pytest.raises(ValueError, match="three numbers"):
        order_of("1.0")


@pytest.mark.parametrize("text", ["01.0.0", "1.0.0-rc1", "1.0.0\n", "1..0", "", "9999999.0.0", "１.0.0"])
def test_only_plain_versions_name_a_folder(text: str) -> None:
    assert not is_version(text)


def test_a_newer_release_in_its_time_is_taken() -> None:
    check_release(NEWER, PC, TODAY)
    check_release(NEWER, PC, NEWER.expires_on)


@pytest.mark.parametrize(
    ("release", "code"),
    [
        (replace(NEWER, platform="windows-x86_64"), "release_other_platform"),
        (replace(NEWER, version="0.8.9", floor="0.8.0"), "release_below_floor"),
        (replace(NEWER, version="0.9.3"), "release_not_newer"),
        (replace(NEWER, version="0.9.2"), "release_not_newer"),
        (replace(NEWER, expires_on=date(2026, 11, 30)), "release_expired"),
    ],
)
def test_a_release_that_must_not_be_taken_is_refused(release: Release, code: str) -> None:
    with pytest.raises(UserError, match=code):
        check_release(release, PC, TODAY)


def test_nobody_goes_back_before_the_floor() -> None:
    check_return("0.9.0", "0.9.0")
    with pytest.raises(UserError, match="release_below_floor"):
        check_return("0.8.9", "0.9.0")


def test_a_share_of_the_pcs_takes_a_release_and_stays_when_it_grows() -> None:
    machines = [f"pc{n}" for n in range(2_000)]

    few = {machine for machine in machines if is_in_turn(NEWER, machine)}
    half = {machine for machine in machines if is_in_turn(replace(NEWER, percent=50), machine)}
    other = {machine for machine in machines if is_in_turn(replace(NEWER, version="0.11.0"), machine)}

    assert 60 <= len(few) <= 140
    assert few < half
    assert few != other
    assert not any(is_in_turn(replace(NEWER, percent=0), machine) for machine in machines)
    assert all(is_in_turn(replace(NEWER, percent=100), machine) for machine in machines)
