"""What the city publishes over the program's catalogue: from its day on, for what it names, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.catalogue import Catalogue, Component, FeeKind, FeeRule, Procedure
from desktop.domain.errors import UserError
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.publications import Aspect, ProcedureChange, Publication, overlaid

FIRST, DAY, LATER = date(2018, 1, 1), date(2026, 12, 15), date(2027, 1, 1)
BEFORE = date(2026, 12, 14)
BIRTH = Procedure(
    code="1.001193",
    name="Đăng ký khai sinh",
    field="ho_tich",
    field_name="Hộ tịch",
    limit=Limit(3, LimitUnit.WORKING_DAY),
    components=(Component("TP01", "Tờ khai", required=True),),
    fees=(FeeRule(FeeKind.FIXED, "Lệ phí", 8_000),),
    version="1",
    effective_from=FIRST,
    source="nguồn",
    updated_on=FIRST,
    needs_checking=False,
    legal_basis="Luật Hộ tịch",
    result_name="Giấy khai sinh",
    section="tu_phap",
)
DEATH = replace(BIRTH, code="1.000656", name="Đăng ký khai tử")
DEARER = replace(BIRTH, version="2", fees=(FeeRule(FeeKind.FIXED, "Lệ phí", 10_000),))


def fee(entries: tuple[Procedure, ...], on: date, code: str = BIRTH.code) -> int:
    return Catalogue(entries).procedure(code, on).fees[0].amount_vnd


def test_a_new_fee_counts_from_its_day_on_and_the_old_one_before() -> None:
    entries, changes = overlaid((BIRTH, DEATH), (DEARER,), DAY)

    assert (fee(entries, BEFORE), fee(entries, DAY), fee(entries, LATER)) == (8_000, 10_000, 10_000)
    assert changes == (ProcedureChange(BIRTH.code, BIRTH.name, DAY, (Aspect.FEES,)),)


def test_a_document_speaks_for_no_procedure_it_does_not_name() -> None:
    entries, _ = overlaid((BIRTH, DEATH), (DEARER,), DAY)

    assert DEATH in entries
    assert overlaid((BIRTH, DEATH), (), DAY) == ((BIRTH, DEATH), ())


def test_an_entry_of_a_later_day_leaves_what_is_in_force_until_then() -> None:
    entries, changes = overlaid((BIRTH,), (replace(DEARER, effective_from=LATER),), DAY)

    assert (fee(entries, DAY), fee(entries, date(2026, 12, 31)), fee(entries, LATER)) == (8_000, 8_000, 10_000)
    assert [change.on for change in changes] == [LATER]


def test_a_later_document_takes_the_place_of_one_that_is_not_in_force_yet() -> None:
    planned, _ = overlaid((BIRTH,), (DEARER,), LATER)
    dearest = replace(BIRTH, fees=(FeeRule(FeeKind.FIXED, "Lệ phí", 12_000),))

    entries, _ = overlaid(planned, (dearest,), DAY)

    assert (fee(entries, BEFORE), fee(entries, DAY), fee(entries, LATER)) == (8_000, 12_000, 12_000)


@pytest.mark.parametrize(
    ("changed", "aspects"),
    [
        ({"limit": Limit(5, LimitUnit.WORKING_DAY)}, (Aspect.LIMIT,)),
        (
            {"components": (*BIRTH.components, Component("TP02", "Giấy chứng sinh", required=True))},
            (Aspect.COMPONENTS,),
        ),
        ({"name": "Khai sinh", "fees": ()}, (Aspect.FEES, Aspect.OTHER)),
    ],
)
def test_what_changes_is_told(changed: dict[str, object], aspects: tuple[Aspect, ...]) -> None:
    entry = replace(BIRTH, **changed)  # type: ignore[arg-type]

    _, (change,) = overlaid((BIRTH,), (entry,), DAY)

    assert change == ProcedureChange(BIRTH.code, entry.name, DAY, aspects)


def test_the_same_again_under_another_version_changes_nothing_for_anybody() -> None:
    _, changes = overlaid((BIRTH,), (replace(BIRTH, version="7", source="quyết định khác"),), DAY)

    assert changes == ()


def test_a_procedure_nobody_had_is_new() -> None:
    entries, (change,) = overlaid((BIRTH,), (DEATH,), DAY)

    assert (change.code, change.aspects) == (DEATH.code, (Aspect.NEW,))
    with pytest.raises(UserError, match="procedure_not_published"):
        Catalogue(entries).procedure(DEATH.code, BEFORE)


@pytest.mark.parametrize("last_day", [BEFORE, date(2026, 12, 20)])
def test_a_procedure_is_ended_by_its_last_day(last_day: date) -> None:
    entries, changes = overlaid((BIRTH,), (replace(BIRTH, effective_to=last_day),), DAY)

    assert [(change.on, change.aspects) for change in changes] == [
        (date.fromordinal(last_day.toordinal() + 1), (Aspect.ENDED,))
    ]
    assert Catalogue(entries).procedure(BIRTH.code, last_day)
    with pytest.raises(UserError, match="procedure_not_published"):
        Catalogue(entries).procedure(BIRTH.code, date(2026, 12, 21))


def test_what_had_ended_before_stays_ended_where_it_did() -> None:
    old = replace(BIRTH, effective_to=date(2020, 12, 31))

    entries, changes = overlaid((old,), (replace(DEARER, effective_to=BEFORE),), DAY)

    assert entries == (old,)
    assert changes == ()


def test_versions_of_one_document_follow_each_other() -> None:
    until = replace(BIRTH, effective_to=date(2026, 12, 31))

    entries, changes = overlaid((BIRTH,), (until, replace(DEARER, effective_from=LATER)), DAY)

    assert (fee(entries, DAY), fee(entries, LATER)) == (8_000, 10_000)
    assert [(change.on, change.aspects) for change in changes] == [(LATER, (Aspect.FEES,))]


def test_the_last_day_there_is_ends_nothing_and_the_first_leaves_nothing_before() -> None:
    for_ever = replace(DEARER, effective_to=date.max)

    entries, changes = overlaid((BIRTH,), (for_ever,), date.min)
    kept, since = overlaid((BIRTH,), (for_ever,), date.max)

    assert entries == (for_ever,)
    assert [change.aspects for change in changes] == [(Aspect.FEES,)]
    assert (fee(kept, date(9999, 12, 30)), [change.on for change in since]) == (8_000, [date.max])
    assert overlaid((BIRTH,), (replace(BIRTH, effective_from=date.min, effective_to=date.max),), date.min)[0]


def test_a_version_stands_in_the_place_of_an_earlier_one_from_its_day_on_if_it_can_be_used() -> None:
    first, second = (Publication("ho_tich", "", n, date(2027, n, 1), f"{n}" * 64) for n in (1, 2))
    broken = replace(second, problem="hỏng")

    assert second.replaces(first, date(2027, 2, 1))
    assert not second.replaces(first, date(2027, 1, 31)), "not in force yet"
    assert not first.replaces(second, date(2027, 3, 1))
    assert not broken.replaces(first, date(2027, 3, 1))
    assert second.replaces(replace(first, effective_on=date(2027, 5, 1)), date(2027, 1, 1)), "it never came into force"
    assert not replace(second, name="dat_dai").replaces(first, date(2027, 3, 1))
