"""Which national service the city speaks with, and as whom: kept in its database, the same for all processes."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from desktop.cityserver.national_http import checked_address
from desktop.cityserver.schema import SETTING
from desktop.cityserver.vault import Vault

_NAME: Final = "national"
#: What the password is sealed as.
SEALED_AS: Final = "national_password"
LEAST_EVERY_S: Final = 5


@dataclass(frozen=True, slots=True)
class NationalSettings:
    """Say how the national service is reached.

    Attributes:
        address: Where everything is posted to; https, or plain http on this machine.
        username: The city's account there.
        password: Its password; lies in the database as the city's signing key does, sealed where there is a key.
        authority: Certificates (PEM) of the service's own authority, "" for the system's alone.
        every_s: Pause between two rounds of a process.
    """

    address: str
    username: str
    password: str = field(repr=False)
    authority: str = ""
    every_s: int = 60


def read_national(connection: Connection, vault: Vault) -> NationalSettings | None:
    """Return the settings, None while the city speaks with no such service.

    Raises:
        EnvironmentProblem: as :meth:`desktop.cityserver.vault.Vault.open`.
    """
    text = connection.execute(select(SETTING.c.value).where(SETTING.c.name == _NAME)).scalar_one_or_none()
    if text is None:
        return None
    known = {each.name for each in fields(NationalSettings)}
    found = NationalSettings(**{name: value for name, value in json.loads(text).items() if name in known})
    return replace(found, password=vault.open(SEALED_AS, found.password))


def stored_password(connection: Connection) -> str | None:
    """Return the password as it lies in the database, None when there is none."""
    text = connection.execute(select(SETTING.c.value).where(SETTING.c.name == _NAME)).scalar_one_or_none()
    return None if text is None else str(json.loads(text)["password"])


def keep_national(connection: Connection, settings: NationalSettings | None, vault: Vault) -> None:
    """Keep the settings; None ends the exchange, and what was told stays known.

    Raises:
        UserError: ``national_address_bad``.
    """
    connection.execute(delete(SETTING).where(SETTING.c.name == _NAME))
    if settings is not None:
        checked_address(settings.address)
        settings = replace(settings, password=vault.seal(SEALED_AS, settings.password))
        connection.execute(insert(SETTING), {"name": _NAME, "value": json.dumps(asdict(settings))})
