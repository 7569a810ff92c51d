"""The signing keys of the chair and of the unit: a PKCS#12 file or a PKCS#11 token, and the check of what they signed.

Light to import: pyHanko, reportlab and the token's module are loaded when something is signed or checked. Secrets
come in when a key is unlocked, are used at once and kept nowhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.services.signing_port import Certificate, PinTries, SignatureReport, UnlockedKey

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.timestamps import TimeStamper


def verify_signed(pdf: bytes, at: datetime, roots: tuple[bytes, ...] = ()) -> tuple[SignatureReport, ...]:
    """Report on every signature of a PDF, the oldest first.

    Args:
        pdf: The document.
        at: Instant of the check, aware.
        roots: Certificates to be trusted, PEM or DER; without them no chain can be checked.

    Raises:
        UserError: ``signing_pdf_unreadable``, ``signing_pdf_encrypted``.

    Threads:
        Lane io.
    """
    from desktop.devices.signed_pdf import verify  # noqa: PLC0415 - slow to load

    return verify(pdf, roots=roots, at=at)


class SignedPdfChecker:
    """Judge signatures against the roots of the unit (:class:`desktop.services.signing_port.SignatureChecker`)."""

    def __init__(self, roots: tuple[bytes, ...] = ()) -> None:
        """Take the certificates to be trusted, PEM or DER."""
        self._roots = roots

    def verify_signed(self, pdf: bytes, at: datetime) -> tuple[SignatureReport, ...]:
        """Report on every signature; see :func:`verify_signed`."""
        return verify_signed(pdf, at, self._roots)


class Pkcs12Signer:
    """Sign with a key in a PKCS#12 file (:class:`desktop.services.signing_port.PdfSigner`)."""

    def __init__(self, path: Path, roots: tuple[bytes, ...] = (), timestamp_url: str = "") -> None:
        """Take the place of the file; it is read when it is unlocked.

        Args:
            path: The ``.p12`` or ``.pfx`` file.
            roots: Certificates to be trusted, PEM or DER.
            timestamp_url: Address of a time stamping service (RFC 3161); "" for none, as without a network.
        """
        self._path = path
        self._roots = roots
        self._timestamp_url = timestamp_url

    def certificates(self) -> tuple[Certificate, ...]:
        """List none: the file is encrypted as a whole."""
        return ()

    def pin_tries(self) -> PinTries:
        """Tell that a file does not count tries."""
        return PinTries.UNKNOWN

    @contextmanager
    def unlock(self, secret: str) -> Iterator[UnlockedKey]:
        """Open the key for one sitting.

        Args:
            secret: The passphrase.

        Raises:
            UserError: ``key_file_secret_wrong``.
            EnvironmentProblem: ``key_file_absent``, ``key_file_damaged``.
        """
        from desktop.devices.pades import OpenKey  # noqa: PLC0415 - slow to load

        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise EnvironmentProblem("key_file_absent", path=str(self._path)) from error
        yield OpenKey(self._opened(content, secret), self._roots, time_stamper(self._timestamp_url))

    def _opened(self, content: bytes, secret: str) -> "SimpleSigner":
        from asn1crypto.pkcs12 import Pfx  # noqa: PLC0415 - slow to load
        from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415 - slow to load

        try:
            Pfx.load(content, strict=True)["version"].native  # noqa: B018 - parsed on access
        except (ValueError, TypeError) as error:
            raise EnvironmentProblem("key_file_damaged", path=str(self._path)) from error
        try:
            key: SimpleSigner = SimpleSigner.load_pkcs12_data(content, other_certs=(), passphrase=secret.encode())
        except ValueError:
            # Without the cause: it may quote what was given.
            raise UserError("key_file_secret_wrong", path=self._path.name) from None
        except (TypeError, AttributeError) as error:
            # No private key, or no certificate of it, inside.
            raise EnvironmentProblem("key_file_damaged", path=str(self._path)) from error
        return key


class TokenSigner:
    """Sign with a key that stays in its token, by PKCS#11 (:class:`desktop.services.signing_port.PdfSigner`)."""

    def __init__(
        self,
        module: str,
        token_label: str = "",
        certificate_label: str = "",
        slot: int | None = None,
        roots: tuple[bytes, ...] = (),
        timestamp_url: str = "",
    ) -> None:
        """Say which key of which token; the token may be plugged in later.

        Args:
            module: Path of the maker's PKCS#11 library.
            token_label: The token's name; "" = whichever is there, when it is one only.
            certificate_label: Name of the certificate; "" = the one that may sign, when it is one only.
            slot: Number of the slot, for tokens without a name of their own.
            roots: Certificates to be trusted, PEM or DER.
            timestamp_url: Address of a time stamping service (RFC 3161); "" for none, as without a network.
        """
        self._module = module
        self._token_label = token_label
        self._certificate_label = certificate_label
        self._slot = slot
        self._roots = roots
        self._timestamp_url = timestamp_url

    def certificates(self) -> tuple[Certificate, ...]:
        """List the certificates the token shows without a PIN.

        Raises:
            EnvironmentProblem: ``token_module_absent``, ``token_absent``, ``token_failed``.
        """
        from desktop.devices.signing_token import find_token, list_certificates  # noqa: PLC0415 - slow to load

        return list_certificates(find_token(self._module, self._token_label, self._slot))

    def pin_tries(self) -> PinTries:
        """Tell how many tries the PIN has left, as far as the token says.

        Raises:
            EnvironmentProblem: ``token_module_absent``, ``token_absent``, ``token_failed``.
        """
        from desktop.devices.signing_token import find_token, tries_left  # noqa: PLC0415 - slow to load

        return tries_left(find_token(self._module, self._token_label, self._slot))

    @contextmanager
    def unlock(self, secret: str) -> Iterator[UnlockedKey]:
        """Log in to the token for one sitting; leaving the block logs out.

        Args:
            secret: The PIN.

        Raises:
            UserError: ``token_pin_wrong``, ``token_pin_last_try``, ``token_pin_locked``, ``token_certificate_absent``,
                ``token_certificate_unclear``, ``token_key_absent``.
            EnvironmentProblem: ``token_module_absent``, ``token_absent``, ``token_busy``, ``token_failed``.
        """
        from desktop.devices.pades import OpenKey  # noqa: PLC0415 - slow to load
        from desktop.devices.signing_token import find_token, log_in, token_key  # noqa: PLC0415 - the same

        token = find_token(self._module, self._token_label, self._slot)
        with log_in(token, secret) as session:
            key = token_key(token, session, self._certificate_label)
            yield OpenKey(key, self._roots, time_stamper(self._timestamp_url))


def time_stamper(url: str) -> "TimeStamper | None":
    """Return a client of a time stamping service, None for no address."""
    if not url:
        return None
    from desktop.devices.time_stamping import HttpTimeStamper  # noqa: PLC0415 - slow to load

    return HttpTimeStamper(url)
