"""``motcua enrol`` and ``motcua sync``: join the city, and exchange with it by hand."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from desktop.cli.exits import Exit
from desktop.cli.maintenance import AskPassword, working_ward
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.users import Action, require
from desktop.services.wording import Wording
from desktop.storage.database import DATABASE_NAME
from desktop.storage.joining import read_city
from desktop.sync.blob_lane import BlobLane
from desktop.sync.ports import CityRefused, LinkFailed
from desktop.sync.rounds import CountingReplica, RoundReport, run_rounds
from desktop.sync.status import Phase
from desktop.wiring import Ward, keyring_store, open_ward, open_with_key
from desktop.wiring.city import (
    Link,
    create_joined_ward,
    engine_of,
    is_settled,
    join_ward,
    link_of,
    open_joining,
    settle,
)

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
    if (folder / DATABASE_NAME).exists():
        return _finish_or_join(folder, address, code, authority, ask)
    store = keyring_store()
    joining = create_joined_ward(folder, address, code, authority, store=store)
    facts = {"key_mode": joining.key_mode.value, "recovery_key": joining.recovery_key or None}
    with closing(open_with_key(folder, joining.key)) as ward:
        return _settled(ward, facts)


def sync_once(folder: Path, ask: AskPassword) -> RoundReport:
    """Run rounds until nothing is left to send or fetch, or one fails.

    Raises:
        UserError: ``city_not_joined``.
    """
    with _opened(folder, ask) as ward:
        return rounds(ward)


def rounds(ward: Ward) -> RoundReport:
    """Run rounds on an open ward."""
    link = link_of(ward)
    try:
        replica = CountingReplica(link.replica)
        report = run_rounds(engine_of(replica, link.city), replica)
        link.round_done(lambda work: work())
        return report if report.error else replace(report, error=_move_blobs(link))
    finally:
        link.close()


def _move_blobs(link: Link) -> str:
    """Move all attachments; return the code of what failed."""
    lane = BlobLane(link.blobs, link.city)
    try:
        while lane.step():
            pass
    except (LinkFailed, CityRefused) as failure:
        return failure.code
    return ""


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
                    _move_blobs(link)
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


def _finish_or_join(
    folder: Path, address: str, code: str, authority: str, ask: AskPassword
) -> tuple[Exit, dict[str, Any]]:
    """Join an existing database, or go on with a joining that was cut."""
    unfinished = _unfinished(folder, code)
    if unfinished is not None:
        with closing(unfinished) as ward:
            return _settled(ward, {})
    with working_ward(folder, ask) as (ward, user):
        if user is not None:
            require(user, Action.CONFIGURE_UNIT)
        join_ward(ward, address, code, authority)
    with _opened(folder, ask) as ward:
        return _told(ward, rounds(ward), {})


def _unfinished(folder: Path, code: str) -> Ward | None:
    """Open a folder whose joining was cut before its users came; None for any other."""
    try:
        ward = open_joining(folder, code, store=keyring_store())
    except (EnvironmentProblem, UserError) as error:
        if error.code in ("user_not_on_this_pc", "wrong_password", "key_missing"):
            return None
        raise
    if read_city(ward.database) is None or is_settled(ward):
        ward.close()
        return None
    return ward


def _settled(ward: Ward, facts: dict[str, Any]) -> tuple[Exit, dict[str, Any]]:
    """Read the feed, settle the users, send what that wrote."""
    report = rounds(ward)
    if report.error:
        return _told(ward, report, facts)
    codes = settle(ward)
    return _told(ward, report + rounds(ward), facts | {"one_time_codes": dict(codes)})


def _told(ward: Ward, report: RoundReport, facts: dict[str, Any]) -> tuple[Exit, dict[str, Any]]:
    database, city = ward.database, read_city(ward.database)
    plain = {
        "data": str(database.folder),
        "unit_id": database.replica.unit_id,
        "replica_id": database.replica.replica_id,
        "counter": database.replica.counter,
        "training": database.replica.is_training,
        "city": city.address if city else "",
        **facts,
        "sync": report.as_plain(),
    }
    return Exit.REFUSED if report.error else Exit.DONE, plain


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
