"""Every code of the self-check is provoked and healed; each tells in one Vietnamese sentence what to do."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop import __version__
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.publications import Publication
from desktop.services.settings import Settings
from desktop.wiring.city import Reached
from desktop.wiring.probes import Probes, Reaching, ask_city, machine_probes
from desktop.wiring.self_check import State, examine, within

NOW = datetime.fromisoformat("2026-11-23T09:00:00+07:00")
Break = Callable[[Probes], Probes]
UNREADABLE = Publication("ho_tich", "", 2, NOW.date(), "0" * 64, problem="ho_tich: 1.001193: missing limit")


class MemoryStore:
    """Keep secrets in this process."""

    def __init__(self) -> None:
        self.secrets: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.secrets.get(name)

    def put(self, name: str, secret: bytes) -> None:
        self.secrets[name] = secret

    def delete(self, name: str) -> None:
        self.secrets.pop(name, None)


def reached(ahead_s: float = 0.0, code: str = "") -> Callable[[], Reaching]:
    problem = UserError(code) if code else None
    return lambda: Reaching("https://thanhpho.example", Reached(ahead_s, problem))


def no_scanner(_port: str, _baud: int) -> None:
    raise OSError


@pytest.fixture
def healthy(tmp_path: Path) -> Probes:
    """Give a PC on which everything is as it should be."""
    (tmp_path / "motcua.db").write_bytes(b"x")
    store = MemoryStore()
    return Probes(
        folder=tmp_path,
        log_folder=tmp_path / "log",
        settings=Settings(print_printer="HP", scanner_serial_port="COM3"),
        now=lambda: NOW,
        free_bytes=lambda _: 50 * 2**30,
        store=lambda: store,
        sqlite="3.53.4",
        installed=__version__,
        last_backup=lambda _: NOW - timedelta(hours=12),
        procedures=lambda _: 72,
        city=reached(),
        printers=lambda: ["HP", "PDF"],
        open_scanner=lambda _port, _baud: None,
    )


def in_cloud(probes: Probes) -> Probes:
    folder = probes.folder / "Dropbox" / "motcua"
    folder.mkdir(parents=True)
    (folder / "motcua.db").write_bytes(b"x")
    return replace(probes, folder=folder)


def log_in_file(probes: Probes) -> Probes:
    (probes.folder / "file").write_text("x")
    return replace(probes, log_folder=probes.folder / "file" / "log")


def endless() -> Sequence[str]:
    threading.Event().wait(0.3)
    return ()


BREAKS: tuple[tuple[str, State, Break], ...] = (
    ("version", State.FAULT, lambda probes: replace(probes, installed="0.0.9")),
    ("disk", State.FAULT, lambda probes: replace(probes, free_bytes=lambda _: 100 * 2**20)),
    ("location", State.FAULT, in_cloud),
    ("clock", State.FAULT, lambda probes: replace(probes, now=lambda: NOW.replace(year=2019))),
    ("sqlite", State.FAULT, lambda probes: replace(probes, sqlite="3.40.0")),
    ("keyring", State.WARNING, lambda probes: replace(probes, store=lambda: None)),
    ("database", State.FAULT, lambda probes: replace(probes, folder=probes.folder / "none")),
    ("backup", State.WARNING, lambda probes: replace(probes, last_backup=lambda _: None)),
    ("backup", State.WARNING, lambda probes: replace(probes, last_backup=lambda _: NOW - timedelta(days=3))),
    ("city", State.WARNING, lambda probes: replace(probes, city=reached(code="link_offline"))),
    ("city", State.WARNING, lambda probes: replace(probes, city=lambda: Reaching(problem=UserError("key_missing")))),
    ("certificate", State.FAULT, lambda probes: replace(probes, city=reached(code="link_tls_unknown_ca"))),
    ("city_clock", State.WARNING, lambda probes: replace(probes, city=reached(ahead_s=-300))),
    ("city_clock", State.FAULT, lambda probes: replace(probes, city=reached(ahead_s=4_000))),
    ("catalogue", State.WARNING, lambda probes: replace(probes, published=lambda: (UNREADABLE,))),
    ("catalogue", State.FAULT, lambda probes: replace(probes, procedures=lambda _: 0)),
    ("window", State.WARNING, lambda probes: replace(probes, printers=None)),
    ("printers", State.FAULT, lambda probes: replace(probes, printers=endless, printers_s=0.01)),
    ("printers", State.FAULT, lambda probes: replace(probes, printers=lambda: ["PDF"])),
    ("printers", State.WARNING, lambda probes: replace(probes, printers=list, settings=Settings())),
    ("scanner", State.FAULT, lambda probes: replace(probes, open_scanner=no_scanner)),
    ("log", State.WARNING, log_in_file),
)


@pytest.mark.parametrize(("code", "state", "spoil"), BREAKS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_code_is_provoked_and_healed(healthy: Probes, code: str, state: State, spoil: Break) -> None:
    before = {check.code: check for check in examine(healthy)}[code]
    broken = {check.code: check for check in examine(spoil(healthy))}[code]
    healed = {check.code: check for check in examine(healthy)}[code]

    assert broken.state is state
    assert broken.finding
    assert broken.remedy
    assert (before.state, healed.state, healed.remedy) == (State.OK, State.OK, "")


def test_every_code_has_its_breaking(healthy: Probes) -> None:
    assert {check.code for check in examine(healthy)} == {code for code, _, _ in BREAKS}
    assert all(check.state is State.OK for check in examine(healthy))


def test_a_pc_without_city_or_port_is_no_fault(healthy: Probes) -> None:
    alone = replace(healthy, city=Reaching, settings=Settings())

    assert all(check.state is State.OK for check in examine(alone))


def test_a_call_that_fails_tells_its_own_error() -> None:
    def fail() -> None:
        raise EnvironmentProblem("printer_failed", printer="HP")

    with pytest.raises(EnvironmentProblem):
        within(5, fail)


def test_the_machine_itself_can_be_asked(tmp_path: Path) -> None:
    checks = {check.code: check for check in examine(machine_probes(tmp_path, Settings()))}

    assert checks["database"].state is State.FAULT
    assert checks["sqlite"].state is State.OK
    assert ask_city(tmp_path) == Reaching()


def test_documents_of_the_city_are_counted(healthy: Probes) -> None:
    probes = replace(healthy, published=lambda: (replace(UNREADABLE, problem=""),))

    found = {check.code: check.finding for check in examine(probes)}["catalogue"]

    assert found == "72 thủ tục đang có hiệu lực, theo 1 tài liệu của thành phố"
