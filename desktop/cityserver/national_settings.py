"""Which national service the city speaks with, and as whom: kept in its database, the same for all processes."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from desktop.cityserver.national_http import checked_address
from desktop.cityserver.schema import SETTING

_NAME: Final = "national"
LEAST_EVERY_S: Final = 5


@dataclass(frozen=True, slots=True)
class NationalSettings:
    """Say how the national service is reached.

    Attributes:
        address: Where everything is posted to; https, or plain http on this machine.
        username: The city's account there.
        password: Its password; lies in the database as the city's signing key does.
        authority: Certificates (PEM) of the service's own authority, "" for the system's alone.
        every_s: Pause between two rounds of a process.
    """

    address: str
    username: str
    password: str = field(repr=False)
    authority: str = ""
    every_s: int = 60


def read_national(connection: Connection) -> NationalSettings | None:
    """Return the settings, None while the city speaks with no such service."""
    text = connection.execute(select(SETTING.c.value).where(SETTING.c.name == _NAME)).scalar_one_or_none()
    if text is None:
        return None
    known = {each.name for each in fields(NationalSettings)}
    return NationalSettings(**{name: value for name, value in json.loads(text).items() if name in known})


def keep_national(connection: Connection, settings: NationalSettings | None) -> None:
    """Keep the settings; None ends the exchange, and what was told stays known.

    Raises:
        UserError: ``national_address_bad``.
    """
    connection.execute(delete(SETTING).where(SETTING.c.name == _NAME))
    if settings is not None:
        checked_address(settings.address)
        connection.execute(insert(SETTING), {"name": _NAME, "value": json.dumps(asdict(settings))})
