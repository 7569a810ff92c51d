"""TLS to the city: always verified, against the system's trust store and the authority of the unit, if it has one.

There is no switch that turns verification off, here or anywhere else. When it fails, the person is told which of four
things is wrong, because each has another remedy: the certificate ran out, the PC's clock is wrong, the address leads to
another host, or nobody here trusts who signed it.
"""

import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta

from desktop.domain.errors import EnvironmentProblem

#: OpenSSL's reasons (``X509_V_ERR_*``).
_NOT_YET_VALID = 9
_EXPIRED = 10
_HOST_MISMATCH = frozenset({62, 63, 64})
_UNKNOWN_CA = frozenset({2, 18, 19, 20, 21, 27})
#: The systems' own verifiers (Windows, macOS) give words, not numbers.
_WORDS = (
    ("tls_clock", ("not yet valid",)),
    ("tls_expired", ("expired", "validity period")),
    ("tls_wrong_host", ("hostname mismatch", "ip address mismatch", "cn name", "doesn't match", "not match")),
    ("tls_unknown_ca", ("self-signed", "self signed", "issuer", "root certificate", "untrusted", "not trusted")),
)
#: A PC that was in touch with the city hears from it at least this often; a clock further off is suspected first.
LONGEST_SILENCE = timedelta(days=90)


def verified_context(authority: str) -> ssl.SSLContext:
    """Return the context of every connection to the city.

    Args:
        authority: Certificates (PEM) of the unit's own authority, beside the system's; "" for none.

    Raises:
        EnvironmentProblem: ``authority_unreadable``.
    """
    import truststore  # noqa: PLC0415 - not on the window's way to its first paint

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority:
        try:
            context.load_verify_locations(cadata=authority)
        except (ValueError, TypeError, ssl.SSLError) as error:
            raise EnvironmentProblem("authority_unreadable") from error
    return context


def tls_code(error: BaseException, now: datetime, last_seen: datetime | None) -> str:
    """Return why TLS failed (``tls_expired`` …), "" when the error has nothing to do with it.

    Args:
        error: What the connection raised; its causes are looked through.
        now: The PC's clock.
        last_seen: The city's time at the last contact, None before the first.
    """
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            code = _verification_code(cause)
            if code == "tls_expired" and clock_is_suspect(now, last_seen):
                return "tls_clock"
            return code
        if isinstance(cause, ssl.SSLError):
            return "tls_failed"
    return ""


def clock_is_suspect(now: datetime, last_seen: datetime | None) -> bool:
    """Tell whether the PC's clock lies before the last contact with the city, or very long after it."""
    return last_seen is not None and not timedelta(0) <= now - last_seen <= LONGEST_SILENCE


def _verification_code(error: ssl.SSLCertVerificationError) -> str:
    number = getattr(error, "verify_code", 0)
    if number == _NOT_YET_VALID:
        return "tls_clock"
    if number == _EXPIRED:
        return "tls_expired"
    if number in _HOST_MISMATCH:
        return "tls_wrong_host"
    if number in _UNKNOWN_CA:
        return "tls_unknown_ca"
    told = f"{getattr(error, 'verify_message', '')} {error}".lower()
    return next((code for code, words in _WORDS if any(word in told for word in words)), "tls_failed")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
