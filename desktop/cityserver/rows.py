"""Turn rows into what the rules know, and back."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Row

from desktop.cityserver.ports import Device, EpochState, Stored
from desktop.cityserver.schema import EVENT
from desktop.domain import codec
from desktop.domain.dossiers import Dossier
from desktop.domain.events import EVENT_TYPES
from desktop.domain.facts.counter import Received
from desktop.domain.facts.hub import CodeBound
from desktop.domain.feed import Verdict, VerdictKind
from desktop.domain.judging import Standing
from desktop.protocol.json_text import parsed, written

Values = dict[str, Any]  # column name to what the driver takes

STORED_COLUMNS: Final = tuple(column for column in EVENT.columns if column.name not in ("unit_id", "received_ms"))
#: Writes what :mod:`desktop.domain.codec` reads, in a fifth of its time.
_STATE: Final = TypeAdapter(Dossier)
#: A day as it stands in a body: within a text its quotes would be escaped.
_DAY: Final = re.compile(rb'"day":"(\d{4}-\d\d-\d\d)"')
_GIVES_CODE: Final = frozenset(EVENT_TYPES[kind][0] for kind in (Received, CodeBound))


def device_of(row: Row[*tuple[Any, ...]]) -> Device:
    """Read a device."""
    return Device(row.replica_id, row.unit_id, row.public_key, row.counter, row.install, bool(row.is_revoked))


def device_row(unit_id: str, device: Device) -> Values:
    """Write a device."""
    return {
        "unit_id": unit_id,
        "replica_id": device.replica_id,
        "public_key": device.public_key,
        "counter": device.counter,
        "install": device.install,
        "is_revoked": device.is_revoked,
    }


def epoch_of(row: Row[*tuple[Any, ...]]) -> EpochState:
    """Read an epoch."""
    return EpochState(
        replica_id=row.replica_id,
        epoch=row.epoch,
        last=row.last,
        head=bytes(row.head),
        is_open=bool(row.is_open),
        blocks=tuple(json.loads(row.blocks)),
        void_through=row.void_through,
        install=row.install,
        reason=row.reason,
        previous_epoch=row.previous_epoch,
        previous_seq=row.previous_seq,
    )


def epoch_row(unit_id: str, state: EpochState) -> Values:
    """Write an epoch."""
    return {
        "unit_id": unit_id,
        "replica_id": state.replica_id,
        "epoch": state.epoch,
        "last": state.last,
        "head": state.head,
        "is_open": state.is_open,
        "blocks": json.dumps(list(state.blocks)),
        "void_through": state.void_through,
        "install": state.install,
        "reason": state.reason,
        "previous_epoch": state.previous_epoch,
        "previous_seq": state.previous_seq,
    }


def stored_of(row: Row[*tuple[Any, ...]]) -> Stored:
    """Read an entry of the feed."""
    return Stored(
        event_id=row.event_id,
        replica_id=row.replica_id,
        epoch=row.epoch,
        seq=row.seq,
        hash=bytes(row.hash),
        sig=bytes(row.sig),
        body=bytes(row.body),
        dossier_id=row.dossier_id,
        type=row.type,
        gseq=row.gseq,
        verdict=Verdict(VerdictKind(row.kind), row.code, row.blocked_by),
        feed_hash=bytes(row.feed_hash),
    )


def event_row(unit_id: str, entry: Stored, now_ms: int) -> Values:
    """Write an entry of the feed."""
    return {
        "unit_id": unit_id,
        "gseq": entry.gseq,
        "event_id": entry.event_id,
        "replica_id": entry.replica_id,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "hash": entry.hash,
        "sig": entry.sig,
        "body": entry.body,
        "dossier_id": entry.dossier_id,
        "type": entry.type,
        "kind": entry.verdict.kind.value,
        "code": entry.verdict.code,
        "blocked_by": entry.verdict.blocked_by,
        "feed_hash": entry.feed_hash,
        "received_ms": now_ms,
    }


def standing_of(row: Row[*tuple[Any, ...]]) -> Standing:
    """Read what is known of a dossier."""
    return Standing(
        state=codec.load(Dossier, parsed(row.state.encode())) if row.state else None,
        custody=row.custody,
        exclusive_gseq=row.exclusive_gseq,
        exclusive_by=row.exclusive_by,
        exclusive_seq=row.exclusive_seq,
        refused={epoch: (gseq, event_id) for epoch, (gseq, event_id) in json.loads(row.refused).items()},
    )


def standing_row(unit_id: str, dossier_id: str, standing: Standing) -> Values:
    """Write what is known of a dossier, with the columns boards and look-ups ask for."""
    state = standing.state
    return {
        "unit_id": unit_id,
        "dossier_id": dossier_id,
        "custody": standing.custody,
        "exclusive_gseq": standing.exclusive_gseq,
        "exclusive_by": standing.exclusive_by,
        "exclusive_seq": standing.exclusive_seq,
        "refused": written({epoch: list(place) for epoch, place in standing.refused.items()}),
        "state": "" if state is None else state_text(state),
        "code": "" if state is None else state.code,
        "field": "" if state is None else state.procedure.field,
        "status": "" if state is None else state.status.value,
        "received_ms": 0 if state is None else milliseconds(state.received_at),
        "due_ms": 0 if state is None else milliseconds(state.due_at),
        "solved_ms": 0 if state is None or state.solved_at is None else milliseconds(state.solved_at),
    }


def state_text(state: Dossier) -> str:
    """Return a state as JSON text that any database can hold (lone surrogates are escaped)."""
    try:
        return _STATE.dump_json(state, warnings="error").decode()
    except ValueError:
        return written(codec.dump(state))


def milliseconds(at: datetime) -> int:
    """Return an aware instant in milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def last_days(entries: Iterable[Stored]) -> Mapping[str, str]:
    """Return, by replica, the latest ISO day of a code given in these entries, accepted or not."""
    days: dict[str, str] = {}
    for entry in entries:
        if entry.type in _GIVES_CODE:
            found = _DAY.findall(entry.body)
            day = found[0].decode() if len(found) == 1 else str(parsed(entry.body)["fact"].get("day", ""))
            days[entry.replica_id] = max(day, days.get(entry.replica_id, ""))
    return days
