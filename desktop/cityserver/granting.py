"""Give an enrolment code: alone for a ward that has nothing yet, else by two operators (docs/decisions/0021).

Whoever enrols an empty PC gets the whole ward and one-time codes for its users.
"""

from typing import Any, Final

from sqlalchemy import Connection, select

from desktop.cityserver import audit
from desktop.cityserver.admins import Action, Admin
from desktop.cityserver.enrolment import CODE_HOURS, new_code
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import DEVICE, FEED
from desktop.cityserver.two_operators import ASKED, HOURS, asked, operators

_ACTION: Final = Action.ENROL_CODE


def grant_code(connection: Connection, unit_id: str, by: Admin, now_ms: int, hours: int = CODE_HOURS) -> str:
    """Return a one-time code, "" when the city waits for another operator's same call.

    Args:
        connection: The transaction; the record is written in it.
        unit_id: The ward.
        by: An operator, known by his token.
        now_ms: When.
        hours: How long the code holds.

    Raises:
        Refusal: ``role-forbidden``, ``unit-unknown``.
    """
    if not by.may(_ACTION):
        raise Refusal("role-forbidden", role=by.role)
    has_data = has_begun(connection, unit_id)
    if not has_data:
        return _given(connection, unit_id, by.login, now_ms, hours)
    if operators(connection) == {by.login}:
        # There is nobody else to be asked; the record says so.
        return _given(connection, unit_id, by.login, now_ms, hours, alone=True)
    asked_by = next((login for login in asked(connection, _ACTION, now_ms).get(unit_id, ()) if login != by.login), "")
    if asked_by:
        return _given(connection, unit_id, by.login, now_ms, hours, asked_by=asked_by)
    audit.record(connection, now_ms, by.login, _ACTION, unit_id=unit_id, target=unit_id, outcome=ASKED, hours=HOURS)
    return ""


def grant_without_operator(
    connection: Connection, unit_id: str, by: str, now_ms: int, hours: int, *, is_break_glass: bool
) -> str:
    """Return a one-time code at the city's own machine, where nobody shows a token.

    Args:
        connection: The transaction; the record is written in it.
        unit_id: The ward.
        by: Who runs the command.
        now_ms: When.
        hours: How long the code holds.
        is_break_glass: In an emergency, although there are operators; the record says so.

    Raises:
        Refusal: ``operator-needed``, ``unit-unknown``.
    """
    needs_operator = has_begun(connection, unit_id) and bool(operators(connection))
    if needs_operator and not is_break_glass:
        raise Refusal("operator-needed")
    more = {"break_glass": True} if needs_operator else {}
    return _given(connection, unit_id, by, now_ms, hours, **more)


def has_begun(connection: Connection, unit_id: str) -> bool:
    """Tell whether a ward has data or a PC already; two who ask at once come one after the other.

    Raises:
        Refusal: ``unit-unknown``.
    """
    gseq = connection.execute(select(FEED.c.gseq).where(FEED.c.unit_id == unit_id).with_for_update()).scalar()
    if gseq is None:
        raise Refusal("unit-unknown")
    device = connection.execute(select(DEVICE.c.replica_id).where(DEVICE.c.unit_id == unit_id).limit(1)).first()
    return gseq > 0 or device is not None


def _given(connection: Connection, unit_id: str, by: str, now_ms: int, hours: int, **details: Any) -> str:  # noqa: ANN401 - JSON-able
    code = new_code(connection, unit_id, now_ms, by, hours)
    audit.record(connection, now_ms, by, _ACTION, unit_id=unit_id, target=unit_id, hours=hours, **details)
    return code
