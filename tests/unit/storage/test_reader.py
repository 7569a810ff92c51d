import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.calendars import CalendarOverlay, NamedDay
from desktop.domain.dossiers import Party, Status
from desktop.domain.errors import EnvironmentProblem
from desktop.domain.facts.unit import CalendarOverlaid
from desktop.services.records import DossierFilter
from tests.support.samples import NINE, OWNER
from tests.support.wards import SLOW, Ward, command, person, procedure
from tests.support.way import bring


def found(ward: Ward, query: str) -> list[str]:
    return [card.applicant for card in ward.desk.reader.search(query, 10)]


@pytest.fixture
def filled(ward: Ward) -> Ward:
    for owner in (
        OWNER,
        Party("Đặng Đình Đức", id_number="079090011111"),
        Party("H'Hen Niê Kđăm", id_number="066090022222"),
        Party("Trần Văn A"),
    ):
        ward.receive(owner=owner)
    return ward


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Nguyễn Thị Ngọc Ở", OWNER.name),
        ("nguyen thi ngoc o", OWNER.name),
        ("NGỌC", OWNER.name),
        ("ngoc nguyen", OWNER.name),
        ("ng t ng o", OWNER.name),
        ("ntno", OWNER.name),
        ("dang dinh duc", "Đặng Đình Đức"),
        ("Đức", "Đặng Đình Đức"),
        ("đức đặng", "Đặng Đình Đức"),
        ("H'Hen Niê Kđăm", "H'Hen Niê Kđăm"),
        ("H’HEN", "H'Hen Niê Kđăm"),
        ("hhen kdam", "H'Hen Niê Kđăm"),
        ("0912345678", OWNER.name),
        ("0912", OWNER.name),
        ("5678", OWNER.name),
        ("079090012345", OWNER.name),
        ("012345", OWNER.name),
        ("000.16.27.H29-190718-0002", "Đặng Đình Đức"),
        ("000.16.27.h29-190718-0002", "Đặng Đình Đức"),
        ("190718-0002", "Đặng Đình Đức"),
        ("190718 0002", "Đặng Đình Đức"),
        ("0001627h291907180002", "Đặng Đình Đức"),
        ("tran van a", "Trần Văn A"),
    ],
)
def test_a_dossier_is_found_however_it_is_typed(filled: Ward, query: str, name: str) -> None:
    assert found(filled, query) == [name]
    assert found(filled, unicodedata.normalize("NFD", query)) == [name]


def test_every_word_must_match_and_the_newest_comes_first(filled: Ward) -> None:
    assert found(filled, "ngoc duc") == []
    assert found(filled, "190718") == ["Trần Văn A", "H'Hen Niê Kđăm", "Đặng Đình Đức", OWNER.name]
    assert [card.code for card in filled.desk.reader.search("190718", 1)] == ["000.16.27.H29-190718-0004"]


@pytest.mark.parametrize(
    "query",
    ['ngoc"', "ngoc OR duc", "ngoc NOT thi", "NEAR(ngoc thi)", "tokens:ngoc", "ngoc*", "(ngoc", "^ngoc", "-", '"', "*"],
)
def test_search_operators_have_no_meaning_and_do_no_harm(filled: Ward, query: str) -> None:
    assert set(found(filled, query)) <= {OWNER.name}
    assert filled.desk.reader.positions(DossierFilter(query=query)) is not None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_nothing_that_can_be_typed_breaks_the_search(filled: Ward, query: str) -> None:
    cards = filled.desk.reader.search(query, 3)

    assert len(cards) <= 3


