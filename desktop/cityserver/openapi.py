"""The OpenAPI document: every route says what it takes and every answer it may give."""

from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from desktop.cityserver.problems import MEDIA_TYPE, STATUS
from desktop.protocol.messages import Problem

#: Answers any route may give.
ALWAYS = ("rate-limited", "busy", "internal")
BODY = ("bad-request", "bad-message", "too-large", "unsupported-media-type")
TOKEN = ("token-missing", "token-invalid", "token-expired", "device-revoked", "device-unknown", "not-yours")

ADMIN = ("token-missing", "token-invalid", "role-forbidden")

_models: dict[str, type[BaseModel]] = {"Problem": Problem}


def administered(takes: type[BaseModel] | None, gives: type[BaseModel] | None, *problems: str) -> dict[str, Any]:
    """Return what the decorator of an administrator's route needs to document it."""
    documentation = documented(takes, gives, *problems, *ADMIN, is_open=True)
    documentation["openapi_extra"]["security"] = [{"admin": []}]
    return documentation


def documented(
    takes: type[BaseModel] | None,
    gives: type[BaseModel] | None,
    *problems: str,
    status: int = 200,
    is_open: bool = False,
) -> dict[str, Any]:
    """Return what a route's decorator needs to document it.

    Args:
        takes: Message of the body, None for none.
        gives: Message of the answer, None when the route documents its answers itself.
        problems: Codes of problems beside those any such route may give.
        status: Of the good answer.
        is_open: No token is needed.
    """
    codes = [*problems, *ALWAYS, *(() if takes is None else BODY), *(() if is_open else TOKEN)]
    extra: dict[str, Any] = {"security": [] if is_open else [{"token": []}]}
    if takes is not None:
        extra["requestBody"] = {"required": True, "content": {"application/json": {"schema": _reference(takes)}}}
    responses = _problems(codes)
    if gives is not None:
        responses[status] = {
            "description": (gives.__doc__ or "").partition("\n")[0],
            "content": {"application/json": {"schema": _reference(gives)}},
        }
    # A plain response names no content of its own: what is not said above (HEAD, 304) has no body.
    return {"responses": responses, "openapi_extra": extra, "status_code": status, "response_class": Response}


def _problems(codes: list[str]) -> dict[int | str, dict[str, Any]]:
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(STATUS[code], []).append(code)
    return {
        status: {
            "description": "Problem: " + ", ".join(some),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, some in by_status.items()
    }


def _reference(model: type[BaseModel]) -> dict[str, str]:
    _models[model.__name__] = model
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the whole document."""
    if app.openapi_schema is None:
        document = get_openapi(
            title="Một Cửa: hệ thống thành phố",
            version=app.version,
            description="What a ward's PC and the city say to each other. Bodies may come and go as gzip.",
            routes=app.routes,
        )
        _, schemas = models_json_schema(
            [(model, "validation") for model in _models.values()], ref_template="#/components/schemas/{model}"
        )
        components = document.setdefault("components", {})
        components["schemas"] = components.get("schemas", {}) | schemas["$defs"]
        components["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "From POST /v1/token; ten minutes."},
            "admin": {"type": "http", "scheme": "bearer", "description": "From motcua-city admin add-admin."},
        }
        app.openapi_schema = document
    return app.openapi_schema
