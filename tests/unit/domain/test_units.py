from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.errors import UserError
from desktop.domain.units import PAPERS, BankAccount, Heading, LocalFee, OwnThreshold, check_paper, check_unit
from tests.support.samples import UNIT

OLD = Heading(date(2018, 1, 1), "A", "B", "cũ")
NEW = Heading(date(2025, 7, 1), "A", "B", "mới")


@pytest.mark.parametrize(
    ("on", "name"), [(date(2017, 1, 1), "cũ"), (date(2025, 6, 30), "cũ"), (date(2025, 7, 1), "mới")]
)
def test_a_form_bears_the_heading_of_its_day(on: date, name: str) -> None:
    assert replace(UNIT, headings=(OLD, NEW)).heading(on).name == name


def test_a_section_is_shown_by_name_and_a_dissolved_one_by_its_code() -> None:
    assert UNIT.section_name("tu_phap") == "Tư pháp"
    assert UNIT.section_name("giai_the") == "giai_the"


def test_a_whole_unit_passes() -> None:
    bank = BankAccount("970415", "0071", "UBND PHUONG MAU")

    check_unit(replace(UNIT, headings=(OLD, NEW), local_fees=(LocalFee("1.000001", 0),), bank=bank))
    check_unit(replace(UNIT, leaders_section="tu_phap"))
    check_unit(replace(UNIT, agency_code="H29.16.27"))


def test_the_leaders_sit_in_a_section_of_their_own_name_unless_the_unit_names_another() -> None:
    assert UNIT.leaders() == "lanh_dao"
    assert replace(UNIT, leaders_section="tu_phap").leaders() == "tu_phap"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("headings", (), "headings"),
        ("headings", (NEW, OLD), "headings"),
        ("code_template", "{agency}-{seq}", "code_template"),
        ("code_template", "{agency}-{yymmdd}-{seq}-{x}", "code_template, agency_code"),
        ("code_template", "{agency}-{yymmdd}-{seq}{0}", "code_template, agency_code"),
        ("code_template", "{agency}-{yymmdd}-{seq}{", "code_template, agency_code"),
        ("code_template", "{agency}-{yymmdd}-{seq}{seq.x}", "code_template, agency_code"),
        ("code_template", "{agency} {yymmdd} {seq}", "code_template, agency_code"),
        ("code_template", "hs-{agency}-{yymmdd}-{seq}", "code_template, agency_code"),
        ("counter_section", "không có", "counter_section"),
        ("agency_code", " ", "agency_code"),
        ("agency_code", "h29", "code_template, agency_code"),
        ("agency_code", "Đ29", "code_template, agency_code"),
        ("agency_code", "QUAN-1", "code_template, agency_code"),
        ("code_template", "{agency}/{yymmdd}/{seq}", "code_template, agency_code"),
        ("code_template", "{yymmdd}-{agency}-{seq}", "code_template, agency_code"),
        ("paper", "A3", "paper"),
        ("leaders_section", "không có", "leaders_section"),
        ("bank", BankAccount("97041", "0071", "UBND"), "bank"),
        ("bank", BankAccount("97041x", "0071", "UBND"), "bank"),
        ("bank", BankAccount("９70415", "0071", "UBND"), "bank"),
        ("bank", BankAccount("970415", " ", "UBND"), "bank"),
        ("local_fees", (LocalFee("1.000001", -1),), "local_fees"),
        ("thresholds", (OwnThreshold("no_such_figure", 1),), "thresholds"),
        ("thresholds", (OwnThreshold("last_days", -1),), "thresholds"),
    ],
)
def test_a_unit_that_could_not_work_is_refused_by_field(field: str, value: object, named: str) -> None:
    with pytest.raises(UserError) as caught:
        check_unit(replace(UNIT, **{field: value}))

    assert (caught.value.code, caught.value.details["field"]) == ("bad_unit", named)


def test_a_receipt_is_printed_on_known_papers_only() -> None:
    assert [check_paper(paper) for paper in PAPERS] == list(PAPERS)
    with pytest.raises(UserError) as caught:
        check_paper("A3")
    assert (caught.value.code, caught.value.details["allowed"]) == ("unknown_paper", ["A5", "A4", "A4x2", "80mm"])
