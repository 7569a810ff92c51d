"""One sync per intake, and what a power cut leaves: every answered act, whatever the disk kept of the rest."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory

import pytest

from tests.faults.checks import good, problems_after
from tests.faults.lab import Lab, Outcome, Place, write_commands
from tests.faults.power import SYNCS, Disk, Image, Judge, file_of, images
from tests.faults.scenario import forty_acts

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

ACTS = forty_acts()
LOG = "motcua.db-wal"
FEW, MORE = 8, 23
IS_SWEEP = bool(os.environ.get("MOTCUA_SWEEP"))
#: Recorded runs, images of each, and of which every so-manieth is judged by five commands as well.
RUNS = 5 if IS_SWEEP else 1
IMAGES = 20_000 if IS_SWEEP else 600
CONTROL_EVERY = 500 if IS_SWEEP else 30


def syncs_of_intakes(lab: Lab, place: Place, n: int, variant: str) -> Counter[str]:
    """Count the syncs of each file while n dossiers are received in one process."""
    outcome = lab.start(place, "work", str(n), trace=SYNCS, variant=variant).finish()
    assert outcome.code == 0, outcome.error
    return Counter(found[0].name for _, text in outcome.calls if (found := file_of(text)))


@pytest.mark.parametrize(("variant", "syncs"), [("", 1), ("synchronous_off", 0)], ids=["product", "control"])
def test_an_intake_syncs_the_log_once_and_nothing_else(
    lab: Lab, fresh: Callable[[], Place], variant: str, syncs: int
) -> None:
    few = syncs_of_intakes(lab, fresh(), FEW, variant)
    more = syncs_of_intakes(lab, fresh(), MORE, variant)

    assert more - few == Counter({LOG: (MORE - FEW) * syncs} if syncs else {})


@dataclass(slots=True)
class Cuts:
    """Hold a recorded run and what it takes to judge power cuts of it.

    Attributes:
        lab: Runs the commands of the whole judgement.
        before: The ward as it was before the run; nobody writes into it.
        place: Where the run was.
        outcome: The run.
        judge: Looks at very many.
    """

    lab: Lab
    before: Place
    place: Place
    outcome: Outcome
    judge: Judge

    def images(self, many: int, run: int = 0) -> Iterator[Image]:
        """Yield images of cuts at random moments, others in each run."""
        disk = Disk({self.place.database: bytearray(self.before.database.read_bytes())})
        return images(self.outcome.calls, disk, many, random.Random(1946 + run))

    def wholly(self, image: Image) -> list[str]:
        """Judge by five commands, as after a kill: the first start, ``verify``, the tables, more work, ``verify``."""
        after = self.before.copied(self.before.data.parent.with_name("after"))
        image.write(after.data)
        # The first start takes over what lies in the log: until then a page torn while the log was moved into the
        # database looks damaged to `verify`, which reads the bytes of the file (docs/reliability.md).
        started = self.lab.do(after, []).code
        answers = good(self.outcome.answers)[: image.answered]
        found = [f"no start: {started}"] * bool(started) + problems_after(self.lab, after, ACTS, answers)
        rmtree(after.data.parent)
        return found


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Lend a folder in memory where there is one: a sync of it costs nothing, and proves nothing here."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def recorded(lab: Lab, fresh: Callable[[], Place], scratch: Path, variant: str = "") -> Cuts:
    """Run the scenario and record every byte it writes."""
    before, place = fresh(), fresh()
    commands = write_commands(place, [act.command for act in ACTS])
    calls = ("pwrite64", "write", "ftruncate", *SYNCS)
    outcome = lab.start(place, "do", commands, variant=variant, trace=calls, shown_bytes=40_000).finish()
    assert (outcome.code, len(outcome.answers)) == (0, len(ACTS))
    copytree(before.data.parent, scratch / "pc")
    judge = Judge(Place.under(scratch / "pc"), ACTS, good(outcome.answers))
    return Cuts(lab, before, place, outcome, judge)


@pytest.mark.parametrize("run", range(RUNS))
def test_a_power_cut_loses_nothing_answered(lab: Lab, fresh: Callable[[], Place], scratch: Path, run: int) -> None:
    cuts, bad, whole = recorded(lab, fresh, scratch), [], 0

    for number, image in enumerate(cuts.images(IMAGES, run)):
        known = len(cuts.judge.verdicts)
        found = cuts.judge.problems(image)
        is_new = len(cuts.judge.verdicts) > known
        if number % CONTROL_EVERY == 0 or (IS_SWEEP and is_new):
            found += cuts.wholly(image)
            whole += 1
        bad += [f"image {number} after {image.answered} answers: {problem}" for problem in found]

    judge = cuts.judge
    print(f"{IMAGES} images, {len(judge.names)} differ, {len(judge.verdicts)} databases, {whole} judged wholly")  # noqa: T201 - the count
    assert bad == []
    assert len(judge.verdicts) > len(ACTS)


def test_control_without_syncs_a_power_cut_loses_what_was_answered_and_both_judgements_say_so(
    lab: Lab, fresh: Callable[[], Place], scratch: Path
) -> None:
    cuts = recorded(lab, fresh, scratch, "synchronous_off")

    found = [(cuts.judge.problems(image), cuts.wholly(image)) for image in cuts.images(4)]

    assert any("lost" in problem or "no start" in problem for quick, _ in found for problem in quick)
    assert [bool(quick) for quick, _ in found] == [bool(whole) for _, whole in found]
