"""Walk dossiers through a ward at random, refused acts among them, and judge every fact that is recorded.

In memory, by the acts of the domain: ten thousand acts take seconds. The walk is one of a seed, so it can be repeated
with a guard switched off: then something must be wrong.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from desktop.domain.acts import receiving, results
from desktop.domain.acts.checks import holds
from desktop.domain.commands import ComponentCount, ReturnResult, TakeFee
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, FeeMethod, Party, Proof, Relation, Status
from desktop.domain.errors import UserError
from desktop.domain.events import decode_body, encode_body
from desktop.domain.facts.counter import Received
from desktop.domain.facts.way import CustodyAssigned, HandoverConfirmed
from desktop.domain.fold import fold
from desktop.domain.slips import Slip
from desktop.domain.tally import Cell, difference, recount
from desktop.domain.users import User
from desktop.domain.way import AttachmentRole, LateCause, SigningForm, SigningMeans, WaitKind
from desktop.domain.way_commands import Gap
from tests.support import lawful
from tests.support.samples import REASON, allotment, command, procedure
from tests.unit.domain import walk
from tests.unit.domain.test_authority import delegation
from tests.unit.domain.test_way_histories import PLACES, check_state, check_step

USERS = (*walk.USERS, walk.USERS[2], walk.USERS[4])
LAND = procedure("1.000002", days=9, fees=(), field="dat_dai")
PAID = procedure("1.000003", days=1)
NOWHERE = (Custodian(CustodianKind.SECTION, "gone"), Custodian(CustodianKind.USER, walk.GONE.user_id))
REASONS = (REASON, REASON, REASON, REASON, " x ")
MOST = 5


class Wanderer:
    """Act at random.

    Attributes:
        acts: How many acts were tried.
        done: How many of them were recorded.
    """

    def __init__(self, seed: int) -> None:
        """Begin in a ward with one dossier; the chair let two people sign, each for some things only."""
        self.dice = random.Random(seed)
        self.ward = walk.Ward(apology_days_before=1)
        self.ward.grant(
            delegation(form=SigningForm.TUQ, delegate=walk.HEAD.user_id),
            delegation(delegation_id="delegation-2", fields=("dat_dai",)),
            delegation(delegation_id="delegation-3", fields=("ho_tich",), to_on=date(2019, 7, 20)),
        )
        self.acts = self.done = 0
        self._touched: set[str] = set()
        self._counters: Counter[Cell] = Counter()
        self.ward.receive(walk.FREE)
        self._counters.update(recount(self.ward.dossiers.values()))

    def go(self, steps: int) -> "Wanderer":
        """Act so often; what is recorded must be lawful.

        Raises:
            AssertionError: Naming what is wrong.
        """
        for _ in range(steps):
            self._act()
        events = self.ward.log
        for state in self.ward.dossiers.values():
            mine = [event for event in events if event.envelope.dossier_id == state.dossier_id]
            assert fold(decode_body(encode_body(event)) for event in mine) == state
        assert {cell: n for cell, n in self._counters.items() if n} == recount(self.ward.dossiers.values())
        return self

    def _act(self) -> None:
        ward, dice = self.ward, self.dice
        ward.now += timedelta(minutes=1)
        if dice.random() < 0.06:
            ward.now += timedelta(hours=dice.choice((1, 5, 30, 80)))
        state = self._any()
        actor = self._actor(state)
        before, slips, seen = dict(ward.dossiers), dict(ward.slips), len(ward.log)
        self.acts += 1
        try:
            dice.choice(_OFTEN if dice.random() < 0.22 else _ALL)(self, state, actor)
        except UserError:
            assert (ward.dossiers, ward.slips, len(ward.log)) == (before, slips, seen), "a refusal changes something"
            return
        self.done += len(ward.log) > seen
        self._judge(before, slips, seen)

    def _judge(self, before: dict[str, Dossier], slips: dict[str, Slip], seen: int) -> None:
        ward = self.ward
        old = {state.dossier_id: state for state in before.values()}
        for event in ward.log[seen:]:
            actor = next(user for user in walk.USERS if user.user_id == event.envelope.actor)
            dossier_id, rules = event.envelope.dossier_id, ward.rules(actor)
            reworked = dossier_id in self._touched
            scene = lawful.Scene(rules, {**ward.slips, **slips}, ward.delegations, reworked)
            if isinstance(event.fact, Received):
                wrong = lawful.judge_receipt(event.fact, before.values())
            else:
                wrong = lawful.judge(old[dossier_id], event.fact, scene)
            assert not wrong, f"{type(event.fact).__name__}: {wrong}"
            if isinstance(event.fact, HandoverConfirmed | CustodyAssigned):
                self._touched.add(dossier_id)
            old[dossier_id] = lawful.folded(old.get(dossier_id), event)
        closed = [slip for slip in slips.values() if not slip.is_open]
        assert all(ward.slips[slip.slip_id] == slip for slip in closed), "a closed slip changes"
        for code, state in ward.dossiers.items():
            if state is before.get(code):
                continue
            if not state.is_immediate:  # handed out at once: nobody decides
                check_state(ward, state)
            if code in before:
                facts = [each.fact for each in ward.log[seen:] if each.envelope.dossier_id == state.dossier_id]
                check_step(before[code], state, list(facts))
            self._counters.update(difference(before.get(code), state))

    def _any(self) -> Dossier:
        states = list(self.ward.dossiers.values())
        going = [state for state in states if not state.is_closed]
        return self.dice.choice(going if going and self.dice.random() < 0.9 else states)

    def _actor(self, state: Dossier) -> User:
        holders = [user for user in walk.USERS if user.is_active and holds(user, state.custodian)]
        return self.dice.choice(holders if holders and self.dice.random() < 0.7 else USERS)

    def reason(self) -> str:
        """Return a reason, seldom a bad one."""
        return self.dice.choice(REASONS)


Act = Callable[[Wanderer, Dossier, User], object]


def _offer(w: Wanderer, state: Dossier, actor: User) -> None:
    to = w.dice.choice((*PLACES, *PLACES, *NOWHERE, Custodian(CustodianKind.USER, actor.user_id)))
    w.ward.offer(actor, to, *((state.code,) if w.dice.random() < 0.8 else tuple(w.ward.dossiers)))


def _confirm(w: Wanderer, state: Dossier, actor: User) -> None:
    slips = list(w.ward.slips.values())
    if not slips:
        return
    waiting = [slip for slip in slips if slip.is_open]
    slip = w.dice.choice(waiting if waiting and w.dice.random() < 0.8 else slips)
    able = [user for user in walk.USERS if holds(user, slip.to)]
    maker = next(user for user in walk.USERS if user.user_id == slip.made_by)
    who = w.dice.choice([*able, maker, actor] if able else [actor])
    w.ward.confirm(who, slip, *(slip.codes if w.dice.random() < 0.8 else (slip.codes[0], state.code)))


def _take_back(w: Wanderer, _: Dossier, actor: User) -> None:
    if w.ward.slips:
        w.ward.take_back(actor, w.dice.choice(list(w.ward.slips.values())), w.reason())


def _assign(w: Wanderer, state: Dossier, _: User) -> None:
    w.ward.assign(state.code, w.dice.choice((*PLACES, *NOWHERE)), w.reason())


def _attach(w: Wanderer, state: Dossier, actor: User) -> None:
    n = w.dice.randrange(1, 9)
    w.ward.attach(state.code, actor, walk.file(w.dice.choice(tuple(AttachmentRole)), n))


def _submit(w: Wanderer, state: Dossier, actor: User) -> None:
    w.ward.submit(state.code, actor, walk.file(n=w.dice.randrange(1, 9)) if w.dice.random() < 0.5 else None)


def _signer(w: Wanderer, actor: User) -> User:
    return w.dice.choice((walk.CHAIR, walk.CHAIR, walk.VICE, walk.HEAD, actor))


def _approve(w: Wanderer, state: Dossier, actor: User) -> None:
    means = w.dice.choice((SigningMeans.PAPER, SigningMeans.PAPER, SigningMeans.DIGITAL))
    w.ward.approve(state.code, _signer(w, actor), means=means)


def _send_back(w: Wanderer, state: Dossier, actor: User) -> None:
    if w.dice.random() < 0.3:
        w.ward.send_back(state.code, _signer(w, actor), w.reason())


def _reject(w: Wanderer, state: Dossier, actor: User) -> None:
    if w.dice.random() < 0.4:
        w.ward.reject(state.code, _signer(w, actor), w.reason())


def _ask(w: Wanderer, state: Dossier, actor: User) -> None:
    who = w.dice.choice((actor, actor, walk.CHAIR))
    gaps = w.dice.choice(((), (Gap("TP01"), Gap("TP02")), (Gap("", "  "),)))
    facts = walk.decide_request_supplement(
        state,
        walk.RequestSupplement(gaps or (Gap("TP02"),), w.reason()),
        walk.FREE,
        (f"wait-{next(w.ward.numbers)}", walk.form("supplement")),
        w.ward.rules(who),
    )
    w.ward.do(state.code, who, facts)


def _wait(w: Wanderer, state: Dossier, actor: User) -> None:
    w.ward.wait(state.code, actor, w.dice.choice(tuple(WaitKind)), w.dice.choice(("Công an", " ")), w.reason())


def _resume(w: Wanderer, state: Dossier, _: User) -> None:
    kinds = [wait.kind for wait in state.open_waits] or list(WaitKind)
    came = w.dice.choice(((), (ComponentCount("TP02", originals=1),), walk.papers(walk.FREE)))
    w.ward.resume(state.code, w.dice.choice(kinds), came)


def _correct(w: Wanderer, state: Dossier, actor: User) -> None:
    fields = w.dice.choice(
        (
            {"changes": {"applicant.name": f"Tên {w.dice.randrange(4)}"}},
            {"changes": {"note": state.note}},
            {"procedure": w.dice.choice((LAND, walk.FREE))},
            {"promised_at": state.promised_at + timedelta(days=w.dice.choice((-1, 1, 6)))},
        )
    )
    who = w.dice.choice((actor, walk.LAN, walk.CHAIR))
    w.ward.correct(state.code, who, reason=w.reason(), **fields)


def _apologise(w: Wanderer, state: Dossier, actor: User) -> None:
    new = max(state.promised_at, w.ward.now) + timedelta(days=w.dice.choice((-2, 1, 2, 3, 4, 5)))
    w.ward.apologise(state.code, new, _signer(w, actor), w.reason(), w.dice.choice(tuple(LateCause)))


def _end(w: Wanderer, state: Dossier, actor: User) -> None:
    if w.dice.random() < 0.35:
        end = w.dice.choice((w.ward.refuse, w.ward.withdraw))
        back = w.dice.choice((("TP01", "TP02"), ("TP01", "TP02"), ("TP01",), ("TP01", "TP02", "TP99")))
        end(state.code, actor, back, w.reason())


def _ready(w: Wanderer, state: Dossier, actor: User) -> None:
    w.ward.ready(state.code, actor)


def _give(w: Wanderer, state: Dossier, actor: User) -> None:
    dice = w.dice
    stranger = Party("Người Lạ", id_number=dice.choice(("", "079090099999")))
    given = ReturnResult(
        dice.choice(
            (
                state.owner,
                state.owner,
                replace(state.owner, id_number=""),
                stranger,
                Party(" ", id_number=stranger.id_number),
            )
        ),
        dice.choice((Relation.OWNER, Relation.OWNER, Relation.AUTHORISED)),
        Proof.SIGNATURE,
        dice.choice(("ký", "ký", "ký", " ")),
        authorisation=dice.choice(("", "giấy ủy quyền 7")),
        paid_vnd=dice.choice((state.owed_vnd, state.owed_vnd, 1_000)),
        originals_returned=dice.choice(((), ("TP01",), ("TP99",))),
        without_receipt_reason=dice.choice(("", "", "mất giấy hẹn")),
    )
    w.ward.do(state.code, actor, results.decide_return(state, given, w.ward.rules(actor)))


def _fee(w: Wanderer, state: Dossier, actor: User) -> None:
    method = w.dice.choice(tuple(FeeMethod))
    amount = 0 if method is FeeMethod.EXEMPT else w.dice.choice((0, 1_000, 8_000, 9_000))
    w.ward.do(state.code, actor, results.decide_take_fee(state, TakeFee(amount, method, w.dice.choice(REASONS))))


def _receive(w: Wanderer, _: Dossier, __: User) -> None:
    going = [state for state in w.ward.dossiers.values() if not state.is_closed]
    if len(going) >= MOST:
        return
    dice = w.dice
    fields = dice.choice(
        (
            {},
            {},
            {},
            {"components": ()},
            {"owner": Party(" ")},
            {"owner": Party("Bé Na")},
            {"is_immediate": True},
            {"sets": 0},
        )
    )
    n = next(w.ward.numbers)
    reason = dice.choice(("hồ sơ thứ hai",) * 4 + ("",))
    given = command(dice.choice((walk.FREE, LAND, PAID)), **{"duplicate_reason": reason, **fields})
    twins = [state.code for state in going if lawful.is_twin(state, given.owner, given.procedure.code)]
    facts = receiving.decide_receive(given, allotment(n, twin=twins[0] if twins else ""), w.ward.rules(walk.LAN))
    w.ward.happen(f"dossier-{n}", walk.LAN, facts)


def _go_on(w: Wanderer, state: Dossier, actor: User) -> None:
    """Do what usually comes next, so that histories get far."""
    ward, code = w.ward, state.code
    if state.is_closed:
        _receive(w, state, actor)
    elif state.open_waits:
        ward.resume(code, state.open_waits[0].kind)
    elif state.offered_on:
        slip = next(slip for slip in ward.slips.values() if slip.name == state.offered_on)
        able = [user for user in walk.USERS if holds(user, slip.to) and user.user_id != slip.made_by]
        ward.confirm(able[0] if able else walk.CHAIR, slip)
    elif state.base_status is Status.RECEIVED:
        ward.offer(actor, w.dice.choice((walk.JUSTICE, walk.holder(walk.MINH))), code)
    elif state.base_status in (Status.WITH_SECTION, Status.IN_PROGRESS):
        ward.submit(code, actor, walk.file(n=w.dice.randrange(1, 9)))
    elif state.base_status is Status.SUBMITTED:
        ward.approve(code, walk.CHAIR, means=SigningMeans.PAPER)
    elif state.base_status is Status.APPROVED:
        ward.ready(code, actor)
    else:
        _give(w, state, actor)


_OFTEN: tuple[Act, ...] = (_go_on,)
_ALL: tuple[Act, ...] = (
    _offer,
    _confirm,
    _confirm,
    _take_back,
    _assign,
    _attach,
    _submit,
    _approve,
    _send_back,
    _reject,
    _ask,
    _wait,
    _resume,
    _correct,
    _apologise,
    _end,
    _ready,
    _give,
    _fee,
    _receive,
)
