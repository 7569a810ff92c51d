"""Tell what a scan is, by its content alone: our codes, identity cards, slips, or something foreign.

A code is only recognised, never read: nothing here takes a date or an agency from one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.errors import UserError
from desktop.domain.identity import LONGEST_SCAN, IdentityCard, clean_scan, parse_identity_card

# Agency codes come in two orders, ward first (QCVN 102:2016) and province first (Decision 20/2020), with two
# to four groups; then six digits, then four to six. Provisional ones: T, eight hexadecimal digits, a number.
_DOSSIER_CODE: Final = re.compile(
    r"(?<![0-9A-Z])(?<![0-9A-Z][.\-])"
    r"(?:(?:(?:[0-9A-Z]{2,3}\.){1,3}[A-Z][0-9]{2}|[A-Z][0-9]{2}(?:\.[0-9]{1,5}){1,3})-[0-9]{6}-[0-9]{4,6}"
    r"|T-[0-9A-F]{8}-[1-9][0-9]{0,6})"
    r"(?![0-9A-Z])(?![.\-][0-9A-Z])",
    re.ASCII | re.IGNORECASE,
)
_LOOKUP_KEY: Final = re.compile(r"[?&]k=([0-9]{10})(?![0-9])", re.ASCII | re.IGNORECASE)
_LOOKUP_PATH: Final = "/tra-cuu/"
_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)

#: A handover slip's QR holds number, hash and signature; shorter digits are a product or an identity number.
SHORTEST_SLIP: Final = 24


class ScanKind(StrEnum):
    """Name what was scanned."""

    IDENTITY_CARD = "identity_card"
    OUR_CODE = "our_code"
    OUR_LOOKUP_QR = "our_lookup_qr"
    HANDOVER_SLIP = "handover_slip"
    FOREIGN = "foreign"
    GARBAGE = "garbage"


@dataclass(frozen=True, slots=True)
class Scan:
    """Hold a classified scan.

    Attributes:
        kind: What it is.
        text: Without control characters, NFC; "" for garbage.
        code: Dossier code in capitals, for our code and our look-up QR.
        lookup_key: The ten digits of our look-up QR, "" when it has none.
        card: What an identity card says.
    """

    kind: ScanKind
    text: str
    code: str = ""
    lookup_key: str = ""
    card: IdentityCard | None = None


def find_codes(text: str) -> tuple[str, ...]:
    """Return the different dossier codes inside a text, in capitals, in their order."""
    return tuple(dict.fromkeys(found.upper() for found in _DOSSIER_CODE.findall(text)))


def is_dossier_code(text: str) -> bool:
    """Tell whether a text is a dossier code and nothing else; case does not count."""
    return _DOSSIER_CODE.fullmatch(text) is not None


def classify(text: str) -> Scan:
    """Classify a scan; never raises.

    Args:
        text: What the reader typed, without the key that ended it.
    """
    if len(text) > LONGEST_SCAN:
        return Scan(ScanKind.GARBAGE, "")
    cleaned = clean_scan(text)
    try:
        return Scan(ScanKind.IDENTITY_CARD, cleaned, card=parse_identity_card(cleaned))
    except UserError:
        return _classify_other("".join(char for char in cleaned if char.isprintable()).strip())


def _classify_other(text: str) -> Scan:
    if not text:
        return Scan(ScanKind.GARBAGE, "")
    codes = find_codes(text)
    if len(codes) == 1:
        return _ours(text, codes[0])
    is_slip = _DIGITS.fullmatch(text) and len(text) >= SHORTEST_SLIP
    return Scan(ScanKind.HANDOVER_SLIP if is_slip else ScanKind.FOREIGN, text)


def _ours(text: str, code: str) -> Scan:
    if "://" not in text and _LOOKUP_PATH not in text.lower():
        return Scan(ScanKind.OUR_CODE, text, code=code)
    key = _LOOKUP_KEY.search(text)
    return Scan(ScanKind.OUR_LOOKUP_QR, text, code=code, lookup_key=key.group(1) if key else "")
