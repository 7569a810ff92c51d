"""Give the city's pages what they need of a running city."""

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter
from sqlalchemy import select

from desktop.cityserver.city import City
from desktop.cityserver.limits import Buckets
from desktop.cityserver.online import field_names, procedure_names
from desktop.cityserver.page_store import SqlPages
from desktop.cityserver.pages import Pages
from desktop.cityserver.schema import ADMIN

#: Look-ups of one address: a hall full of people behind one address is served, guessing codes is not worth while.
_PER_S, _BURST = 1.0, 60.0
_LEAST_TOKEN: Final = 16


def page_router(city: City, clock_s: Callable[[], float] = time.monotonic) -> APIRouter:
    """Return the routes of all pages."""
    pages = Pages(
        SqlPages(city.store),
        lambda: datetime.fromtimestamp(city.now_ms() / 1000, UTC),
        Buckets(_PER_S, _BURST, clock_s),
        lambda token: is_admin(city, token),
        field_names(),
        procedure_names(),
    )
    return pages.router()


def is_admin(city: City, token: str) -> bool:
    """Tell whether a token is that of an active administrator."""
    if len(token) < _LEAST_TOKEN:
        return False
    given = hashlib.sha256(token.encode()).hexdigest()
    with city.store.reading() as connection:
        found = connection.execute(select(ADMIN.c.token_hash).where(ADMIN.c.is_active, ADMIN.c.token_hash == given))
        return any(hmac.compare_digest(kept, given) for kept in found.scalars())
