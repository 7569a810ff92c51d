"""The marker outside the database, which tells a restored or copied database from a crashed one.

It lies in the user's state folder, not beside the database, so that putting back an old database does not put
back an old marker. After each commit, and before anything is printed or answered, it takes down how far the
log had come. It is not fsynced then: after a power cut it may lag behind the database, which is an ordinary
crash, but it never runs ahead of it (definitions.md 12).

The file holds two slots, written in turn, each with a checksum, so a torn write costs one slot and the other
still tells the state before.
"""

import hashlib
import json
import os
import re
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BufferedRandom
from pathlib import Path

from desktop.storage.keys_file import publish_once, sync_folder

MARKER_NAME = "marker"
INSTALL_NAME = "install-id"

#: A slot fits one sector of the oldest disks; two slots never share a sector of the newest.
SLOT_BYTES = 512
SLOT_OFFSETS = (0, 4096)

_MAGIC = b"MCM1"
_LENGTH = struct.Struct(">H")
_SUM_BYTES = hashlib.sha256().digest_size
_BODY_AT = len(_MAGIC) + _LENGTH.size
_BODY_LIMIT = SLOT_BYTES - _BODY_AT - _SUM_BYTES
_INSTALL_BYTES = 16
_HASH_BYTES = 32
_INSTALL_ID = re.compile(rb"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Marker:
    """State how far the log of one replica had come.

    Attributes:
        epoch: The epoch it was in.
        seq: The last event of that epoch; 0 before the first.
        head_hash: That event's hash, 32 bytes.
        last_date: The last date for which a number was given.
        install_id: The installation that wrote it.
    """

    epoch: str
    seq: int
    head_hash: bytes
    last_date: date
    install_id: str


class Judgement(StrEnum):
    """Say what became of the database since the marker was written.

    FRESH, SAME and CRASHED are ordinary. RESTORED and COPIED call for a new epoch before any number is given.
    """

    FRESH = "fresh"
    SAME = "same"
    CRASHED = "crashed"
    RESTORED = "restored"
    COPIED = "copied"

    @property
    def needs_new_epoch(self) -> bool:
        """Tell whether the log may not simply go on."""
        return self in {Judgement.RESTORED, Judgement.COPIED}


def judge(
    marker: Marker | None,
    install_id: str,
    epoch: str,
    seq: int,
    hash_at: Callable[[int], bytes | None],
) -> Judgement:
    """Compare the marker with the database.

    Args:
        marker: What the marker says; None when it is missing or unreadable.
        install_id: This installation.
        epoch: The database's present epoch.
        seq: The last event of that epoch; 0 in a brand-new database.
        hash_at: Gives the hash of an event of that epoch, for 0 what the first event names as the one before;
            None for an event that is not there.
    """
    if marker is None:
        return Judgement.COPIED if seq else Judgement.FRESH
    if marker.install_id != install_id:
        return Judgement.COPIED
    if marker.epoch != epoch or marker.seq > seq or hash_at(marker.seq) != marker.head_hash:
        return Judgement.RESTORED
    return Judgement.SAME if marker.seq == seq else Judgement.CRASHED


class MarkerFile:
    """Keep the marker of one replica in a folder of its own.

    One process writes it: the holder of the database's lock.

    Threads: ``write`` on lane db; ``sync`` on any lane.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made at the first write.

        Args:
            folder: ``<state folder>/<replica id>``.
        """
        self._path = folder / MARKER_NAME
        self._generation: int | None = None
        self._is_named_durably = False

    def write(self, marker: Marker) -> None:
        """Take down a marker over the older slot; a killed process loses nothing, a power cut may.

        Args:
            marker: What was committed.

        Raises:
            OSError: The disk refused; the slot before still stands.
            ValueError: A field is too long or the hash is none.
        """
        if self._generation is None:
            self._generation = max((found for found, _ in self._slots()), default=0)
        generation = self._generation + 1
        slot = encode_slot(generation, marker)
        with self._opened() as file:
            file.seek(SLOT_OFFSETS[generation % len(SLOT_OFFSETS)])
            file.write(slot)
        self._generation = generation

    def sync(self) -> None:
        """Make the last marker durable; nothing happens when none was ever written.

        Raises:
            OSError: The disk refused.

        Threads: any lane but the UI's: an fsync may take long.
        """
        try:
            descriptor = os.open(self._path, os.O_RDWR)
        except FileNotFoundError:
            return
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if not self._is_named_durably:
            for folder in (self._path.parent, self._path.parent.parent):
                sync_folder(folder)
            self._is_named_durably = True

    def read(self) -> Marker | None:
        """Return the newest marker whose slot is whole; None when there is none.

        Raises:
            OSError: The disk refused; a file that cannot be read is not a missing one.
        """
        newest = max(self._slots(), key=lambda found: found[0], default=None)
        return None if newest is None else newest[1]

    def _opened(self) -> BufferedRandom:
        """Open the file for writing in place, making it first if need be."""
        try:
            return self._path.open("r+b")
        except FileNotFoundError:
            self._is_named_durably = False
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            return self._path.open("r+b")

    def _slots(self) -> list[tuple[int, Marker]]:
        """Read the whole slots with their generations."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return []
        found = [decode_slot(content[offset : offset + SLOT_BYTES]) for offset in SLOT_OFFSETS]
        return [slot for slot in found if slot is not None]


def encode_slot(generation: int, marker: Marker) -> bytes:
    """Write one slot: magic, length, JSON, checksum, zeros.

    Args:
        generation: Counts the writes; the higher one is the newer.
        marker: What to take down.

    Raises:
        ValueError: The marker does not fit, its hash is none or its seq is negative.
    """
    if len(marker.head_hash) != _HASH_BYTES or marker.seq < 0:
        raise ValueError("a marker needs a hash of 32 bytes and a seq from 0")
    fields = {
        "generation": generation,
        "epoch": marker.epoch,
        "seq": marker.seq,
        "head_hash": marker.head_hash.hex(),
        "last_date": marker.last_date.isoformat(),
        "install_id": marker.install_id,
    }
    body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > _BODY_LIMIT:
        raise ValueError(f"a marker has {len(body)} bytes, more than {_BODY_LIMIT}")
    covered = _MAGIC + _LENGTH.pack(len(body)) + body
    return (covered + hashlib.sha256(covered).digest()).ljust(SLOT_BYTES, b"\0")


def decode_slot(slot: bytes) -> tuple[int, Marker] | None:
    """Read one slot.

    Args:
        slot: Up to 512 bytes, torn or whole.

    Returns:
        Generation and marker; None for a slot that is not whole.
    """
    if len(slot) < _BODY_AT or not slot.startswith(_MAGIC):
        return None
    end = _BODY_AT + _LENGTH.unpack_from(slot, len(_MAGIC))[0]
    if slot[end : end + _SUM_BYTES] != hashlib.sha256(slot[:end]).digest():
        return None
    fields = json.loads(slot[_BODY_AT:end])
    return fields["generation"], Marker(
        epoch=fields["epoch"],
        seq=fields["seq"],
        head_hash=bytes.fromhex(fields["head_hash"]),
        last_date=date.fromisoformat(fields["last_date"]),
        install_id=fields["install_id"],
    )


def install_id(state_folder: Path, random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return the id of this installation, making it at the first call.

    Two programs that ask for the first time at once get the same id. A file that holds no id (a disk that
    failed) is replaced: the marker then names another installation, which is the safe way to be wrong.

    Args:
        state_folder: The user's state folder of this program; made if need be.
        random: Gives that many random bytes.

    Returns:
        32 hexadecimal digits.

    Raises:
        OSError: The disk refused.
    """
    path = state_folder / INSTALL_NAME
    state_folder.mkdir(parents=True, exist_ok=True)
    known = _read_install_id(path)
    while known is None:
        publish_once(path, random(_INSTALL_BYTES).hex().encode())
        known = _read_install_id(path)
    return known


def _read_install_id(path: Path) -> str | None:
    """Read the id; None when there is none. A file without an id is removed."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    if _INSTALL_ID.fullmatch(text) is None:
        path.unlink(missing_ok=True)
        return None
    return text.decode("ascii")
