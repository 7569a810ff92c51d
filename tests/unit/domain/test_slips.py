from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import UserError
from desktop.domain.slips import (
    QR_LENGTH,
    QR_MARK,
    Slip,
    SlipLine,
    SlipQr,
    codes_hash,
    read_slip_qr,
    signed_message,
    slip_name,
    slip_qr,
)
from tests.unit.domain.walk import COUNTER, JUSTICE, at, form

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
IDS = st.uuids().map(str)
CODES = st.lists(st.from_regex(r"[A-Z0-9.-]{1,25}", fullmatch=True), min_size=1, max_size=40, unique=True)


def made(slip_id: str, codes: list[str]) -> Slip:
    number = form("handover_slip", 7)
    return Slip(
        slip_id=slip_id,
        name=slip_name(number),
        number=number,
        giver=COUNTER,
        to=JUSTICE,
        made_at=at("07-18 09:00"),
        made_by="user-lan",
        reminded_from=at("07-18 15:00"),
        lines=tuple(SlipLine(f"dossier-{n}", code) for n, code in enumerate(codes)),
        signature=KEY.sign(signed_message(slip_id, codes)).hex(),
    )


def is_genuine(read: SlipQr, codes: list[str]) -> bool:
    """Tell what the receiving PC finds out: the hash of what was scanned, the signature of the giving PC."""
    if read.hash != codes_hash(codes):
        return False
    try:
        KEY.public_key().verify(read.signature, signed_message(read.slip_id, codes))
    except InvalidSignature:
        return False
    return True


def passes(digits: str, codes: list[str]) -> bool:
    """Tell whether a scan passes custody without a network."""
    try:
        return is_genuine(read_slip_qr(digits), codes)
    except UserError:
        return False


def test_a_slip_is_called_by_year_book_and_number() -> None:
    assert made(str(UUID(int=1)), ["a"]).name == "BG-2019-01-0007"


@given(IDS, CODES)
def test_a_slips_qr_says_what_the_slip_says(slip_id: str, codes: list[str]) -> None:
    slip = made(slip_id, codes)

    digits = slip_qr(slip)

    assert (len(digits), digits.isdigit(), digits[:2]) == (QR_LENGTH, True, QR_MARK)
    assert read_slip_qr(digits) == SlipQr(slip_id, codes_hash(codes), bytes.fromhex(slip.signature))
    assert passes(digits, codes)


@given(CODES, st.data())
def test_the_order_of_the_scans_does_not_matter_and_each_code_does(codes: list[str], data: st.DataObject) -> None:
    read = read_slip_qr(slip_qr(made(str(UUID(int=5)), codes)))

    assert is_genuine(read, data.draw(st.permutations(codes)))
    assert not is_genuine(read, codes[1:])
    assert not is_genuine(read, [*codes, "LẠ"])


@given(IDS, CODES, st.integers(0, QR_LENGTH - 1), st.integers(1, 9))
def test_a_slips_qr_with_one_wrong_digit_is_refused(slip_id: str, codes: list[str], place: int, by: int) -> None:
    digits = slip_qr(made(slip_id, codes))
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]

    assert not passes(wrong, codes)


DIGITS = slip_qr(made(str(UUID(int=9)), ["a"]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        DIGITS[:-1],
        DIGITS + "0",
        "87" + DIGITS[2:],
        DIGITS[:-1] + "x",
        DIGITS[:-1] + "٣",
        "86" + "9" * (QR_LENGTH - 2),
        DIGITS[:41] + "9" * 20 + DIGITS[61:],
        DIGITS[:61] + "9" * 155,
        "86-" + DIGITS[3:],
    ],
)
def test_what_is_no_slip_code_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="bad_slip_code"):
        read_slip_qr(text)


def test_a_slip_that_is_only_offered_has_passed_nothing() -> None:
    slip = made(str(UUID(int=2)), ["a", "b"])

    assert (slip.codes, slip.is_open, slip.accepted) == (("a", "b"), True, ())
    assert replace(slip, missing=("a",)).accepted == ()
