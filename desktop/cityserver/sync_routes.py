"""The calls of the exchange itself: push, feed, relay, epochs, leases, custody, park, digests. Rules: ``core.py``."""

import base64
import binascii
from collections import Counter
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from desktop.cityserver.city import City
from desktop.cityserver.devices import check_device
from desktop.cityserver.fleet import keep_report
from desktop.cityserver.http import address_of, answer, body_of, caller_of, read_message
from desktop.cityserver.openapi import documented
from desktop.cityserver.problems import Refusal
from desktop.cityserver.tokens import Caller
from desktop.domain.feed import Place
from desktop.protocol.messages import (
    CustodyAnswer,
    CustodyRequest,
    DeviceReport,
    DigestAnswer,
    EpochAnswer,
    EpochRequest,
    FeedAnswer,
    Hash,
    Identifier,
    LeaseAnswer,
    LeaseRequest,
    ParkRequest,
    PushAnswer,
    PushRequest,
    RelayAnswer,
    RelayRequest,
    ReplicaStanding,
    ReportAnswer,
    WireVerdict,
)

_CHAIN: Final = ("epoch-unknown", "epoch-closed", "epoch-fork", "seq-gap", "bad-signature", "batch-too-large")
_SMALL_BODY: Final = 20_000
_GSEQ = Query(ge=0, le=2**53)
_START_HASH: Final = "0" * 64


def sync_router(city: City) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    _replica_routes(router, city)
    _feed_routes(router, city)
    _hub_routes(router, city)
    return router


def replica_caller(city: City, request: Request, replica_id: str) -> Caller:
    """Return the caller of a route that names a replica: it must be the caller's own.

    Raises:
        Refusal: ``not-yours``, and those of :func:`desktop.cityserver.http.caller_of`.
    """
    caller = caller_of(city, request)
    if caller.replica_id != replica_id:
        raise Refusal("not-yours")
    return caller


def unit_caller(city: City, request: Request, unit_id: str) -> Caller:
    """Return the caller of a route that names a unit: it must be the caller's own.

    Raises:
        Refusal: ``not-yours``, and those of :func:`desktop.cityserver.http.caller_of`.
    """
    caller = caller_of(city, request)
    if caller.unit_id != unit_id:
        raise Refusal("not-yours")
    return caller


def _replica_routes(router: APIRouter, city: City) -> None:
    @router.post("/v1/replicas/{replica_id}/push", **documented(PushRequest, PushAnswer, *_CHAIN))
    async def push(request: Request, replica_id: Identifier) -> Response:
        """Send own events in the order of seq; a retry gets the stored verdicts again."""
        caller = replica_caller(city, request, replica_id)
        body = await body_of(request, city.settings.max_body)
        message = await city.in_thread(_push, city, caller, body)
        if message.verdicts:
            city.waiters.wake(caller.unit_id, max(verdict.gseq for verdict in message.verdicts))
        return answer(message)

    @router.get("/v1/replicas/{replica_id}", **documented(None, ReplicaStanding, "epoch-unknown", "bad-message"))
    async def standing(request: Request, replica_id: Identifier, epoch: Annotated[Identifier, Query()]) -> Response:
        """Say where the city stands with an epoch of the PC."""
        caller = replica_caller(city, request, replica_id)
        return answer(await city.in_thread(city.core.standing, caller.unit_id, caller.replica_id, epoch))

    @router.post("/v1/replicas/{replica_id}/epochs", **documented(EpochRequest, EpochAnswer, "blocks-spent"))
    async def open_epoch(request: Request, replica_id: Identifier) -> Response:
        """Open an epoch; the one before is closed. Repeating it gives the same answer."""
        caller = replica_caller(city, request, replica_id)
        message = read_message(EpochRequest, await body_of(request, _SMALL_BODY))
        return answer(await city.in_thread(city.core.open_epoch, caller.unit_id, caller.replica_id, message))

    @router.post("/v1/replicas/{replica_id}/report", **documented(DeviceReport, ReportAnswer))
    async def report(request: Request, replica_id: Identifier) -> Response:
        """Keep what the PC says of itself."""
        caller = replica_caller(city, request, replica_id)
        message = read_message(DeviceReport, await body_of(request, _SMALL_BODY))
        now_ms, address = city.now_ms(), address_of(request)
        return answer(await city.in_thread(keep_report, city.store, caller, message, now_ms, address))


def _push(city: City, caller: Caller, body: bytes) -> PushAnswer:
    message = city.core.push(caller.unit_id, caller.replica_id, read_message(PushRequest, body))
    city.metrics.judged(Counter(verdict.kind for verdict in message.verdicts))
    return message


