"""Declare every setting of this PC once: key, type, default, unit, title, scope and what values it takes.

A setting is a field of :class:`Settings`; what is told about it hangs on the field. Files are read and written by
:mod:`desktop.devices.settings_file`; nothing here touches a disk. Secrets are no settings: they live in the keyring.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar

from desktop.domain.errors import AppError, UserError
from desktop.domain.units import PAPERS

Value = bool | int | str

V = TypeVar("V", bool, int, str)

#: No printer or port has a longer name; a longer text in the file is a slip.
LONGEST_TEXT: Final = 200

_TOLD: Final = "declaration"
_SHOWN_CHARACTERS: Final = 40


class Scope(StrEnum):
    """Say whose choice a setting is."""

    MACHINE = "machine"
    USER = "user"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Declaration:
    """Tell everything about one setting.

    Attributes:
        key: ``section.name``, as in the file.
        default: Value without a file; its type is the setting's.
        title: Vietnamese label, three words at most.
        scope: Whose choice it is.
        unit: Unit of a number as people write it, "" for none.
        choices: All values it takes; empty when any will do.
        least: Least number.
        most: Greatest number.
        examples: Some values, for a text that has no choices.
    """

    key: str
    default: Value
    title: str
    scope: Scope
    unit: str = ""
    choices: tuple[Value, ...] = ()
    least: int | None = None
    most: int | None = None
    examples: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """Return the part of the key before the dot."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Return the part of the key after the dot."""
        return self.key.partition(".")[2]

    @property
    def attribute(self) -> str:
        """Return the name of its field in :class:`Settings`."""
        return self.key.replace(".", "_")

    def accepts(self, value: object) -> bool:
        """Tell whether a value may be taken."""
        # By exact type: in Python True is a number, too.
        if type(value) is not type(self.default):
            return False
        if self.choices:
            return value in self.choices
        if isinstance(value, str):
            return len(value) <= LONGEST_TEXT and (not value or value.isprintable())
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def _declared(  # noqa: PLR0913 - one argument for each thing there is to tell
    key: str,
    default: V,
    title: str,
    scope: Scope,
    *,
    unit: str = "",
    choices: tuple[V, ...] = (),
    least: int | None = None,
    most: int | None = None,
    examples: tuple[str, ...] = (),
) -> V:
    """Make the field of a setting; to a type checker it is its default."""
    told = Declaration(key, default, title, scope, unit, choices, least, most, examples)
    made: V = field(default=default, metadata={_TOLD: told})
    return made


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold every setting; a new one is one more field here.

    Attributes:
        look_mode: ``light`` or ``dark``.
        look_text_percent: Text size, 100 to 200.
        sound_is_on: The scanner beeps.
        scanner_serial_port: Port of a serial (USB-COM) scanner, "" for none.
        scanner_serial_baud: Speed of that port in bit/s; a USB one takes any.
        print_printer: Name of the printer, "" for the system's default.
        print_paper: Paper of receipts, "" for the unit's default.
        signing_pkcs12_file: The file with the leader's signing key, "" for none.
        signing_pkcs11_module: Library of the token with his key, "" for none; a file goes before it.
        signing_certificate_label: Which certificate of the token signs, "" when only one can.
        backup_place: Folder on another disk, a stick or a share for the copies of the data, "" for none.
        backup_segment_minutes: How long unsaved work may be only on this PC.
        backup_full_hour: Hour of the evening from which the day's full copy is made.
    """

    look_mode: str = _declared("look.mode", "light", "Nền màn hình", Scope.USER, choices=("light", "dark"))
    look_text_percent: int = _declared("look.text_percent", 100, "Cỡ chữ", Scope.USER, unit="%", least=100, most=200)
    sound_is_on: bool = _declared("sound.is_on", True, "Tiếng báo quét", Scope.USER)
    scanner_serial_port: str = _declared(
        "scanner.serial_port", "", "Cổng máy quét", Scope.MACHINE, examples=("COM3", "/dev/ttyACM0")
    )
    scanner_serial_baud: int = _declared(
        "scanner.serial_baud",
        9_600,
        "Tốc độ cổng",
        Scope.MACHINE,
        unit="bit/s",
        choices=(1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400),
    )
    print_printer: str = _declared("print.printer", "", "Máy in", Scope.MACHINE)
    print_paper: str = _declared("print.paper", "", "Khổ giấy in", Scope.MACHINE, choices=("", *PAPERS))
    signing_pkcs12_file: str = _declared(
        "signing.pkcs12_file", "", "Tệp khóa ký", Scope.MACHINE, examples=("D:/khoa-ky/chu-tich.p12",)
    )
    signing_pkcs11_module: str = _declared(
        "signing.pkcs11_module", "", "Thư viện token", Scope.MACHINE, examples=("C:/Windows/System32/token.dll",)
    )
    signing_certificate_label: str = _declared("signing.certificate_label", "", "Chứng thư ký", Scope.MACHINE)
    backup_place: str = _declared(
        "backup.place", "", "Nơi sao lưu", Scope.MACHINE, examples=("E:/", "/mnt/o-dia-2", "//may-chu/sao-luu")
    )
    backup_segment_minutes: int = _declared(
        "backup.segment_minutes", 15, "Sao lưu mỗi", Scope.MACHINE, unit="phút", least=5, most=60
    )
    backup_full_hour: int = _declared(
        "backup.full_hour", 17, "Giờ chép đủ", Scope.MACHINE, unit="giờ", least=0, most=23
    )


@dataclass(frozen=True, slots=True)
class SettingsFound:
    """Say what a file held.

    Attributes:
        settings: Every setting: the file's value where it is good, else the default.
        problems: What was wrong, one error with a sentence each: ``unknown_setting``, ``bad_setting``,
            ``settings_unreadable``. None of them stops the program.
        unknown: What the file holds beyond the declared settings, to be written back as it was.
    """

    settings: Settings = Settings()
    problems: tuple[AppError, ...] = ()
    unknown: Mapping[str, Any] = field(default_factory=dict)


@cache
def declarations() -> tuple[Declaration, ...]:
    """Return every declaration, in the order of the file."""
    return tuple(each.metadata[_TOLD] for each in fields(Settings))


def declaration(key: str) -> Declaration:
    """Return one declaration.

    Raises:
        KeyError: There is no such setting: a bug of the caller.
    """
    return {told.key: told for told in declarations()}[key]


def changed(settings: Settings, key: str, value: Value) -> Settings:
    """Return settings with one other value.

    Args:
        settings: The old ones.
        key: Declared key.
        value: Of the declared type and range.

    Raises:
        KeyError: There is no such setting: a bug of the caller.
        ValueError: The setting does not take this value: a bug of the caller.
    """
    told = declaration(key)
    if not told.accepts(value):
        raise ValueError(f"{key} does not take {value!r}")
    # By name, because the key is data; `accepts` has checked the type.
    return replace(settings, **{told.attribute: value})  # type: ignore[arg-type]


def value_of(settings: Settings, told: Declaration) -> Value:
    """Return the value of one setting."""
    value: Value = getattr(settings, told.attribute)
    return value


def written(value: Value) -> str:
    """Write a value as it stands in the file."""
    return json.dumps(value, ensure_ascii=False)


def from_table(table: Mapping[str, Any], path: str) -> SettingsFound:
    """Take settings from a table of sections; never raises.

    Args:
        table: As a TOML reader gives it.
        path: Where it comes from, for the sentences.

    Returns:
        The settings, what was wrong, and what is not ours.
    """
    settings = Settings()
    problems: list[AppError] = []
    unknown = {key: dict(part) if isinstance(part, Mapping) else part for key, part in table.items()}
    for told in declarations():
        section = unknown.get(told.section)
        if not isinstance(section, dict) or told.name not in section:
            continue
        value = section.pop(told.name)
        if told.accepts(value):
            settings = changed(settings, told.key, value)
        else:
            problems.append(_bad(told, value, path))
        if not section:
            del unknown[told.section]
    ours = {told.section for told in declarations()}
    # A plain value where a section of ours belongs cannot be written back beside it.
    unknown = {key: part for key, part in unknown.items() if key not in ours or isinstance(part, dict)}
    problems += [UserError("unknown_setting", key=key, path=path) for key in _foreign_keys(table, ours)]
    return SettingsFound(settings, tuple(problems), unknown)


def _foreign_keys(table: Mapping[str, Any], ours: set[str]) -> list[str]:
    """Name what no declaration knows: single keys in our sections, whole sections of others."""
    known = {told.key for told in declarations()}
    found: list[str] = []
    for key, part in table.items():
        if key in ours and isinstance(part, Mapping):
            found += [f"{key}.{name}" for name in part if f"{key}.{name}" not in known]
        else:
            found.append(key)
    return found


def _bad(told: Declaration, value: object, path: str) -> UserError:
    shown = (written(value) if isinstance(value, Value) else str(value))[:_SHOWN_CHARACTERS]
    default = written(told.default)
    return UserError("bad_setting", key=told.key, title=told.title, value=shown, default=default, path=path)
