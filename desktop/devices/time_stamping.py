"""Ask a time stamping service (RFC 3161), where the unit has one and a network. Imported when needed."""

from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from desktop.domain.errors import EnvironmentProblem

_TIMEOUT_S: Final = 10
_LONGEST_ANSWER: Final = 100_000


class _NoRedirects(HTTPRedirectHandler):
    """Stay at the address that was set."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


class HttpTimeStamper(TimeStamper):
    """Fetch time stamps over HTTP, in the thread that asks."""

    def __init__(self, url: str) -> None:
        """Take the address, ``http://`` or ``https://``: the answer is signed itself."""
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko's base has no types here
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send a request.

        Raises:
            EnvironmentProblem: ``timestamp_failed``.
        """
        if not self._url.startswith(("https://", "http://")):
            raise EnvironmentProblem("timestamp_failed", url=self._url)
        headers = {"Content-Type": "application/timestamp-query"}
        request = Request(self._url, data=req.dump(), headers=headers)  # noqa: S310 - the scheme is checked above
        try:
            with build_opener(_NoRedirects).open(request, timeout=_TIMEOUT_S) as answer:
                response = tsp.TimeStampResp.load(answer.read(_LONGEST_ANSWER))
                response["status"]["status"].native  # noqa: B018 - parsed on access
        except HTTPError as error:
            error.close()
            raise EnvironmentProblem("timestamp_failed", url=self._url) from None
        except (OSError, HTTPException, ValueError, TypeError) as error:
            raise EnvironmentProblem("timestamp_failed", url=self._url) from error
        return response
