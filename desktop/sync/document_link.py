"""Fetch what the city publishes for a unit; nothing is believed that its key did not sign and that does not hash."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final, Protocol, TypeVar

from desktop.protocol.documents import MOST_BYTES
from desktop.protocol.messages import DocumentHead, DocumentList
from desktop.protocol.signing_words import document_words, publication_words
from desktop.sync.answers import answer_of
from desktop.sync.connection import Connection
from desktop.sync.ports import LinkFailed

T = TypeVar("T")

_PATH: Final = "/v1/catalogue"
_OK: Final = 200
_KNOWN: Final = 304


class Trusted(Protocol):
    """Calls with a token, and the city's signature checked: see :class:`desktop.sync.http_link.HttpCity`."""

    @property
    def connection(self) -> Connection:
        """Return the connection."""
        ...

    def authorised(self, use: Callable[[str], T]) -> T:
        """Call something with a token."""
        ...

    def check(self, words: bytes, signature: str) -> None:
        """Refuse what the city did not sign."""
        ...


class DocumentLink:
    """Speak with the city of its documents. Threads: lane io; one at a time."""

    def __init__(self, city: Trusted, unit_id: str) -> None:
        """Take the link and whose documents are wanted."""
        self._city, self._unit_id = city, unit_id

    def published(self) -> DocumentList:
        """Return what the unit should have, as the city signed it.

        Raises:
            LinkFailed: nothing trustworthy came.
            CityRefused: it said no.
        """
        connection = self._city.connection
        told = self._city.authorised(lambda token: connection.call(DocumentList, "GET", _PATH, token=token))
        signed = ((head.unit_id, head.signature) for head in told.documents)
        self._city.check(publication_words(self._unit_id, told.lookup_base, signed), told.signature)
        for head in told.documents:
            words = document_words(head.name, head.version, head.effective_on, head.sha256)
            self._city.check(words, head.signature)
        return told

    def content(self, head: DocumentHead) -> bytes:
        """Return a document.

        Raises:
            LinkFailed: ``not_the_city`` for another text than was signed, ``answer_too_large``.
            CityRefused: it said no.
        """
        status, body = self._asked(head, {})
        if status != _OK or sha256(body).hexdigest() != head.sha256:
            raise LinkFailed("not_the_city")
        return body

    def tell_used(self, head: DocumentHead) -> bool:
        """Tell the city that this PC uses a document; tell whether it took note.

        Raises:
            LinkFailed: nothing trustworthy came.
            CityRefused: it said no.
        """
        status, _ = self._asked(head, {"If-None-Match": f'"{head.sha256}"'})
        return status == _KNOWN

    def _asked(self, head: DocumentHead, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = self._city.connection

        def ask(token: str) -> tuple[int, bytes]:
            status, fields, body = connection.exchange(
                "GET", f"{_PATH}/{head.name}", None, headers, params={"sha256": head.sha256}, token=token
            )
            if status not in (_OK, _KNOWN):
                answer_of(DocumentHead, status, fields, body, connection.now())
                raise LinkFailed("not_the_city")
            if len(body) > MOST_BYTES:
                raise LinkFailed("answer_too_large")
            return status, body

        return self._city.authorised(ask)
