"""Random histories of acts, refused ones among them, on a real ward: what must hold after every one."""

import itertools
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.domain.commands import Correct, MarkResultReady, ReturnResult, TakeFee
from desktop.domain.dossiers import (
    NATIONAL_STATUS,
    NOBODY,
    CustodianKind,
    Dossier,
    FeeMethod,
    Party,
    Proof,
    Relation,
)
from desktop.domain.errors import UserError
from desktop.domain.events import Corrected, Received
from desktop.services import follow, receive
from desktop.storage import projections
from tests.support.samples import NINE, REASON
from tests.support.wards import Ward, command, make_ward, person

_EVERYBODY = ("lan", "hung", "thu", "chutich", "thanhtra", "quantri")
_PICK = st.integers(0, 10**6)
_PROCEDURES = st.sampled_from(["1.001193", "2.000635", "1.004884", "2.000815"])


def mostly(login: str) -> st.SearchStrategy[str]:
    """Pick the right user more often than not."""
    return st.sampled_from([login] * 6 + [*_EVERYBODY])


class History(RuleBasedStateMachine):
    """Act at random as random users; remember only what the answers said."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="motcua-history-")
        self.ward: Ward = make_ward(Path(self._folder.name))
        self.first: dict[str, Dossier] = {}
        self.last: dict[str, Dossier] = {}
        self.touched = 0

    def teardown(self) -> None:
        self.ward.database.close()
        self._folder.cleanup()

    @initialize()
    def start(self) -> None:
        self.ward.clock.set(NINE)

    @rule(hours=st.integers(-3, 60))
    def pass_time(self, hours: int) -> None:
        self.ward.clock.set(max(NINE - timedelta(days=3), self.ward.clock.now() + timedelta(hours=hours)))

    @rule(days=st.sampled_from([170, 365]))
    def pass_long(self, days: int) -> None:
        later = self.ward.clock.now() + timedelta(days=days)
        if later < datetime.fromisoformat("2024-01-01T00:00:00+07:00"):
            self.ward.clock.set(later)

    @rule(
        login=mostly("lan"),
        code=_PROCEDURES,
        who=st.integers(0, 6),
        fields=st.fixed_dictionaries(
            {},
            optional={
                "is_immediate": st.just(True),
                "duplicate_reason": st.just("hồ sơ thứ hai"),
                "paid_vnd": st.sampled_from([1_000, 8_000]),
                "exemption": st.just("hộ nghèo"),
                "components": st.just(()),
                "sets": st.integers(0, 2),
            },
        ),
    )
    def receive(self, login: str, code: str, who: int, fields: dict[str, Any]) -> None:
        given = command(self.ward.desk, code, owner=person(who) if who else Party("Bé Na"), **fields)
        self._try(lambda: receive.receive(self.ward.desk, self.ward.user(login), given).dossier)

    @precondition(lambda self: self.first)
    @rule(
        login=mostly("chutich"),
        pick=_PICK,
        changes=st.dictionaries(
            st.sampled_from(["note", "sets", "applicant.name", "applicant.phone", "exemption", "code"]),
            st.sampled_from(["1", "2", "Tên Khác", ""]),
            max_size=2,
        ),
        days=st.none() | st.integers(-3, 9),
        other=st.none() | _PROCEDURES,
    )
    def correct(self, login: str, pick: int, changes: dict[str, str], days: int | None, other: str | None) -> None:
        state = self._picked(pick)
        given = Correct(changes, REASON)
        if days is not None:
            given = replace(given, promised_at=state.promised_at + timedelta(days=days))
        if other is not None:
            right = command(self.ward.desk, other)
            given = replace(given, procedure=right.procedure, components=right.components)
        self._try(lambda: follow.correct(self.ward.desk, self.ward.user(login), state.code, given).dossier)

    @precondition(lambda self: self.first)
    @rule(login=mostly("lan"), pick=_PICK, paper=st.sampled_from(["", "A4", "A3"]))
    def print_again(self, login: str, pick: int, paper: str) -> None:
        code = self._picked(pick).code
        self._try(lambda: follow.print_receipt(self.ward.desk, self.ward.user(login), code, paper).dossier)

    @precondition(lambda self: self.first)
    @rule(login=mostly("thu"), pick=_PICK, amount=st.sampled_from([0, 1_000, 8_000]), method=st.sampled_from(FeeMethod))
    def fee(self, login: str, pick: int, amount: int, method: FeeMethod) -> None:
        code = self._picked(pick).code
        given = TakeFee(amount, method, REASON)
        self._try(lambda: follow.take_fee(self.ward.desk, self.ward.user(login), code, given).dossier)

    @precondition(lambda self: self.first)
    @rule(login=mostly("hung"), pick=_PICK)
    def ready(self, login: str, pick: int) -> None:
        code = self._picked(pick).code
        self._try(
            lambda: follow.mark_result_ready(self.ward.desk, self.ward.user(login), code, MarkResultReady("A1")).dossier
        )

    @precondition(lambda self: self.first)
    @rule(login=mostly("lan"), pick=_PICK, is_stranger=st.booleans(), reference=st.sampled_from(["ký", " "]))
    def give_back(self, login: str, pick: int, is_stranger: bool, reference: str) -> None:
        state = self._picked(pick)
        recipient = person(99) if is_stranger else state.owner
        given = ReturnResult(recipient, Relation.OWNER, Proof.SIGNATURE, reference, paid_vnd=state.owed_vnd)
        self._try(lambda: follow.return_result(self.ward.desk, self.ward.user(login), state.code, given).dossier)

    @invariant()
    def an_answer_is_what_the_database_says(self) -> None:
        for code, dossier in self.last.items():
            assert self.ward.desk.reader.find(code) == dossier

    @invariant()
    def what_must_never_move_has_not_moved(self) -> None:
        for code, first in self.first.items():
            last = self.last[code]
            assert (last.code, last.dossier_id, last.received_at) == (first.code, first.dossier_id, first.received_at)
            assert (last.receipt.book, last.receipt.number) == (first.receipt.book, first.receipt.number)
            assert last.first_promised_at == first.first_promised_at
            assert last.lookup_key == first.lookup_key

    @invariant()
    def each_paper_has_one_holder_until_it_is_returned(self) -> None:
        for dossier in self.last.values():
            if dossier.is_closed:
                assert dossier.custodian == NOBODY
            else:
                assert (dossier.custodian.kind, dossier.custodian.holder) == (CustodianKind.SECTION, "mot_cua")
            if NATIONAL_STATUS[dossier.status] == 10:
                assert dossier.returned is not None
                assert dossier.returned.recipient.name
                assert dossier.returned.proof_reference
                assert dossier.solved_at is not None

    @invariant()
    def numbers_have_no_gaps_and_codes_no_twins(self) -> None:
        numbers: dict[tuple[int, int], list[int]] = {}
        for dossier in self.last.values():
            if dossier.receipt.number:
                numbers.setdefault((dossier.year, dossier.receipt.book), []).append(dossier.receipt.number)
        for found in numbers.values():
            assert sorted(found) == list(range(1, len(found) + 1))
        assert len({dossier.code for dossier in self.last.values()}) == len(self.last)

    @invariant()
    def a_refold_of_the_log_is_what_the_tables_hold(self) -> None:
        if self.touched % 4:  # every page is read: not after each step
            return
        report = self.ward.verify()
        assert report.is_clean, report.findings
        assert report.dossiers == len(self.first)

    @invariant()
    def a_promise_moves_by_a_correction_only(self) -> None:
        for dossier in self.last.values():
            events = self.ward.desk.reader.history(dossier.dossier_id)
            for before, after in itertools.pairwise(range(1, len(events) + 1)):
                old, new = projections.fold(events[:before]), projections.fold(events[:after])
                assert old is not None
                assert new is not None
                if (old.promised_at, old.due_at) != (new.promised_at, new.due_at):
                    assert isinstance(events[after - 1].fact, Corrected)
            assert isinstance(events[0].fact, Received)

    def _picked(self, pick: int) -> Dossier:
        codes = sorted(self.last)
        return self.last[codes[pick % len(codes)]]

    def _try(self, act: Any) -> None:
        head = self.ward.database.ledger.head
        try:
            done = act()
        except UserError:
            assert self.ward.database.ledger.head == head
            return
        self.touched += 1
        self.first.setdefault(done.code, done)
        self.last[done.code] = done


TestHistory = History.TestCase
TestHistory.settings = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
