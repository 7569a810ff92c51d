"""Refusals of the city: a stable code, its HTTP status, and one Vietnamese sentence that says what to do."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from desktop.protocol.messages import Problem

MEDIA_TYPE: Final = "application/problem+json"

#: Every code a client may meet, and its status. Clients act by the code.
STATUS: Final[Mapping[str, int]] = {
    "bad-request": 400,
    "bad-message": 422,
    "too-large": 413,
    "unsupported-encoding": 415,
    "unsupported-media-type": 415,
    "not-found": 404,
    "method-not-allowed": 405,
    "token-missing": 401,
    "token-invalid": 401,
    "token-expired": 401,
    "assertion-used": 401,
    "clock-suspect": 401,
    "bad-signature": 422,
    "device-unknown": 403,
    "device-revoked": 403,
    "not-yours": 403,
    "code-unknown": 403,
    "code-expired": 403,
    "code-used": 403,
    "unit-differs": 409,
    "replica-exists": 409,
    "counters-spent": 409,
    "unit-unknown": 404,
    "unit-exists": 409,
    "bad-unit": 422,
    "epoch-unknown": 409,
    "epoch-closed": 409,
    "epoch-fork": 409,
    "seq-gap": 409,
    "batch-too-large": 413,
    "feed-diverged": 409,
    "not-custodian": 409,
    "conflict": 409,
    "dossier-unknown": 404,
    "bad-action": 422,
    "blocks-spent": 409,
    "blob-unknown": 404,
    "blob-offset": 409,
    "blob-damaged": 409,
    "blob-size": 409,
    "document-unknown": 404,
    "bad-document": 422,
    "role-forbidden": 403,
    "operator-needed": 403,
    "second-operator-needed": 403,
    "rate-limited": 429,
    "busy": 503,
    "maintenance": 503,
    "internal": 500,
}


class Refusal(Exception):
    """Refuse a call by a code of :data:`STATUS`.

    Attributes:
        facts: What a client needs to go on (``last``, ``head_hash``), as text.
        retry_after_s: When to try again, 0 for no advice.
    """

    def __init__(self, code: str, *, retry_after_s: int = 0, **facts: object) -> None:
        """Keep the code and the facts."""
        super().__init__(code)
        self.code = code
        self.retry_after_s = retry_after_s
        self.facts = {name: str(fact) for name, fact in facts.items()}


def problem_of(refusal: Refusal) -> Problem:
    """Return the document a client gets."""
    return Problem(
        type=f"urn:motcua:{refusal.code}",
        title=refusal.code,
        status=STATUS[refusal.code],
        code=refusal.code,
        detail=sentence(refusal.code, refusal.facts),
        retry_after_s=refusal.retry_after_s,
        facts=refusal.facts,
    )


def sentence(code: str, facts: Mapping[str, str]) -> str:
    """Return the Vietnamese sentence of a code."""
    return sentences()[code].format_map(_Facts(facts))


@cache
def sentences() -> Mapping[str, str]:
    """Return all sentences by code."""
    text = (files("resources") / "messages" / "city_vi.toml").read_text("utf-8")
    return tomllib.loads(text)


class _Facts(dict[str, Any]):
    """Show a missing fact as a gap."""

    def __missing__(self, key: str) -> str:
        return "…"
