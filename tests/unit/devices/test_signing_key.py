import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.devices.signing_key import Signer, generate, verify

DIGEST = hashlib.sha256(b"an event").digest()
# RFC 8032, section 7.1, test 2.
RFC_PRIVATE = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
RFC_PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
RFC_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_published_vector_is_met() -> None:
    signer = Signer(RFC_PRIVATE)

    assert signer.public == RFC_PUBLIC
    assert signer.sign(b"\x72") == RFC_SIGNATURE
    assert verify(RFC_PUBLIC, b"\x72", RFC_SIGNATURE)


def test_a_new_pair_belongs_together_and_is_new_each_time() -> None:
    private, public = generate()

    assert Signer(private).public == public
    assert generate()[0] != private


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_changed_signature_is_refused(place: int, flip: int) -> None:
    broken = bytearray(RFC_SIGNATURE)
    broken[place] ^= flip

    assert not verify(RFC_PUBLIC, b"\x72", bytes(broken))


def test_another_hash_or_another_key_is_refused() -> None:
    signature = Signer(RFC_PRIVATE).sign(DIGEST)

    assert verify(RFC_PUBLIC, DIGEST, signature)
    assert not verify(RFC_PUBLIC, hashlib.sha256(b"another").digest(), signature)
    assert not verify(generate()[1], DIGEST, signature)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_rubbish_is_refused_not_raised(public: bytes, signature: bytes) -> None:
    assert not verify(public, DIGEST, signature)


def test_a_private_key_of_another_length_is_a_bug() -> None:
    with pytest.raises(ValueError, match="32"):
        Signer(b"short")


def test_the_private_half_is_not_shown() -> None:
    shown = repr(Signer(RFC_PRIVATE))

    assert RFC_PRIVATE.hex() not in shown
    assert RFC_PUBLIC.hex() in shown
