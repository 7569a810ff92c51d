"""Two people at the command line of a real ward: custody is forced, and a broken database replaced, by no one alone."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import do, maintenance, safekeeping
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import SessionOpened
from desktop.domain.facts.way import CustodyAssigned
from desktop.services import accounts
from desktop.services.witnessing import Witness
from desktop.services.wording import Wording
from desktop.storage.database import DATABASE_NAME
from desktop.storage.keys import KeyFile
from desktop.wiring import opened_ward
from tests.support.offices import OWN, RealOffice
from tests.support.wards import CHEAP

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def office(tmp_path: Path) -> RealOffice:
    return RealOffice(tmp_path / "pc" / "data", dossiers=1)


def forced(office: RealOffice, witness: Witness | None) -> dict[str, Any]:
    """Force custody as the chair, by a command of ``do``."""
    line = {
        "do": "custody.assign",
        "with": {"code": office.dossiers[0], "to": "tu_phap", "reason": "người giữ nghỉ ốm"},
    }
    with maintenance.working_ward(office.folder, lambda _: ("chutich", OWN)) as (ward, user):
        return do.Runner(ward, Wording(), None, user, witness).answer(json.dumps(line))[0]


def stood_by(office: RealOffice) -> list[str]:
    """Return who stood by the custody of the first dossier, as the log says."""
    with opened_ward(office.folder, password=("lan", OWN), cost=CHEAP) as ward:
        logins = {user.user_id: user.login for user in ward.desk.reader.users()}
        dossier = ward.desk.reader.find(office.dossiers[0])
        assert dossier is not None
        facts = [event.fact for event in ward.desk.reader.history(dossier.dossier_id)]
    return [logins[fact.witness] for fact in facts if isinstance(fact, CustodyAssigned)]


def test_custody_is_forced_by_two(office: RealOffice) -> None:
    refused = [forced(office, who)["error"]["code"] for who in (None, Witness("chutich", OWN), Witness("lan", OWN))]

    done = forced(office, Witness("phochutich", OWN))

    assert refused == ["witness_needed", "witness_is_actor", "not_permitted"]
    assert done["ok"], done
    assert stood_by(office) == ["phochutich"]


def test_a_broken_database_is_replaced_by_two(office: RealOffice, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    safekeeping.backup_place(office.folder, usb, lambda _: ("quantri", OWN), is_full=True, is_drill=False)
    database = office.folder / DATABASE_NAME
    zeros = bytes(database.stat().st_size)

    def recover(*logins: str, has_paper: bool = False) -> bool:
        database.write_bytes(zeros)
        people = [Witness(login, OWN) for login in logins]
        ask, paper = (lambda _: ("quantri", OWN)), (lambda _: office.recovery_key)
        _, plain = safekeeping.recover(office.folder, usb, ask, paper, people=people, has_paper=has_paper)
        return bool(plain["clean"])

    for too_few in ((), ("quantri",), ("quantri", "quantri")):
        with pytest.raises(UserError, match="recovery_needs_two"):
            recover(*too_few)
    assert database.read_bytes() == zeros
    assert not list(office.folder.glob("hong-*"))

    assert recover("quantri", "phochutich")
    with opened_ward(office.folder, password=("lan", OWN), cost=CHEAP) as ward:
        last = ward.desk.reader.last_of_type("session.opened")
        vice = accounts.user_of(ward.desk, "phochutich").user_id
    assert last is not None
    assert last.fact == SessionOpened(vice, "recovery")


def nobody_there(refusal: UserError) -> Witness:
    raise refusal


def test_a_recovery_key_is_made_by_two(office: RealOffice) -> None:
    ask = lambda _: ("quantri", OWN)  # noqa: E731 - the same each time
    with pytest.raises(UserError, match="witness_needed"):
        safekeeping.new_recovery_key(office.folder, ask, nobody_there)
    with pytest.raises(UserError, match="witness_is_actor"):
        safekeeping.new_recovery_key(office.folder, ask, nobody_there, Witness("quantri", OWN))

    named = safekeeping.new_recovery_key(office.folder, ask, lambda _: Witness("phochutich", OWN))
    again = safekeeping.new_recovery_key(office.folder, ask, nobody_there, Witness("chutich", OWN))

    assert KeyFile(office.folder / "keys.toml").recovery_id() == again["recovery_key_id"] != named["recovery_key_id"]
    assert listed(office, "recovery_key") == [("quantri", "", "phochutich", ""), ("quantri", "", "chutich", "")]


def listed(office: RealOffice, what: str) -> list[tuple[str, str, str, str]]:
    """Return what ``witness.list`` says of some acts, the oldest first: who, about whom, who stood by it, the mark."""
    line = {"do": "witness.list", "with": {"from": "2000-01-01", "to": "2100-01-01"}}
    with maintenance.working_ward(office.folder, lambda _: ("chutich", OWN)) as (ward, user):
        items = do.Runner(ward, Wording(), None, user).answer(json.dumps(line))[0]["result"]["items"]
    return [
        (each["login"], each["concerned"], each["witness"], each["mark"])
        for each in reversed(items)
        if each["what"] == what
    ]


def test_an_it_officer_is_let_in_by_the_paper_beside_two_who_are_there(office: RealOffice) -> None:
    for login in ("chutich", "phochutich"):
        with maintenance.working_ward(office.folder, lambda _, login=login: (login, OWN)):  # type: ignore[misc]
            pass
    paper = lambda _: office.recovery_key  # noqa: E731 - the same each time
    with pytest.raises(UserError, match="rescue_needs_people"):
        safekeeping.rescue(office.folder, "quantri", paper, nobody_there, [Witness("chutich", OWN)])
    asked: list[int] = []
    come = iter([Witness("chutich", OWN), Witness("phochutich", OWN)])

    def ask(refusal: UserError) -> Witness:
        asked.append(int(str(refusal.details["count"])))
        return next(come)

    code = safekeeping.rescue(office.folder, "quantri", paper, ask)["one_time_code"]

    assert asked == [2, 1]
    assert listed(office, "rescue") == [("chutich", "quantri", "phochutich", "")]
    with (
        pytest.raises(UserError, match="password_not_set"),
        maintenance.working_ward(office.folder, lambda _: ("quantri", code)),
    ):
        pass


def test_a_copy_from_before_anybody_began_is_recovered_by_the_paper_only(tmp_path: Path) -> None:
    office, usb = RealOffice(tmp_path / "pc" / "data", at_work=()), tmp_path / "usb"
    usb.mkdir()
    ask = lambda _: ("quantri", office.secret("quantri"))  # noqa: E731 - the same each time
    safekeeping.backup_place(office.folder, usb, ask, is_full=True, is_drill=False)
    database = office.folder / DATABASE_NAME
    database.write_bytes(bytes(database.stat().st_size))

    def recover(*, has_paper: bool) -> bool:
        people = [Witness(login, office.secret(login)) for login in ("quantri", "chutich")]
        _, plain = safekeeping.recover(
            office.folder, usb, ask, lambda _: office.recovery_key, people=people, has_paper=has_paper
        )
        return bool(plain["clean"])

    with pytest.raises(UserError, match="recovery_needs_paper"):
        recover(has_paper=False)
    assert not list(office.folder.glob("hong-*"))

    assert recover(has_paper=True)


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


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_by_the_program_itself_nobody_forces_custody_or_replaces_a_broken_database_alone(
    office: RealOffice, terminal: Terminal, tmp_path: Path
) -> None:
    vice, usb = office.password_file("phochutich"), tmp_path / "usb"
    usb.mkdir()
    forced = {"code": office.dossiers[0], "to": "tu_phap", "reason": "người giữ nghỉ ốm"}
    line = json.dumps({"do": "custody.assign", "with": forced}) + "\n"

    alone = json.loads(terminal.run("chutich", "do", given=line)[1])
    by_two = json.loads(terminal.run("chutich", "do", "--witness-file", vice, given=line)[1])

    assert alone["error"]["code"] == "witness_needed"
    assert by_two["ok"], by_two

    assert terminal.run("quantri", "backup", "--to", usb)[0] == 0
    database = office.folder / DATABASE_NAME
    database.write_bytes(bytes(database.stat().st_size))
    paper = tmp_path / "paper.txt"
    paper.write_text(office.recovery_key, "utf-8")
    refusals = [
        terminal.run("quantri", "recover", "--from", usb, "--witness-file", office.password_file("quantri")),
        terminal.run("", "recover", "--from", usb, "--recovery-key-file", paper),
    ]
    assert all(code == 1 and "cần hai người" in said for code, _, said in refusals), refusals
    assert database.read_bytes() == bytes(database.stat().st_size)
    assert not list(office.folder.glob("hong-*"))

    code, answer, said = terminal.run("quantri", "recover", "--from", usb, "--witness-file", vice)

    assert (code, json.loads(answer or "{}").get("clean")) == (0, True), said
    assert stood_by(office) == ["phochutich"]
