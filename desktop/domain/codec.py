"""Turn frozen dataclasses into plain JSON values and back, by their type hints.

One codec serves events, projections and drafts, so a field added with a default reads old data unchanged.
Unknown keys are ignored on the way in: a newer program may have written them.
"""

import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Plain = Any  # str | int | bool | None | list | dict: JSON has no narrower static type
Decoder = Callable[[Plain], Any]


def dump(value: object) -> Plain:
    """Return ``value`` as JSON-able plain data.

    Args:
        value: None, str, int, bool, date, aware datetime, time, enum, tuple, mapping with str keys, or a dataclass.

    Raises:
        TypeError: for anything else (a bug in the caller).
    """
    kind = type(value)
    if value is None or kind in (str, int, bool):
        return value
    if kind is tuple or kind is list:
        return [dump(item) for item in value]  # type: ignore[attr-defined]
    names = _names(kind)  # type: ignore[arg-type]  # typeshed: type[object] is hashable all the same
    if names is not None:
        return {name: dump(getattr(value, name)) for name in names}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    raise TypeError(f"cannot encode {kind.__name__}")


def load(kind: type[T], plain: Plain) -> T:
    """Build a ``kind`` from plain data made by :func:`dump`.

    Raises:
        ValueError: a value does not fit (damaged or foreign data).
        TypeError: a required field is missing.
        KeyError: never; unknown keys are ignored.
    """
    result: T = _decoder(kind)(plain)  # type: ignore[arg-type]  # the same
    return result


@cache
def _names(kind: Hashable) -> tuple[str, ...] | None:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


@cache
def _decoder(kind: Any) -> Decoder:  # noqa: ANN401 - a type form
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        return _optional(kind)
    if origin is tuple:
        return _sequence(get_args(kind)[0])
    if origin is not None:
        return _mapping(get_args(kind)[1])
    if kind in (str, int, bool):
        return _exact(kind)
    if kind in (date, datetime, time):
        parse: Decoder = kind.fromisoformat
        return parse
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind)
    raise TypeError(f"cannot decode {kind!r}")


def _exact(kind: type) -> Decoder:
    def decode(plain: Plain) -> Plain:
        if type(plain) is not kind:
            raise ValueError(f"expected {kind.__name__}, got {type(plain).__name__}")
        return plain

    return decode


def _optional(kind: Any) -> Decoder:  # noqa: ANN401 - a type form
    (inner,) = (part for part in get_args(kind) if part is not types.NoneType)
    decode = _decoder(inner)
    return lambda plain: None if plain is None else decode(plain)


def _sequence(item: Any) -> Decoder:  # noqa: ANN401 - a type form
    decode = _decoder(item)
    return lambda plain: tuple(decode(part) for part in plain)


def _mapping(item: Any) -> Decoder:  # noqa: ANN401 - a type form
    decode = _decoder(item)
    return lambda plain: {str(key): decode(part) for key, part in plain.items()}


def _record(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    plan = [(field.name, _decoder(hints[field.name]), _is_required(field)) for field in fields(kind)]

    def decode(plain: Plain) -> Any:  # noqa: ANN401 - an instance of kind
        values = {name: item(plain[name]) for name, item, _ in plan if name in plain}
        if missing := [name for name, _, required in plan if required and name not in values]:
            raise TypeError(f"{kind.__name__} lacks {', '.join(missing)}")
        return kind(**values)

    return decode


def _is_required(field: Any) -> bool:  # noqa: ANN401 - dataclasses.Field[Any]
    return field.default is MISSING and field.default_factory is MISSING
