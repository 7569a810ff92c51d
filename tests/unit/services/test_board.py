"""The board through its service: who may see it, what it shows now and then, what nobody touched or fetched."""

import random
from datetime import datetime, timedelta

import pytest

from desktop.domain.board import Denominator, Period, Wanted, half_year
from desktop.domain.board_count import board_of
from desktop.domain.commands import Correct, MarkResultReady, ReturnResult
from desktop.domain.dossiers import Custodian, CustodianKind, Proof, Relation, Status
from desktop.domain.errors import UserError
from desktop.domain.users import User
from desktop.domain.vietnamese import local
from desktop.domain.way import LateCause, WaitKind
from desktop.domain.way_commands import (
    Apologise,
    Approve,
    CloseWait,
    MakeSlip,
    OpenWait,
    Refuse,
    SendBack,
    Submit,
    Withdraw,
)
from desktop.services import apologising, deciding, ending, follow, handing, waiting
from desktop.services.board import field_names, show_board, uncollected, unseen
from tests.support.samples import NINE
from tests.support.wards import SLOW, Ward, command, person
from tests.support.way import SECTION, bring

DAY = timedelta(days=1)


def test_the_it_officer_sees_no_board(ward: Ward) -> None:
    for ask in (show_board, unseen, uncollected):
        with pytest.raises(UserError, match="not_permitted"):
            ask(ward.desk, ward.user("quantri"))


@pytest.mark.parametrize("login", ["lan", "hung", "thu", "chutich", "thanhtra"])
def test_everybody_else_sees_it(ward: Ward, login: str) -> None:
    code = ward.receive().code

    board = show_board(ward.desk, ward.user(login))

    assert [name.code for name in board.today] == [code]
    assert board.period == half_year(NINE.date())


def test_the_land_target_of_the_unit_is_on_the_board(ward: Ward) -> None:
    board = show_board(ward.desk, ward.user("chutich"))

    assert [(each.field, each.target, each.meets) for each in board.by_field] == [("dat_dai", "< 0,10%", None)]


def test_a_board_of_the_past_does_not_know_what_came_later(ward: Ward) -> None:
    code = ward.receive().code
    then = ward.desk.clock.now()
    ward.clock.set(NINE + 3 * timedelta(hours=1))
    bring(ward.desk, code)
    chair = ward.user("chutich")

    past, present = show_board(ward.desk, chair, as_of=then), show_board(ward.desk, chair)

    assert (past.total.open, past.total.solved) == (1, 0)
    assert (present.total.open, present.total.solved) == (0, 1)
    assert show_board(ward.desk, chair, as_of=then - DAY).total.received == 0


def test_a_board_of_the_future_is_read_from_the_rows(ward: Ward) -> None:
    code = ward.receive().code
    chair = ward.user("chutich")

    board = show_board(ward.desk, chair, as_of=NINE + 2 * DAY)

    assert [name.code for name in board.late] == [code]


def test_a_clock_that_went_back_leaves_no_half_dossier(ward: Ward) -> None:
    code = ward.receive(code=SLOW).code
    ward.clock.set(NINE - DAY)
    handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (code,)))

    board = show_board(ward.desk, ward.user("chutich"), as_of=NINE - timedelta(hours=1))

    assert board.total.received == 0


def test_what_nobody_touched_is_named_by_its_holder(ward: Ward) -> None:
    first = ward.receive(owner=person(1), code=SLOW)
    second = ward.receive(owner=person(2), code=SLOW)
    slip = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (second.code,))).slip
    handing.confirm_slip(ward.desk, ward.user("hung"), slip.name, (second.code,))
    chair = ward.user("chutich")

    ward.clock.set(datetime.fromisoformat("2019-07-24T09:00:00+07:00"))
    assert unseen(ward.desk, chair, 5) == ()

    ward.clock.set(datetime.fromisoformat("2019-07-25T09:00:00+07:00"))
    found = unseen(ward.desk, chair, 5)

    assert [(held.custodian, [card.code for card in held.cards]) for held in found] == [
        (Custodian(CustodianKind.SECTION, "mot_cua"), [first.code]),
        (SECTION, [second.code]),
    ]
    assert all(held.holder for held in found)


def test_results_nobody_fetched_are_named(ward: Ward) -> None:
    code = ward.receive().code
    bring(ward.desk, code)
    chair = ward.user("chutich")
    ward.clock.set(datetime.fromisoformat("2019-07-31T09:00:00+07:00"))
    assert uncollected(ward.desk, chair) == ()

    ward.clock.set(datetime.fromisoformat("2019-08-01T09:00:00+07:00"))

    assert [card.code for card in uncollected(ward.desk, chair)] == [code]


def test_every_field_has_a_name(ward: Ward) -> None:
    assert field_names(ward.desk)["dat_dai"] == "Đất đai"


