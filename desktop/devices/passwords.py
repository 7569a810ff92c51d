"""Passwords: hashing with argon2id, what a new one must be like, one-time codes.

Text is taken in NFC, since one keyboard types «ộ» as one character and another as three.
"""

import itertools
import re
import secrets
import string
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, VerificationError, VerifyMismatchError

from desktop.domain.errors import DamagedData, EnvironmentProblem, UserError
from desktop.domain.vietnamese import fold, nfc

MIN_LENGTH = 8
MAX_LENGTH = 128

#: No 0, O, 1, I, L: hard to tell apart on paper; no U: hard to tell from V by hand.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
_CODE_GROUP = 5


@dataclass(frozen=True, slots=True)
class HashCost:
    """Say how dear one guess is.

    Attributes:
        memory_kib: Memory in KiB.
        rounds: Passes over that memory.
        lanes: Threads.
    """

    memory_kib: int
    rounds: int
    lanes: int


#: About 0.15 s on an office PC; well above the 19 MiB and two passes of OWASP's password storage page.
STRONG = HashCost(memory_kib=64 * 1024, rounds=3, lanes=1)

_HASH = re.compile(r"\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{16,}")

#: Words that people guess first in a Vietnamese office, folded, without the digits and signs around them.
_COMMON = """
password passwd matkhau pass admin administrator quantri quantrivien root user guest test demo login welcome
letmein iloveyou sunshine princess football baseball monkey dragon master shadow superman batman trustno
qwerty qwertyuiop qwertyui asdfgh asdfghjkl zxcvbn zxcvbnm abc abcd abcabc abcxyz xyz qwe qaz wsx qazwsx
passw p@ssw0rd p@ssword passw0rd changeme secret default computer internet windows office microsoft google
facebook zalo iphone samsung samsunggalaxy
motcua hoso hosomotcua uyban uybannhandan ubnd ubndphuong ubndxa phuong xaphuong phuongxa thitran quan huyen
thanhpho tinh vanphong congchuc canbo tiepnhan dichvucong hanhchinh hanhchinhcong trungtam chutich phochutich
vietnam vietnamvodich hanoi saigon tphcm hochiminh danang haiphong cantho hue tienlen anhyeuem emyeuanh
yeuem yeuanh iuem iuanh toiyeuvietnam khongbiet khongco khongcho matkhaumoi matkhaucu mothaiba nguyen tran
"""
_COMMON_WORDS = frozenset(_COMMON.split())
_EDGES = string.digits + string.punctuation + " "


def hash_password(text: str, cost: HashCost = STRONG) -> str:
    """Hash a password with a salt of its own.

    Args:
        text: The password; any length, :func:`check_new_password` sets the limits.
        cost: How dear one guess is; tests take less.

    Returns:
        A line that carries the parameters and the salt.

    Raises:
        EnvironmentProblem: ``not_enough_memory``.

    Threads: lane io or db; it takes 0.15 s and 64 MiB by intention.
    """
    try:
        return _hasher(cost).hash(nfc(text))
    except HashingError as error:
        raise EnvironmentProblem("not_enough_memory") from error


def verify_password(hashed: str, text: str) -> bool:
    """Tell whether a password is the hashed one.

    Args:
        hashed: What :func:`hash_password` gave, at whatever cost.
        text: What was typed.

    Raises:
        DamagedData: ``password_hash_damaged``: the stored line is none of ours.
        EnvironmentProblem: ``not_enough_memory``.

    Threads: as :func:`hash_password`.
    """
    if _HASH.fullmatch(hashed) is None:
        raise DamagedData("password_hash_damaged")
    try:
        return _hasher(STRONG).verify(hashed, nfc(text))
    except VerifyMismatchError:
        return False
    except VerificationError as error:
        raise EnvironmentProblem("not_enough_memory") from error


def needs_rehash(hashed: str, cost: HashCost = STRONG) -> bool:
    """Tell whether a hash was made at another cost, so that the next log-in should make a new one.

    Args:
        hashed: What :func:`hash_password` gave.
        cost: What it should cost today.
    """
    return _hasher(cost).check_needs_rehash(hashed)


def check_new_password(text: str, login: str) -> None:
    """Refuse a new password that somebody would guess; asks for no special signs.

    Args:
        text: The password wished for.
        login: The log-in name it is for.

    Raises:
        UserError: ``weak_password`` (reason, min_length, max_length), where reason is ``too_short``,
            ``too_long``, ``like_login``, ``common`` or ``pattern``.

    Source: OWASP ASVS 5.0, 6.2.1, 6.2.4, 6.2.5, 6.2.11.
    """
    reason = _weakness(nfc(text), nfc(login))
    if reason is not None:
        raise UserError("weak_password", reason=reason, min_length=MIN_LENGTH, max_length=MAX_LENGTH)


def one_time_code(random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Make a code that lets a person in once: 49 bits, ten characters in two groups.

    Args:
        random: Gives that many random bytes.
    """
    # Bytes beyond the last whole multiple are thrown away, so that every letter is equally likely.
    usable = 256 - 256 % len(CODE_ALPHABET)
    letters = ""
    while len(letters) < CODE_LENGTH:
        letters += "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in random(CODE_LENGTH) if byte < usable)
    return f"{letters[:_CODE_GROUP]}-{letters[_CODE_GROUP:CODE_LENGTH]}"


def plain_code(text: str) -> str:
    """Bring a one-time code as typed into the form that :func:`one_time_code` gives.

    Args:
        text: Upper or lower case, with or without the hyphen, with spaces.

    Returns:
        The code with its hyphen; text that is no code comes back without spaces, in upper case.
    """
    letters = re.sub(r"[\s‐-―-]", "", unicodedata.normalize("NFKC", text)).upper()
    return f"{letters[:_CODE_GROUP]}-{letters[_CODE_GROUP:]}" if len(letters) == CODE_LENGTH else letters


def is_code(text: str) -> bool:
    """Tell whether a text is a one-time code as :func:`one_time_code` gives it."""
    letters = text.replace("-", "", 1)
    return plain_code(letters) == text and len(letters) == CODE_LENGTH and set(letters) <= set(CODE_ALPHABET)


def _weakness(text: str, login: str) -> str | None:
    """Name why a password is weak."""
    if len(text) < MIN_LENGTH:
        return "too_short"
    if len(text) > MAX_LENGTH:
        return "too_long"
    plain = fold(text).replace(" ", "")
    core = plain.strip(_EDGES)
    name = fold(login).replace(" ", "")
    if name and name in {plain, core}:
        return "like_login"
    if core in _COMMON_WORDS or plain in _COMMON_WORDS:
        return "common"
    return "pattern" if _is_pattern(plain) else None


def _is_pattern(text: str) -> bool:
    """Tell whether text counts up or down, or repeats up to three characters throughout."""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    # 9 is followed by 0 where people count on.
    counted = steps <= {1, -9} or steps <= {-1, 9}
    return counted or any(text == (text[:n] * len(text))[: len(text)] for n in (1, 2, 3))


def _hasher(cost: HashCost) -> PasswordHasher:
    """Make a hasher of this cost; argon2id is what it does by itself."""
    return PasswordHasher(time_cost=cost.rounds, memory_cost=cost.memory_kib, parallelism=cost.lanes)
