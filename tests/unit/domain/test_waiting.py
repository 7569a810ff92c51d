"""W08: papers asked for at once, clocks that stand still or begin anew, one code for life."""

from dataclasses import replace

import pytest

from desktop.domain.acts.waiting import effect_of, supplements_so_far
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.commands import ComponentCount
from desktop.domain.dossiers import ComponentLine, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.fold import fold
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.way import MissingPaper, WaitKind
from desktop.domain.way_commands import Gap
from tests.support.samples import papers
from tests.unit.domain.walk import CHAIR, FREE, HOA, LAN, MINH, WHY, Ward, at, form, procedure, utc

PAUSE = ClockEffect.PAUSE


def test_both_packs_wait_as_the_definitions_say() -> None:
    rules = Ward().rules(LAN)

    assert {kind.value: effect_of(kind, rules).value for kind in WaitKind} == {
        "supplement": "restart",
        "obligation": "pause",
        "opinions": "none",
        "verification": "none",
        "stop": "pause",
    }


def test_everything_that_lacks_is_asked_for_at_once_with_its_basis() -> None:
    ward = Ward()
    code = ward.at_work()

    state = ward.ask(code, MINH, Gap("TP02", " bản mới "), Gap(text=" ảnh 3x4 "), Gap("TP02", " bản mới "))

    (wait,) = state.open_waits
    assert wait.missing == (MissingPaper("TP02", "Bản chính", "bản mới"), MissingPaper("", "ảnh 3x4"))
    assert (wait.reason, wait.legal_basis, wait.form) == (WHY, "Nghị định 61", form("supplement"))
    assert (wait.by, wait.began_at, wait.ended_at) == (MINH.user_id, utc(ward.now), None)
    assert (state.status, state.base_status, state.is_clock_stopped) == (
        Status.WAITING_SUPPLEMENT,
        Status.IN_PROGRESS,
        True,
    )


@pytest.mark.parametrize(
    ("gaps", "reason", "code"),
    [
        ((Gap("TP02"),), "vì", "missing_reason"),
        ((Gap(text="  "),), WHY, "nothing_missing"),
        ((Gap("TP01"), Gap("TP09")), WHY, "unknown_component"),
    ],
)
def test_a_request_for_papers_names_papers_and_a_reason(gaps: tuple[Gap, ...], reason: str, code: str) -> None:
    ward = Ward()
    dossier = ward.receive()

    with pytest.raises(UserError) as refused:
        ward.ask(dossier, LAN, *gaps, reason=reason)

    assert refused.value.code == code


def test_used_three_of_five_days_paused_ten_resumed_leaves_two() -> None:
    ward = Ward(at("07-18 09:00"), supplement=PAUSE)
    code = ward.at_work()
    assert ward.dossiers[code].due_at == at("07-25 17:00")
    ward.now = at("07-23 10:00")
    ward.ask(code, MINH)
    ward.now = at("08-06 14:00")

    state = ward.resume(code, WaitKind.SUPPLEMENT)

    assert state.due_at == state.promised_at == at("08-08 17:00")
    assert state.first_promised_at == at("07-25 17:00")


def test_a_pause_is_counted_to_the_minute() -> None:
    ward = Ward(at("07-18 09:00"), supplement=PAUSE)
    code = ward.at_work(procedure(fees=(), limit=Limit(8, LimitUnit.HOUR)))
    assert ward.dossiers[code].due_at == at("07-19 09:00")
    ward.now = at("07-18 10:07")  # 67 of 480 minutes are used, 413 are left
    ward.ask(code, MINH)
    ward.now = at("07-22 14:23")  # 157 until 17 o'clock, 240 until half past eleven, 16 more

    assert ward.resume(code, WaitKind.SUPPLEMENT).due_at == at("07-23 13:16")


def test_by_both_packs_a_supplement_begins_the_whole_limit_anew() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.now = at("07-23 10:00")
    ward.ask(code, MINH)
    ward.now = at("08-06 14:00")

    assert ward.resume(code, WaitKind.SUPPLEMENT).due_at == at("08-13 17:00")


