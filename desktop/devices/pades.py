"""Sign PDFs by PAdES B-B, or B-T with a time stamping service: one more revision, a field, a stamp, a check at once.

Imported when something is signed: pyHanko takes more than a second to load.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Final

from asn1crypto import x509
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, Signer
from pyhanko.sign.signers import PdfSigner as PadesSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle

from desktop.devices import signature_stamp as drawing
from desktop.devices.page_frames import POINTS_PER_MM, PageFrame, frame_of, page_frame
from desktop.devices.signed_pdf import as_certificate, reading, verify
from desktop.domain.errors import DamagedData, UserError
from desktop.domain.vietnamese import VIETNAM
from desktop.services.signing_port import (
    Certificate,
    SignedPdf,
    SigningRequest,
    Stamp,
    StampKind,
    StampPlace,
    seal_over,
)

_LOG: Final = logging.getLogger(__name__)

DIGEST: Final = "sha256"

#: The text of an organisation's signature: its margins to the top right corner, and how wide it may get.
_TEXT_FROM_RIGHT_MM: Final = 10.0
_TEXT_FROM_TOP_MM: Final = 6.0
_TEXT_WIDEST_MM: Final = 80.0

_PERSON_FIELD: Final = "person_"
_ORGANISATION_FIELD: Final = "organisation_"

#: Signature fields by name: what fills them, and where they are.
_Fields = dict[str, tuple[object, IndirectObject]]


class OpenKey:
    """Sign with a key that is open (:class:`desktop.services.signing_port.UnlockedKey`).

    Attributes:
        certificate: Whose key this is.
    """

    def __init__(self, key: Signer, roots: tuple[bytes, ...], stamper: TimeStamper | None = None) -> None:
        """Take an open key.

        Args:
            key: What makes the raw signatures.
            roots: Certificates to be trusted, PEM or DER.
            stamper: A time stamping service; None without one.
        """
        self._key = key
        self._roots = roots
        self._stamper = stamper
        holder = key.signing_cert
        assert holder is not None  # noqa: S101 - our two makers always give one
        self._holder: x509.Certificate = holder
        self.certificate: Certificate = as_certificate(holder)

    def sign(self, request: SigningRequest) -> SignedPdf:
        """Add a signature to a PDF and verify it at once; see the port for what it raises."""
        if sha256(request.pdf).hexdigest() != request.shown_sha256.lower():
            raise UserError("signing_content_changed")
        check_certificate(self.certificate, request.signed_at)
        with reading():
            writer = _open(request.pdf)
            spot = _spot(writer, request)
        content = self._written(writer, request, spot)
        reports = verify(content, roots=self._roots, at=request.signed_at)
        mine = [report for report in reports if report.field == spot.field]
        is_whole = content.startswith(request.pdf) and len(mine) == 1 and mine[0].covers_whole_document
        bad = [report.field for report in reports if not report.is_unaltered]
        if bad or not is_whole:
            raise DamagedData("signature_check_failed", fields=bad or [spot.field])
        _LOG.info("signed a PDF", extra={"signatures": len(reports), "size": len(content)})
        return SignedPdf(content, sha256(content).hexdigest(), spot.field, spot.place, reports)

    def _written(self, writer: IncrementalPdfFileWriter, request: SigningRequest, spot: "_Spot") -> bytes:
        metadata = PdfSignatureMetadata(
            field_name=spot.field,
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            name=self.certificate.common_name or None,
            reason=request.reason or None,
            location=request.location or None,
        )
        new_field = SigFieldSpec(
            spot.field,
            on_page=spot.frame.page,
            box=spot.box,  # type: ignore[arg-type] # typed as whole points, written as they are
            readable_field_name=request.stamp.name,
        )
        signer = _ClockedSigner(
            metadata,
            self._key,
            timestamper=self._stamper,
            stamp_style=_style(request, spot),
            new_field_spec=None if spot.is_reserved else new_field,
        )
        signer.signed_at = request.signed_at.astimezone(VIETNAM)
        try:
            output = signer.sign_pdf(writer, existing_fields_only=spot.is_reserved, output=BytesIO())
        except (SigningError, PdfError) as error:
            raise UserError("pdf_not_signable") from error
        signed: bytes = output.getvalue()
        return signed


class _ClockedSigner(PadesSigner):
    """Write the instant that was given: pyHanko would ask the machine's clock."""

    signed_at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        """Open a session as pyHanko does, at the given instant."""
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.signed_at
        return session


