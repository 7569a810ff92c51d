"""Join a unit at the city: a one-time code and the PC's own key make it one of the unit's PCs."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop import __version__
from desktop.domain.errors import UserError
from desktop.protocol.messages import EnrolAnswer, EnrolRequest
from desktop.protocol.signing_words import enrol_words
from desktop.sync.connection import Connection, Surroundings
from desktop.sync.ports import CityRefused, LinkFailed

log = logging.getLogger(__name__)

#: An answer may be lost on the way; asked again with the same key, the city gives the same one.
_TRIES: Final = 4
_PAUSE_S: Final = 1.0
#: No second try helps against these.
_FINAL: Final = frozenset(
    {"not_the_city", "tls_clock", "tls_expired", "tls_failed", "tls_unknown_ca", "tls_wrong_host", "answer_too_large"}
)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Say who wants to join.

    Attributes:
        replica_id: The database's id; a new one for an empty folder.
        public_key: Hex.
        sign: Signs words with the PC's key.
        install: Id of this installation.
        unit_id: Unit of the data that are there, "" for an empty folder.
        counter: Counter number in use, 0 for any free one.
        workstation: Name of the PC.
    """

    replica_id: str
    public_key: str
    sign: Callable[[bytes], bytes]
    install: str
    unit_id: str = ""
    counter: int = 0
    workstation: str = ""


def enrol(
    address: str,
    code: str,
    applicant: Applicant,
    around: Surroundings,
    pause: Callable[[float], object] | None = None,
) -> EnrolAnswer:
    """Ask the city to take the PC into the unit the code is for.

    Raises:
        UserError: ``city_address_bad``, ``city_needs_https``, ``link_*``, ``city_refused``, ``city_other_unit``.
    """
    typed = code.strip()
    connection = Connection(address, around)
    request = EnrolRequest(
        code=typed,
        public_key=applicant.public_key,
        replica_id=applicant.replica_id,
        counter=applicant.counter,
        install=applicant.install,
        unit_id=applicant.unit_id,
        workstation=applicant.workstation,
        program=__version__,
        signature=applicant.sign(enrol_words(typed, applicant.replica_id, applicant.install)).hex(),
    )
    try:
        answer = _asked(connection, request, pause or threading.Event().wait)
    finally:
        connection.close()
    if applicant.unit_id not in ("", answer.unit_id):
        raise UserError("city_other_unit", theirs=answer.unit_name)
    return answer


def problem_of(failure: LinkFailed | CityRefused) -> UserError:
    """Return a failure of the link as an error with a sentence."""
    if isinstance(failure, LinkFailed):
        return UserError(f"link_{failure.code}")
    if failure.code == "unit-differs":
        return UserError("city_other_unit", theirs=failure.facts.get("unit_id", ""))
    return UserError("city_refused", reason=failure.facts.get("detail") or failure.code, city_code=failure.code)


def _asked(connection: Connection, request: EnrolRequest, pause: Callable[[float], object]) -> EnrolAnswer:
    for left in reversed(range(_TRIES)):
        try:
            return connection.call(EnrolAnswer, "POST", "/v1/enrol", message=request)
        except CityRefused as refused:
            raise problem_of(refused) from refused
        except LinkFailed as failed:
            if not left or failed.code in _FINAL:
                raise problem_of(failed) from failed
            log.info("asking the city again", extra={"code": failed.code})
        pause(_PAUSE_S)
    raise AssertionError
