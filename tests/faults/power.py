"""What a power cut leaves of the files a run wrote, and a judge that can look at very many of such images.

An image is what the disk surely holds (all before the last sync of each file) and a part of what was written since:
nothing, the first so many writes, or any of them, each whole or torn at a sector. Images are judged by what the
database recovers to. Many recover to the very same file, byte by byte: that file is judged once, and each image only
for the acts that were answered by then. :func:`tests.faults.checks.problems_after` is the whole judgement, by five
commands; the tests set it beside this one.
"""

import codecs
import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2

from desktop.devices import signing_key
from desktop.domain.errors import AppError
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import connect_raw
from desktop.storage.verification import verify
from desktop.wiring import APP_NAME, read_key
from tests.faults.bystander import tables_of
from tests.faults.checks import acts_differ, committed, torn
from tests.faults.lab import Place
from tests.faults.scenario import Act

SYNCS: Final = ("fsync", "fdatasync")
SECTOR: Final = 512
#: One of so many writes that reached the disk is torn.
_TORN: Final = 0.3
_FILE = re.compile(r"\d+<([^>]+)>(?:, (.*))?\) += ")
_WRITTEN = re.compile(r'"(.*)", (\d+)(?:, (\d+))?')

#: (path, offset, bytes); no bytes for a cut at the offset.
Change = tuple[Path, int, bytes | None]


def file_of(text: str) -> tuple[Path, str] | None:
    """Return the file of a traced call on a descriptor, and what follows it."""
    found = _FILE.match(text)
    return None if found is None else (Path(found[1]), found[2] or "")


@dataclass(frozen=True, slots=True)
class Image:
    """Hold the files after a power cut.

    Attributes:
        answered: How many acts were answered by then.
        kept: What of the unsynced writes reached the disk: (its place, where it was torn; -1 for whole).
        synced: How many syncs came before: with ``kept`` it says which image this is.
    """

    answered: int
    kept: tuple[tuple[int, int], ...]
    synced: int
    files: dict[Path, bytearray] = field(repr=False)

    @property
    def name(self) -> tuple[int, tuple[tuple[int, int], ...]]:
        """Return what two images have in common that are the same."""
        return self.synced, self.kept

    def write(self, folder: Path) -> None:
        """Put the files into a data folder."""
        for path in folder.glob(f"{DATABASE_NAME}*"):
            path.unlink()
        for path, content in self.files.items():
            (folder / path.name).write_bytes(content)


@dataclass(slots=True)
class Disk:
    """Follow what a disk surely holds of some files, and what it may hold.

    Attributes:
        sure: Content at the last sync, by path.
        pending: Writes and cuts since then.
        answers: How many lines were answered.
        synced: How many syncs there were.
    """

    sure: dict[Path, bytearray]
    pending: list[Change] = field(default_factory=list)
    answers: int = 0
    synced: int = 0

    def see(self, call: str, text: str) -> None:
        """Take one traced call."""
        if (found := file_of(text)) is None:
            return
        path, rest = found
        if call == "write" and "pipe:" in path.name:
            self.answers += bytes_of(rest)[0].count(b"\n")
        elif not path.name.startswith(DATABASE_NAME) or path.name.endswith("-shm"):
            return
        elif call == "pwrite64":
            content, offset = bytes_of(rest)
            self.pending.append((path, offset, content))
        elif call == "ftruncate":
            self.pending.append((path, int(rest), None))
        elif call in SYNCS:
            for change in self.pending:
                if change[0] == path:
                    apply(self.sure, change)
            self.pending = [change for change in self.pending if change[0] != path]
            self.synced += 1

    def image(self, source: random.Random) -> Image:
        """Return the files after a power cut now: a share of the pending writes is kept, any or the first of them."""
        share = source.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        if is_in_order := source.random() < 0.5:
            places = list(range(round(share * len(self.pending) * source.random())))
        else:
            places = [place for place in range(len(self.pending)) if source.random() < share]
        kept = []
        for place in places:
            is_torn = self.pending[place][2] and source.random() < _TORN and (not is_in_order or place == places[-1])
            kept.append((place, SECTOR * source.randrange(1, 8) if is_torn else -1))
        files = {path: bytearray(content) for path, content in self.sure.items()}
        for place, torn_at in kept:
            path, offset, content = self.pending[place]
            apply(files, (path, offset, content[:torn_at] if content and torn_at >= 0 else content))
        return Image(self.answers, tuple(kept), self.synced, files)


