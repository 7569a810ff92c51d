"""One sync per intake, and what a power cut leaves: every answered act, whatever the disk kept of the rest."""

import codecs
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

import pytest

from tests.faults.checks import good, problems_after
from tests.faults.lab import Lab, Outcome, Place, write_commands
from tests.faults.scenario import forty_acts

pytestmark = pytest.mark.faults

ACTS = forty_acts()
SYNCS = ("fsync", "fdatasync")
LOG = "motcua.db-wal"
FEW, MORE = 8, 23
#: Images of one CI run: 1 s each. The sweep takes many.
IMAGES = 400 if os.environ.get("MOTCUA_SWEEP") else 24
SECTOR = 512
_FILE = re.compile(r"\d+<([^>]+)>(?:, (.*))?\) += ")
_WRITTEN = re.compile(r'"(.*)", (\d+)(?:, (\d+))?')


def syncs_of_intakes(lab: Lab, place: Place, n: int, variant: str) -> Counter[str]:
    """Count the syncs of each file while n dossiers are received in one process."""
    outcome = lab.start(place, "work", str(n), trace=SYNCS, variant=variant).finish()
    assert outcome.code == 0, outcome.error
    return Counter(Path(found[1]).name for _, text in outcome.calls if (found := _FILE.match(text)))


@pytest.mark.parametrize(("variant", "syncs"), [("", 1), ("synchronous_off", 0)], ids=["product", "control"])
def test_an_intake_syncs_the_log_once_and_nothing_else(
    lab: Lab, fresh: Callable[[], Place], variant: str, syncs: int
) -> None:
    few = syncs_of_intakes(lab, fresh(), FEW, variant)
    more = syncs_of_intakes(lab, fresh(), MORE, variant)

    assert more - few == Counter({LOG: (MORE - FEW) * syncs} if syncs else {})


@dataclass(slots=True)
class Disk:
    """Follow what a disk surely holds of some files, and what it may hold.

    Attributes:
        sure: Content at the last sync, by path.
        pending: Writes and cuts since then: (path, offset, bytes); no bytes for a cut at the offset.
        answers: How many lines were answered.
    """

    sure: dict[Path, bytearray]
    pending: list[tuple[Path, int, bytes | None]] = field(default_factory=list)
    answers: int = 0

    def see(self, call: str, text: str) -> None:
        """Take one traced call."""
        if (found := _FILE.match(text)) is None:
            return
        path, rest = Path(found[1]), found[2] or ""
        if call == "write" and "pipe:" in found[1]:
            self.answers += bytes_of(rest)[0].count(b"\n")
        elif not path.name.startswith("motcua.db") or path.name.endswith("-shm"):
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

    def image(self, source: random.Random, kept: float) -> dict[Path, bytearray]:
        """Return the files after a power cut: of the pending writes a share is kept, some of them torn."""
        files = {path: bytearray(content) for path, content in self.sure.items()}
        for path, offset, content in self.pending:
            if source.random() < kept:
                torn = content and source.random() < 0.3
                cut = SECTOR * source.randrange(1, 8) if torn else None
                apply(files, (path, offset, content[:cut] if content else content))
        return files


def bytes_of(text: str) -> tuple[bytes, int]:
    """Return bytes and offset of a traced write."""
    found = _WRITTEN.match(text)
    assert found is not None, text[:80]
    content = codecs.escape_decode(found[1].encode())[0]
    assert len(content) == int(found[2]), "the trace shows only a part"
    return content, int(found[3] or 0)


def apply(files: dict[Path, bytearray], change: tuple[Path, int, bytes | None]) -> None:
    """Write or cut."""
    path, offset, content = change
    file = files.setdefault(path, bytearray())
    if content is None:
        del file[offset:]
        return
    file.extend(bytes(max(0, offset - len(file))))
    file[offset : offset + len(content)] = content


def recorded(lab: Lab, place: Place, variant: str) -> Outcome:
    """Run the scenario and record every byte it writes."""
    commands = write_commands(place, [act.command for act in ACTS])
    calls = ("pwrite64", "write", "ftruncate", *SYNCS)
    outcome = lab.start(place, "do", commands, variant=variant, trace=calls, shown_bytes=40_000).finish()
    assert (outcome.code, len(outcome.answers)) == (0, len(ACTS))
    return outcome


def cuts(calls: Sequence[tuple[str, str]], disk: Disk, images: int, source: random.Random) -> Iterator[int]:
    """Let the calls pass and stop at random ones; yield the number of answers given by then."""
    first = next(index for index, (call, text) in enumerate(calls) if call == "write" and "pipe:" in text)
    stops = set(source.sample(range(first, len(calls)), images))
    for index, (call, text) in enumerate(calls):
        disk.see(call, text)
        if index in stops:
            yield disk.answers


def bad_images(lab: Lab, fresh: Callable[[], Place], variant: str, images: int) -> list[str]:
    """Return what is wrong after power cuts at random moments of a run."""
    source, bad = random.Random(1946), []
    before, place = fresh(), fresh()
    outcome = recorded(lab, place, variant)
    answers = good(outcome.answers)
    disk = Disk({place.database: bytearray(before.database.read_bytes())})
    for answered in cuts(outcome.calls, disk, images, source):
        kept = source.choice((0.0, 0.0, 0.5, 0.9))
        after = before.copied(before.data.parent.with_name("after"))
        for path, content in disk.image(source, kept).items():
            (after.data / path.name).write_bytes(content)
        # The first start takes over what lies in the log: until then a page torn while the log was moved into the
        # database looks damaged to `verify`, which reads the bytes of the file (docs/reliability.md).
        started = lab.do(after, []).code
        found = [f"no start: {started}"] * bool(started) + problems_after(lab, after, ACTS, answers[:answered])
        bad += [f"after {answered} answers, {kept} kept: {problem}" for problem in found]
        rmtree(after.data.parent)
    return bad


def test_a_power_cut_loses_nothing_answered(lab: Lab, fresh: Callable[[], Place]) -> None:
    assert bad_images(lab, fresh, "", IMAGES) == []


def test_control_without_syncs_a_power_cut_loses_what_was_answered(lab: Lab, fresh: Callable[[], Place]) -> None:
    bad = bad_images(lab, fresh, "synchronous_off", 4)

    assert any("lost" in problem or "verify says" in problem for problem in bad)
