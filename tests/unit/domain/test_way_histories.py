"""Random histories: whatever anybody tries in whatever order, what must hold holds after every act."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.acts.checks import HOLDING, holds
from desktop.domain.content import content_hash
from desktop.domain.dossiers import CLOSED, CustodianKind, Dossier, Status
from desktop.domain.errors import UserError
from desktop.domain.events import decode_body, encode_body
from desktop.domain.facts.counter import Corrected
from desktop.domain.facts.way import Apologised, Refused, WaitClosed, WaitOpened
from desktop.domain.fold import fold
from desktop.domain.slips import Slip
from desktop.domain.tally import Cell, difference, recount
from desktop.domain.users import User
from desktop.domain.way import AttachmentRole, DecisionKind, SigningForm, SigningMeans, WaitKind
from tests.unit.domain.test_authority import delegation
from tests.unit.domain.walk import (
    CHAIR,
    COUNTER,
    DAY,
    FREE,
    HEAD,
    JUSTICE,
    LEADERS,
    MINH,
    NAM,
    USERS,
    Ward,
    file,
    holder,
    procedure,
)

PLACES = (COUNTER, JUSTICE, LEADERS, holder(MINH), holder(NAM), holder(CHAIR), holder(HEAD))
OTHER = procedure("1.000002", days=9, fees=(), field="dat_dai")
KINDS = (WaitKind.OBLIGATION, WaitKind.OPINIONS, WaitKind.VERIFICATION, WaitKind.STOP)
#: From where to where the work goes; waits lie over it.
ALLOWED = {
    Status.RECEIVED: {Status.WITH_SECTION, Status.IN_PROGRESS, Status.REFUSED, Status.WITHDRAWN},
    Status.WITH_SECTION: {
        Status.RECEIVED,
        Status.IN_PROGRESS,
        Status.SUBMITTED,
        Status.REFUSED,
        Status.WITHDRAWN,
    },
    Status.IN_PROGRESS: {
        Status.RECEIVED,
        Status.WITH_SECTION,
        Status.SUBMITTED,
        Status.REFUSED,
        Status.WITHDRAWN,
    },
    Status.SUBMITTED: {Status.IN_PROGRESS, Status.APPROVED},
    Status.APPROVED: {Status.IN_PROGRESS, Status.RESULT_READY},
    Status.RESULT_READY: {Status.RETURNED},
    Status.RETURNED: set(),
    Status.REFUSED: set(),
    Status.WITHDRAWN: set(),
}

Act = Callable[[Ward, str, User, int], object]


def _slip(ward: Ward, n: int) -> str:
    ids = sorted(ward.slips)
    return ids[n % len(ids)] if ids else ""


def _receiver(slip: Slip) -> User:
    return next((user for user in USERS if holds(user, slip.to) and user.user_id != slip.made_by), CHAIR)


def _confirm(ward: Ward, code: str, who: User, n: int) -> None:
    if slip_id := _slip(ward, n):
        slip = ward.slips[slip_id]
        chosen = slip.codes if n % 3 else (slip.codes[0], code)
        ward.confirm(_receiver(slip) if n % 7 else who, slip, *chosen)


def _take_back(ward: Ward, _code: str, who: User, n: int) -> None:
    if slip_id := _slip(ward, n):
        ward.take_back(who, ward.slips[slip_id])


def _wait(ward: Ward, code: str, who: User, n: int) -> None:
    ward.wait(code, who, KINDS[n % 4], "Công an")


def _go_on(ward: Ward, code: str, who: User, n: int) -> None:
    """Do what usually comes next, so that histories get far."""
    state = ward.dossiers[code]
    if state.open_waits:
        ward.resume(code, state.open_waits[0].kind)
    elif state.offered_on:
        slip = next(slip for slip in ward.slips.values() if slip.name == state.offered_on)
        ward.confirm(_receiver(slip), slip)
    elif state.base_status is Status.RECEIVED:
        ward.offer(who, (JUSTICE, holder(MINH))[n % 2], code)
    elif state.base_status in (Status.WITH_SECTION, Status.IN_PROGRESS):
        ward.submit(code, who, file(n=n))
    elif state.base_status is Status.SUBMITTED:
        ward.approve(code, CHAIR)
    elif state.base_status is Status.APPROVED:
        ward.ready(code, who)
    else:
        ward.give(code, who)


def _seldom(end: Callable[[Ward, str, User], object]) -> Act:
    return lambda ward, code, who, n: end(ward, code, who) if n % 6 == 0 else None


ACTS: dict[str, Act] = {
    "go on": _go_on,
    "offer": lambda ward, code, who, n: ward.offer(who, PLACES[n % 7], *((code,) if n % 2 else tuple(ward.dossiers))),
    "confirm": _confirm,
    "take back": _take_back,
    "assign": lambda ward, code, _, n: ward.assign(code, PLACES[n % 7]),
    "attach": lambda ward, code, who, n: ward.attach(code, who, file(tuple(AttachmentRole)[n % 4], n)),
    "submit": lambda ward, code, who, n: ward.submit(code, who, file(n=n) if n % 2 else None),
    "approve": lambda ward, code, who, n: ward.approve(code, who, means=tuple(SigningMeans)[n % 2]),
    "send back": lambda ward, code, who, _: ward.send_back(code, who),
    "reject": lambda ward, code, who, _: ward.reject(code, who),
    "ready": lambda ward, code, who, _: ward.ready(code, who),
    "give": lambda ward, code, who, _: ward.give(code, who),
    "ask": lambda ward, code, who, _: ward.ask(code, who),
    "supplement": lambda ward, code, _, __: ward.resume(code, WaitKind.SUPPLEMENT),
    "wait": _wait,
    "resume": lambda ward, code, _, n: ward.resume(code, KINDS[n % 4]),
    "name": lambda ward, code, who, n: ward.correct(code, who, changes={"applicant.name": f"Tên {n % 3}"}),
    "procedure": lambda ward, code, who, n: ward.correct(code, who, procedure=(OTHER, FREE)[n % 2]),
    "promise": lambda ward, code, who, n: ward.correct(code, who, promised_at=ward.now + n * DAY),
    "apologise": lambda ward, code, who, n: ward.apologise(code, ward.now + n * DAY, who),
    "refuse": _seldom(Ward.refuse),
    "withdraw": _seldom(Ward.withdraw),
    "pass time": lambda ward, _, __, n: setattr(ward, "now", ward.now + timedelta(hours=n)),
    "receive": lambda ward, _, __, n: ward.receive((FREE, OTHER)[n % 2]) if len(ward.dossiers) < 4 else None,
}
STEPS = st.lists(
    st.tuples(
        st.one_of(st.just("go on"), st.sampled_from(sorted(ACTS))),
        st.integers(0, 3),
        st.one_of(st.none(), st.sampled_from(USERS)),
        st.integers(0, 60),
    ),
    max_size=60,
)


def _who(ward: Ward, code: str, wanted: User | None) -> User:
    """Return the user wanted, else one who holds the paper, so that histories get on."""
    members = [user for user in USERS if user.is_active and holds(user, ward.dossiers[code].custodian)]
    return wanted or (members[0] if members else CHAIR)


def check_state(ward: Ward, state: Dossier) -> None:
    """Check what holds for every dossier at all times."""
    assert state.is_closed == (state.custodian.kind is CustodianKind.NOBODY)
    if not state.is_closed:
        assert state.custodian in PLACES or any(holder(user) == state.custodian for user in USERS)
    if state.base_status is Status.SUBMITTED:
        assert state.custodian == LEADERS
    if state.base_status in CLOSED | {Status.SUBMITTED, Status.APPROVED, Status.RESULT_READY}:
        assert state.status is state.base_status
        assert not state.offered_on or state.base_status is Status.APPROVED
    slips = [slip for slip in ward.slips.values() if slip.is_open and slip.name == state.offered_on]
    assert len(slips) == bool(state.offered_on)
    assert all(state.code in slip.codes for slip in slips)
    held = [wait for wait in state.open_waits if wait.kind in HOLDING]
    assert len(held) <= 1
    decision = state.decision
    if state.base_status in (Status.APPROVED, Status.RESULT_READY, Status.RETURNED):
        assert decision is not None
        assert (decision.kind, decision.content_hash) == (DecisionKind.APPROVED, content_hash(state))
        assert state.submission is not None
        assert decision.by != state.submission.by
    assert (state.status is Status.RETURNED) == (state.returned is not None)
    assert (state.status in (Status.REFUSED, Status.WITHDRAWN)) == (state.ending is not None)


def check_step(before: Dossier, after: Dossier, facts: list[object]) -> None:
    """Check what an act may change."""
    assert (after.code, after.receipt.book, after.receipt.number, after.first_promised_at) == (
        before.code,
        before.receipt.book,
        before.receipt.number,
        before.first_promised_at,
    )
    if after.promised_at != before.promised_at:
        assert any(isinstance(fact, Apologised) and fact.form for fact in facts) or (
            after.receipt.version == before.receipt.version + 1
        )
    if after.due_at != before.due_at:
        assert any(isinstance(fact, Corrected | WaitClosed) for fact in facts)
        assert after.receipt.version == before.receipt.version + 1
    for fact in facts:
        assert not isinstance(fact, WaitOpened) or fact.kind is not WaitKind.SUPPLEMENT or fact.form is not None
        assert not isinstance(fact, Refused) or fact.authority or before.base_status is Status.RECEIVED
    if after.base_status is not before.base_status:
        assert after.base_status in ALLOWED[before.base_status]


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_what_must_hold_holds_after_every_act(steps: list[tuple[str, int, User | None, int]]) -> None:
    ward = Ward()
    ward.grant(delegation(form=SigningForm.TUQ, delegate=HEAD.user_id))
    ward.receive()
    ward.at_work()
    counters: Counter[Cell] = Counter(recount(ward.dossiers.values()))

    for name, which, wanted, n in steps:
        ward.now += timedelta(minutes=1)
        code = sorted(ward.dossiers)[which % len(ward.dossiers)]
        before, seen = dict(ward.dossiers), len(ward.log)
        try:
            ACTS[name](ward, code, _who(ward, code, wanted), n)
        except UserError:
            assert (ward.dossiers, len(ward.log)) == (before, seen), "a refusal changes nothing"
        for state in ward.dossiers.values():
            old = before.get(state.code)
            check_state(ward, state)
            if old is not None:
                mine = [each for each in ward.log[seen:] if each.envelope.dossier_id == state.dossier_id]
                check_step(old, state, [each.fact for each in mine])
            counters.update(difference(old, state))

    assert {cell: n for cell, n in counters.items() if n} == recount(ward.dossiers.values())
    for state in ward.dossiers.values():
        events = [event for event in ward.log if event.envelope.dossier_id == state.dossier_id]
        assert fold(decode_body(encode_body(event)) for event in events) == state


def test_the_usual_way_leads_from_counter_to_citizen() -> None:
    ward = Ward()
    code = ward.approved()
    ward.ready(code)

    done = ward.give(code)

    check_state(ward, done)
    assert done.status is Status.RETURNED
