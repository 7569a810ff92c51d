from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.dialects import sqlite

from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import Custodian, CustodianKind, Status
from desktop.domain.limits import LimitUnit
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way_commands import AssignCustody
from desktop.services import handing
from desktop.services.records import Anchors, DossierFilter, WorkOf
from desktop.storage import reader as storage_reader
from desktop.storage.projections import late_from
from desktop.storage.reader import StorageReader
from desktop.storage.shared_rows import read_custody_assigned
from tests.support.samples import NINE, REASON, calendar
from tests.support.wards import SLOW, Ward, command, person
from tests.support.way import bring

NEWEST = 1 << 60


def reader_of(ward: Ward) -> StorageReader:
    reader = ward.desk.reader
    assert isinstance(reader, StorageReader)
    return reader


@pytest.fixture
def full(ward: Ward) -> Ward:
    """Give a ward with 23 dossiers, every third of a slower procedure."""
    for n in range(23):
        at = NINE + timedelta(hours=n)
        if n % 3:
            ward.receive(at, owner=person(n))
        else:
            given = command(ward.desk, SLOW, owner=person(n))
            ward.receive(at, owner=person(n), procedure=given.procedure, components=given.components)
    return ward


def walked(reader: StorageReader, narrowed: DossierFilter, every: int) -> list[Anchors]:
    found = [reader.anchors(narrowed, every)]
    while found[-1].below:
        found.append(reader.anchors(narrowed, every, so_far=found[-1]))
    return found


FILTERS = {
    "all": DossierFilter(),
    "procedure": DossierFilter(procedure=SLOW),
    "words": DossierFilter(query="tran van"),
    "words and procedure": DossierFilter(query="tran", procedure=SLOW),
    "status": DossierFilter(statuses=(Status.RECEIVED,)),
    "late": DossierFilter(late_at=NINE + timedelta(days=4)),
    "nothing": DossierFilter(query="khongcoai"),
}


