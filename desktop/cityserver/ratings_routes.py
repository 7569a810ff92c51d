"""What citizens said of returned dossiers, for the city's staff: as JSON and as a page; who looked is recorded."""

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
from desktop.cityserver.http import answer
from desktop.cityserver.integrity import thresholds
from desktop.cityserver.messages import RatingLine, RatingReason, RatingSheet, RatingSheets
from desktop.cityserver.online import field_names
from desktop.cityserver.openapi import administered
from desktop.cityserver.pages import token_of
from desktop.cityserver.problems import Refusal
from desktop.cityserver.ratings import CityRatings, read_ratings
from desktop.cityserver.ratings_page import ratings_page
from desktop.cityserver.templates import page
from desktop.domain.ratings import RatingFigures


def ratings_router(city: City) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/v1/admin/ratings", **administered(None, RatingSheets, "bad-message"))
    async def list_ratings(
        request: Request, unit_id: Annotated[str, Query(max_length=64, pattern=ID_OR_NONE)] = ""
    ) -> Response:
        """Count what citizens said of returned dossiers, by ward and field, with the newest reasons."""
        act = Act(city, request, Action.RATINGS, unit_id)
        return answer(told(await city.in_thread(_ratings, city, act, unit_id)))

    @router.get("/admin/ratings", include_in_schema=False)
    async def show_ratings(request: Request) -> HTMLResponse:
        """Show the same to a person."""
        try:
            act = Act(city, request, Action.RATINGS, token=token_of(request))
            found = await city.in_thread(_ratings, city, act, "")
        except Refusal as refusal:
            return refused_page(refusal)
        now = datetime.fromtimestamp(city.now_ms() / 1000, UTC)
        return page("Mức độ hài lòng", ratings_page(found, field_names(), now), is_wide=True)

    return router


def told(ratings: CityRatings) -> RatingSheets:
    """Return ratings as they are sent and printed."""
    return RatingSheets(
        sheets=[
            RatingSheet(
                unit_id=unit.unit_id,
                unit_name=unit.unit_name,
                fields=[_line(figures) for figures in unit.by_field],
                total=_line(unit.total),
            )
            for unit in ratings.units
        ],
        fields=[_line(figures) for figures in ratings.by_field],
        total=_line(ratings.total),
        steps=[_line(figures) for figures in ratings.steps],
        reasons=[
            RatingReason(
                unit_id=each.unit_id,
                unit_name=each.unit_name,
                field=each.field,
                grade=each.grade.value,
                on=each.on,
                reason=each.text,
            )
            for each in ratings.reasons
        ],
    )


def _ratings(city: City, act: Act, unit_id: str) -> CityRatings:
    def work(connection: Connection, admin: Admin) -> CityRatings:
        audit.record(connection, city.now_ms(), admin.login, Action.RATINGS, unit_id=unit_id)
        return read_ratings(connection, thresholds().rated_within_seconds, unit_id)

    return done(city, act, work)


def _line(figures: RatingFigures) -> RatingLine:
    return RatingLine.model_validate(figures, from_attributes=True)
