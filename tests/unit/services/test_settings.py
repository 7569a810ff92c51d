from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import AppError
from desktop.domain.units import PAPERS
from desktop.services.settings import (
    Declaration,
    Scope,
    Settings,
    changed,
    declaration,
    declarations,
    from_table,
    value_of,
)
from desktop.services.wording import LANGUAGES, Wording

PATH = "/home/lan/.config/motcua/settings.toml"


def codes(problems: tuple[AppError, ...]) -> list[tuple[str, str]]:
    return [(problem.code, problem.details["key"]) for problem in problems]


def test_every_field_is_declared_once_under_its_own_key() -> None:
    told = declarations()

    assert [each.attribute for each in told] == [each.name for each in fields(Settings)]
    assert len({each.key for each in told}) == len(told)
    assert all(each.key == f"{each.section}.{each.name}" for each in told)


def test_the_settings_of_the_window_printer_and_scanner_are_these() -> None:
    assert {(told.key, told.default, told.unit, told.scope) for told in declarations()} == {
        ("look.mode", "light", "", Scope.USER),
        ("look.text_percent", 100, "%", Scope.USER),
        ("sound.is_on", True, "", Scope.USER),
        ("scanner.serial_port", "", "", Scope.MACHINE),
        ("scanner.serial_baud", 9_600, "bit/s", Scope.MACHINE),
        ("print.printer", "", "", Scope.MACHINE),
        ("print.paper", "", "", Scope.MACHINE),
        ("signing.pkcs12_file", "", "", Scope.MACHINE),
        ("signing.pkcs11_module", "", "", Scope.MACHINE),
        ("signing.certificate_label", "", "", Scope.MACHINE),
        ("backup.place", "", "", Scope.MACHINE),
        ("backup.segment_minutes", 15, "phút", Scope.MACHINE),
        ("backup.full_hour", 17, "giờ", Scope.MACHINE),
    }


@pytest.mark.parametrize("told", declarations(), ids=lambda told: told.key)
def test_a_default_is_a_value_its_setting_takes(told: Any) -> None:
    assert told.accepts(told.default)
    assert value_of(Settings(), told) == told.default
    assert told.title


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("look.mode", "Dark"),
        ("look.mode", True),
        ("look.text_percent", 99),
        ("look.text_percent", 201),
        ("look.text_percent", 125.0),
        ("look.text_percent", True),
        ("look.text_percent", "125"),
        ("sound.is_on", 1),
        ("scanner.serial_port", "COM3\n"),
        ("scanner.serial_port", "x" * 201),
        ("scanner.serial_port", 3),
        ("scanner.serial_baud", 0),
        ("scanner.serial_baud", -9_600),
        ("print.printer", ["HP"]),
        ("print.paper", "A3"),
        ("print.paper", {}),
    ],
)
def test_a_bad_value_gives_the_default_and_a_sentence(key: str, value: object) -> None:
    section, _, name = key.partition(".")

    found = from_table({section: {name: value}}, PATH)

    assert found.settings == Settings()
    assert codes(found.problems) == [("bad_setting", key)]
    assert PATH in Wording().error(found.problems[0])
    assert declaration(key).title in Wording().error(found.problems[0])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("look.mode", "dark"),
        ("look.text_percent", 200),
        ("sound.is_on", False),
        ("scanner.serial_port", "/dev/ttyACM0"),
        ("scanner.serial_baud", 115_200),
        ("print.printer", "Máy in tầng 1"),
        *(("print.paper", paper) for paper in PAPERS),
    ],
)
def test_a_good_value_is_taken(key: str, value: object) -> None:
    section, _, name = key.partition(".")

    found = from_table({section: {name: value}}, PATH)

    assert not found.problems
    assert not found.unknown
    assert value_of(found.settings, declaration(key)) == value


def test_one_bad_value_spoils_no_other() -> None:
    found = from_table({"look": {"mode": "pink", "text_percent": 150}, "sound": {"is_on": False}}, PATH)

    assert found.settings == Settings(look_text_percent=150, sound_is_on=False)
    assert codes(found.problems) == [("bad_setting", "look.mode")]


def test_unknown_keys_are_told_and_kept() -> None:
    table = {"colour": "red", "look": {"mode": "dark", "font": "Arial"}, "sync": {"url": "x", "deep": {"a": 1}}}

    found = from_table(table, PATH)

    assert found.settings == Settings(look_mode="dark")
    assert sorted(codes(found.problems)) == [
        ("unknown_setting", "colour"),
        ("unknown_setting", "look.font"),
        ("unknown_setting", "sync"),
    ]
    assert found.unknown == {"colour": "red", "look": {"font": "Arial"}, "sync": {"url": "x", "deep": {"a": 1}}}


def test_a_value_in_place_of_a_section_is_told_and_not_kept() -> None:
    found = from_table({"look": "dark"}, PATH)

    assert found.settings == Settings()
    assert codes(found.problems) == [("unknown_setting", "look")]
    assert found.unknown == {}


def test_the_table_given_is_left_as_it_was() -> None:
    table = {"look": {"mode": "dark", "font": "Arial"}}

    from_table(table, PATH)

    assert table == {"look": {"mode": "dark", "font": "Arial"}}


_VALUES = st.one_of(st.booleans(), st.integers(), st.text(max_size=5), st.floats(), st.lists(st.integers(), max_size=2))
_NAMES = st.sampled_from([*(told.name for told in declarations()), "other"])
_SECTIONS = st.sampled_from([*(told.section for told in declarations()), "other"])
_PARTS = st.one_of(_VALUES, st.dictionaries(_NAMES, _VALUES, max_size=4))


@given(st.dictionaries(_SECTIONS, _PARTS, max_size=4))
def test_whatever_a_file_says_gives_settings_that_are_all_good(table: dict[str, Any]) -> None:
    found = from_table(table, PATH)

    assert all(told.accepts(value_of(found.settings, told)) for told in declarations())


def test_true_is_no_number_and_one_is_no_truth() -> None:
    assert not Declaration("x.count", 5, "Số lượng", Scope.USER).accepts(True)
    assert not Declaration("x.is_on", True, "Bật", Scope.USER).accepts(1)


def test_a_key_nobody_declared_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        changed(Settings(), "look.colour", "red")


def test_a_value_a_setting_does_not_take_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match=r"look\.text_percent"):
        changed(Settings(), "look.text_percent", 90)


def test_a_change_touches_nothing_else() -> None:
    before = Settings(print_paper="A5")

    after = changed(before, "look.text_percent", 125)

    assert after == Settings(print_paper="A5", look_text_percent=125)
    assert before == Settings(print_paper="A5")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_a_sentence(language: str) -> None:
    wording = Wording(language)

    for code in ("unknown_setting", "bad_setting", "settings_unreadable", "settings_not_saved"):
        assert wording.knows(code)
