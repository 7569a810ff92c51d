"""Keys, certificates and pictures for tests of signing: real ones, made on the spot."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.resources import files
from io import BytesIO

import pypdf
import pypdfium2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw, ImageFilter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from desktop.services.signing_port import SigningRequest, Stamp, StampKind, StampPlace

NOW = datetime(2026, 11, 30, 2, 15, 30, tzinfo=UTC)
AUTHORITY = "Cơ quan chứng thực thử nghiệm"
CHAIR = "Nguyễn Thị Thuỳ Dương"
WARD = "Ủy ban nhân dân phường Thử Nghiệm"
PERSON_PLACE = StampPlace(page=0, left_mm=120, bottom_mm=60, width_mm=60, height_mm=25)


@dataclass(frozen=True, slots=True)
class Holder:
    """Hold a key and its certificate."""

    key: CertificateIssuerPrivateKeyTypes
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """Return the certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        """Return the certificate as DER."""
        return self.certificate.public_bytes(Encoding.DER)


def named(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, WARD),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def usage(*, signs: bool, issues: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs and not issues,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )


def make_authority(name: str = AUTHORITY) -> Holder:
    """Make a root."""
    key = rsa.generate_private_key(65537, 2048)
    built = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=3650))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage(signs=False, issues=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Holder(key, built)


def make_holder(
    authority: Holder,
    name: str,
    *,
    days: tuple[int, int] = (-30, 365),
    signs: bool = True,
    is_curve: bool = False,
    time_stamping: bool = False,
) -> Holder:
    """Make a certificate that an authority issued.

    Args:
        authority: Who issues it.
        name: Whose it is.
        days: First and last day, counted from NOW.
        signs: Its key usage allows signatures.
        is_curve: An elliptic curve key instead of RSA.
        time_stamping: It belongs to a time stamping service.
    """
    key = ec.generate_private_key(ec.SECP256R1()) if is_curve else rsa.generate_private_key(65537, 2048)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(usage(signs=signs), critical=True)
    )
    if time_stamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Holder(key, builder.sign(authority.key, hashes.SHA256()))  # type: ignore[arg-type] # RSA or curve


def pkcs12_file(holder: Holder, authority: Holder, passphrase: str) -> bytes:
    """Put a key, its certificate and the root into one encrypted file."""
    encryption = BestAvailableEncryption(passphrase.encode())
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = holder.key  # type: ignore[assignment] # the two we make
    return pkcs12.serialize_key_and_certificates(b"chair", key, holder.certificate, [authority.certificate], encryption)


def paper(pages: int = 1, *, size: tuple[float, float] = (595.28, 841.89)) -> bytes:
    """Make a result as Word would print it: head, body, title and name."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=size)
    for number in range(pages):
        canvas.setFont("Times-Roman", 13)
        canvas.drawString(85, size[1] - 60, f"UY BAN NHAN DAN PHUONG, trang {number + 1}")
        canvas.line(57, 100, size[0] - 57, 100)
        canvas.drawCentredString(425, 252, "CHU TICH")
        canvas.drawCentredString(425, 150, "Nguyen Thi Thuy Duong")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _png(image: Image.Image) -> bytes:
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def signature_png(ground: tuple[int, int, int, int] = (0, 0, 0, 0)) -> bytes:
    """Draw a blue scrawl of 3:1 on a transparent ground, with an empty margin as scans have it."""
    image = Image.new("RGBA", (700, 300), ground)
    ImageDraw.Draw(image).line(
        [(50, 150), (150, 52), (250, 248), (350, 52), (450, 248), (550, 52), (648, 150)], (20, 40, 200, 255), 8
    )
    return _png(image)


def seal_png() -> bytes:
    """Draw a red ring on a transparent ground."""
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, 395, 395), outline=(210, 20, 20, 255), width=20)
    return _png(image)


def request(pdf: bytes, kind: StampKind = StampKind.PERSON, *, at: datetime = NOW, **stamp: object) -> SigningRequest:
    """Ask for a signature of what is shown."""
    name = CHAIR if kind is StampKind.PERSON else WARD
    asked = {"place": PERSON_PLACE if kind is StampKind.PERSON else None, **stamp}
    return SigningRequest(pdf, sha256(pdf).hexdigest(), Stamp(kind, name, **asked), at)  # type: ignore[arg-type]


def raster(pdf: bytes, page: int = 0, dpi: int = 150) -> Image.Image:
    """Draw a page with its forms, as a viewer does."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    image: Image.Image = document[page].render(scale=dpi / 72).to_pil().convert("RGB")
    document.close()
    return image


def ink(image: Image.Image, colour: str) -> tuple[float, float, float, float] | None:
    """Return where ink of a colour stands, in millimetres from left and bottom: left, bottom, right, top."""
    red, green, blue = (band.point(lambda value: 255 if value < 140 else 0) for band in image.split())
    bright = {
        "blue": (red, image.getchannel("B").point(lambda value: 255 if value > 150 else 0)),
        "red": (green, image.getchannel("R").point(lambda value: 255 if value > 150 else 0)),
        "black": (red, blue),
    }[colour]
    both = Image.composite(bright[0], Image.new("L", image.size), bright[1])
    # Letters have coloured fringes of one dot.
    box = both.filter(ImageFilter.MinFilter(3)).getbbox()
    if box is None:
        return None
    scale = 210 / image.width if image.width < image.height else 297 / image.width
    return (
        round(box[0] * scale, 1),
        round((image.height - box[3]) * scale, 1),
        round(box[2] * scale, 1),
        round((image.height - box[1]) * scale, 1),
    )


def turned(pdf: bytes, degrees: int) -> bytes:
    """Turn all pages."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    for page in writer.pages:
        page.rotate(degrees)
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    """Return what a writer writes."""
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def hybrid_paper() -> bytes:
    """Write a file as Word does: an old table of objects, and a stream beside it that names further ones."""
    drawn = b"BT /F1 20 Tf 100 700 Td (Quyet dinh) Tj ET"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /PageLabels 6 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
        6: b"<< /Nums [0 << /S /D >>] >>",
    }
    content = b"%PDF-1.5\n"
    places = {}
    for number, body in objects.items():
        places[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    stream_at = len(content)
    entries = b"\x01" + places[6].to_bytes(4) + b"\x00"
    content += b"7 0 obj\n<< /Type /XRef /Size 8 /Index [6 1] /W [1 4 1] /Root 1 0 R /Length %d >>\n" % len(entries)
    content += b"stream\n%s\nendstream\nendobj\n" % entries
    table_at = len(content)
    content += b"xref\n0 8\n0000000006 65535 f \n"
    content += b"".join(b"%010d 00000 n \n" % places[number] for number in range(1, 6))
    content += b"0000000007 00000 f \n0000000000 00000 f \n"
    content += b"trailer\n<< /Size 8 /Root 1 0 R /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n" % (stream_at, table_at)
    return content


def named_paper(name: str) -> bytes:
    """Make a result whose signer's name stands as text, Vietnamese letters included."""
    font = files("resources").joinpath("fonts", "ui", "motcua-sans-regular.ttf")
    pdfmetrics.registerFont(TTFont("Motcua", str(font)))
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(595.28, 841.89))
    canvas.setFont("Motcua", 13)
    canvas.drawString(85, 780, f"Xét đề nghị của {name}")
    canvas.drawCentredString(425, 252, "CHỦ TỊCH")
    canvas.drawCentredString(425, 150, name)
    canvas.save()
    return stream.getvalue()
