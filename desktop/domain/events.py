"""The events: what can happen, each with a type name and a version.

An event's payload (*fact*, see :mod:`desktop.domain.facts`) is wrapped in an :class:`Envelope` that says who, when
and where, bound to the event before it by hash and signed by the PC's key. ``body`` is the exact UTF-8 JSON of the
envelope with its fact, without hash and signature; it is stored once and never written again.

Source: docs/decisions/0004-the-log.md.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, get_args

from desktop.domain import codec
from desktop.domain.errors import DamagedData, UserError
from desktop.domain.facts.counter import Corrected, FeeTaken, ReceiptPrinted, Received, ResultReady, Returned
from desktop.domain.facts.hub import (
    AttentionClosed,
    CodeBound,
    CustodyTaken,
    OnlineAccepted,
    OnlineDeclined,
    OnlineSubmitted,
    OnlineSupplementAsked,
    OnlineSupplied,
)
from desktop.domain.facts.unit import (
    BookExported,
    CalendarOverlaid,
    CashCounted,
    ClockConfirmed,
    DatabaseKeyChanged,
    DelegationGranted,
    DelegationRevoked,
    EpochOpened,
    LeaseDeclared,
    LogInRefused,
    PasswordSet,
    RecoveryKeyMade,
    RegisterClosed,
    SessionClosed,
    SessionOpened,
    SlipClosed,
    SlipMade,
    SlipPrinted,
    TurnedAway,
    UnitConfigured,
    UnitPaperPrinted,
    UserSaved,
)
from desktop.domain.facts.way import (
    Apologised,
    Approved,
    CitizenNotified,
    CustodyAssigned,
    FileAttached,
    HandoverConfirmed,
    HandoverDropped,
    HandoverOffered,
    PaperPrinted,
    Refused,
    Rejected,
    SentBack,
    Submitted,
    WaitClosed,
    WaitOpened,
    Withdrawn,
)

GENESIS_HASH = bytes(32)
_TO_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class ClockState(StrEnum):
    """Say what the PC's clock looked like at the act."""

    OK = "ok"
    BEHIND_LAST_EVENT = "behind_last_event"


DossierFact = (
    Received
    | Corrected
    | ReceiptPrinted
    | FeeTaken
    | ResultReady
    | Returned
    | HandoverOffered
    | HandoverConfirmed
    | HandoverDropped
    | CustodyAssigned
    | WaitOpened
    | WaitClosed
    | FileAttached
    | Submitted
    | Approved
    | SentBack
    | Rejected
    | Apologised
    | Refused
    | Withdrawn
    | CitizenNotified
    | PaperPrinted
    | CustodyTaken
    | CodeBound
)

UnitFact = (
    EpochOpened
    | LeaseDeclared
    | UnitConfigured
    | CalendarOverlaid
    | UserSaved
    | PasswordSet
    | SessionOpened
    | SessionClosed
    | LogInRefused
    | ClockConfirmed
    | SlipMade
    | SlipClosed
    | SlipPrinted
    | TurnedAway
    | DelegationGranted
    | DelegationRevoked
    | CashCounted
    | RegisterClosed
    | UnitPaperPrinted
    | BookExported
    | RecoveryKeyMade
    | DatabaseKeyChanged
    | OnlineSubmitted
    | OnlineSupplied
    | OnlineAccepted
    | OnlineSupplementAsked
    | OnlineDeclined
    | AttentionClosed
)

Fact = DossierFact | UnitFact

#: Name on the wire and version of every event type. A version rises only with a change of meaning.
EVENT_TYPES: Mapping[type, tuple[str, int]] = {
    Received: ("dossier.received", 1),
    Corrected: ("dossier.corrected", 1),
    ReceiptPrinted: ("receipt.printed", 1),
    FeeTaken: ("fee.taken", 1),
    ResultReady: ("dossier.result_ready", 1),
    Returned: ("dossier.returned", 1),
    HandoverOffered: ("handover.offered", 1),
    HandoverConfirmed: ("handover.confirmed", 1),
    HandoverDropped: ("handover.dropped", 1),
    CustodyAssigned: ("custody.assigned", 1),
    WaitOpened: ("wait.opened", 1),
    WaitClosed: ("wait.closed", 1),
    FileAttached: ("file.attached", 1),
    Submitted: ("dossier.submitted", 1),
    Approved: ("dossier.approved", 1),
    SentBack: ("dossier.sent_back", 1),
    Rejected: ("dossier.rejected", 1),
    Apologised: ("dossier.apologised", 1),
    Refused: ("dossier.refused", 1),
    Withdrawn: ("dossier.withdrawn", 1),
    CitizenNotified: ("citizen.notified", 1),
    PaperPrinted: ("paper.printed", 1),
    CustodyTaken: ("custody.taken", 1),
    CodeBound: ("dossier.code_bound", 1),
    EpochOpened: ("epoch.opened", 1),
    LeaseDeclared: ("lease.declared", 1),
    UnitConfigured: ("unit.configured", 1),
    CalendarOverlaid: ("calendar.overlaid", 1),
    UserSaved: ("user.saved", 1),
    PasswordSet: ("user.password_set", 1),
    SessionOpened: ("session.opened", 1),
    SessionClosed: ("session.closed", 1),
    LogInRefused: ("session.refused", 1),
    ClockConfirmed: ("clock.confirmed", 1),
    SlipMade: ("slip.made", 1),
    SlipClosed: ("slip.closed", 1),
    SlipPrinted: ("slip.printed", 1),
    TurnedAway: ("citizen.turned_away", 1),
    DelegationGranted: ("delegation.granted", 1),
    DelegationRevoked: ("delegation.revoked", 1),
    CashCounted: ("cash.counted", 1),
    RegisterClosed: ("register.closed", 1),
    UnitPaperPrinted: ("unit.paper_printed", 1),
    BookExported: ("book.exported", 1),
    RecoveryKeyMade: ("recovery_key.made", 1),
    DatabaseKeyChanged: ("database_key.changed", 1),
    OnlineSubmitted: ("online.submitted", 1),
    OnlineSupplied: ("online.supplied", 1),
    OnlineAccepted: ("online.accepted", 1),
    OnlineSupplementAsked: ("online.supplement_asked", 1),
    OnlineDeclined: ("online.declined", 1),
    AttentionClosed: ("attention.closed", 1),
}

