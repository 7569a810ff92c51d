"""The administrator's calls: the acts of ``motcua-city admin``, for who has a token; refused ones are recorded too."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, select

from desktop.cityserver import audit
from desktop.cityserver.admin_acts import Act, done
from desktop.cityserver.admins import Action, Admin
from desktop.cityserver.catalogue import publish, today_of, told_of
from desktop.cityserver.city import City
from desktop.cityserver.granting import grant_code
from desktop.cityserver.http import answer, body_of, read_message
from desktop.cityserver.messages import (
    AuditLine,
    AuditList,
    CodeAnswer,
    CodeRequest,
    PublishedDocument,
    ReplicaLine,
    ReplicaList,
    UnitLine,
    UnitList,
    UnitRequest,
)
from desktop.cityserver.openapi import administered
from desktop.cityserver.problems import Refusal
from desktop.cityserver.revoking import revoke
from desktop.cityserver.schema import ADOPTION, AUDIT, DEVICE, FEED, UNIT
from desktop.cityserver.two_operators import asked
from desktop.cityserver.units import create_unit, read_unit
from desktop.domain.errors import UserError
from desktop.protocol.messages import Identifier

_SMALL_BODY: Final = 400_000
_PUBLISHING: Final = ("bad-message", "bad-document", "unit-unknown", "too-large", "unsupported-media-type")
#: An id, or "" for none.
ID_OR_NONE: Final = r"^[A-Za-z0-9._:-]*$"


def admin_router(city: City) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1/admin")
    _acts(router, city)
    _publishing(router, city)
    _lists(router, city)
    return router


def _acts(router: APIRouter, city: City) -> None:
    @router.post("/units", **administered(UnitRequest, UnitLine, "unit-exists", "bad-unit"))
    async def make_unit(request: Request) -> Response:
        """Make a unit from its provisioning file."""
        act = Act(city, request, Action.CREATE_UNIT)
        message = read_message(UnitRequest, await body_of(request, _SMALL_BODY))
        return answer(await city.in_thread(_make_unit, city, act, message))

    @router.post("/units/{unit_id}/enrol-codes", **administered(CodeRequest, CodeAnswer, "unit-unknown"))
    async def make_code(request: Request, unit_id: Identifier) -> Response:
        """Make a one-time code for one PC of a unit; for one that has data a second operator's same call gives it."""
        act = Act(city, request, Action.ENROL_CODE, unit_id)
        message = read_message(CodeRequest, await body_of(request, _SMALL_BODY))
        return answer(await city.in_thread(_make_code, city, act, unit_id, message.hours))

    @router.post("/replicas/{replica_id}/revoke", **administered(None, ReplicaList, "device-unknown", "bad-message"))
    async def revoke_replica(request: Request, replica_id: Identifier) -> Response:
        """Ask for a PC's rights to be taken away for good; a second operator's call does it."""
        act = Act(city, request, Action.REVOKE, replica_id)
        return answer(await city.in_thread(_revoke, city, act, replica_id))


def _make_unit(city: City, act: Act, message: UnitRequest) -> UnitLine:
    def work(connection: Connection, admin: Admin) -> UnitLine:
        unit = read_unit("unit.toml", message.provisioning)
        create_unit(connection, message.provisioning, unit, city.now_ms(), is_training=message.is_training)
        audit.record(connection, city.now_ms(), admin.login, Action.CREATE_UNIT, unit_id=unit.unit_id, name=unit.name)
        return UnitLine(unit_id=unit.unit_id, name=unit.name, is_training=message.is_training, events=0)

    try:
        return done(city, act, work)
    except UserError as error:
        if error.code == "unit_exists":
            raise Refusal("unit-exists") from error
        raise Refusal("bad-unit", place=error.details.get("place") or error.details.get("field")) from error


def _make_code(city: City, act: Act, unit_id: str, hours: int) -> CodeAnswer:
    def work(connection: Connection, admin: Admin) -> CodeAnswer:
        code = grant_code(connection, unit_id, admin, city.now_ms(), hours)
        return CodeAnswer(code=code, asked_by="" if code else admin.login)

    return done(city, act, work)


def _revoke(city: City, act: Act, replica_id: str) -> ReplicaList:
    def work(connection: Connection, admin: Admin) -> ReplicaList:
        revoke(connection, replica_id, admin, city.now_ms())
        lines = replicas(connection, city.now_ms())
        return ReplicaList(replicas=[line for line in lines if line.replica_id == replica_id])

    return done(city, act, work)


