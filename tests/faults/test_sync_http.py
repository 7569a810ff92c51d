"""Two PCs and a city over real HTTP, through a proxy that breaks the way: the simulation's invariants on real parts."""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from desktop import __version__
from desktop.cityserver.city import City
from desktop.cityserver.page_ports import FleetLine
from desktop.cityserver.page_store import SqlPages
from desktop.services import follow
from tests.support.city import CityProcess, city_process, run_admin
from tests.support.fault_proxy import PASS, Fault, FaultProxy, Request
from tests.support.joined import Pc, check_agreement, enrol_code, new_unit
from tests.support.postgres import postgres, program

if sys.platform != "linux":
    pytest.skip("signals and PostgreSQL are Linux'", allow_module_level=True)

IS_SWEEP = bool(os.environ.get("MOTCUA_SWEEP"))
HISTORIES = 60 if IS_SWEEP else 3
STEPS = 60
BACKENDS = ("sqlite", "postgresql") if program("initdb") else ("sqlite",)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


@pytest.fixture(scope="module", params=BACKENDS)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('city') / 'city.db'}"
        return
    with postgres(is_durable=True) as server:
        yield server.database()


@pytest.fixture(scope="module")
def city(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CityProcess]:
    with city_process(database, tmp_path_factory.mktemp("log") / "city.log") as process:
        yield process


@pytest.fixture(scope="module")
def laid(city: CityProcess) -> Iterator[FaultProxy]:
    with FaultProxy(("127.0.0.1", port_of(city))) as made:
        yield made


@pytest.fixture
def proxy(laid: FaultProxy) -> FaultProxy:
    """Return the way to the city, without a fault."""
    laid.rule, laid.is_down = (lambda _request: PASS), False
    return laid


@pytest.fixture(scope="module")
def joined(database: str, laid: FaultProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pc, Pc]]:
    unit_id = new_unit(database)
    homes = [tmp_path_factory.mktemp(name) for name in ("a", "b")]
    made = [Pc(home).join(laid.address, enrol_code(database, unit_id)) for home in homes]
    yield made[0], made[1]
    for pc in made:
        pc.close()


@pytest.fixture
def pcs(joined: tuple[Pc, Pc], proxy: FaultProxy) -> tuple[Pc, Pc]:
    """Return the two PCs at rest: tests leave them in agreement, and the next one goes on with what is there."""
    for pc in joined:
        if pc.ward is None:
            pc.open()
    heal(proxy, *joined)
    return joined


def port_of(city: CityProcess) -> int:
    return int(city.url.rsplit(":", 1)[1])


def heal(proxy: FaultProxy, *pcs: Pc) -> None:
    """Let everything pass and bring everybody to rest; twice, for what one PC sends the other has not read."""
    proxy.rule = lambda _request: PASS
    proxy.is_down = False
    for _ in range(3):
        for pc in pcs:
            assert pc.sync(tries=20) == ""


