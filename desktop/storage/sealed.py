"""Seal a file for those who may read it later: whoever has the printed recovery key, and the PC that made it.

A sealed file is a header in the clear, then the content in pieces under AES-256-GCM with a key of the file's own. The
header keeps that key once per reader: under the public half of the recovery key (X25519; the PC can seal and cannot
open by it), and under a key derived from the database key, so that the PC can check what it wrote. A piece that was
changed, left out, moved or cut off is found.

A training database's files are open: their header holds the key itself.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.errors import DamagedData, UserError

MAGIC: Final = b"MOTCUA-SEALED-1\n"
PIECE_BYTES: Final = 1 << 20

_TAG_BYTES = 16
_KEY_BYTES = 32
_SALT_BYTES = 16
_LENGTH_BYTES = 4
_MOST_HEADER_BYTES = 1 << 16
_COUNT_BYTES = 11
_RECOVERY_INFO = b"motcua recovery pair 1"
_SHARED_INFO = b"motcua sealed for recovery 1"
_DATABASE_INFO = b"motcua sealed for this database 1"
_KEY_INFO = b"motcua database key sealed for recovery 1"
#: A wrapping key is used once: its nonce need not differ.
_NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class Readers:
    """Say who may open what is sealed.

    Attributes:
        recovery: Public half of the recovery key, 32 bytes; None when there is none.
        database_key: The key of the PC's own database, 32 bytes.
        is_open: Whoever has the file may: a training database's.
    """

    recovery: bytes | None
    database_key: bytes = field(repr=False)
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Secrets:
    """Hold what somebody who wants to read has.

    Attributes:
        recovery: Recovery key as printed, "" for none.
        database_key: The key of a database; None for none.
    """

    recovery: str = field(default="", repr=False)
    database_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Header:
    """State what a sealed file says in the clear.

    Attributes:
        facts: What its maker wrote there: kind, replica, instant; nothing about people.
        recovery_id: Names the recovery key that opens it, "" when none does.
        key_boxes: By reader.
        raw: As in the file.
    """

    facts: Mapping[str, Any]
    recovery_id: str
    key_boxes: Mapping[str, Mapping[str, str]]
    raw: bytes = field(repr=False)


def public_half(printed: str) -> bytes:
    """Return the public half of a recovery key: 32 bytes that may lie anywhere.

    Args:
        printed: As :func:`desktop.storage.keys_file.parse_recovery_key` gives it.
    """
    return _private_half(printed).public_key().public_bytes_raw()


def recovery_id(public: bytes) -> str:
    """Name a recovery key by its public half: eight characters, printed with it and shown where it is asked for."""
    digest = hashlib.sha256(public).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}"


def seal_key(
    key: bytes, public: bytes, bound_to: bytes, random: Callable[[int], bytes] = secrets.token_bytes
) -> dict[str, str]:
    """Seal a database's key to the public half of the recovery key, without the paper at hand.

    Args:
        key: 32 bytes.
        public: Of the recovery key, 32 bytes.
        bound_to: What the key belongs to.
        random: Gives that many random bytes.
    """
    ephemeral = X25519PrivateKey.from_private_bytes(random(_KEY_BYTES))
    half = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    wrapping = _derived(shared, half + public, _KEY_INFO)
    return {"half": half.hex(), "box": AESGCM(wrapping).encrypt(_NONCE, key, bound_to).hex()}


def unseal_key(box: Mapping[str, str], printed: str, bound_to: bytes) -> bytes | None:
    """Get back what :func:`seal_key` sealed; None when it was sealed to another recovery key, or changed."""
    private = _private_half(printed)
    try:
        half = bytes.fromhex(box["half"])
        shared = private.exchange(X25519PublicKey.from_public_bytes(half))
        wrapping = _derived(shared, half + private.public_key().public_bytes_raw(), _KEY_INFO)
        return AESGCM(wrapping).decrypt(_NONCE, bytes.fromhex(box["box"]), bound_to)
    except (InvalidTag, KeyError, ValueError):
        return None


class Sealer:
    """Write a sealed file piece by piece; nothing of it counts before :meth:`finish`."""

    def __init__(
        self,
        file: BinaryIO,
        facts: Mapping[str, Any],
        readers: Readers,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Write the header.

        Args:
            file: Open for writing, empty.
            facts: What stands in the clear; JSON-able, nothing about people.
            readers: Who may open it.
            random: Gives that many random bytes.
        """
        key = random(_KEY_BYTES)
        boxes = _boxes(key, readers, random)
        named = recovery_id(readers.recovery) if readers.recovery is not None and not readers.is_open else ""
        header = json.dumps({"facts": dict(facts), "recovery_id": named, "keys": boxes}).encode()
        file.write(MAGIC + len(header).to_bytes(_LENGTH_BYTES, "big") + header)
        self._file = file
        self._cipher = AESGCM(key)
        self._bound = hashlib.sha256(header).digest()
        self._waiting = bytearray()
        self._count = 0
        self._digest = hashlib.sha256()

    def write(self, content: bytes) -> int:
        """Add to the content; return how much was taken."""
        self._digest.update(content)
        self._waiting += content
        while len(self._waiting) > PIECE_BYTES:
            self._put(bytes(self._waiting[:PIECE_BYTES]), is_last=False)
            del self._waiting[:PIECE_BYTES]
        return len(content)

    def finish(self) -> str:
        """Write the last piece; return the SHA-256 of the content, hex."""
        self._put(bytes(self._waiting), is_last=True)
        return self._digest.hexdigest()

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._count, is_last=is_last), piece, self._bound))
        self._count += 1


def read_header(path: Path) -> Header:
    """Read what a sealed file says in the clear.

    Raises:
        DamagedData: ``backup_damaged``: it is none.
        OSError: The disk refused.
    """
    with path.open("rb") as file:
        return _header(file, path)


