"""What the sync engine tells: where it is and how it goes, as a frozen snapshot any thread may read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.sync.ports import Unsent

_NOTHING = Unsent()


class Phase(StrEnum):
    """Say what the engine does next."""

    HELLO = "hello"
    ASK = "ask"
    EPOCH = "epoch"
    PULL = "pull"
    FIND = "find"
    RELAY = "relay"
    SAY_AGAIN = "say_again"
    PUSH = "push"
    PARK = "park"
    LEASE = "lease"
    COMPARE = "compare"
    IDLE = "idle"

    __hash__ = str.__hash__  # An enumeration's own is a call in Python: the engine looks its steps up by phase.


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Say for a person how the exchange goes.

    Attributes:
        is_connected: The last call was answered with something that helps.
        phase: What comes next.
        unsent: What lies on this PC only.
        last_success_at: When everything was last sent and read; None when never since the start.
        error: Code of what is wrong, "" for nothing.
        is_revoked: The city no longer takes anything from this PC.
        differing: Dossiers found to differ since the start.
        unreturned: Events the city lost and does not take back.
    """

    is_connected: bool = False
    phase: Phase = Phase.HELLO
    unsent: Unsent = _NOTHING
    last_success_at: datetime | None = None
    error: str = ""
    is_revoked: bool = False
    differing: int = 0
    unreturned: int = 0
