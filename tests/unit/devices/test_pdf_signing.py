import dataclasses
import logging
import re
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

from desktop.devices.pdf_signing import Pkcs12Signer, SignedPdfChecker, verify_signed
from desktop.domain.errors import DamagedData, EnvironmentProblem, UserError
from desktop.services.signing_port import (
    LaterChanges,
    PdfSigner,
    PinTries,
    SignatureChecker,
    SignedPdf,
    SigningRequest,
    StampKind,
    Trust,
)
from tests.support.signing import (
    CHAIR,
    NOW,
    WARD,
    Holder,
    hybrid_paper,
    make_authority,
    make_holder,
    paper,
    pkcs12_file,
    request,
    seal_png,
    signature_png,
    written,
)

SECRET = "mật khẩu của chủ tịch"


@pytest.fixture(scope="module")
def authority() -> Holder:
    return make_authority()


@pytest.fixture(scope="module")
def chair(authority: Holder) -> Holder:
    return make_holder(authority, CHAIR)


@pytest.fixture(scope="module")
def organisation(authority: Holder) -> Holder:
    return make_holder(authority, WARD, is_curve=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def signer_of(folder: Path, holder: Holder, authority: Holder) -> Pkcs12Signer:
    path = folder / f"{holder.certificate.serial_number}.p12"
    path.write_bytes(pkcs12_file(holder, authority, SECRET))
    return Pkcs12Signer(path, roots=(authority.pem,))


def signed_by(signer: PdfSigner, asked: SigningRequest) -> SignedPdf:
    with signer.unlock(SECRET) as key:
        return key.sign(asked)


@pytest.fixture
def chairs(folder: Path, chair: Holder, authority: Holder) -> Pkcs12Signer:
    return signer_of(folder, chair, authority)


@pytest.fixture
def wards(folder: Path, organisation: Holder, authority: Holder) -> Pkcs12Signer:
    return signer_of(folder, organisation, authority)


def foreign(holder: Holder, authority: Holder) -> SimpleSigner:
    """Sign as another program does: with pyHanko alone, at the machine's time."""
    return SimpleSigner.load_pkcs12_data(pkcs12_file(holder, authority, SECRET), (), SECRET.encode())


# --- what signing gives ---------------------------------------------------------------------------------------------


def test_earlier_bytes_stay_and_the_report_names_signer_time_and_trust(chairs: Pkcs12Signer, authority: Holder) -> None:
    pdf = paper(2)

    signed = signed_by(chairs, request(pdf))

    (report,) = signed.reports
    assert signed.content.startswith(pdf)
    assert report.certificate is not None
    assert report.certificate.common_name == CHAIR
    assert report.signed_at == NOW
    assert report.timestamped_at is None
    assert (report.is_intact, report.covers_whole_document, report.later_changes) == (True, True, LaterChanges.NONE)
    assert (report.trust, report.has_expired, report.is_good) == (Trust.TRUSTED, False, True)
    assert SignedPdfChecker((authority.der,)).verify_signed(signed.content, NOW) == signed.reports


def test_the_signature_is_pades_in_one_revision_with_sha256(chairs: Pkcs12Signer) -> None:
    signed = signed_by(chairs, request(paper()))

    value = pypdf.PdfReader(BytesIO(signed.content)).get_fields()["person_1"]["/V"]
    assert value["/SubFilter"] == "/ETSI.CAdES.detached"
    assert value["/M"].startswith("D:20261130091530+07'00")
    assert signed.content.count(b"%%EOF") == 2


def test_person_then_organisation_are_both_good(chairs: Pkcs12Signer, wards: Pkcs12Signer) -> None:
    first = signed_by(chairs, request(paper(), image=signature_png()))

    second = signed_by(wards, request(first.content, StampKind.ORGANISATION_SEAL, image=seal_png()))

    assert second.content.startswith(first.content)
    assert [report.field for report in second.reports] == ["person_1", "organisation_1"]
    assert all(report.is_good for report in second.reports)
    assert [report.later_changes for report in second.reports] == [LaterChanges.SIGNATURES, LaterChanges.NONE]
    assert [report.covers_whole_document for report in second.reports] == [False, True]


def test_a_batch_is_signed_in_one_sitting(chairs: Pkcs12Signer) -> None:
    with chairs.unlock(SECRET) as key:
        signed = [key.sign(request(paper(n))) for n in (1, 2, 3)]

    assert len({each.sha256 for each in signed}) == 3


def test_without_its_root_the_chain_is_unchecked_and_under_a_false_one_refused(chairs: Pkcs12Signer) -> None:
    content = signed_by(chairs, request(paper())).content

    (without,) = verify_signed(content, NOW)
    (other,) = verify_signed(content, NOW, (make_authority("Another authority").pem,))
    (namesake,) = verify_signed(content, NOW, (make_authority().pem,))

    assert (without.trust, without.is_good) == (Trust.UNCHECKED, True)
    assert other.trust is Trust.UNCHECKED
    assert (namesake.trust, namesake.is_good) == (Trust.REFUSED, False)


def test_a_reserved_field_is_used_and_not_used_twice(chairs: Pkcs12Signer) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(paper(2)))
    append_signature_field(writer, SigFieldSpec("chu_tich", on_page=1, box=(340, 160, 510, 240)))
    stream = BytesIO()
    writer.write(stream)
    asked = request(stream.getvalue(), place=None, field="chu_tich")

    signed = signed_by(chairs, asked)

    assert signed.field == "chu_tich"
    assert (signed.place.page, round(signed.place.left_mm), round(signed.place.bottom_mm)) == (1, 120, 56)
    with pytest.raises(UserError, match="signature_field_taken"):
        signed_by(chairs, request(signed.content, place=None, field="chu_tich"))


