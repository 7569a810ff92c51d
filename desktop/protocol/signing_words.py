"""The exact texts that PC and city sign, so that both sides write the same bytes."""

from collections.abc import Iterable
from datetime import UTC, datetime


def enrol_words(code: str, replica_id: str, install: str) -> bytes:
    """Return what a PC signs to join a unit with a one-time code."""
    return f"motcua-enrol|{code}|{replica_id}|{install}".encode()


def token_words(replica_id: str, at: datetime, nonce: str) -> bytes:
    """Return what a PC signs to get a token.

    Args:
        replica_id: The PC's database.
        at: Aware instant, as sent; written in UTC.
        nonce: Random, never used before.
    """
    return f"motcua-token|{replica_id}|{at.astimezone(UTC).isoformat()}|{nonce}".encode()


def checkpoint_words(head: int, head_hash: str, incarnation: str) -> bytes:
    """Return what the city signs with every answer of the feed: where it ends."""
    return f"{head}|{head_hash}|{incarnation}".encode()


def revocation_words(replica_id: str, incarnation: str) -> bytes:
    """Return what the city signs when it tells a PC that it is revoked (fact ``signature`` of the problem)."""
    return f"motcua-revoked|{replica_id}|{incarnation}".encode()


def document_words(name: str, version: int, effective_on: str, sha256: str) -> bytes:
    """Return what the city signs for a published document."""
    return f"motcua-document|{name}|{version}|{effective_on}|{sha256}".encode()


def publication_words(unit_id: str, lookup_base: str, documents: Iterable[tuple[str, str]]) -> bytes:
    """Return what the city signs for all it publishes for a unit: none may be kept back or given to another unit.

    Args:
        unit_id: The unit.
        lookup_base: Address of its citizens' page.
        documents: Unit ("" for all) and signature of each document, in the order they are told.
    """
    told = ",".join(f"{whose}:{signature}" for whose, signature in documents)
    return f"motcua-published|{unit_id}|{lookup_base}|{told}".encode()
