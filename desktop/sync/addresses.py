"""The city's address: https anywhere, plain http on this machine only."""

import ipaddress
from urllib.parse import urlsplit

from desktop.domain.errors import UserError


def city_address(text: str) -> str:
    """Return the base address of a city as it is kept: scheme, host, port and path, no slash at the end.

    Raises:
        UserError: ``city_address_bad``, ``city_needs_https``.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UserError("city_address_bad", address=text) from None
    if parts.scheme not in ("https", "http") or not host or parts.username is not None or parts.query or parts.fragment:
        raise UserError("city_address_bad", address=text)
    if parts.scheme == "http" and not is_loopback(host):
        raise UserError("city_needs_https", address=text)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its address or by the one name that is reserved for it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