def test_a_file_as_word_writes_it_is_signed(chairs: Pkcs12Signer) -> None:
    first = signed_by(chairs, request(hybrid_paper()))

    second = signed_by(chairs, request(first.content, StampKind.ORGANISATION_TEXT))

    assert [report.is_good for report in second.reports] == [True, True]


def test_an_unsigned_file_has_no_reports() -> None:
    assert verify_signed(paper(), NOW) == ()


# --- tampering ------------------------------------------------------------------------------------------------------


def is_accepted(content: bytes) -> bool:
    """Tell whether a check finds one signature and nothing wrong with it."""
    try:
        reports = verify_signed(content, NOW)
    except UserError:
        return False
    return len(reports) == 1 and reports[0].is_unaltered


def test_a_changed_byte_is_found_wherever_it_is(chairs: Pkcs12Signer) -> None:
    content = signed_by(chairs, request(paper())).content
    gap = re.search(rb"/ByteRange \[\s*0 (\d+) (\d+)", content)
    assert gap is not None
    outside = [*range(int(gap[1])), *range(int(gap[2]), len(content))]

    passed = []
    for at in outside[:: len(outside) // 60]:
        tampered = bytearray(content)
        tampered[at] ^= 0x01
        if is_accepted(bytes(tampered)):
            passed.append(at)

    assert is_accepted(content)
    assert not passed


def test_a_page_appended_as_a_revision_is_forbidden(chairs: Pkcs12Signer) -> None:
    content = signed_by(chairs, request(paper())).content
    writer = IncrementalPdfFileWriter(BytesIO(content))
    empty = writer.add_object(StreamObject(stream_data=b"BT ET"))
    writer.insert_page(PageObject(contents=empty, media_box=(0, 0, 595, 842)))
    stream = BytesIO()
    writer.write(stream)

    (report,) = verify_signed(stream.getvalue(), NOW)

    assert report.is_intact
    assert not report.covers_whole_document
    assert report.later_changes is LaterChanges.FORBIDDEN
    assert not report.is_good


def test_a_page_appended_by_writing_anew_breaks_the_signature(chairs: Pkcs12Signer) -> None:
    content = signed_by(chairs, request(paper())).content
    writer = pypdf.PdfWriter(clone_from=BytesIO(content))
    writer.add_blank_page()

    assert not is_accepted(written(writer))


def test_a_picture_put_over_the_text_is_forbidden(chairs: Pkcs12Signer) -> None:
    content = signed_by(chairs, request(paper())).content
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=b"BT ET")))
    stream = BytesIO()
    writer.write(stream)

    assert not is_accepted(stream.getvalue())