class _Drawing(PdfContent):
    """Put a small PDF of our own into the appearance of a signature field, turned as the page is."""

    def __init__(self, pdf: bytes, frame: PageFrame, width: float, height: float) -> None:
        super().__init__(box=layout.BoxConstraints(width=width, height=height))
        self._pdf = pdf
        self._matrix = frame.turning(width, height)

    def render(self) -> bytes:
        """Import the page and return what paints it."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)))
        self.resources.xobject["/Stamp"] = page
        return b"q %g %g %g %g %g %g cm /Stamp Do Q" % self._matrix


def check_certificate(certificate: Certificate, at: datetime) -> None:
    """Refuse a certificate that may not sign at an instant.

    Raises:
        UserError: ``signing_certificate_expired``, ``signing_certificate_not_yet_valid``,
            ``signing_certificate_not_for_signing``.
    """
    if not certificate.may_sign:
        raise UserError("signing_certificate_not_for_signing", name=certificate.common_name)
    if at > certificate.valid_until:
        until = certificate.valid_until.astimezone(VIETNAM)
        raise UserError("signing_certificate_expired", name=certificate.common_name, until=f"{until:%d/%m/%Y}")
    if at < certificate.valid_from:
        since = certificate.valid_from.astimezone(VIETNAM)
        raise UserError("signing_certificate_not_yet_valid", name=certificate.common_name, since=f"{since:%d/%m/%Y}")


@dataclass(frozen=True, slots=True)
class _Spot:
    """Say where a signature goes.

    Attributes:
        field: Name of its field.
        is_reserved: The field is there already.
        frame: Of its page.
        box: Its rectangle in the page's coordinates.
        place: The same as seen.
        picture: What is drawn; None = text.
    """

    field: str
    is_reserved: bool
    frame: PageFrame
    box: tuple[float, float, float, float]
    place: StampPlace
    picture: drawing.StampPicture | None


def _open(pdf: bytes) -> IncrementalPdfFileWriter:
    # Not strict: Word's files name their objects twice (hybrid references), scanners' files are sloppy.
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    if writer.prev.encrypted:
        raise UserError("signing_pdf_encrypted")
    return writer


def _spot(writer: IncrementalPdfFileWriter, request: SigningRequest) -> _Spot:
    stamp = request.stamp
    picture = drawing.read_picture(stamp.image) if stamp.image else None
    fields: _Fields = {name: (value, reference) for name, value, reference in enumerate_sig_fields(writer)}
    if stamp.field in fields:
        if fields[stamp.field][0] is not None:
            raise UserError("signature_field_taken", field=stamp.field)
        frame, box = _field_box(writer, fields[stamp.field][1].get_object())
        return _Spot(stamp.field, True, frame, box, frame.place(box), picture)
    prefix = _PERSON_FIELD if stamp.kind is StampKind.PERSON else _ORGANISATION_FIELD
    name = stamp.field or next(f"{prefix}{n}" for n in range(1, len(fields) + 2) if f"{prefix}{n}" not in fields)
    place = _place(writer, request, picture, fields)
    frame = page_frame(writer, place.page)
    return _Spot(name, False, frame, frame.rectangle(place), place, picture)


def _place(
    writer: IncrementalPdfFileWriter,
    request: SigningRequest,
    picture: drawing.StampPicture | None,
    fields: _Fields,
) -> StampPlace:
    """Find where a new stamp goes; a picture gets a field of its own ratio, so that the seal finds its third."""
    stamp = request.stamp
    place = stamp.place
    if place is None and stamp.kind is StampKind.ORGANISATION_SEAL and picture is not None:
        place = seal_over(_persons_place(writer, fields), stamp.seal_mm)
    if place is None and stamp.kind is not StampKind.PERSON:
        return _corner(writer, stamp, request.signed_at)
    if place is None:
        raise UserError("signature_place_unknown")
    return place if picture is None else place.holding(picture.ratio)


def _persons_place(writer: IncrementalPdfFileWriter, fields: _Fields) -> StampPlace:
    """Return where the last person's signature is seen."""
    signed = [name for name, (value, _) in fields.items() if value is not None]
    persons = [name for name in signed if not name.startswith(_ORGANISATION_FIELD)]
    if not persons:
        raise UserError("signature_place_unknown")
    frame, box = _field_box(writer, fields[persons[-1]][1].get_object())
    return frame.place(box)


def _corner(writer: IncrementalPdfFileWriter, stamp: Stamp, signed_at: datetime) -> StampPlace:
    """Return the place of an organisation's text: the top right corner of the first page."""
    frame = page_frame(writer, 0)
    widest = min(_TEXT_WIDEST_MM, frame.width_mm / 2)
    width, height = drawing.text_size(drawing.stamp_text(stamp, signed_at), widest * POINTS_PER_MM)
    width_mm, height_mm = width / POINTS_PER_MM, height / POINTS_PER_MM
    return StampPlace(
        page=0,
        left_mm=frame.width_mm - _TEXT_FROM_RIGHT_MM - width_mm,
        bottom_mm=frame.height_mm - _TEXT_FROM_TOP_MM - height_mm,
        width_mm=width_mm,
        height_mm=height_mm,
    )


def _field_box(
    writer: IncrementalPdfFileWriter, field: DictionaryObject
) -> tuple[PageFrame, tuple[float, float, float, float]]:
    """Return page and rectangle of a field that is in the document."""
    widget = field["/Kids"][0] if "/Kids" in field else field
    numbers = [float(number) for number in widget["/Rect"]]
    page = widget.raw_get("/P").reference
    for at in range(int(writer.root["/Pages"]["/Count"])):
        found = writer.find_page_for_modification(at)[0]
        if found.reference == page:
            left, right = sorted((numbers[0], numbers[2]))
            bottom, top = sorted((numbers[1], numbers[3]))
            return frame_of(found.get_object(), at), (left, bottom, right, top)
    raise UserError("signature_place_unknown")


def _style(request: SigningRequest, spot: _Spot) -> StaticStampStyle:
    """Draw the stamp at the size of its field."""
    width, height = spot.place.width_mm * POINTS_PER_MM, spot.place.height_mm * POINTS_PER_MM
    if spot.picture is not None:
        pdf = drawing.draw_picture(spot.picture, width, height)
    else:
        lines = drawing.stamp_text(request.stamp, request.signed_at)
        pdf = drawing.draw_text(lines, width, height, is_centred=request.stamp.kind is StampKind.PERSON)
    box_width, box_height = spot.box[2] - spot.box[0], spot.box[3] - spot.box[1]
    return StaticStampStyle(
        border_width=0,
        background=_Drawing(pdf, spot.frame, box_width, box_height),
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID, y_align=layout.AxisAlignment.ALIGN_MID
        ),
    )
