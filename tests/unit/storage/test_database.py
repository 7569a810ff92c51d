import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from desktop.devices.system_clock import FixedClock, SettableClock
from desktop.domain.errors import DamagedData, EnvironmentProblem, NewerData
from desktop.domain.events import decode_body
from desktop.domain.facts.unit import EpochOpened
from desktop.storage.database import DATABASE_NAME, create_database, open_database
from desktop.storage.engine import open_engine
from desktop.storage.epochs import read_epoch, read_head
from desktop.storage.marker import Judgement
from desktop.storage.process_lock import ProcessLock
from tests.support.samples import NINE, UNIT
from tests.support.wards import KEY, Ward, around, filling, make_ward, new_replica, opened, person, reopened

TOMORROW = NINE + timedelta(days=1)


@pytest.fixture
def original(tmp_path: Path) -> Ward:
    """Give a ward with one dossier, closed."""
    made = make_ward(tmp_path / "a")
    made.receive()
    made.database.close()
    return made


def copy_of(ward: Ward, name: str) -> Path:
    return Path(shutil.copytree(ward.folder, ward.folder.parent / name))


def epochs(ward: Ward) -> list[EpochOpened]:
    with ward.database._engine.begin() as connection:
        bodies = connection.execute(text("SELECT body FROM event WHERE type = 'epoch.opened' ORDER BY position"))
        facts = [decode_body(row.body).fact for row in bodies]
    return [fact for fact in facts if isinstance(fact, EpochOpened)]


def test_a_new_database_begins_with_its_epoch(original: Ward) -> None:
    with opened(original.folder, original.state) as ward:
        (first,) = epochs(ward)

    assert (first.reason, first.lease.blocks, first.previous_epoch) == ("first", (0, 10), "")


def test_opening_again_is_nothing_special(original: Ward) -> None:
    with opened(original.folder, original.state) as ward:
        assert ward.database.judgement is Judgement.SAME
        assert ward.receive(owner=person(1)).code.endswith("190718-0002")


def test_an_ordinary_crash_goes_on_in_the_same_epoch(original: Ward) -> None:
    before = (original.state / original.database.replica.replica_id / "marker").read_bytes()
    with opened(original.folder, original.state) as ward:
        ward.receive(owner=person(1))
    (original.state / original.database.replica.replica_id / "marker").write_bytes(before)

    with opened(original.folder, original.state) as ward:
        assert ward.database.judgement is Judgement.CRASHED
        assert ward.receive(owner=person(2)).code.endswith("190718-0003")


def test_a_restored_copy_opens_an_epoch_before_any_number(original: Ward) -> None:
    old = copy_of(original, "old")
    with opened(original.folder, original.state) as ward:
        lost = ward.receive(owner=person(1))

    with opened(old, original.state) as restored:
        assert restored.database.judgement is Judgement.RESTORED
        first, second = epochs(restored)
        made = restored.receive(owner=person(2))
        next_day = restored.receive(TOMORROW, owner=person(3))

    assert (second.reason, second.previous_epoch != "", second.lease.void_through) == ("restored", True, NINE.date())
    assert second.previous_seq > first.previous_seq
    assert made.code.startswith("T-")
    assert next_day.code.endswith("190719-0001")
    assert lost.code not in {made.code, next_day.code}


