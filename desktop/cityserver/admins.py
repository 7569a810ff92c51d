"""Administrators of the city: who may do what, each known by a token of which the city keeps the hash only."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from desktop.cityserver.schema import ADMIN


class Role(StrEnum):
    """Name what an administrator is.

    Attributes:
        OPERATOR: Runs the city: units, codes, revocation, publication.
        PUBLISHER: Publishes procedures, calendars, rule packs.
        AUDITOR: Sees everything that is no personal data, changes nothing.
    """

    OPERATOR = "operator"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"


class Action(StrEnum):
    """Name what an administrator does."""

    CREATE_UNIT = "create-unit"
    ENROL_CODE = "enrol-code"
    REVOKE = "revoke"
    PUBLISH = "publish-catalogue"
    SEE = "see"
    FINDINGS = "see-findings"
    RATINGS = "see-ratings"


ALLOWED: Final[Mapping[Role, frozenset[Action]]] = {
    Role.OPERATOR: frozenset(Action),
    Role.PUBLISHER: frozenset({Action.PUBLISH, Action.SEE}),
    Role.AUDITOR: frozenset({Action.SEE, Action.FINDINGS, Action.RATINGS}),
}


@dataclass(frozen=True, slots=True)
class Admin:
    """Name an administrator."""

    login: str
    role: Role

    def may(self, action: Action) -> bool:
        """Tell whether the role allows an action."""
        return action in ALLOWED[self.role]


def add_admin(connection: Connection, login: str, role: Role) -> str:
    """Make an administrator, or give an existing one another role and token; return the token, shown once."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(ADMIN).where(ADMIN.c.login == login))
    values = {"login": login, "role": role.value, "token_hash": _hash(token), "is_active": True}
    connection.execute(insert(ADMIN), values)
    return token


def remove_admin(connection: Connection, login: str) -> bool:
    """Let an administrator's token open nothing from now on; tell whether there was one."""
    return bool(connection.execute(delete(ADMIN).where(ADMIN.c.login == login)).rowcount)


def find_admin(connection: Connection, token: str) -> Admin | None:
    """Return who a token belongs to."""
    query = select(ADMIN.c.login, ADMIN.c.role).where(ADMIN.c.token_hash == _hash(token), ADMIN.c.is_active)
    row = connection.execute(query).one_or_none()
    return None if row is None else Admin(row.login, Role(row.role))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
