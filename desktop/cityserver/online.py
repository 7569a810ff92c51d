"""Take what citizens file online: the files beside the feed, the filing itself as the city's own event in the feed."""

import base64
import binascii
import hashlib
import json
import secrets
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, insert, select, update

from desktop.cityserver.catalogue import today_of
from desktop.cityserver.citizen_page import holds_key
from desktop.cityserver.city import City
from desktop.cityserver.filings import FILING
from desktop.cityserver.http import address_of, answer, body_of, read_message
from desktop.cityserver.limits import Buckets
from desktop.cityserver.openapi import documented
from desktop.cityserver.ports import UnitTransaction
from desktop.cityserver.problems import Refusal
from desktop.cityserver.procedures import catalogue_of
from desktop.cityserver.schema import BLOB, BLOB_CHUNK
from desktop.domain import codec
from desktop.domain.dossiers import Party
from desktop.domain.errors import UserError
from desktop.domain.facts.hub import OnlineSubmitted, OnlineSupplied
from desktop.domain.identity import check_id_number, normalise_phone
from desktop.domain.ids import uuid7
from desktop.domain.online import Filing, OnlineFile, OnlineStatus
from desktop.domain.vietnamese import local, nfc
from desktop.protocol.messages import Identifier
from desktop.protocol.online import (
    OnlineAnswer,
    OnlineApplicant,
    OnlineFileIn,
    OnlineRequest,
    OnlineSupplementRequest,
)

#: Actor of events the citizen caused.
CITIZEN: Final = "citizen"
_BEGINNINGS: Final = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
#: One address files so many a minute; a family at one address is not stopped, a flood is.
_PER_S, _BURST = 0.2, 10.0
_KEY_DIGITS: Final = 10
_TRACKING_DIGITS: Final = 8


def online_router(city: City, clock_s: Callable[[], float]) -> APIRouter:
    """Return the citizen's routes.

    Args:
        city: The process's city.
        clock_s: Counts seconds from anywhere.
    """
    router, limit = APIRouter(), Buckets(_PER_S, _BURST, clock_s)

    @router.post("/v1/online/{unit_id}", **documented(OnlineRequest, OnlineAnswer, "unit-unknown", is_open=True))
    async def file_online(request: Request, unit_id: Identifier) -> Response:
        """File a dossier; the answer is the code to follow it by. Saying it again gives the same answer."""
        limit.take(address_of(request))
        message = read_message(OnlineRequest, await body_of(request, city.settings.max_body))
        told, gseq = await city.in_thread(submit, city, unit_id, message)
        city.waiters.wake(unit_id, gseq)
        return answer(told)

    @router.post(
        "/v1/online/{unit_id}/{tracking}/supplement",
        **documented(
            OnlineSupplementRequest, OnlineAnswer, "unit-unknown", "dossier-unknown", "conflict", is_open=True
        ),
    )
    async def supply_online(request: Request, unit_id: Identifier, tracking: Identifier) -> Response:
        """Send what the ward said is missing."""
        limit.take(address_of(request))
        message = read_message(OnlineSupplementRequest, await body_of(request, city.settings.max_body))
        told, gseq = await city.in_thread(_supply_once, city, unit_id, tracking, message, address_of(request))
        city.waiters.wake(unit_id, gseq)
        return answer(told)

    return router


def submit(city: City, unit_id: str, message: OnlineRequest) -> tuple[OnlineAnswer, int]:
    """Put a filing into the unit's feed; return the answer and the place in the feed (0 when it was there).

    Raises:
        Refusal: ``bad-message`` naming what is wrong, ``unit-unknown``.
    """
    with city.store.reading() as connection:
        catalogue = catalogue_of(connection, unit_id)
    try:
        catalogue.procedure(message.procedure, today_of(city.now_ms()))
    except UserError as error:
        raise Refusal("bad-message", place="procedure") from error
    party = _party(message.applicant)
    pieces = _pieces(message.files)
    with city.store.unit(unit_id, write=True) as transaction:
        known = _by_request(transaction.connection, unit_id, message.request)
        if known is not None:
            return _told(known), 0
        now = datetime.fromtimestamp(city.now_ms() / 1000, UTC)
        fact = OnlineSubmitted(
            filing_id=uuid7(city.now_ms(), secrets.token_bytes(10)),
            tracking=_tracking(transaction.connection, now),
            lookup_key=_digits(_KEY_DIGITS),
            procedure=message.procedure,
            applicant=party,
            files=tuple(file for file, _ in pieces),
            note=nfc(message.note).strip(),
            submitted_at=now,
        )
        _keep_files(transaction.connection, unit_id, pieces, city.now_ms())
        gseq = _say(city, unit_id, transaction, fact)
        where = (FILING.c.unit_id == unit_id, FILING.c.filing_id == fact.filing_id)
        transaction.connection.execute(update(FILING).where(*where).values(request=message.request))
    return _answer(fact.filing_id, fact.tracking, fact.lookup_key), gseq


def _supply_once(
    city: City, unit_id: str, tracking: str, message: OnlineSupplementRequest, address: str
) -> tuple[OnlineAnswer, int]:
    with city.guesses.counted(city.guesses.looking_up(address, tracking)):
        return supply(city, unit_id, tracking, message)


