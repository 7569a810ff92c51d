"""Published documents: procedures, days, rules, delegations, units; signed, dated, one version after another.

A document of a unit comes before the one of the same name for all; a PC lays it over that one. Every version is told
for good: what is not in force yet, so that a PC without a network changes over on the day; what no longer is, so that a
PC that joins late corrects, counts and prints what was received then as the others do. Which PC has which version is
told by the PC itself: it asks with the ETag of what it uses.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Connection, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from desktop.cityserver.keys import CityKey
from desktop.cityserver.messages import PublishedDocument
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import ADOPTION, DOCUMENT, UNIT
from desktop.cityserver.shipped import catalogue, ground
from desktop.cityserver.statements import upsert
from desktop.cityserver.tokens import Caller
from desktop.domain.publications import overlaid
from desktop.domain.vietnamese import local
from desktop.protocol.documents import Said, need_known_kind, read_document
from desktop.protocol.messages import DocumentHead, DocumentList
from desktop.protocol.signing_words import document_words, publication_words

#: Unit of a document that is for all.
EVERYBODY: Final = ""
#: Told to whoever publishes what no PC works by yet.
NOT_USED: Final = (
    "Đã ký và giữ, nhưng các máy ở phường chưa dùng tài liệu ủy quyền, đơn vị: không có gì đổi; ủy quyền và đơn vị"
    " được khai trên máy của phường."
)


@dataclass(frozen=True, slots=True)
class Document:
    """A published document.

    Attributes:
        unit_id: Unit it is for, "" for all.
        effective_on: ISO day it comes into force.
        sha256: Of its content; its ETag.
        signature: The city's, of :func:`~desktop.protocol.signing_words.document_words`.
        is_used: PCs of this version work by it; known of what is published now.
    """

    unit_id: str
    name: str
    version: int
    effective_on: str
    media_type: str
    sha256: str
    signature: str
    content: bytes = b""
    is_used: bool = True


_HEADS: Final = (
    DOCUMENT.c.unit_id,
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

    Raises:
        Refusal: ``bad-document`` for what no PC could use, ``unit-unknown``, ``busy``.
    """
    name, media_type, content = document
    is_used = _check(connection, name, content, effective_on, unit_id) is not None
    last = _newest(connection, name, unit_id)
    sha256 = hashlib.sha256(content).hexdigest()
    if last is not None and (last.sha256, last.effective_on) == (sha256, effective_on):
        return replace(last, is_used=is_used)
    version = 1 if last is None else last.version + 1
    signature = key.sign(document_words(name, version, effective_on, sha256)).hex()
    published = Document(unit_id, name, version, effective_on, media_type, sha256, signature, content, is_used)
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
    try:
        connection.execute(insert(DOCUMENT), values)
    except IntegrityError as error:
        # Somebody else published the same version in this moment.
        raise Refusal("busy", retry_after_s=1) from error
    return published


def today_of(now_ms: int) -> date:
    """Return the day it is in the wards."""
    return local(datetime.fromtimestamp(now_ms / 1000, UTC)).date()


def _check(connection: Connection, name: str, content: bytes, effective_on: str, unit_id: str) -> Said | None:
    """Refuse what 322 wards could do nothing with; return what it says."""
    try:
        day = date.fromisoformat(effective_on)
    except ValueError as error:
        raise Refusal("bad-document", place=f"effective_on: {effective_on}") from error
    try:
        said = read_document(name, content, day, ground())
        if said is None:
            need_known_kind(name, content)
        elif isinstance(said, tuple):
            overlaid(catalogue().procedures, said, day)
    except (ValueError, OverflowError) as error:
        raise Refusal("bad-document", place=str(error)[:400]) from error
    if unit_id and connection.execute(select(UNIT.c.unit_id).where(UNIT.c.unit_id == unit_id)).first() is None:
        raise Refusal("unit-unknown")
    return said


def head_of(document: Document) -> DocumentHead:
    """Return what is told of a document beside its content."""
    return DocumentHead(
        name=document.name,
        unit_id=document.unit_id,
        version=document.version,
        effective_on=document.effective_on,
        media_type=document.media_type,
        sha256=document.sha256,
        signature=document.signature,
    )


def told_of(document: Document) -> PublishedDocument:
    """Return what whoever published a document is told: its head, and whether any PC works by it."""
    note = "" if document.is_used else NOT_USED
    return PublishedDocument(**head_of(document).model_dump(), is_used=document.is_used, note=note)


def published_for(connection: Connection, key: CityKey, unit_id: str) -> DocumentList:
    """Return, signed as a whole, every version a unit's PCs should have, and the look-up page."""
    rows = connection.execute(
        select(*_HEADS)
        .where(DOCUMENT.c.unit_id.in_([EVERYBODY, unit_id]))
        .order_by(DOCUMENT.c.unit_id, DOCUMENT.c.name, DOCUMENT.c.version)
    )
    heads = [head_of(Document(*row)) for row in rows]
    base = connection.execute(select(UNIT.c.lookup_base).where(UNIT.c.unit_id == unit_id)).scalar_one()
    words = publication_words(unit_id, base, ((head.unit_id, head.signature) for head in heads))
    return DocumentList(documents=heads, lookup_base=base, signature=key.sign(words).hex())


def document(connection: Connection, unit_id: str, name: str, sha256: str = "") -> Document:
    """Return the newest version of a document for a unit, or the one with a content.

    Raises:
        Refusal: ``document-unknown``.
    """
    found = _newest(connection, name, unit_id, sha256) or _newest(connection, name, EVERYBODY, sha256)
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
    of_unit = select(DOCUMENT.c.version).where(DOCUMENT.c.unit_id == caller.unit_id, DOCUMENT.c.name == name)
    # Versions of the unit's own and of the one for all are counted apart; the unit's own is the one that is missed.
    owner = EVERYBODY if connection.execute(of_unit.limit(1)).first() is None else caller.unit_id
    hashes = [etag.strip().removeprefix("W/").strip('"') for etag in etags.split(",")]
    query = select(func.max(DOCUMENT.c.version)).where(
        DOCUMENT.c.unit_id == owner,
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


def _newest(connection: Connection, name: str, unit_id: str, sha256: str = "") -> Document | None:
    of_content = (DOCUMENT.c.sha256 == sha256,) if sha256 else ()
    row = connection.execute(
        select(*_HEADS, DOCUMENT.c.content)
        .where(DOCUMENT.c.unit_id == unit_id, DOCUMENT.c.name == name, *of_content)
        .order_by(DOCUMENT.c.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Document(*row[:-1], bytes(row.content))
