"""Published documents: procedures, calendar, rule packs, delegations, units; signed, dated, one version after another.

A document of a unit comes before the one of the same name for all. Which PC has which version is told by the PC itself:
it asks with the ETag of what it has.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, insert, or_, select

from desktop.cityserver.keys import CityKey
from desktop.cityserver.messages import DocumentHead
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import ADOPTION, DOCUMENT
from desktop.cityserver.statements import upsert
from desktop.cityserver.tokens import Caller
from desktop.protocol.signing_words import document_words

#: Unit of a document that is for all.
EVERYBODY: Final = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A published document.

    Attributes:
        effective_on: ISO day it comes into force.
        sha256: Of its content; its ETag.
        signature: The city's, of :func:`~desktop.protocol.signing_words.document_words`.
    """

    name: str
    version: int
    effective_on: str
    media_type: str
    sha256: str
    signature: str
    content: bytes = b""


_HEADS: Final = (
    DOCUMENT.c.name,
    DOCUMENT.c.version,
    DOCUMENT.c.effective_on,
    DOCUMENT.c.media_type,
    DOCUMENT.c.sha256,
    DOCUMENT.c.signature,
)


def publish(
    connection: Connection,
    key: CityKey,
    document: tuple[str, str, bytes],
    *,
    effective_on: str,
    unit_id: str = EVERYBODY,
    now_ms: int,
    by: str,
) -> Document:
    """Publish the next version of a document; the same content again is the same version.

    Args:
        connection: The transaction.
        key: Signs it.
        document: Name, media type and content.
        effective_on: ISO day it comes into force.
        unit_id: Unit it is for, "" for all.
        now_ms: When.
        by: Who publishes it.
    """
    name, media_type, content = document
    last = _newest(connection, name, unit_id)
    sha256 = hashlib.sha256(content).hexdigest()
    if last is not None and (last.sha256, last.effective_on) == (sha256, effective_on):
        return last
    version = 1 if last is None else last.version + 1
    signature = key.sign(document_words(name, version, effective_on, sha256)).hex()
    published = Document(name, version, effective_on, media_type, sha256, signature, content)
    values = {
        "unit_id": unit_id,
        "name": name,
        "version": version,
        "effective_on": effective_on,
        "media_type": media_type,
        "content": content,
        "sha256": sha256,
        "signature": signature,
        "published_ms": now_ms,
        "published_by": by,
    }
    connection.execute(insert(DOCUMENT), values)
    return published


def head_of(document: Document) -> DocumentHead:
    """Return what is told of a document beside its content."""
    return DocumentHead(
        name=document.name,
        version=document.version,
        effective_on=document.effective_on,
        media_type=document.media_type,
        sha256=document.sha256,
        signature=document.signature,
    )


def listed(connection: Connection, unit_id: str) -> Sequence[Document]:
    """Return the newest version of every document a unit should have, without content."""
    rows = connection.execute(
        select(DOCUMENT.c.unit_id, *_HEADS)
        .where(DOCUMENT.c.unit_id.in_([EVERYBODY, unit_id]))
        .order_by(DOCUMENT.c.name, DOCUMENT.c.unit_id, DOCUMENT.c.version)
    )
    newest = {row.name: Document(*row[1:]) for row in rows}
    return list(newest.values())


def document(connection: Connection, unit_id: str, name: str) -> Document:
    """Return the newest version of a document for a unit.

    Raises:
        Refusal: ``document-unknown``.
    """
    found = _newest(connection, name, unit_id) or _newest(connection, name, EVERYBODY)
    if found is None:
        raise Refusal("document-unknown")
    return found


def adopt(connection: Connection, caller: Caller, name: str, etags: str, now_ms: int) -> None:
    """Keep which version a PC says it has.

    Args:
        connection: A transaction that writes.
        caller: The PC.
        name: Document.
        etags: Its ``If-None-Match``.
        now_ms: When.
    """
    hashes = [etag.strip().removeprefix("W/").strip('"') for etag in etags.split(",")]
    query = select(func.max(DOCUMENT.c.version)).where(
        DOCUMENT.c.unit_id.in_([EVERYBODY, caller.unit_id]),
        DOCUMENT.c.name == name,
        or_(*(DOCUMENT.c.sha256 == given for given in hashes[:10])),
    )
    version = connection.execute(query).scalar_one_or_none()
    if version is None:
        return
    has = (
        ADOPTION.c.unit_id == caller.unit_id,
        ADOPTION.c.replica_id == caller.replica_id,
        ADOPTION.c.name == name,
    )
    if connection.execute(select(ADOPTION.c.version).where(*has)).scalar_one_or_none() == version:
        return
    values = {
        "unit_id": caller.unit_id,
        "replica_id": caller.replica_id,
        "name": name,
        "version": version,
        "adopted_ms": now_ms,
    }
    connection.execute(upsert(connection.dialect.name, ADOPTION, ("version", "adopted_ms")), values)


def _newest(connection: Connection, name: str, unit_id: str) -> Document | None:
    row = connection.execute(
        select(*_HEADS, DOCUMENT.c.content)
        .where(DOCUMENT.c.unit_id == unit_id, DOCUMENT.c.name == name)
        .order_by(DOCUMENT.c.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Document(*row[:-1], bytes(row.content))