def drawn_fault(chance: random.Random, request: Request) -> Fault:
    """Draw what happens to a request: two in three pass."""
    whole = len(request.raw)
    faults: tuple[Callable[[], Fault], ...] = (
        lambda: Fault(cut_request=chance.randrange(whole)),
        lambda: Fault(cut_answer=chance.randrange(600)),
        lambda: Fault(cut_answer=0),
        lambda: Fault(shorten_answer=True),
        lambda: Fault(repeat=chance.randrange(1, 3)),
        lambda: Fault(replay=chance.randrange(1, request.number + 1)),
        lambda: Fault(status=chance.choice((429, 500, 502, 503)), retry_after=chance.choice(("", "2", "x"))),
        lambda: Fault(portal=True),
        lambda: Fault(body=chance.choice((b"{}", b"[]", b"null", b"{"))),
        lambda: Fault(delay_s=0.05),
    )
    return chance.choice(faults)() if chance.random() < 1 / 3 else PASS


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_any_broken_way_ends_in_agreement(seed: int, proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    chance = random.Random(seed)
    proxy.rule = lambda request: drawn_fault(chance, request)
    names = iter(range(10_000))
    before = len(pcs[0].codes())

    for _ in range(STEPS):
        pc = chance.choice(pcs)
        if chance.random() < 0.3:
            pc.receive(f"Người {seed}-{next(names)}")
        elif chance.random() < 0.05:
            pc.close()
            pc.open()
        else:
            pc.step()

    heal(proxy, *pcs)
    check_agreement(*pcs)
    assert len(pcs[0].codes()) == before + next(names)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(cut_answer=0),
        Fault(shorten_answer=True),
        Fault(portal=True),
        Fault(status=503, retry_after="7"),
        Fault(drip_s=0.05),
        Fault(bomb=100 * 2**20),
    ],
    ids=["lost_answer", "short_answer", "portal", "busy", "drip", "bomb"],
)
def test_one_fault_on_each_kind_of_call_costs_a_try_only(fault: Fault, proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    met: set[str] = set()
    before = len(pcs[1].codes())

    def first_of_each_kind(request: Request) -> Fault:
        kind = request.path.partition("?")[0].rsplit("/", 1)[-1]
        if kind in met or (fault.drip_s and kind != "push"):
            met.add(kind)
            return PASS
        met.add(kind)
        return fault

    pcs[0].receive(f"Trần Thị Gặp Lỗi {before}")
    pcs[0].close()
    pcs[0].open()
    proxy.rule = first_of_each_kind

    assert pcs[0].sync(tries=20) == ""
    heal(proxy, *pcs)

    assert {"hello", "token", "push"} <= met
    check_agreement(*pcs)
    assert len(pcs[1].codes()) == before + 1


def test_the_city_is_killed_at_any_request(city: CityProcess, proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    kills = range(1, 40) if IS_SWEEP else (2, 5)
    before = len(pcs[1].codes())
    for at in kills:
        seen = len(proxy.requests)

        def kill_here(request: Request, last: int = seen + at) -> Fault:
            # Half of the request has arrived, or all of it, when the power goes.
            if request.number == last:
                city.kill()
            return PASS

        proxy.rule = kill_here
        for pc in pcs:
            pc.receive(f"Người trước lúc mất điện {at}")
            pc.sync(tries=2)
        if city.process.poll() is not None:
            city.restart()

    heal(proxy, *pcs)
    check_agreement(*pcs)
    assert len(pcs[1].codes()) == before + 2 * len(kills)


def test_the_pc_is_killed_at_any_request(proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    said: list[str] = []
    for at in range(1, 30) if IS_SWEEP else (4, 9):
        a.close()
        child = a.started("tests.support.sync_child", str(at * 100), "4")
        seen = len(proxy.requests)

        def kill_here(request: Request, last: int = seen + at, victim: "subprocess.Popen[str]" = child) -> Fault:
            # The city gets the request, nobody is left to hear the answer.
            if request.number == last:
                victim.kill()
            return PASS

        proxy.rule = kill_here
        said += child.communicate(timeout=120)[0].split()
        assert child.returncode == -signal.SIGKILL
        a.open()

    heal(proxy, a, b)
    check_agreement(a, b)
    assert set(said) <= set(b.codes())


def test_the_network_goes_away_for_long_and_nobody_stops_working(proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    proxy.is_down = True
    codes = [pc.receive(f"Người {n}").code for n in range(5) for pc in pcs]

    assert all(pc.sync() in ("answer_broken", "offline") for pc in pcs)
    assert len(set(codes)) == len(codes)

    heal(proxy, *pcs)
    check_agreement(*pcs)
    assert set(codes) <= set(pcs[0].codes())


def test_a_data_folder_that_was_put_back_says_its_lost_work_again(proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    known = len(b.codes())
    a.receive("Trước bản sao")
    a.close()
    a.copied(a.home / "backup", "data")
    a.open()
    sent = a.receive("Sau bản sao, đã gửi")
    assert a.sync() == ""
    a.close()
    shutil.rmtree(a.folder)
    shutil.copytree(a.home / "backup" / "data", a.folder)

    a.open()
    after = a.receive("Sau khi khôi phục")

    heal(proxy, a, b)
    check_agreement(a, b)
    assert sent.code != after.code
    assert {sent.code} <= set(a.codes()) == set(b.codes())
    assert len(a.codes()) == known + 3


def test_a_whole_disk_that_was_put_back_loses_nothing_the_city_has(proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    a.receive("Trước ảnh đĩa")
    assert a.sync() == ""
    a.close()
    a.copied(a.home / "image", "data", "state")
    a.open()
    a.receive("Sau ảnh đĩa, đã gửi")
    assert a.sync() == ""
    a.close()
    Pc(a.home / "image").copied(a.home, "data", "state")

    a.open()
    a.receive("Sau khi dựng lại đĩa")

    heal(proxy, a, b)
    # The disk gave a code a second time; the city took one of them, the other waits for a person.
    feed = a.feed()
    assert b.feed() == feed
    assert not (a.acknowledged - feed.keys())
    own = a.own_events()
    refused = {event_id for event_id, kind in feed.items() if kind != "accepted" and event_id in own}
    assert refused <= a.attention() | a.said_again()
    assert len(set(a.codes())) == len(a.codes())


def test_a_copy_on_another_pc_becomes_a_log_of_its_own(proxy: FaultProxy, pcs: tuple[Pc, Pc], tmp_path: Path) -> None:
    a, b = pcs
    a.receive("Trước khi chép")
    assert a.sync() == ""
    a.close()
    clone = Pc(tmp_path / "clone")
    a.copied(clone.home, "data")

    a.open()
    clone.open()
    codes = [a.receive("Trên máy gốc").code, clone.receive("Trên máy chép").code]

    heal(proxy, a, clone, b)
    check_agreement(a, b, clone)
    clone.close()
    assert codes[0] != codes[1]


def backed_up(database: str, folder: Path) -> Callable[[], object]:
    """Back a city's database up; return what puts the backup back, as the operator would.

    A copied SQLite file tells nobody; with PostgreSQL the operator says that it was restored.
    """
    if database.startswith("sqlite"):
        file = Path(database.removeprefix("sqlite:///"))
        copies = [Path(shutil.copy(each, folder)) for each in file.parent.glob(f"{file.name}*")]

        def copy_back() -> None:
            for each in file.parent.glob(f"{file.name}*"):
                each.unlink()
            for each in copies:
                shutil.copy(each, file.parent)

        return copy_back
    url = database.replace("+psycopg", "")
    dump, server, name = folder / "city.dump", url.rsplit("/", 1)[0], url.rsplit("/", 1)[1]
    call("pg_dump", "--format=custom", f"--file={dump}", url)

    def restore() -> None:
        call("dropdb", f"--maintenance-db={server}/postgres", name)
        call("createdb", f"--maintenance-db={server}/postgres", name)
        call("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={url}", str(dump))
        run_admin(database, "restored")

    return restore


def call(name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's."""
    found = program(name)
    assert found is not None
    subprocess.run([str(found), *arguments], check=True, capture_output=True)


def test_a_city_that_was_restored_gets_back_what_it_lost(
    database: str, city: CityProcess, proxy: FaultProxy, pcs: tuple[Pc, Pc], tmp_path: Path
) -> None:
    a, b = pcs
    heal(proxy, a, b)
    city.stop()
    put_back = backed_up(database, tmp_path)
    city.restart()
    codes = [a.receive("Sau bản sao của thành phố").code, b.receive("Máy kia cũng vậy").code]
    heal(proxy, a, b)
    city.stop()
    put_back()
    city.restart()

    codes.append(a.receive("Sau khi thành phố khôi phục").code)
    heal(proxy, a, b)

    check_agreement(a, b)
    assert set(codes) <= set(a.codes())


def test_after_a_round_the_city_knows_how_the_pc_stands(database: str, pcs: tuple[Pc, Pc]) -> None:
    a, _ = pcs
    link = a.link
    # Dossiers that a copy of this PC wrote in another test may wait for their codes: a round binds and says them.
    link.keep_seen()
    assert a.sync() == ""
    a.receive("Chưa gửi")

    link.round_done(lambda work: work())

    lines = {line.replica_id: line for line in fleet(database)}
    told = lines[link.replica.replica_id]
    assert (told.version, told.unsent, told.backup_at) == (__version__, 1, None)
    assert told.oldest_unsent_at is not None
    assert a.sync() == ""
    link.tell(link.report())
    assert {line.replica_id: line.unsent for line in fleet(database)}[link.replica.replica_id] == 0


def test_what_the_city_lacks_is_listed_by_dossier(pcs: tuple[Pc, Pc]) -> None:
    a, _ = pcs
    known = a.receive("Thành phố đã có")
    assert a.sync() == ""
    assert a.ward is not None
    reader = a.ward.database.sync
    assert reader.only_here(10) == []

    new = a.receive("Chỉ có ở đây")
    follow.print_receipt(a.ward.desk, a.user("lan"), known.code, "A5")

    listed = [(each.code, each.kind) for each in reader.only_here(10)]
    assert listed == [(new.code, "only_here"), (known.code, "unsent")]
    assert len(reader.only_here(1)) == 1
    assert a.sync() == ""


def fleet(database: str) -> Sequence[FleetLine]:
    """Return what the city's page of all PCs shows."""
    city = City.open(database)
    try:
        return SqlPages(city.store).fleet()
    finally:
        city.close()
