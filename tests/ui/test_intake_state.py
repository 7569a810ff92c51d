import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.dossiers import ApplicantKind, Channel, Party, ResultBy
from desktop.domain.errors import UserError
from desktop.domain.identity import parse_identity_card
from desktop.ui.pages.intake_person import Filled, fill_from_card, is_same_person, parse_birth, recall, shown_birth
from desktop.ui.pages.intake_state import CountText, DocumentText, IntakeState, Payment, PersonText, from_json, to_json
from tests.ui.fakes_intake import ANH, ANH_GARBLED, ANH_ID

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
sexes = st.sampled_from(("", "Nam", "Nữ"))
people = st.builds(PersonText, texts, st.sampled_from(ApplicantKind), texts, texts, texts, texts, texts, sexes)
counts = st.builds(CountText, texts, st.integers(0, 999), st.integers(0, 999), st.integers(0, 999), texts, texts)
states = st.builds(
    IntakeState,
    query=texts,
    procedure=texts,
    owner=people,
    has_proxy=st.booleans(),
    proxy=people,
    authorisation=texts,
    counts=st.lists(counts, max_size=3).map(tuple),
    documents=st.lists(st.builds(DocumentText, texts, texts), max_size=3).map(tuple),
    sets=texts,
    channel=st.sampled_from(Channel),
    result_by=st.sampled_from(ResultBy),
    note=texts,
    payment=st.sampled_from(Payment),
    exemption=texts,
    is_immediate=st.booleans(),
)


@given(states)
def test_every_draft_comes_back_as_it_was(state: IntakeState) -> None:
    draft = from_json(to_json(state, NOW))

    assert draft is None if state.is_empty else draft is not None and (draft.state, draft.kept_at) == (state, NOW)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "1", '{"version": 2}', '{"version": 1}', '{"version": 1, "state": {}}']
)
def test_what_is_no_draft_of_ours_is_left_out(text: str) -> None:
    assert from_json(text) is None


@given(st.sampled_from(["owner", "counts", "sets", "payment", "has_proxy"]), st.sampled_from([None, 7, [1], "?", {}]))
def test_damaged_draft_is_left_out_whole(field: str, value: object) -> None:
    content = json.loads(to_json(IntakeState(sets="2", note="x"), NOW))
    if content["state"][field] == value or (field == "sets" and value == "?") or (field == "counts" and value == {}):
        return
    content["state"][field] = value

    assert from_json(json.dumps(content)) is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("", ""),
        ("18/07/1990", "1990-07-18"),
        ("18071990", "1990-07-18"),
        ("1-1-1950", "1950-01-01"),
        ("7/1990", "1990-07"),
        ("1990", "1990"),
    ],
)
def test_birth_may_be_a_day_a_month_or_a_year(typed: str, value: str) -> None:
    assert parse_birth(typed, TODAY) == value


@pytest.mark.parametrize("typed", ["31/02/1990", "13/1990", "90", "0/1990", "18/07/1700", "abc", "1990-07-18-1"])
def test_what_is_no_birth_date_is_refused(typed: str) -> None:
    with pytest.raises(UserError) as refusal:
        parse_birth(typed, TODAY)

    assert refusal.value.code == "bad_birth_date"


@pytest.mark.parametrize("typed", ["24/11/2026", "12/2026", "2027"])
def test_nobody_is_born_tomorrow(typed: str) -> None:
    with pytest.raises(UserError) as refusal:
        parse_birth(typed, TODAY)

    assert refusal.value.code == "birth_in_future"


@given(st.dates(date(1900, 1, 1), TODAY))
def test_birth_shown_is_read_back(day: date) -> None:
    assert parse_birth(shown_birth(day.isoformat()), TODAY) == day.isoformat()


def test_card_fills_an_empty_person() -> None:
    filling = fill_from_card(PersonText(), parse_identity_card(ANH))

    assert filling.result is Filled.FILLED
    assert filling.person == PersonText(
        name="Nguyễn Thị Hồng Ánh", id_number=ANH_ID, birth="15/08/1985", address="12 Đường Số 1, Phường Mẫu", sex="Nữ"
    )


def test_card_keeps_what_it_does_not_say() -> None:
    typed = PersonText(name="nguyen thi hong anh", phone="0912345678", email="a@b.vn")

    person = fill_from_card(typed, parse_identity_card(ANH)).person

    assert (person.name, person.phone, person.email) == ("Nguyễn Thị Hồng Ánh", "0912345678", "a@b.vn")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (PersonText(name="Trần Văn Bình"), ANH),
        (PersonText(id_number="079090012345"), ANH),
        (PersonText(id_number="079090012345"), ANH_GARBLED),
    ],
)
def test_card_of_another_person_changes_nothing(typed: PersonText, text: str) -> None:
    filling = fill_from_card(typed, parse_identity_card(text))

    assert (filling.person, filling.result) == (typed, Filled.ANOTHER_PERSON)


def test_garbled_card_gives_only_digits() -> None:
    typed = PersonText(phone="0912345678", address="5 Lê Lợi", sex="Nam")

    filling = fill_from_card(typed, parse_identity_card(ANH_GARBLED))

    assert filling.result is Filled.NAME_NEEDED
    assert filling.person == replace(typed, id_number=ANH_ID, birth="15/08/1985")


def test_garbled_card_keeps_the_name_that_was_typed() -> None:
    typed = PersonText(name="Nguyễn Thị Hồng Ánh", id_number="079 185 012 345")

    filling = fill_from_card(typed, parse_identity_card(ANH_GARBLED))

    assert (filling.person.name, filling.result) == (typed.name, Filled.FILLED)


def test_same_number_in_another_spelling_is_the_same_person() -> None:
    assert is_same_person(PersonText(id_number="079.185.012.345"), PersonText(id_number=ANH_ID, name="X"))


def test_recall_adds_only_what_is_empty_and_only_for_the_same_number() -> None:
    known = Party(name="Nguyễn Thị Hồng Ánh", id_number=ANH_ID, phone="0912345678", address="1 Lê Lợi")
    typed = PersonText(name="Ánh", id_number=ANH_ID, address="5 Lê Lợi")

    assert recall(typed, known) == replace(typed, phone="0912345678")
    assert recall(replace(typed, id_number="079090012345"), known).phone == ""
