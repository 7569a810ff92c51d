"""Write the text of a VietQR code, by which any bank's application fills in a transfer to the ward's account.

Source: EMVCo, QR code specification for payment systems, merchant-presented mode 1.1 (tags, lengths, CRC); NAPAS,
VietQR format (tag 38 with AID A000000727, service QRIBFTTA: transfer to an account).
"""

import re
from binascii import crc_hqx
from dataclasses import dataclass

from desktop.domain.errors import UserError
from desktop.domain.units import BANK_ID_DIGITS, BankAccount

APPLICATION = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
DONG = "704"
COUNTRY = "VN"
#: Longest values the format has room for.
MOST_ACCOUNT = 19
MOST_AMOUNT_DIGITS = 13
MOST_PURPOSE = 25

_FORMAT, _ONCE = "01", "12"
_CRC_TAG = "6304"
_CRC_START = 0xFFFF
_ACCOUNT = re.compile(rf"[0-9A-Za-z]{{1,{MOST_ACCOUNT}}}")
_PRINTABLE = re.compile(rf"[ -~]{{1,{MOST_PURPOSE}}}")
_MARKS = re.compile(r"[^0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Transfer:
    """Say what is to be paid, and for what.

    Attributes:
        amount_vnd: Whole đồng, 1 or more.
        purpose: Text of the transfer, ASCII, at most 25 characters; see :func:`purpose_of`.
    """

    bank: BankAccount
    amount_vnd: int
    purpose: str


def purpose_of(code: str) -> str:
    """Return a dossier's code as the text of a transfer: as it is, or without its marks where it is too long.

    Raises:
        UserError: ``bad_transfer`` when it does not fit even so.
    """
    return _fitting(code if len(code) <= MOST_PURPOSE else _MARKS.sub("", code))


def payment_text(transfer: Transfer) -> str:
    """Return the text of the code.

    Raises:
        UserError: ``bad_transfer`` naming what does not fit into the format.
    """
    bank = transfer.bank
    if not (bank.bank_id.isascii() and bank.bank_id.isdigit() and len(bank.bank_id) == BANK_ID_DIGITS):
        raise UserError("bad_transfer", field="bank_id", value=bank.bank_id)
    account = bank.account.replace(" ", "")
    if not _ACCOUNT.fullmatch(account):
        raise UserError("bad_transfer", field="account", value=bank.account)
    amount = str(transfer.amount_vnd)
    if transfer.amount_vnd < 1 or len(amount) > MOST_AMOUNT_DIGITS:
        raise UserError("bad_transfer", field="amount_vnd", value=amount)
    purpose = _fitting(transfer.purpose)
    receiver = _tagged("00", APPLICATION) + _tagged("01", _tagged("00", bank.bank_id) + _tagged("01", account))
    plain = "".join(
        (
            _tagged("00", _FORMAT),
            _tagged("01", _ONCE),
            _tagged("38", receiver + _tagged("02", TO_ACCOUNT)),
            _tagged("53", DONG),
            _tagged("54", amount),
            _tagged("58", COUNTRY),
            _tagged("62", _tagged("08", purpose)),
            _CRC_TAG,
        )
    )
    return plain + checksum(plain)


def checksum(text: str) -> str:
    """Return the CRC-16/CCITT (start FFFF) of ASCII text, four hexadecimal digits."""
    return f"{crc_hqx(text.encode('ascii'), _CRC_START):04X}"


def _fitting(purpose: str) -> str:
    if not _PRINTABLE.fullmatch(purpose):
        raise UserError("bad_transfer", field="purpose", value=purpose)
    return purpose


def _tagged(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
