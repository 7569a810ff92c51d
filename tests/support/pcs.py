"""A ward's PC as the city sees it: a key, a log, and calls; for contract tests and benches of the city."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.domain.acts.receiving import decide_receive
from desktop.domain.content import content_hash
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, FeeMethod
from desktop.domain.events import (
    EVENT_TYPES,
    GENESIS_HASH,
    ClockState,
    Envelope,
    Event,
    Fact,
    chain_hash,
    decode_body,
    encode_body,
)
from desktop.domain.facts.counter import FeeTaken, ReceiptPrinted, Received, ResultReady
from desktop.domain.facts.unit import ClockConfirmed
from desktop.domain.facts.way import Approved, Submitted
from desktop.domain.fold import apply
from desktop.domain.ids import uuid7
from desktop.domain.way import AuthorityUsed, SigningForm
from desktop.protocol.messages import (
    EnrolAnswer,
    EnrolRequest,
    EpochRequest,
    PushAnswer,
    PushRequest,
    TokenRequest,
    WireEvent,
)
from desktop.protocol.signing_words import enrol_words, token_words
from tests.support.city import TestCity
from tests.support.samples import allotment, command, rules

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
_AUTHORITY = AuthorityUsed(SigningForm.OWN, "", "", ("CHỦ TỊCH",), "Lê Văn Chủ")


@cache
def received_sample() -> Received:
    """Return what receiving a whole dossier says."""
    fact = decide_receive(command(), allotment(), rules())[0]
    assert isinstance(fact, Received)
    return fact


def received(code: str, unit_id: str) -> Received:
    """Return the receiving of a dossier under a code."""
    return replace(received_sample(), code=code, unit_id=unit_id, lookup_key=f"{secrets.randbelow(10**10):010d}")


class Log:
    """One epoch of a PC's log.

    Attributes:
        seq: Last event written.
        head: Its hash.
        known: Place in the feed its PC has folded (``base_gseq`` of what it writes).
    """

    def __init__(self, replica_id: str, unit_id: str, key: Ed25519PrivateKey, epoch: str = "") -> None:
        self.replica_id, self.unit_id, self.epoch = replica_id, unit_id, epoch or secrets.token_hex(16)
        self._key = key
        self.seq, self.head, self.known = 0, GENESIS_HASH, 0

    def write(self, fact: Fact, dossier_id: str = "", **more: Any) -> WireEvent:
        """Write the next event."""
        name, version = EVENT_TYPES[type(fact)]
        event_id = uuid7(1_770_000_000_000 + self.seq, secrets.token_bytes(10))
        envelope = Envelope(
            event_id=event_id,
            replica_id=self.replica_id,
            epoch=self.epoch,
            seq=self.seq + 1,
            prev_hash=self.head.hex(),
            unit_id=self.unit_id,
            dossier_id=dossier_id,
            type=name,
            type_version=version,
            base_version=0,
            acted_at=NOW + timedelta(seconds=self.seq),
            clock_state=ClockState.OK,
            actor="user-lan",
            on_behalf_of="",
            workstation="pc",
            act_id=event_id,
            act_size=1,
            base_gseq=self.known,
        )
        return self.seal(encode_body(Event(replace(envelope, **more), fact)))

    def seal(self, body: bytes) -> WireEvent:
        """Bind bytes to the log, sign them and go on behind them."""
        self.seq, self.head = self.seq + 1, chain_hash(self.head, body)
        return WireEvent(body=body.decode(), hash=self.head.hex(), sig=self._key.sign(self.head).hex())

    def unit_events(self, count: int) -> list[WireEvent]:
        """Write events of the unit that always apply."""
        return [self.write(ClockConfirmed(NOW)) for _ in range(count)]


def dossier_facts(code: str, unit_id: str) -> Iterator[Fact]:
    """Return six events of one dossier's way, each of which applies."""
    first = received(code, unit_id)
    yield first
    yield FeeTaken(8_000, FeeMethod.CASH)
    yield ReceiptPrinted(1, 1, "A5")
    state = state_of(first)
    leaders = Custodian(CustodianKind.SECTION, "lanh_dao")
    yield Submitted(leaders, content_hash(state))
    yield Approved(content_hash(state), _AUTHORITY)
    yield ResultReady("mot_cua", "A1")


