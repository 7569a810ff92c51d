"""Kill the updater at every call by which it changes the disk: a version starts each time, and no act is lost.

Two updates are killed: that of the program (``motcua update apply``) and that of the data, which a new version takes
over when it is first started. Controls take the one atomic step away, and are found out.
"""

import json
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from desktop.devices.program_folder import ProgramFolder
from desktop.domain.errors import AppError
from tests.faults.checks import good
from tests.faults.lab import Lab, Place, write_commands
from tests.faults.scenario import forty_acts
from tests.support.releases import make_folder, make_release, starts, write_settings

pytestmark = pytest.mark.faults

IS_SWEEP = bool(os.environ.get("MOTCUA_SWEEP"))
#: Every call by which files and names on a disk change.
CALLS = (
    "pwrite64", "write", "sendfile", "copy_file_range", "fdatasync", "fsync", "sync", "ftruncate", "unlink", "unlinkat",
    "rename", "renameat", "mkdir", "rmdir", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat",
)  # fmt: skip
#: Kill points of one CI run, the steps by which a name changes first; the sweep takes them all.
PROGRAM_KILLS, RETURN_KILLS = 5, 2
DATA_KILLS = 3
ACTS = [act.command for act in forty_acts()[:3]]
MORE = [act.command for act in forty_acts()[3:6]]

Points = list[tuple[str, int]]


def points_of(calls: tuple[tuple[str, str], ...], most: int) -> Points:
    """Return every (call, n-th) of a run; outside a sweep some of them, renames always."""
    names = [name for name, _ in calls]
    points = [
        (name, names[: place + 1].count(name))
        for place, (name, text) in enumerate(calls)
        # Not where a test lays the next release's migrations down.
        if "/next/" not in text
    ]
    if IS_SWEEP:
        return points
    needed = [point for point in points if point[0] in ("rename", "link", "linkat")]
    others = random.Random(1976).sample([point for point in points if point not in needed], len(points) - len(needed))
    return [*needed, *others][:most]


def cut_off(lab: Lab, place: Place, *arguments: str | Path, point: tuple[str, int], variant: str = "") -> int:
    """Run a command that is killed as it enters a call; return its exit code."""
    return lab.start(place, *arguments, variant=variant, inject=f"{point[0]}:signal=KILL:when={point[1]}").finish().code


