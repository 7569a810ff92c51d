import sys
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain import codec
from desktop.domain.catalogue import (
    Catalogue,
    ChannelLimit,
    Component,
    FeeKind,
    FeeRule,
    PaperKind,
    Procedure,
    procedure_code,
)
from desktop.domain.errors import UserError
from desktop.domain.limits import Limit, LimitUnit

DAY = date(2019, 7, 18)
BIRTH, AGAIN, COPIES, LAND, POLICE = "1.001193", "1.004884", "2.000815", "1.012812", "1.004222"


def make(code: str, name: str, **changes: object) -> Procedure:
    procedure = Procedure(
        code=code,
        name=name,
        field="ho_tich",
        field_name="Hộ tịch",
        limit=Limit(0, LimitUnit.SAME_DAY),
        components=(Component("TP01", "Tờ khai", required=True),),
        fees=(FeeRule(FeeKind.FREE, "Lệ phí"),),
        version="1",
        effective_from=date(2018, 1, 1),
        source="Luật Hộ tịch",
        updated_on=date(2026, 11, 23),
        needs_checking=True,
        legal_basis="Luật Hộ tịch",
        result_name="Giấy khai sinh",
        section="tu_phap",
    )
    return replace(procedure, **changes)  # type: ignore[arg-type]


def catalogue() -> Catalogue:
    return Catalogue(
        [
            make(AGAIN, "Đăng ký lại khai sinh"),
            make(BIRTH, "Đăng ký khai sinh"),
            make(COPIES, "Chứng thực bản sao từ bản chính", field="chung_thuc", field_name="Chứng thực"),
            make(LAND, "Hòa giải tranh chấp", field="dat_dai", field_name="Đất đai"),
            make(POLICE, "Đăng ký thường trú", field="cu_tru", field_name="Cư trú", received_here=False),
        ]
    )


def codes(q: str, favourites: tuple[str, ...] = (), usage: dict[str, int] | None = None) -> list[str]:
    return [found.code for found in catalogue().search(q, DAY, 20, favourites, usage)]


def test_malformed_procedure_code_is_refused() -> None:
    with pytest.raises(ValueError, match="malformed"):
        make("1.00119", "Đăng ký khai sinh")


def test_two_components_with_one_code_are_refused() -> None:
    twice = (Component("TP01", "a", required=True), Component("TP01", "b", required=False))

    with pytest.raises(ValueError, match="same code"):
        make(BIRTH, "Đăng ký khai sinh", components=twice)


def test_entry_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="effective_to"):
        make(BIRTH, "Đăng ký khai sinh", effective_to=date(2017, 12, 31))


@pytest.mark.parametrize(
    ("kind", "amount_vnd"),
    [(FeeKind.FIXED, 0), (FeeKind.PER_COPY, 0), (FeeKind.FREE, 1), (FeeKind.PAGES, 1), (FeeKind.LOCAL, -1)],
)
def test_amount_that_contradicts_the_fee_kind_is_refused(kind: FeeKind, amount_vnd: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        FeeRule(kind, "Lệ phí", amount_vnd)


def test_first_and_last_day_belong_to_the_validity() -> None:
    entry = make(BIRTH, "a", effective_from=DAY, effective_to=DAY)

    assert [entry.is_in_force(DAY + timedelta(days=n)) for n in (-1, 0, 1)] == [False, True, False]


def test_channel_may_have_its_own_limit() -> None:
    online = Limit(1, LimitUnit.WORKING_DAY)
    entry = make(BIRTH, "a", channel_limits=(ChannelLimit("online", online),))

    assert entry.limit_for("online") == online
    assert entry.limit_for("direct") == entry.limit


def test_component_is_found_by_its_code() -> None:
    entry = make(BIRTH, "a")

    assert entry.component("TP01") == entry.components[0]
    assert entry.component("TP02") is None


def test_procedure_survives_serialisation() -> None:
    entry = make(
        BIRTH,
        "Đăng ký khai sinh",
        effective_to=date(2030, 1, 1),
        components=(Component("TP01", "Bản chụp", required=False, kind_hint=PaperKind.COPY),),
        channel_limits=(ChannelLimit("online", Limit(4, LimitUnit.HOUR)),),
    )

    assert codec.load(Procedure, codec.dump(entry)) == entry


@pytest.mark.parametrize("text", ["1.000494", " 1.000494 ", "1.000494.000.00.00.H29", "1.000494.000.00.00.h29"])
def test_code_is_found_in_front_of_a_portals_suffix(text: str) -> None:
    assert procedure_code(text) == "1.000494"


@pytest.mark.parametrize("text", ["", "1.00049", "khai sinh", "1.000494-H29", "1.000494.", "1\u0660.000494"])
def test_text_that_is_no_code_is_an_unknown_procedure(text: str) -> None:
    with pytest.raises(UserError) as refusal:
        procedure_code(text)

    assert refusal.value.code == "procedure_unknown"


@given(st.text(max_size=40))
def test_search_never_fails_and_returns_only_what_is_in_force(q: str) -> None:
    everything = set(catalogue().procedures)

    assert set(catalogue().search(q, DAY)) <= everything


def test_procedure_is_found_by_its_long_code() -> None:
    assert catalogue().procedure(f"{BIRTH}.000.00.00.H29", DAY).name == "Đăng ký khai sinh"


def test_code_the_catalogue_never_had_is_unknown() -> None:
    with pytest.raises(UserError) as refusal:
        catalogue().procedure("9.999999", DAY)

    assert refusal.value.code == "procedure_unknown"


def test_procedure_outside_its_validity_is_not_published() -> None:
    with pytest.raises(UserError) as refusal:
        catalogue().procedure(BIRTH, date(2017, 12, 31))

    assert refusal.value.code == "procedure_not_published"
    assert refusal.value.details == {"procedure": BIRTH, "name": "Đăng ký khai sinh", "on": "2017-12-31"}


def test_each_day_has_its_own_version() -> None:
    old = make(BIRTH, "Đăng ký khai sinh", effective_to=date(2025, 6, 30))
    new = make(BIRTH, "Đăng ký khai sinh (mới)", effective_from=date(2025, 7, 1), version="2")
    both = Catalogue([new, old])

    assert both.procedure(BIRTH, date(2025, 6, 30)) == old
    assert both.procedure(BIRTH, date(2025, 7, 1)) == new
    assert both.on(date(2025, 7, 1)).procedures == (new,)
    assert both.procedures == (old, new)


def test_two_versions_on_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match=BIRTH):
        Catalogue([make(BIRTH, "a", effective_from=date(2025, 7, 1)), make(BIRTH, "b")])


