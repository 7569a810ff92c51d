"""Which key signs on this PC: a file, a token, or none."""

from pathlib import Path

from desktop.devices.pdf_signing import Pkcs12Signer, TokenSigner
from desktop.devices.signature_spot import find_signature_place
from desktop.services.result_signing import Signing
from desktop.services.settings import Settings


def signing_of(settings: Settings) -> Signing | None:
    """Return the signing device that the settings name, None when they name none."""
    if settings.signing_pkcs12_file:
        return Signing(Pkcs12Signer(Path(settings.signing_pkcs12_file)), find_signature_place)
    if settings.signing_pkcs11_module:
        token = TokenSigner(settings.signing_pkcs11_module, certificate_label=settings.signing_certificate_label)
        return Signing(token, find_signature_place)
    return None
