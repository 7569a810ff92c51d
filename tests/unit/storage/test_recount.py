"""What ``verify`` counts anew: payments, counters, slips, numbers, files."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.domain.commands import TakeFee
from desktop.domain.dossiers import FeeMethod, Status
from desktop.domain.slips import SlipState
from desktop.domain.tally import Measure
from desktop.domain.way import Attachment, AttachmentRole
from desktop.domain.way_commands import TurnAway
from desktop.services import deciding, ending, follow
from desktop.storage.backup import restore_backup, write_backup
from desktop.storage.engine import connect_raw
from tests.support.backups import BY_KEY, locked_up
from tests.support.samples import NINE, REASON
from tests.support.wards import KEY, Ward, command, make_ward, opened, person
from tests.support.way import bring

PDF = b"%PDF-1.4 Nguyen Thi Ngoc O %%EOF"
SHA = hashlib.sha256(PDF).hexdigest()
DAY = date(2019, 7, 18)


@pytest.fixture
def closed(tmp_path: Path) -> Ward:
    """Give a closed ward with a payment, a file, a slip, a result and a citizen sent home."""
    ward = make_ward(tmp_path)
    locked_up(ward)
    lan, paying = ward.user("lan"), command(ward.desk, "2.000635")
    made = ward.receive(procedure=paying.procedure, components=paying.components)
    follow.take_fee(ward.desk, ward.user("thu"), made.code, TakeFee(8_000, FeeMethod.CASH))
    kept = Attachment(SHA, "application/pdf", len(PDF), 1, AttachmentRole.PAPER)
    deciding.attach_file(ward.desk, lan, made.code, kept, PDF)
    bring(ward.desk, made.code)
    home = command(ward.desk, owner=person(2))
    wanted = TurnAway(home.procedure, home.channel, home.owner, home.submitter, (), REASON)
    ending.turn_away(ward.desk, lan, wanted)
    ward.database.close()
    return ward


def test_a_sound_database_recounts_clean(closed: Ward) -> None:
    assert closed.verify().findings == ()


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE payment SET collector = 'x'", ("payments_differ", None)),
        ("UPDATE payment SET day = '2019-07-19'", ("payments_differ", None)),
        ("UPDATE payment SET value = replace(value, '8000', '9000')", ("payments_differ", None)),
        ("DELETE FROM payment", ("payments_differ", None)),
        ("INSERT INTO payment SELECT 'zzz', place, day, collector, value FROM payment", ("payments_differ", "zzz")),
        ("INSERT INTO payment SELECT '000', place, day, collector, value FROM payment", ("payments_differ", None)),
        ("UPDATE tally SET n = n + 1", ("table_differs", "tally")),
        ("DELETE FROM tally", ("table_differs", "tally")),
        ("INSERT INTO tally VALUES ('2020-01-01', 'x', 'solved_late', 1)", ("table_differs", "tally")),
        ("UPDATE tally_month SET n = n + 1", ("table_differs", "tally_month")),
        ("DELETE FROM tally_month", ("table_differs", "tally_month")),
        ("INSERT INTO tally_month VALUES ('2020-01', 'x', 'solved_late', 1)", ("table_differs", "tally_month")),
        ("UPDATE tally_day SET n = n + 1", ("table_differs", "tally_day")),
        ("DELETE FROM tally_day", ("table_differs", "tally_day")),
        ("INSERT INTO tally_day VALUES ('2020-01-01', 'solved_late', 1)", ("table_differs", "tally_day")),
        ("UPDATE dossier SET apology = 'in_time'", ("row_differs", None)),
        ("UPDATE slip SET state = 'open'", ("table_differs", "slip")),
        ("UPDATE slip SET value = replace(value, 'BG-2019-01-0001', 'BG-2019-01-0002')", ("table_differs", "slip")),
        ("DELETE FROM slip", ("table_differs", "slip")),
        ("UPDATE turned_away SET value = replace(value, 'Văn', 'Vân')", ("table_differs", "turned_away")),
        ("UPDATE form_number SET last = 2 WHERE form = 'handover_slip'", ("table_differs", "form_number")),
        ("DELETE FROM unit_state WHERE key LIKE 'delegation:%'", ("table_differs", "unit_state")),
        ("UPDATE attachment SET content = CAST(content || 'x' AS BLOB)", ("file_damaged", SHA)),
        ("UPDATE attachment SET content = zeroblob(length(content))", ("file_damaged", SHA)),
        ("DELETE FROM attachment", ("file_lost", SHA)),
        ("DELETE FROM dossier_search WHERE rowid = 1", ("table_differs", "dossier_search")),
        ("INSERT INTO dossier_search(rowid, tokens) VALUES (9, 'ngoc')", ("table_differs", "dossier_search")),
        (
            "INSERT OR REPLACE INTO dossier_search(rowid, tokens) SELECT position, 'khac' FROM dossier",
            ("table_differs", "dossier_search"),
        ),
    ],
)
def test_what_is_no_recount_of_the_log_is_named(closed: Ward, statement: str, finding: tuple[str, str | None]) -> None:
    connection = connect_raw(closed.folder / "motcua.db", KEY, read_only=False)
    assert connection.execute(statement).rowcount > 0
    connection.close()

    found = [(each.code, each.where) for each in closed.verify().findings]

    code, where = finding
    assert [each for each in found if each[0] == code and where in (None, each[1])], found
    assert {each[0] for each in found} == {code}


def test_words_in_any_script_are_found_in_the_index_as_the_index_cuts_them(closed: Ward) -> None:
    with opened(closed.folder, closed.state) as ward:
        ward.receive(owner=replace(person(3), name="Ayşe Ωμέγα 李小龍 H’Hen Ｎｇｏｃ Niê-Kđăm ǅ"))

    assert closed.verify().is_clean


def test_a_file_that_is_still_on_its_way_is_not_lost(closed: Ward) -> None:
    connection = connect_raw(closed.folder / "motcua.db", KEY, read_only=False)
    connection.execute("DELETE FROM attachment")
    connection.execute("INSERT INTO sync_state VALUES (?, 'wanted:10')", (f"blob:{SHA}",))
    connection.close()

    assert closed.verify().is_clean


def test_a_counter_that_came_back_to_nothing_is_no_difference(closed: Ward) -> None:
    connection = connect_raw(closed.folder / "motcua.db", KEY, read_only=False)
    connection.execute("INSERT INTO tally VALUES ('2020-01-01', 'x', 'solved_late', 0)")
    connection.close()

    assert closed.verify().is_clean


def test_attachments_are_unreadable_on_disk_and_survive_a_backup(closed: Ward, tmp_path: Path) -> None:
    write_backup(closed.folder, KEY, tmp_path / "saved", NINE)

    restore_backup(tmp_path / "saved", tmp_path / "new", BY_KEY)

    assert all(PDF[9:20] not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    with opened(tmp_path / "new", closed.state) as again:
        assert again.desk.way.file(SHA) == PDF
        assert again.verify().is_clean


def test_what_the_way_reader_says_of_it(closed: Ward) -> None:
    with opened(closed.folder, closed.state) as ward:
        way = ward.desk.way
        (slip,) = way.slips(SlipState.CONFIRMED)
        (line,) = way.payments(DAY, DAY)

        assert (way.slip(slip.name), way.slip(slip.slip_id), slip.state) == (slip, slip, SlipState.CONFIRMED)
        assert (way.slip("BG-2019-01-9999"), way.turned_away("x"), way.file("0" * 64)) == (None, None, None)
        assert (line.payment.amount_vnd, line.payment.voucher is not None) == (8_000, True)
        assert way.payments(DAY, DAY, "x") == ()
        assert [card.status for card in way.with_status(Status.RESULT_READY, limit=9)] == [Status.RESULT_READY]
        assert way.submitted() == ()
        assert [dossier.code for dossier in way.dossiers(DAY, DAY)] == [line.code]
        assert sum(n for _, measure, n in way.tallies(DAY, DAY) if measure is Measure.RECEIVED_DIRECT) == 1
