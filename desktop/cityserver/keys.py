"""The city's Ed25519 key, and the one check of anybody's signature."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class CityKey:
    """Sign in the city's name.

    Attributes:
        public: The public half, 64 hexadecimal digits.
    """

    def __init__(self, seed: bytes) -> None:
        """Load the private half, 32 raw bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw().hex()

    def sign(self, words: bytes) -> bytes:
        """Return the signature of some words, 64 bytes."""
        return self._key.sign(words)

    def __repr__(self) -> str:
        return f"CityKey(public={self.public})"


def is_signed(public_hex: str, words: bytes, signature: bytes) -> bool:
    """Tell whether the owner of a public key signed these words; a key or signature that is none signs nothing."""
    try:
        _public(public_hex).verify(signature, words)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _public(public_hex: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex))