def supply(city: City, unit_id: str, tracking: str, message: OnlineSupplementRequest) -> tuple[OnlineAnswer, int]:
    """Add to a filing what the ward said is missing.

    Raises:
        Refusal: ``dossier-unknown`` for a wrong key too, ``conflict`` when nothing was asked for, ``bad-message``.
    """
    pieces = _pieces(message.files)
    with city.store.unit(unit_id, write=True) as transaction:
        query = select(FILING.c.value).where(FILING.c.unit_id == unit_id, FILING.c.tracking == tracking)
        value = transaction.connection.execute(query).scalars().first()
        filing = None if value is None else codec.load(Filing, json.loads(value))
        if not holds_key(message.k, filing.lookup_key if filing else None) or filing is None:
            raise Refusal("dossier-unknown")
        sent = {file.sha256 for file in filing.files}
        if filing.status is OnlineStatus.WAITING and pieces and all(file.sha256 in sent for file, _ in pieces):
            return _told(filing), 0
        if filing.status is not OnlineStatus.SUPPLEMENT:
            raise Refusal("conflict", reason=filing.status.value)
        _keep_files(transaction.connection, unit_id, pieces, city.now_ms())
        now = datetime.fromtimestamp(city.now_ms() / 1000, UTC)
        fact = OnlineSupplied(filing.filing_id, tuple(file for file, _ in pieces), nfc(message.note).strip(), now)
        gseq = _say(city, unit_id, transaction, fact)
    return _told(filing), gseq


@cache
def procedure_names() -> Mapping[str, str]:
    """Return the names of the procedures the program knows, by code."""
    return {entry["code"]: entry["name"] for table in _catalogue() for entry in table.get("procedures", ())}


@cache
def field_names() -> Mapping[str, str]:
    """Return the names of fields by code."""
    return {table["field"]: table["field_name"] for table in _catalogue()}


def _catalogue() -> Sequence[Mapping[str, Any]]:
    folder = files("resources") / "catalogue"
    return [tomllib.loads(each.read_text("utf-8")) for each in folder.iterdir() if each.name.endswith(".toml")]


def _say(city: City, unit_id: str, transaction: UnitTransaction, fact: OnlineSubmitted | OnlineSupplied) -> int:
    entry = city.core.say(unit_id, transaction, "", fact, CITIZEN)
    if not entry.verdict.is_accepted:
        raise Refusal("conflict", reason=entry.verdict.code)
    return entry.gseq


def _party(given: OnlineApplicant) -> Party:
    """Return the applicant as the ward keeps people.

    Raises:
        Refusal: ``bad-message``.
    """
    place = "applicant.id_number"
    try:
        id_number = check_id_number(given.id_number).value if given.id_number.strip() else ""
        place = "applicant.phone"
        phone = normalise_phone(given.phone) if given.phone.strip() else ""
    except UserError as error:
        raise Refusal("bad-message", place=place) from error
    name = " ".join(nfc(given.name).split())
    if not name:
        raise Refusal("bad-message", place="applicant.name")
    return Party(
        name=name,
        kind=given.kind,
        id_number=id_number,
        birth_date=given.birth_date,
        phone=phone,
        email=given.email.strip(),
        address=" ".join(nfc(given.address).split()),
        sex=given.sex,
    )


def _pieces(given: Sequence[OnlineFileIn]) -> list[tuple[OnlineFile, bytes]]:
    """Read files; what they begin with must fit what they say they are.

    Raises:
        Refusal: ``bad-message`` naming the file.
    """
    found = []
    for n, each in enumerate(given):
        try:
            content = base64.b64decode(each.content_base64, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refusal("bad-message", place=f"files.{n}.content_base64") from error
        if not content.startswith(_BEGINNINGS[each.media_type]):
            raise Refusal("bad-message", place=f"files.{n}.media_type")
        digest = hashlib.sha256(content).hexdigest()
        title = " ".join(nfc(each.title).split())
        found.append((OnlineFile(digest, each.media_type, len(content), title, each.component), content))
    return found


def _keep_files(connection: Connection, unit_id: str, pieces: Sequence[tuple[OnlineFile, bytes]], now_ms: int) -> None:
    for file, content in {file.sha256: (file, content) for file, content in pieces}.values():
        where = (BLOB.c.unit_id == unit_id, BLOB.c.sha256 == file.sha256)
        known = connection.execute(select(BLOB.c.is_confirmed).where(*where)).scalar_one_or_none()
        if known:
            continue
        if known is not None:
            # Half of it came another way; the whole of it is here.
            connection.execute(
                BLOB_CHUNK.delete().where(BLOB_CHUNK.c.unit_id == unit_id, BLOB_CHUNK.c.sha256 == file.sha256)
            )
            connection.execute(BLOB.delete().where(*where))
        named = {"unit_id": unit_id, "sha256": file.sha256}
        sizes = {"size": file.size, "received": file.size, "is_confirmed": True, "updated_ms": now_ms}
        connection.execute(insert(BLOB), {**named, **sizes})
        connection.execute(insert(BLOB_CHUNK), {**named, "start": 0, "data": content})


def _by_request(connection: Connection, unit_id: str, request: str) -> Filing | None:
    query = select(FILING.c.value).where(FILING.c.unit_id == unit_id, FILING.c.request == request)
    value = connection.execute(query).scalars().first()
    return None if value is None else codec.load(Filing, json.loads(value))


def _tracking(connection: Connection, now: datetime) -> str:
    """Return a tracking code nobody has."""
    while True:
        code = f"TT-{local(now).strftime('%y%m%d')}-{_digits(_TRACKING_DIGITS)}"
        if connection.execute(select(FILING.c.filing_id).where(FILING.c.tracking == code)).first() is None:
            return code


def _digits(n: int) -> str:
    return str(secrets.randbelow(10**n)).zfill(n)


def _told(filing: Filing) -> OnlineAnswer:
    return _answer(filing.filing_id, filing.tracking, filing.lookup_key)


def _answer(filing_id: str, tracking: str, key: str) -> OnlineAnswer:
    return OnlineAnswer(filing_id=filing_id, tracking=tracking, k=key, path=f"/tra-cuu/{tracking}?k={key}")
