"""Write any log into a ward's database as a changed program could: chained, signed with the PC's key, folded."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert

from desktop.devices import signing_key
from desktop.domain.events import Event, chain_hash, encode_body
from desktop.domain.facts.counter import Received
from desktop.domain.facts.way import CustodyAssigned
from desktop.storage import projections
from desktop.storage.database import DATABASE_NAME, read_head, read_replica
from desktop.storage.engine import open_engine
from desktop.storage.tables import EVENT


def write_log(folder: Path, key: bytes, events: Iterable[Event], users: dict[str, str] | None = None) -> None:
    """Append events to the log of a ward that nobody has open.

    Args:
        folder: Data folder.
        key: Of the database.
        events: In their order; place, chain and signature are made anew.
        users: Who acts here for whom there, by user id.
    """
    engine = open_engine(folder / DATABASE_NAME, key)
    known = users or {}
    try:
        with engine.begin() as connection:
            replica = read_replica(connection)
            head = read_head(connection, replica.replica_id)
            sign = signing_key.Signer(replica.private_key).sign
            before, seq, rows, written = head.hash, head.seq, [], []
            for event in events:
                seq += 1
                fact = event.fact
                if isinstance(fact, Received):
                    fact = replace(fact, unit_id=replica.unit_id)
                if isinstance(fact, CustodyAssigned) and fact.to.holder in known:
                    fact = replace(fact, to=replace(fact.to, holder=known[fact.to.holder]))
                envelope = replace(
                    event.envelope,
                    replica_id=replica.replica_id,
                    epoch=head.epoch,
                    seq=seq,
                    prev_hash=before.hex(),
                    unit_id=replica.unit_id,
                    actor=known.get(event.envelope.actor, event.envelope.actor),
                )
                forged = Event(envelope, fact)
                body = encode_body(forged)
                before = chain_hash(before, body)
                rows.append(
                    {
                        "event_id": envelope.event_id,
                        "replica_id": envelope.replica_id,
                        "epoch": envelope.epoch,
                        "seq": seq,
                        "hash": before,
                        "sig": sign(before),
                        "dossier_id": envelope.dossier_id,
                        "type": envelope.type,
                        "acted_at": envelope.acted_at.isoformat(),
                        "body": body,
                    }
                )
                written.append(forged)
            connection.execute(insert(EVENT), rows)
            projections.apply_events(connection, written)
    finally:
        engine.dispose()