def is_sealed(path: Path) -> bool:
    """Tell whether a file begins as a sealed one does."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def opens(header: Header, held: Secrets) -> bool:
    """Tell whether somebody's secrets open a file, by its header."""
    return _content_key(header, held) is not None


def unsealed(path: Path, held: Secrets) -> Iterator[bytes]:
    """Yield the content of a sealed file, each piece checked before it is given.

    Raises:
        UserError: ``backup_other_key`` with the name of the key that opens it.
        DamagedData: ``backup_damaged`` with path; what was given before is true, the rest is missing.
        OSError: The disk refused.
    """
    with path.open("rb") as file:
        header = _header(file, path)
        key = _content_key(header, held)
        if key is None:
            raise UserError("backup_other_key", key=header.recovery_id, path=path.name)
        cipher, bound, count = AESGCM(key), hashlib.sha256(header.raw).digest(), 0
        piece = file.read(PIECE_BYTES + _TAG_BYTES)
        while True:
            following = file.read(PIECE_BYTES + _TAG_BYTES)
            try:
                yield cipher.decrypt(_nonce(count, is_last=not following), piece, bound)
            except (InvalidTag, ValueError) as error:
                raise DamagedData("backup_damaged", path=path.name) from error
            if not following:
                return
            piece, count = following, count + 1


def content_digest(path: Path, held: Secrets) -> str:
    """Read a sealed file to its end and return the SHA-256 of its content, hex; see :func:`unsealed`."""
    digest = hashlib.sha256()
    for piece in unsealed(path, held):
        digest.update(piece)
    return digest.hexdigest()


def check_kept(path: Path, digest: str, readers: Readers) -> None:
    """Read a sealed file back from where it lies; one that is not what was written does not stay.

    Args:
        path: The file just written.
        digest: What :meth:`Sealer.finish` gave.
        readers: Who may open it: the PC itself among them.

    Raises:
        DamagedData: ``backup_not_kept``.
    """
    try:
        is_kept = content_digest(path, Secrets(database_key=readers.database_key)) == digest
    except DamagedData:
        is_kept = False
    if not is_kept:
        path.unlink(missing_ok=True)
        raise DamagedData("backup_not_kept", path=path.name)


def _boxes(key: bytes, readers: Readers, random: Callable[[int], bytes]) -> dict[str, dict[str, str]]:
    """Wrap the key of a file for each reader."""
    if readers.is_open:
        return {"open": {"key": key.hex()}}
    salt = random(_SALT_BYTES)
    own = AESGCM(_derived(readers.database_key, salt, _DATABASE_INFO)).encrypt(_NONCE, key, None)
    boxes = {"database": {"salt": salt.hex(), "box": own.hex()}}
    if readers.recovery is not None:
        ephemeral = X25519PrivateKey.from_private_bytes(random(_KEY_BYTES))
        half = ephemeral.public_key().public_bytes_raw()
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(readers.recovery))
        wrapping = _derived(shared, half + readers.recovery, _SHARED_INFO)
        boxes["recovery"] = {"half": half.hex(), "box": AESGCM(wrapping).encrypt(_NONCE, key, None).hex()}
    return boxes


def _content_key(header: Header, held: Secrets) -> bytes | None:
    """Get the key of a file, None when nothing held opens it."""
    boxes = header.key_boxes
    try:
        if "open" in boxes:
            return bytes.fromhex(boxes["open"]["key"])
        if held.database_key is not None and "database" in boxes:
            salt = bytes.fromhex(boxes["database"]["salt"])
            key = _opened(_derived(held.database_key, salt, _DATABASE_INFO), boxes["database"]["box"])
            if key is not None:
                return key
        if held.recovery and "recovery" in boxes:
            private = _private_half(held.recovery)
            half = bytes.fromhex(boxes["recovery"]["half"])
            shared = private.exchange(X25519PublicKey.from_public_bytes(half))
            own = private.public_key().public_bytes_raw()
            return _opened(_derived(shared, half + own, _SHARED_INFO), boxes["recovery"]["box"])
    except (KeyError, ValueError):  # a header that was changed opens for nobody
        return None
    return None


def _opened(wrapping: bytes, box: str) -> bytes | None:
    try:
        return AESGCM(wrapping).decrypt(_NONCE, bytes.fromhex(box), None)
    except InvalidTag:
        return None


def _private_half(printed: str) -> X25519PrivateKey:
    # 160 random bits need no slow derivation.
    return X25519PrivateKey.from_private_bytes(_derived(printed.encode(), b"", _RECOVERY_INFO))


def _derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=info).derive(secret)


def _nonce(count: int, *, is_last: bool) -> bytes:
    """Return the nonce of a piece: its place, and whether it is the last."""
    return count.to_bytes(_COUNT_BYTES, "big") + (b"\x01" if is_last else b"\x00")


def _header(file: BinaryIO, path: Path) -> Header:
    """Read the header; the file stands at the first piece then."""
    damaged = DamagedData("backup_damaged", path=path.name)
    if file.read(len(MAGIC)) != MAGIC:
        raise damaged
    length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
    raw = file.read(length) if length <= _MOST_HEADER_BYTES else b""
    try:
        plain = json.loads(raw)
        facts, named, boxes = plain["facts"], plain["recovery_id"], plain["keys"]
    except (ValueError, KeyError, TypeError) as error:
        raise damaged from error
    is_whole = isinstance(facts, dict) and isinstance(named, str) and isinstance(boxes, dict)
    if not is_whole or not all(isinstance(box, dict) for box in boxes.values()):
        raise damaged
    return Header(facts, named, boxes, raw)
