"""Judge the signatures of a PDF. Imported when needed: pyHanko is slow to load."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

from asn1crypto import pem, x509
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from desktop.domain.errors import UserError
from desktop.services.signing_port import Certificate, LaterChanges, SignatureReport, Trust

# What pyHanko would warn of is in our reports, with names of people in its words.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

#: Either usage lets a certificate sign documents.
SIGNING_USAGES: Final = frozenset({"digital_signature", "non_repudiation"})

#: What pyHanko and asn1crypto raise on bytes that are not what they should be.
UNREADABLE: Final = (
    PdfError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    OverflowError,
    NotImplementedError,
    RecursionError,
)

_OUT_OF_TIME: Final = frozenset(
    {
        AdESIndeterminate.EXPIRED,
        AdESIndeterminate.NOT_YET_VALID,
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
        AdESFailure.NOT_YET_VALID,
    }
)

_CHANGES: Final = {
    ModificationLevel.NONE: LaterChanges.MAINTENANCE,
    ModificationLevel.LTA_UPDATES: LaterChanges.MAINTENANCE,
    ModificationLevel.FORM_FILLING: LaterChanges.SIGNATURES,
}


@contextmanager
def reading() -> Iterator[None]:
    """Turn what a damaged file makes pyHanko raise into a refusal.

    Raises:
        UserError: ``signing_pdf_unreadable``.
    """
    try:
        yield
    except UNREADABLE as error:
        raise UserError("signing_pdf_unreadable") from error


def verify(pdf: bytes, *, roots: tuple[bytes, ...], at: datetime) -> tuple[SignatureReport, ...]:
    """Report on every signature of a PDF, the oldest first.

    Args:
        pdf: The document.
        roots: Certificates to be trusted, PEM or DER.
        at: Instant of the check, aware.

    Raises:
        UserError: ``signing_pdf_unreadable``, ``signing_pdf_encrypted``.
    """
    with reading():
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        if reader.encrypted:
            raise UserError("signing_pdf_encrypted")
        signed = list(enumerate_sig_fields(reader, filled_status=True))
    anchors = [_load(root) for root in roots]
    found = [_judged(reader, name, field, anchors, at) for name, _, field in signed]
    return tuple(report for _, report in sorted(found, key=lambda pair: pair[0]))


def as_certificate(holder: x509.Certificate, label: str = "") -> Certificate:
    """Tell whose certificate this is."""
    usage = holder.key_usage_value
    names = holder.subject.native
    common_name = names.get("common_name", "")
    return Certificate(
        label=label,
        subject=holder.subject.human_friendly,
        common_name=common_name if isinstance(common_name, str) else " ".join(common_name),
        issuer=holder.issuer.human_friendly,
        serial=f"{holder.serial_number:x}",
        valid_from=holder.not_valid_before.astimezone(UTC),
        valid_until=holder.not_valid_after.astimezone(UTC),
        may_sign=usage is None or bool(SIGNING_USAGES & usage.native),
    )


def _load(certificate: bytes) -> x509.Certificate:
    der = pem.unarmor(certificate)[2] if pem.detect(certificate) else certificate
    return x509.Certificate.load(der)


def _judged(
    reader: PdfFileReader, name: str, field: IndirectObject, anchors: list[x509.Certificate], at: datetime
) -> tuple[int, SignatureReport]:
    """Report on one signature, with the number of the revision that brought it."""
    try:
        signature = EmbeddedPdfSignature(reader, field.get_object(), name)
        certificate = as_certificate(signature.signer_cert)
        signed_at = signature.self_reported_timestamp
        status = _status(signature, anchors, signed_at or at)
        timestamp = status.timestamp_validity
        return signature.signed_revision, SignatureReport(
            field=name,
            certificate=certificate,
            signed_at=signed_at,
            timestamped_at=timestamp.timestamp if timestamp and timestamp.valid and timestamp.intact else None,
            is_intact=status.intact and status.valid,
            covers_whole_document=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
            later_changes=_later_changes(status),
            trust=_trust(status, certificate, signed_at or at),
            has_expired=at > certificate.valid_until,
        )
    except UNREADABLE:
        return sys.maxsize, _unreadable(name)


def _unreadable(name: str) -> SignatureReport:
    return SignatureReport(
        field=name,
        certificate=None,
        signed_at=None,
        timestamped_at=None,
        is_intact=False,
        covers_whole_document=False,
        later_changes=LaterChanges.FORBIDDEN,
        trust=Trust.UNCHECKED,
        has_expired=False,
    )


def _status(signature: EmbeddedPdfSignature, anchors: list[x509.Certificate], moment: datetime) -> PdfSignatureStatus:
    context = ValidationContext(trust_roots=anchors, moment=moment, allow_fetching=False, revocation_mode="soft-fail")
    usage = KeyUsageConstraints(key_usage=set(SIGNING_USAGES), match_all_key_usages=False)
    return asyncio.run(async_validate_pdf_signature(signature, context, key_usage_settings=usage))


def _later_changes(status: PdfSignatureStatus) -> LaterChanges:
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return LaterChanges.NONE
    if status.coverage is not SignatureCoverageLevel.ENTIRE_REVISION or not status.docmdp_ok:
        return LaterChanges.FORBIDDEN
    level = status.modification_level
    return LaterChanges.FORBIDDEN if level is None else _CHANGES.get(level, LaterChanges.FORBIDDEN)


def _trust(status: PdfSignatureStatus, certificate: Certificate, moment: datetime) -> Trust:
    if not certificate.may_sign:
        return Trust.REFUSED
    if not certificate.valid_from <= moment <= certificate.valid_until:
        return Trust.EXPIRED
    if status.trusted:
        return Trust.TRUSTED
    problem = status.trust_problem_indic
    if problem in _OUT_OF_TIME:
        return Trust.EXPIRED
    if (
        problem is None
        or problem is AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND
        or not (status.intact and status.valid)
    ):
        return Trust.UNCHECKED
    return Trust.REFUSED
