"""Enrolment: a one-time code from the administrator and the PC's own key make a PC one of a unit's."""

import base64
import hashlib
import secrets
from typing import Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from desktop.cityserver.keys import is_signed
from desktop.cityserver.ports import Device
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import DEVICE, ENROL_CODE, UNIT
from desktop.cityserver.sql_store import SqlStore
from desktop.cityserver.sql_unit import SqlUnitTransaction
from desktop.protocol.messages import EnrolRequest
from desktop.protocol.signing_words import enrol_words

#: How long a code waits for its PC.
CODE_HOURS: Final = 72
MOST_COUNTERS: Final = 99
_CODE_BYTES: Final = 10
_GROUP: Final = 4


def new_code(connection: Connection, unit_id: str, now_ms: int, by: str, hours: int = CODE_HOURS) -> str:
    """Return a new one-time code of a unit; the city keeps its hash only.

    Raises:
        Refusal: ``unit-unknown``.
    """
    if connection.execute(select(UNIT.c.unit_id).where(UNIT.c.unit_id == unit_id)).first() is None:
        raise Refusal("unit-unknown")
    letters = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode()
    values = {
        "code_hash": hash_of(letters),
        "unit_id": unit_id,
        "expires_ms": now_ms + hours * 3_600_000,
        "created_by": by,
    }
    connection.execute(insert(ENROL_CODE), values)
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def hash_of(code: str) -> str:
    """Return the hash of a code as a person may type it: any case, with or without dashes and blanks."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def enrol(store: SqlStore, request: EnrolRequest, now_ms: int) -> tuple[Device, Row[str, str, bool, str, str]]:
    """Make a PC one of its unit's; a repeated call gets the first answer again.

    Returns:
        The device, and its unit's row (unit_id, name, is_training, lookup_base, provisioning).

    Raises:
        Refusal: ``bad-signature``, ``code-*``, ``unit-differs``, ``replica-exists``, ``device-revoked``,
            ``counters-spent``.
    """
    words = enrol_words(request.code, request.replica_id, request.install)
    if not is_signed(request.public_key, words, bytes.fromhex(request.signature)):
        raise Refusal("bad-signature")
    with store.reading() as connection:
        unit_id = connection.execute(
            select(ENROL_CODE.c.unit_id).where(ENROL_CODE.c.code_hash == hash_of(request.code))
        ).scalar_one_or_none()
    if unit_id is None:
        raise Refusal("code-unknown")
    if request.unit_id not in ("", unit_id):
        raise Refusal("unit-differs", unit_id=unit_id)
    # The unit's feed row is locked: two PCs with one code, or for one counter, come one after the other.
    with store.unit(unit_id, write=True) as unit:
        _spend(unit.connection, request, now_ms)
        device = _device(unit, unit_id, request)
        unit.save_device(device)
        unit.connection.execute(
            update(DEVICE)
            .where(DEVICE.c.unit_id == unit_id, DEVICE.c.replica_id == device.replica_id)
            .values(workstation=request.workstation, program=request.program, enrolled_ms=now_ms, seen_ms=now_ms)
        )
        query = select(UNIT.c.unit_id, UNIT.c.name, UNIT.c.is_training, UNIT.c.lookup_base, UNIT.c.provisioning)
        return device, unit.connection.execute(query.where(UNIT.c.unit_id == unit_id)).one()


def _spend(connection: Connection, request: EnrolRequest, now_ms: int) -> None:
    """Mark the code as this PC's."""
    code_hash = hash_of(request.code)
    row = connection.execute(select(ENROL_CODE).where(ENROL_CODE.c.code_hash == code_hash)).one()
    if row.used_by:
        if row.used_by != request.replica_id:
            raise Refusal("code-used")
        return
    if row.expires_ms < now_ms:
        raise Refusal("code-expired")
    connection.execute(update(ENROL_CODE).where(ENROL_CODE.c.code_hash == code_hash).values(used_by=request.replica_id))


def _device(unit: SqlUnitTransaction, unit_id: str, request: EnrolRequest) -> Device:
    elsewhere = unit.connection.execute(
        select(DEVICE.c.unit_id).where(DEVICE.c.replica_id == request.replica_id, DEVICE.c.unit_id != unit_id)
    ).first()
    known = unit.device(request.replica_id)
    if elsewhere is not None or (known is not None and known.public_key != request.public_key):
        raise Refusal("replica-exists")
    if known is not None:
        if known.is_revoked:
            raise Refusal("device-revoked")
        return known
    taken = {device.counter for device in unit.devices()}
    free = [counter for counter in range(1, MOST_COUNTERS + 1) if counter not in taken]
    if not free:
        raise Refusal("counters-spent")
    counter = request.counter if request.counter in free else free[0]
    return Device(request.replica_id, unit_id, request.public_key, counter, request.install)
