"""Units of the city: made from their provisioning file, the same file a PC of the ward is set up with."""

import tomllib
from dataclasses import fields, is_dataclass
from datetime import date
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, insert, select, update

from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import FEED, UNIT
from desktop.domain import codec
from desktop.domain.errors import UserError
from desktop.domain.feed import FEED_START
from desktop.domain.units import Unit, check_unit

Plain = Any  # TOML has no narrower static type


def sample_text() -> str:
    """Return the provisioning file of the ward that does not exist."""
    return (files("resources") / "units" / "sample.toml").read_text("utf-8")


def read_unit(name: str, text: str) -> Unit:
    """Read the unit of a provisioning file.

    Raises:
        UserError: ``bad_provisioning`` with the place, ``bad_unit`` with the field.
    """
    try:
        table = tomllib.loads(text).get("unit")
        if not isinstance(table, dict):
            raise UserError("bad_provisioning", place=f"{name}: unit")
        _refuse_unknown(Unit, table, f"{name}: unit")
        unit = codec.load(Unit, _json(table))
    except (ValueError, TypeError) as error:
        raise UserError("bad_provisioning", place=f"{name}: {error}") from error
    check_unit(unit)
    return unit


def create_unit(connection: Connection, text: str, unit: Unit, now_ms: int, *, is_training: bool) -> None:
    """Make a unit with an empty feed.

    Raises:
        UserError: ``unit_exists``.
    """
    if connection.execute(select(UNIT.c.unit_id).where(UNIT.c.unit_id == unit.unit_id)).first() is not None:
        raise UserError("unit_exists", unit=unit.name)
    values = {
        "unit_id": unit.unit_id,
        "name": unit.name,
        "is_training": is_training,
        "lookup_base": unit.lookup_base,
        "provisioning": text,
        "created_ms": now_ms,
    }
    connection.execute(insert(UNIT), values)
    connection.execute(insert(FEED), {"unit_id": unit.unit_id, "gseq": 0, "feed_hash": FEED_START})


def set_lookup_base(connection: Connection, address: str, unit_id: str = "") -> int:
    """Let PCs print this address into the QR code from now on; return of how many units.

    Raises:
        UserError: ``bad_unit`` for no https address.
        Refusal: ``unit-unknown``.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise UserError("bad_unit", field="lookup_base")
    wanted = update(UNIT).where(UNIT.c.unit_id == unit_id) if unit_id else update(UNIT)
    found = connection.execute(wanted.values(lookup_base=address.rstrip("/"))).rowcount
    if unit_id and not found:
        raise Refusal("unit-unknown")
    return found


def _json(value: Plain) -> Plain:
    """Return TOML values as the codec's plain data: days as text."""
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _refuse_unknown(kind: type, table: dict[str, Plain], where: str) -> None:
    """Refuse keys nobody declared: the codec would pass over them, and a misspelt one would be lost."""
    if not is_dataclass(kind):
        return
    known = {field.name for field in fields(kind)}
    if unknown := sorted(set(table) - known):
        raise UserError("bad_provisioning", place=f"{where}: {', '.join(unknown)}")
