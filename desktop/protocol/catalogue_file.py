"""Read a file of the procedure catalogue, as the program ships it and as the city publishes it."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final
from unicodedata import category

from desktop.domain.catalogue import FeeKind, Procedure
from desktop.domain.errors import UserError
from desktop.protocol.toml_records import read_record, refuse_unknown

Table = Mapping[str, Any]  # TOML has no narrower static type

#: No fee of a ward is higher; SQLite could not add up what a slip of the key may make.
MOST_VND: Final = 1_000_000_000

CHANNELS: Final = frozenset({"direct", "online", "post"})

_FIELD_KEYS: Final = ("field", "field_name")
_MINUTES_PER_HOUR: Final = 60
# Keys a procedure takes from its file when it has none of its own.
_INHERITED: Final = ("section", "source", "updated_on", "legal_basis")
_FILE_KEYS: Final = dict.fromkeys((*_FIELD_KEYS, *_INHERITED, "procedures"))
_ENTRY_KEYS: Final = dict.fromkeys(each.name for each in fields(Procedure) if each.name not in _FIELD_KEYS)
_TEXTS: Final = ("name", "field", "field_name", "version", "source", "legal_basis", "result_name", "section")


@lru_cache(maxsize=64)
def parse_catalogue_file(name: str, text: str) -> tuple[Procedure, ...]:
    """Read one file of the catalogue; the same text is read once per process.

    Args:
        name: File name, for messages.
        text: TOML.

    Raises:
        ValueError: The text is no TOML, or a key is unknown, missing or wrong; names the file and the code.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error
    refuse_unknown(table, _FILE_KEYS, name)
    entries = table.get("procedures")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"{name}: procedures must be a list of tables")
    return tuple(_procedure(name, table, entry) for entry in entries)


def _procedure(name: str, file: Table, entry: Table) -> Procedure:
    code = entry.get("code", "a procedure without code")
    inherited = {key: file[key] for key in (*_FIELD_KEYS, *_INHERITED) if key in file}
    try:
        refuse_unknown(entry, _ENTRY_KEYS, "entry")
        # read_record knows no optional day, so the end of validity is set apart.
        table = {key: value for key, value in (inherited | dict(entry)).items() if key != "effective_to"}
        table |= _in_minutes(entry)
        procedure = _checked(read_record(Procedure, table, "entry"))
        return replace(procedure, effective_to=_end(entry))
    except UserError as error:
        raise ValueError(f"{name}: {code}: {error.code} {dict(error.details)}") from error
    except ValueError as error:
        raise ValueError(f"{name}: {code}: {error}") from error


def _end(entry: Table) -> date | None:
    end = entry.get("effective_to")
    if end is not None and type(end) is not date:
        raise ValueError("effective_to must be a day")
    return end


def _in_minutes(entry: Table) -> dict[str, Any]:
    """Return the process with every time in minutes: people write hours as well.

    Raises:
        ValueError: Names the row that has both or neither.
    """
    process = entry.get("process")
    steps = process.get("steps") if isinstance(process, dict) else None
    if not isinstance(process, dict) or not isinstance(steps, list):
        return {}
    read = []
    for row, step in enumerate(steps, 1):
        if not isinstance(step, dict) or ("hours" in step) == ("minutes" in step):
            raise ValueError(f"row {row} of the process needs either hours or minutes")
        hours = step.get("hours", 0)
        if type(hours) is not int:
            raise ValueError(f"row {row} of the process: hours must be a whole number")
        rest = {key: value for key, value in step.items() if key != "hours"}
        read.append({"minutes": hours * _MINUTES_PER_HOUR} | rest)
    return {"process": {**process, "steps": read}}


def _checked(procedure: Procedure) -> Procedure:
    """Refuse what types alone do not: empty texts, unknown channels, a second local fee."""
    texts = {key: getattr(procedure, key) for key in _TEXTS}
    texts |= {f"name of component {part.code}": part.name for part in procedure.components}
    texts |= {f"name of a {rule.kind.value} fee": rule.name for rule in procedure.fees}
    if empty := [key for key, text in texts.items() if not text.strip()]:
        raise ValueError(f"empty {', '.join(empty)}")
    if unknown := {other.channel for other in procedure.channel_limits} - CHANNELS:
        raise ValueError(f"unknown channel {', '.join(sorted(unknown))}")
    if broken := [key for key, text in texts.items() if not text.isprintable() and any(map(_is_control, text))]:
        raise ValueError(f"control characters in {', '.join(broken)}")
    if any(rule.amount_vnd > MOST_VND for rule in procedure.fees):
        raise ValueError(f"a fee above {MOST_VND}")
    if sum(rule.kind is FeeKind.LOCAL for rule in procedure.fees) > 1:
        raise ValueError("more than one local fee")
    return procedure


def _is_control(letter: str) -> bool:
    return category(letter) == "Cc"
