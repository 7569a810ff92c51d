"""Turn frozen dataclasses into plain JSON values and back, by their type hints.

One codec serves events, projections and drafts, so a field added with a default reads old data unchanged.
Unknown keys are ignored on the way in: a newer program may have written them.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from desktop.domain.records import slots_of, written

T = TypeVar("T")
Plain = Any  # str | int | bool | None | list | dict: JSON has no narrower static type
Decoder = Callable[[Plain], Any]
Encoder = Callable[[Any], Plain]


def dump(value: object) -> Plain:
    """Return ``value`` as JSON-able plain data.

    Args:
        value: None, str, int, bool, date, aware datetime, time, enum, tuple, mapping with str keys, or a dataclass.

    Raises:
        TypeError: for anything else (a bug in the caller).
    """
    kind = type(value)
    if value is None or kind in _PLAIN:
        return value
    encode = _dynamic_encoder(kind)  # type: ignore[arg-type]  # typeshed: type[object] is hashable all the same
    if encode is None:
        raise TypeError(f"cannot encode {kind.__name__}")
    return encode(value)


def load(kind: type[T], plain: Plain) -> T:
    """Build a ``kind`` from plain data made by :func:`dump`.

    Raises:
        ValueError: a value does not fit (damaged or foreign data).
        TypeError: a required field is missing.
        KeyError: never; unknown keys are ignored.
    """
    result: T = _decoder(kind)(plain)  # type: ignore[arg-type]  # the same
    return result


_PLAIN = (str, int, bool)
_ENUM_VALUE = attrgetter("_value_")  # `.value` is a property written in Python, five times slower


@cache
def _dynamic_encoder(kind: Any) -> Encoder | None:  # noqa: ANN401 - a class
    """Return the encoder of a value's own class."""
    if kind in (tuple, list):
        return _dump_items
    if is_dataclass(kind):
        return _record_encoder(kind)  # type: ignore[arg-type]  # the same
    if issubclass(kind, Enum):
        return _ENUM_VALUE
    if issubclass(kind, date | datetime | time):
        return _dump_instant
    if issubclass(kind, Mapping):
        return _dump_mapping
    return None


def _dump_items(values: Any) -> Plain:  # noqa: ANN401 - a tuple or list
    return [dump(item) for item in values]


def _dump_instant(value: Any) -> Plain:  # noqa: ANN401 - a date, datetime or time
    return value.isoformat()


def _dump_mapping(value: Any) -> Plain:  # noqa: ANN401 - a mapping
    return {str(key): dump(item) for key, item in value.items()}


@cache
def _record_encoder(kind: Any) -> Encoder:  # noqa: ANN401 - a dataclass
    """Return the encoder of a dataclass, written for its fields by their declared types."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    encoders = {f"encode_{name}": _static_encoder(hints[name]) for name in names if hints[name] not in _PLAIN}
    parts = ", ".join(f"{name!r}: {_encoded(name, hints[name])}" for name in names)
    return written(f"def encode(old):\n return {{{parts}}}", kind, dump=dump, **encoders)


def _encoded(name: str, kind: Any) -> str:  # noqa: ANN401 - a type form
    """Return the expression that encodes a field of ``old``."""
    if kind in _PLAIN:
        return f"old.{name}"
    if kind in (date, datetime, time):
        return f"old.{name}.isoformat()"
    if get_origin(kind) in (types.UnionType, Union):
        return f"None if (value := old.{name}) is None else dump(value)"
    return f"encode_{name}(old.{name})"


def _static_encoder(kind: Any) -> Encoder:  # noqa: ANN401 - a type form
    """Return the encoder of a field by its declared type; a value of another class is encoded by its own."""
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if item in _PLAIN:
            return list
        encode_item = _static_encoder(item)
        return lambda values: [encode_item(value) for value in values]
    if kind in (date, datetime, time):
        return _dump_instant
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum)):
        encode = _record_encoder(kind) if is_dataclass(kind) else _ENUM_VALUE
        return lambda value: encode(value) if type(value) is kind else dump(value)
    return dump


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
        return _member(kind)
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


def _member(kind: type[Enum]) -> Decoder:
    members = {member.value: member for member in kind}

    def decode(plain: Plain) -> Any:  # noqa: ANN401 - a member of kind
        try:
            return members[plain]
        except (KeyError, TypeError):
            return kind(plain)

    return decode


def _record(kind: type) -> Decoder:
    """Return the decoder of a dataclass, written for its fields: plain ones are only looked at, the others decoded."""
    hints = get_type_hints(kind)
    plan = [(field.name, _decoder(hints[field.name])) for field in fields(kind)]
    required = [field.name for field in fields(kind) if _is_required(field)]

    def decode_in_part(plain: Plain) -> Any:  # noqa: ANN401 - an instance of kind
        values = {name: item(plain[name]) for name, item in plan if name in plain}
        if missing := [name for name in required if name not in values]:
            raise TypeError(f"{kind.__name__} lacks {', '.join(missing)}")
        return kind(**values)

    exact = {name: hints[name].__name__ for name, _ in plan if hints[name] in _PLAIN}
    decoders = {f"decode_{name}": item for name, item in plan if name not in exact}
    source = _decoder_source([name for name, _ in plan], exact, can_set=bool(slots_of(kind)))
    return written(source, kind, decode_in_part=decode_in_part, **decoders)


def _decoder_source(names: Sequence[str], exact: Mapping[str, str], *, can_set: bool) -> str:
    """Return a function that reads fields by name: some of an exact type, the others by ``decode_<name>``.

    Args:
        names: All fields.
        exact: Those of an exact type, with its name.
        can_set: The fields are set one by one; else the constructor is called.
    """
    lines = ["def decode(plain):", " try:", *(f"  of_{name} = plain[{name!r}]" for name in names), "  pass"]
    lines += [" except KeyError:", "  return decode_in_part(plain)"]
    if exact:
        others = " or ".join(f"type(of_{name}) is not {kind}" for name, kind in exact.items())
        lines += [f" if {others}:", "  return decode_in_part(plain)"]
    values = {name: f"of_{name}" if name in exact else f"decode_{name}(of_{name})" for name in names}
    if not can_set:
        return "\n".join([*lines, f" return kind({', '.join(values.values())})"])
    lines += [" new = make(kind)", *(f" set_{name}(new, {value})" for name, value in values.items())]
    return "\n".join([*lines, " return new"])


def _is_required(field: Any) -> bool:  # noqa: ANN401 - dataclasses.Field[Any]
    return field.default is MISSING and field.default_factory is MISSING
