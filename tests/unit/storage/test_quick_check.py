"""The quick check of hashes says what the whole check says of the chain, and names the entry."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop.devices import signing_key
from desktop.storage import quick_check
from desktop.storage.engine import connect_raw
from desktop.storage.recount import Entry
from desktop.storage.verification import Report, verify_quickly
from tests.support.wards import KEY, Ward, make_ward, person
from tests.support.way import bring

#: Position of the first receipt.
FIRST = 11


@pytest.fixture
def closed(tmp_path: Path) -> Ward:
    """Give a ward with a few dossiers, closed."""
    ward = make_ward(tmp_path)
    made = [ward.receive(owner=person(n)).code for n in range(3)]
    bring(ward.desk, *made)
    ward.database.close()
    return ward


def quick(ward: Ward) -> Report:
    with ThreadPoolExecutor(2) as pool:
        return verify_quickly(ward.folder, KEY, ward.state, signing_key.verify, pool.map)


def tampered(ward: Ward, statement: str) -> None:
    connection = connect_raw(ward.folder / "motcua.db", KEY, read_only=False)
    for act in ("update", "delete"):
        connection.execute(f"DROP TRIGGER event_refuses_{act}")
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("span", [1, 4, 20_000])
def test_a_sound_log_is_clean_however_it_is_divided(closed: Ward, span: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_check, "_SPAN", span)

    report = quick(closed)

    assert (report.findings, report.events, report.head_hash) == (
        (),
        closed.database.ledger.head.seq,
        closed.database.ledger.head.hash.hex(),
    )


@pytest.mark.parametrize("span", [1, 4, 20_000])
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (f"UPDATE event SET body = x'7b' WHERE position = {FIRST}", "chain_broken"),
        (f"UPDATE event SET hash = zeroblob(32) WHERE position = {FIRST}", "chain_broken"),
        (f"DELETE FROM event WHERE position = {FIRST}", "event_missing"),
        ("UPDATE event SET sig = zeroblob(64) WHERE position = (SELECT max(position) FROM event)", "signature_bad"),
    ],
)
def test_what_was_edited_is_found(
    closed: Ward, statement: str, code: str, span: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_check, "_SPAN", span)
    tampered(closed, statement)

    assert quick(closed).findings[0].code == code


@pytest.mark.parametrize("check", [quick, Ward.verify])
def test_the_first_broken_entry_is_named_with_its_pc_its_number_and_its_dossier(closed: Ward, check: object) -> None:
    tampered(
        closed,
        f"UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'Trần', 'Trẩn') AS BLOB) WHERE position = {FIRST}",
    )

    report = check(closed)  # type: ignore[operator]

    first = report.findings[0]
    assert (first.code, first.where.split()[0]) == ("chain_broken", str(FIRST))
    assert isinstance(first.entry, Entry)
    assert (first.entry.seq, first.entry.type, first.entry.code[-4:]) == (FIRST, "dossier.received", "0001")
    assert first.entry.device


def test_a_database_behind_its_marker_is_found(closed: Ward) -> None:
    tampered(closed, "DELETE FROM event WHERE position = (SELECT max(position) FROM event)")

    assert quick(closed).findings[0].code == "database_behind_marker"
