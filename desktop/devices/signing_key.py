"""The PC's Ed25519 key: it signs hashes of events, so that a good signature vouches for all before it.

The private half lies in the encrypted database (definitions.md 14); only its 32 raw bytes come in here.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def generate() -> tuple[bytes, bytes]:
    """Make a new pair from the operating system's randomness.

    Returns:
        Private and public half, 32 raw bytes each.
    """
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


class Signer:
    """Sign hashes with one private key.

    Attributes:
        public: The public half, 32 raw bytes.
    """

    def __init__(self, private: bytes) -> None:
        """Load the key.

        Args:
            private: 32 raw bytes, as :func:`generate` made them.

        Raises:
            ValueError: Not 32 bytes.
        """
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, digest: bytes) -> bytes:
        """Sign a hash.

        Args:
            digest: The SHA-256 of an event.

        Returns:
            64 bytes; the same hash always gets the same signature.
        """
        return self._key.sign(digest)

    def __repr__(self) -> str:
        return f"Signer(public={self.public.hex()})"


def verify(public: bytes, digest: bytes, signature: bytes) -> bool:
    """Tell whether the key's owner signed this hash.

    Args:
        public: 32 raw bytes.
        digest: The SHA-256 of an event.
        signature: What came with it, of any length.

    Returns:
        False also for a public key that is none: what comes from outside is judged, not trusted.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, digest)
    except (InvalidSignature, ValueError):
        return False
    return True
