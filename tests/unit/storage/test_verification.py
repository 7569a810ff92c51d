import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from desktop.devices import signing_key
from desktop.domain.commands import Correct
from desktop.domain.errors import DamagedData, EnvironmentProblem
from desktop.domain.events import chain_hash
from desktop.services import follow
from desktop.storage import verification
from desktop.storage.engine import connect_raw
from desktop.storage.marker import Marker, MarkerFile
from desktop.storage.verification import Report, verify
from tests.support.samples import REASON
from tests.support.wards import KEY, Ward, make_ward, opened, person
from tests.support.way import bring

Tamper = Callable[[Connection], object]
#: Position of the first receipt: before it lie the unit, its users and a delegation.
FIRST = 11


@pytest.fixture
def closed(tmp_path: Path) -> Ward:
    """Give a ward with a few dossiers, closed and checkpointed."""
    ward = make_ward(tmp_path)
    made = ward.receive()
    ward.receive(owner=person(1), is_immediate=True)
    follow.correct(ward.desk, ward.user("lan"), made.code, Correct({"note": "x"}, REASON))
    bring(ward.desk, made.code)
    ward.database.close()
    return ward


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def page_findings(ward: Ward) -> list[str]:
    """Return what verify says of broken pages: it names them, or cannot open the file at all."""
    try:
        found = codes(ward.verify())
    except DamagedData as damage:
        found = [damage.code]
    assert set(found) <= {"page_damaged", "structure_damaged", "database_damaged"}
    return found


def tampered(ward: Ward, *statements: str, **values: Any) -> None:
    """Change the database as somebody with its key could."""
    connection = connect_raw(ward.folder / "motcua.db", KEY, read_only=False)
    for act in ("update", "delete"):
        connection.execute(f"DROP TRIGGER event_refuses_{act}")
    for statement in statements:
        connection.execute(statement, values)
    connection.close()


def test_a_sound_database_is_clean_and_counted(closed: Ward) -> None:
    report = closed.verify()

    assert (report.is_clean, report.findings, report.dossiers) == (True, (), 2)
    assert report.events == closed.database.ledger.head.seq
    assert report.head_hash == closed.database.ledger.head.hash.hex()


def test_a_database_at_work_is_verified_beside_its_program(ward: Ward) -> None:
    for n in range(5):
        ward.receive(owner=person(n))
        assert ward.verify(all_signatures=False).is_clean


def test_a_program_that_works_on_meanwhile_is_no_damage(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.receive()
    read = verification.read_replica

    def read_while_the_program_goes_on(connection: Connection) -> Any:
        found = read(connection)
        ward.receive(owner=person(1))
        return found

    monkeypatch.setattr(verification, "read_replica", read_while_the_program_goes_on)

    assert ward.verify().findings == ()


def test_no_database_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="database_absent"):
        verify(tmp_path, KEY, tmp_path, signing_key.verify)


def test_another_key_is_damage_to_whoever_looks(closed: Ward) -> None:
    with pytest.raises(DamagedData, match="database_damaged"):
        verify(closed.folder, bytes(32), closed.state, signing_key.verify)


@pytest.mark.parametrize("place", [0.1, 0.35, 0.5, 0.75, 0.99])
def test_one_flipped_bit_anywhere_is_found(closed: Ward, place: float) -> None:
    path = closed.folder / "motcua.db"
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 0b100
    path.write_bytes(content)

    assert page_findings(closed)


def test_a_cut_file_is_found(closed: Ward) -> None:
    path = closed.folder / "motcua.db"
    os.truncate(path, path.stat().st_size - 4_096)

    assert page_findings(closed)


def test_an_edited_event_is_named(closed: Ward) -> None:
    tampered(
        closed,
        "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'Ngọc', 'Ngọt') AS BLOB) WHERE position = :place",
        place=FIRST,
    )

    first = closed.verify().findings[0]

    assert first.code == "chain_broken"
    assert first.where.startswith(f"{FIRST} ")


def test_an_event_that_can_be_read_no_more_is_named(closed: Ward) -> None:
    tampered(closed, "UPDATE event SET body = x'7b' WHERE position = 10")

    findings = closed.verify().findings

    assert [(each.code, each.where.split()[0]) for each in findings[:2]] == [
        ("event_unreadable", "10"),
        ("chain_broken", "10"),
    ]


def test_an_edited_event_with_a_fitting_hash_breaks_at_the_next(closed: Ward) -> None:
    connection = connect_raw(closed.folder / "motcua.db", KEY, read_only=False)
    previous, body = connection.execute(
        "SELECT (SELECT hash FROM event WHERE position = :place - 1), body FROM event WHERE position = :place",
        {"place": FIRST},
    ).fetchone()
    connection.close()
    edited = body.replace("Ngọc".encode(), "Ngọt".encode())
    tampered(
        closed,
        "UPDATE event SET body = :body, hash = :hash WHERE position = :place",
        place=FIRST,
        body=edited,
        hash=chain_hash(previous, edited),
    )

    findings = closed.verify(all_signatures=False).findings

    assert ("chain_broken", str(FIRST + 1)) in [(each.code, each.where.split()[0]) for each in findings]