@pytest.mark.parametrize(
    "q", ["khai sinh", "KHAI SINH", "Khái sinh", "dang ky khai s", "sinh khai", "1.00119", "100119", BIRTH]
)
def test_birth_registration_comes_first(q: str) -> None:
    assert codes(q)[0] == BIRTH


def test_initials_find_the_name() -> None:
    assert codes("dkks") == [BIRTH]
    assert codes("ĐKLKS") == [AGAIN]


def test_whole_words_must_be_there() -> None:
    assert codes("kha sinh") == []


def test_name_of_the_field_finds_its_procedures() -> None:
    assert codes("đất đai") == [LAND]


def test_punctuation_alone_finds_nothing() -> None:
    assert codes("...") == []


def test_favourite_number_comes_first() -> None:
    assert codes("2", (BIRTH, f"{LAND}.000.00.00.H29"))[0] == LAND


def test_number_without_favourite_is_the_beginning_of_a_code() -> None:
    assert codes("2") == [COPIES]


def test_favourites_come_before_better_matches() -> None:
    assert codes("đăng ký", (AGAIN,))[0] == AGAIN


def test_exact_code_comes_before_favourites() -> None:
    assert codes(BIRTH, (AGAIN,)) == [BIRTH]


def test_favourite_that_is_no_code_is_ignored() -> None:
    assert codes("1", ("xyz",)) == sorted(codes("1"), key=codes("1").index)


def test_use_decides_between_equal_matches() -> None:
    assert codes("khai sinh", usage={AGAIN: 3})[0] == AGAIN


def test_procedures_of_other_agencies_come_last() -> None:
    assert codes("đăng ký", usage={POLICE: 100})[-1] == POLICE


def test_empty_query_lists_favourites_then_the_most_used() -> None:
    assert codes("  ", (LAND,), {COPIES: 5})[:2] == [LAND, COPIES]


def test_no_more_than_the_limit_is_returned() -> None:
    assert len(catalogue().search("", DAY, 2)) == 2
    assert catalogue().search("", DAY, -1) == ()


@pytest.mark.skipif(sys.gettrace() is not None, reason="tracing slows every line down")
def test_search_over_500_procedures_takes_less_than_5_ms() -> None:
    sentence = "đăng ký thay đổi cải chính bổ sung thông tin hộ tịch xác định lại dân tộc có yếu tố nước ngoài"
    words = sentence.split()
    many = Catalogue(make(f"1.{n:06d}", " ".join(words[(n + i) % len(words)] for i in range(15))) for n in range(500))
    took_s = []
    for q in ("thay doi ca", "1.0004", "dkks", "khong co", "", "thay doi cai chinh bo sung t"):
        best = min(_seconds(many, q) for _ in range(20))
        took_s.append(best)

    assert max(took_s) < 0.005


def _seconds(many: Catalogue, q: str) -> float:
    start = time.process_time()
    many.search(q, DAY)
    return time.process_time() - start