def _publishing(router: APIRouter, city: City) -> None:
    documentation = administered(None, PublishedDocument, *_PUBLISHING)
    documentation["openapi_extra"]["requestBody"] = {
        "required": True,
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }

    @router.put("/catalogue/{name}", **documentation)
    async def publish_document(
        request: Request,
        name: Identifier,
        effective_on: Annotated[str, Query(pattern=r"^\d{4}-\d{2}-\d{2}$")] = "",
        unit_id: Annotated[str, Query(max_length=64, pattern=ID_OR_NONE)] = "",
    ) -> Response:
        """Publish the next version of a document (TOML)."""
        act = Act(city, request, Action.PUBLISH, name)
        content = await body_of(request, city.settings.max_body, media_type="text/plain")
        return answer(await city.in_thread(_publish, city, act, (name, content), effective_on, unit_id))


def _publish(city: City, act: Act, document: tuple[str, bytes], effective_on: str, unit_id: str) -> PublishedDocument:
    name, content = document

    def work(connection: Connection, admin: Admin) -> PublishedDocument:
        published = publish(
            connection,
            city.key,
            (name, "application/toml", content),
            effective_on=effective_on or today_of(city.now_ms()).isoformat(),
            unit_id=unit_id,
            now_ms=city.now_ms(),
            by=admin.login,
        )
        version = published.version
        now_ms, login = city.now_ms(), admin.login
        audit.record(connection, now_ms, login, Action.PUBLISH, unit_id=unit_id, target=name, version=version)
        return told_of(published)

    return done(city, act, work)


def _lists(router: APIRouter, city: City) -> None:
    @router.get("/units", **administered(None, UnitList))
    async def list_units(request: Request) -> Response:
        """List all units."""
        return answer(await city.in_thread(_units, city, Act(city, request, Action.SEE)))

    @router.get("/replicas", **administered(None, ReplicaList))
    async def list_replicas(request: Request) -> Response:
        """List all PCs with the documents they have."""
        return answer(await city.in_thread(_replicas, city, Act(city, request, Action.SEE)))

    @router.get("/audit", **administered(None, AuditList, "bad-message"))
    async def list_acts(request: Request, limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> Response:
        """List the newest acts of administrators."""
        return answer(await city.in_thread(_audit, city, Act(city, request, Action.SEE), limit))


def _units(city: City, act: Act) -> UnitList:
    return done(city, act, lambda connection, _: UnitList(units=units(connection, city.now_ms())))


def _replicas(city: City, act: Act) -> ReplicaList:
    return done(city, act, lambda connection, _: ReplicaList(replicas=replicas(connection, city.now_ms())))


def _audit(city: City, act: Act, limit: int) -> AuditList:
    def work(connection: Connection, _admin: Admin) -> AuditList:
        rows = connection.execute(select(AUDIT).order_by(AUDIT.c.audit_id.desc()).limit(limit))
        return AuditList(acts=[AuditLine.model_validate(row._asdict()) for row in rows])

    return done(city, act, work)


def units(connection: Connection, now_ms: int) -> list[UnitLine]:
    """Return all units, and who wants an enrolment code of one."""
    waiting = asked(connection, Action.ENROL_CODE, now_ms)
    query = select(UNIT.c.unit_id, UNIT.c.name, UNIT.c.is_training, FEED.c.gseq.label("events"))
    rows = connection.execute(query.join(FEED, FEED.c.unit_id == UNIT.c.unit_id).order_by(UNIT.c.name))
    return [
        UnitLine.model_validate({**row._asdict(), "code_asked_by": ", ".join(waiting.get(row.unit_id, ()))})
        for row in rows
    ]


def replicas(connection: Connection, now_ms: int) -> list[ReplicaLine]:
    """Return all PCs with the documents they have, and who wants one revoked."""
    adopted: dict[str, dict[str, int]] = {}
    for row in connection.execute(select(ADOPTION)):
        adopted.setdefault(row.replica_id, {})[row.name] = row.version
    rows = connection.execute(select(DEVICE).order_by(DEVICE.c.unit_id, DEVICE.c.counter))
    waiting = asked(connection, Action.REVOKE, now_ms)
    return [
        ReplicaLine.model_validate(
            {
                **row._asdict(),
                "documents": adopted.get(row.replica_id, {}),
                "revoke_asked_by": "" if row.is_revoked else ", ".join(waiting.get(row.replica_id, ())),
            }
        )
        for row in rows
    ]
