import random
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain import vietnamese
from desktop.domain.vietnamese import (
    VIETNAM,
    fold,
    fold_words,
    given_name_key,
    money,
    nfc,
    number,
    paper_date,
    paper_datetime,
    paper_duration,
    screen_date,
    screen_datetime,
    screen_time,
    share,
    weekday,
)

AT = datetime(2019, 7, 18, 2, 5, 59, tzinfo=UTC)
LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"


def test_a_form_shows_local_time_with_two_digits_each() -> None:
    assert paper_datetime(AT) == "09 giờ 05 phút, ngày 18 tháng 07 năm 2019"
    assert paper_date(date(2019, 1, 2)) == "ngày 02 tháng 01 năm 2019"
    assert paper_date(date(2019, 12, 31)) == "ngày 31 tháng 12 năm 2019"


def test_the_screen_shows_local_time() -> None:
    assert screen_datetime(AT) == "09:05 18/07/2019"
    assert screen_time(AT) == "09:05"
    assert screen_date(date(2019, 7, 8)) == "08/07/2019"
    assert screen_datetime(datetime(2019, 7, 18, 17, 0, tzinfo=UTC)) == "00:00 19/07/2019"


def test_a_time_without_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="aware"):
        paper_datetime(AT.replace(tzinfo=None))


def test_weekdays_have_their_names() -> None:
    assert [weekday(date(2019, 7, day)) for day in (15, 20, 21)] == ["Thứ hai", "Thứ bảy", "Chủ nhật"]


@pytest.mark.parametrize(
    ("n", "written"),
    [(0, "0"), (999, "999"), (1000, "1.000"), (31942, "31.942"), (10303871, "10.303.871"), (-5000, "-5.000")],
)
def test_thousands_are_grouped_with_dots(n: int, written: str) -> None:
    assert number(n) == written
    assert money(n) == f"{written} đ"


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (31_942, 10_303_871, "0,31%"),
        (99, 32_000, "0,31%"),
        (32, 32_000, "0,10%"),
        (1_767, 10_000, "17,67%"),
        (8_233, 10_000, "82,33%"),
        (1, 1, "100,00%"),
        (0, 7, "0,00%"),
        (1, 20_000, "0,01%"),
        (1, 20_001, "0,00%"),
        (2, 3, "66,67%"),
        (30, 1, "3.000,00%"),
        (0, 0, "–"),
    ],
)
def test_a_share_has_two_decimals_rounded_half_up(part: int, whole: int, written: str) -> None:
    assert share(part, whole) == written


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đỗ Quỳnh Ỷ", "do quynh y"),
        ("NGUYỄN THỊ NGỌC Ở", "nguyen thi ngoc o"),
        ("H'Hen Niê Kđăm", "h'hen nie kdam"),
        ("Khai sinh", "khai sinh"),
        ("Ước mơ, 12/3", "uoc mo, 12/3"),
        ("Éclair Ñandú", "eclair nandu"),
        ("Щ 東", "щ 東"),
        ("", ""),
    ],
)
def test_folding_leaves_what_people_type(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@given(st.text(st.sampled_from(LETTERS + LETTERS.upper() + " '"), max_size=30))
def test_folded_vietnamese_is_plain_and_the_same_for_every_spelling(text: str) -> None:
    folded = fold(text)

    assert folded.isascii()
    assert folded == folded.lower() == fold(folded)
    assert folded == fold(unicodedata.normalize("NFD", text)) == fold(text.upper())
    assert len(folded) == len(text)


@given(st.text(max_size=40))
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert nfc(unicodedata.normalize("NFD", text)) == nfc(text)


@pytest.mark.parametrize("between", ["\u202a", "\ufeff", "\x00"])
def test_what_is_left_out_between_a_letter_and_its_mark_leaves_one_letter(between: str) -> None:
    assert nfc(f"Nguye{between}\u0302\u0303n") == "Nguyễn"
    assert nfc(f"e{between}\u0302") == "ê"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nguyễn Văn  Bé-Hai", ("nguyen", "van", "be", "hai")),
        ("H'Hen Niê", ("h", "hen", "hhen", "nie")),
        ("H’Hen", ("h", "hen", "hhen")),
        ("'quoted'", ("quoted",)),
        ("000.16.27.H29-190718-0001", ("000", "16", "27", "h29", "190718", "0001")),
        ("a_b", ("a", "b")),
        (" . ", ()),
    ],
)
def test_words_split_at_everything_else(text: str, words: tuple[str, ...]) -> None:
    assert fold_words(text) == words


def test_people_are_sorted_by_given_name_in_alphabet_then_tone() -> None:
    wanted = [
        "",
        "2",
        "Lê Thị A",
        "Nguyễn Văn An",
        "Trần Ăn",
        "Lê Ân",
        "Cao Bình",
        "Lê Dũng",
        "Trần Văn Đức",
        "Bùi Em",
        "Bùi Êm",
        "Vũ Hoa",
        "Vũ Hòa",
        "Vũ Hỏa",
        "Vũ Hõa",
        "Vũ Hóa",
        "Vũ Họa",
        "Vũ Hoan",
        "Lê Nga",
        "H'Hen Niê",
        "An Tú",
        "Bình An Tú",
        "Lê Tư",
        "Đỗ Quỳnh Ỷ",
        "Vũ Zoe",
        "Vũ Щ",
    ]
    shuffled = wanted.copy()
    random.Random(7).shuffle(shuffled)

    assert sorted(shuffled, key=given_name_key) == wanted


def test_sorting_ignores_case_and_composition_but_stays_total() -> None:
    first, second = given_name_key("lê ân"), given_name_key("Lê Ân")

    assert first[:-1] == second[:-1]
    assert first != second
    assert given_name_key(unicodedata.normalize("NFD", "Lê Ân")) == second


@given(st.lists(st.text(max_size=12), max_size=6))
def test_any_names_sort_the_same_from_any_order(names: list[str]) -> None:
    composed = [nfc(name) for name in names]
    backwards = composed[::-1]

    assert sorted(composed, key=given_name_key) == sorted(backwards, key=given_name_key)


def test_the_zone_is_seven_hours_ahead() -> None:
    assert AT.astimezone(VIETNAM).utcoffset() == datetime(2019, 1, 1, 7) - datetime(2019, 1, 1)  # noqa: DTZ001
    assert set(vietnamese.__all__) <= set(dir(vietnamese))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(500, "08 giờ 20 phút"), (480, "08 giờ"), (20, "20 phút"), (0, "00 phút"), (61_440, "1024 giờ")],
)
def test_paper_duration_is_in_hours_and_minutes(minutes: int, words: str) -> None:
    assert paper_duration(minutes) == words


@pytest.mark.parametrize("text", ["=1+1", "+84903", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_becomes_a_formula_in_a_spreadsheet(text: str) -> None:
    assert vietnamese.unformulated(text) == f"'{text}"


def test_other_text_goes_into_a_spreadsheet_as_it_is() -> None:
    assert vietnamese.unformulated("Nguyễn Thị Ở = 1") == "Nguyễn Thị Ở = 1"