@cache
def state_of(fact: Received) -> Dossier:
    """Return the dossier a receiving makes."""
    log = Log("r", fact.unit_id, Ed25519PrivateKey.generate())
    state = apply(None, decode_body(log.write(fact, "d").body.encode()))
    assert state is not None
    return state


@dataclass(slots=True)
class Pc:
    """A PC of a ward.

    Attributes:
        enrolled: What the city answered at enrolment.
    """

    city: TestCity
    key: Ed25519PrivateKey
    replica_id: str
    enrolled: EnrolAnswer
    log: Log
    token: str = ""

    @property
    def unit_id(self) -> str:
        """Return the unit's id."""
        return self.enrolled.unit_id

    def sign_in(self, **changes: Any) -> httpx2.Response:
        """Ask for a token and keep it."""
        answer = self.city.call("POST", "/v1/token", json=self.assertion(**changes))
        if answer.status_code == 200:
            self.token = answer.json()["token"]
        return answer

    def assertion(self, at: datetime | None = None, nonce: str = "", replica_id: str = "") -> dict[str, Any]:
        """Return what a PC says to get a token."""
        at, nonce = at or datetime.now(UTC), nonce or secrets.token_hex(16)  # noqa: TID251
        replica_id = replica_id or self.replica_id
        signature = self.key.sign(token_words(replica_id, at, nonce)).hex()
        request = TokenRequest(replica_id=replica_id, at=at, nonce=nonce, signature=signature)
        return request.model_dump(mode="json")

    def call(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Send a call with the token."""
        headers: Mapping[str, str] = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.city.call(method, path, headers=headers, **more)

    def open_epoch(self, reason: str = "first", **more: Any) -> httpx2.Response:
        """Open the log's epoch."""
        request = EpochRequest(epoch=self.log.epoch, reason=reason, install="install", **more)
        return self.call("POST", f"/v1/replicas/{self.replica_id}/epochs", json=request.model_dump())

    def push(self, events: Sequence[WireEvent], **more: Any) -> httpx2.Response:
        """Send events."""
        request = PushRequest(epoch=self.log.epoch, events=list(events))
        path = f"/v1/replicas/{self.replica_id}/push"
        headers = {"Content-Type": "application/json"}
        return self.call("POST", path, content=request.model_dump_json().encode(), headers=headers, **more)

    def pushed(self, events: Sequence[WireEvent]) -> PushAnswer:
        """Send events that the city takes."""
        answer = self.push(events)
        assert answer.status_code == 200, answer.text
        return PushAnswer.model_validate_json(answer.content)

    def feed(self, after: int = 0, feed_hash: str = "0" * 64, **more: Any) -> httpx2.Response:
        """Fetch the feed."""
        params = {"after": after, "hash": feed_hash, **more}
        return self.call("GET", f"/v1/feeds/{self.unit_id}", params=params)


def enrolment(key: Ed25519PrivateKey, code: str, replica_id: str, **more: Any) -> dict[str, Any]:
    """Return what a PC says to join a unit."""
    install = more.pop("install", "install")
    request = EnrolRequest(
        code=code,
        public_key=key.public_key().public_bytes_raw().hex(),
        replica_id=replica_id,
        install=install,
        workstation="pc",
        program="0.1",
        signature=key.sign(enrol_words(code, replica_id, install)).hex(),
        **more,
    )
    return request.model_dump(mode="json")


def join(city: TestCity, unit_id: str, replica_id: str = "") -> Pc:
    """Enrol a new PC, sign it in and open its first epoch."""
    key = Ed25519PrivateKey.generate()
    replica_id = replica_id or f"replica-{secrets.token_hex(8)}"
    answer = city.call("POST", "/v1/enrol", json=enrolment(key, city.enrol_code(unit_id), replica_id))
    assert answer.status_code == 200, answer.text
    enrolled = EnrolAnswer.model_validate_json(answer.content)
    pc = Pc(city, key, replica_id, enrolled, Log(replica_id, unit_id, key))
    assert pc.sign_in().status_code == 200
    assert pc.open_epoch().status_code == 200
    return pc


def code_of(ordinal: int) -> str:
    """Return a code of the sample ward."""
    return f"000.16.27.H29-{NOW:%y%m%d}-{ordinal:04d}"


def sha256(data: bytes) -> str:
    """Return a hash in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
