"""What PC and city say to each other: JSON over HTTPS, one model per message.

Hashes, keys and signatures are lowercase hexadecimal; instants are ISO 8601 with offset; ``body`` is the exact text
whose UTF-8 bytes were hashed. Unknown fields are ignored, so that either side may be newer.

Source: docs/decisions/0012-sync.md.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PROTOCOL_VERSION = 1
#: The city serves this and the two before it; pushing is never refused for age.
OLDEST_VERSION = 1

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Signature = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
Count = Annotated[int, Field(ge=0, le=2**53)]
#: Text without NUL, which PostgreSQL holds in no column.
NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, Field(max_length=500, pattern=NO_NUL)]


class Message(BaseModel):
    """Base of all messages: immutable, strict in types, lenient about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WireEvent(Message):
    """An event as it was hashed and signed."""

    body: Annotated[str, Field(max_length=1_000_000)]
    hash: Hash
    sig: Signature


class PushRequest(Message):
    """Own events in the order of ``seq``, without a gap."""

    epoch: Identifier
    events: Annotated[list[WireEvent], Field(max_length=2_000)]


class WireVerdict(Message):
    """The stored verdict on one event; the same for every retry."""

    event_id: Identifier
    gseq: Count
    kind: Identifier
    code: Line = ""
    blocked_by: Line = ""


class PushAnswer(Message):
    """Where the city stands in this epoch after the push."""

    last: Count
    head_hash: Hash
    verdicts: list[WireVerdict]


class FeedEntry(Message):
    """One place of the feed: the event, the verdict, the hash that binds it to the place before."""

    gseq: Count
    event: WireEvent
    kind: Identifier
    code: Line = ""
    blocked_by: Line = ""
    feed_hash: Hash


class FeedAnswer(Message):
    """The next entries.

    Attributes:
        head: Last place there is.
        signature: The city's, of "head|head_hash|incarnation": a checkpoint against a cut tail.
    """

    entries: list[FeedEntry]
    head: Count
    head_hash: Hash
    incarnation: Identifier
    signature: Signature


class ReplicaStanding(Message):
    """Where the city stands with one epoch of a replica."""

    epoch: Identifier
    last: Count
    head_hash: Hash
    is_open: bool
    max_day: Line = ""


class EpochRequest(Message):
    """A log begins again: ``first``, ``restored``, ``copied``, ``rolled_back``, ``fork`` or ``recovered``.

    Attributes:
        reason: ``recovered`` says that the city lost an epoch it had opened before.
        void_through: ISO date up to which the PC may have given numbers nobody knows of, "" for none.
    """

    epoch: Identifier
    reason: Identifier
    install: Identifier
    previous_epoch: Line = ""
    previous_seq: Count = 0
    previous_hash: Line = ""
    void_through: Line = ""


class EpochAnswer(Message):
    """The epoch is open; the blocks its PC may give codes from.

    Attributes:
        void_through: ISO date up to which the blocks are void, "" when they are valid at once.
    """

    epoch: Identifier
    blocks: list[Count]
    void_through: Line = ""


class RelayRequest(Message):
    """Signed events the city lost, in the order of the feed they were in; anybody may carry them."""

    events: Annotated[list[WireEvent], Field(max_length=2_000)]


class RelayAnswer(Message):
    """How many were new, and the hashes of those that cannot follow (yet); all others the city has."""

    accepted: Count
    refused: list[Hash]


class EnrolRequest(Message):
    """A PC asks to join a unit.

    Attributes:
        code: One-time code from the city's administrator.
        public_key: The PC's Ed25519 key.
        replica_id: The database's id; a new one for an empty folder.
        counter: Counter number the PC has been using, 0 for any free one.
        install: Id of the installation, so that a copy is told from its original.
        unit_id: Unit of the data on the PC, "" for an empty folder: a code of another unit is refused unspent.
        signature: The PC's signature of "motcua-enrol|code|replica_id|install".
    """

    code: Line
    public_key: Hash
    replica_id: Identifier
    counter: Count = 0
    install: Identifier
    unit_id: Line = ""
    workstation: Line = ""
    program: Line = ""
    signature: Signature


class EnrolAnswer(Message):
    """The PC belongs to the unit.

    Attributes:
        provisioning: The unit's provisioning file (TOML): a PC that finds the feed empty begins with it.
    """

    replica_id: Identifier
    unit_id: Identifier
    unit_name: Line
    is_training: bool
    counter: Count
    blocks: list[Count]
    city_key: Hash
    incarnation: Identifier
    lookup_base: Line = ""
    provisioning: Annotated[str, Field(max_length=1_000_000)] = ""


