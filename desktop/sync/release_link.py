"""Fetch a release from an HTTPS server: its first part whole, its program files from where the last try broke off."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop.domain.errors import EnvironmentProblem
from desktop.sync.addresses import city_address
from desktop.sync.tls import verified_context

if TYPE_CHECKING:
    from httpx2 import Response

_OK, _PARTIAL, _NOT_FOUND, _NO_MORE = 200, 206, 404, 416
_WAIT_S: Final = 30.0


def fetch_head(address: str, name: str, authority: str, most: int) -> bytes | None:
    """Return the first part of the newest release, None when the server has none.

    Args:
        address: Folder of the releases, https.
        name: Name of the file there.
        authority: Certificates (PEM) beside the system's, "" for none.
        most: Bytes it may have at most.

    Raises:
        UserError: ``city_address_bad``, ``city_needs_https``.
        EnvironmentProblem: ``release_server``.
    """
    with _asked(f"{city_address(address)}/{name}", authority, 0) as answer:
        if answer.status_code == _NOT_FOUND:
            return None
        if answer.status_code != _OK:
            raise EnvironmentProblem("release_server", address=address, cause=str(answer.status_code))
        content = b""
        for block in answer.iter_raw():
            content += block
            if len(content) > most:
                break
        return content[:most]


def fetch_file(address: str, name: str, authority: str, target: Path, size: int, told: Callable[[int], None]) -> None:
    """Fetch a file; what a try before left is kept and gone on from.

    Args:
        address: Folder of the releases, https.
        name: Name of the file there.
        authority: Certificates (PEM) beside the system's, "" for none.
        target: Where it goes; what it is worth is found out by who reads it.
        size: Bytes the whole file has.
        told: Called with the bytes that are there, now and then.

    Raises:
        UserError: ``city_address_bad``, ``city_needs_https``.
        EnvironmentProblem: ``release_server``; what came is kept.
        OSError: the disk refused.
    """
    have = target.stat().st_size if target.exists() else 0
    if have > size:
        target.unlink()
        have = 0
    if have == size:
        return
    with _asked(f"{city_address(address)}/{name}", authority, have) as answer:
        if answer.status_code not in (_OK, _PARTIAL):
            raise EnvironmentProblem("release_server", address=address, cause=str(answer.status_code))
        if answer.status_code == _OK:
            have = 0
        with target.open("ab" if have else "wb") as file:
            for block in answer.iter_raw():
                file.write(block[: size - have])
                have = min(size, have + len(block))
                told(have)
                if have == size:
                    return


@contextmanager
def _asked(url: str, authority: str, start: int) -> Iterator["Response"]:
    import httpx2  # noqa: PLC0415 - seldom needed

    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        with (
            httpx2.Client(verify=verified_context(authority), timeout=_WAIT_S, follow_redirects=False) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            yield answer
    except (httpx2.HTTPError, ssl.SSLError) as error:
        raise EnvironmentProblem("release_server", address=url, cause=type(error).__name__) from error
