"""What the city's documents change of the rules: from their day on, of one pack, for what is received then."""

from dataclasses import replace
from datetime import date, time

from desktop.domain.clock_policy import ClockEffect
from desktop.domain.pack_names import Rule
from desktop.domain.publications import Dated
from desktop.domain.published_rules import PublishedRules, with_rules
from desktop.domain.rule_packs import RulePack, pack_for
from desktop.storage.reference.rule_packs import load_rule_packs

DAY, NEXT, LATER = date(2026, 12, 1), date(2026, 12, 15), date(2027, 1, 1)
PACKS = OLD, NEW = load_rule_packs()


def said(
    on: date, *rules: tuple[str, Rule], pack: str = "2025", name: str = "gio", version: int = 1, unit: str = ""
) -> Dated[PublishedRules]:
    return Dated(unit, name, version, on, PublishedRules(pack, rules, "Quyết định 1"))


def on_day(day: date, *documents: Dated[PublishedRules]) -> RulePack:
    return pack_for(with_rules(PACKS, documents), day)


def test_without_documents_the_packs_are_the_programs() -> None:
    assert with_rules(PACKS, ()) == (OLD, NEW)


def test_a_document_counts_from_its_day_on_for_what_it_names() -> None:
    late = said(DAY, ("cut_off", time(16)))

    before, after = on_day(date(2026, 11, 30), late), on_day(DAY, late)

    assert before is NEW
    assert after.clock == replace(NEW.clock, cut_off=time(16))
    assert (after.id, after.forms, after.effective_from) == ("2025+cut_off=16:00", NEW.forms, DAY)


def test_a_newer_version_takes_the_place_of_the_older_one_on_its_day_whole() -> None:
    first, second = said(DAY, ("cut_off", time(16))), said(NEXT, ("supplement_limit", 2), version=2)

    ids = [on_day(day, first, second).id for day in (DAY, date(2026, 12, 14), NEXT)]

    assert ids == ["2025+cut_off=16:00", "2025+cut_off=16:00", "2025+supplement_limit=2"]


def test_the_newest_version_of_a_day_is_the_one_that_counts() -> None:
    first, second = said(DAY, ("cut_off", time(16))), said(DAY, ("cut_off", time(14)), version=2)

    assert on_day(DAY, second, first).id == "2025+cut_off=14:00"


def test_documents_of_other_names_stand_beside_each_other_and_the_units_own_wins() -> None:
    for_all = said(DAY, ("cut_off", time(16)), ("stop", ClockEffect.NONE))
    ours = said(NEXT, ("cut_off", time(14)), unit="0197", name="rieng")

    ids = [on_day(day, ours, for_all).id for day in (DAY, NEXT)]

    assert ids == ["2025+cut_off=16:00,stop=none", "2025+cut_off=14:00,stop=none"]


def test_a_document_about_the_old_pack_changes_nothing_of_the_new_one() -> None:
    about_old = said(date(2020, 1, 1), ("supplement_limit", 2), pack="2018")

    assert on_day(date(2020, 1, 1), about_old).id == "2018+supplement_limit=2"
    assert on_day(date(2025, 6, 30), about_old).id == "2018+supplement_limit=2"
    assert on_day(date(2025, 7, 1), about_old) is NEW
    assert on_day(date(2019, 12, 31), about_old) is OLD


def test_a_document_of_an_earlier_day_than_its_pack_counts_with_the_pack() -> None:
    early = said(date(2020, 1, 1), ("supplement_limit", 2))

    assert on_day(date(2025, 6, 30), early) is OLD
    assert on_day(date(2025, 7, 1), early).id == "2025+supplement_limit=2"


def test_what_a_later_version_no_longer_says_is_the_programs_again() -> None:
    first = said(DAY, ("cut_off", time(16)))
    none = said(NEXT, ("supplement_limit", 2), pack="2018", version=2)

    assert on_day(NEXT, first, none).clock == NEW.clock
    assert on_day(NEXT, first, none).id == NEW.id


def test_the_same_documents_in_any_order_give_the_same_packs() -> None:
    documents = [
        said(DAY, ("cut_off", time(16))),
        said(NEXT, ("cut_off", time(15, 30)), version=2),
        said(LATER, ("supplement_limit", 2), name="bo_sung"),
        said(LATER, ("cut_off", time(14)), unit="0197"),
    ]

    assert with_rules(PACKS, documents) == with_rules(reversed(PACKS), reversed(documents))
