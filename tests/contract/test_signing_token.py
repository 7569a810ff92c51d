"""Signing with a key that never leaves its token: SoftHSM through PKCS#11, in a folder of its own.

`./test` installs softhsm2; where it is missing this test fails, it is not skipped.
"""

import logging
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key

from desktop.devices.pdf_signing import TokenSigner
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.services.signing_port import PinTries, SignedPdf, SigningRequest, StampKind, Trust
from tests.support.signing import CHAIR, NOW, WARD, Holder, make_authority, make_holder, paper, request, signature_png

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN = "87651234"
OFFICER_PIN = "11223344"
CHAIR_TOKEN = "CKS Chủ tịch"
WARD_TOKEN = "CKS UBND"
CROWDED_TOKEN = "CKS nhiều khóa"
EMPTY_TOKEN = "CKS trống"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Know the tokens of this run."""

    module: str
    authority: Holder
    chair: Holder

    def signer(self, label: str, certificate: str = "") -> TokenSigner:
        return TokenSigner(self.module, label, certificate, roots=(self.authority.pem,))


def make_token(label: str) -> None:
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", OFFICER_PIN]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def put_certificate(session: pkcs11.Session, holder: Holder, label: str, ident: bytes) -> None:
    name = holder.certificate.subject.public_bytes()
    session.create_object(
        {
            Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            Attribute.TOKEN: True,
            Attribute.PRIVATE: False,
            Attribute.LABEL: label,
            Attribute.ID: ident,
            Attribute.SUBJECT: name,
            Attribute.VALUE: holder.der,
        }
    )


def put_key(session: pkcs11.Session, holder: Holder, label: str, ident: bytes, *, is_curve: bool = False) -> None:
    der = holder.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    attributes = decode_ec_private_key(der) if is_curve else decode_rsa_private_key(der)
    kept = {
        Attribute.TOKEN: True,
        Attribute.PRIVATE: True,
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
        Attribute.SIGN: True,
        Attribute.LABEL: label,
        Attribute.ID: ident,
    }
    session.create_object({**attributes, **kept})


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    """Make tokens once: a process loads the library once, with the settings it finds then."""
    module = next((path for path in LIBRARIES if Path(path).exists()), None)
    assert module, "softhsm2 is missing: ./test installs it (Debian: apt-get install softhsm2)"
    assert shutil.which("softhsm2-util"), "softhsm2-util is missing: ./test installs softhsm2"
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    for label in (CHAIR_TOKEN, WARD_TOKEN, CROWDED_TOKEN, EMPTY_TOKEN):
        make_token(label)
    authority = make_authority()
    chair, ward = make_holder(authority, CHAIR), make_holder(authority, WARD, is_curve=True)
    expired = make_holder(authority, CHAIR, days=(-60, -30))
    library = pkcs11.lib(module)
    with library.get_token(token_label=CHAIR_TOKEN).open(rw=True, user_pin=PIN) as session:
        put_certificate(session, chair, "Chủ tịch", b"\x01")
        put_key(session, chair, "Chủ tịch", b"\x01")
        put_certificate(session, authority, "CA", b"\x02")
    with library.get_token(token_label=WARD_TOKEN).open(rw=True, user_pin=PIN) as session:
        put_certificate(session, ward, "Cơ quan", b"\x01")
        put_key(session, ward, "Cơ quan", b"\x01", is_curve=True)
    with library.get_token(token_label=CROWDED_TOKEN).open(rw=True, user_pin=PIN) as session:
        for number, (holder, label) in enumerate([(chair, "Còn hạn"), (expired, "Hết hạn")], start=1):
            put_certificate(session, holder, label, bytes([number]))
            put_key(session, holder, label, bytes([number]))
        put_certificate(session, ward, "Không khóa", b"\x03")
    yield Tokens(module, authority, chair)
    pkcs11.unload(module)
    os.environ.pop("SOFTHSM2_CONF", None)
    if before is not None:
        os.environ["SOFTHSM2_CONF"] = before


def signed_by(signer: TokenSigner, asked: SigningRequest) -> SignedPdf:
    with signer.unlock(PIN) as key:
        return key.sign(asked)


def test_the_chairs_rsa_key_signs_inside_the_token(tokens: Tokens) -> None:
    pdf = paper()

    signed = signed_by(tokens.signer(CHAIR_TOKEN), request(pdf, image=signature_png()))

    (report,) = signed.reports
    assert signed.content.startswith(pdf)
    assert report.certificate is not None
    assert report.certificate.common_name == CHAIR
    assert (report.is_good, report.covers_whole_document, report.trust) == (True, True, Trust.TRUSTED)
    assert report.signed_at == NOW


def test_the_wards_curve_key_signs_where_the_token_hashes_nothing(tokens: Tokens) -> None:
    first = signed_by(tokens.signer(CHAIR_TOKEN), request(paper()))

    second = signed_by(tokens.signer(WARD_TOKEN), request(first.content, StampKind.ORGANISATION_TEXT))

    assert [report.trust for report in second.reports] == [Trust.TRUSTED, Trust.TRUSTED]
    assert all(report.is_good for report in second.reports)


def test_one_pin_serves_a_batch_and_the_next_sitting_asks_again(tokens: Tokens) -> None:
    signer = tokens.signer(CHAIR_TOKEN)

    with signer.unlock(PIN) as key:
        signed = [key.sign(request(paper(n))) for n in (1, 2, 3)]

    assert all(each.reports[0].is_good for each in signed)
    with pytest.raises(UserError, match="token_pin_wrong"), signer.unlock("00000000"):
        pass


@pytest.mark.parametrize("pin", ["00000000", "1", "", "x" * 300])
def test_a_wrong_pin_is_told_and_found_nowhere(tokens: Tokens, pin: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    signer = tokens.signer(CHAIR_TOKEN)

    with pytest.raises(UserError, match=r"^token_pin_wrong$") as raised, signer.unlock(pin):
        pass

    assert raised.value.details == {"label": CHAIR_TOKEN}
    assert raised.value.__cause__ is None
    assert len(pin) < 8 or pin not in caplog.text
    signed_by(signer, request(paper()))


def test_the_token_tells_that_tries_were_used(tokens: Tokens) -> None:
    signer = tokens.signer(CHAIR_TOKEN)
    signed_by(signer, request(paper()))
    before = signer.pin_tries()

    with pytest.raises(UserError), signer.unlock("00000000"):
        pass

    assert (before, signer.pin_tries()) == (PinTries.UNKNOWN, PinTries.REDUCED)
    signed_by(signer, request(paper()))


def test_the_right_pin_is_kept_nowhere(tokens: Tokens, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    signer = tokens.signer(CHAIR_TOKEN)

    with signer.unlock(PIN) as key:
        key.sign(request(paper()))
        kept = repr(vars(signer)) + repr(vars(key)) + repr(vars(key._key))  # type: ignore[attr-defined] # ours

    assert PIN not in kept + caplog.text


def test_two_sittings_at_once_are_refused(tokens: Tokens) -> None:
    signer = tokens.signer(CHAIR_TOKEN)

    with signer.unlock(PIN) as key:
        with pytest.raises(EnvironmentProblem, match="token_busy"), signer.unlock(PIN):
            pass
        assert key.sign(request(paper())).reports[0].is_good


def test_certificates_are_listed_without_a_pin(tokens: Tokens) -> None:
    listed = tokens.signer(CHAIR_TOKEN).certificates()

    assert {(each.label, each.common_name, each.may_sign) for each in listed} == {
        ("Chủ tịch", CHAIR, True),
        ("CA", tokens.authority.certificate.subject.rfc4514_string().split(",")[0][3:], False),
    }


def test_an_absent_token_is_told_with_what_is_there(tokens: Tokens) -> None:
    with pytest.raises(EnvironmentProblem, match="token_absent") as raised, tokens.signer("CKS khác").unlock(PIN):
        pass

    assert CHAIR_TOKEN in raised.value.details["found"]


def test_several_tokens_and_no_name_are_not_guessed(tokens: Tokens) -> None:
    with pytest.raises(EnvironmentProblem, match="token_absent"):
        tokens.signer("").certificates()


def test_a_token_is_found_by_its_slot(tokens: Tokens) -> None:
    slot = pkcs11.lib(tokens.module).get_token(token_label=CHAIR_TOKEN).slot.slot_id

    signed = signed_by(TokenSigner(tokens.module, slot=slot), request(paper()))

    assert signed.reports[0].trust is Trust.UNCHECKED


@pytest.mark.parametrize("module", ["/nonexistent/library.so", __file__])
def test_a_library_that_is_none_is_told(module: str) -> None:
    with pytest.raises(EnvironmentProblem, match="token_module_absent"), TokenSigner(module).unlock(PIN):
        pass


@pytest.mark.parametrize(
    ("token", "certificate", "code"),
    [
        (CHAIR_TOKEN, "Phó chủ tịch", "token_certificate_absent"),
        (EMPTY_TOKEN, "", "token_certificate_absent"),
        (CHAIR_TOKEN, "CA", "token_key_absent"),
        (CROWDED_TOKEN, "Không khóa", "token_key_absent"),
        (CROWDED_TOKEN, "", "token_certificate_unclear"),
    ],
)
def test_a_certificate_that_cannot_be_chosen_is_told(tokens: Tokens, token: str, certificate: str, code: str) -> None:
    with pytest.raises(UserError, match=f"^{code}$"), tokens.signer(token, certificate).unlock(PIN):
        pass


def test_an_expired_certificate_in_the_token_is_refused_and_the_good_one_beside_it_signs(tokens: Tokens) -> None:
    with pytest.raises(UserError, match="signing_certificate_expired"):
        signed_by(tokens.signer(CROWDED_TOKEN, "Hết hạn"), request(paper()))

    assert signed_by(tokens.signer(CROWDED_TOKEN, "Còn hạn"), request(paper())).reports[0].is_good


def test_a_token_that_is_gone_during_a_sitting_is_told(tokens: Tokens) -> None:
    with tokens.signer(CHAIR_TOKEN).unlock(PIN) as key:
        pkcs11.lib(tokens.module).reinitialize()

        with pytest.raises(EnvironmentProblem, match=r"token_removed|token_failed"):
            key.sign(request(paper()))

    assert signed_by(tokens.signer(CHAIR_TOKEN), request(paper())).reports[0].is_good
