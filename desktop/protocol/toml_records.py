"""Build frozen dataclasses from TOML tables by their type hints, refusing every key nobody declared."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from unicodedata import category

from desktop.domain.vietnamese import nfc

T = TypeVar("T")
Plain = Any  # TOML has no narrower static type

_HINTS: dict[type, dict[str, Any]] = {}
_PLAIN_KINDS = (int, bool, date, time)


def read_record(kind: type[T], table: Plain, where: str) -> T:
    """Build a ``kind`` from a TOML table.

    Args:
        kind: A dataclass whose fields are text, numbers, days, times, enums, tuples, mappings or dataclasses.
        table: The table.
        where: Its place, for messages (``2018.toml: clock``).

    Raises:
        ValueError: An unknown or missing key or a value of the wrong kind; the message names its place.
    """
    if not isinstance(table, Mapping):
        raise ValueError(f"{where}: expected a table")  # noqa: TRY004 - bad data, not a bug
    hints = _hints(kind)
    declared = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    refuse_unknown(table, declared, where)
    missing = [
        name
        for name, field in declared.items()
        if name not in table and field.default is MISSING and field.default_factory is MISSING
    ]
    if missing:
        raise ValueError(f"{where}: missing {', '.join(missing)}")
    return kind(**{key: _value(hints[key], value, f"{where}.{key}") for key, value in table.items()})


def refuse_unknown(table: Mapping[str, Plain], known: Mapping[str, object], where: str) -> None:
    """Refuse keys nobody declared.

    Raises:
        ValueError: Names the place and the keys.
    """
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(unknown)}")


def is_one_line(text: str) -> bool:
    """Tell whether a text says something, on one line, without control characters."""
    return bool(text.strip()) and not any(category(letter) == "Cc" for letter in text)


def _hints(kind: type) -> dict[str, Any]:
    """Return the types of a dataclass's fields, found once: that takes longer than building one."""
    found = _HINTS.get(kind)
    if found is None:
        found = _HINTS[kind] = get_type_hints(kind)
    return found


def _value(kind: Any, value: Plain, where: str) -> Any:  # noqa: ANN401 - a type form and what it makes
    origin = get_origin(kind)
    if origin is tuple:
        return tuple(_value(get_args(kind)[0], part, f"{where}[{i}]") for i, part in enumerate(_of(list, value, where)))
    if origin in (UnionType, Union):
        # Optional: what the file leaves out stays None.
        (inner_kind,) = (part for part in get_args(kind) if part is not NoneType)
        return _value(inner_kind, value, where)
    if origin is not None:
        inner = get_args(kind)[1]
        table = _of(dict, value, where)
        return MappingProxyType({key: _value(inner, part, f"{where}.{key}") for key, part in table.items()})
    if is_dataclass(kind) and isinstance(kind, type):
        return read_record(kind, value, where)
    if kind in _PLAIN_KINDS:
        return _of(kind, value, where)
    text = nfc(_of(str, value, where))
    if not issubclass(kind, Enum):
        return text
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"{where}: unknown value {text}") from None


def _of(kind: type, value: Plain, where: str) -> Plain:
    if type(value) is not kind:
        raise ValueError(f"{where}: expected {kind.__name__}, found {type(value).__name__}")
    return value
