"""Fees of a dossier: from the catalogue's rules to lines for the receipt, in whole đồng."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from desktop.domain.catalogue import FeeKind, FeeRule, Procedure
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import money, number

# Circular 226/2016/TT-BTC: 2.000 đ for each of the first two pages, 1.000 đ for each further one, at most
# 200.000 đ per copy.
FIRST_PAGES: Final = 2
FIRST_PAGE_VND: Final = 2_000
FURTHER_PAGE_VND: Final = 1_000
COPY_CAP_VND: Final = 200_000

#: More pages or copies than this are a typing error.
MOST_COPIES: Final = 9_999

_DETAILS: Final = {FeeKind.FREE: "Không thu", FeeKind.LOCAL: "Theo nghị quyết của HĐND Thành phố"}


@dataclass(frozen=True, slots=True)
class FeeLine:
    """Show one fee as it stands on the receipt.

    Attributes:
        name: What is paid for.
        amount_vnd: Whole đồng, 0 when free or waived.
        detail: How the amount came about, for the reader; "" when the name says it all.
        needs_checking: The amount is not confirmed by a published decision, or a number is still missing.
    """

    name: str
    amount_vnd: int
    detail: str = ""
    needs_checking: bool = False


def certified_copy_fee_vnd(pages: int, copies: int) -> int:
    """Return the fee for certified copies of one document.

    Args:
        pages: Pages of one copy, 1 to 9,999.
        copies: Copies wanted, 1 to 9,999.

    Raises:
        UserError: ``bad_page_count`` or ``bad_copy_count``.

    Source: Circular 226/2016/TT-BTC.
    """
    if not 1 <= pages <= MOST_COPIES:
        raise UserError("bad_page_count", pages=pages, most=MOST_COPIES)
    further = max(pages - FIRST_PAGES, 0)
    per_copy = FIRST_PAGE_VND * min(pages, FIRST_PAGES) + FURTHER_PAGE_VND * further
    return min(per_copy, COPY_CAP_VND) * _checked_copies(copies)


def compute_fees(
    procedure: Procedure,
    *,
    copies: int = 1,
    pages: Sequence[tuple[int, int]] = (),
    exemption: str = "",
) -> tuple[FeeLine, ...]:
    """Return the fee lines of a dossier.

    Args:
        procedure: Catalogue entry; local fees already set by :func:`with_local_fee`.
        copies: Copies of the result wanted, for fees per copy, 1 to 9,999.
        pages: Pages and copies of each document to certify.
        exemption: Reason for waiving every fee, "" for none.

    Raises:
        UserError: ``bad_page_count`` or ``bad_copy_count``.
    """
    lines = [line for rule in procedure.fees for line in _lines(rule, copies, pages)]
    if exemption:
        detail = f"Miễn: {exemption}"
        lines = [replace(line, amount_vnd=0, detail=detail, needs_checking=False) for line in lines]
    return tuple(lines)


def total_vnd(lines: Iterable[FeeLine]) -> int:
    """Return the sum of fee lines in đồng."""
    return sum(line.amount_vnd for line in lines)


def with_local_fee(procedure: Procedure, amount_vnd: int) -> Procedure:
    """Return the procedure with its local fee as the city's council set it.

    Args:
        procedure: Catalogue entry; unchanged when it has no local fee.
        amount_vnd: Đồng per case, 0 or more.

    Raises:
        ValueError: The amount is negative.
    """
    fees = tuple(
        replace(rule, amount_vnd=amount_vnd, needs_checking=False) if rule.kind is FeeKind.LOCAL else rule
        for rule in procedure.fees
    )
    return replace(procedure, fees=fees)


def _checked_copies(copies: int) -> int:
    if not 1 <= copies <= MOST_COPIES:
        raise UserError("bad_copy_count", copies=copies, most=MOST_COPIES)
    return copies


def _lines(rule: FeeRule, copies: int, pages: Sequence[tuple[int, int]]) -> list[FeeLine]:
    if rule.kind is FeeKind.PAGES:
        return [_page_line(rule, *document) for document in pages] or [
            FeeLine(rule.name, 0, "Chưa nhập số trang", needs_checking=True)
        ]
    if rule.kind is FeeKind.PER_COPY:
        amount_vnd = rule.amount_vnd * _checked_copies(copies)
        detail = f"{number(copies)} bản × {money(rule.amount_vnd)}"
        return [FeeLine(rule.name, amount_vnd, detail, rule.needs_checking)]
    return [FeeLine(rule.name, rule.amount_vnd, _DETAILS.get(rule.kind, ""), rule.needs_checking)]


def _page_line(rule: FeeRule, pages: int, copies: int) -> FeeLine:
    amount_vnd = certified_copy_fee_vnd(pages, copies)
    per_copy = money(amount_vnd // copies)
    detail = f"{number(pages)} trang: {per_copy}/bản × {number(copies)} bản"
    return FeeLine(rule.name, amount_vnd, detail, rule.needs_checking)
