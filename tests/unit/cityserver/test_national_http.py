import ssl

import pytest

from desktop.cityserver.national_http import HttpCall, checked_address
from desktop.domain.errors import UserError


@pytest.mark.parametrize(
    "address", ["https://dvc.example/api", "http://127.0.0.1:80/x", "http://[::1]/", "http://localhost"]
)
def test_calls_go_out_protected_or_stay_on_this_machine(address: str) -> None:
    assert checked_address(f" {address} ") == address


@pytest.mark.parametrize(
    "address", ["", "dvc.example", "http://dvc.example", "ftp://127.0.0.1", "https://a:b@dvc.example", "https://[x"]
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(UserError, match="national_address_bad"):
        checked_address(address)


def test_certificates_are_checked_and_there_is_no_switch() -> None:
    with HttpCall("https://dvc.example") as call:
        context = call._client._transport._pool._ssl_context  # type: ignore[attr-defined] # nowhere else to look

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_file_that_is_no_certificate_is_told() -> None:
    with pytest.raises(UserError, match="national_authority_bad"):
        HttpCall("https://dvc.example", authority="nothing")
