"""What signing a result needs from outside: a key that is unlocked for one sitting, and a judge of signatures."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

#: Diameter of the seal of a commune's People's Committee; a unit with another seal says so in its request.
SEAL_DIAMETER_MM: Final = 36.0

#: Decree 30/2020, art. 33: the seal covers about this much of the signature, on its left.
SEAL_COVERS: Final = 1 / 3


class StampKind(StrEnum):
    """Say whose signature is drawn, and how.

    Source: Decree 30/2020, annex I: the person's signature stands between title and name; the organisation's is
    its seal over the left third of the person's signature, or, on annexes and electronic copies, a text at the
    top right of the first page.
    """

    PERSON = "person"
    ORGANISATION_SEAL = "organisation_seal"
    ORGANISATION_TEXT = "organisation_text"


@dataclass(frozen=True, slots=True)
class StampPlace:
    """Locate a rectangle on a page as it is seen, turned pages turned.

    Attributes:
        page: Number of the page, from 0.
        left_mm: From the left edge of the page.
        bottom_mm: From its bottom edge.
        width_mm: Width.
        height_mm: Height.
    """

    page: int
    left_mm: float
    bottom_mm: float
    width_mm: float
    height_mm: float

    def holding(self, ratio: float) -> "StampPlace":
        """Return the largest rectangle of a ratio (width / height) in the middle of this one."""
        width = min(self.width_mm, self.height_mm * ratio)
        height = width / ratio
        return replace(
            self,
            left_mm=self.left_mm + (self.width_mm - width) / 2,
            bottom_mm=self.bottom_mm + (self.height_mm - height) / 2,
            width_mm=width,
            height_mm=height,
        )


def seal_over(signature: StampPlace, diameter_mm: float = SEAL_DIAMETER_MM) -> StampPlace:
    """Return where a seal covers the left third of a person's signature.

    Source: Decree 30/2020, art. 33 and annex I.
    """
    return StampPlace(
        page=signature.page,
        left_mm=signature.left_mm + signature.width_mm * SEAL_COVERS - diameter_mm,
        bottom_mm=signature.bottom_mm + (signature.height_mm - diameter_mm) / 2,
        width_mm=diameter_mm,
        height_mm=diameter_mm,
    )


@dataclass(frozen=True, slots=True)
class Stamp:
    """Describe what a reader of the paper sees of a signature.

    Attributes:
        kind: Whose signature, and how drawn.
        name: The signer's name as on paper, or the organisation's; written when there is no image.
        image: The unit's own PNG with a transparent ground: hand signature (blue) or seal (red); empty = text only.
            Nothing is ever drawn in its place.
        place: Where; None = the reserved field's, for a seal over the person's signature, for a text at the top right.
        field: Name of a signature field reserved in the PDF; "" = a new field.
        seal_mm: Diameter of the seal as it is in reality.
    """

    kind: StampKind
    name: str
    image: bytes = b""
    place: StampPlace | None = None
    field: str = ""
    seal_mm: float = SEAL_DIAMETER_MM


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """Ask for one signature.

    Attributes:
        pdf: The document, with the signatures it already has.
        shown_sha256: Hexadecimal hash of what the signer has seen; another content is refused.
        stamp: What is seen of it.
        signed_at: Instant to be written, aware.
        reason: Why, kept in the signature; "" for none.
        location: Where, kept in the signature; "" for none.
    """

    pdf: bytes
    shown_sha256: str
    stamp: Stamp
    signed_at: datetime
    reason: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Tell whose certificate a key has.

    Attributes:
        label: How the token calls it; "" in a file.
        subject: Whose it is, in words.
        common_name: The holder's name alone.
        issuer: Who issued it, in words.
        serial: Serial number, hexadecimal.
        valid_from: First instant, aware UTC.
        valid_until: Last instant, aware UTC.
        may_sign: Its key usage allows signatures.
    """

    label: str
    subject: str
    common_name: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime
    may_sign: bool


class Trust(StrEnum):
    """Judge the chain of a signer's certificate at the instant of signing; revocations are not known offline.

    Attributes:
        TRUSTED: It leads to a given root.
        UNCHECKED: No root was given, or none is above it: the chain could not be checked.
        EXPIRED: The certificate, or one above it, was not valid at that instant.
        REFUSED: A chain exists and is not good, or the certificate is not for signing.
    """

    TRUSTED = "trusted"
    UNCHECKED = "unchecked"
    EXPIRED = "expired"
    REFUSED = "refused"