def test_two_copies_used_in_turn_never_give_one_code_twice(original: Ward) -> None:
    other, codes = copy_of(original, "other"), ["000.16.27.H29-190718-0001"]

    for n in range(8):
        folder = (original.folder, other)[n % 2]
        at = NINE + timedelta(days=n // 3)
        with opened(folder, original.state, at=at) as ward:
            made = [ward.receive(at, owner=person(10 * n + m)) for m in range(2)]
        codes += [each.code for each in made]

    assert len(set(codes)) == len(codes) == 17


def test_a_backup_restored_twice_gives_no_receipt_number_twice(original: Ward) -> None:
    copies, numbers = [copy_of(original, name) for name in ("once", "twice")], [(1, 1)]

    for n, folder in enumerate((original.folder, *copies)):
        with opened(folder, original.state, at=NINE + timedelta(minutes=n)) as ward:
            made = [ward.receive(owner=person(10 * n + m)) for m in range(2)]
        numbers += [(each.receipt.book, each.receipt.number) for each in made]

    assert len(set(numbers)) == len(numbers) == 7


def test_numbers_given_ahead_in_time_are_void_too(original: Ward) -> None:
    old = copy_of(original, "old")
    with opened(original.folder, original.state) as ward:
        ahead = ward.receive(NINE + timedelta(days=9), owner=person(1))

    with opened(old, original.state) as restored:
        made = restored.receive(NINE + timedelta(days=9), owner=person(2))
        after = restored.receive(NINE + timedelta(days=10), owner=person(3))

    assert ahead.code.endswith("190727-0001")
    assert (made.code[:2], after.code[-11:]) == ("T-", "190728-0001")


def test_two_copies_on_one_pc_are_not_open_at_once(original: Ward) -> None:
    other = copy_of(original, "other")

    with opened(original.folder, original.state):
        with pytest.raises(EnvironmentProblem) as caught:
            reopened(other, original.state)
        assert (caught.value.code, caught.value.details["path"]) == ("database_in_use", str(other))
    with opened(other, original.state) as ward:
        assert ward.receive(owner=person(1))


def test_a_copy_on_another_pc_waits_for_codes_of_its_own(original: Ward, tmp_path: Path) -> None:
    other = copy_of(original, "other")

    with opened(other, tmp_path / "other-state") as copied:
        assert copied.database.judgement is Judgement.COPIED
        codes = [copied.receive(NINE + timedelta(days=n), owner=person(n)).code for n in range(3)]
        assert epochs(copied)[-1].lease.blocks == ()
    with opened(other, tmp_path / "other-state") as again:
        assert again.database.judgement is Judgement.SAME
        codes.append(again.receive(NINE + timedelta(days=9), owner=person(9)).code)
    with opened(original.folder, original.state) as first:
        codes.append(first.receive(owner=person(1)).code)

    assert [code[:2] for code in codes] == ["T-"] * 4 + ["00"]
    assert len(set(codes)) == 5


def test_a_lost_marker_is_taken_for_a_copy(original: Ward) -> None:
    (original.state / original.database.replica.replica_id / "marker").unlink()

    with opened(original.folder, original.state) as ward:
        assert ward.database.judgement is Judgement.COPIED
        assert ward.receive(owner=person(1)).code.startswith("T-")


def test_a_marker_of_another_installation_is_taken_for_a_copy(original: Ward) -> None:
    (original.state / "install-id").write_text("f" * 32)

    with opened(original.folder, original.state) as ward:
        assert ward.database.judgement is Judgement.COPIED


def test_a_copy_restored_twice_keeps_the_longer_void(original: Ward) -> None:
    old = copy_of(original, "old")
    with opened(original.folder, original.state) as ward:
        ward.receive(NINE + timedelta(days=20), owner=person(1))
    with opened(old, original.state) as restored:
        restored.receive(owner=person(2))
    older = copy_of(replace(original, folder=old), "older")
    with opened(old, original.state) as restored:
        restored.receive(owner=person(3))

    with opened(older, original.state, at=TOMORROW) as again:
        assert epochs(again)[-1].lease.void_through == (NINE + timedelta(days=20)).date()


def test_a_second_program_is_refused(original: Ward) -> None:
    with (
        opened(original.folder, original.state),
        pytest.raises(EnvironmentProblem, match="database_in_use"),
    ):
        reopened(original.folder, original.state)


def test_a_failed_start_lets_go_of_every_lock(original: Ward) -> None:
    with opened(original.folder, original.state) as ward, ward.database._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerData, match="database_newer"):
        reopened(original.folder, original.state)

    with ProcessLock(original.folder) as lock:
        assert lock.is_held


def test_a_log_that_cannot_be_read_does_not_open(original: Ward) -> None:
    with opened(original.folder, original.state) as ward, ward.database._engine.begin() as connection:
        connection.execute(text("DROP TRIGGER event_refuses_update"))
        connection.execute(text("UPDATE event SET acted_at = 'x'"))

    with pytest.raises(DamagedData, match="database_damaged"):
        reopened(original.folder, original.state)


def test_a_folder_without_a_database_says_so(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="database_absent"):
        reopened(tmp_path, tmp_path / "state")


def test_a_database_is_not_made_over_another(original: Ward) -> None:
    before = (original.folder / "motcua.db").read_bytes()

    with pytest.raises(EnvironmentProblem, match="database_exists"):
        create_database(
            original.folder, KEY, new_replica(), around(original.state, SettableClock(FixedClock(NINE))), filling(UNIT)
        )

    assert (original.folder / "motcua.db").read_bytes() == before


def test_a_creation_that_fails_leaves_no_half_database(tmp_path: Path) -> None:
    def fail(_: object) -> None:
        raise EnvironmentProblem("disk_full")

    with pytest.raises(EnvironmentProblem, match="disk_full"):
        create_database(
            tmp_path / "d", KEY, new_replica(), around(tmp_path / "s", SettableClock(FixedClock(NINE))), fail
        )

    assert list((tmp_path / "d").glob("motcua.db*")) == []


def test_a_database_can_be_checkpointed_while_it_is_used(original: Ward) -> None:
    around_it = around(original.state, SettableClock(FixedClock(NINE)))
    database = open_database(original.folder, KEY, around_it, auto_checkpoint=False)
    wal = original.folder / "motcua.db-wal"
    database.ledger.save_draft("u", "p", "x" * 100_000)

    database.checkpoint()

    assert wal.exists()
    assert database.reader.draft("u", "p") == "x" * 100_000
    database.close()


def test_the_key_never_shows_in_a_trace(original: Ward) -> None:
    with opened(original.folder, original.state) as ward:
        assert KEY.hex() not in repr(ward.database)
        assert repr(KEY) not in repr(ward.database)


def test_the_head_of_a_large_log_is_found_without_sorting_it(original: Ward) -> None:
    original.database.close()
    engine = open_engine(original.folder / DATABASE_NAME, KEY, read_only=True)
    asked: list[tuple[str, object]] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, values, _x, _m: asked.append((sql, values)))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        read_head(connection, original.database.replica.replica_id)
        read_epoch(connection, "nobody")
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all() for sql, values in tuple(asked)]
    engine.dispose()

    assert len(plans) > 3
    assert [plan for plan in plans if "TEMP B-TREE" in str(plan)] == []
