"""Serve pages people look at: the citizen's behind the receipt's QR code, the city's board, its fleet of PCs.

Nobody learns from the citizen's page whether a code exists: a wrong key and an unknown code get the same answer.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from desktop.cityserver.board_page import board_page, fleet_page
from desktop.cityserver.citizen_page import dossier_page, filing_page, find_page, holds_key
from desktop.cityserver.city_board import city_board
from desktop.cityserver.guesses import Bound, Guesses
from desktop.cityserver.http import body_of
from desktop.cityserver.limits import Buckets
from desktop.cityserver.page_ports import PageStore
from desktop.cityserver.problems import STATUS, Refusal
from desktop.cityserver.rating_form import (
    MEDIA_TYPE,
    MOST_BYTES,
    Sent,
    answered,
    asked_again,
    rating_form,
    read_form,
    told,
)
from desktop.cityserver.templates import Markup, element, page, words
from desktop.domain.board import half_year
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.online import Filing
from desktop.domain.ratings import RatingMistake, read_opinion
from desktop.domain.vietnamese import local

#: What anybody may send as a code or key; longer is never looked up.
_MOST_CHARACTERS: Final = 64
_UNREADABLE: Final = 400
_CONFLICT: Final = 409
_MISTAKEN: Final = 422
_TITLE: Final = "Tra cứu hồ sơ"
_RATING: Final = "Đánh giá"

Typed = Annotated[str, Query(max_length=1_000)]


class Pages:
    """Answer requests for pages."""

    def __init__(
        self,
        store: PageStore,
        now: Callable[[], datetime],
        limit: Buckets,
        is_admin: Callable[[str], bool],
        fields: Mapping[str, str] | None = None,
        procedures: Mapping[str, str] | None = None,
        guesses: Guesses | None = None,
    ) -> None:
        """Take what pages are made of.

        Args:
            store: What is shown.
            now: Tells the time, aware.
            limit: Look-ups of one address.
            is_admin: Tells whether a token may see board and fleet.
            fields: Names of fields by code.
            procedures: Names of procedures by code.
            guesses: Counts wrong keys and tokens in the whole city; None where nobody guesses.
        """
        self._store, self._now, self._limit, self._is_admin = store, now, limit, is_admin
        self._fields, self._procedures, self._guesses = fields or {}, procedures or {}, guesses

    def router(self) -> APIRouter:
        """Return the routes, to be included in the application."""
        router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        router.add_api_route("/tra-cuu", self.find, methods=["GET"])
        router.add_api_route("/tra-cuu/{code}", self.show, methods=["GET"])
        router.add_api_route("/tra-cuu/{code}/danh-gia", self.rate, methods=["POST"])
        router.add_api_route("/admin/board", self.board, methods=["GET"])
        router.add_api_route("/admin/fleet", self.fleet, methods=["GET"])
        return router

    def show(self, request: Request, code: str, k: Typed = "") -> HTMLResponse:
        """Answer the address in a receipt's QR code."""
        return self._with_key(request, code, k, self._shown)

    async def rate(self, request: Request, code: str) -> HTMLResponse:
        """Take the form a returned dossier's page offers."""
        try:
            body = await body_of(request, MOST_BYTES, media_type=MEDIA_TYPE)
        except Refusal as refusal:
            return _unreadable(STATUS[refusal.code])
        sent = read_form(body)
        if sent is None:
            return _unreadable(_UNREADABLE)
        return await run_in_threadpool(
            self._with_key, request, code, sent.key, partial(self._rated, sent, _asker(request))
        )

    def find(self, request: Request, code: Typed = "", k: Typed = "") -> HTMLResponse:
        """Answer the form: empty, or with a code and a key typed by hand."""
        return self.show(request, code, k) if code or k else page(_TITLE, find_page())

    def board(self, request: Request) -> HTMLResponse:
        """Answer with late dossiers by unit and field, of this half-year."""
        if refused := self._refused(request):
            return refused
        now = self._now()
        period = half_year(local(now).date())
        board = city_board(self._store.boards(period, now), period, now)
        return page("Hồ sơ quá hạn", board_page(board, self._fields), is_wide=True)

    def fleet(self, request: Request) -> HTMLResponse:
        """Answer with how every PC stands."""
        if refused := self._refused(request):
            return refused
        return page("Các máy", fleet_page(self._store.fleet(), self._now()), is_wide=True)

    def _refused(self, request: Request) -> HTMLResponse | None:
        """Return the answer to who is no administrator; a browser that has not asked for the token yet is no guess."""
        token = token_of(request)
        bounds = () if self._guesses is None else self._guesses.administering(_asker(request))
        try:
            self._limit.take(f"page:{_asker(request)}")
            if self._guesses is not None:
                self._guesses.check(bounds)
        except Refusal as refusal:
            return too_many(refusal.retry_after_s)
        if self._is_admin(token):
            return None
        if token and self._guesses is not None:
            self._guesses.failed(bounds)
        return who_are_you()

    def _with_key(
        self, request: Request, code: str, k: str, answer: Callable[[str, str, Dossier | Filing], HTMLResponse]
    ) -> HTMLResponse:
        """Answer who has code and key, within the bounds on guessing; everybody else learns nothing."""
        bounds: Sequence[Bound] = () if self._guesses is None else self._guesses.looking_up(_asker(request), code)
        try:
            self._limit.take(f"page:{_asker(request)}")
            if self._guesses is not None:
                self._guesses.check(bounds)
        except Refusal as refusal:
            return too_many(refusal.retry_after_s)
        code, key = code.strip().upper(), "".join(k.split())
        found = self._found(code, key)
        if found is not None:
            return answer(code, key, found)
        if self._guesses is not None:
            self._guesses.failed(bounds)
        return page(_TITLE, find_page(str(words()["wrong"])), status=404)

    def _found(self, code: str, key: str) -> Dossier | Filing | None:
        """Return what a code and its key open: a dossier, or what was filed online as long as it has become none."""
        if not (0 < len(code) <= _MOST_CHARACTERS and len(key) <= _MOST_CHARACTERS and code.isprintable()):
            return None
        dossier, filing = self._store.dossier_of(code), self._store.filing_of(code)
        kept = dossier.lookup_key if dossier else filing.lookup_key if filing else None
        if not holds_key(key, kept):
            return None
        if dossier is not None or filing is None:
            return dossier
        return (self._store.dossier_of(filing.dossier_code) if filing.dossier_code else None) or filing

    def _shown(self, code: str, key: str, found: Dossier | Filing) -> HTMLResponse:
        now, unit = self._now(), self._store.unit(found.unit_id)
        if isinstance(found, Filing):
            return page(_TITLE, filing_page(found, self._procedures.get(found.procedure, found.procedure), unit, now))
        rating = Markup("")
        if found.status is Status.RETURNED:
            rating = told("given") if self._store.is_rated(found) else rating_form(code, Sent(key))
        return page(_TITLE, dossier_page(found, unit, now, rating))

    def _rated(self, sent: Sent, address: str, code: str, key: str, found: Dossier | Filing) -> HTMLResponse:
        if isinstance(found, Filing) or found.status is not Status.RETURNED:
            return page(_RATING, answered("early_title", "early"), status=_CONFLICT)
        if self._store.is_rated(found):
            return page(_RATING, answered("twice_title", "twice"), status=_CONFLICT)
        opinion = read_opinion(sent.grade, sent.reason, sent.steps)
        if isinstance(opinion, RatingMistake):
            return page(_RATING, asked_again(code, replace(sent, key=key), opinion), status=_MISTAKEN)
        if not self._store.rate(found, opinion, self._now(), address):
            return page(_RATING, answered("twice_title", "twice"), status=_CONFLICT)
        return page(_RATING, answered("thanks", "taken"))


def _asker(request: Request) -> str:
    return request.client.host if request.client else ""


def token_of(request: Request) -> str:
    """Return the token of a bearer, or the password a browser asked for."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return given.strip()
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _unreadable(status: int) -> HTMLResponse:
    return page(_RATING, find_page(str(words()["rating"]["unreadable"])), status=status)


def too_many(wait_s: int) -> HTMLResponse:
    """Return the page for who asks too often."""
    answer = page(_TITLE, find_page(str(words()["too_many"]).format(seconds=wait_s)), status=429)
    answer.headers["Retry-After"] = str(wait_s)
    return answer


def who_are_you() -> HTMLResponse:
    """Return the page that asks for an administrator's token."""
    said: Markup = element("p", "Trang này dành cho người quản trị thành phố.", class_="card")
    answer = page("Cần mã quản trị", said, status=401)
    answer.headers["WWW-Authenticate"] = 'Basic realm="motcua-city", charset="UTF-8"'
    return answer
