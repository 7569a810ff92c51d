import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.devices.passwords import (
    CODE_ALPHABET,
    STRONG,
    HashCost,
    check_new_password,
    hash_password,
    needs_rehash,
    one_time_code,
    plain_code,
    verify_password,
)
from desktop.domain.errors import DamagedData, UserError

CHEAP = HashCost(memory_kib=8, rounds=1, lanes=1)


def weakness(text: str, login: str = "lan") -> str:
    with pytest.raises(UserError) as caught:
        check_new_password(text, login)
    assert caught.value.code == "weak_password"
    assert not text or text not in str(caught.value.details)
    return str(caught.value.details["reason"])


def test_the_right_password_is_known_and_another_is_not() -> None:
    hashed = hash_password("mặt trời lặn", CHEAP)

    assert verify_password(hashed, "mặt trời lặn")
    assert not verify_password(hashed, "mặt trời mọc")
    assert not verify_password(hashed, "")


@settings(max_examples=30)
@given(st.text(alphabet="ộếữđàăâêôơư abcXYZ019", max_size=40))
def test_both_ways_of_typing_marks_are_one_password(text: str) -> None:
    hashed = hash_password(unicodedata.normalize("NFD", text), CHEAP)

    assert verify_password(hashed, unicodedata.normalize("NFC", text))


def test_equal_passwords_get_different_hashes_without_the_password_in_them() -> None:
    first, second = hash_password("mặt trời lặn", CHEAP), hash_password("mặt trời lặn", CHEAP)

    assert first != second
    assert "trời" not in first
    assert first.startswith("$argon2id$")


def test_the_product_hashes_with_64_mib_and_three_passes() -> None:
    hashed = hash_password("mặt trời lặn")

    assert "$m=65536,t=3,p=1$" in hashed
    assert verify_password(hashed, "mặt trời lặn")
    assert not needs_rehash(hashed)
    assert needs_rehash(hash_password("mặt trời lặn", CHEAP), STRONG)


@pytest.mark.parametrize("hashed", ["", "not a hash", "$argon2id$v=19$m=8", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"])
def test_a_line_that_is_no_hash_is_damage_not_a_wrong_password(hashed: str) -> None:
    with pytest.raises(DamagedData) as caught:
        verify_password(hashed, "mặt trời lặn")

    assert caught.value.code == "password_hash_damaged"


@pytest.mark.parametrize(
    "text",
    [
        "mặt trời lặn",
        "tre xanh bờ ao",
        "correct horse",
        "xe dap do 2 banh",
        "kjh3l4kj",
        "ỗỗ ộộ ưư ơơ ăă",
        "a" * 7 + "bcd9",
    ],
)
def test_a_password_that_is_long_and_not_obvious_is_accepted(text: str) -> None:
    check_new_password(text, "lan")


def test_the_length_is_counted_in_characters_as_people_see_them() -> None:
    seven = "kệ ống6"

    assert weakness(seven) == "too_short"
    assert weakness(unicodedata.normalize("NFD", seven)) == "too_short"
    assert weakness("") == "too_short"
    check_new_password("k" * 60 + "ệ" + "m" * 67, "lan")
    assert weakness("k" * 60 + "ệ" + "m" * 68) == "too_long"


@pytest.mark.parametrize(
    "text",
    [
        "password", "Password1!", "matkhau123", "Mật khẩu 2026", "MotCua2026", "một cửa 1", "ubndphuong",
        "12motcua34", "qwertyuiop", "vietnam1", "Việt Nam vô địch", "Admin@123", "chutich2025", "P@ssw0rd",
        "abc12345",
    ],
)  # fmt: skip
def test_a_password_that_people_guess_first_is_refused(text: str) -> None:
    assert weakness(text) == "common"


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "1234567890",
        "87654321",
        "9876543210",
        "23456789",
        "aaaaaaaa",
        "ababababab",
        "123123123",
        "11111111",
    ],
)
def test_a_password_that_only_counts_or_repeats_is_refused(text: str) -> None:
    assert weakness(text) == "pattern"


@pytest.mark.parametrize("text", ["phochutich", "PhoChuTich", "phochutich1", "Phó chủ tịch", "26phochutich!"])
def test_the_log_in_name_is_no_password(text: str) -> None:
    assert weakness(text, "phochutich") == "like_login"


def test_an_empty_log_in_name_forbids_nothing() -> None:
    check_new_password("mặt trời lặn", "")


def test_no_special_signs_are_asked_for() -> None:
    check_new_password("trangiaydau", "lan")


def test_a_one_time_code_is_easy_to_read_aloud() -> None:
    code = one_time_code()

    assert len(code) == 11
    assert code[5] == "-"
    assert not set(code) & set("0O1ILU")
    assert one_time_code() != code


def test_every_letter_of_a_code_is_equally_likely() -> None:
    remaining = iter(bytes(range(256)) * 60)

    def all_bytes_in_turn(n: int) -> bytes:
        return bytes(next(remaining) for _ in range(n))

    letters = Counter("".join(one_time_code(all_bytes_in_turn) for _ in range(1_200)).replace("-", ""))

    assert set(letters) == set(CODE_ALPHABET)
    # Taking bytes modulo 30 without throwing any away would give sixteen letters 9/8 of the others' share.
    assert max(letters.values()) - min(letters.values()) <= 20


@pytest.mark.parametrize("typed", ["abcde-23456", "ABCDE23456", " abc de - 234 56 ", "ABCDE–23456", "ａｂｃｄｅ23456"])
def test_a_code_may_be_typed_in_any_way(typed: str) -> None:
    assert plain_code(typed) == "ABCDE-23456"


@given(st.text(max_size=20))
def test_text_that_is_no_code_does_not_raise(text: str) -> None:
    assert " " not in plain_code(text)


@given(st.binary(min_size=32, max_size=32))
def test_a_code_is_its_own_plain_form(seed: bytes) -> None:
    stream = iter(seed * 50 + bytes(range(200)))

    code = one_time_code(lambda n: bytes(next(stream) for _ in range(n)))

    assert plain_code(code) == code