@pytest.mark.parametrize("column", ["event_id", "replica_id", "epoch", "dossier_id", "type", "acted_at"])
def test_a_column_that_contradicts_its_body_is_found(closed: Ward, column: str) -> None:
    tampered(closed, f"UPDATE event SET {column} = 'x' WHERE position = 10")

    assert "columns_differ" in codes(closed.verify(all_signatures=False))


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("position = (SELECT max(position) FROM event)", "database_behind_marker"),
        ("position > 9", "database_behind_marker"),
        ("position = 10", "event_missing"),
        ("position = 1", "event_missing"),
    ],
)
def test_a_deleted_event_is_missed(closed: Ward, where: str, code: str) -> None:
    tampered(closed, f"DELETE FROM event WHERE {where}")

    assert code in codes(closed.verify())


def test_a_log_of_an_epoch_the_marker_does_not_know_of_is_behind(closed: Ward) -> None:
    marker = MarkerFile(closed.state / closed.database.replica.replica_id)
    known = marker.read()
    assert known is not None
    marker.write(Marker("f" * 32, 1, known.head_hash, known.last_date, known.install_id))

    assert codes(closed.verify()) == ["database_behind_marker"]


def test_a_log_rewritten_whole_differs_from_the_marker(closed: Ward) -> None:
    marker = MarkerFile(closed.state / closed.database.replica.replica_id)
    known = marker.read()
    assert known is not None
    marker.write(Marker(known.epoch, known.seq, bytes(32), known.last_date, known.install_id))

    assert codes(closed.verify()) == ["marker_differs"]


def test_without_a_marker_the_rest_is_still_verified(closed: Ward, tmp_path: Path) -> None:
    assert verify(closed.folder, KEY, tmp_path / "none", signing_key.verify).is_clean


def test_a_forged_signature_is_found_when_all_are_looked_at(closed: Ward) -> None:
    tampered(closed, "UPDATE event SET sig = zeroblob(64) WHERE position = 5")

    assert codes(closed.verify(all_signatures=True)) == ["signature_bad"]
    assert closed.verify(all_signatures=True).findings[0].where.startswith("5 ")
    assert closed.verify(all_signatures=False).is_clean


def test_the_last_signature_is_always_looked_at(closed: Ward) -> None:
    tampered(closed, "UPDATE event SET sig = zeroblob(64) WHERE position = (SELECT max(position) FROM event)")

    assert codes(closed.verify(all_signatures=False)) == ["signature_bad"]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE dossier SET applicant = 'Ai đó' WHERE position = 1", "row_differs"),
        ("UPDATE dossier SET due_at = due_at + 86400 WHERE position = 1", "row_differs"),
        ("UPDATE dossier SET state = replace(state, 'Ngọc', 'Ngọt') WHERE position = 1", "row_differs"),
        ("DELETE FROM dossier WHERE position = 1", "row_missing"),
        ("DELETE FROM dossier", "row_missing"),
        ("UPDATE dossier SET dossier_id = 'zzz' WHERE position = 1", "row_without_events"),
        ("UPDATE dossier SET dossier_id = '000' WHERE position = 1", "row_without_events"),
        ("DELETE FROM dossier_code", "code_missing"),
        (
            "UPDATE dossier_code SET dossier_id = (SELECT dossier_id FROM dossier WHERE position = 2)",
            "code_missing",
        ),
        ("UPDATE ordinal SET last = 99", "table_differs"),
        ("UPDATE form_number SET last = 0", "table_differs"),
        ("DELETE FROM unit_state WHERE key LIKE 'user:%'", "table_differs"),
        ("UPDATE unit_state SET value = replace(value, 'Lan', 'Lam')", "table_differs"),
    ],
)
def test_a_table_that_is_no_fold_of_the_log_is_found(closed: Ward, statement: str, code: str) -> None:
    connection = connect_raw(closed.folder / "motcua.db", KEY, read_only=False)
    connection.execute(statement)
    connection.close()

    assert code in codes(closed.verify())


def test_events_in_an_order_that_cannot_be_are_named(closed: Ward) -> None:
    tampered(
        closed,
        "UPDATE event SET dossier_id = 'gone' WHERE type = 'dossier.received'",
        "UPDATE event SET dossier_id = (SELECT dossier_id FROM dossier WHERE position = 1) WHERE type = 'user.saved'",
    )

    assert "event_out_of_place" in codes(closed.verify())


def test_a_flood_of_findings_is_cut_after_a_hundred(closed: Ward) -> None:
    with opened(closed.folder, closed.state) as ward:
        for n in range(60):
            ward.receive(owner=person(100 + n))
    tampered(closed, "UPDATE event SET acted_at = 'x', sig = zeroblob(64)")

    assert len(closed.verify().findings) == 100


def test_a_key_that_is_no_key_vouches_for_nothing(closed: Ward) -> None:
    tampered(
        closed,
        "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), :key, :none) AS BLOB) WHERE position = 1",
        key=closed.database.replica.public_key,
        none="no hex",
    )

    assert {"chain_broken", "signature_bad"} <= set(codes(closed.verify()))


def test_verifying_writes_nothing(closed: Ward) -> None:
    before = (closed.folder / "motcua.db").read_bytes()

    closed.verify()

    assert (closed.folder / "motcua.db").read_bytes() == before
    with closed.database._engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM event")).scalar() == closed.database.ledger.head.seq
    closed.database._engine.dispose()
