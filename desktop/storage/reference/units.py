"""Read a unit's provisioning file: the unit and its users."""

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from desktop.domain.errors import UserError
from desktop.domain.units import Unit, check_unit
from desktop.domain.users import Role, is_login
from desktop.domain.way import SigningForm
from desktop.storage.reference.records import read_record, refuse_unknown


@dataclass(frozen=True, slots=True)
class UserEntry:
    """Describe a user as the file lists him."""

    login: str
    name: str
    roles: tuple[Role, ...]
    section: str = ""
    title: str = ""


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
    """Hold what a provisioning file says."""

    unit: Unit
    users: tuple[UserEntry, ...]
    delegations: tuple[DelegationEntry, ...] = ()


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
        refuse_unknown(table, {"source": 0, "date": 0, "unit": 0, "users": 0, "delegations": 0}, name)
        unit = read_record(Unit, table.get("unit"), f"{name}: unit")
        users = tuple(
            read_record(UserEntry, entry, f"{name}: users[{index}]")
            for index, entry in enumerate(table.get("users", ()))
        )
        delegations = tuple(
            read_record(DelegationEntry, entry, f"{name}: delegations[{index}]")
            for index, entry in enumerate(table.get("delegations", ()))
        )
    except ValueError as error:
        raise UserError("bad_provisioning", place=str(error)) from error
    check_unit(unit)
    _check_users(name, unit, users)
    logins = {user.login for user in users}
    for entry in delegations:
        if entry.login not in logins or entry.form is SigningForm.OWN:
            raise UserError("bad_provisioning", place=f"{name}: delegations: {entry.login}")
    return Provisioning(unit, users, delegations)


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
