from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.dossiers import Party
from desktop.domain.errors import DamagedData, UserError
from desktop.domain.events import Event, Fact, decode_body, encode_body
from desktop.domain.facts.counter import ReceiptPrinted
from desktop.domain.facts.hub import (
    OnlineAccepted,
    OnlineDeclined,
    OnlineSubmitted,
    OnlineSupplementAsked,
    OnlineSupplied,
)
from desktop.domain.fold_online import apply_online, filing_of
from desktop.domain.online import (
    Filing,
    OnlineFile,
    OnlineStatus,
    answer_due,
    check_open,
    check_reason,
    is_answer_late,
)
from desktop.domain.way import MissingPaper
from tests.support.samples import NINE, calendar, event, packs

FILE = OnlineFile("a" * 64, "application/pdf", 10, "Tờ khai", "TP01")
SUBMITTED = OnlineSubmitted("f1", "TT-1", "0123456789", "1.001193", Party("Hoa"), (FILE,), "", NINE)
ASKED = OnlineSupplementAsked("f1", (MissingPaper("TP02", "Giấy chứng sinh"),), "thiếu")
SUPPLIED = OnlineSupplied("f1", (replace(FILE, sha256="b" * 64),), "đã gửi", NINE + timedelta(days=1))
FIRST = OnlineAccepted("f1", "d1", "C-1")
SECOND = OnlineAccepted("f1", "d2", "C-2", is_merged=True)
DECLINED = OnlineDeclined("f1", "không thuộc thẩm quyền")


def said(fact: Fact) -> Event:
    return event(fact)


def folded(*facts: Fact) -> Filing:
    filing: Filing | None = None
    for fact in facts:
        filing = apply_online(filing, said(fact))
    assert filing is not None
    return filing


@pytest.mark.parametrize("fact", [SUBMITTED, ASKED, SUPPLIED, FIRST, DECLINED])
def test_every_fact_reads_back_as_it_was_written(fact: Fact) -> None:
    assert decode_body(encode_body(said(fact))) == said(fact)
    assert filing_of(fact) == "f1"


def test_other_facts_are_about_no_filing() -> None:
    assert filing_of(ReceiptPrinted(1, 1, "A5")) == ""


def test_a_filing_goes_from_submission_over_supplement_to_a_dossier() -> None:
    assert folded(SUBMITTED).status is OnlineStatus.WAITING
    asked = folded(SUBMITTED, ASKED)
    assert (asked.status, asked.missing) == (OnlineStatus.SUPPLEMENT, ASKED.missing)
    supplied = folded(SUBMITTED, ASKED, SUPPLIED)
    assert (supplied.status, supplied.clock_from, supplied.answered_at) == (
        OnlineStatus.WAITING,
        SUPPLIED.supplied_at,
        None,
    )
    done = folded(SUBMITTED, ASKED, SUPPLIED, FIRST)
    assert (done.status, done.dossier_code, done.is_settled) == (OnlineStatus.ACCEPTED, "C-1", True)


def test_hearing_the_same_again_changes_nothing() -> None:
    once = folded(SUBMITTED, ASKED, SUPPLIED, FIRST)

    assert folded(SUBMITTED, SUBMITTED, ASKED, ASKED, SUPPLIED, SUPPLIED, FIRST, FIRST) == once


def test_two_dossiers_of_one_filing_are_both_kept_in_sight_in_whatever_order() -> None:
    one, other = folded(SUBMITTED, FIRST, SECOND), folded(SUBMITTED, SECOND, FIRST)

    assert (one.dossier_id, one.also_received) == ("d1", ("C-2",))
    assert (other.dossier_id, other.also_received, other.status) == ("d1", ("C-2",), OnlineStatus.ACCEPTED)
    assert folded(SUBMITTED, SECOND, FIRST, SECOND).also_received == ("C-2",)


def test_taken_at_one_counter_and_declined_at_another_counts_as_taken() -> None:
    assert folded(SUBMITTED, DECLINED, FIRST).dossier_code == "C-1"
    assert folded(SUBMITTED, FIRST, DECLINED).status is OnlineStatus.ACCEPTED
    assert folded(SUBMITTED, DECLINED, ASKED).status is OnlineStatus.DECLINED
    assert folded(SUBMITTED, DECLINED, SECOND).status is OnlineStatus.MERGED


def test_what_is_said_of_an_unknown_filing_is_out_of_place() -> None:
    with pytest.raises(DamagedData, match="event_out_of_place"):
        apply_online(None, said(FIRST))
    with pytest.raises(DamagedData, match="event_out_of_place"):
        apply_online(folded(SUBMITTED), said(ReceiptPrinted(1, 1, "A5")))


def test_the_ward_has_eight_working_hours() -> None:
    filing = folded(SUBMITTED)
    due = answer_due(filing, calendar(), packs()[0].clock)

    assert due == NINE + timedelta(days=1)
    assert not is_answer_late(filing, due, due)
    assert is_answer_late(filing, due + timedelta(minutes=1), due)
    answered = replace(filing, status=OnlineStatus.DECLINED, answered_at=due)
    assert not is_answer_late(answered, due + timedelta(days=9), due)


def test_only_what_is_open_is_answered() -> None:
    check_open(folded(SUBMITTED))
    with pytest.raises(UserError, match="online_settled"):
        check_open(folded(SUBMITTED, DECLINED))


def test_a_reason_has_twenty_characters_without_the_blanks_around() -> None:
    assert check_reason("  a" * 10 + "b ") == "a " * 9 + "ab"
    with pytest.raises(UserError, match="reason_too_short"):
        check_reason("x" * 19 + "   ")