class LaterChanges(StrEnum):
    """Say what was added to the file after a signature.

    Attributes:
        NONE: Nothing; the signature covers the whole file.
        MAINTENANCE: Proofs for long keeping only.
        SIGNATURES: More signatures or filled form fields.
        FORBIDDEN: Anything else: a page, a picture, a text.
    """

    NONE = "none"
    MAINTENANCE = "maintenance"
    SIGNATURES = "signatures"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """Report on one signature of a PDF.

    Attributes:
        field: Name of its field.
        certificate: The signer's; None when the signature cannot be read.
        signed_at: Instant the signer wrote, aware; None when he wrote none.
        timestamped_at: Instant a time stamping service confirmed, None without one.
        is_intact: Hash and cryptography agree: what was signed is unchanged.
        covers_whole_document: Nothing stands behind it in the file.
        later_changes: What does.
        trust: Verdict on the certificate's chain.
        has_expired: The certificate has expired by the time of this check.
    """

    field: str
    certificate: Certificate | None
    signed_at: datetime | None
    timestamped_at: datetime | None
    is_intact: bool
    covers_whole_document: bool
    later_changes: LaterChanges
    trust: Trust
    has_expired: bool

    @property
    def is_unaltered(self) -> bool:
        """Tell whether the document is what was signed: intact, and only signatures were added."""
        return self.is_intact and self.later_changes is not LaterChanges.FORBIDDEN

    @property
    def is_good(self) -> bool:
        """Tell whether nothing speaks against the signature; an unchecked chain does not, and is to be shown."""
        return self.is_unaltered and self.trust in (Trust.TRUSTED, Trust.UNCHECKED)


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """Give back a signed document, verified.

    Attributes:
        content: The PDF; it begins with the bytes that came in.
        sha256: Its hash, hexadecimal.
        field: Name of the field that was signed.
        place: Where the stamp stands, as seen.
        reports: One per signature in the file, the oldest first; all are unaltered.
    """

    content: bytes
    sha256: str
    field: str
    place: StampPlace
    reports: tuple[SignatureReport, ...]


class PinTries(StrEnum):
    """Say what a token tells of the tries its PIN has left."""

    UNKNOWN = "unknown"
    REDUCED = "reduced"
    LAST = "last"
    LOCKED = "locked"


class UnlockedKey(Protocol):
    """Sign with a key that is open. Threads: lane io, one at a time."""

    @property
    def certificate(self) -> Certificate:
        """Return whose key this is."""
        ...

    def sign(self, request: SigningRequest) -> SignedPdf:
        """Add a signature to a PDF and verify it at once.

        Raises:
            UserError: ``signing_content_changed``, ``signing_certificate_expired``,
                ``signing_certificate_not_yet_valid``, ``signing_certificate_not_for_signing``,
                ``signing_pdf_unreadable``, ``signing_pdf_encrypted``, ``pdf_not_signable``, ``signature_field_taken``,
                ``signature_place_unknown``, ``stamp_outside_page``, ``stamp_image_unusable``.
            EnvironmentProblem: ``token_removed``, ``token_failed``, ``timestamp_failed``.
            DamagedData: ``signature_check_failed``.
        """
        ...


class PdfSigner(Protocol):
    """Hold a signing key: a file or a token. It never keeps the secret. Threads: lane io."""

    def certificates(self) -> tuple[Certificate, ...]:
        """List the certificates that can be read without a secret; a file shows none before it is open.

        Raises:
            EnvironmentProblem: ``token_module_absent``, ``token_absent``, ``token_failed``.
        """
        ...

    def pin_tries(self) -> PinTries:
        """Tell how many tries the secret has left, as far as known.

        Raises:
            EnvironmentProblem: ``token_module_absent``, ``token_absent``, ``token_failed``.
        """
        ...

    def unlock(self, secret: str) -> AbstractContextManager[UnlockedKey]:
        """Open the key for one sitting, a batch included; leaving the block closes it.

        Args:
            secret: PIN or passphrase; used at once and forgotten.

        Raises:
            UserError: ``key_file_secret_wrong``, ``token_pin_wrong``, ``token_pin_last_try``, ``token_pin_locked``,
                ``token_certificate_absent``, ``token_certificate_unclear``, ``token_key_absent``.
            EnvironmentProblem: ``key_file_absent``, ``key_file_damaged``, ``token_module_absent``, ``token_absent``,
                ``token_busy``, ``token_failed``.
        """
        ...


class SignatureChecker(Protocol):
    """Judge the signatures of a PDF. Threads: lane io."""

    def verify_signed(self, pdf: bytes, at: datetime) -> tuple[SignatureReport, ...]:
        """Report on every signature, the oldest first; none for an unsigned file.

        Args:
            pdf: The document.
            at: Instant of the check, aware.

        Raises:
            UserError: ``signing_pdf_unreadable``, ``signing_pdf_encrypted``.
        """
        ...
