"""Tokens: a PC proves its key with a signed assertion and gets a token, signed by the city, that holds ten minutes.

No process keeps tokens: any process of the city checks one by the city's key. Whether the PC is revoked is asked of the
database with every call.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from desktop.cityserver.keys import CityKey, is_signed
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import DEVICE, NONCE
from desktop.cityserver.settings import Settings
from desktop.cityserver.sql_store import SqlStore
from desktop.protocol.messages import TokenAnswer, TokenRequest
from desktop.protocol.signing_words import revocation_words, token_words


@dataclass(frozen=True, slots=True)
class Caller:
    """Name the PC behind a token."""

    replica_id: str
    unit_id: str


class Tokens:
    """Give and check tokens."""

    def __init__(self, store: SqlStore, key: CityKey, settings: Settings, incarnation: str) -> None:
        """Keep what tokens are made of."""
        self._store, self._key, self._settings, self._incarnation = store, key, settings, incarnation
        # A PC shows its token with every call for ten minutes: the signature is checked once.
        self._read = lru_cache(maxsize=4_096)(self._read_token)

    def give(self, request: TokenRequest, now_ms: int) -> TokenAnswer:
        """Answer an assertion with a token.

        Raises:
            Refusal: ``device-unknown``, ``device-revoked``, ``bad-signature``, ``clock-suspect``, ``assertion-used``.
        """
        with self._store.writing() as connection:
            query = select(DEVICE.c.unit_id, DEVICE.c.public_key, DEVICE.c.is_revoked)
            row = connection.execute(query.where(DEVICE.c.replica_id == request.replica_id)).first()
            if row is None:
                raise Refusal("device-unknown")
            if request.at.tzinfo is None:
                raise Refusal("bad-message", place="at")
            words = token_words(request.replica_id, request.at, request.nonce)
            if not is_signed(row.public_key, words, bytes.fromhex(request.signature)):
                raise Refusal("bad-signature")
            if row.is_revoked:
                raise self.revoked(request.replica_id)
            if abs(request.at.timestamp() * 1000 - now_ms) > self._settings.skew_s * 1000:
                raise Refusal("clock-suspect", server_time=_instant(now_ms))
            kept_ms = now_ms + 2 * self._settings.skew_s * 1000
            connection.execute(delete(NONCE).where(NONCE.c.expires_ms < now_ms))
            try:
                values = {"replica_id": request.replica_id, "nonce": request.nonce, "expires_ms": kept_ms}
                connection.execute(NONCE.insert(), values)
            except IntegrityError as error:
                raise Refusal("assertion-used") from error
            connection.execute(
                update(DEVICE)
                .where(DEVICE.c.unit_id == row.unit_id, DEVICE.c.replica_id == request.replica_id)
                .values(seen_ms=now_ms)
            )
        expires_ms = now_ms + self._settings.token_s * 1000
        return TokenAnswer(
            token=self.sign(Caller(request.replica_id, row.unit_id), expires_ms), expires_in_s=self._settings.token_s
        )

    def sign(self, caller: Caller, expires_ms: int) -> str:
        """Return a token of a PC."""
        claims = json.dumps({"r": caller.replica_id, "u": caller.unit_id, "e": expires_ms}, separators=(",", ":"))
        words = base64.urlsafe_b64encode(claims.encode()).rstrip(b"=")
        signature = base64.urlsafe_b64encode(self._key.sign(b"motcua-bearer|" + words)).rstrip(b"=")
        return f"{words.decode()}.{signature.decode()}"

    def check(self, token: str, now_ms: int) -> Caller:
        """Return who a token speaks for.

        Raises:
            Refusal: ``token-invalid``, ``token-expired``.
        """
        caller, expires_ms = self._read(token)
        if caller is None:
            raise Refusal("token-invalid")
        if expires_ms < now_ms:
            raise Refusal("token-expired")
        return caller

    def _read_token(self, token: str) -> tuple[Caller | None, int]:
        """Return whom a token names and until when; nobody when it is not the city's."""
        words, _, signature = token.partition(".")
        try:
            is_ours = is_signed(self._key.public, b"motcua-bearer|" + words.encode(), _unpadded(signature))
            claims = json.loads(_unpadded(words)) if is_ours else None
        except ValueError:
            claims = None
        return (None, 0) if claims is None else (Caller(claims["r"], claims["u"]), claims["e"])

    def revoked(self, replica_id: str) -> Refusal:
        """Return the refusal of a revoked PC, signed, so that nobody else can make it forget its key."""
        signature = self._key.sign(revocation_words(replica_id, self._incarnation)).hex()
        return Refusal("device-revoked", replica_id=replica_id, incarnation=self._incarnation, signature=signature)


def _unpadded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(text) from error


def _instant(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms / 1000, UTC).isoformat()