def test_code_and_receipt_number_outlive_every_wait_and_the_receipt_is_issued_again() -> None:
    ward = Ward()
    code = ward.at_work()
    before = ward.dossiers[code]
    ward.now = at("07-23 10:00")
    ward.ask(code, MINH)
    ward.now = at("07-24 10:00")

    state = ward.resume(code, WaitKind.SUPPLEMENT)

    assert (state.code, state.receipt.book, state.receipt.number) == (
        before.code,
        before.receipt.book,
        before.receipt.number,
    )
    assert (state.receipt.version, state.receipt.issued_at, state.receipt.previous_at) == (
        2,
        utc(ward.now),
        before.receipt.issued_at,
    )
    assert [(each.field, each.old, each.new) for each in state.changes] == [
        ("promised_at", "17:00 25/07/2019", "17:00 31/07/2019")
    ]
    assert state.correction_reason == "đã nhận đủ giấy tờ bổ sung"
    assert (state.waits[0].ended_at, state.waits[0].answer) == (utc(ward.now), "xong")


def test_a_wait_that_moved_nothing_prints_no_new_receipt() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.wait(code, MINH, WaitKind.OBLIGATION)
    ward.now = at("07-18 11:00")

    state = ward.resume(code, WaitKind.OBLIGATION)

    assert (state.receipt.version, state.due_at, state.changes) == (1, at("07-25 17:00"), ())


def test_a_late_dossier_keeps_the_day_its_apology_named_through_a_wait() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.now = at("07-26 09:00")
    ward.apologise(code, at("08-05 16:00"))
    ward.wait(code, MINH, WaitKind.OBLIGATION)
    ward.now = at("07-30 09:00")

    state = ward.resume(code, WaitKind.OBLIGATION)

    assert (state.due_at, state.promised_at, state.receipt.version) == (at("07-25 17:00"), at("08-05 16:00"), 1)


def test_a_second_supplement_needs_a_leader() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.ask(code, MINH)
    ward.resume(code, WaitKind.SUPPLEMENT)

    with pytest.raises(UserError, match="not_permitted") as refused:
        ward.ask(code, MINH)
    assert refused.value.details["action"] == "request_supplement_again"
    state = ward.ask(code, CHAIR)
    assert supplements_so_far(state) == 2


def test_how_often_papers_are_asked_for_says_the_pack() -> None:
    ward = Ward(supplement_limit=2)
    code = ward.at_work()
    ward.ask(code, MINH)
    ward.resume(code, WaitKind.SUPPLEMENT)

    assert ward.ask(code, MINH).status is Status.WAITING_SUPPLEMENT


def test_papers_are_asked_for_by_who_holds_the_dossier() -> None:
    ward = Ward()

    with pytest.raises(Conflict, match="not_custodian"):
        ward.ask(ward.at_work(), LAN)


def test_a_wait_begins_only_while_there_is_work() -> None:
    ward = Ward()
    code = ward.submitted()

    with pytest.raises(Conflict, match="still_submitted"):
        ward.ask(code, CHAIR)
    with pytest.raises(Conflict, match="still_submitted"):
        ward.wait(code, CHAIR, WaitKind.STOP)
    ward.approve(code)
    ward.ready(code)
    with pytest.raises(Conflict, match="dossier_closed"):
        ward.ask(code, LAN)
    with pytest.raises(Conflict, match="dossier_closed"):
        ward.wait(code, LAN, WaitKind.STOP)


@pytest.mark.parametrize("kind", [WaitKind.OBLIGATION, WaitKind.STOP])
def test_one_wait_stops_the_clock_at_a_time(kind: WaitKind) -> None:
    ward = Ward()
    code = ward.at_work()
    ward.ask(code, MINH)

    with pytest.raises(Conflict, match="still_waiting") as refused:
        ward.wait(code, MINH, kind)
    assert refused.value.details["kind"] == "supplement"
    with pytest.raises(Conflict, match="still_waiting"):
        ward.ask(code, MINH)