def test_a_signature_that_cannot_be_read_is_reported(chairs: Pkcs12Signer) -> None:
    content = signed_by(chairs, request(paper())).content
    at = content.index(b"/Contents <") + len(b"/Contents <")
    broken = content[:at] + b"00" * 40 + content[at + 80 :]

    (report,) = verify_signed(broken, NOW)

    assert (report.certificate, report.is_intact, report.is_good) == (None, False, False)


def test_nothing_is_signed_on_top_of_a_broken_signature(chairs: Pkcs12Signer) -> None:
    content = signed_by(chairs, request(paper())).content
    broken = bytearray(content)
    broken[content.index(b"%PDF-") + 7] ^= 0x01

    with pytest.raises(DamagedData, match="signature_check_failed") as raised:
        signed_by(chairs, request(bytes(broken)))

    assert raised.value.details["fields"] == ["person_1"]


# --- certificates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "signs", "code", "fact"),
    [
        ((-60, -30), True, "signing_certificate_expired", {"until": "31/10/2026"}),
        ((30, 60), True, "signing_certificate_not_yet_valid", {"since": "30/12/2026"}),
        ((-30, 30), False, "signing_certificate_not_for_signing", {}),
    ],
)
def test_a_certificate_that_may_not_sign_is_refused(
    folder: Path, authority: Holder, days: tuple[int, int], signs: bool, code: str, fact: dict[str, str]
) -> None:
    signer = signer_of(folder, make_holder(authority, CHAIR, days=days, signs=signs), authority)

    with pytest.raises(UserError, match=f"^{code}$") as raised:
        signed_by(signer, request(paper()))

    assert raised.value.details == {"name": CHAIR} | fact


def test_a_signature_by_an_expired_certificate_is_reported(authority: Holder) -> None:
    expired = make_holder(authority, CHAIR, days=(-3_600, -2_000))
    stream = sign_pdf(
        IncrementalPdfFileWriter(BytesIO(paper())),
        PdfSignatureMetadata(field_name="person_1"),
        signer=foreign(expired, authority),
    )

    (report,) = verify_signed(stream.getvalue(), NOW, (authority.pem,))

    assert report.is_intact
    assert (report.trust, report.has_expired, report.is_good) == (Trust.EXPIRED, True, False)


def test_a_certificate_that_expired_since_is_told(chairs: Pkcs12Signer, authority: Holder) -> None:
    content = signed_by(chairs, request(paper())).content

    (report,) = verify_signed(content, NOW + timedelta(days=500), (authority.pem,))

    assert (report.trust, report.has_expired, report.is_good) == (Trust.TRUSTED, True, True)


def test_a_certificate_not_for_signing_is_reported(authority: Holder) -> None:
    stream = sign_pdf(
        IncrementalPdfFileWriter(BytesIO(paper())),
        PdfSignatureMetadata(field_name="person_1"),
        signer=foreign(make_holder(authority, CHAIR, signs=False), authority),
    )

    (report,) = verify_signed(stream.getvalue(), NOW, (authority.pem,))

    assert (report.trust, report.is_good) == (Trust.REFUSED, False)


# --- refusals -------------------------------------------------------------------------------------------------------


def test_what_was_not_shown_is_not_signed(chairs: Pkcs12Signer) -> None:
    asked = dataclasses.replace(request(paper(1)), pdf=paper(2))

    with pytest.raises(UserError, match="signing_content_changed"):
        signed_by(chairs, asked)


