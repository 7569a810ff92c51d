"""The events: what can happen, each a frozen dataclass with a type name and a version.

An event's payload (here: *fact*) is wrapped in an :class:`Envelope` that says who, when and where, bound to
the event before it by hash and signed by the PC's key. ``body`` is the exact UTF-8 JSON of the envelope with
its fact, without hash and signature; it is stored once and never written again.

Source: docs/decisions/0004-the-log.md.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from desktop.domain import codec
from desktop.domain.calendars import CalendarOverlay
from desktop.domain.codes import Lease
from desktop.domain.dossiers import (
    CertifiedDocument,
    Change,
    Channel,
    ComponentLine,
    FeeMethod,
    Party,
    ProcedureSnapshot,
    Proof,
    Relation,
    ResultBy,
    Submitter,
)
from desktop.domain.errors import DamagedData, UserError
from desktop.domain.fees import FeeLine
from desktop.domain.units import Unit
from desktop.domain.users import User

GENESIS_HASH = bytes(32)
_TO_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class ClockState(StrEnum):
    """Say what the PC's clock looked like at the act."""

    OK = "ok"
    BEHIND_LAST_EVENT = "behind_last_event"


@dataclass(frozen=True, slots=True)
class Received:
    """A dossier was received and its receipt issued (Decree 61/2018 art. 17)."""

    unit_id: str
    code: str
    is_provisional: bool
    book: int
    receipt_number: int
    lookup_key: str
    pack: str
    procedure: ProcedureSnapshot
    channel: Channel
    owner: Party
    submitter: Submitter
    components: tuple[ComponentLine, ...]
    sets: int
    result_by: ResultBy
    fees: tuple[FeeLine, ...]
    due_at: datetime
    counter_section: str
    day: date
    block: int = -1
    ordinal: int = 0
    note: str = ""
    documents: tuple[CertifiedDocument, ...] = ()
    exemption: str = ""
    is_immediate: bool = False
    duplicate_reason: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A printed fact was wrong: the whole new state of what can change, old and new value, reason."""

    owner: Party
    submitter: Submitter
    procedure: ProcedureSnapshot
    channel: Channel
    components: tuple[ComponentLine, ...]
    sets: int
    note: str
    result_by: ResultBy
    fees: tuple[FeeLine, ...]
    due_at: datetime
    changes: tuple[Change, ...]
    reason: str
    receipt_version: int
    documents: tuple[CertifiedDocument, ...] = ()
    exemption: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """A receipt was printed again; ``copy_no`` is the n of "IN LẠI LẦN n"."""

    version: int
    copy_no: int
    paper: str


@dataclass(frozen=True, slots=True)
class FeeTaken:
    """Money was taken, or the fee waived with a reason."""

    amount_vnd: int
    method: FeeMethod
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResultReady:
    """The result lies at the counter: national status 9, the moment lateness is decided by."""

    counter_section: str
    shelf: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """The citizen has the result, with a recipient and a proof: national status 10."""

    recipient: Party
    relation: Relation
    proof: Proof
    proof_reference: str
    authorisation: str = ""
    originals_returned: tuple[str, ...] = ()
    without_receipt_reason: str = ""


@dataclass(frozen=True, slots=True)
class EpochOpened:
    """A log began, or began again after a restore or copy (docs/decisions/0004).

    A new epoch opens a new book of the register, because nobody here knows the last number of the old one.
    """

    reason: str
    counter: int
    lease: Lease
    public_key: str
    previous_epoch: str = ""
    previous_seq: int = 0
    previous_hash: str = ""
    book: int = 0


@dataclass(frozen=True, slots=True)
class LeaseDeclared:
    """An administrator declared that the old PC of a copied database is retired: its blocks are this PC's."""

    lease: Lease
    reason: str


@dataclass(frozen=True, slots=True)
class UnitConfigured:
    """The unit's data were set or changed."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class CalendarOverlaid:
    """The unit's own closures, make-up days or sessions were set."""

    overlay: CalendarOverlay


@dataclass(frozen=True, slots=True)
class UserSaved:
    """A user was added or changed; his password is never part of it."""

    user: User


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A user's password was set; the hash stays out of the log."""

    user_id: str
    is_one_time: bool


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A user logged in, unlocked, or took the counter over."""

    user_id: str
    how: str


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """A user logged out or the counter was locked."""

    user_id: str
    how: str


@dataclass(frozen=True, slots=True)
class LogInRefused:
    """Somebody tried a wrong password."""

    login: str
    failed: int


@dataclass(frozen=True, slots=True)
class ClockConfirmed:
    """A user confirmed the date although the clock is behind the last event."""

    shown: datetime


Fact = (
    Received
    | Corrected
    | ReceiptPrinted
    | FeeTaken
    | ResultReady
    | Returned
    | EpochOpened
    | LeaseDeclared
    | UnitConfigured
    | CalendarOverlaid
    | UserSaved
    | PasswordSet
    | SessionOpened
    | SessionClosed
    | LogInRefused
    | ClockConfirmed
)

#: Name on the wire and version of every event type. A version rises only with a change of meaning.
EVENT_TYPES: Mapping[type, tuple[str, int]] = {
    Received: ("dossier.received", 1),
    Corrected: ("dossier.corrected", 1),
    ReceiptPrinted: ("receipt.printed", 1),
    FeeTaken: ("fee.taken", 1),
    ResultReady: ("dossier.result_ready", 1),
    Returned: ("dossier.returned", 1),
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
}

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
        kind = _BY_NAME.get(plain["type"])
        if kind is None:
            raise DamagedData("event_type_unknown", type=str(plain["type"]))
        return Event(codec.load(Envelope, plain), codec.load(kind, plain["fact"]))
    except (ValueError, TypeError, KeyError, AttributeError, UserError) as error:
        raise DamagedData("event_unreadable", cause=type(error).__name__) from error


def chain_hash(prev_hash: bytes, body: bytes) -> bytes:
    """Return SHA-256 of the previous hash and the body (32 bytes)."""
    return hashlib.sha256(prev_hash + body).digest()


def is_about_dossier(fact: Fact) -> bool:
    """Tell whether a fact belongs to one dossier."""
    return isinstance(fact, Received | Corrected | ReceiptPrinted | FeeTaken | ResultReady | Returned)