def test_a_list_is_narrowed_by_every_field(ward: Ward) -> None:
    codes = {
        "birth": ward.receive(NINE, owner=person(1)).code,
        "slow": ward.receive(
            NINE + timedelta(days=1),
            procedure=procedure(ward.desk, SLOW),
            components=command(ward.desk, SLOW).components,
        ).code,
        "copy": ward.receive(
            NINE + timedelta(days=30),
            procedure=procedure(ward.desk, "2.000815"),
            components=command(ward.desk, "2.000815").components,
        ).code,
    }
    bring(ward.desk, codes["copy"])

    def narrowed(**fields: object) -> set[str]:
        given = DossierFilter(**fields)  # type: ignore[arg-type]
        reader = ward.desk.reader
        cards = reader.cards(given, at_or_before=10**9, limit=10)
        assert list(reader.positions(given)) == [card.position for card in cards]
        return {name for name, code in codes.items() if code in {card.code for card in cards}}

    assert narrowed() == {"birth", "slow", "copy"}
    assert narrowed(statuses=(Status.RECEIVED,)) == {"birth", "slow"}
    assert narrowed(statuses=(Status.RESULT_READY, Status.RETURNED)) == {"copy"}
    assert narrowed(field="chung_thuc") == {"copy"}
    assert narrowed(procedure=SLOW) == {"slow"}
    assert narrowed(received_from=date(2019, 7, 19)) == {"slow", "copy"}
    assert narrowed(received_to=date(2019, 7, 18)) == {"birth"}
    assert narrowed(received_from=date(2019, 7, 19), received_to=date(2019, 7, 19)) == {"slow"}
    assert narrowed(query="tran van") == {"birth"}
    assert narrowed(query="tran van", received_from=date(2019, 7, 19)) == set()
    assert narrowed(late_at=NINE) == set()
    assert narrowed(late_at=NINE + timedelta(days=2)) == {"birth"}
    assert narrowed(late_at=NINE + timedelta(days=200)) == {"birth", "slow"}


def test_the_day_of_receipt_is_that_of_viet_nam(ward: Ward) -> None:
    ward.receive(datetime(2019, 7, 17, 17, 30, tzinfo=UTC))

    assert ward.desk.reader.positions(DossierFilter(received_to=date(2019, 7, 17))) == []
    assert ward.desk.reader.positions(DossierFilter(received_from=date(2019, 7, 18))) == [1]


def test_a_card_says_what_a_list_shows(ward: Ward) -> None:
    made = ward.receive(
        procedure=procedure(ward.desk, "2.000635"), components=command(ward.desk, "2.000635").components
    )
    (ready,) = bring(ward.desk, made.code)

    (card,) = ward.desk.reader.cards(DossierFilter(), at_or_before=1, limit=1)

    assert (card.code, card.applicant, card.status) == (made.code, OWNER.name, Status.RESULT_READY)
    assert (card.promised_at, card.due_at, card.received_at) == (made.promised_at, made.due_at, made.received_at)
    assert (card.solved_at, card.fee_owed_vnd, card.custodian) == (ready.solved_at, 8_000, ready.custodian)


def test_the_latest_dossier_of_a_person_is_recalled_by_his_number(ward: Ward) -> None:
    ward.receive()
    second = ward.receive(duplicate_reason="lần thứ hai")
    ward.receive(owner=person(5))

    assert ward.desk.reader.latest_of_person(OWNER.id_number) == second
    assert ward.desk.reader.latest_of_person("079090012") is None
    assert ward.desk.reader.latest_of_person("") is None


def test_the_last_dossier_a_user_received_is_his_own(ward: Ward) -> None:
    last = [ward.receive(owner=person(n)) for n in range(3)][-1]

    assert ward.desk.reader.last_received_by(ward.user("lan").user_id) == last
    assert ward.desk.reader.last_received_by(ward.user("hung").user_id) is None


def test_an_unknown_code_or_login_finds_nothing(ward: Ward) -> None:
    assert ward.desk.reader.find("x") is None
    assert ward.desk.reader.account("x") is None
    assert ward.desk.reader.history("x") == ()


def test_a_database_whose_set_up_was_never_finished_says_so(ward: Ward) -> None:
    with ward.database._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM unit_state WHERE key = 'unit'")

    with pytest.raises(EnvironmentProblem, match="unit_missing"):
        ward.desk.reader.unit()


def test_the_units_own_closure_moves_the_next_promise(ward: Ward) -> None:
    closed = NamedDay(date(2019, 7, 18), "mưa bão", "thông báo")
    with ward.desk.ledger.act(ward.user("quantri")) as act:
        act.record_unit((CalendarOverlaid(CalendarOverlay(closed=(closed,))),))

    assert ward.receive().promised_at.date() == date(2019, 7, 19)
    assert ward.desk.reader.calendar() is ward.desk.reader.calendar()
