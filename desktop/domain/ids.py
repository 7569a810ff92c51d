"""Identifiers: UUIDv7 (time-ordered, RFC 9562) from an injected instant and injected randomness, UUIDv8 from names."""

import hashlib
from uuid import UUID

_RANDOM_BYTES = 10


def uuid7(unix_ms: int, random: bytes) -> str:
    """Return a UUIDv7 as 36 characters.

    Args:
        unix_ms: Milliseconds since 1970, 0 to 2**48 - 1.
        random: Ten random bytes.

    Raises:
        ValueError: ``random`` is not ten bytes or ``unix_ms`` does not fit 48 bits.
    """
    if len(random) != _RANDOM_BYTES or not 0 <= unix_ms < 1 << 48:
        raise ValueError("uuid7 needs 48 bits of time and ten random bytes")
    rand_a = int.from_bytes(random[:2], "big") & 0x0FFF
    rand_b = int.from_bytes(random[2:], "big") & ((1 << 62) - 1)
    return str(UUID(int=unix_ms << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b))


def named_id(*names: str) -> str:
    """Return the UUIDv8 of some names: two PCs that set up the same thing apart give it the same id.

    Args:
        names: What it is called, from the outermost name on; none holds a zero byte.
    """
    number = int.from_bytes(hashlib.sha256("\0".join(names).encode()).digest()[:16], "big")
    number &= ~(0xF << 76) & ~(0b11 << 62)
    return str(UUID(int=number | 0x8 << 76 | 0b10 << 62))
