"""What the detectors found, for the city's staff: as JSON and as a page; who looked, and at which ward, is recorded."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from desktop.cityserver import audit
from desktop.cityserver.admin_acts import Act, done
from desktop.cityserver.admin_pages import refused_page
from desktop.cityserver.admin_routes import ID_OR_NONE
from desktop.cityserver.admins import Action, Admin
from desktop.cityserver.city import City
from desktop.cityserver.finding_sheets import Sheet, read_sheets
from desktop.cityserver.findings_page import findings_page
from desktop.cityserver.http import answer
from desktop.cityserver.messages import FindingLine, FindingSheet, FindingSheets
from desktop.cityserver.openapi import administered
from desktop.cityserver.pages import token_of
from desktop.cityserver.problems import Refusal
from desktop.cityserver.templates import page


def findings_router(city: City) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/v1/admin/findings", **administered(None, FindingSheets, "bad-message"))
    async def list_findings(
        request: Request, unit_id: Annotated[str, Query(max_length=64, pattern=ID_OR_NONE)] = ""
    ) -> Response:
        """List what the detectors found in the wards' logs, as of the last look."""
        act = Act(city, request, Action.FINDINGS, unit_id)
        return answer(_told(await city.in_thread(_sheets, city, act, unit_id)))

    @router.get("/admin/findings", include_in_schema=False)
    async def show_findings(request: Request) -> HTMLResponse:
        """Show the same to a person."""
        try:
            act = Act(city, request, Action.FINDINGS, token=token_of(request))
            sheets = await city.in_thread(_sheets, city, act, "")
        except Refusal as refusal:
            return refused_page(refusal)
        now = datetime.fromtimestamp(city.now_ms() / 1000, UTC)
        return page("Dấu hiệu làm đẹp số liệu", findings_page(sheets, now), is_wide=True)

    return router


def _sheets(city: City, act: Act, unit_id: str) -> Sequence[Sheet]:
    def work(connection: Connection, admin: Admin) -> Sequence[Sheet]:
        audit.record(connection, city.now_ms(), admin.login, Action.FINDINGS, unit_id=unit_id)
        return read_sheets(connection, unit_id)

    return done(city, act, work)


def _told(sheets: Sequence[Sheet]) -> FindingSheets:
    return FindingSheets(
        sheets=[
            FindingSheet(
                unit_id=sheet.unit_id,
                unit_name=sheet.unit_name,
                made_at=sheet.made_at,
                gseq=sheet.gseq,
                dossiers=sheet.dossiers,
                findings=[FindingLine.model_validate(line, from_attributes=True) for line in sheet.found],
            )
            for sheet in sheets
        ]
    )
