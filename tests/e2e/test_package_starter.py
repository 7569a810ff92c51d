"""The starter of an installation: which version it starts, while a new one is on trial and after it failed.

The starter of Windows does the same, in C#; where Mono is, every test drives it too.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs are shell scripts here")

INSTALLER = Path(__file__).parents[2] / "installer"
#: Says which version it is and from which it came back; what comes then is the test's.
SAYS = '#!/bin/sh\necho "{version}${{MOTCUA_RETURNED_FROM:+ after $MOTCUA_RETURNED_FROM}} $*"\n'
#: What a version does once somebody logged in.
CONFIRMS = 'echo "{version} 0 good" > "$MOTCUA_TRIAL"\n'
REFUSES = 'echo "{version} 0 refused" > "$MOTCUA_TRIAL"\n'
POSTPONES = 'echo "{version} 0 later" > "$MOTCUA_TRIAL"\n'


class Office:
    """Be a PC with two versions.

    Attributes:
        root: Program folder.
        is_windows: The starter is that of Windows, in Mono.
    """

    def __init__(self, folder: Path, new: str, starter: Path | None) -> None:
        self.root, self._home = folder / "program", folder / "home"
        self.is_windows = starter is not None
        for version, script in (("0.1.0", ""), ("0.2.0", new)):
            place = self.root / "versions" / version
            place.mkdir(parents=True)
            (place / "motcua").write_text((SAYS + script).format(version=version), "utf-8")
            (place / "motcua").chmod(0o755)
            (place / "motcua.exe").symlink_to("motcua")
        self.point("0.2.0 0.1.0 0.1.0")
        if starter is not None:
            (self.root / "motcua.exe").write_bytes(starter.read_bytes())
            self._command = ["mono", str(self.root / "motcua.exe")]
            return
        (self.root / "motcua").write_bytes((INSTALLER / "linux" / "motcua").read_bytes())
        (self.root / "motcua").chmod(0o755)
        (folder / "bin").mkdir()
        (folder / "bin" / "motcua").symlink_to(self.root / "motcua")
        self._command = [str(folder / "bin" / "motcua")]

    def point(self, line: str) -> None:
        (self.root / "current").write_text(f"{line}\n", "ascii")

    def start(self, *words: str) -> tuple[int, list[str]]:
        ended = subprocess.run(
            [*self._command, *words],
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self._home)},
            check=False,
        )
        return ended.returncode, ended.stdout.split("\n")[:-1]

    def block_state(self) -> None:
        """Put folders where the starters' notes are to be written."""
        for state in (".local/state/motcua", ".local/share/motcua"):
            (self._home / state / "trial.new").mkdir(parents=True)

    def has_state(self) -> bool:
        return any(self._home.rglob("trial"))