def test_an_encrypted_file_is_refused(chairs: Pkcs12Signer) -> None:
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper()))
    writer.encrypt("", "owner", algorithm="AES-256")
    pdf = written(writer)

    with pytest.raises(UserError, match="signing_pdf_encrypted"):
        signed_by(chairs, request(pdf))
    with pytest.raises(UserError, match="signing_pdf_encrypted"):
        verify_signed(pdf, NOW)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7 and no more", b"\x89PNG\r\n\x1a\n", paper()[:400]])
def test_what_is_no_pdf_is_refused(chairs: Pkcs12Signer, pdf: bytes) -> None:
    with pytest.raises(UserError, match="signing_pdf_unreadable"):
        signed_by(chairs, request(pdf))
    with pytest.raises(UserError, match="signing_pdf_unreadable"):
        verify_signed(pdf, NOW)


def test_a_document_locked_by_its_first_signature_is_refused(
    chairs: Pkcs12Signer, chair: Holder, authority: Holder
) -> None:
    locking = PdfSignatureMetadata(field_name="first", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    stream = sign_pdf(IncrementalPdfFileWriter(BytesIO(paper())), locking, signer=foreign(chair, authority))

    with pytest.raises(UserError, match="pdf_not_signable"):
        signed_by(chairs, request(stream.getvalue()))


# --- the key file ---------------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_told_and_found_nowhere(chairs: Pkcs12Signer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "sai-mat-khau-8712"

    with pytest.raises(UserError, match="key_file_secret_wrong") as raised, chairs.unlock(wrong):
        pass

    assert raised.value.__cause__ is None
    assert wrong not in caplog.text + str(raised.value.details) + repr(vars(chairs))


def test_a_right_passphrase_is_kept_nowhere(chairs: Pkcs12Signer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    with chairs.unlock(SECRET) as key:
        key.sign(request(paper()))
        kept = repr(vars(key)) + repr(vars(chairs))

    assert SECRET not in kept + caplog.text


def test_a_missing_key_file_is_told(folder: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="key_file_absent"), Pkcs12Signer(folder / "none.p12").unlock("x"):
        pass


@pytest.mark.parametrize("content", [b"", b"no key at all", bytes(300)])
def test_a_file_that_is_no_key_is_told(folder: Path, content: bytes) -> None:
    (folder / "key.p12").write_bytes(content)

    with pytest.raises(EnvironmentProblem, match="key_file_damaged"), Pkcs12Signer(folder / "key.p12").unlock("x"):
        pass


def test_a_key_file_without_a_key_is_told(folder: Path, authority: Holder) -> None:
    empty = pkcs12.serialize_key_and_certificates(
        None, None, None, [authority.certificate], BestAvailableEncryption(b"x")
    )
    (folder / "key.p12").write_bytes(empty)

    with pytest.raises(EnvironmentProblem, match="key_file_damaged"), Pkcs12Signer(folder / "key.p12").unlock("x"):
        pass


def test_a_file_counts_no_tries_and_shows_nothing_closed(chairs: Pkcs12Signer) -> None:
    assert chairs.pin_tries() is PinTries.UNKNOWN
    assert chairs.certificates() == ()


def test_devices_fit_their_ports(chairs: Pkcs12Signer) -> None:
    signer: PdfSigner = chairs
    checker: SignatureChecker = SignedPdfChecker()

    with signer.unlock(SECRET) as key:
        assert key.certificate.may_sign
    assert checker.verify_signed(paper(), NOW) == ()


def test_the_heavy_libraries_are_loaded_only_when_something_is_signed() -> None:
    program = (
        "import sys, desktop.devices.pdf_signing, desktop.devices.attachments_check, desktop.devices.signature_place\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}\n"
        "  & {'pyhanko', 'pkcs11', 'PIL', 'reportlab', 'pypdfium2', 'aiohttp', 'asn1crypto'}))"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert ended.stdout.strip() == "[]"
