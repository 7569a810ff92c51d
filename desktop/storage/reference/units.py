"""Read a unit's provisioning file: the unit, its users and signers, its calendar, its city, settings of its PCs."""

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from desktop.domain.calendars import CalendarOverlay
from desktop.domain.errors import UserError
from desktop.domain.units import Unit, check_unit
from desktop.domain.users import Role, is_login
from desktop.domain.way import SigningForm
from desktop.protocol.calendar_file import parse_overlay
from desktop.protocol.toml_records import read_record, refuse_unknown
from desktop.services.settings import Value, declarations, from_table, value_of

NO_OVERLAY = CalendarOverlay()
#: What a file may hold; a city reads its unit only.
_TABLES = dict.fromkeys(("source", "date", "unit", "users", "delegations", "calendar", "city", "settings"))


@dataclass(frozen=True, slots=True)
class UserEntry:
    """Describe a user as the file lists him; without a one-time code the set-up makes one."""

    login: str
    name: str
    roles: tuple[Role, ...]
    section: str = ""
    title: str = ""
    one_time_code: str = ""


@dataclass(frozen=True, slots=True)
class CityEntry:
    """Say which city the unit's PCs join.

    Attributes:
        address: Begins with https://.
        enrolment_codes: One for each PC, each used once.
        authority: Certificates (PEM) where the city uses an authority of its own, "" for none.
    """

    address: str
    enrolment_codes: tuple[str, ...] = ()
    authority: str = ""


@dataclass(frozen=True, slots=True)
class DelegationEntry:
    """Describe a delegation as the file lists it; see :class:`desktop.domain.authority.Delegation`."""

    login: str
    form: SigningForm
    document: str
    document_on: date
    from_on: date
    to_on: date | None = None
    fields: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provisioning:
    """Hold what a provisioning file says.

    Attributes:
        unit: The unit.
        users: Who works there.
        delegations: Who signs for the chair from the first day on.
        calendar: The unit's own days off and make-up days.
        city: The city its PCs join; None when they work alone.
        settings: Settings of its PCs (declared key, value): printer, port of the scanner.
    """

    unit: Unit
    users: tuple[UserEntry, ...]
    delegations: tuple[DelegationEntry, ...] = ()
    calendar: CalendarOverlay = NO_OVERLAY
    city: CityEntry | None = None
    settings: tuple[tuple[str, Value], ...] = ()


def sample_provisioning() -> Provisioning:
    """Return the ward that does not exist, for training."""
    text = (files("resources") / "units" / "sample.toml").read_text("utf-8")
    return parse_provisioning("sample.toml", text)


def parse_provisioning(name: str, text: str) -> Provisioning:
    """Read a provisioning file.

    Args:
        name: File name, for messages.
        text: Its content.

    Raises:
        UserError: ``bad_provisioning`` with the place, ``bad_unit`` with the field.
    """
    try:
        table: dict[str, Any] = tomllib.loads(text)
        refuse_unknown(table, _TABLES, name)
        unit = read_record(Unit, table.get("unit"), f"{name}: unit")
        users = tuple(
            read_record(UserEntry, entry, f"{name}: users[{index}]")
            for index, entry in enumerate(table.get("users", ()))
        )
        delegations = tuple(
            read_record(DelegationEntry, entry, f"{name}: delegations[{index}]")
            for index, entry in enumerate(table.get("delegations", ()))
        )
        calendar = parse_overlay(f"{name}: calendar", table.get("calendar", {}))
        city = read_record(CityEntry, table["city"], f"{name}: city") if "city" in table else None
    except ValueError as error:
        raise UserError("bad_provisioning", place=str(error)) from error
    settings = _settings(table.get("settings", {}), f"{name}: settings")
    check_unit(unit)
    _check_users(name, unit, users)
    logins = {user.login for user in users}
    for entry in delegations:
        if entry.login not in logins or entry.form is SigningForm.OWN:
            raise UserError("bad_provisioning", place=f"{name}: delegations: {entry.login}")
    return Provisioning(unit, users, delegations, calendar, city, settings)


def _settings(table: dict[str, Any], place: str) -> tuple[tuple[str, Value], ...]:
    """Return the settings a file gives, written as in the settings file of a PC.

    Raises:
        UserError: ``bad_provisioning`` for a key nobody declared and a value it does not take.
    """
    if not isinstance(table, dict):
        raise UserError("bad_provisioning", place=place)
    found = from_table(table, place)
    if found.problems:
        raise UserError("bad_provisioning", place=f"{place}: {found.problems[0].details['key']}")
    given = (told for told in declarations() if told.name in table.get(told.section, {}))
    return tuple((told.key, value_of(found.settings, told)) for told in given)


def _check_users(name: str, unit: Unit, users: tuple[UserEntry, ...]) -> None:
    logins = [user.login for user in users]
    if len(set(logins)) != len(logins):
        raise UserError("bad_provisioning", place=f"{name}: users: login")
    sections = {section.code for section in unit.sections} | {""}
    for user in users:
        if not is_login(user.login) or not user.roles or user.section not in sections:
            raise UserError("bad_provisioning", place=f"{name}: users: {user.login}")
    if not any(Role.IT in user.roles for user in users):
        raise UserError("bad_provisioning", place=f"{name}: users: it")