@pytest.mark.parametrize("first", [WaitKind.OBLIGATION, WaitKind.STOP])
@pytest.mark.parametrize("second", [WaitKind.OBLIGATION, WaitKind.STOP])
def test_a_wait_holds_up_the_work_though_the_pack_lets_the_clock_run(first: WaitKind, second: WaitKind) -> None:
    ward = Ward(stop=ClockEffect.NONE, obligation=ClockEffect.NONE)
    code = ward.at_work()
    ward.wait(code, MINH, first)

    with pytest.raises(Conflict, match="still_waiting"):
        ward.submit(code)
    with pytest.raises(Conflict, match="still_waiting"):
        ward.wait(code, MINH, second)
    assert not ward.dossiers[code].is_clock_stopped


@pytest.mark.parametrize("kind", [WaitKind.OPINIONS, WaitKind.VERIFICATION])
def test_opinions_do_not_stop_the_clock(kind: WaitKind) -> None:
    ward = Ward()
    code = ward.at_work()
    ward.wait(code, MINH, kind, " Công an ")
    ward.wait(code, MINH, kind, "Thuế")
    ward.ask(code, MINH)
    state = ward.dossiers[code]
    assert [wait.of for wait in state.open_waits] == ["Công an", "Thuế", ""]
    ward.resume(code, WaitKind.SUPPLEMENT)
    ward.now = at("07-24 09:00")

    answered = ward.resume(code, kind)

    assert (answered.due_at, answered.receipt.version) == (state.due_at, 1)
    assert [wait.of for wait in answered.open_waits] == ["Thuế"]
    assert (answered.status, answered.is_clock_stopped) == (Status.IN_PROGRESS, False)
    assert ward.submit(code).status is Status.SUBMITTED


def test_a_pack_may_have_opinions_stop_the_clock() -> None:
    ward = Ward(opinions=PAUSE)
    code = ward.at_work()
    ward.wait(code, MINH, WaitKind.OPINIONS, "Công an")

    assert ward.dossiers[code].is_clock_stopped
    with pytest.raises(Conflict, match="still_waiting"):
        ward.submit(code)


def test_asking_others_is_work() -> None:
    ward = Ward()
    code = ward.receive()
    assert ward.wait(code, LAN, WaitKind.OPINIONS, "Công an").status is Status.RECEIVED
    ward.assign(code, replace(ward.dossiers[code].custodian, holder="tu_phap"))
    assert ward.wait(code, MINH, WaitKind.STOP).base_status is Status.WITH_SECTION
    ward.resume(code, WaitKind.STOP)

    assert ward.wait(code, MINH, WaitKind.VERIFICATION, "Công an").status is Status.IN_PROGRESS


def test_who_is_asked_has_a_name_and_the_question_a_reason() -> None:
    ward = Ward()
    code = ward.at_work()

    with pytest.raises(UserError, match="missing_asked"):
        ward.wait(code, MINH, WaitKind.OPINIONS, " ")
    with pytest.raises(UserError, match="missing_reason"):
        ward.wait(code, MINH, WaitKind.STOP, reason="vì")
    with pytest.raises(Conflict, match="not_custodian"):
        ward.wait(code, HOA, WaitKind.STOP)


def test_papers_are_never_waited_for_without_their_form() -> None:
    ward = Ward()

    with pytest.raises(UserError, match="nothing_missing"):
        ward.wait(ward.at_work(), MINH, WaitKind.SUPPLEMENT)


def test_a_stopped_dossier_is_open_held_and_taken_up_again() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.now = at("07-23 10:00")

    stopped = ward.wait(code, MINH, WaitKind.STOP)
    ward.now = at("07-30 10:00")
    resumed = ward.resume(code, WaitKind.STOP)

    assert (stopped.status, stopped.is_closed, stopped.custodian.holder) == (Status.STOPPED, False, MINH.user_id)
    assert (resumed.status, resumed.due_at) == (Status.IN_PROGRESS, at("08-01 17:00"))
    assert resumed.correction_reason == "tiếp tục giải quyết hồ sơ đã dừng"


