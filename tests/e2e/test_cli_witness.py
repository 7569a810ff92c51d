"""Two people at the command line of a real ward: custody is forced, and a broken database replaced, by no one alone."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.facts.unit import SessionOpened
from desktop.domain.facts.way import CustodyAssigned
from desktop.storage.database import DATABASE_NAME
from desktop.wiring import opened_ward
from tests.support.offices import RealOffice
from tests.support.wards import CHEAP

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def office(tmp_path: Path) -> RealOffice:
    return RealOffice(tmp_path / "pc" / "data", dossiers=1)


class Terminal:
    """Run the program as scripts do, without paying its imports for each run."""

    def __init__(self, office: RealOffice) -> None:
        self._office = office
        self._home = office.folder.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.warm_cli"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, who: str, *arguments: object, given: str = "") -> tuple[int, str, str]:
        """Run a command as somebody; return exit code, answer and complaint."""
        folder = Path(tempfile.mkdtemp(dir=self._home))
        (folder / "in").write_text(given, "utf-8")
        named = ["--password-file", str(self._office.password_file(who))] if who else []
        places = {f"XDG_{name}_HOME": str(self._home / name.lower()) for name in ("STATE", "CONFIG")}
        line = ["--data", str(self._office.folder), *named, *map(str, arguments)]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"arguments": line, "environment": places, "folder": str(folder)}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return code, (folder / "out").read_text("utf-8"), (folder / "err").read_text("utf-8")

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture
def terminal(office: RealOffice) -> Iterator[Terminal]:
    opened = Terminal(office)
    yield opened
    opened.close()


@pytest.mark.timeout(300)
def test_nobody_forces_custody_or_replaces_a_broken_database_alone(
    office: RealOffice, terminal: Terminal, tmp_path: Path
) -> None:
    vice, usb = office.password_file("phochutich"), tmp_path / "usb"
    usb.mkdir()
    forced = {"code": office.dossiers[0], "to": "tu_phap", "reason": "người giữ nghỉ ốm"}
    line = json.dumps({"do": "custody.assign", "with": forced}) + "\n"

    alone = json.loads(terminal.run("chutich", "do", given=line)[1])
    with_himself = json.loads(
        terminal.run("chutich", "do", "--witness-file", office.password_file("chutich"), given=line)[1]
    )
    by_two = json.loads(terminal.run("chutich", "do", "--witness-file", vice, given=line)[1])

    assert (alone["error"]["code"], with_himself["error"]["code"]) == ("witness_needed", "witness_is_actor")
    assert by_two["ok"], by_two

    assert terminal.run("quantri", "backup", "--to", usb)[0] == 0
    database = office.folder / DATABASE_NAME
    database.write_bytes(bytes(database.stat().st_size))
    paper = tmp_path / "paper.txt"
    paper.write_text(office.recovery_key, "utf-8")
    refusals = [
        terminal.run("quantri", "recover", "--from", usb),
        terminal.run("quantri", "recover", "--from", usb, "--witness-file", office.password_file("quantri")),
        terminal.run("", "recover", "--from", usb, "--recovery-key-file", paper),
    ]
    assert all(code == 1 and "cần hai người" in said for code, _, said in refusals), refusals
    assert database.read_bytes() == bytes(database.stat().st_size)
    assert not list(office.folder.glob("hong-*"))

    code, answer, said = terminal.run("quantri", "recover", "--from", usb, "--witness-file", vice)

    assert (code, json.loads(answer or "{}").get("clean")) == (0, True), said
    with opened_ward(office.folder, password=("lan", office.secret("lan")), cost=CHEAP) as ward:
        logins = {user.user_id: user.login for user in ward.desk.reader.users()}
        dossier = ward.desk.reader.find(office.dossiers[0])
        assert dossier is not None
        custody = ward.desk.reader.history(dossier.dossier_id)[-1]
        last = ward.desk.reader.last_of_type("session.opened")
    assert isinstance(custody.fact, CustodyAssigned)
    assert (logins[custody.envelope.actor], logins[custody.fact.witness]) == ("chutich", "phochutich")
    assert last is not None
    assert isinstance(last.fact, SessionOpened)
    assert (logins[last.fact.user_id], last.fact.how) == ("phochutich", "recovery")
