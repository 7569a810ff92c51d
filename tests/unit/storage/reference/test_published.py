"""What a PC makes of the city's documents: each laid over what it is about, what cannot be used told and not used."""

from datetime import date, time

import pytest

from desktop.domain.rule_packs import pack_for
from desktop.storage.reference import published
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.reference.catalogue import load_catalogue
from desktop.storage.reference.published import Laid, PublishedText, laid_over
from desktop.storage.reference.rule_packs import load_rule_packs

SHIPPED = Laid(load_catalogue(), load_calendar(), load_rule_packs())
TUESDAY = date(2027, 3, 2)
DAYS = 'source = "QĐ 5"\nholidays = [{ on = 2027-03-02, name = "Ngày mới" }]\n'
BIRTH = "1.001193"
PROCEDURES = f"""
field = "ho_tich"
field_name = "Hộ tịch"
section = "tu_phap"
legal_basis = "Quyết định 1/QĐ-UBND"
source = "thử"
updated_on = 2026-11-23
[[procedures]]
code = "{BIRTH}"
name = "Khai sinh"
version = "9"
limit = {{ n = 7, unit = "working_day" }}
effective_from = 2018-01-01
effective_to = 9999-12-31
needs_checking = false
result_name = "Giấy khai sinh"
components = [{{ code = "TP01", name = "Tờ khai", required = true, kind_hint = "original" }}]
fees = [{{ kind = "free", name = "Lệ phí" }}]
"""
RULES = 'pack = "2025"\nsource = "QĐ 6"\n[clock]\ncut_off = 16:00:00\n'


def text(content: str, name: str = "lich", version: int = 1, on: str = "2027-01-01") -> PublishedText:
    return PublishedText(name, "", version, on, f"{name}{version}", content.encode())


def test_without_documents_everything_is_the_programs() -> None:
    assert laid_over(SHIPPED, ()) is SHIPPED


def test_days_and_rules_are_laid_over_and_told() -> None:
    laid = laid_over(SHIPPED, [text(DAYS), text(RULES, "quy_dinh"), text("a = 1\n", "khac")])

    assert not laid.calendar.is_working_day(TUESDAY)
    assert SHIPPED.calendar.is_working_day(TUESDAY)
    assert pack_for(laid.packs, date(2027, 1, 1)).clock.cut_off == time(16)
    assert laid.catalogue.procedures == SHIPPED.catalogue.procedures
    other, days, rules = laid.publications
    assert (other.name, other.is_used, days.is_used, rules.is_used) == ("khac", False, True, True)
    assert [day.on for day in days.days] == [TUESDAY]
    assert (rules.pack, rules.rules) == ("2025", (("cut_off", time(16)),))


def test_what_cannot_be_used_changes_nothing_and_says_where_and_the_version_before_stays() -> None:
    bad_rules = RULES.replace("[clock]", "[statuses]\nreceived = 3\n[clock]")
    documents = [
        text(DAYS),
        text(DAYS, version=2, on="never"),
        text(DAYS, version=3, on="2027-06-01"),
        text(bad_rules, "q"),
    ]

    laid = laid_over(SHIPPED, documents)

    assert [day.on for day in laid.calendar.published] == [TUESDAY]
    assert laid.packs == SHIPPED.packs
    assert [bool(each.problem) for each in laid.publications] == [False, True, True, True]
    assert "statuses" in laid.publications[3].problem


@pytest.mark.parametrize("on", ["2027-01-01", "0001-01-01", "9999-12-31"])
def test_days_at_either_end_of_the_calendar_stop_nobody(on: str) -> None:
    laid = laid_over(SHIPPED, [text(PROCEDURES, "ho_tich", on=on)])

    (told,) = laid.publications
    assert (told.problem, [change.code for change in told.changes]) == ("", [BIRTH])
    assert laid.catalogue.procedure(BIRTH, date.max).limit.n == 7


def test_what_cannot_be_laid_is_told_and_the_others_are_laid(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_far(*_: object) -> None:
        raise OverflowError("date value out of range")

    monkeypatch.setattr(published, "overlaid", too_far)

    laid = laid_over(SHIPPED, [text(PROCEDURES, "ho_tich"), text(DAYS)])

    assert [each.problem for each in laid.publications] == ["date value out of range", ""]
    assert [day.on for day in laid.calendar.published] == [TUESDAY]