def test_money_that_is_owed_is_waited_for() -> None:
    ward = Ward()

    assert ward.wait(ward.at_work(), MINH, WaitKind.OBLIGATION).status is Status.WAITING_PAYMENT


def test_what_nobody_waits_for_does_not_end() -> None:
    ward = Ward()

    with pytest.raises(Conflict, match="not_waiting") as refused:
        ward.resume(ward.at_work(), WaitKind.STOP)
    assert refused.value.details["kind"] == "stop"


def test_what_came_is_added_to_what_is_there() -> None:
    ward = Ward()
    extra = ComponentCount("", copies=1, name="Giấy ra viện", reason="cần đối chiếu")
    twice = replace(extra, originals=1, copies=0)
    code = ward.receive(components=(*papers(FREE), extra, twice))
    ward.ask(code, LAN)

    state = ward.resume(
        code,
        WaitKind.SUPPLEMENT,
        (
            ComponentCount("TP02", certified=2),
            ComponentCount("", copies=3, name=" Giấy ra viện "),
            ComponentCount("", originals=1, name="TP01"),
        ),
    )

    assert state.components == (
        ComponentLine("TP01", "Tờ khai", required=True, originals=1),
        ComponentLine("TP02", "Bản chính", required=True, originals=1, certified=2),
        ComponentLine("", "Giấy ra viện", required=False, copies=4),
        ComponentLine("", "Giấy ra viện", required=False, originals=1),
        ComponentLine("", "TP01", required=False, originals=1),
    )


def test_a_component_new_to_the_list_joins_it() -> None:
    ward = Ward()
    code = ward.receive(procedure(fees=(), names=("Tờ khai",)))
    ward.ask(code, LAN)

    state = ward.resume(code, WaitKind.SUPPLEMENT)

    assert state.components[1] == ComponentLine("TP02", "Bản chính", required=True, originals=1)


@pytest.mark.parametrize(
    ("came", "code"),
    [
        ((), "supplement_incomplete"),
        ((ComponentCount("TP02"),), "supplement_incomplete"),
        ((ComponentCount("TP09", copies=1),), "unknown_component"),
        ((ComponentCount("", copies=1, name=" "),), "missing_reason"),
        ((ComponentCount("TP02", copies=1), ComponentCount("TP01", originals=-1)), "bad_count"),
        ((ComponentCount("TP02", originals=999),), "bad_count"),
    ],
)
def test_a_supplement_that_is_not_what_was_asked_for_does_not_end_the_wait(
    came: tuple[ComponentCount, ...], code: str
) -> None:
    ward = Ward()
    dossier = ward.receive()
    ward.ask(dossier, LAN, Gap("TP02"), Gap(text="ảnh"))

    with pytest.raises(UserError) as refused:
        ward.resume(dossier, WaitKind.SUPPLEMENT, came)

    assert refused.value.code == code


def test_a_clock_that_was_set_back_makes_no_wait_of_negative_length() -> None:
    ward = Ward(at("07-23 10:00"))
    code = ward.at_work()
    due_at = ward.dossiers[code].due_at
    ward.wait(code, MINH, WaitKind.OBLIGATION)
    ward.now = at("07-22 10:00")

    assert ward.resume(code, WaitKind.OBLIGATION).due_at == due_at


def test_a_correction_of_the_procedure_keeps_what_the_waits_gave() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.now = at("07-23 10:00")
    ward.ask(code, MINH)
    ward.now = at("08-06 14:00")
    ward.resume(code, WaitKind.SUPPLEMENT)
    ward.wait(code, MINH, WaitKind.OPINIONS, "Công an")

    state = ward.correct(code, procedure=procedure("1.000002", days=2, fees=()))

    assert state.due_at == state.promised_at == at("08-08 17:00")


def test_the_log_alone_tells_the_same() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.ask(code, MINH)
    ward.resume(code, WaitKind.SUPPLEMENT)

    assert fold(ward.log) == ward.dossiers[code]
