"""What the published documents come to: the catalogue a ward receives by, and which PCs do not use them yet."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from desktop.cityserver.catalogue import EVERYBODY
from desktop.cityserver.schema import ADOPTION, DEVICE, DOCUMENT
from desktop.cityserver.shipped import catalogue, ground
from desktop.domain.catalogue import Catalogue
from desktop.domain.publications import overlaid
from desktop.protocol.documents import Said, read_document


def lacking_of(connection: Connection) -> Mapping[str, Sequence[tuple[str, int]]]:
    """Return, by replica, the names of the newest documents it does not say it uses, and their instants.

    Of procedures, days and rules: what PCs of this version use. Others are kept and used by nobody.

    A PC that cannot read one never says so: it stands here until somebody looks.
    """
    newest: dict[tuple[str, str], Row[*tuple[Any, ...]]] = {}
    for row in connection.execute(select(DOCUMENT).order_by(DOCUMENT.c.unit_id, DOCUMENT.c.name, DOCUMENT.c.version)):
        newest[row.unit_id, row.name] = row
    wanted = {
        key: row for key, row in newest.items() if _said(row.name, bytes(row.content), row.effective_on) is not None
    }
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


def _said(name: str, content: bytes, effective_on: str) -> Said | None:
    """Return what a document says; None of one that is about something else, or that an older city let out."""
    try:
        return read_document(name, content, date.fromisoformat(effective_on), ground())
    except (ValueError, OverflowError):
        return None


def catalogue_of(connection: Connection, unit_id: str) -> Catalogue:
    """Return what may be received in a unit: the program's catalogue with the published documents over it."""
    rows = connection.execute(
        select(DOCUMENT.c.name, DOCUMENT.c.effective_on, DOCUMENT.c.content)
        .where(DOCUMENT.c.unit_id.in_([EVERYBODY, unit_id]))
        .order_by(DOCUMENT.c.unit_id, DOCUMENT.c.name, DOCUMENT.c.version)
    )
    entries = catalogue().procedures
    if not (documents := rows.all()):
        return catalogue()
    for row in documents:
        said = _said(row.name, bytes(row.content), row.effective_on)
        if isinstance(said, tuple):
            with suppress(ValueError, OverflowError):  # kept already: the others still count
                entries, _ = overlaid(entries, said, date.fromisoformat(row.effective_on))
    return Catalogue(entries)
