"""Give the city's pages what they need of a running city."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter

from desktop.cityserver.admins import Action, find_admin
from desktop.cityserver.city import City
from desktop.cityserver.limits import Buckets
from desktop.cityserver.online import field_names, procedure_names
from desktop.cityserver.page_store import SqlPages
from desktop.cityserver.pages import Pages

#: Look-ups of one address: a hall full of people behind one address is served, guessing codes is not worth while.
_PER_S, _BURST = 1.0, 60.0


def page_router(city: City, clock_s: Callable[[], float] = time.monotonic) -> APIRouter:
    """Return the routes of all pages."""
    pages = Pages(
        SqlPages(city.store),
        lambda: datetime.fromtimestamp(city.now_ms() / 1000, UTC),
        Buckets(_PER_S, _BURST, clock_s),
        lambda token: is_admin(city, token),
        field_names(),
        procedure_names(),
        city.guesses,
    )
    return pages.router()


def is_admin(city: City, token: str) -> bool:
    """Tell whether a token is that of an administrator who may see."""
    if not token:
        return False
    with city.store.reading() as connection:
        found = find_admin(connection, token)
    return found is not None and found.may(Action.SEE)
