"""Say an own event of a closed epoch again in the present one: body, hash and chain hold epoch and seq."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from desktop.domain.events import chain_hash

_COLUMNS = ("event_id", "replica_id", "epoch", "seq", "dossier_id", "type", "acted_at")


@dataclass(frozen=True, slots=True)
class Head:
    """Point at the end of the log.

    Attributes:
        epoch: Present epoch.
        seq: Last seq in it; 0 when it is empty.
        hash: Hash of its last event.
        acted_at: Latest instant of an own event (not always the last one's); None when there is none.
        last_date: Latest local date any own event was acted on.
    """

    epoch: str
    seq: int
    hash: bytes
    acted_at: datetime | None
    last_date: date


def said_again(
    head: Head, body: bytes, event_id: str, sign: Callable[[bytes], bytes]
) -> tuple[Head, dict[str, object]]:
    """Return where the log ends after the copy, and the copy's row.

    It is the same act at the same time; what it knew (``base_gseq``) stays, so that it conflicts with what it
    conflicted with. An event of an unknown type is copied too.

    Args:
        head: Where the log ends.
        body: Bytes of the event that is said again.
        event_id: Id of the copy.
        sign: Signs a hash with the PC's key.
    """
    plain: dict[str, Any] = json.loads(body)
    plain |= {
        "replaces": plain.get("replaces") or plain["event_id"],
        "event_id": event_id,
        "epoch": head.epoch,
        "seq": head.seq + 1,
        "prev_hash": head.hash.hex(),
    }
    new = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    digest = chain_hash(head.hash, new)
    row = {name: plain[name] for name in _COLUMNS} | {"hash": digest, "sig": sign(digest), "body": new}
    return replace(head, seq=plain["seq"], hash=digest), row
