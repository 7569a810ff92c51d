"""A dossier's other ends: refused, taken back; and the citizen who is sent home without a code."""

import pytest

from desktop.domain.acts.ending import decide_notify, decide_turn_away
from desktop.domain.commands import ComponentCount
from desktop.domain.dossiers import NOBODY, Channel, Party, Relation, Status, Submitter
from desktop.domain.errors import Conflict, UserError
from desktop.domain.facts.unit import TurnedAway
from desktop.domain.facts.way import CitizenNotified
from desktop.domain.way import MissingPaper, WaitKind
from desktop.domain.way_commands import Gap, NotifyCitizen, TurnAway
from tests.support.samples import OWNER, papers, procedure
from tests.unit.domain.walk import CHAIR, COUNTER, FREE, HOA, JUSTICE, LAN, MINH, WHY, Ward, at, form, holder, utc

SOME = procedure(names=("Tờ khai", "Bản chính", "Ảnh?"))


def test_the_counter_refuses_what_it_still_holds_itself() -> None:
    ward = Ward()
    code = ward.receive()

    state = ward.refuse(code, reason=f" {WHY} ")

    assert (state.status, state.custodian, state.solved_at) == (Status.REFUSED, NOBODY, utc(ward.now))
    ending = state.ending
    assert ending is not None
    assert (ending.form, ending.reason, ending.legal_basis) == (form("refusal"), WHY, "Luật Hộ tịch")
    assert (ending.originals_returned, ending.authority, ending.by) == (("TP01", "TP02"), None, LAN.user_id)


def test_after_section_work_the_leaders_decide_first() -> None:
    ward = Ward()
    code = ward.at_work()

    with pytest.raises(Conflict, match="refusal_needs_decision"):
        ward.refuse(code, MINH)
    ward.submit(code)
    with pytest.raises(Conflict, match="still_submitted"):
        ward.refuse(code, CHAIR)
    ward.reject(code)
    state = ward.refuse(code, MINH)
    assert state.ending is not None
    assert state.ending.authority is not None
    assert state.ending.authority.title_lines == ("CHỦ TỊCH",)


def test_a_rejected_dossier_is_refused_at_the_counter_too() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.reject(code)
    ward.hand(MINH, COUNTER, LAN, code)

    assert ward.refuse(code).status is Status.REFUSED


def test_a_paper_that_came_back_from_a_section_is_not_refused_without_a_decision() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.now = at("07-18 10:00")
    assert ward.hand(MINH, COUNTER, LAN, code).status is Status.RECEIVED

    with pytest.raises(Conflict, match="refusal_needs_decision"):
        ward.refuse(code)


def test_a_dossier_that_was_sent_back_is_not_refused() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.send_back(code)

    with pytest.raises(Conflict, match="refusal_needs_decision"):
        ward.refuse(code, MINH)


@pytest.mark.parametrize("end", [Ward.refuse, Ward.withdraw])
def test_a_dossier_ends_only_in_the_hands_of_who_ends_it(end) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    ward = Ward()
    code = ward.receive()

    with pytest.raises(Conflict, match="not_custodian"):
        end(ward, code, MINH)
    ward.offer(LAN, JUSTICE, code)
    with pytest.raises(Conflict, match="on_open_slip"):
        end(ward, code)


@pytest.mark.parametrize("end", [Ward.refuse, Ward.withdraw])
def test_all_originals_go_back_when_a_dossier_ends(end) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    ward = Ward()
    extra = ComponentCount("", originals=1, name="Sổ đỏ", reason="cần đối chiếu")
    code = ward.receive(components=(papers(FREE)[0], ComponentCount("TP02", copies=1), extra))

    with pytest.raises(UserError, match="originals_not_returned") as refused:
        end(ward, code, LAN, ())
    assert refused.value.details["components"] == ["Tờ khai", "Sổ đỏ"]
    with pytest.raises(UserError, match="unknown_component") as strange:
        end(ward, code, LAN, ("TP01", "TP02", "Sổ đỏ"))
    assert strange.value.details["components"] == ["TP02"]
    with pytest.raises(UserError, match="missing_reason"):
        end(ward, code, LAN, ("TP01", "Sổ đỏ"), "vì")
    assert end(ward, code, LAN, ("Sổ đỏ", "TP01")).is_closed