@pytest.mark.parametrize("narrowed", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("slice_rows", [1, 4, 7, 100])
def test_a_walk_in_slices_finds_what_one_query_finds(full: Ward, narrowed: DossierFilter, slice_rows: int) -> None:
    reader = StorageReader(reader_of(full)._engine, calendar(), slice_rows)
    positions = list(reader.positions(narrowed))

    walk = walked(reader, narrowed, 4)

    last = walk[-1]
    assert len(walk) == -(-23 // slice_rows)
    assert (last.total, last.starts, last.head) == (len(positions), tuple(positions[::4]), tuple(positions[:4]))


@pytest.mark.parametrize("narrowed", FILTERS.values(), ids=FILTERS)
def test_a_page_begins_where_its_anchor_says(full: Ward, narrowed: DossierFilter) -> None:
    reader = reader_of(full)
    positions = list(reader.positions(narrowed))

    for number, start in enumerate(walked(reader, narrowed, 4)[-1].starts):
        page = reader.cards(narrowed, at_or_before=start, limit=4)
        assert [card.position for card in page] == positions[4 * number : 4 * number + 4]


def test_an_empty_register_is_walked_at_once(ward: Ward) -> None:
    assert ward.desk.reader.anchors(DossierFilter()) == Anchors()


def plan(reader: StorageReader, narrowed: DossierFilter) -> list[str]:
    statement = storage_reader._places(narrowed, 20, 4).compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    with reader._reading() as connection:
        return [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]


@pytest.mark.parametrize("narrowed", FILTERS.values(), ids=FILTERS)
def test_a_list_never_walks_the_rows_themselves(full: Ward, narrowed: DossierFilter) -> None:
    steps = plan(reader_of(full), narrowed)

    on_rows = [step for step in steps if "dossier" in step and "COVERING INDEX" not in step]
    assert all("dossier_search" in step for step in on_rows), steps


#: Whole minutes of ten years.
INSTANTS = st.integers(0, 10 * 365 * 24 * 60).map(lambda n: datetime(2018, 1, 1, tzinfo=VIETNAM) + timedelta(minutes=n))


@given(
    due=INSTANTS,
    after_s=st.integers(-200_000, 200_000),
    unit=st.sampled_from(LimitUnit),
)
def test_the_number_in_the_table_is_the_rule_of_lateness(due: datetime, after_s: int, unit: LimitUnit) -> None:
    at = due + timedelta(seconds=after_s)

    assert (at.timestamp() >= late_from(due, unit)) is is_late(at, due, unit)


@pytest.mark.parametrize("unit", LimitUnit)
def test_the_edge_of_lateness_is_exact(unit: LimitUnit) -> None:
    due = datetime(2019, 7, 18, 17, 0, tzinfo=VIETNAM)
    edge = datetime.fromtimestamp(late_from(due, unit), VIETNAM)

    assert not is_late(edge - timedelta(seconds=1), due, unit)
    assert is_late(edge, due, unit)


def test_the_evening_of_the_last_day_is_not_late_and_midnight_is(ward: Ward) -> None:
    made = ward.receive(NINE)
    due = made.due_at

    def late(at: datetime) -> list[str]:
        cards = ward.desk.reader.cards(DossierFilter(late_at=at), at_or_before=NEWEST, limit=9)
        return [card.code for card in cards]

    assert made.procedure.limit.unit is not LimitUnit.HOUR
    assert late(due + timedelta(hours=6)) == []
    assert late(due.replace(hour=0, minute=0) + timedelta(days=1)) == [made.code]


def test_what_has_a_result_is_not_listed_as_late_work(ward: Ward) -> None:
    made = ward.receive(NINE)
    bring(ward.desk, made.code)
    (card,) = ward.desk.reader.cards(DossierFilter(), at_or_before=NEWEST, limit=9)

    late = ward.desk.reader.cards(DossierFilter(late_at=NINE + timedelta(days=99)), at_or_before=NEWEST, limit=9)

    assert late == ()
    assert not card.is_open
    assert card.late_from == datetime.fromtimestamp(late_from(made.due_at, made.procedure.limit.unit), VIETNAM)


def codes(cards: Sequence[object]) -> list[str]:
    return [str(getattr(card, "code", "")) for card in cards]


def test_open_dossiers_come_next_due_first_and_page_without_a_gap(full: Ward) -> None:
    reader, everybody = reader_of(full), WorkOf("nobody", "")
    whole = reader.open_cards(everybody, limit=99)

    pages = [reader.open_cards(everybody, limit=5, offset=offset) for offset in range(0, 25, 5)]

    assert [(card.due_at, card.position) for card in whole] == sorted((card.due_at, card.position) for card in whole)
    assert len({card.due_at for card in whole}) > 1
    assert codes([card for page in pages for card in page]) == codes(whole)
    assert reader.count_open(everybody) == len(whole) == 23


def test_work_is_what_a_section_or_a_person_holds(full: Ward) -> None:
    reader, chair = reader_of(full), full.user("chutich")
    hung = full.user("hung").user_id
    whole = codes(reader.open_cards(WorkOf("nobody", ""), limit=99))
    bring(full.desk, whole[0], to=Status.WITH_SECTION)
    mine = AssignCustody(Custodian(CustodianKind.USER, hung), REASON)
    handing.assign_custody(full.desk, chair, whole[1], mine)

    work = {
        (who, section): codes(reader.open_cards(WorkOf(who, section), limit=99))
        for who, section in (("nobody", "mot_cua"), ("nobody", "tu_phap"), (hung, "tu_phap"), (hung, "dia_chinh"))
    }

    assert work == {
        ("nobody", "mot_cua"): whole[2:],
        ("nobody", "tu_phap"): whole[:1],
        (hung, "tu_phap"): whole[:2],
        (hung, "dia_chinh"): whole[1:2],
    }
    assert [reader.count_open(WorkOf(*mine)) for mine in work] == [21, 1, 2, 1]


def test_a_closed_dossier_is_no_work(full: Ward) -> None:
    everybody = WorkOf("nobody", "")
    reader = reader_of(full)
    first = reader.open_cards(everybody, limit=1)[0]

    full.clock.set(NINE)
    bring(full.desk, first.code)

    assert first.code not in codes(reader.open_cards(everybody, limit=99))
    assert reader.count_open(everybody) == 22


def test_work_is_read_from_its_own_index(full: Ward) -> None:
    where = "is_open AND (custodian_kind = 'user' AND custodian = 'x' OR custodian = 'y')"
    sql = f"SELECT position FROM dossier WHERE {where} ORDER BY due_at, position LIMIT 5"

    with reader_of(full)._reading() as connection:
        steps = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]

    assert steps == ["SCAN dossier USING INDEX ix_dossier_open"]


def test_papers_given_by_order_are_found_without_reading_every_dossier(full: Ward) -> None:
    code = full.receive(NINE + timedelta(days=2)).code
    to = AssignCustody(Custodian(CustodianKind.SECTION, "tu_phap"), REASON)
    handing.assign_custody(full.desk, full.user("chutich"), code, to)
    asked: list[tuple[str, object]] = []

    def hear(_c: object, _k: object, sql: str, values: object, _x: object, _m: object) -> None:
        asked.append((sql, values))

    since = full.clock.now()
    with reader_of(full)._reading() as connection:
        event.listen(connection, "before_cursor_execute", hear)
        found = read_custody_assigned(connection, since, since + timedelta(days=1))
        before = read_custody_assigned(connection, since - timedelta(days=1), since)
        event.remove(connection, "before_cursor_execute", hear)
        sql, values = asked[0]
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]  # type: ignore[arg-type]

    assert ([each for each, _ in found], before) == ([code], ())
    assert plan[0].startswith("SEARCH e USING INDEX ix_event_assigned")
