"""Speak PKCS#11 with a signing token. Imported when a token is asked for.

The PIN goes into the token's log-in and nowhere else: no attribute, no log, no error keeps it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, Mechanism, ObjectClass, TokenFlag
from pkcs11.exceptions import PKCS11Error
from pkcs11.types import Session, SignMixin, Token
from pyhanko.sign.pkcs11 import select_pkcs11_signing_params
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from desktop.devices.signed_pdf import as_certificate
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.services.signing_port import Certificate, PinTries

_ABSENT: Final = (
    pkcs11.exceptions.DeviceRemoved,
    pkcs11.exceptions.TokenNotPresent,
    pkcs11.exceptions.SessionClosed,
    pkcs11.exceptions.SessionHandleInvalid,
    pkcs11.exceptions.SlotIDInvalid,
)
_WRONG: Final = (
    pkcs11.exceptions.PinIncorrect,
    pkcs11.exceptions.PinInvalid,
    pkcs11.exceptions.PinLenRange,
    pkcs11.exceptions.ArgumentsBad,
)
_BUSY: Final = (pkcs11.exceptions.UserAlreadyLoggedIn, pkcs11.exceptions.AnotherUserAlreadyLoggedIn)
_LAST: Final = 1

#: Larger than any raw signature a token makes: RSA with 8192 bits.
_LONGEST_SIGNATURE: Final = 1024

#: What the token does itself; otherwise it gets the hash.
_HASHES_ITSELF: Final = {"rsa": Mechanism.SHA256_RSA_PKCS, "ec": Mechanism.ECDSA_SHA256}


def find_token(module: str, label: str, slot: int | None) -> Token:
    """Return the token that is meant and plugged in.

    Args:
        module: Path of the PKCS#11 library.
        label: The token's name; "" = the only one.
        slot: Number of its slot; None = any.

    Raises:
        EnvironmentProblem: ``token_module_absent``, ``token_absent``, ``token_failed``.
    """
    try:
        library = pkcs11.lib(module)
    except (PKCS11Error, OSError, RuntimeError) as error:
        raise EnvironmentProblem("token_module_absent", path=module) from error
    try:
        slots = [each for each in library.get_slots(token_present=True) if slot in (None, each.slot_id)]
        tokens = [each.get_token() for each in slots]
    except PKCS11Error as error:
        raise _failed(error) from error
    usable = [each for each in tokens if TokenFlag.TOKEN_INITIALIZED in each.flags and label in ("", each.label)]
    if len(usable) != 1:
        raise EnvironmentProblem("token_absent", label=label, found=[each.label for each in tokens])
    return usable[0]


def tries_left(token: Token) -> PinTries:
    """Tell what a token says of the tries its PIN has left."""
    flags = token.flags
    if TokenFlag.USER_PIN_LOCKED in flags:
        return PinTries.LOCKED
    if TokenFlag.USER_PIN_FINAL_TRY in flags:
        return PinTries.LAST
    return PinTries.REDUCED if TokenFlag.USER_PIN_COUNT_LOW in flags else PinTries.UNKNOWN


def list_certificates(token: Token) -> tuple[Certificate, ...]:
    """List the certificates a token shows without a PIN.

    Raises:
        EnvironmentProblem: ``token_failed``.
    """
    try:
        with token.open() as session:
            return tuple(as_certificate(holder, label) for label, _, holder in _certificates(session))
    except PKCS11Error as error:
        raise _failed(error) from error


@contextmanager
def log_in(token: Token, pin: str) -> Iterator[Session]:
    """Open a session of the token's owner; leaving the block logs him out.

    Raises:
        UserError: ``token_pin_wrong``, ``token_pin_last_try``, ``token_pin_locked``.
        EnvironmentProblem: ``token_absent``, ``token_busy``, ``token_failed``.
    """
    if tries_left(token) is PinTries.LOCKED:
        raise UserError("token_pin_locked", label=token.label)
    try:
        session = token.open(user_pin=pin)
    except pkcs11.exceptions.PinLocked:
        raise UserError("token_pin_locked", label=token.label) from None
    except _WRONG:
        raise _wrong_pin(token) from None
    except _BUSY:
        raise EnvironmentProblem("token_busy", label=token.label) from None
    except PKCS11Error as error:
        raise _failed(error) from None
    try:
        yield session
    finally:
        # A token that was pulled out has closed it already.
        with suppress(PKCS11Error):
            session.close()


def _wrong_pin(token: Token) -> UserError:
    """Word a wrong PIN by what the token says now."""
    left = tries_left(token.slot.get_token())
    if left is PinTries.LOCKED:
        return UserError("token_pin_locked", label=token.label)
    if left is PinTries.LAST:
        return UserError("token_pin_last_try", label=token.label, tries_left=_LAST)
    return UserError("token_pin_wrong", label=token.label)


def _failed(error: PKCS11Error) -> EnvironmentProblem:
    """Word whatever else goes wrong with a token, by the name of its return code."""
    if isinstance(error, _ABSENT):
        return EnvironmentProblem("token_removed")
    return EnvironmentProblem("token_failed", reason=type(error).__name__)


def _certificates(session: Session) -> list[tuple[str, bytes, x509.Certificate]]:
    """Read label, id and content of the certificates in a token."""
    found = []
    for each in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        try:
            holder = x509.Certificate.load(each[Attribute.VALUE])
            holder.subject.native  # noqa: B018 - parsed on access
        except (ValueError, TypeError):
            continue
        found.append((str(each[Attribute.LABEL]), bytes(each[Attribute.ID]), holder))
    return found


def token_key(token: Token, session: Session, label: str) -> "TokenKey":
    """Choose certificate and key of a token.

    Args:
        token: The token.
        session: Its owner's session.
        label: Name of the certificate; "" = the only one that may sign and has its key here.

    Raises:
        UserError: ``token_certificate_absent``, ``token_certificate_unclear``, ``token_key_absent``.
        EnvironmentProblem: ``token_removed``, ``token_failed``.
    """
    try:
        everything = _certificates(session)
        named = [each for each in everything if label in ("", each[0])]
        with_keys = [(holder, key) for _, ident, holder in named if (key := _private_key(session, ident))]
    except PKCS11Error as error:
        raise _failed(error) from error
    if not named:
        raise UserError("token_certificate_absent", label=label, found=[each[0] for each in everything])
    if not with_keys:
        raise UserError("token_key_absent", label=label or named[0][0])
    if not label:
        with_keys = [each for each in with_keys if as_certificate(each[0]).may_sign] or with_keys
    if len(with_keys) > 1:
        raise UserError("token_certificate_unclear", found=[each[0] for each in named])
    holder, key = with_keys[0]
    return TokenKey(holder, key, [each[2] for each in everything], hashes_itself=_hashes_itself(token, holder))


def _private_key(session: Session, ident: bytes) -> SignMixin | None:
    keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: ident}))
    return keys[0] if len(keys) == 1 and isinstance(keys[0], SignMixin) else None


def _hashes_itself(token: Token, holder: x509.Certificate) -> bool:
    return _HASHES_ITSELF.get(holder.public_key.algorithm) in token.slot.get_mechanisms()


class TokenKey(Signer):
    """Let the token sign, in the thread that asks: pyHanko's own class would start others."""

    def __init__(
        self, holder: x509.Certificate, key: SignMixin, others: list[x509.Certificate], *, hashes_itself: bool
    ) -> None:
        """Take what the token gave.

        Args:
            holder: The signer's certificate.
            key: Handle of the private key; the key stays in the token.
            others: Certificates that lie beside it, for the chain.
            hashes_itself: The token hashes; otherwise it gets the hash.
        """
        store = SimpleCertificateStore()
        store.register_multiple([*others, holder])
        super().__init__(signing_cert=holder, cert_registry=store)
        self._key = key
        self._hashes_itself = hashes_itself

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the token's signature of data.

        Raises:
            EnvironmentProblem: ``token_removed``, ``token_failed``.
        """
        if dry_run:
            return bytes(_LONGEST_SIGNATURE)
        how = select_pkcs11_signing_params(
            self.get_signature_mechanism_for_digest(digest_algorithm),
            digest_algorithm,
            use_raw_mechanism=not self._hashes_itself,
            sign_kwargs={},
        )
        prepared = how.pre_sign_transform(data) if how.pre_sign_transform else data
        try:
            signature: bytes = self._key.sign(prepared, **how.sign_kwargs)
        except PKCS11Error as error:
            raise _failed(error) from error
        return how.post_sign_transform(signature) if how.post_sign_transform else signature