class Walk:
    """Act at random on a few dossiers; refusals are part of it."""

    def __init__(self, ward: Ward, seed: int) -> None:
        self.ward, self.dice = ward, random.Random(seed)
        self.codes: list[str] = []
        self.instants = [NINE]

    def go(self, steps: int) -> None:
        acts = [getattr(self, name) for name in dir(self) if name.startswith("act_")]
        for _ in range(steps):
            self.ward.clock.set(self.ward.clock.now() + timedelta(hours=self.dice.choice([0, 1, 3, 20, 24, 70])))
            try:
                self.dice.choice(acts)()
            except UserError:
                continue
            self.instants.append(self.ward.desk.clock.now())

    def act_receive(self) -> None:
        desk, n = self.ward.desk, len(self.codes)
        code = self.dice.choice(["1.001193", "2.000635", SLOW, "2.000815"])
        found = self.ward.receive(owner=person(n), **({} if code == "1.001193" else {"code": code}))
        self.codes.append(found.code)
        assert desk.reader.find(found.code)

    act_receive_too = act_receive

    def act_hand(self) -> None:
        slip = handing.make_slip(self.ward.desk, self._user("lan"), MakeSlip(SECTION, (self._code(),))).slip
        handing.confirm_slip(self.ward.desk, self._user("hung"), slip.name, slip.codes)

    act_hand_too = act_hand

    def act_submit(self) -> None:
        deciding.submit(self.ward.desk, self._user("hung"), [self._code()], Submit())

    act_submit_too = act_submit

    def act_approve(self) -> None:
        deciding.approve(self.ward.desk, self._user("chutich"), [self._submitted()], [Approve()])

    act_approve_too = act_approve

    def act_send_back(self) -> None:
        deciding.send_back(self.ward.desk, self._user("chutich"), [self._submitted()], SendBack("thiếu căn cứ"))

    def act_ready(self) -> None:
        for code in self.codes:
            state = self.ward.desk.reader.find(code)
            if state is not None and state.status is Status.APPROVED:
                follow.mark_result_ready(self.ward.desk, self._user("hung"), code, MarkResultReady("A1"))

    def act_apologise(self) -> None:
        code = self._code()
        look = apologising.outlook(self.ward.desk, self._user("chutich"), code)
        given = Apologise("chờ xác minh hồ sơ", LateCause.WARD, look.suggested)
        apologising.apologise(self.ward.desk, self._user("chutich"), code, given)

    act_apologise_too = act_apologise

    def act_wait(self) -> None:
        kind = self.dice.choice([WaitKind.OBLIGATION, WaitKind.OPINIONS, WaitKind.STOP])
        given = OpenWait(kind, "chờ cơ quan thuế", "Chi cục Thuế")
        waiting.open_wait(self.ward.desk, self._user("hung"), self._code(), given)

    def act_resume(self) -> None:
        for code in self.codes:
            state = self.ward.desk.reader.find(code)
            for wait in state.open_waits if state else ():
                waiting.close_wait(self.ward.desk, self._user("hung"), code, CloseWait(wait.kind, "đã xong"))

    def act_refuse(self) -> None:
        code = self._code()
        ending.refuse(self.ward.desk, self._user("lan"), code, Refuse("không đủ điều kiện", "Luật", self._papers(code)))

    def act_withdraw(self) -> None:
        code = self._code()
        ending.withdraw(self.ward.desk, self._user("lan"), code, Withdraw("người dân rút", self._papers(code)))

    def act_correct(self) -> None:
        other = command(self.ward.desk, self.dice.choice([SLOW, "2.000815"]))
        given = Correct({}, "nhận nhầm thủ tục", procedure=other.procedure, components=other.components)
        follow.correct(self.ward.desk, self._user("chutich"), self._code(), given)

    def act_return(self) -> None:
        code = self._code()
        state = self.ward.desk.reader.find(code)
        assert state is not None
        given = ReturnResult(state.owner, Relation.OWNER, Proof.SIGNATURE, "ký", paid_vnd=state.owed_vnd)
        follow.return_result(self.ward.desk, self._user("lan"), code, given)

    def _user(self, login: str) -> User:
        return self.ward.user(login)

    def _code(self) -> str:
        if not self.codes:
            self.act_receive()
        return str(self.dice.choice(self.codes))

    def _submitted(self) -> str:
        found = [state.code for state in self.ward.desk.way.submitted()]
        return self.dice.choice(found) if found else self._code()

    def _papers(self, code: str) -> tuple[str, ...]:
        state = self.ward.desk.reader.find(code)
        return tuple(line.code or line.name for line in state.components if line.originals) if state else ()


@pytest.mark.parametrize("seed", range(4))
def test_after_a_random_history_every_figure_equals_the_log_now_and_then(ward: Ward, seed: int) -> None:
    walk = Walk(ward, seed)
    walk.go(90)
    chair, calendar = ward.user("chutich"), ward.desk.reader.calendar()
    targets = ward.desk.reader.unit().late_targets
    now = ward.desk.clock.now()
    dossiers = tuple(ward.desk.way.all_dossiers_at(now))
    periods = (None, Period(NINE.date(), local(now).date()), Period(local(now).date(), local(now).date()))

    for period in periods:
        for denominator in Denominator:
            for field in ("", "ho_tich"):
                shown = show_board(ward.desk, chair, period=period, denominator=denominator, field=field)
                wanted = Wanted(now, shown.period, field, denominator, targets)
                assert shown == board_of(dossiers, wanted, calendar)

    assert len(walk.codes) > 5
    then = walk.instants[len(walk.instants) // 2]
    past = show_board(ward.desk, chair, as_of=then)
    assert past.total.received <= len(walk.codes)
    assert ward.verify(all_signatures=False).is_clean
