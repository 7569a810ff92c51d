"""What the city has signed of a unit's feed: how long it was and where it ended, kept beside the marker.

Whoever puts an old database back together with its old marker leaves nothing that contradicts itself. The city's
signature on a longer feed does: it cannot be written anew without the city's key. The newest one of each day is kept,
so that a file that was put back for one day still stands against the days before.

Source: docs/decisions/0012-sync.md.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select, text

from desktop.domain.feed import FEED_START, Place, Verdict, VerdictKind, next_place
from desktop.protocol.signing_words import checkpoint_words
from desktop.storage.recount import Finding
from desktop.storage.sync_state import CITY_KEY, INCARNATION, read_state
from desktop.storage.tables import FEED

CHECKPOINTS_NAME: Final = "checkpoints"
_MOST_DAYS: Final = 32
_FEED: Final = text(
    "SELECT f.gseq, f.kind, f.code, f.blocked_by, f.feed_hash, e.hash FROM feed f "
    "LEFT JOIN event e ON e.position = f.position ORDER BY f.gseq"
)

CheckSignature = Callable[[bytes, bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Hold what the city signed.

    Attributes:
        gseq: How many entries the feed had.
        feed_hash: Hash of its last one, hex.
        incarnation: The city's, so that a city that was restored is told from one that lost nothing.
        signature: The city's, hex.
        seen_on: ISO date on which it came.
    """

    gseq: int
    feed_hash: str
    incarnation: str
    signature: str
    seen_on: str

    @property
    def words(self) -> bytes:
        """Return what was signed."""
        return checkpoint_words(self.gseq, self.feed_hash, self.incarnation)


class CheckpointFile:
    """Keep checkpoints in the folder of the marker.

    Threads: lane db.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made at the first write."""
        self._path = folder / CHECKPOINTS_NAME
        self._last: Checkpoint | None = None

    def read(self) -> tuple[Checkpoint, ...]:
        """Return what is kept, oldest first; a line that is none is left out."""
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        return tuple(found for line in lines if (found := _read(line)) is not None)

    def keep(self, new: Checkpoint) -> None:
        """Keep a checkpoint in the place of the one of the same day.

        Raises:
            OSError: The disk refused; what was kept stands.
        """
        if new == self._last:
            return
        others = [each for each in self.read() if each.seen_on != new.seen_on]
        self._write([*others, new][-_MOST_DAYS:])
        self._last = new

    def forget_after(self, gseq: int) -> None:
        """Forget what lies beyond a place: the city lost it, or this PC has said openly that it was restored.

        Raises:
            OSError: The disk refused.
        """
        known = self.read()
        kept = [each for each in known if each.gseq <= gseq]
        if len(kept) != len(known):
            self._write(kept)
        self._last = None

    def is_ahead_of(self, gseq: int) -> bool:
        """Tell whether the city has signed more than a database knows."""
        return any(each.gseq > gseq for each in self.read())

    def _write(self, kept: Iterable[Checkpoint]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        content = "".join(json.dumps(asdict(each), separators=(",", ":")) + "\n" for each in kept)
        beside.write_text(content, encoding="utf-8")
        beside.replace(self._path)


def feed_length(connection: Connection) -> int:
    """Return how many entries of the feed a database knows."""
    return int(connection.execute(select(func.max(FEED.c.gseq))).scalar() or 0)


def feed_findings(connection: Connection) -> Iterator[Finding]:
    """Bind every entry of the feed to the one before it again; name the first that does not follow."""
    place = Place(0, FEED_START)
    for row in connection.execution_options(yield_per=2_000).execute(_FEED):
        if row.hash is None:
            yield Finding("event_missing", f"feed {row.gseq}")
            return
        place = next_place(place, row.hash, Verdict(VerdictKind(row.kind), row.code, row.blocked_by))
        if (row.gseq, row.feed_hash) != (place.gseq, place.feed_hash):
            yield Finding("feed_broken", str(row.gseq))
            return


def checkpoint_findings(
    connection: Connection, kept: Iterable[Checkpoint], check_signature: CheckSignature
) -> Iterator[Finding]:
    """Compare the feed with what the city has signed of it: a tail that was cut, a place that was written anew."""
    try:
        city_key = bytes.fromhex(read_state(connection, CITY_KEY))
    except ValueError:
        city_key = b""
    if not city_key:
        return
    incarnation, length = read_state(connection, INCARNATION), feed_length(connection)
    for each in kept:
        where = f"{each.gseq} ({each.seen_on})"
        if not _is_signed(each, city_key, check_signature):
            yield Finding("checkpoint_bad", where)
        elif each.incarnation != incarnation:
            continue
        elif each.gseq > length:
            yield Finding("log_cut", f"{length} < {where}")
        elif _hash_at(connection, each.gseq) != each.feed_hash:
            yield Finding("checkpoint_differs", where)


def _is_signed(checkpoint: Checkpoint, city_key: bytes, check_signature: CheckSignature) -> bool:
    try:
        signature = bytes.fromhex(checkpoint.signature)
    except ValueError:
        return False
    return check_signature(city_key, checkpoint.words, signature)


def _hash_at(connection: Connection, gseq: int) -> str:
    if gseq == 0:
        return FEED_START.hex()
    found: bytes | None = connection.execute(select(FEED.c.feed_hash).where(FEED.c.gseq == gseq)).scalar()
    return "" if found is None else found.hex()


def _read(line: str) -> Checkpoint | None:
    try:
        plain = json.loads(line)
        return Checkpoint(
            int(plain["gseq"]),
            str(plain["feed_hash"]),
            str(plain["incarnation"]),
            str(plain["signature"]),
            str(plain["seen_on"]),
        )
    except (ValueError, TypeError, KeyError):
        return None
