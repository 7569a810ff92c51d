from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.catalogue import FeeKind, FeeRule, Procedure
from desktop.domain.errors import UserError
from desktop.domain.fees import FeeLine, certified_copy_fee_vnd, compute_fees, total_vnd, with_local_fee
from desktop.domain.limits import Limit, LimitUnit


def with_fees(*rules: FeeRule) -> Procedure:
    return Procedure(
        code="2.000815",
        name="Chứng thực",
        field="chung_thuc",
        field_name="Chứng thực",
        limit=Limit(0, LimitUnit.SAME_DAY),
        components=(),
        fees=rules,
        version="1",
        effective_from=date(2018, 1, 1),
        source="x",
        updated_on=date(2026, 1, 1),
        needs_checking=False,
        legal_basis="x",
        result_name="x",
        section="tu_phap",
    )


@pytest.mark.parametrize(
    ("pages", "copies", "fee_vnd"),
    [
        (1, 1, 2_000),
        (2, 1, 4_000),
        (3, 1, 5_000),
        (10, 1, 12_000),
        (10, 3, 36_000),
        (198, 1, 200_000),
        (199, 1, 200_000),
        (500, 1, 200_000),
        (500, 2, 400_000),
    ],
)
def test_certified_copy_fee(pages: int, copies: int, fee_vnd: int) -> None:
    assert certified_copy_fee_vnd(pages, copies) == fee_vnd


@pytest.mark.parametrize("pages", [0, -1, 10_000])
def test_impossible_page_count_is_refused(pages: int) -> None:
    with pytest.raises(UserError) as refusal:
        certified_copy_fee_vnd(pages, 1)

    assert refusal.value.code == "bad_page_count"


@pytest.mark.parametrize("copies", [0, -1, 10_000])
def test_impossible_copy_count_is_refused(copies: int) -> None:
    with pytest.raises(UserError) as refusal:
        certified_copy_fee_vnd(1, copies)

    assert refusal.value.code == "bad_copy_count"


@given(st.integers(1, 9_998), st.integers(1, 9_998))
def test_more_pages_or_copies_never_cost_less(pages: int, copies: int) -> None:
    fee_vnd = certified_copy_fee_vnd(pages, copies)

    assert fee_vnd <= certified_copy_fee_vnd(pages + 1, copies)
    assert certified_copy_fee_vnd(pages, copies + 1) - fee_vnd == fee_vnd // copies <= 200_000


def test_each_document_has_its_line() -> None:
    procedure = with_fees(FeeRule(FeeKind.PAGES, "Phí chứng thực bản sao"))

    lines = compute_fees(procedure, pages=[(3, 2), (1, 1)])

    assert lines == (
        FeeLine("Phí chứng thực bản sao", 10_000, "3 trang: 5.000 đ/bản × 2 bản"),
        FeeLine("Phí chứng thực bản sao", 2_000, "1 trang: 2.000 đ/bản × 1 bản"),
    )
    assert total_vnd(lines) == 12_000


def test_page_fee_without_documents_asks_for_them() -> None:
    (line,) = compute_fees(with_fees(FeeRule(FeeKind.PAGES, "Phí")))

    assert (line.amount_vnd, line.needs_checking) == (0, True)


def test_fee_per_copy_counts_the_copies() -> None:
    rule = FeeRule(FeeKind.PER_COPY, "Bản sao trích lục", 8_000)

    assert compute_fees(with_fees(rule), copies=3) == (FeeLine("Bản sao trích lục", 24_000, "3 bản × 8.000 đ"),)


def test_fee_per_copy_refuses_no_copies() -> None:
    with pytest.raises(UserError) as refusal:
        compute_fees(with_fees(FeeRule(FeeKind.PER_COPY, "Bản sao", 8_000)), copies=0)

    assert refusal.value.code == "bad_copy_count"


def test_fixed_fee_does_not_count_copies() -> None:
    rule = FeeRule(FeeKind.FIXED, "Chứng thực chữ ký", 10_000)

    assert compute_fees(with_fees(rule), copies=3) == (FeeLine("Chứng thực chữ ký", 10_000),)


def test_free_procedure_says_so() -> None:
    assert compute_fees(with_fees(FeeRule(FeeKind.FREE, "Lệ phí"))) == (FeeLine("Lệ phí", 0, "Không thu"),)


def test_local_fee_is_nothing_until_the_unit_sets_it() -> None:
    procedure = with_fees(FeeRule(FeeKind.LOCAL, "Lệ phí", needs_checking=True), FeeRule(FeeKind.FREE, "Phí"))

    before = compute_fees(procedure)
    after = compute_fees(with_local_fee(procedure, 12_000))

    assert (before[0].amount_vnd, before[0].needs_checking) == (0, True)
    assert (after[0].amount_vnd, after[0].needs_checking) == (12_000, False)
    assert after[1] == before[1]


def test_negative_local_fee_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        with_local_fee(with_fees(FeeRule(FeeKind.LOCAL, "Lệ phí")), -1)


def test_exemption_waives_every_line_with_its_reason() -> None:
    procedure = with_fees(FeeRule(FeeKind.FIXED, "a", 10_000), FeeRule(FeeKind.LOCAL, "b", 5_000, needs_checking=True))

    lines = compute_fees(procedure, exemption="Hộ nghèo")

    assert lines == (FeeLine("a", 0, "Miễn: Hộ nghèo"), FeeLine("b", 0, "Miễn: Hộ nghèo"))


def test_procedure_without_fees_has_no_lines() -> None:
    assert compute_fees(replace(with_fees(), fees=())) == ()
    assert total_vnd(()) == 0
