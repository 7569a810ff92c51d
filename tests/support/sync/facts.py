"""Facts of simulated acts: real ones, made from one sample, so that a history costs milliseconds."""

import hashlib
from datetime import date
from functools import cache

from desktop.domain.acts.receiving import decide_receive
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.codes import Ordinal
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, FeeMethod, Proof, Relation, Status
from desktop.domain.events import Event, Fact, Reading, read_event
from desktop.domain.facts.counter import FeeTaken, Received, ResultReady, Returned
from desktop.domain.facts.hub import CodeBound
from desktop.domain.facts.unit import UserSaved
from desktop.domain.facts.way import (
    Approved,
    CitizenNotified,
    CustodyAssigned,
    HandoverConfirmed,
    HandoverOffered,
    SentBack,
    Submitted,
    WaitClosed,
    WaitOpened,
)
from desktop.domain.fold import apply
from desktop.domain.judging import Standing
from desktop.domain.records import replace
from desktop.domain.users import Role
from desktop.domain.way import AuthorityUsed, SigningForm, WaitKind
from tests.support.samples import OWNER, allotment, command, rules, user
from tests.support.sync.machine import followed

JUSTICE = Custodian(CustodianKind.SECTION, "tu_phap")
LEADERS = Custodian(CustodianKind.SECTION, "lanh_dao")
_AUTHORITY = AuthorityUsed(SigningForm.OWN, "", "", ("CHỦ TỊCH",), "An")


@cache
def _sample() -> Received:
    fact = decide_receive(command(), allotment(), rules())[0]
    assert isinstance(fact, Received)
    return fact


def received(code: str, day: date, ordinal: Ordinal | None, unit_id: str) -> Received:
    """Return the reception of a dossier under a code; without an ordinal the code is a provisional one."""
    return replace(
        _sample(),
        unit_id=unit_id,
        code=code,
        is_provisional=ordinal is None,
        day=day,
        block=ordinal.block if ordinal else -1,
        ordinal=ordinal.value if ordinal else 1,
    )


def light_hash(state: Dossier) -> str:
    """Stand for the hash of the content a decision rests on."""
    return f"{state.owner.name}-{len(state.attachments)}"


def light_digest(state: Dossier) -> str:
    """Stand for the digest of a state; whole states are compared at the end of a history."""
    where, paid = f"{state.custodian.kind.value}|{state.custodian.holder}", len(state.payments)
    seen = f"{state.version}|{state.code}|{state.status.value}|{where}|{state.seen_at}|{state.shelf}|{paid}"
    return hashlib.sha256(seen.encode()).hexdigest()


class Bodies:
    """Write bodies that are short, and remember what they say: the codec has tests of its own.

    Attributes:
        unreadable: Ids of events whose fact nobody but their writer can read.
    """

    def __init__(self) -> None:
        self._readings: dict[bytes, Reading] = {}

    def write(self, event: Event) -> bytes:
        body = event.envelope.event_id.encode()
        self._readings[body] = Reading(event.envelope, event.fact)
        return body

    def read(self, body: bytes) -> Reading:
        reading = self._readings.get(body)
        if reading is None:
            reading = self._readings[body] = read_event(body)
        return reading

    def blur(self, body: bytes, problem: str) -> None:
        """Let nobody read the fact of an event."""
        self._readings[body] = Reading(self._readings[body].envelope, None, problem)


class Digests:
    """Digest each state once: states never change, and city and PCs share them."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Dossier, str]] = {}

    def of(self, state: Dossier) -> str:
        """Return a state's digest."""
        known = self._known.get(id(state))
        if known is None:
            known = self._known[id(state)] = (state, light_digest(state))
        return known[1]


class Folds:
    """Fold each event onto each state once: city and PCs share what a pure function gives."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[Dossier | None, Dossier]] = {}
        self._followed: dict[tuple[int, str, int], tuple[Standing, Standing]] = {}

    def follow(self, standing: Standing, event: Event, gseq: int) -> Standing:
        """Return what is known of a dossier after an accepted event, the state folded."""
        key = (id(standing), event.envelope.event_id, gseq)
        known = self._followed.get(key)
        if known is None:
            known = self._followed[key] = (standing, followed(standing, event, gseq, self.apply))
        return known[1]

    def apply(self, state: Dossier | None, event: Event) -> Dossier:
        key = (id(state), event.envelope.event_id)
        if key not in self._known:
            self._known[key] = (state, apply(state, event))
        return self._known[key][1]


def take_fee() -> Fact:
    return FeeTaken(1_000, FeeMethod.CASH)


def notify(n: int) -> Fact:
    return CitizenNotified("phone", f"lần {n}")


def offer(slip: str) -> Fact:
    return HandoverOffered(f"slip-{slip}", slip, JUSTICE)


def confirm(slip: str) -> Fact:
    return HandoverConfirmed(f"slip-{slip}", slip, JUSTICE, Status.WITH_SECTION)


def submit(state: Dossier) -> Fact:
    return Submitted(LEADERS, light_hash(state))


def approve(state: Dossier) -> Fact:
    return Approved(light_hash(state), _AUTHORITY)


def send_back() -> Fact:
    return SentBack("xem lại")


def ready(n: int) -> Fact:
    return ResultReady("mot_cua", shelf=f"ô {n}")


def give_back() -> Fact:
    return Returned(OWNER, Relation.OWNER, Proof.SIGNATURE, "")


def assign() -> Fact:
    return CustodyAssigned(JUSTICE, "nghỉ ốm")


def wait(n: str) -> Fact:
    return WaitOpened(n, WaitKind.OPINIONS, ClockEffect.NONE, "hỏi ý kiến")


def close_wait(state: Dossier, wait_id: str) -> Fact:
    return WaitClosed(wait_id, WaitKind.OPINIONS, state.due_at, state.receipt.version)


def bind(code: str, day: date, ordinal: Ordinal) -> Fact:
    return CodeBound(code, day, ordinal.block, ordinal.value)


def saved(login: str, *roles: Role) -> Fact:
    return UserSaved(user(*roles, login=login))
