"""From a counter to a spare PC and back from a broken file, by the program itself, as scripts start it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.cityserver.settings import Settings
from desktop.cli import safekeeping
from desktop.domain.errors import UserError
from desktop.services import accounts
from desktop.services.receive import receive
from desktop.storage.database import DATABASE_NAME
from desktop.wiring import opened_ward
from desktop.wiring.enrolling import enrol_empty, rounds
from tests.support.city import city_on_thread
from tests.support.joined import SAMPLE_UNIT
from tests.support.offices import CHEAP_WRAP
from tests.support.samples import NINE
from tests.support.wards import CHEAP, command

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = [{"code": f"TP0{n}", "originals": 1} for n in (1, 2, 3)]


@pytest.fixture
def warm() -> Iterator[subprocess.Popen[str]]:
    """Give the program with its imports done; each run is a process of its own all the same."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.warm_cli"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    yield process
    process.communicate()


@dataclass(frozen=True, slots=True)
class Ended:
    """Say how a run ended."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Pc:
    """Be one PC: its data, its own state and settings."""

    home: Path
    warm: subprocess.Popen[str]

    def run(self, *arguments: object, given: str = "") -> Ended:
        self.home.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self.home))
        (folder / "in").write_text(given, "utf-8")
        places = {f"XDG_{name}_HOME": str(self.home / name.lower()) for name in ("STATE", "CONFIG")}
        line = ["--data", str(self.home / "data"), *map(str, arguments)]
        assert self.warm.stdin is not None
        assert self.warm.stdout is not None
        self.warm.stdin.write(json.dumps({"arguments": line, "environment": places, "folder": str(folder)}) + "\n")
        self.warm.stdin.flush()
        code = int(self.warm.stdout.readline())
        return Ended(code, (folder / "out").read_text("utf-8"), (folder / "err").read_text("utf-8"))

    def told(self, *arguments: object, given: str = "", code: int = 0) -> dict[str, Any]:
        ended = self.run(*arguments, given=given)
        assert ended.returncode == code, ended.stderr
        told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        return told

    def receives(self, first: int, last: int) -> list[str]:
        """Receive dossiers; return the codes that were answered."""
        lines = [
            {
                "do": "dossier.receive",
                "as": "lan",
                "at": NINE.isoformat(),
                "with": {"procedure": "1.001193", "applicant": {"name": f"Trần Văn {n}"}, "components": COMPONENTS},
            }
            for n in range(first, last)
        ]
        ended = self.run("do", given="".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        assert ended.returncode == 0, ended.stderr
        return [json.loads(line)["result"]["code"] for line in ended.stdout.splitlines()]

    def finds(self, code: str) -> bool:
        line = json.dumps({"do": "dossier.show", "as": "lan", "with": {"code": code}})
        return bool(self.told("do", given=line)["ok"])


@pytest.mark.timeout(900)
def test_a_spare_pc_goes_on_a_broken_file_is_replaced_and_a_key_changed(
    tmp_path: Path, warm: subprocess.Popen[str]
) -> None:
    old, spare, usb = Pc(tmp_path / "old", warm), Pc(tmp_path / "spare", warm), tmp_path / "usb"
    usb.mkdir()
    assert old.run("init", "--training", "--sample").returncode == 0
    kept = old.receives(0, 2)
    assert old.told("backup", "--to", usb)["safety"] == "safe"
    kept += old.receives(2, 4)
    assert old.told("backup", "--to", usb, "--drill")["drill"]["ok"]
    late = old.receives(4, 5)

    restored = spare.told("restore", usb)

    assert (restored["segments"], restored["passed_over"]) == (1, [])
    again = spare.receives(5, 6)
    assert spare.run("verify", "--signatures").returncode == 0
    assert not set(again) & {*kept, *late}
    assert spare.finds(kept[-1])

    path = old.home / "data" / DATABASE_NAME
    path.write_bytes(bytes(path.stat().st_size))
    stopped = old.run("do", given="")
    assert (stopped.returncode, stopped.stderr.count("\n")) == (4, 1)
    recovered = old.told("recover", "--from", usb)

    assert (recovered["segments"], recovered["lost"], recovered["clean"]) == (1, 1, True)
    assert (Path(recovered["aside"]) / DATABASE_NAME).exists()
    assert "Mục đã mất: 1" in Path(recovered["list"]).read_text("utf-8")
    assert old.finds(kept[-1])
    assert not set(old.receives(6, 7)) & {*kept, *late}

    changed = spare.run("new-database-key")

    assert changed.returncode == 0, changed.stderr
    assert json.loads(changed.stdout)["database_key_id"]
    assert [line[:3] for line in changed.stderr.splitlines()] == ["1/4", "2/4", "3/4", "4/4"]
    assert spare.finds(kept[-1])


def test_a_recovery_by_the_paper_fetches_from_the_city_and_asks_for_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder, usb = tmp_path / "pc", tmp_path / "usb"
    usb.mkdir()

    def nobody(_: str) -> tuple[str, str]:
        raise UserError("password_needed")

    with city_on_thread(f"sqlite:///{tmp_path / 'city.db'}", Settings(address_burst=1e9)) as city:
        city.create_unit(SAMPLE_UNIT, training=False)
        pc = enrol_empty(folder, city.url, city.enrol_code(SAMPLE_UNIT), cost=CHEAP, wrap_cost=CHEAP_WRAP)
        secret = ("lan", dict(pc.one_time_codes)["lan"])
        safekeeping.backup_place(folder, usb, lambda _: secret, is_full=True, is_drill=False)
        with opened_ward(folder, password=secret, cost=CHEAP) as ward:
            code = receive(ward.desk, accounts.user_of(ward.desk, "lan"), command(ward.desk)).dossier.code
            assert rounds(ward).error == ""
        database = folder / DATABASE_NAME
        database.write_bytes(bytes(database.stat().st_size))

        _, told = safekeeping.recover(folder, usb, nobody, lambda _: pc.recovery_key, has_paper=True)

    assert (told["city"], told["clean"], told["lost"]) == ("", True, 0)
    assert told["from_city"] > 0
    with opened_ward(folder, password=secret, cost=CHEAP) as ward:
        assert ward.desk.reader.find(code) is not None
