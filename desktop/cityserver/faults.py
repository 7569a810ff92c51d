"""Faults on purpose, for demos and tests: calls that are dropped, late, refused, or done without an answer.

The plan is a JSON list of rules; read again whenever the file changes:
``[{"path": "/v1/replicas/*/push", "method": "POST", "do": "error_after", "times": 2}]``.
"""

import asyncio
import fnmatch
import random
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop.cityserver.http import refuse
from desktop.cityserver.problems import Refusal

Act = Literal["drop_before", "drop_after", "error_before", "error_after", "delay", "busy", "portal", "truncate"]

_PORTAL: Final = b"<!DOCTYPE html><html><body>Wi-Fi: please log in</body></html>"


class FaultRule(BaseModel):
    """One fault.

    Attributes:
        path: Shell pattern of the path.
        method: "" for any.
        do: ``drop_*`` cuts the connection before or after the work, ``error_*`` answers 500 before or after it,
            ``delay`` waits, ``busy`` answers 503, ``portal`` answers like a captive portal, ``truncate`` cuts the
            answer in the middle.
        after: How many matching calls pass untouched first.
        times: How many calls it meets, 0 for all.
        chance: Share of the matching calls it meets, in percent.
        delay_s: For ``delay``.
        retry_after_s: For ``busy``.
    """

    model_config = ConfigDict(extra="forbid")

    path: str = "*"
    method: str = ""
    do: Act
    after: Annotated[int, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=0)] = 0
    chance: Annotated[int, Field(ge=0, le=100)] = 100
    delay_s: Annotated[float, Field(ge=0)] = 0
    retry_after_s: Annotated[int, Field(ge=0)] = 0


_RULES: Final = TypeAdapter(list[FaultRule])


class FaultPlan:
    """Hold the rules of a file, and how often each was met."""

    def __init__(self, path: Path, seed: int = 0) -> None:
        """Read the file.

        Raises:
            ValueError: It is no plan.
        """
        self._path, self._random = path, random.Random(seed)  # noqa: S311 - faults are no secret
        self._read_at = 0
        self._rules: list[FaultRule] = []
        self._seen: list[int] = []
        self._refresh()

    def meet(self, method: str, path: str) -> FaultRule | None:
        """Return the fault a call meets, None for none."""
        self._refresh()
        for place, rule in enumerate(self._rules):
            if rule.method not in ("", method) or not fnmatch.fnmatchcase(path, rule.path):
                continue
            if self._random.randrange(100) >= rule.chance:
                continue
            self._seen[place] += 1
            count = self._seen[place] - rule.after
            if count > 0 and (rule.times == 0 or count <= rule.times):
                return rule
        return None

    def _refresh(self) -> None:
        changed_at = self._path.stat().st_mtime_ns
        if changed_at != self._read_at:
            self._rules = _RULES.validate_json(self._path.read_bytes())
            self._seen = [0] * len(self._rules)
            self._read_at = changed_at


class WithFaults:
    """Let a plan's faults happen around an application."""

    def __init__(self, app: ASGIApp, plan: FaultPlan) -> None:
        """Wrap the application."""
        self._app, self._plan = app, plan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call, or not."""
        rule = self._plan.meet(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if rule is None:
            await self._app(scope, receive, send)
            return
        await self._meet(rule, scope, receive, send)

    async def _meet(self, rule: FaultRule, scope: Scope, receive: Receive, send: Send) -> None:
        if rule.do == "delay":
            await asyncio.sleep(rule.delay_s)
            await self._app(scope, receive, send)
        elif rule.do == "truncate":
            await self._app(scope, receive, _cutting(send))
        elif rule.do == "portal":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
            await send({"type": "http.response.body", "body": _PORTAL})
        elif rule.do == "busy":
            await refuse(Refusal("busy", retry_after_s=rule.retry_after_s))(scope, receive, send)
        else:
            if rule.do.endswith("_after"):
                await self._app(scope, receive, _nowhere)
            if rule.do.startswith("error"):
                await refuse(Refusal("internal", incident="fault"))(scope, receive, send)
            else:
                await _cut(send)


async def _cut(send: Send) -> None:
    """Promise a body and end without it: the server closes the connection."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})


async def _nowhere(message: Message) -> None:
    """Swallow an answer: the work is done, nobody hears of it."""
    del message


def _cutting(send: Send) -> Send:
    async def half(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            message = {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        await send(message)

    return half