@pytest.fixture(scope="session")
def windows_starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile the starter of Windows."""
    if shutil.which("mcs") is None or shutil.which("mono") is None:
        pytest.skip("no Mono here")
    made = tmp_path_factory.mktemp("starter") / "motcua.exe"
    compile_starter(made)
    return made


def compile_starter(target: Path, *options: str) -> None:
    source = INSTALLER / "windows" / "motcua.cs"
    # The compiler of Windows knows C# up to 5; what Mono lacks of .NET 4.8 is nothing that is used here.
    subprocess.run(["mcs", "-langversion:5", *options, f"-out:{target}", source], check=True)


@pytest.fixture(params=["linux", pytest.param("windows", marks=pytest.mark.slow)])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Office]:
    """Return what makes a PC whose new version ends as a script says."""
    starter = request.getfixturevalue("windows_starter") if request.param == "windows" else None
    return lambda script: Office(tmp_path, script, starter)


def test_a_version_that_somebody_logged_in_to_is_started_from_then_on(installed: Callable[[str], Office]) -> None:
    office = installed(CONFIRMS)

    assert office.start() == (0, ["0.2.0 "])
    (office.root / "versions" / "0.2.0" / "motcua").write_text("#!/bin/sh\necho confirmed; exit 1\n", "utf-8")
    assert office.start() == (1, ["confirmed"])


def test_a_version_that_refuses_the_data_gives_way_at_once_and_for_good(installed: Callable[[str], Office]) -> None:
    office = installed(REFUSES)

    assert office.start() == (0, ["0.2.0 ", "0.1.0 after 0.2.0 "])
    assert office.start() == (0, ["0.1.0 after 0.2.0 "])


def test_an_update_over_one_that_failed_falls_back_on_the_version_that_serves_the_user(
    installed: Callable[[str], Office],
) -> None:
    office = installed(REFUSES)
    office.start()
    for newer, before in (("0.3.0", "0.2.0"), ("0.4.0", "0.3.0")):
        copytree(office.root / "versions" / "0.2.0", office.root / "versions" / newer, symlinks=True)
        refusing = office.root / "versions" / newer / "motcua"
        refusing.write_text((SAYS + REFUSES).format(version=newer), "utf-8")
        office.point(f"{newer} {before} 0.1.0")

        assert office.start() == (0, [f"{newer} ", f"0.1.0 after {newer} "])
        assert office.start() == (0, [f"0.1.0 after {newer} "])
        assert office.start("verify") == (0, [f"0.1.0 after {newer} verify"])


def test_a_version_without_room_for_the_try_is_tried_at_the_next_start(installed: Callable[[str], Office]) -> None:
    office = installed(POSTPONES)

    assert office.start() == (0, ["0.2.0 ", "0.1.0 after 0.2.0 "])
    assert office.start()[1][0] == "0.2.0 "


@pytest.mark.parametrize("ending", ["exit 1", "kill -SEGV $$", "kill -ABRT $$", "exit 70"])
def test_a_version_that_ends_badly_gives_way_at_once(installed: Callable[[str], Office], ending: str) -> None:
    office = installed(ending)
    if office.is_windows and "kill" in ending:
        pytest.skip("Windows has no signals: there a crash is an exit code that this system cannot give")

    assert office.start() == (0, ["0.2.0 ", "0.1.0 after 0.2.0 "])
    assert office.start() == (0, ["0.1.0 after 0.2.0 "])


def test_a_version_that_cannot_be_run_gives_way(installed: Callable[[str], Office]) -> None:
    office = installed("")
    if office.is_windows:
        pytest.skip("Mono starts what Windows would refuse to start")
    (office.root / "versions" / "0.2.0" / "motcua").write_bytes(b"\x7fELF no program")

    assert office.start() == (0, ["0.1.0 after 0.2.0 "])


def test_a_version_that_never_comes_to_a_log_in_gives_way_after_three_starts(
    installed: Callable[[str], Office],
) -> None:
    office = installed("kill -KILL $$")

    seen = [office.start()[1] for _ in range(5)]

    assert [lines[0] for lines in seen] == ["0.2.0 ", "0.2.0 ", "0.2.0 ", "0.1.0 after 0.2.0 ", "0.1.0 after 0.2.0 "]


def test_a_window_that_was_only_closed_says_nothing_about_a_version(installed: Callable[[str], Office]) -> None:
    office = installed("")

    assert [office.start()[1] for _ in range(5)] == [["0.2.0 "]] * 5


def test_what_only_reads_is_left_to_the_version_that_wrote_the_data(installed: Callable[[str], Office]) -> None:
    office = installed("")

    assert office.start("verify", "--json") == (0, ["0.1.0 verify --json"])
    assert office.start("update", "status") == (0, ["0.2.0 update status"])
    assert office.start("do", "x.jsonl") == (0, ["0.2.0 do x.jsonl"])
    assert office.start("verify") == (0, ["0.2.0 verify"])


def test_after_the_pc_went_back_the_data_is_taken_back_too(installed: Callable[[str], Office]) -> None:
    office = installed(CONFIRMS)
    office.start()
    office.point("0.1.0 - 0.1.0")

    assert office.start() == (0, ["0.1.0 after 0.2.0 "])


def test_with_one_version_there_is_no_trial(installed: Callable[[str], Office]) -> None:
    office = installed("exit 1")
    office.point("0.2.0 - 0.1.0")

    assert office.start() == (1, ["0.2.0 "])
    assert not office.has_state()


def test_an_unfinished_installation_is_told(installed: Callable[[str], Office]) -> None:
    office = installed("")
    office.point("0.3.0 0.1.0 0.1.0")

    assert office.start() == (5, [])


def test_a_state_that_cannot_be_written_keeps_nobody_from_working(installed: Callable[[str], Office]) -> None:
    office = installed("")
    office.block_state()

    assert office.start() == (0, ["0.2.0 "])


@pytest.mark.slow
@pytest.mark.usefixtures("windows_starter")
def test_the_starter_with_a_console_starts_the_program_that_prints(tmp_path: Path) -> None:
    starter = tmp_path / "motcua.com"
    compile_starter(starter, "-define:CONSOLE")
    office = Office(tmp_path, "", starter)
    printing = office.root / "versions" / "0.2.0" / "motcua-cli.exe"
    printing.write_text('#!/bin/sh\necho "printed: $*"\n', "utf-8")
    printing.chmod(0o755)

    assert office.start("update", "status", "a b") == (0, ["printed: update status a b"])
