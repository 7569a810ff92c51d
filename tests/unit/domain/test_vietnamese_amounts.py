import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.domain.errors import UserError
from desktop.domain.vietnamese import amount_in_words

DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5,
    "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
GROUPS = {"nghìn": 1_000, "triệu": 1_000_000}
BILLION = 10**9


@pytest.mark.parametrize(
    ("vnd", "words"),
    [
        (0, "Không đồng"),
        (1, "Một đồng"),
        (4, "Bốn đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (11, "Mười một đồng"),
        (14, "Mười bốn đồng"),
        (15, "Mười lăm đồng"),
        (20, "Hai mươi đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi bốn đồng"),
        (25, "Hai mươi lăm đồng"),
        (91, "Chín mươi mốt đồng"),
        (100, "Một trăm đồng"),
        (101, "Một trăm lẻ một đồng"),
        (105, "Một trăm lẻ năm đồng"),
        (110, "Một trăm mười đồng"),
        (111, "Một trăm mười một đồng"),
        (115, "Một trăm mười lăm đồng"),
        (555, "Năm trăm năm mươi lăm đồng"),
        (1_000, "Một nghìn đồng"),
        (1_001, "Một nghìn không trăm lẻ một đồng"),
        (1_010, "Một nghìn không trăm mười đồng"),
        (2_000, "Hai nghìn đồng"),
        (8_000, "Tám nghìn đồng"),
        (10_000, "Mười nghìn đồng"),
        (31_942, "Ba mươi mốt nghìn chín trăm bốn mươi hai đồng"),
        (50_000, "Năm mươi nghìn đồng"),
        (105_000, "Một trăm lẻ năm nghìn đồng"),
        (200_000, "Hai trăm nghìn đồng"),
        (1_000_005, "Một triệu không trăm lẻ năm đồng"),
        (1_005_000, "Một triệu không trăm lẻ năm nghìn đồng"),
        (8_021_105, "Tám triệu không trăm hai mươi mốt nghìn một trăm lẻ năm đồng"),
        (21_000_000, "Hai mươi mốt triệu đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (1_000_000_001, "Một tỷ không trăm lẻ một đồng"),
        (
            2_315_045_671,
            "Hai tỷ ba trăm mười lăm triệu không trăm bốn mươi lăm nghìn sáu trăm bảy mươi mốt đồng",
        ),
        (10**12, "Một nghìn tỷ đồng"),
        (10**18, "Một tỷ tỷ đồng"),
        (999 * 10**18, "Chín trăm chín mươi chín tỷ tỷ đồng"),
    ],
)
def test_amounts_are_said_as_a_receipt_wants(vnd: int, words: str) -> None:
    assert amount_in_words(vnd) == words


@pytest.mark.parametrize(
    ("vnd", "words"),
    [
        (105, "Một trăm linh năm đồng"),
        (4, "Bốn đồng"),
        (14, "Mười bốn đồng"),
        (24, "Hai mươi tư đồng"),
        (104, "Một trăm linh bốn đồng"),
        (21_015, "Hai mươi mốt nghìn không trăm mười lăm đồng"),
    ],
)
def test_the_north_says_linh_and_tu(vnd: int, words: str) -> None:
    assert amount_in_words(vnd, southern=False) == words


@pytest.mark.parametrize("vnd", [-1, 10**21])
def test_what_cannot_be_said_is_refused(vnd: int) -> None:
    with pytest.raises(UserError) as refusal:
        amount_in_words(vnd)

    assert refusal.value.code == "amount_out_of_range"
    assert refusal.value.details == {"vnd": vnd}


def understand(words: list[str]) -> int:
    """Read an amount back: an independent reading of the same language."""
    if "tỷ" in words:
        last = len(words) - 1 - words[::-1].index("tỷ")
        return understand(words[:last]) * BILLION + understand(words[last + 1 :])
    total = group = digit = 0
    for word in words:
        if word in DIGITS:
            digit = DIGITS[word]
        elif word == "trăm":
            group, digit = digit * 100, 0
        elif word in ("mươi", "mười"):
            group, digit = group + (digit or 1) * 10, 0
        elif word in GROUPS:
            total, group, digit = total + (group + digit) * GROUPS[word], 0, 0
    return total + group + digit


@given(st.integers(0, 10**21 - 1) | st.integers(0, 10**7), st.booleans())
@example(1_000_000_005 * BILLION, True)
@example(10**18 + 5 * BILLION, True)
def test_every_amount_can_be_read_back(vnd: int, southern: bool) -> None:
    said = amount_in_words(vnd, southern=southern)

    assert said.endswith(" đồng")
    assert said[0].isupper()
    assert "  " not in said
    assert understand(said.lower().removesuffix(" đồng").split()) == vnd
