"""The city over HTTPS: the ``City`` port of the sync engine.

Every call is authorised by a token of some minutes, got by a signature of the PC's key and renewed before it ends; the
place where the feed ends is signed by the city, and so is a revocation: no box on the way can make either up.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from desktop.domain.feed import Place
from desktop.protocol.messages import (
    CustodyAnswer,
    CustodyRequest,
    DeviceReport,
    DigestAnswer,
    EpochAnswer,
    EpochRequest,
    FeedAnswer,
    Hello,
    LeaseAnswer,
    LeaseRequest,
    Message,
    ParkRequest,
    PushAnswer,
    PushRequest,
    RelayAnswer,
    RelayRequest,
    ReplicaStanding,
    ReportAnswer,
    TokenAnswer,
    TokenRequest,
    WireVerdict,
)
from desktop.protocol.signing_words import checkpoint_words, revocation_words, token_words
from desktop.sync.connection import Connection, Surroundings
from desktop.sync.ports import CityRefused, LinkFailed

log = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)
T = TypeVar("T")

#: A token is renewed this long before its end.
_MARGIN_S: Final = 60.0
_TOKEN_REFUSED: Final = frozenset({"token-missing", "token-invalid", "token-expired"})
_ASSERTION_REFUSED: Final = frozenset({"clock-suspect", "assertion-used"})


@dataclass(frozen=True, slots=True)
class Identity:
    """Say who speaks, and with whom.

    Attributes:
        sign: Signs words with the PC's key.
        city_key: Public key of the city, hex, as given at enrolment.
        verify: Tells whether a public key (hex) signed words.
    """

    replica_id: str
    unit_id: str
    sign: Callable[[bytes], bytes]
    city_key: str
    verify: Callable[[str, bytes, bytes], bool]


class HttpCity:
    """Be the city to the sync engine.

    Attributes:
        offset: How far the city's clock is ahead of the PC's, as of the last ``hello``.
        seen_at: The city's time then; None before the first.

    Threads: lane io; several threads may call at once.
    """

    def __init__(self, address: str, identity: Identity, around: Surroundings) -> None:
        """Check the address; nothing is opened yet.

        Raises:
            UserError: ``city_address_bad``, ``city_needs_https``.
        """
        self._connection = Connection(address, around)
        self._identity = identity
        self._around = around
        self._token = ""
        self._token_ends = 0.0
        self._guard = threading.Lock()
        self.offset = timedelta(0)
        self.seen_at: datetime | None = None

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def abort(self) -> None:
        """Cut the call under way and refuse further ones. Threads: any."""
        self._connection.abort()

    def hello(self) -> Hello:
        """Ask what the city is."""
        begun = self._around.monotonic()
        answer = self._connection.call(Hello, "GET", "/v1/hello")
        half_way = timedelta(seconds=(self._around.monotonic() - begun) / 2)
        if answer.server_time.tzinfo is None:
            raise LinkFailed("not_the_city")
        self.offset = answer.server_time + half_way - self._around.now()
        self.seen_at = answer.server_time
        return answer

    def standing(self, epoch: str) -> ReplicaStanding:
        """Ask where the city stands with an own epoch."""
        return self._call(ReplicaStanding, "GET", self._own(), params={"epoch": epoch})

    def open_epoch(self, request: EpochRequest) -> EpochAnswer:
        """Open an epoch."""
        return self._call(EpochAnswer, "POST", f"{self._own()}/epochs", request)

    def push(self, request: PushRequest) -> PushAnswer:
        """Send own events."""
        return self._call(PushAnswer, "POST", f"{self._own()}/push", request)

    def feed(self, after: Place, limit: int) -> FeedAnswer:
        """Fetch what follows a place; the city's signature on the feed's end is checked."""
        params: dict[str, str | int] = {"after": after.gseq, "hash": after.feed_hash.hex(), "limit": limit}
        answer = self._call(FeedAnswer, "GET", f"/v1/feeds/{self._identity.unit_id}", params=params)
        words = checkpoint_words(answer.head, answer.head_hash, answer.incarnation)
        self.check(words, answer.signature)
        return answer

    def relay(self, request: RelayRequest) -> RelayAnswer:
        """Offer signed events the city lost."""
        return self._call(RelayAnswer, "POST", f"/v1/feeds/{self._identity.unit_id}/relay", request)

    def lease(self, request: LeaseRequest) -> LeaseAnswer:
        """Ask for more blocks."""
        return self._call(LeaseAnswer, "POST", "/v1/leases", request)

    def custody(self, dossier_id: str, request: CustodyRequest) -> CustodyAnswer:
        """Take, give or force custody."""
        return self._call(CustodyAnswer, "POST", f"/v1/custody/{dossier_id}", request)

    def park(self, request: ParkRequest) -> WireVerdict:
        """Hand over an event the city fails on."""
        return self._call(WireVerdict, "POST", "/v1/park", request)

    def digests(self, after_gseq: int) -> DigestAnswer:
        """Fetch digests of dossiers that changed after a place."""
        path = f"/v1/feeds/{self._identity.unit_id}/digests"
        return self._call(DigestAnswer, "GET", path, params={"after": after_gseq})

    def report(self, report: DeviceReport) -> ReportAnswer:
        """Say how this PC stands."""
        return self._call(ReportAnswer, "POST", f"{self._own()}/report", report)

    def authorised(self, use: Callable[[str], T]) -> T:
        """Call something with a token; a token the city does not know any more is replaced once.

        Raises:
            CityRefused: it said no for another reason.
            LinkFailed: no trustworthy answer came.
        """
        token = self._valid_token()
        try:
            return use(token)
        except CityRefused as refused:
            self._check_revocation(refused)
            if refused.code not in _TOKEN_REFUSED:
                raise
        self._drop_token(token)
        return use(self._valid_token())

    def check(self, words: bytes, signature: str) -> None:
        """Refuse words the city did not sign.

        Raises:
            LinkFailed: ``not_the_city``.
        """
        try:
            is_signed = self._identity.verify(self._identity.city_key, words, bytes.fromhex(signature))
        except ValueError:
            is_signed = False
        if not is_signed:
            log.warning("an answer is not signed by the city")
            raise LinkFailed("not_the_city")

    @property
    def connection(self) -> Connection:
        """Return the connection, for the lane of attachments."""
        return self._connection

    def _own(self) -> str:
        return f"/v1/replicas/{self._identity.replica_id}"

    def _call(
        self,
        kind: type[M],
        method: str,
        path: str,
        message: Message | None = None,
        params: dict[str, str | int] | None = None,
    ) -> M:
        return self.authorised(
            lambda token: self._connection.call(kind, method, path, message=message, params=params, token=token)
        )

    def _valid_token(self) -> str:
        with self._guard:
            if not self._token or self._around.monotonic() >= self._token_ends:
                answer = self._new_token()
                self._token = answer.token
                self._token_ends = self._around.monotonic() + max(answer.expires_in_s - _MARGIN_S, 1.0)
            return self._token

    def _drop_token(self, token: str) -> None:
        with self._guard:
            if self._token == token:
                self._token = ""

    def _new_token(self) -> TokenAnswer:
        try:
            return self._asserted()
        except CityRefused as refused:
            self._check_revocation(refused)
            if refused.code not in _ASSERTION_REFUSED:
                raise
        # The PC's clock is off: the city tells its own, and an assertion in that time is taken.
        self.hello()
        return self._asserted()

    def _asserted(self) -> TokenAnswer:
        at = self._around.now() + self.offset
        nonce = secrets.token_hex(16)
        words = token_words(self._identity.replica_id, at, nonce)
        request = TokenRequest(
            replica_id=self._identity.replica_id, at=at, nonce=nonce, signature=self._identity.sign(words).hex()
        )
        return self._connection.call(TokenAnswer, "POST", "/v1/token", message=request)

    def _check_revocation(self, refused: CityRefused) -> None:
        """Believe a revocation only when the city signed it: it locks the PC's data away."""
        if refused.code == "device-revoked":
            words = revocation_words(self._identity.replica_id, refused.facts.get("incarnation", ""))
            self.check(words, refused.facts.get("signature", ""))
