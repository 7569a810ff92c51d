"""Put the city together: routers, compression, problems, counters, faults asked for."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from typing import Final

import psycopg
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop import __version__
from desktop.cityserver.admin_routes import admin_router
from desktop.cityserver.city import City
from desktop.cityserver.entrance_routes import entrance_router
from desktop.cityserver.faults import FaultPlan, WithFaults
from desktop.cityserver.file_routes import file_router
from desktop.cityserver.finding_sheets import keep_looking
from desktop.cityserver.findings_routes import findings_router
from desktop.cityserver.http import refuse
from desktop.cityserver.national_run import keep_telling
from desktop.cityserver.online import online_router
from desktop.cityserver.openapi import describe
from desktop.cityserver.page_routes import page_router
from desktop.cityserver.problems import Refusal
from desktop.cityserver.ratings_routes import ratings_router
from desktop.cityserver.sql_unit import UnknownUnit
from desktop.cityserver.sync_routes import sync_router

logger = logging.getLogger(__name__)

_COMPRESS_FROM: Final = 1_000
_COMPRESS_LEVEL: Final = 5
_BUSY_RETRY_S: Final = 5
_CODE_BY_STATUS: Final = {404: "not-found", 405: "method-not-allowed"}


def create_app(city: City, faults: FaultPlan | None = None, *, has_duties: bool = False) -> FastAPI:
    """Return the ASGI application of a city.

    Args:
        city: What it serves.
        faults: Faults asked for.
        has_duties: Whether it also does what nobody calls for: the national exchange, and the nightly look at the logs.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(city.waiters.watch(lambda units: city.in_thread(city.heads, units)))
        stopping = asyncio.Event()
        duties = (keep_telling, keep_looking) if has_duties else ()
        tasks = [asyncio.create_task(duty(city.store, city.now_ms, stopping)) for duty in duties]
        yield
        stopping.set()
        city.waiters.wake_all()
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        await asyncio.gather(*tasks)

    app = FastAPI(title="motcua-city", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # as FastAPI's own page on the subject says
    for router in _routers(city):
        app.include_router(router)
    _answer_errors(app, city)
    app.add_middleware(GZipMiddleware, minimum_size=_COMPRESS_FROM, compresslevel=_COMPRESS_LEVEL)
    app.add_middleware(Counted, city=city)
    if faults is not None:
        app.add_middleware(WithFaults, plan=faults)
    return app


def _routers(city: City) -> Sequence[APIRouter]:
    """Return every part of the city that answers calls."""
    return (
        entrance_router(city),
        sync_router(city),
        file_router(city),
        admin_router(city),
        findings_router(city),
        ratings_router(city),
        online_router(city, time.monotonic),
        page_router(city),
    )


def _answer_errors(app: FastAPI, city: City) -> None:
    async def refused(request: Request, error: Exception) -> Response:
        caller = getattr(request.state, "caller", None)
        if isinstance(error, Refusal) and error.code == "device-revoked" and caller is not None:
            # Signed: a box on the way must not be able to make a PC forget its keys.
            return refuse(city.tokens.revoked(caller.replica_id))
        return refuse(error if isinstance(error, Refusal) else Refusal("internal"))

    async def unknown_unit(_request: Request, _error: Exception) -> Response:
        return refuse(Refusal("unit-unknown"))

    async def bad_parameter(_request: Request, error: Exception) -> Response:
        errors = error.errors() if isinstance(error, RequestValidationError) else []
        place = ".".join(str(part) for part in errors[0]["loc"]) if errors else ""
        return refuse(Refusal("bad-message", place=place[:200]))

    async def of_the_framework(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = refuse(Refusal(_CODE_BY_STATUS.get(status, "bad-request")))
        if isinstance(error, HTTPException):
            response.headers.update(error.headers or {})
        return response

    async def database_trouble(_request: Request, error: Exception) -> Response:
        logger.warning("the database did not answer", extra={"cause": type(error).__name__})
        return refuse(Refusal("busy", retry_after_s=_BUSY_RETRY_S))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(UnknownUnit, unknown_unit)
    app.add_exception_handler(RequestValidationError, bad_parameter)
    app.add_exception_handler(HTTPException, of_the_framework)
    of_the_driver = (psycopg.OperationalError, psycopg.InterfaceError)
    for trouble in (OperationalError, PoolTimeout, InterfaceError, *of_the_driver):
        app.add_exception_handler(trouble, database_trouble)


class Counted:
    """Count every call, and answer a bug with a problem document that names the incident in the log."""

    def __init__(self, app: ASGIApp, city: City) -> None:
        """Wrap the application."""
        self._app, self._city = app, city

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 0

        async def remember(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, remember)
        except Exception:
            if status:
                raise
            incident = secrets.token_hex(4)
            logger.exception("call failed", extra={"incident": incident})
            await refuse(Refusal("internal", incident=incident))(scope, receive, remember)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._city.metrics.called(scope["method"], route, status, time.monotonic() - started)
