"""What a published document may say: days and rules are read as written, or refused with the place that is wrong."""

from datetime import date, time

import pytest

from desktop.domain.calendar_days import DayKind
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.published_days import PublishedDays
from desktop.domain.published_rules import PublishedRules
from desktop.protocol.documents import MOST_BYTES, Ground, Said, need_known_kind, read_document
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.reference.rule_packs import load_rule_packs

GROUND = Ground(load_calendar(), load_rule_packs())
DAY = date(2028, 1, 1)
DAYS = """
source = "Thông báo 9/TB-UBND"
decided_years = [2028]
holidays = [{ first = 2028-01-24, last = 2028-01-26, name = "Tết Nguyên đán", source = "Thông báo 8/TB-BNV" }]
worked = [{ on = 2028-02-05, name = "Làm bù" }]
swaps = [{ off = 2028-05-03, worked = 2028-05-06 }]
"""
RULES = """
pack = "2025"
source = "Quyết định 7/QĐ-UBND"
[clock]
cut_off = 16:00:00
supplement = "pause"
supplement_limit = 2
"""


def read(text: str, on: date = DAY) -> Said | None:
    return read_document("tai_lieu", text.encode(), on, GROUND)


def test_days_are_read_with_the_decision_each_rests_on() -> None:
    found = read(DAYS)

    assert isinstance(found, PublishedDays)
    assert found.decided_years == (2028,)
    assert [(day.on, day.kind, day.source) for day in found.days] == [
        *((date(2028, 1, n), DayKind.HOLIDAY, "Thông báo 8/TB-BNV") for n in (24, 25, 26)),
        (date(2028, 2, 5), DayKind.WORKED, "Thông báo 9/TB-UBND"),
        (date(2028, 5, 3), DayKind.SWAP_OFF, "Thông báo 9/TB-UBND"),
        (date(2028, 5, 6), DayKind.MAKE_UP, "Thông báo 9/TB-UBND"),
    ]


def test_rules_are_read_in_their_usual_order_and_only_what_is_said() -> None:
    assert read(RULES) == PublishedRules(
        "2025",
        (("cut_off", time(16)), ("supplement", ClockEffect.PAUSE), ("supplement_limit", 2)),
        "Quyết định 7/QĐ-UBND",
    )


def test_a_decided_year_alone_is_a_document() -> None:
    assert read('source = "QĐ 1"\ndecided_years = [2028]\n') == PublishedDays((), (2028,))


@pytest.mark.parametrize("text", ["", "a = 1\n", "[[delegations]]\nlogin = 'phu'\n"])
def test_what_is_about_something_else_is_left_alone(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("first = 2028-01-24", "first = 2027-12-30", "ngày 30/12/2027 ở trước ngày áp dụng 01/01/2028"),
        ("off = 2028-05-03", "off = 2034-05-03", "ngày 03/05/2034 ở ngoài lịch của chương trình"),
        ("off = 2028-05-03", "off = 2028-01-25", "ngày 25/01/2028 được nêu hai lần"),
        ("last = 2028-01-26", "last = 2028-02-24", "holidays.0.: dài hơn 31 ngày"),
        ("last = 2028-01-26", "last = 9999-12-31", "holidays.0.: dài hơn 31 ngày"),
        ("last = 2028-01-26", "last = 2028-01-23", "holidays.0.: give on, or first and last"),
        ("on = 2028-02-05, ", "", "worked.0.: give on, or first and last"),
        ('name = "Làm bù"', 'name = " "', "bị trống"),
        ('name = "Làm bù"', 'name = "a\\nb"', "ký tự lạ"),
        ('source = "Thông báo 9/TB-UBND"', "", "missing source"),
        ('source = "Thông báo 9/TB-UBND"', 'source = ""', "bị trống"),
        ('source = "Thông báo 8/TB-BNV"', 'source = "a\\nb"', "ký tự lạ"),
        ("worked = 2028-05-06 }", 'worked = 2028-05-06, source = "" }', "bị trống"),
        ("decided_years = [2028]", "decided_years = [2028, 2099]", "decided_years: năm 2099 ở ngoài lịch"),
        ("decided_years = [2028]", "decided_years = [2029]", "chưa có lịch năm 2029, .* .0 ngày, luật định ít nhất 11"),
        ("worked = [{ on = 2028-02-05,", "worked = [{ on = 5,", "expected date, found int"),
        ("worked = [{", "worked = [3, {", "expected a table"),
        ("swaps = [{", "swaps = 3 #", "expected list, found int"),
        ("decided_years = [2028]", 'decided_years = ["2028"]', "expected int, found str"),
        ("decided_years = [2028]", "colour = 3", "unknown colour"),
    ],
)
def test_days_nobody_could_count_by_are_refused_by_place(old: str, new: str, complaint: str) -> None:
    assert old in DAYS

    with pytest.raises(ValueError, match=f"tai_lieu.*{complaint}"):
        read(DAYS.replace(old, new, 1))