def bytes_of(text: str) -> tuple[bytes, int]:
    """Return bytes and offset of a traced write."""
    found = _WRITTEN.match(text)
    assert found is not None, text[:80]
    content = codecs.escape_decode(found[1].encode())[0]
    assert len(content) == int(found[2]), "the trace shows only a part"
    return content, int(found[3] or 0)


def apply(files: dict[Path, bytearray], change: Change) -> None:
    """Write or cut."""
    path, offset, content = change
    file = files.setdefault(path, bytearray())
    if content is None:
        del file[offset:]
        return
    file.extend(bytes(max(0, offset - len(file))))
    file[offset : offset + len(content)] = content


def images(calls: Sequence[tuple[str, str]], disk: Disk, many: int, source: random.Random) -> Iterator[Image]:
    """Let the calls of a run pass, and cut the power after calls drawn by chance, once answers are given."""
    first = next(index for index, (call, text) in enumerate(calls) if call == "write" and "pipe:" in text)
    stops = Counter(source.choices(range(first, len(calls)), k=many))
    for index, (call, text) in enumerate(calls):
        disk.see(call, text)
        for _ in range(stops[index]):
            yield disk.image(source)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Say what is wrong with a database, and which acts are in it."""

    problems: tuple[str, ...]
    done: list[tuple[str, str]]


class Judge:
    """Judge images by what they recover to, in this process.

    Attributes:
        names: Images that differ, with the database each recovered to.
        verdicts: What was found in each database, by the hash of its file.
    """

    def __init__(self, place: Place, acts: Sequence[Act], answers: Sequence[dict[str, Any]]) -> None:
        """Take a place of one's own with the ward as it was before the run, its acts and their answers."""
        self._place, self._acts, self._answers = place, acts, answers
        self._key = read_key(place.data)
        self.names: dict[tuple[int, tuple[tuple[int, int], ...]], str] = {}
        self.verdicts: dict[str, Verdict] = {}

    def problems(self, image: Image) -> list[str]:
        """Return what is wrong after this power cut; empty when nothing is."""
        digest = self.names.get(image.name)
        if digest is None:
            digest = self.names[image.name] = self._recovered(image)
        verdict = self.verdicts[digest]
        return [*verdict.problems, *acts_differ(self._acts, self._answers[: image.answered], verdict.done)]

    def _recovered(self, image: Image) -> str:
        """Let the library take over what lies in the log; return the hash of the database file it makes of it."""
        image.write(self._place.data)
        try:
            with closing(connect_raw(self._place.database, self._key, read_only=False)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except (AppError, dbapi2.Error) as error:
            self.verdicts["none"] = Verdict((f"no start: {error}",), [])
            return "none"
        digest = hashlib.sha256(self._place.database.read_bytes()).hexdigest()
        if digest not in self.verdicts:
            self.verdicts[digest] = self._judged()
        return digest

    def _judged(self) -> Verdict:
        """Verify what was recovered, and compare its tables with each other and with the acts."""
        state = self._place.state / APP_NAME
        report = verify(self._place.data, self._key, state, signing_key.verify, all_signatures=True)
        tables = tables_of(self._place.data)
        done = committed(tables)
        found = [f"verify says {finding.code} {finding.where}" for finding in report.findings]
        return Verdict((*found, *torn(tables, self._acts[: len(done)])), done)
