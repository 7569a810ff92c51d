"""Check what the feed brings before anything of it is kept: its own chain, and the chain of every log in it.

Source: docs/decisions/0012-sync.md; definitions 10.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, text

from desktop.domain.errors import DamagedData
from desktop.domain.events import GENESIS_HASH, Event, chain_hash, decode_plain
from desktop.domain.feed import Place, Verdict, VerdictKind, next_place
from desktop.protocol.json_text import parsed
from desktop.protocol.messages import FeedEntry
from desktop.protocol.replica import UntrustedFeed
from desktop.storage.tables import EVENT, FEED

#: ``(public key, hash, signature) -> bool``.
CheckSignature = Callable[[bytes, bytes, bytes], bool]

#: Between the epoch and the first bytes of its first hash, in the epoch column of a line that forked (a disk image that
#: was put back, and a city that was too): both lines are kept, neither is changed.
FORK_MARK: Final = "~"
_FORK_HASH: Final = 8
_NEEDED: Final = ("event_id", "replica_id", "epoch", "prev_hash", "dossier_id", "type", "acted_at", "unit_id")
_STORED = select(EVENT.c.event_id, EVENT.c.position, EVENT.c.hash, EVENT.c.replica_id, FEED.c.gseq).join(
    FEED, FEED.c.position == EVENT.c.position, isouter=True
)
_BY_ID = _STORED.where(EVENT.c.event_id.in_(bindparam("ids", expanding=True)))
_LINES = text(
    "SELECT epoch, seq, hash FROM event WHERE replica_id = :replica_id AND epoch >= :epoch "
    "AND epoch < :epoch || '\x7f' AND seq >= :seq"
)
_OPENING = text("SELECT body FROM event WHERE replica_id = :replica_id AND epoch = :epoch AND seq = 1")


@dataclass(slots=True)
class Incoming:
    """Hold one entry of the feed.

    Attributes:
        plain: The event's envelope and fact as JSON.
        event: None when its type is newer than this program.
        position: Where it stands in the own table; 0 until it is placed.
        is_new: It was not here before.
    """

    gseq: int
    verdict: Verdict
    feed_hash: bytes
    hash: bytes
    sig: bytes
    body: bytes
    plain: Mapping[str, Any]
    event: Event | None
    position: int = 0
    is_new: bool = True

    @property
    def event_id(self) -> str:
        """Return the event's id."""
        return str(self.plain["event_id"])

    @property
    def replica_id(self) -> str:
        """Return the replica that wrote it."""
        return str(self.plain["replica_id"])

    @property
    def dossier_id(self) -> str:
        """Return the dossier it is about, "" for the unit."""
        return str(self.plain["dossier_id"])


def read_entries(entries: Sequence[FeedEntry], place: Place, unit_id: str) -> list[Incoming]:
    """Read entries that follow a place and compare every hash in them.

    Raises:
        UntrustedFeed: ``does_not_follow``, ``feed_hash``, ``event_hash``, ``event_unreadable``, ``other_unit``.
    """
    found = []
    for entry in entries:
        if entry.gseq != place.gseq + 1:
            raise UntrustedFeed("does_not_follow")
        incoming = _read(entry)
        place = next_place(place, incoming.hash, incoming.verdict)
        if place.feed_hash != incoming.feed_hash:
            raise UntrustedFeed("feed_hash")
        if incoming.plain["unit_id"] != unit_id:
            raise UntrustedFeed("other_unit")
        found.append(incoming)
    return found


def _read(entry: FeedEntry) -> Incoming:
    body = entry.event.body.encode()
    try:
        verdict = Verdict(VerdictKind(entry.kind), entry.code, entry.blocked_by)
        plain = parsed(body)
        before = bytes.fromhex(plain["prev_hash"])
        is_whole = type(plain["seq"]) is int and all(type(plain[name]) is str for name in _NEEDED)
    except (ValueError, TypeError, KeyError) as error:
        raise UntrustedFeed("event_unreadable") from error
    digest = bytes.fromhex(entry.event.hash)
    if not is_whole or plain["seq"] < 1 or not plain["event_id"] or FORK_MARK in plain["epoch"]:
        raise UntrustedFeed("event_unreadable")
    if chain_hash(before, body) != digest:
        raise UntrustedFeed("event_hash")
    try:
        event = decode_plain(plain)
    except DamagedData:
        event = None
    sig, feed_hash = bytes.fromhex(entry.event.sig), bytes.fromhex(entry.feed_hash)
    return Incoming(entry.gseq, verdict, feed_hash, digest, sig, body, plain, event)


