from dataclasses import replace
from datetime import UTC, date

import pytest

from desktop.domain.acts.receiving import decide_receive
from desktop.domain.calendars import CalendarOverlay
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.dossiers import (
    CLOSED,
    NATIONAL_STATUS,
    NOBODY,
    CustodianKind,
    FeeMethod,
    Proof,
    Relation,
    Status,
)
from desktop.domain.errors import DamagedData
from desktop.domain.events import Fact
from desktop.domain.facts.counter import FeeTaken, ReceiptPrinted, ResultReady, Returned
from desktop.domain.facts.unit import CalendarOverlaid
from desktop.domain.facts.way import Approved, PaperPrinted, Rejected, SentBack, WaitOpened
from desktop.domain.fold import apply, fold
from desktop.domain.way import AuthorityUsed, SigningForm, WaitKind
from tests.support.samples import NINE, OWNER, allotment, command, event, folded, rules

(RECEIVED,) = decide_receive(command(), allotment(), rules())
LATER: tuple[Fact, ...] = (
    ReceiptPrinted(1, 1, "A5"),
    FeeTaken(8_000, FeeMethod.CASH),
    ResultReady("mot_cua", "A1"),
    Returned(OWNER, Relation.OWNER, Proof.SIGNATURE, "ký"),
)
RIGHT = AuthorityUsed(SigningForm.OWN, "", "", ("CHỦ TỊCH",), "An")
WHY = "lý do rõ ràng"


def test_no_events_are_no_dossier() -> None:
    assert fold(()) is None


def test_a_received_dossier_stands_at_the_counter_with_one_promise() -> None:
    state = folded(RECEIVED)

    assert (state.status, state.version, state.receipt.version) == (Status.RECEIVED, 1, 1)
    assert (state.custodian.kind, state.custodian.holder) == (CustodianKind.SECTION, "mot_cua")
    assert state.first_promised_at == state.promised_at == state.due_at
    assert (state.received_on, state.year) == (date(2019, 7, 18), 2019)
    assert state.received_at == NINE.astimezone(UTC)


def test_every_event_raises_the_version_by_one() -> None:
    assert [folded(RECEIVED, *LATER[:n]).version for n in range(5)] == [1, 2, 3, 4, 5]


def test_code_number_and_first_promise_outlive_every_event() -> None:
    first, last = folded(RECEIVED), folded(RECEIVED, *LATER)

    assert (last.code, last.receipt.number, last.first_promised_at) == (
        first.code,
        first.receipt.number,
        first.first_promised_at,
    )


def test_nobody_holds_what_was_returned() -> None:
    assert folded(RECEIVED, *LATER).custodian == NOBODY


def test_a_dossier_is_received_once() -> None:
    with pytest.raises(DamagedData) as caught:
        apply(folded(RECEIVED), event(RECEIVED, seq=2))

    assert (caught.value.code, caught.value.details["event_id"]) == ("event_out_of_place", "event-2")


@pytest.mark.parametrize("fact", LATER, ids=lambda fact: type(fact).__name__)
def test_nothing_happens_to_a_dossier_nobody_received(fact: Fact) -> None:
    with pytest.raises(DamagedData, match="event_out_of_place"):
        apply(None, event(fact))


def test_an_event_of_the_unit_is_none_of_a_dossiers() -> None:
    with pytest.raises(DamagedData, match="event_out_of_place"):
        apply(folded(RECEIVED), event(CalendarOverlaid(CalendarOverlay())))


@pytest.mark.parametrize("fact", [Approved("", RIGHT), Rejected(WHY, RIGHT), SentBack(WHY)], ids=str)
def test_nothing_is_decided_that_nobody_submitted(fact: Fact) -> None:
    with pytest.raises(DamagedData, match="event_out_of_place"):
        apply(folded(RECEIVED), event(fact, seq=2))


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (WaitKind.SUPPLEMENT, Status.WAITING_SUPPLEMENT),
        (WaitKind.OBLIGATION, Status.WAITING_PAYMENT),
        (WaitKind.STOP, Status.STOPPED),
        (WaitKind.OPINIONS, Status.RECEIVED),
        (WaitKind.VERIFICATION, Status.RECEIVED),
    ],
)
def test_a_wait_shows_its_status_over_where_the_dossier_stands(kind: WaitKind, status: Status) -> None:
    state = folded(RECEIVED, WaitOpened("wait-1", kind, ClockEffect.NONE, WHY))

    assert (state.status, state.base_status) == (status, Status.RECEIVED)


def test_a_reprint_changes_nothing_but_the_version() -> None:
    state = folded(RECEIVED)

    printed = apply(state, event(PaperPrinted("apology", "1", 2, "A5"), seq=2))

    assert replace(printed, version=state.version, seen_at=state.seen_at) == state


def test_every_status_has_its_national_number_and_closed_ones_no_holder() -> None:
    assert set(NATIONAL_STATUS) == set(Status)
    assert {NATIONAL_STATUS[status] for status in CLOSED} == {3, 7, 10}
