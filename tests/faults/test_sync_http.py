"""Two PCs and a city over real HTTP, through a proxy that breaks the way: the simulation's invariants on real parts."""

import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.city import CityProcess, city_process
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


@pytest.fixture
def proxy(city: CityProcess) -> Iterator[FaultProxy]:
    with FaultProxy(("127.0.0.1", port_of(city))) as made:
        yield made


@pytest.fixture
def pcs(database: str, proxy: FaultProxy, tmp_path: Path) -> Iterator[tuple[Pc, Pc]]:
    unit_id = new_unit(database)
    made = tuple(Pc(tmp_path / name).join(proxy.address, enrol_code(database, unit_id)) for name in ("a", "b"))
    yield made[0], made[1]
    for pc in made:
        pc.close()


def port_of(city: CityProcess) -> int:
    return int(city.url.rsplit(":", 1)[1])


def heal(proxy: FaultProxy, *pcs: Pc) -> None:
    """Let everything pass and bring everybody to rest; twice, for what one PC sends the other has not read."""
    proxy.rule = lambda _request: PASS
    proxy.is_down = False
    for _ in range(3):
        for pc in pcs:
            assert pc.sync(tries=3) == ""


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
    assert len(pcs[0].codes()) == next(names)


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

    def first_of_each_kind(request: Request) -> Fault:
        kind = request.path.partition("?")[0].rsplit("/", 1)[-1]
        if kind in met:
            return PASS
        met.add(kind)
        return fault

    pcs[0].receive("Trần Thị Gặp Lỗi")
    pcs[0].close()
    pcs[0].open()
    proxy.rule = first_of_each_kind

    assert pcs[0].sync(tries=20) == ""
    heal(proxy, *pcs)

    assert {"hello", "token", "push"} <= met
    check_agreement(*pcs)
    assert len(pcs[1].codes()) == 1


def test_the_city_is_killed_at_any_request(city: CityProcess, proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    kills = range(1, 40) if IS_SWEEP else (2, 5)
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
    assert len(pcs[1].codes()) == 2 * len(kills)


def test_the_network_goes_away_for_long_and_nobody_stops_working(proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    proxy.is_down = True
    codes = [pc.receive(f"Người {n}").code for n in range(5) for pc in pcs]

    assert all(pc.sync() in ("answer_broken", "offline") for pc in pcs)
    assert len(set(codes)) == len(codes)

    heal(proxy, *pcs)
    check_agreement(*pcs)
    assert sorted(pcs[0].codes()) == sorted(codes)


def test_a_data_folder_that_was_put_back_says_its_lost_work_again(proxy: FaultProxy, pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
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
    assert len(a.codes()) == 3


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
    refused = {event_id for event_id, kind in feed.items() if kind != "accepted"}
    assert refused <= a.attention()
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


def test_a_city_that_was_restored_gets_back_what_it_lost(
    database: str, city: CityProcess, proxy: FaultProxy, pcs: tuple[Pc, Pc], tmp_path: Path
) -> None:
    if not database.startswith("sqlite"):
        pytest.skip("the backup of a PostgreSQL is the database's own")
    file = Path(database.removeprefix("sqlite:///"))
    a, b = pcs
    heal(proxy, a, b)
    city.stop()
    shutil.copy(file, tmp_path / "backup.db")
    city.restart()
    codes = [a.receive("Sau bản sao của thành phố").code, b.receive("Máy kia cũng vậy").code]
    heal(proxy, a, b)
    city.stop()
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    shutil.copy(tmp_path / "backup.db", file)
    city.restart()

    codes.append(a.receive("Sau khi thành phố khôi phục").code)
    heal(proxy, a, b)

    check_agreement(a, b)
    assert sorted(a.codes()) == sorted(codes)
