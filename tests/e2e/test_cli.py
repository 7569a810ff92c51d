"""The program itself, started as scripts start it: exit codes, streams, locks, and what it loads."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from desktop.storage.engine import connect_raw
from tests.support.samples import NINE
from tests.support.wards import KEY, make_ward

ROOT = Path(__file__).resolve().parents[2]
SEARCH = '{"id": 1, "do": "dossier.search", "as": "lan", "with": {"q": "ngọc"}}\n'
RECEIVE = json.dumps(
    {
        "id": 2,
        "do": "dossier.receive",
        "as": "lan",
        "at": NINE.isoformat(),
        "with": {
            "procedure": "1.001193",
            "applicant": {"name": "Nguyễn Thị Ngọc Ở"},
            "components": [{"code": f"TP0{n}", "originals": 1} for n in (1, 2, 3)],
        },
    },
    ensure_ascii=False,
)
#: What lan of the real ward chose in place of her one-time code.
CHOSEN = "mẹ tròn: con vuông"
SAMPLE = ROOT / "resources" / "units" / "sample.toml"


@dataclass(frozen=True)
class Ended:
    """Say how a run ended."""

    returncode: int
    stdout: str
    stderr: str


class Program:
    """Run the program with folders of the test: warm, or cold as ``python -m desktop``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = os.environ | {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "CACHE")}
        self._runs = count(1)
        self._warm = subprocess.Popen(
            [sys.executable, "-m", "tests.support.warm_cli"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def close(self) -> None:
        self._warm.communicate()

    def __call__(self, *arguments: object, given: str = "") -> Ended:
        """Run the command line in a process of its own that has its imports already."""
        folder = self.home / f"run-{next(self._runs)}"
        folder.mkdir()
        (folder / "in").write_text(given, "utf-8")
        request = {"arguments": [*map(str, arguments)], "environment": self.environment, "folder": str(folder)}
        assert self._warm.stdin is not None
        assert self._warm.stdout is not None
        self._warm.stdin.write(json.dumps(request) + "\n")
        self._warm.stdin.flush()
        code = int(self._warm.stdout.readline())
        return Ended(code, (folder / "out").read_text("utf-8"), (folder / "err").read_text("utf-8"))

    def cold(self, *arguments: object, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``python -m desktop``."""
        return subprocess.run(
            [sys.executable, "-m", "desktop", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment | environment,
            input=given,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def lines(self, *arguments: object, given: str = "") -> list[dict[str, Any]]:
        done = self(*arguments, given=given)
        assert done.stderr == ""
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    made = Program(tmp_path_factory.mktemp("home"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def ward(program: Program) -> Path:
    """Give the folder of the sample ward, made by the program."""
    folder = program.home / "ward"
    done = program("--data", folder, "init", "--training", "--sample")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def real(program: Program) -> tuple[Path, dict[str, Any]]:
    """Give the folder of a real ward without a keyring, and what its set-up printed; lan has chosen a password."""
    folder = program.home / "real"
    done = program("--data", folder, "init", "--unit", SAMPLE)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert choose(program, folder, f"lan:{printed['one_time_codes']['lan'].lower()}", CHOSEN).returncode == 0
    return folder, printed


def choose(program: Program, folder: Path, old: str, new: str) -> Ended:
    """Set a user's password by the command; ``old`` is his line of a password file."""
    (program.home / "old").write_text(f"{old}\n", "utf-8")
    (program.home / "new").write_text(f"{new}\n", "utf-8")
    with_files = ("--password-file", program.home / "old", "password", "--new-password-file", program.home / "new")
    return program("--data", folder, *with_files)


def test_commands_are_answered_and_papers_written(program: Program, ward: Path) -> None:
    done = program.cold("--data", ward, "do", given=RECEIVE + "\n" + SEARCH)

    received, found = (json.loads(line) for line in done.stdout.splitlines())
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(received["result"]["receipt"]["pdf"]).parent == ward / "out"
    assert found["result"]["items"][0]["code"] == received["result"]["code"]


def test_a_refusal_is_exit_1(program: Program, ward: Path) -> None:
    assert program("--data", ward, "do", given='{"do": "x"}').returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["do", "--bad"],
        ["do", "/no/such/file.jsonl"],
        ["init"],
        ["init", "--sample"],
        ["init", "--sample", "--unit", "x", "--training"],
        ["backup"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_exit_2(program: Program, arguments: list[str]) -> None:
    done = program("--data", program.home / "none", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr


@pytest.mark.parametrize("command", [["do"], ["verify"], ["backup", "x.motcua"]], ids=" ".join)
def test_no_database_is_exit_3(program: Program, command: list[str]) -> None:
    done = program("--data", program.home / "none", *command)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)


def test_a_database_that_is_there_already_is_exit_3(program: Program, ward: Path) -> None:
    assert program("--data", ward, "init", "--training", "--sample").returncode == 3


def test_a_second_program_is_exit_3_and_verify_works_beside_the_first(program: Program, ward: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "desktop", "--data", str(ward), "do"],
        cwd=ROOT,
        env=program.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        first.stdin.write(SEARCH)
        first.stdin.flush()
        # Flushed line by line: the answer is here while the program still waits for the next command.
        assert json.loads(first.stdout.readline())["ok"]

        second = program("--data", ward, "do", given=SEARCH)
        beside = program("--data", ward, "verify", "--json")
        first.stdin.close()
        ended = first.wait()

    assert (second.returncode, second.stdout) == (3, "")
    assert (beside.returncode, json.loads(beside.stdout)["ok"], ended) == (0, True, 0)


def test_a_newer_database_is_exit_3(program: Program, tmp_path: Path) -> None:
    folder = _sample(tmp_path)
    _execute(folder, "UPDATE alembic_version SET version_num = '9999'")

    assert program("--data", folder, "do", given=SEARCH).returncode == 3


def test_damage_is_exit_4(program: Program, tmp_path: Path) -> None:
    folder = _sample(tmp_path)
    _execute(folder, "UPDATE form_number SET last = 77", "DROP TRIGGER event_refuses_delete", "DELETE FROM event")

    report = program("--data", folder, "verify", "--json")

    assert (report.returncode, json.loads(report.stdout)["ok"]) == (4, False)


def test_a_backup_is_restored_into_another_folder(program: Program, ward: Path, tmp_path: Path) -> None:
    (saved,) = program.lines("--data", ward, "backup", tmp_path / "b.motcua")
    (restored,) = program.lines("--data", tmp_path / "new", "restore", tmp_path / "b.motcua")
    verified = program("--data", tmp_path / "new", "verify", "--json", "--signatures")

    assert (saved["file"], saved["events"]) == (str(tmp_path / "b.motcua"), restored["events"])
    assert (verified.returncode, json.loads(verified.stdout)["events"]) == (0, saved["events"])


def test_the_command_line_loads_no_window(program: Program, ward: Path) -> None:
    script = (
        "import sys\n"
        "from desktop.cli.main import run\n"
        f"code = run(['--data', {str(ward)!r}, 'do'])\n"
        "loaded = sorted(name for name in sys.modules if name.startswith(('PySide6', 'shiboken6')))\n"
        "print(code, loaded, file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=program.environment,
        input=RECEIVE.replace("Ngọc Ở", "Ngọc Hai"),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert json.loads(done.stdout)["ok"]
    assert done.stderr.splitlines()[-1] == "0 []"


def test_answers_are_utf8_whatever_the_machine_speaks(program: Program, ward: Path) -> None:
    show = '{"do": "procedure.show", "as": "lan", "with": {"procedure": "1.001193"}}'

    done = program.cold("--data", ward, "do", given=show, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")

    assert done.returncode == 0
    assert "Đăng ký khai sinh" in done.stdout


def test_the_schema_needs_no_database(program: Program) -> None:
    (whole,) = [json.loads(program("do", "--schema").stdout)]

    assert "dossier.receive" in whole["commands"]


def test_doctor_finds_a_missing_database(program: Program) -> None:
    done = program("--data", program.home / "none", "doctor", "--json")

    checks = {check["code"]: check["state"] for check in json.loads(done.stdout)["checks"]}
    assert (done.returncode, checks["database"], checks["sqlite"]) == (1, "fault", "ok")


def test_a_one_time_code_lets_nobody_act_before_he_has_chosen_a_password(
    program: Program, real: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, printed = real
    search = SEARCH.replace("lan", "thanhtra")
    first = f"thanhtra:{printed['one_time_codes']['thanhtra']}"
    (tmp_path / "password").write_text(first)

    refused = program("--data", folder, "--password-file", tmp_path / "password", "do", given=search)
    weak = choose(program, folder, first, "thanhtra")
    changed = choose(program, folder, first, "cửa sông chiều gió")
    (tmp_path / "password").write_text("thanhtra:cửa sông chiều gió", "utf-8")
    answers = program.lines("--data", folder, "--password-file", tmp_path / "password", "do", given=search)

    assert (refused.returncode, refused.stdout) == (3, "")
    assert "motcua password" in refused.stderr
    assert (weak.returncode, weak.stdout) == (1, "")
    assert (changed.returncode, json.loads(changed.stdout)) == (0, {"login": "thanhtra"})
    assert answers[0]["ok"]


def test_a_training_database_has_no_password_to_change(program: Program, ward: Path) -> None:
    done = choose(program, ward, "lan:", CHOSEN)

    assert (done.returncode, done.stdout) == (1, "")
    assert "tập huấn" in done.stderr


def test_a_real_database_is_opened_by_a_password_in_a_file(
    program: Program, real: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, printed = real
    (tmp_path / "password").write_text(f"lan:{CHOSEN}\n", "utf-8")

    answers = program.lines("--data", folder, "--password-file", tmp_path / "password", "do", given=RECEIVE)

    assert (printed["key_mode"], len(printed["one_time_codes"])) == ("password", 7)
    assert printed["recovery_key"].count("-") == 7
    # `at` is not honoured, and no paper is left lying about.
    assert not answers[0]["result"]["received_at"].startswith("2019-07-18")
    assert answers[0]["result"]["receipt"]["pdf"] is None
    assert not (folder / "out").exists()
    assert not (folder / "training.key").exists()


def test_the_recovery_key_is_printed_whatever_the_machine_speaks(program: Program, tmp_path: Path) -> None:
    done = program.cold("--data", tmp_path / "d", "init", "--training", "--sample", PYTHONIOENCODING="ascii")

    assert (done.returncode, json.loads(done.stdout)["key_mode"]) == (0, "training")


def test_a_password_file_that_is_not_there_is_wrong_use(program: Program, real: tuple[Path, dict[str, Any]]) -> None:
    done = program("--data", real[0], "--password-file", program.home / "none", "do", given=SEARCH)

    assert done.returncode == 2


def test_a_password_file_may_begin_with_a_byte_order_mark(
    program: Program, real: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "password").write_text(f"\ufefflan:{CHOSEN}", "utf-8")

    assert program("--data", real[0], "--password-file", tmp_path / "password", "do", given=SEARCH).returncode == 0


@pytest.mark.parametrize("first_line", ["lan:sai", "ai:sai", ""], ids=["wrong", "unknown", "empty"])
def test_without_the_right_password_a_real_database_is_exit_3(
    program: Program, real: tuple[Path, dict[str, Any]], tmp_path: Path, first_line: str
) -> None:
    (tmp_path / "password").write_text(first_line)

    done = program("--data", real[0], "--password-file", tmp_path / "password", "do", given=SEARCH)

    assert (done.returncode, done.stdout) == (3, "")
    assert "Traceback" not in done.stderr


def test_without_any_password_a_real_database_is_exit_3(program: Program, real: tuple[Path, dict[str, Any]]) -> None:
    assert program("--data", real[0], "do", given=SEARCH).returncode == 3


def test_a_unit_file_that_is_wrong_is_told_and_leaves_nothing(program: Program, tmp_path: Path) -> None:
    (tmp_path / "unit.toml").write_text(SAMPLE.read_text("utf-8").replace('paper = "A5"', 'paper = "A3"'), "utf-8")

    done = program("--data", tmp_path / "d", "init", "--unit", tmp_path / "unit.toml")

    assert (done.returncode, done.stdout) == (1, "")
    assert "paper" in done.stderr
    assert not (tmp_path / "d" / "motcua.db").exists()


def _sample(folder: Path) -> Path:
    """Make a training ward without the program's own set-up, which takes a second."""
    made = make_ward(folder)
    made.receive()
    made.database.close()
    (made.folder / "training.key").write_text(f"{KEY.hex()}\n")
    (made.folder / "keys.toml").write_text(
        f'format = 1\nmode = "training"\nreplica_id = "{made.database.replica.replica_id}"\n'
    )
    return made.folder


def _execute(folder: Path, *statements: str) -> None:
    connection = connect_raw(folder / "motcua.db", KEY, read_only=False)
    for statement in statements:
        connection.execute(statement)
    connection.close()
