"""``motcua enrol`` and ``motcua sync``: join the city, and exchange with it by hand."""

import json
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import typer

from desktop.cli.exits import Exit
from desktop.cli.maintenance import AskPassword, working_ward
from desktop.domain.errors import EnvironmentProblem
from desktop.domain.users import Action, require
from desktop.services.wording import Wording
from desktop.storage.database import DATABASE_NAME
from desktop.sync.rounds import CountingReplica, RoundReport
from desktop.sync.status import Phase
from desktop.wiring import Ward, keyring_store, open_ward
from desktop.wiring.city import engine_of, join_ward, link_of
from desktop.wiring.enrolling import (
    Enrolled,
    end_enrolment,
    enrol_empty,
    enrolled_of,
    move_blobs,
    open_unfinished,
    rounds,
)

__all__ = ["end_enrolment", "enrol", "failure_sentence", "line_of", "rounds", "sync_once", "sync_until_stopped"]

#: Codes of the engine that are no refusal of the city and no failure of the link.
_REVOKED = "device-revoked"


def enrol(folder: Path, address: str, code: str, authority_file: Path | None, ask: AskPassword) -> tuple[Exit, Any]:
    """Join a unit: an existing database as it is, an empty folder from the city.

    Returns:
        Exit code and the answer.

    Raises:
        UserError: ``city_*``, ``link_*``: nothing was changed.
    """
    authority = _text_of(authority_file)
    if (folder / DATABASE_NAME).exists() and not _is_unfinished(folder, code):
        with working_ward(folder, ask) as (ward, user):
            if user is not None:
                require(user, Action.CONFIGURE_UNIT)
            join_ward(ward, address, code, authority)
        with _opened(folder, ask) as ward:
            return _told(enrolled_of(ward, rounds(ward)))
    enrolled = enrol_empty(folder, address, code, authority, store=keyring_store())
    facts: dict[str, Any] = {"key_mode": enrolled.key_mode.value, "recovery_key": enrolled.recovery_key or None}
    return _told(enrolled, facts | {"one_time_codes": dict(enrolled.one_time_codes)})


def sync_once(folder: Path, ask: AskPassword) -> RoundReport:
    """Run rounds until nothing is left to send or fetch, or one fails.

    Raises:
        UserError: ``city_not_joined``.
    """
    with _opened(folder, ask) as ward:
        return rounds(ward)


def sync_until_stopped(folder: Path, ask: AskPassword, *, as_json: bool) -> Exit:
    """Exchange until SIGINT or SIGTERM; tell of each round that moved anything."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with _opened(folder, ask) as ward:
        link = link_of(ward)
        try:
            replica = CountingReplica(link.replica)
            engine = engine_of(replica, link.city)
            told = RoundReport()
            while not stop.is_set():
                engine.step()
                report = replica.report(engine.status)
                if (engine.phase is Phase.IDLE or report.error) and report != told:
                    told = report
                    typer.echo(line_of(report, as_json=as_json))
                link.keep_seen()
                if engine.phase is Phase.IDLE and not report.error:
                    link.round_done(lambda work: work())
                    move_blobs(link)
                stop.wait(max(engine.next_at() - time.monotonic(), 0))
        finally:
            link.close()
    return Exit.DONE


def line_of(report: RoundReport, *, as_json: bool) -> str:
    """Return a report as a line."""
    if as_json:
        return json.dumps(report.as_plain(), ensure_ascii=False)
    done = f"Đã gửi {report.sent}, được nhận {report.accepted}, bị trả {report.rejected}, tải về {report.pulled}"
    left = f"còn {report.pending} việc chưa gửi" if report.pending else "không còn gì chờ gửi"
    return f"{done}; {left}." + (f" {failure_sentence(report.error)}" if report.error else "")


def failure_sentence(code: str) -> str:
    """Return the sentence of what a round failed by."""
    wording = Wording()
    if code == _REVOKED:
        return wording.sentence("city_revoked")
    if wording.knows(f"link_{code}"):
        return wording.sentence(f"link_{code}")
    return wording.sentence("city_refused", {"reason": code})


def _is_unfinished(folder: Path, code: str) -> bool:
    """Tell whether a folder's enrolment by this code was cut before its codes were shown."""
    ward = open_unfinished(folder, code, store=keyring_store())
    if ward is not None:
        ward.close()
    return ward is not None


def _told(enrolled: Enrolled, facts: Mapping[str, Any] | None = None) -> tuple[Exit, dict[str, Any]]:
    plain = {
        "data": str(enrolled.folder),
        "unit_id": enrolled.unit_id,
        "replica_id": enrolled.replica_id,
        "counter": enrolled.counter,
        "training": enrolled.is_training,
        "city": enrolled.city,
        **(facts or {}),
        "sync": enrolled.report.as_plain(),
    }
    return Exit.REFUSED if enrolled.report.error else Exit.DONE, plain


@contextmanager
def _opened(folder: Path, ask: AskPassword) -> Iterator[Ward]:
    """Open a ward without a user: the key comes from where it lies, else somebody's password is asked."""
    try:
        ward = open_ward(folder, store=keyring_store())
    except EnvironmentProblem as problem:
        if problem.code not in ("key_missing", "keyring_unavailable"):
            raise
        ward = open_ward(folder, store=keyring_store(), password=ask(""))
    with closing(ward):
        yield ward


def _text_of(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentProblem("authority_unreadable") from error
