"""The city's documents in the database: every version stays, a restored city's word replaces the one it took back."""

import pytest

from desktop.protocol.messages import DocumentHead
from desktop.storage.changes_since import Cursor, put_back, rows_since
from desktop.storage.publication_rows import PublicationRows, read_beside
from desktop.storage.tables import PUBLICATION
from tests.support.samples import NINE
from tests.support.wards import KEY, Ward

HEAD = DocumentHead(
    name="ho_tich",
    version=1,
    effective_on="2026-12-15",
    media_type="application/toml",
    sha256="a" * 64,
    signature="b" * 128,
)
SECOND = HEAD.model_copy(update={"version": 2, "sha256": "c" * 64})


@pytest.fixture
def rows(ward: Ward) -> PublicationRows:
    return PublicationRows(ward.database.ledger)


def held(rows: PublicationRows) -> list[tuple[int, str, bytes]]:
    return [(each.version, each.sha256, each.content) for each in rows.texts()]


def test_what_came_is_not_asked_for_again_and_every_version_stays(rows: PublicationRows) -> None:
    assert rows.missing([HEAD, SECOND]) == [HEAD, SECOND]
    rows.keep([(HEAD, b"one")], NINE)
    rows.keep([], NINE)

    assert rows.missing([HEAD, SECOND]) == [SECOND]
    rows.keep([(SECOND, b"two")], NINE)
    assert held(rows) == [(1, "a" * 64, b"one"), (2, "c" * 64, b"two")]


@pytest.mark.parametrize("change", [{"sha256": "d" * 64}, {"effective_on": "2027-01-01"}])
def test_a_version_that_stands_for_another_text_now_is_fetched_anew(
    rows: PublicationRows, change: dict[str, str]
) -> None:
    rows.keep([(HEAD, b"one")], NINE)
    rows.told(HEAD.sha256)
    other = HEAD.model_copy(update=change)

    assert rows.missing([other]) == [other]
    rows.keep([(other, b"other")], NINE)
    assert held(rows) == [(1, other.sha256, b"other")]
    assert rows.untold() == {other.sha256}


def test_the_city_is_told_once_that_a_document_is_used(rows: PublicationRows) -> None:
    rows.keep([(HEAD, b"one"), (SECOND, b"two")], NINE)

    rows.told(HEAD.sha256)

    assert rows.untold() == {SECOND.sha256}


def test_the_self_check_reads_them_beside_a_running_program(ward: Ward, rows: PublicationRows) -> None:
    assert list(read_beside(ward.folder, KEY)) == []
    rows.keep([(HEAD, b"one")], NINE)

    assert list(read_beside(ward.folder, KEY)) == list(rows.texts())


def test_a_backup_brings_them_back(ward: Ward, rows: PublicationRows) -> None:
    rows.keep([(HEAD, b"one")], NINE)
    with ward.database._engine.begin() as connection:
        told = [(name, values) for name, values in rows_since(connection, Cursor()) if name == PUBLICATION.name]
        connection.execute(PUBLICATION.delete())

    with ward.database._engine.begin() as connection:
        put_back(connection, told)

    assert held(rows) == [(1, "a" * 64, b"one")]