class TokenRequest(Message):
    """The PC proves its key: signature of "motcua-token|replica_id|at|nonce"."""

    replica_id: Identifier
    at: datetime
    nonce: Identifier
    signature: Signature


class TokenAnswer(Message):
    """A bearer token and how long it holds."""

    token: Annotated[str, Field(max_length=2_000)]
    expires_in_s: Count


class Hello(Message):
    """What the city is, and how much it takes at once."""

    server_time: datetime
    incarnation: Identifier
    oldest_version: Count
    newest_version: Count
    max_events: Count
    max_bytes: Count
    blob_chunk: Count
    notices: list[Line] = []
    revoked: bool = False


class DeviceReport(Message):
    """What a PC says of itself after a round, for those who look after all of them; no name, no number of anybody.

    Attributes:
        unsent: Own events the city has not acknowledged.
        dossiers: How many dossiers they are about.
        oldest_unsent_ms: When the oldest of them was done, 0 for none.
        backup_ms: When its last backup was made, 0 when it does not know of any.
    """

    program: Line
    unsent: Count
    dossiers: Count = 0
    oldest_unsent_ms: Count = 0
    backup_ms: Count = 0


class ReportAnswer(Message):
    """In how many seconds the city wants to hear again."""

    next_s: Count


class LeaseRequest(Message):
    """More blocks are needed; ``epoch`` says for which log.

    Attributes:
        wanted: How many more than ``held``; a retry gives no more than the first answer gave.
        held: Blocks the PC has.
    """

    epoch: Identifier
    held: Annotated[list[Count], Field(max_length=100)] = []
    wanted: Annotated[int, Field(ge=0, le=10)] = 1


class LeaseAnswer(Message):
    """All blocks this epoch has, and the ISO date up to which they are void."""

    blocks: list[Count]
    void_through: Line = ""


class CustodyRequest(Message):
    """A PC takes dossiers through the hub.

    Attributes:
        action: ``take`` what nobody works on or what was passed to its users; ``give`` to another PC. ``force`` is
            refused at the city's door since a second person has to be proven (docs/decisions/0021).
        to: Replica that gets it; the caller's own for ``take`` and ``force``.
        by: User id of who wants it.
        approved_by: For ``force``, the second person.
    """

    action: Identifier
    to: Identifier
    by: Identifier
    reason: Line = ""
    approved_by: Line = ""
    base_gseq: Count = 0


class CustodyAnswer(Message):
    """The place in the feed where custody passed."""

    gseq: Count


class ParkRequest(Message):
    """An event the city fails on, as opaque bytes, so that the chain goes on."""

    epoch: Identifier
    seq: Count
    hash: Hash
    prev_hash: Hash
    sig: Signature
    body_base64: Annotated[str, Field(max_length=4_000_000)]


class BlobStanding(Message):
    """How much of an attachment the city has."""

    sha256: Hash
    size: Count
    offset: Count
    is_confirmed: bool


class Digest(Message):
    """The hash of one dossier's folded state."""

    dossier_id: Identifier
    code: Line
    digest: Hash


class DigestAnswer(Message):
    """Digests of dossiers that changed after a place, for comparison at the end of a round.

    Attributes:
        place: The changes up to here are covered.
        head: Last place of the feed when the digests were taken: who stands elsewhere cannot compare.
    """

    place: Count
    digests: list[Digest]
    head: Count = 0


class DocumentHead(Message):
    """A published document without its content.

    Attributes:
        unit_id: Unit it is for, "" for all.
        effective_on: ISO day it comes into force.
        sha256: Of its content.
        signature: The city's, of :func:`~desktop.protocol.signing_words.document_words`.
    """

    name: Identifier
    unit_id: Line = ""
    version: Count
    effective_on: Line
    media_type: Line
    sha256: Hash
    signature: Signature


class DocumentList(Message):
    """What the city publishes for a unit: its documents, those in force and those to come, and the look-up page.

    Attributes:
        documents: Those for all first, in the order in which they are laid over each other.
        lookup_base: Address of the citizens' page, "" for none.
        signature: The city's, of :func:`~desktop.protocol.signing_words.publication_words`.
    """

    documents: list[DocumentHead]
    lookup_base: Line = ""
    signature: Line = ""


class Problem(Message):
    """RFC 9457 problem+json.

    Attributes:
        code: Stable identifier; clients act by it, never by the words.
        detail: One Vietnamese sentence that says what to do.
    """

    type: Line = "about:blank"
    title: Line = ""
    status: Count = 0
    code: Line = ""
    detail: Line = ""
    retry_after_s: Count = 0
    facts: dict[str, str] = {}
