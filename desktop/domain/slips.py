"""Handover slips: what one lists, how it is confirmed, and the digits its QR carries.

A slip is a fact of the unit; each dossier on it has facts of its own (offered, confirmed, dropped).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from desktop.domain.dossiers import Custodian
from desktop.domain.errors import UserError
from desktop.domain.way import FormNumber

#: Every QR of ours begins with it: digits only, so that no keyboard layout and no Vietnamese typing tool garbles it.
QR_MARK: Final = "86"
_ID_DIGITS: Final = 39
_HASH_BYTES: Final = 8
_HASH_DIGITS: Final = 20
_SIGNATURE_BYTES: Final = 64
_SIGNATURE_DIGITS: Final = 155
QR_LENGTH: Final = len(QR_MARK) + _ID_DIGITS + _HASH_DIGITS + _SIGNATURE_DIGITS


class SlipState(StrEnum):
    """Say where a slip stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SlipLine:
    """Name one dossier of a slip."""

    dossier_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Unexpected:
    """Name a dossier that was scanned but is not on the slip, and who holds it.

    Attributes:
        code: As scanned.
        holder: Name of the section or person who holds it; "" when nobody here knows the code.
    """

    code: str
    holder: str


@dataclass(frozen=True, slots=True)
class Slip:
    """Describe a handover slip.

    Attributes:
        slip_id: UUIDv7.
        name: As people call it: ``BG-2019-01-0007`` (year, book, number).
        giver: Who held the papers.
        made_by: User who made it.
        to: Who shall hold them.
        reminded_from: From this instant an unconfirmed slip reminds both sides.
        signature: Of the PC that made it, over id and hash; hexadecimal.
        missing: Codes of the slip that did not come.
        unexpected: What came without being on it.
    """

    slip_id: str
    name: str
    number: FormNumber
    giver: Custodian
    to: Custodian
    made_at: datetime
    made_by: str
    reminded_from: datetime
    lines: tuple[SlipLine, ...]
    signature: str
    note: str = ""
    state: SlipState = SlipState.OPEN
    closed_at: datetime | None = None
    closed_by: str = ""
    missing: tuple[str, ...] = ()
    unexpected: tuple[Unexpected, ...] = ()
    reprints: int = 0

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes on it, in their order."""
        return tuple(line.code for line in self.lines)

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for its receiver."""
        return self.state is SlipState.OPEN

    @property
    def accepted(self) -> tuple[str, ...]:
        """Return the codes whose custody passed."""
        if self.state is not SlipState.CONFIRMED:
            return ()
        return tuple(code for code in self.codes if code not in set(self.missing))


def slip_name(number: FormNumber) -> str:
    """Return what people call a slip."""
    return f"BG-{number.name}"


def codes_hash(codes: Iterable[str]) -> bytes:
    """Return the hash that the slip's QR carries: of the sorted codes, 8 bytes."""
    return hashlib.sha256("\n".join(sorted(codes)).encode()).digest()[:_HASH_BYTES]


def signed_message(slip_id: str, codes: Iterable[str]) -> bytes:
    """Return the bytes that the giving PC signs."""
    return b"motcua slip 1\n" + slip_id.encode() + b"\n" + codes_hash(codes)


@dataclass(frozen=True, slots=True)
class SlipQr:
    """Hold what a slip's QR says."""

    slip_id: str
    hash: bytes
    signature: bytes


def slip_qr(slip: Slip) -> str:
    """Return the digits of a slip's QR: mark, id, hash of the sorted codes, signature."""
    return (
        QR_MARK
        + str(int(slip.slip_id.replace("-", ""), 16)).zfill(_ID_DIGITS)
        + str(int.from_bytes(codes_hash(slip.codes), "big")).zfill(_HASH_DIGITS)
        + str(int(slip.signature, 16)).zfill(_SIGNATURE_DIGITS)
    )


def read_slip_qr(digits: str) -> SlipQr:
    """Read the digits of a slip's QR.

    Raises:
        UserError: ``bad_slip_code`` when they are none of ours.
    """
    if len(digits) != QR_LENGTH or not digits.isascii() or not digits.isdigit() or not digits.startswith(QR_MARK):
        raise UserError("bad_slip_code")
    at = len(QR_MARK)
    numbers = []
    for width in (_ID_DIGITS, _HASH_DIGITS, _SIGNATURE_DIGITS):
        numbers.append(int(digits[at : at + width]))
        at += width
    try:
        plain = numbers[0].to_bytes(16, "big").hex()
        code_hash, signature = numbers[1].to_bytes(_HASH_BYTES, "big"), numbers[2].to_bytes(_SIGNATURE_BYTES, "big")
    except OverflowError:
        raise UserError("bad_slip_code") from None
    slip_id = "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    return SlipQr(slip_id, code_hash, signature)
