"""A dossier keeps the rules it was received under in the id of its pack: spelled once, read back alike everywhere."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.clock_policy import ClockEffect, ClockPolicy
from desktop.domain.errors import UserError
from desktop.domain.pack_names import CHANGEABLE, HIGHEST, Rule, check_clock, clock_named, spelled
from desktop.domain.rule_packs import RulePack, clock_under, pack_named
from desktop.storage.reference.rule_packs import load_rule_packs

PACKS = load_rule_packs()
CLOCK = ClockPolicy()
CLOCKS = {"2025": CLOCK}
VALUES: dict[str, st.SearchStrategy[Rule]] = {
    "cut_off": st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    "after_cutoff_shifts": st.booleans(),
} | {key: st.integers(0, most) for key, most in HIGHEST.items()}
EFFECTS = st.sampled_from(ClockEffect)
RULES = st.fixed_dictionaries({}, optional={key: VALUES.get(key, EFFECTS) for key in CHANGEABLE})


@settings(max_examples=50)
@given(RULES)
def test_what_was_spelled_is_read_back(rules: dict[str, Rule]) -> None:
    name = spelled("2025", rules.items())

    assert clock_named(CLOCKS, name) == replace(CLOCK, **rules)  # type: ignore[arg-type]


def test_an_id_is_short_and_readable_and_the_packs_own_where_nothing_is_said() -> None:
    rules = (("supplement_limit", 2), ("cut_off", time(16)), ("stop", ClockEffect.NONE), ("after_cutoff_shifts", True))

    assert spelled("2025", rules) == "2025+cut_off=16:00,stop=none,supplement_limit=2,after_cutoff_shifts=yes"
    assert spelled("2025", ()) == "2025"


def test_a_rule_that_was_said_stays_when_the_program_changes_its_own() -> None:
    name = spelled("2025", [("cut_off", CLOCK.cut_off)])
    later = {"2025": replace(CLOCK, cut_off=time(14), supplement_limit=5)}

    found = clock_named(later, name)

    assert found == replace(CLOCK, supplement_limit=5)


@pytest.mark.parametrize(
    "name",
    [
        "2030",
        "2030+cut_off=16:00",
        "2025+",
        "2025+cut_off",
        "2025+cut_off=",
        "2025+cut_off=16",
        "2025+cut_off=16:00:30",
        "2025+cut_off=16:00+07:00",
        "2025+supplement_limit=+2",
        "2025+supplement_limit=10",
        "2025+supplement_limit=-1",
        "2025+supplement_limit=two",
        "2025+supplement_limit=2,cut_off=16:00",
        "2025+supplement_limit=2,supplement_limit=2",
        "2025+apology_days_before=999999999999",
        "2025+supplement=sometimes",
        "2025+after_cutoff_shifts=maybe",
        "2025+transfer=same_working_day",
        "2025+forms=none",
    ],
)
def test_an_id_nobody_could_have_spelled_names_nothing(name: str) -> None:
    assert clock_named(CLOCKS, name) is None
    assert clock_under(PACKS, name) is None
    with pytest.raises(UserError, match="unknown_pack"):
        pack_named(PACKS, name)


def test_a_named_pack_differs_from_the_programs_by_its_clock_alone() -> None:
    base = next(pack for pack in PACKS if pack.id == "2025")

    found = pack_named(PACKS, "2025+cut_off=16:00")

    assert found == replace(base, id="2025+cut_off=16:00", clock=replace(base.clock, cut_off=time(16)))
    assert pack_named(PACKS, "2025") is base
    assert clock_under(PACKS, "2025+cut_off=16:00") == found.clock


def test_a_pack_that_is_here_is_taken_as_it_is() -> None:
    base = next(pack for pack in PACKS if pack.id == "2025")
    here: RulePack = replace(base, id="2025+cut_off=16:00", title="của tài liệu")

    assert pack_named((here, *PACKS), here.id) is here


@pytest.mark.parametrize(
    "clock",
    [
        replace(CLOCK, supplement_limit=-1),
        replace(CLOCK, supplement_within=61),
        replace(CLOCK, cut_off=time(15, 0, 1)),
        replace(CLOCK, cut_off=time(15, 0, 0, 1)),
    ],
)
def test_figures_no_regulation_has_are_refused(clock: ClockPolicy) -> None:
    with pytest.raises(ValueError, match=r"supplement|cut_off"):
        check_clock(clock)