class Office:
    """Hold a program folder, a release for it, and the settings of the installation."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "program"
        self.release = make_release(folder)
        self.settings = write_settings(folder / "update.toml")
        make_folder(self.root)

    def update(self, root: Path) -> tuple[str | Path, ...]:
        return "update", "apply", self.release, "--root", root, "--config", self.settings


def problems_of_a_program(root: Path) -> list[str]:
    """Return what is wrong with a program folder: the version in use must start, and so must the one before."""
    try:
        said = starts(root)
        previous = ProgramFolder(root).pointer().previous
        if previous:
            subprocess.run([root / "versions" / previous / "motcua", "x"], check=True, capture_output=True)
    except (AppError, OSError, ValueError, IndexError, subprocess.CalledProcessError) as error:
        return [f"nothing starts: {error!r}"]
    return [] if said in ("0.1.0 x\n", "0.2.0 x\n") else [f"another version starts: {said}"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_killed_update_of_the_program_leaves_a_version_that_starts_and_is_done_again(
    lab: Lab, office: Office, empty_ward: Place, tmp_path: Path
) -> None:
    copytree(office.root, tmp_path / "whole", symlinks=True)
    traced = lab.start(empty_ward, *office.update(tmp_path / "whole"), trace=CALLS).finish()
    assert traced.code == 0, traced.error
    points = points_of(traced.calls, PROGRAM_KILLS)

    bad: dict[str, list[str]] = {}
    killed = 0
    for n, point in enumerate(points):
        root = tmp_path / f"killed{n}"
        copytree(office.root, root, symlinks=True)
        killed += cut_off(lab, empty_ward, *office.update(root), point=point) == -9
        found = problems_of_a_program(root)
        # Only a version that is all there has a name.
        found += [
            v for v in ProgramFolder(root).versions() if not (root / "versions" / v / "lib" / "link").is_symlink()
        ]
        again = lab.run(empty_ward, *office.update(root))
        if again.code not in (0, 1) or starts(root) != "0.2.0 x\n":
            found.append(f"not done again: {again.error}")
        if left := [path.name for path in (root / "versions").iterdir() if path.name.startswith(".")]:
            found += left if again.code == 0 else []
        if found:
            bad[f"{point[0]} {point[1]}"] = found
        rmtree(root)

    assert bad == {}
    assert killed >= 0.9 * len(points)


@pytest.mark.parametrize("variant", ["pointer_written_over", "versions_unpacked_in_place"])
def test_control_without_the_atomic_step_a_kill_leaves_nothing_that_starts(
    lab: Lab, office: Office, empty_ward: Place, tmp_path: Path, variant: str
) -> None:
    copytree(office.root, tmp_path / "whole", symlinks=True)
    update = (*office.update(tmp_path / "whole"),)
    traced = lab.start(empty_ward, *update, trace=CALLS, shown_bytes=20, variant=variant).finish()
    # The pointer's write in one control, the first file of the program in the other.
    wanted = "0.2.0 0.1.0" if variant == "pointer_written_over" else "#!/bin/sh"
    names = [name for name, _ in traced.calls]
    place = next(n for n, (name, text) in enumerate(traced.calls) if name == "write" and wanted in text)
    point = ("write", names[: place + 1].count("write"))

    cut_off(lab, empty_ward, *office.update(office.root), point=point, variant=variant)

    assert problems_of_a_program(office.root)


def worked(lab: Lab, place: Place, variant: str = "") -> bool:
    """Tell whether a release opens the data, and finds nothing wrong."""
    outcome = lab.run(place, "do", variant=variant)
    if outcome.code != 0:
        return False
    return lab.run(place, "verify", "--json", variant=variant).code == 0


def problems_of_data(lab: Lab, place: Place, expected: list[str]) -> list[str]:
    """Return what is wrong after a take-over was killed: one of two releases opens it, and every act is there."""
    copy = place.copied(place.data.parent.with_name(f"{place.data.parent.name}-old"))
    found = []
    if not worked(lab, copy) and not worked(lab, place, "next_release"):
        found.append("neither release opens it")
    if not worked(lab, place, "next_release"):
        found.append("the next release does not take it over afterwards")
    if codes_of(lab, place, "next_release") != expected:
        found.append("acts are lost")
    rmtree(copy.data.parent)
    return found


def codes_of(lab: Lab, place: Place, variant: str = "") -> list[str]:
    search = {"id": 1, "do": "dossier.search", "as": "lan", "at": ACTS[-1]["at"], "with": {"q": "000"}}
    outcome = lab.run(place, "do", write_commands(place, [search]), variant=variant)
    return sorted(item["code"] for item in good(outcome.answers)[0]["result"]["items"]) if outcome.code == 0 else []


@pytest.fixture
def ward(lab: Lab, fresh: Callable[[], Place]) -> Place:
    """A ward with some acts, its write-ahead log not yet moved into the database."""
    place = fresh()
    run = lab.start(place, "do")
    run.typing.write(b"".join(path_line(command) for command in ACTS))
    assert len(run.read(len(ACTS))) == len(ACTS)
    run.kill()
    run.finish()
    return place


def path_line(command: dict[str, object]) -> bytes:
    return json.dumps(command).encode() + b"\n"


def test_a_killed_take_over_of_the_data_loses_no_act(lab: Lab, ward: Place, tmp_path: Path) -> None:
    whole = ward.copied(tmp_path / "whole")
    traced = lab.start(whole, "do", variant="next_release", trace=CALLS).finish()
    assert traced.code == 0, traced.error
    assert list((whole.data / "backups").iterdir()), "the data was not taken over"
    expected = codes_of(lab, whole, "next_release")
    points = points_of(traced.calls, DATA_KILLS)

    bad: dict[str, list[str]] = {}
    killed = 0
    for n, point in enumerate(points):
        place = ward.copied(tmp_path / f"killed{n}")
        killed += cut_off(lab, place, "do", point=point, variant="next_release") == -9
        if found := problems_of_data(lab, place, expected):
            bad[f"{point[0]} {point[1]}"] = found
        rmtree(place.data.parent)

    assert expected
    assert bad == {}
    assert killed >= 0.9 * len(points)


def test_control_a_copy_written_over_the_database_is_found_out(lab: Lab, ward: Place, tmp_path: Path) -> None:
    variant = "next_release_without_a_copy"
    whole = ward.copied(tmp_path / "whole")
    traced = lab.start(whole, "do", variant=variant, trace=("write",)).finish()
    assert traced.code == 0, traced.error
    # In the middle of the pieces by which the copy is written over it.
    places = [n for n, (_, text) in enumerate(traced.calls, 1) if "motcua.db>" in text]
    point = ("write", places[len(places) // 2])

    cut_off(lab, ward, "do", point=point, variant=variant)

    assert "neither release opens it" in problems_of_data(lab, ward, [])


def test_a_killed_return_loses_no_act_of_the_time_between(lab: Lab, ward: Place, tmp_path: Path) -> None:
    assert lab.do(ward, MORE, variant="next_release").code == 0
    assert not worked(lab, ward.copied(tmp_path / "refused")), "the data was not taken over"
    expected = codes_of(lab, ward, "next_release")
    whole = ward.copied(tmp_path / "whole")
    traced = lab.start(whole, "do", variant="returning", trace=CALLS).finish()
    assert traced.code == 0, traced.error
    assert codes_of(lab, whole) == expected

    bad: dict[str, list[str]] = {}
    for n, point in enumerate(points_of(traced.calls, RETURN_KILLS)):
        place = ward.copied(tmp_path / f"killed{n}")
        cut_off(lab, place, "do", point=point, variant="returning")
        if not worked(lab, place, "returning") or codes_of(lab, place, "returning") != expected:
            bad[f"{point[0]} {point[1]}"] = ["acts are lost"]
        rmtree(place.data.parent)

    assert bad == {}