def test_a_document_that_says_nothing_of_any_day_is_refused() -> None:
    with pytest.raises(ValueError, match="không nói về ngày nào"):
        read('source = "QĐ 1"\nholidays = []\n')


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "[clock]",
            "[statuses]\nreceived = 3\n[forms.receipt]\ntitle = 'x'\n[clock]",
            "không đổi được forms, statuses bằng",
        ),
        ("[clock]", 'code_template = "x"\n[clock]', "không đổi được code_template bằng"),
        ("cut_off = 16:00:00", 'transfer = "same_working_day"', "không đổi được clock.transfer bằng"),
        ('pack = "2025"', 'pack = "2031"', "pack: không có bộ quy định 2031"),
        ('pack = "2025"', 'pack = "2018"', "pack: bộ quy định 2018 chỉ dùng đến trước 01/07/2025"),
        ('pack = "2025"', "", "missing pack"),
        ('source = "Quyết định 7/QĐ-UBND"', 'source = ""', "bị trống"),
        ("supplement_limit = 2", "supplement_limit = 10", "supplement_limit phải từ 0 đến 9"),
        ("supplement_limit = 2", "supplement_limit = -1", "supplement_limit phải từ 0 đến 9"),
        ("cut_off = 16:00:00", "cut_off = 16:00:30", "cut_off phải là giờ và phút"),
        ("cut_off = 16:00:00", "cut_off = 16", "expected time, found int"),
        ('supplement = "pause"', 'supplement = "sometimes"', "unknown value sometimes"),
        ("supplement_limit = 2", "supplements = 2", "unknown supplements"),
        ("[clock]", "colour = 3\n[clock]", "unknown colour"),
        ("[clock]", "[wording]\n", "không đổi được wording bằng"),
    ],
)
def test_rules_no_document_may_say_are_refused_by_name(old: str, new: str, complaint: str) -> None:
    assert old in RULES

    with pytest.raises(ValueError, match=f"tai_lieu.*{complaint}"):
        read(RULES.replace(old, new, 1))


@pytest.mark.parametrize(
    ("text", "complaint"), [("clock = 3\n", "expected a table"), ("[clock]\n", "clock: không đổi gì")]
)
def test_a_clock_that_says_nothing_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read(f'pack = "2025"\nsource = "QĐ 1"\n{text}')


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"= 1", "tai_lieu: "),
        (b"\xff", "tai_lieu: "),
        (b"#" * (MOST_BYTES + 1), "more than"),
        (b"a=" + b"[" * 9_000, "tai_lieu: "),
    ],
)
def test_what_is_no_toml_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_document("tai_lieu", content, DAY, GROUND)


def test_procedures_and_days_are_two_documents() -> None:
    with pytest.raises(ValueError, match="unknown holidays"):
        read("procedures = []\nholidays = []\n")


def test_a_pack_that_ended_since_is_changed_while_it_lasted() -> None:
    found = read(RULES.replace('"2025"', '"2018"'), date(2025, 6, 30))

    assert isinstance(found, PublishedRules)
    assert found.pack == "2018"


@pytest.mark.parametrize("text", ["[[delegations]]\nlogin = 'phu'\n", "units = []\n"])
def test_what_the_city_keeps_for_later_is_of_a_known_kind(text: str) -> None:
    need_known_kind("tai_lieu", text.encode())


def test_a_mistyped_key_makes_a_document_of_no_kind() -> None:
    with pytest.raises(ValueError, match="tai_lieu: không có phần nào mà máy đọc được"):
        need_known_kind("tai_lieu", b"holiday = []\n")
