"""What lies on this PC only is counted a part at a time, and no part twice."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Connection, create_engine, insert
from sqlalchemy.pool import StaticPool

from desktop.protocol.replica import Unsent
from desktop.storage.tables import EVENT
from desktop.storage.unsent import UnsentCount
from tests.support.samples import NINE

OWN = "replica-own"


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as made:
        EVENT.create(made)
        yield made
    engine.dispose()


def written(connection: Connection, first: int, last: int, epoch: str = "epoch") -> None:
    """Write own events; every fifth is about no dossier, every dossier has four."""
    empty = {column.name: column.type.python_type() for column in EVENT.columns if column.name != "position"}
    rows = [
        empty
        | {
            "event_id": f"{epoch}-{seq}",
            "replica_id": OWN,
            "epoch": epoch,
            "seq": seq,
            "dossier_id": f"dossier-{seq // 5}" if seq % 5 else "",
            "acted_at": NINE.isoformat(),
        }
        for seq in range(first, last + 1)
    ]
    connection.execute(insert(EVENT), rows)


def test_a_backlog_is_read_in_parts_and_then_counted_at_once(connection: Connection) -> None:
    written(connection, 1, 250)
    count = UnsentCount(OWN)

    parts = [count.read_on(connection, "epoch", 0, 250) for _ in range(5)]

    assert parts == [False, False, False, False, True]
    assert count.count(connection, "epoch", 0, 250) == Unsent(250, 50, datetime.fromisoformat(NINE.isoformat()))


def test_what_is_acknowledged_while_a_backlog_is_read_is_not_counted(connection: Connection) -> None:
    written(connection, 1, 1_000)
    count = UnsentCount(OWN)
    assert not count.read_on(connection, "epoch", 0, 1_000)

    unsent = count.count(connection, "epoch", 985, 1_000)

    assert (unsent.events, unsent.dossiers) == (15, 3)


def test_a_new_epoch_is_counted_anew(connection: Connection) -> None:
    written(connection, 1, 20)
    written(connection, 1, 10, "later")
    count = UnsentCount(OWN)
    assert count.count(connection, "epoch", 0, 20).events == 20

    unsent = count.count(connection, "later", 5, 10)

    assert (unsent.events, unsent.dossiers) == (5, 1)