class Lines:
    """Follow the logs of all replicas: where each goes on, and whether the last of a batch is signed.

    One (replica, epoch) is one line, unless a disk image was put back: then a second one leaves it.
    """

    def __init__(self, connection: Connection, own: tuple[str, str], check: CheckSignature, city_key: bytes) -> None:
        """Take the database, the own replica and its present epoch, the verifier and the city's key."""
        self._connection = connection
        self._own = own
        self._check = check
        self._city_key = city_key
        self._known: dict[tuple[str, str, int], list[tuple[str, bytes]]] = {}
        self._read_from: dict[tuple[str, str], int] = {}
        self._keys: dict[tuple[str, str], bytes] = {}

    def place(self, batch: Iterable[Incoming], position: int) -> list[dict[str, object]]:
        """Give each new event its row and return the rows; known ones get the position they have.

        Args:
            batch: Entries in the order of the feed.
            position: Last position in the own table.

        Raises:
            UntrustedFeed: ``event_differs``, ``fed_twice``, ``chain_broken``, ``signature_bad``.
        """
        batch = list(batch)
        self._find_known(batch)
        rows: list[dict[str, object]] = []
        last: dict[tuple[str, str], Incoming] = {}
        for incoming in batch:
            if not incoming.is_new:
                continue
            position += 1
            incoming.position = position
            rows.append(self._row(incoming))
            last[incoming.replica_id, str(incoming.plain["epoch"])] = incoming
        for (replica_id, epoch), incoming in last.items():
            if not self._check(self._key(replica_id, epoch, batch), incoming.hash, incoming.sig):
                raise UntrustedFeed("signature_bad")
        return rows

    def _find_known(self, batch: Sequence[Incoming]) -> None:
        by_id = {incoming.event_id: incoming for incoming in batch}
        if len(by_id) != len(batch):
            raise UntrustedFeed("fed_twice")
        for row in self._connection.execute(_BY_ID, {"ids": list(by_id)}):
            incoming = by_id[row.event_id]
            if row.hash != incoming.hash:
                raise UntrustedFeed("event_differs")
            if row.gseq is not None:
                raise UntrustedFeed("fed_twice")
            incoming.position, incoming.is_new = row.position, False

    def _row(self, incoming: Incoming) -> dict[str, object]:
        plain = incoming.plain
        line = self._line(plain, incoming.hash)
        self._known.setdefault((plain["replica_id"], plain["epoch"], plain["seq"]), []).append((line, incoming.hash))
        names = ("event_id", "replica_id", "seq", "dossier_id", "type", "acted_at")
        return {name: plain[name] for name in names} | {
            "position": incoming.position,
            "epoch": line,
            "hash": incoming.hash,
            "sig": incoming.sig,
            "body": incoming.body,
        }

    def _line(self, plain: Mapping[str, Any], digest: bytes) -> str:
        """Return the line an event goes on with, a new one when its place on the old one is taken."""
        replica_id, epoch, seq = plain["replica_id"], plain["epoch"], plain["seq"]
        before = bytes.fromhex(plain["prev_hash"])
        if seq == 1:
            lines = [epoch] if before == GENESIS_HASH else []
        else:
            lines = [line for line, known in self._at(replica_id, epoch, seq - 1) if known == before]
        if not lines:
            raise UntrustedFeed("chain_broken")
        taken = {line for line, _ in self._at(replica_id, epoch, seq)}
        if (replica_id, epoch) == self._own:
            # What the city knows beyond this PC's own log was written by a copy of it: the log here goes on beside it.
            taken.add(epoch)
        free = next((line for line in lines if line not in taken), None)
        return free or f"{epoch}{FORK_MARK}{digest.hex()[:_FORK_HASH]}"

    def _at(self, replica_id: str, epoch: str, seq: int) -> list[tuple[str, bytes]]:
        """Return the lines that have an event at a seq, with its hash; a log is read once, from where it goes on."""
        key = (replica_id, epoch)
        if seq < self._read_from.get(key, seq + 1):
            self._read_from[key] = seq
            of = {"replica_id": replica_id, "epoch": epoch, "seq": seq}
            for line, at, digest in self._connection.execute(_LINES, of):
                found = self._known.setdefault((replica_id, epoch, at), [])
                if (line, digest) not in found:
                    found.append((line, digest))
        return self._known.setdefault((replica_id, epoch, seq), [])

    def _key(self, replica_id: str, epoch: str, batch: Sequence[Incoming]) -> bytes:
        """Return the key a log is signed with: its first event tells it; the city's own is known from the enrolment."""
        found = self._keys.get((replica_id, epoch))
        if found is not None:
            return found
        body = self._connection.execute(_OPENING, {"replica_id": replica_id, "epoch": epoch}).scalar()
        first = json.loads(body) if body is not None else None
        if first is None:
            places = ((each.replica_id, each.plain["epoch"], each.plain["seq"]) for each in batch)
            at = next((n for n, place in enumerate(places) if place == (replica_id, epoch, 1)), None)
            first = batch[at].plain if at is not None else {}
        fact = first.get("fact") if first.get("type") == "epoch.opened" else None
        told = fact.get("public_key") if isinstance(fact, dict) else None
        key = bytes.fromhex(told) if isinstance(told, str) else self._city_key
        self._keys[replica_id, epoch] = key
        return key