def _feed_routes(router: APIRouter, city: City) -> None:
    @router.get("/v1/feeds/{unit_id}", **documented(None, FeedAnswer, "feed-diverged", "unit-unknown", "bad-message"))
    async def feed(
        request: Request,
        unit_id: Identifier,
        after: Annotated[int, _GSEQ] = 0,
        feed_hash: Annotated[Hash, Query(alias="hash")] = _START_HASH,
        wait: Annotated[int, Query(ge=0, le=600)] = 0,
        limit: Annotated[int, Query(ge=0, le=10_000)] = 1_000,
    ) -> Response:
        """Tell what follows a place; with ``wait`` as soon as there is something, or after that many seconds."""
        caller = unit_caller(city, request, unit_id)
        place = Place(after, bytes.fromhex(feed_hash))
        message = await city.in_thread(city.core.feed, caller.unit_id, caller.replica_id, place, limit)
        if wait and limit and not message.entries:
            await city.waiters.wait(unit_id, after, min(wait, city.settings.wait_s))
            message = await city.in_thread(city.core.feed, caller.unit_id, caller.replica_id, place, limit)
        return answer(message)

    @router.post(
        "/v1/feeds/{unit_id}/relay", **documented(RelayRequest, RelayAnswer, "unit-unknown", "batch-too-large")
    )
    async def relay(request: Request, unit_id: Identifier) -> Response:
        """Offer signed events the city lost, whoever wrote them."""
        caller = unit_caller(city, request, unit_id)
        body = await body_of(request, city.settings.max_body)
        return answer(await city.in_thread(_relay, city, caller, body))

    @router.get("/v1/feeds/{unit_id}/digests", **documented(None, DigestAnswer, "unit-unknown", "bad-message"))
    async def digests(request: Request, unit_id: Identifier, after: Annotated[int, _GSEQ] = 0) -> Response:
        """Return digests of the dossiers that changed after a place, a page at a time."""
        caller = unit_caller(city, request, unit_id)
        return answer(await city.in_thread(city.core.digests, caller.unit_id, caller.replica_id, after))


def _relay(city: City, caller: Caller, body: bytes) -> RelayAnswer:
    return city.core.relay(caller.unit_id, caller.replica_id, read_message(RelayRequest, body))


def _hub_routes(router: APIRouter, city: City) -> None:
    @router.post("/v1/leases", **documented(LeaseRequest, LeaseAnswer, "epoch-unknown", "epoch-closed", "blocks-spent"))
    async def lease(request: Request) -> Response:
        """Ask for more blocks of ordinals."""
        caller = caller_of(city, request)
        message = read_message(LeaseRequest, await body_of(request, _SMALL_BODY))
        return answer(await city.in_thread(city.core.lease, caller.unit_id, caller.replica_id, message))

    @router.post("/v1/custody/{dossier_id}", **documented(CustodyRequest, CustodyAnswer, *_CUSTODY))
    async def custody(request: Request, dossier_id: Identifier) -> Response:
        """Take or give the right to exclusive acts on a dossier."""
        caller = caller_of(city, request)
        message = read_message(CustodyRequest, await body_of(request, _SMALL_BODY))
        if message.action == "force":
            # It only names a second person. Past a holder goes a leader's word, proven by two at the ward's own PC
            # (docs/decisions/0021); what was forced before stays readable, and the core still judges it.
            raise Refusal("bad-action")
        passed = await city.in_thread(city.core.custody, caller.unit_id, caller.replica_id, dossier_id, message)
        city.waiters.wake(caller.unit_id, passed.gseq)
        return answer(passed)

    @router.post("/v1/park", **documented(ParkRequest, WireVerdict, *_CHAIN))
    async def park(request: Request) -> Response:
        """Hand over an event the city fails on, as opaque bytes."""
        caller = caller_of(city, request)
        body = await body_of(request, city.settings.max_body)
        return answer(await city.in_thread(_park, city, caller, body))


_CUSTODY: Final = ("dossier-unknown", "not-custodian", "conflict", "bad-action")


def _park(city: City, caller: Caller, body: bytes) -> WireVerdict:
    message = read_message(ParkRequest, body)
    with city.store.reading() as connection:
        check_device(connection, caller)
    try:
        event = base64.b64decode(message.body_base64, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal("bad-message", place="body_base64") from error
    verdict = city.core.park(caller.unit_id, caller.replica_id, message, event)
    city.metrics.judged({verdict.kind: 1})
    return verdict
