"""What the published documents come to: the catalogue a ward receives by, and which PCs do not use it yet."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, Row, select

from desktop.cityserver.catalogue import EVERYBODY
from desktop.cityserver.schema import ADOPTION, DEVICE, DOCUMENT
from desktop.domain.catalogue import Catalogue, Procedure
from desktop.domain.publications import overlaid
from desktop.protocol.catalogue_file import parse_catalogue_file, read_document


def lacking_of(connection: Connection) -> Mapping[str, Sequence[tuple[str, int]]]:
    """Return, by replica, the names of the newest documents of procedures it does not say it uses, and their instants.

    A PC that cannot read one never says so: it stands here until somebody looks.
    """
    newest: dict[tuple[str, str], Row[*tuple[Any, ...]]] = {}
    for row in connection.execute(select(DOCUMENT).order_by(DOCUMENT.c.unit_id, DOCUMENT.c.name, DOCUMENT.c.version)):
        newest[row.unit_id, row.name] = row
    wanted = {key: row for key, row in newest.items() if _said(row.name, bytes(row.content), row.effective_on)}
    if not wanted:
        return {}
    adopted = {(row.replica_id, row.name): row.version for row in connection.execute(select(ADOPTION))}
    found: dict[str, list[tuple[str, int]]] = {}
    for device in connection.execute(select(DEVICE.c.unit_id, DEVICE.c.replica_id)):
        own = {name: row for (unit_id, name), row in wanted.items() if unit_id in (EVERYBODY, device.unit_id)}
        for name, row in own.items():
            if adopted.get((device.replica_id, name)) != row.version:
                found.setdefault(device.replica_id, []).append((name, row.published_ms))
    return found


def _said(name: str, content: bytes, effective_on: str) -> Sequence[Procedure]:
    """Return the procedures of a document; none of one that is about something else, or that an older city let out."""
    try:
        date.fromisoformat(effective_on)
        return read_document(name, content) or ()
    except ValueError:
        return ()


def catalogue_of(connection: Connection, unit_id: str) -> Catalogue:
    """Return what may be received in a unit: the program's catalogue with the published documents over it."""
    rows = connection.execute(
        select(DOCUMENT.c.name, DOCUMENT.c.effective_on, DOCUMENT.c.content)
        .where(DOCUMENT.c.unit_id.in_([EVERYBODY, unit_id]))
        .order_by(DOCUMENT.c.unit_id, DOCUMENT.c.name, DOCUMENT.c.version)
    )
    entries = _shipped().procedures
    if not (documents := rows.all()):
        return _shipped()
    for row in documents:
        if said := _said(row.name, bytes(row.content), row.effective_on):
            entries, _ = overlaid(entries, said, date.fromisoformat(row.effective_on))
    return Catalogue(entries)


@cache
def _shipped() -> Catalogue:
    folder = (each for each in (files("resources") / "catalogue").iterdir() if each.name.endswith(".toml"))
    return Catalogue(entry for each in folder for entry in parse_catalogue_file(each.name, each.read_text("utf-8")))
