from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from desktop.domain.errors import UserError
from desktop.domain.units import BankAccount
from desktop.domain.vietqr import Transfer, checksum, payment_text, purpose_of

BANK = BankAccount("970436", "0071000123456", "UBND PHUONG MAU")
CODE = "000.16.27.H29-190718-0001"
TRANSFER = Transfer(BANK, 75_000, CODE)
POLYNOMIAL = 0x1021


def crc_bit_by_bit(text: str) -> str:
    """Compute the CRC as the standard describes it, without a table."""
    register = 0xFFFF
    for byte in text.encode():
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ (POLYNOMIAL if register & 0x8000 else 0)
            register &= 0xFFFF
    return f"{register:04X}"


def fields(text: str) -> dict[str, str]:
    """Take a text apart by its tags and lengths."""
    found, at = {}, 0
    while at < len(text):
        length = int(text[at + 2 : at + 4])
        found[text[at : at + 2]] = text[at + 4 : at + 4 + length]
        at += 4 + length
    return found


def test_the_text_names_account_sum_currency_country_and_purpose() -> None:
    outer = fields(payment_text(TRANSFER))

    receiver = fields(outer["38"])
    assert list(outer) == ["00", "01", "38", "53", "54", "58", "62", "63"]
    assert (outer["00"], outer["01"], outer["53"], outer["54"], outer["58"]) == ("01", "12", "704", "75000", "VN")
    assert (receiver["00"], receiver["02"]) == ("A000000727", "QRIBFTTA")
    assert fields(receiver["01"]) == {"00": "970436", "01": "0071000123456"}
    assert fields(outer["62"]) == {"08": CODE}


def test_the_checksum_is_the_one_of_the_standard() -> None:
    # The check value every catalogue of CRCs gives for CRC-16/CCITT with start FFFF.
    assert checksum("123456789") == "29B1"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_the_checksum_equals_one_computed_bit_by_bit(text: str) -> None:
    assert checksum(text) == crc_bit_by_bit(text)


def test_the_last_four_characters_are_the_checksum_of_all_before() -> None:
    text = payment_text(TRANSFER)

    assert text[-8:-4] == "6304"
    assert text[-4:] == crc_bit_by_bit(text[:-4])


def test_a_reader_finds_the_text_in_the_code() -> None:
    import segno  # noqa: PLC0415 - only here

    text = payment_text(TRANSFER)
    matrix = segno.make(text, error="m").matrix
    side, scale, quiet = len(matrix), 4, 16
    picture = Image.new("L", (side * scale + 2 * quiet,) * 2, 255)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                left, top = quiet + x * scale, quiet + y * scale
                picture.paste(0, (left, top, left + scale, top + scale))

    (found,) = zxingcpp.read_barcodes(picture)

    assert found.text == text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(TRANSFER, bank=replace(BANK, bank_id="97043")), "bank_id"),
        (replace(TRANSFER, bank=replace(BANK, bank_id="97043A")), "bank_id"),
        (replace(TRANSFER, bank=replace(BANK, account="")), "account"),
        (replace(TRANSFER, bank=replace(BANK, account="1" * 20)), "account"),
        (replace(TRANSFER, bank=replace(BANK, account="00-71")), "account"),
        (replace(TRANSFER, amount_vnd=0), "amount_vnd"),
        (replace(TRANSFER, amount_vnd=10**13), "amount_vnd"),
        (replace(TRANSFER, purpose=""), "purpose"),
        (replace(TRANSFER, purpose="lệ phí"), "purpose"),
        (replace(TRANSFER, purpose="x" * 26), "purpose"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(wrong: Transfer, field: str) -> None:
    with pytest.raises(UserError) as refused:
        payment_text(wrong)

    assert (refused.value.code, refused.value.details["field"]) == ("bad_transfer", field)


def test_blanks_in_an_account_as_people_write_it_are_left_out() -> None:
    spaced = replace(TRANSFER, bank=replace(BANK, account="0071 0001 23456"))

    assert payment_text(spaced) == payment_text(TRANSFER)


def test_a_code_that_fits_stays_as_it_is() -> None:
    assert purpose_of(CODE) == CODE


def test_a_longer_code_loses_its_marks() -> None:
    assert purpose_of("000.16.27.H29-190718-10001") == "0001627H2919071810001"


def test_a_code_too_long_even_without_marks_is_refused() -> None:
    with pytest.raises(UserError, match="bad_transfer"):
        purpose_of("X" * 26)
