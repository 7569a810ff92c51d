"""Calls before there is a token: what the city is, joining a unit, getting a token; and what watching machines ask."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from desktop.cityserver.city import City
from desktop.cityserver.enrolment import enrol
from desktop.cityserver.http import address_of, answer, bearer, body_of, caller_of, read_message
from desktop.cityserver.openapi import documented
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import DEVICE, FEED
from desktop.protocol.messages import (
    OLDEST_VERSION,
    PROTOCOL_VERSION,
    EnrolAnswer,
    EnrolRequest,
    Hello,
    TokenAnswer,
    TokenRequest,
)

_SMALL_BODY = 20_000
_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}


def entrance_router(city: City) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    _joining(router, city)
    _watching(router, city)
    return router


def _joining(router: APIRouter, city: City) -> None:
    @router.post("/v1/enrol", **documented(EnrolRequest, EnrolAnswer, *_ENROL_PROBLEMS, is_open=True))
    async def enrol_pc(request: Request) -> Response:
        """Join a unit with a one-time code."""
        city.addresses.take(address_of(request))
        body = await body_of(request, _SMALL_BODY)
        return answer(await city.in_thread(_enrol, city, read_message(EnrolRequest, body), address_of(request)))

    @router.post("/v1/token", **documented(TokenRequest, TokenAnswer, *_TOKEN_PROBLEMS, is_open=True))
    async def give_token(request: Request) -> Response:
        """Exchange an assertion signed by the PC's key for a token."""
        city.addresses.take(address_of(request))
        message = read_message(TokenRequest, await body_of(request, _SMALL_BODY))
        return answer(await city.in_thread(_give_token, city, message, address_of(request)))

    @router.get("/v1/hello", **documented(None, Hello, is_open=True))
    async def say_hello(request: Request) -> Response:
        """Say what the city is; with a token also whether the PC is revoked."""
        if not bearer(request):
            city.addresses.take(address_of(request))
            return answer(_hello(city, is_revoked=False))
        try:
            caller = caller_of(city, request)
        except Refusal as refusal:
            if refusal.code == "rate-limited":
                raise
            return answer(_hello(city, is_revoked=False))
        return answer(_hello(city, is_revoked=await city.in_thread(_is_revoked, city, caller.replica_id)))


def _watching(router: APIRouter, city: City) -> None:
    @router.get("/health", response_class=Response, responses={200: {"description": "The process lives."} | _TEXT})
    async def health() -> Response:
        """Say that the process lives."""
        return Response("ok\n", media_type="text/plain")

    @router.get(
        "/ready",
        response_class=Response,
        responses={
            200: {"description": "Calls can be served."} | _TEXT,
            503: _TEXT | {"description": "The database cannot be reached."},
        },
    )
    async def ready() -> Response:
        """Say whether calls can be served."""
        try:
            await city.in_thread(city.heads, set())
        except SQLAlchemyError:
            return Response("database\n", 503, media_type="text/plain")
        return Response("ready\n", media_type="text/plain")

    counters = documented(None, None, is_open=True)
    counters["responses"] |= {200: {"description": "Counters of this process, Prometheus text."} | _TEXT}

    @router.get("/metrics", **counters)
    async def metrics() -> Response:
        """Return this process's counters."""
        gauges = await city.in_thread(_gauges, city) | {"feed_waiters": city.waiters.count}
        return Response(city.metrics.text(gauges), media_type="text/plain; version=0.0.4")


_ENROL_PROBLEMS = (
    "bad-signature",
    "code-unknown",
    "code-expired",
    "code-used",
    "unit-differs",
    "replica-exists",
    "counters-spent",
    "device-revoked",
)
_TOKEN_PROBLEMS = ("bad-signature", "device-unknown", "device-revoked", "clock-suspect", "assertion-used")


def _give_token(city: City, request: TokenRequest, address: str) -> TokenAnswer:
    with city.guesses.bounding_failures(city.guesses.logging_in(address)):
        return city.tokens.give(request, city.now_ms())


def _enrol(city: City, request: EnrolRequest, address: str) -> EnrolAnswer:
    with city.guesses.counted(city.guesses.enrolling(address)):
        device, unit = enrol(city.store, request, city.now_ms())
    return EnrolAnswer(
        replica_id=device.replica_id,
        unit_id=unit.unit_id,
        unit_name=unit.name,
        is_training=unit.is_training,
        counter=device.counter,
        blocks=[],
        city_key=city.key.public,
        incarnation=city.incarnation,
        lookup_base=unit.lookup_base,
        provisioning=unit.provisioning,
    )


def _hello(city: City, *, is_revoked: bool) -> Hello:
    return Hello(
        server_time=datetime.fromtimestamp(city.now_ms() / 1000, UTC),
        incarnation=city.incarnation,
        oldest_version=OLDEST_VERSION,
        newest_version=PROTOCOL_VERSION,
        max_events=city.settings.max_events,
        max_bytes=city.settings.max_bytes,
        blob_chunk=city.settings.blob_chunk,
        revoked=is_revoked,
    )


def _is_revoked(city: City, replica_id: str) -> bool:
    with city.store.reading() as connection:
        query = select(DEVICE.c.is_revoked).where(DEVICE.c.replica_id == replica_id)
        return bool(connection.execute(query).scalar_one_or_none())


def _gauges(city: City) -> dict[str, float]:
    with city.store.reading() as connection:
        units, events = connection.execute(select(func.count(), func.coalesce(func.sum(FEED.c.gseq), 0))).one()
        devices = connection.execute(select(func.count()).select_from(DEVICE)).scalar_one()
    return {"units": units, "events": float(events), "devices": devices}