_ABOUT_DOSSIER: frozenset[type] = frozenset(get_args(DossierFact))
_BY_NAME = {name: kind for kind, (name, _) in EVENT_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Envelope:
    """Say who did what, when and where, and bind it to the event before it.

    Attributes:
        event_id: UUIDv7.
        replica_id: The database that wrote it.
        epoch: Random id of that replica's unbroken log.
        seq: 1, 2, 3 … within (replica, epoch).
        prev_hash: Hash of the event before it, hex; 64 zeros for the first of an epoch.
        unit_id: Unit.
        dossier_id: Dossier, or "" for an event of the unit.
        type: Event type name.
        type_version: Its version.
        base_version: Version of the dossier the act was decided on; 0 for a new one.
        acted_at: Aware UTC instant of the act.
        clock_state: What the clock looked like.
        actor: User id, "" for the program itself.
        on_behalf_of: Delegation id, "" for none.
        workstation: Name of the PC.
        act_id: UUIDv7 shared by the events of one act.
        act_size: How many events the act has.
        base_gseq: Place in the unit's feed that the PC had folded when the act was done; 0 without a hub.
        replaces: Id of the event of a closed epoch that this one says again, "" for none.
    """

    event_id: str
    replica_id: str
    epoch: str
    seq: int
    prev_hash: str
    unit_id: str
    dossier_id: str
    type: str
    type_version: int
    base_version: int
    acted_at: datetime
    clock_state: ClockState
    actor: str
    on_behalf_of: str
    workstation: str
    act_id: str
    act_size: int
    base_gseq: int = 0
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Pair an envelope with its fact."""

    envelope: Envelope
    fact: Fact


def encode_body(event: Event) -> bytes:
    """Return the exact bytes that are hashed, signed and stored."""
    plain: dict[str, Any] = codec.dump(event.envelope)
    plain["fact"] = codec.dump(event.fact)
    return _TO_JSON(plain).encode()


def decode_body(body: bytes) -> Event:
    """Read an event back from its stored bytes.

    Raises:
        DamagedData: ``event_unreadable`` when the bytes are no event; ``event_type_unknown`` when the type is
            newer than this program.
    """
    try:
        plain = json.loads(body)
    except ValueError as error:
        raise DamagedData("event_unreadable", cause=type(error).__name__) from error
    return decode_plain(plain)


def decode_plain(plain: Any) -> Event:  # noqa: ANN401 - parsed JSON
    """Read an event from its parsed JSON.

    Raises:
        DamagedData: as :func:`decode_body`.
    """
    try:
        kind = _BY_NAME.get(plain["type"])
        if kind is None:
            raise DamagedData("event_type_unknown", type=str(plain["type"]))
        return Event(codec.load(Envelope, plain), codec.load(kind, plain["fact"]))
    except (ValueError, TypeError, KeyError, AttributeError, UserError) as error:
        raise DamagedData("event_unreadable", cause=type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what could be read of an event written by another program.

    Attributes:
        fact: None when this program does not know the type or cannot read its content.
        problem: ``event_type_unknown`` or ``event_unreadable`` then, "" otherwise.
    """

    envelope: Envelope
    fact: Fact | None
    problem: str = ""

    @property
    def event(self) -> Event | None:
        """Return the event, None when its fact could not be read."""
        return None if self.fact is None else Event(self.envelope, self.fact)


def read_event(body: bytes) -> Reading:
    """Read as much of an event as this program understands: at least who wrote it and what it is about.

    Raises:
        DamagedData: ``event_unreadable``: not even the envelope is one.
    """
    try:
        plain = json.loads(body)
    except ValueError as error:
        raise DamagedData("event_unreadable", cause=type(error).__name__) from error
    return read_plain(plain)


def read_plain(plain: Any) -> Reading:  # noqa: ANN401 - parsed JSON
    """Read as much of an event as this program understands from its parsed JSON.

    Raises:
        DamagedData: as :func:`read_event`.
    """
    try:
        envelope = codec.load(Envelope, plain)
    except (ValueError, TypeError, KeyError, AttributeError, UserError) as error:
        raise DamagedData("event_unreadable", cause=type(error).__name__) from error
    kind = _BY_NAME.get(envelope.type)
    if kind is None:
        return Reading(envelope, None, "event_type_unknown")
    try:
        return Reading(envelope, codec.load(kind, plain["fact"]))
    except (ValueError, TypeError, KeyError, AttributeError, UserError):
        return Reading(envelope, None, "event_unreadable")


def chain_hash(prev_hash: bytes, body: bytes) -> bytes:
    """Return SHA-256 of the previous hash and the body (32 bytes)."""
    return hashlib.sha256(prev_hash + body).digest()


def is_about_dossier(fact: Fact) -> bool:
    """Tell whether a fact belongs to one dossier."""
    return type(fact) in _ABOUT_DOSSIER