@pytest.mark.parametrize("end", [Ward.refuse, Ward.withdraw])
def test_a_result_at_the_counter_is_neither_refused_nor_taken_back(end) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    ward = Ward()
    code = ward.approved()

    with pytest.raises(Conflict, match="still_submitted"):
        end(ward, code, MINH)
    ward.ready(code)
    with pytest.raises(Conflict, match="dossier_closed"):
        end(ward, code)


def test_a_dossier_taken_back_is_held_by_nobody_and_waits_for_nothing() -> None:
    ward = Ward()
    code = ward.receive()
    ward.wait(code, LAN, WaitKind.OPINIONS, "Công an")
    ward.resume(code, WaitKind.OPINIONS)
    ward.wait(code, LAN, WaitKind.VERIFICATION, "Công an")
    ward.ask(code, LAN)
    ward.now = at("07-19 09:00")

    state = ward.withdraw(code)

    assert (state.status, state.custodian, state.open_waits, state.solved_at) == (
        Status.WITHDRAWN,
        NOBODY,
        (),
        None,
    )
    assert [wait.ended_at for wait in state.waits] == [utc(at("07-18 09:00")), utc(ward.now), utc(ward.now)]
    with pytest.raises(Conflict, match="dossier_closed"):
        ward.withdraw(code)


def test_a_specialist_gives_back_what_he_holds() -> None:
    ward = Ward()
    code = ward.at_work()

    assert ward.withdraw(code, MINH).status is Status.WITHDRAWN
    assert ward.dossiers[code].custodian != holder(MINH)


def turned_away(**fields: object) -> TurnedAway:
    plain: dict[str, object] = {
        "procedure": SOME,
        "channel": Channel.DIRECT,
        "owner": OWNER,
        "submitter": Submitter(OWNER, Relation.OWNER),
        "components": papers(SOME)[:1],
        "reason": WHY,
    }
    given = TurnAway(**(plain | fields))  # type: ignore[arg-type]
    return decide_turn_away(given, "paper-1", form("supplement"), Ward().rules(HOA))


def test_a_citizen_is_sent_home_with_every_required_paper_that_lacks() -> None:
    fact = turned_away(missing=(Gap(text="ảnh 3x4"),), legal_basis=" Luật ")

    assert fact.missing == (MissingPaper("TP02", "Bản chính"), MissingPaper("", "ảnh 3x4"))
    assert (fact.pack, fact.procedure.code, fact.legal_basis) == ("2018", SOME.code, "Luật")
    assert (fact.paper_id, fact.form) == ("paper-1", form("supplement"))


def test_a_gap_with_words_is_named_once() -> None:
    assert turned_away(missing=(Gap("TP02", "bản mới"),)).missing == (MissingPaper("TP02", "Bản chính", "bản mới"),)


def test_a_refusal_at_the_counter_lists_no_gaps() -> None:
    assert turned_away(is_refusal=True).missing == ()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"owner": Party(" ")}, "missing_name"),
        ({"reason": "vì"}, "missing_reason"),
        ({"components": papers(SOME)}, "nothing_missing"),
        ({"channel": Channel.ONLINE}, "nothing_missing"),
        ({"missing": (Gap("TP09"),)}, "unknown_component"),
        ({"is_refusal": True, "reason": " "}, "missing_reason"),
    ],
)
def test_nobody_is_sent_home_without_a_word(fields: dict[str, object], code: str) -> None:
    with pytest.raises(UserError) as refused:
        turned_away(**fields)

    assert refused.value.code == code


def test_what_the_citizen_was_told_is_recorded_and_changes_nothing_else() -> None:
    ward = Ward()
    code = ward.receive()
    before = ward.dossiers[code]

    facts = decide_notify(NotifyCitizen(" điện thoại ", " đã có kết quả "))

    assert facts == (CitizenNotified("điện thoại", "đã có kết quả"),)
    assert ward.do(code, LAN, facts).status is before.status
    with pytest.raises(UserError, match="missing_reason"):
        decide_notify(NotifyCitizen("điện thoại", " "))
