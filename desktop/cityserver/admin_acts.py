"""One act of an administrator over HTTP: who he is, whether his role may, and the record when it may not."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from sqlalchemy import Connection

from desktop.cityserver import audit
from desktop.cityserver.admins import Action, Admin, find_admin
from desktop.cityserver.city import City
from desktop.cityserver.http import address_of, bearer
from desktop.cityserver.problems import Refusal

T = TypeVar("T")


class Act:
    """One call of an administrator: who it is, and whether he may.

    Attributes:
        bounds: How often his address may guess tokens.
    """

    def __init__(
        self, city: City, request: Request, action: Action, target: str = "", token: str | None = None
    ) -> None:
        """Keep the call; ``token`` where it does not come as a bearer's."""
        self._city, self._action, self._target = city, action, target
        self._token = bearer(request) if token is None else token
        self.bounds = city.guesses.administering(address_of(request))
        city.addresses.take(address_of(request))

    def admitted(self, connection: Connection) -> Admin:
        """Return the administrator.

        Raises:
            Refusal: ``token-missing``, ``token-invalid``, ``role-forbidden``.
        """
        if not self._token:
            raise Refusal("token-missing")
        admin = find_admin(connection, self._token)
        if admin is None:
            raise Refusal("token-invalid")
        if not admin.may(self._action):
            raise _Forbidden(admin, self._action, self._target)
        return admin


class _Forbidden(Exception):
    """An administrator's role does not allow an act: it is recorded, after the call's transaction is over."""

    def __init__(self, admin: Admin, action: Action, target: str) -> None:
        super().__init__(action)
        self.admin, self.action, self.target = admin, action, target


def done(city: City, act: Act, work: Callable[[Connection, Admin], T]) -> T:
    """Do an act in one transaction, if the administrator may; record it when he may not."""
    city.guesses.check(act.bounds)
    try:
        with city.store.writing() as connection:
            return work(connection, act.admitted(connection))
    except _Forbidden as forbidden:
        refused = forbidden
    except Refusal as refusal:
        if refusal.code == "token-invalid":
            city.guesses.failed(act.bounds)
        raise
    with city.store.writing() as connection:
        login, action, target = refused.admin.login, refused.action, refused.target
        audit.record(connection, city.now_ms(), login, action, target=target, outcome="refused")
    raise Refusal("role-forbidden", role=refused.admin.role)
