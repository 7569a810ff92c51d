"""Write a provisioning file: what :func:`desktop.storage.reference.units.parse_provisioning` reads back unchanged."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import Enum
from typing import Any

import tomli_w

from desktop.domain.calendar_days import CalendarOverlay, NamedDay, Sessions, WeekPlan
from desktop.protocol.calendar_file import WEEKDAYS
from desktop.services.settings import Value
from desktop.storage.reference.units import NO_OVERLAY, Provisioning

Plain = Any  # TOML has no narrower static type

#: What the file is, for whoever opens it.
_SOURCE = "Tệp khai báo đơn vị của Một Cửa. Có mã dùng một lần: giữ như giữ mật khẩu, xóa sau khi cài xong."


def provisioning_text(provisioning: Provisioning) -> str:
    """Return the TOML text of a provisioning file."""
    table: dict[str, Plain] = {"source": _SOURCE, "unit": _plain(provisioning.unit)}
    table["users"] = [_plain(user) for user in provisioning.users]
    if provisioning.delegations:
        table["delegations"] = [_plain(entry) for entry in provisioning.delegations]
    if provisioning.calendar != NO_OVERLAY:
        table["calendar"] = _calendar(provisioning.calendar)
    if provisioning.city is not None:
        table["city"] = _plain(provisioning.city)
    if provisioning.settings:
        table["settings"] = _settings(provisioning.settings)
    return tomli_w.dumps(table)


def without_secrets(provisioning: Provisioning) -> Provisioning:
    """Leave out what only the unit's PCs may know: one-time codes, the city and its enrolment codes."""
    users = tuple(replace(user, one_time_code="") for user in provisioning.users)
    return replace(provisioning, users=users, city=None, settings=())


def _plain(value: Plain) -> Plain:
    """Return a record as TOML data; what has its default is left out."""
    if is_dataclass(value):
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        defaults = {field.name: field.default for field in fields(value) if field.default is not MISSING}
        return {name: _plain(part) for name, part in given.items() if name not in defaults or part != defaults[name]}
    if isinstance(value, Enum):
        return value.value
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _calendar(overlay: CalendarOverlay) -> Mapping[str, Plain]:
    parts = {
        "closed": [_day(day) for day in overlay.closed],
        "worked": [_day(day) for day in overlay.worked],
        "plans": [_plan(plan) for plan in overlay.plans],
    }
    return {name: part for name, part in parts.items() if part}


def _day(day: NamedDay) -> Mapping[str, Plain]:
    return {"on": day.on, "name": day.name, "source": day.source}


def _plan(plan: WeekPlan) -> Mapping[str, Plain]:
    return {
        "starts_on": plan.starts_on,
        "full_day": _sessions(plan.full_day),
        **_week(plan.working),
        "reception": _week(plan.reception),
    }


def _week(days: tuple[Sessions, ...]) -> dict[str, list[str]]:
    return {name: _sessions(day) for name, day in zip(WEEKDAYS, days, strict=True) if day}


def _sessions(sessions: Sessions) -> list[str]:
    return [f"{each.opens:%H:%M}-{each.closes:%H:%M}" for each in sessions]


def _settings(settings: Iterable[tuple[str, Value]]) -> dict[str, dict[str, Value]]:
    table: dict[str, dict[str, Value]] = {}
    for key, value in settings:
        section, _, name = key.partition(".")
        table.setdefault(section, {})[name] = value
    return table
