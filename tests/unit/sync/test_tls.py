"""Certificates that are wrong each in its own way: the city is not believed, and the person is told which."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from desktop.domain.errors import EnvironmentProblem
from desktop.services.wording import Wording
from desktop.sync.ports import LinkFailed
from desktop.sync.tls import clock_is_suspect, tls_code, verified_context
from tests.lint.repository import ROOT
from tests.unit.sync.link_kit import NOW, TinyCity, days, link_to

# OpenSSL looks at the machine's clock, so certificates are dated around it.
TODAY = datetime.now(UTC)  # noqa: TID251 - see above
OTHER = trustme.CA(organization_name="somebody else")


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA(organization_name="the unit's authority")


@pytest.fixture
def authority(ca: trustme.CA) -> str:
    return ca.cert_pem.bytes().decode()


@contextmanager
def serving(certificate: trustme.LeafCert) -> Iterator[TinyCity]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with TinyCity(context) as city:
        yield city


def reason(city: TinyCity, authority: str, now: datetime = TODAY, last_seen: datetime | None = None) -> str:
    link = link_to(city.address, authority=authority, now=now, last_seen=last_seen)
    with pytest.raises(LinkFailed) as failed:
        link.hello()
    link.close()
    assert not city.heard, "not a byte of a request may reach who is not verified"
    return failed.value.code


def test_a_city_signed_by_the_units_authority_is_believed(ca: trustme.CA, authority: str) -> None:
    with serving(ca.issue_cert("127.0.0.1")) as city:
        link = link_to(city.address, authority=authority)
        assert link.hello().incarnation == "i1"
        link.close()


def test_a_certificate_that_ran_out_is_told_as_that(ca: trustme.CA, authority: str) -> None:
    old = ca.issue_cert("127.0.0.1", not_before=TODAY - days(400), not_after=TODAY - days(3))

    with serving(old) as city:
        assert reason(city, authority) == "tls_expired"
        assert reason(city, authority, last_seen=TODAY - days(4)) == "tls_expired"


def test_a_pc_five_years_ahead_of_the_city_is_told_to_mend_its_clock(ca: trustme.CA, authority: str) -> None:
    # The PC says this year, everybody else five years before: as if its clock stood at 2031.
    real = TODAY - days(5 * 365)
    good_then = ca.issue_cert("127.0.0.1", not_before=real - days(30), not_after=real + days(335))

    with serving(good_then) as city:
        assert reason(city, authority, last_seen=real) == "tls_clock"


def test_a_pc_far_behind_is_told_to_mend_its_clock(ca: trustme.CA, authority: str) -> None:
    later = ca.issue_cert("127.0.0.1", not_before=TODAY + days(300), not_after=TODAY + days(600))

    with serving(later) as city:
        assert reason(city, authority) == "tls_clock"


def test_another_hosts_certificate_is_told_as_that(ca: trustme.CA, authority: str) -> None:
    with serving(ca.issue_cert("other.example.vn")) as city:
        assert reason(city, authority) == "tls_wrong_host"


def test_an_authority_nobody_knows_is_told_as_that(authority: str) -> None:
    with serving(OTHER.issue_cert("127.0.0.1")) as city:
        assert reason(city, authority) == "tls_unknown_ca"
        assert reason(city, "") == "tls_unknown_ca"


def test_a_city_without_tls_at_a_protected_address_is_refused(authority: str) -> None:
    with TinyCity() as city:
        city.scheme = "https"
        assert reason(city, authority) == "tls_failed"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("certificate is not yet valid", "tls_clock"),
        ("A required certificate is not within its validity period", "tls_expired"),
        ("The certificate's CN name does not match the passed value", "tls_wrong_host"),
        ("terminated in a root certificate which is not trusted by the trust provider", "tls_unknown_ca"),
        ("something new", "tls_failed"),
    ],
)
def test_the_words_of_other_systems_verifiers_are_understood(told: str, code: str) -> None:
    error = ssl.SSLCertVerificationError(told)

    assert tls_code(error, NOW, None) == code


def test_an_error_without_tls_in_it_is_none_of_tls() -> None:
    assert tls_code(OSError("cable"), NOW, None) == ""


@pytest.mark.parametrize(("after", "is_suspect"), [(-1, True), (0, False), (90, False), (91, True)])
def test_a_clock_before_the_last_contact_or_long_after_it_is_suspect(after: int, is_suspect: bool) -> None:
    assert clock_is_suspect(NOW + timedelta(days=after), NOW) is is_suspect


@pytest.mark.parametrize(
    "text", ["no certificate", "ă", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_a_broken_authority_is_told(text: str) -> None:
    with pytest.raises(EnvironmentProblem, match="authority_unreadable"):
        verified_context(text)


@pytest.mark.parametrize("code", ["clock", "expired", "failed", "unknown_ca", "wrong_host"])
def test_each_reason_has_a_sentence(code: str) -> None:
    assert Wording().knows(f"link_tls_{code}")


def test_no_line_of_the_program_turns_verification_off() -> None:
    switches = (
        "CERT_NONE",
        "CERT_OPTIONAL",
        "verify=False",
        "check_hostname",
        "_create_unverified",
        "disable_warnings",
    )

    found = [
        f"{path.name}: {switch}"
        for path in (ROOT / "desktop").rglob("*.py")
        for switch in switches
        if switch in path.read_text("utf-8")
    ]

    assert found == []
