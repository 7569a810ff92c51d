from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import permutations

import pytest

from desktop.domain.acts.correcting import CORRECTABLE, decide_correct
from desktop.domain.acts.receiving import decide_receive
from desktop.domain.catalogue import ChannelLimit, FeeKind, FeeRule, Procedure
from desktop.domain.commands import ComponentCount, Correct
from desktop.domain.dossiers import CertifiedDocument, Channel, Dossier, FeeMethod, Party, Proof, Relation, Submitter
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import Fact
from desktop.domain.facts.counter import Corrected, FeeTaken, ReceiptPrinted, ResultReady, Returned
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.users import Role
from desktop.domain.vietnamese import screen_datetime
from tests.support.samples import REASON, STRANGER, allotment, command, folded, papers, procedure, rules

SHORTER, LONGER = procedure("1.000002", days=2), procedure("1.000003", days=20)
MOTHER = Submitter(Party("Trần Thị Mẹ", id_number="079090054321"), Relation.AUTHORISED, "số 12")


def received(*more: Fact, of: Procedure | None = None, **fields: object) -> Dossier:
    return folded(*decide_receive(command(of, **fields), allotment(), rules()), *more)


def correction(reason: str = REASON, **fields: object) -> Correct:
    return replace(Correct({}, reason), **fields)  # type: ignore[arg-type]


def corrected(state: Dossier, given: Correct, *roles: Role, current: Procedure | None = None) -> Dossier:
    (fact,) = decide_correct(state, given, current or procedure(), rules(state.received_at, *roles))
    assert isinstance(fact, Corrected)
    return folded(*decide_receive(command(), allotment(), rules()), fact)


def refusal(state: Dossier, given: Correct, *roles: Role) -> UserError:
    with pytest.raises(UserError) as caught:
        decide_correct(state, given, procedure(), rules(state.received_at, *roles))
    return caught.value


def fields_of(state: Dossier) -> list[str]:
    return [change.field for change in state.changes]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("applicant.name", "Nguyễn Thị Ngọc Ơ"),
        ("applicant.id_number", "079090054321"),
        ("applicant.birth_date", "1990-01-02"),
        ("applicant.phone", "0987654321"),
        ("applicant.email", "o@example.vn"),
        ("applicant.address", "5 đường B"),
        ("applicant.sex", "Nữ"),
        ("applicant.kind", "business"),
        ("note", "giao tận tay"),
        ("sets", "2"),
        ("result_by", "post"),
        ("channel", "post"),
        ("exemption", "hộ nghèo"),
    ],
)
def test_a_correction_states_old_and_new_and_raises_the_version(field: str, value: str) -> None:
    before = received()

    after = corrected(before, correction(changes={field: value}))

    assert after.changes[0].field == field
    assert (after.changes[0].new, after.correction_reason) == (value, REASON)
    assert (after.receipt.version, after.receipt.number, after.code) == (2, before.receipt.number, before.code)
    assert after.receipt.previous_at == before.receipt.issued_at
    assert (after.promised_at, after.first_promised_at) == (before.promised_at, before.first_promised_at)


def test_every_field_is_tried_or_has_a_test_of_its_own() -> None:
    assert {field for field in CORRECTABLE if "." not in field} == {
        "procedure", "channel", "components", "documents", "sets", "note", "result_by", "exemption", "promised_at",
    }  # fmt: skip


def test_the_owner_who_handed_in_himself_is_corrected_in_both_places() -> None:
    after = corrected(received(), correction(changes={"applicant.name": "Tên Đúng"}))

    assert (after.owner.name, after.submitter.party.name) == ("Tên Đúng", "Tên Đúng")


def test_somebody_else_who_handed_in_keeps_his_name() -> None:
    after = corrected(received(submitter=MOTHER), correction(changes={"applicant.name": "Tên Đúng"}))

    assert (after.owner.name, after.submitter) == ("Tên Đúng", MOTHER)


@pytest.mark.parametrize(
    ("field", "value"),
    [("submitter.name", "Trần Thị Mẹ Nuôi"), ("submitter.kind", "agency"), ("submitter.phone", "0987654321")],
)
def test_who_handed_in_for_another_is_corrected_alone(field: str, value: str) -> None:
    before = received(submitter=MOTHER)

    after = corrected(before, correction(changes={field: value}))

    assert fields_of(after) == [field]
    assert str(getattr(after.submitter.party, field.partition(".")[2])) == value
    assert (after.owner, after.submitter.relation) == (before.owner, Relation.AUTHORISED)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_the_fields_says_nothing(order: Sequence[int]) -> None:
    pairs = [("applicant.name", "Tên Đúng"), ("submitter.relation", "owner"), ("applicant.phone", "0987654321")]
    state = received(submitter=MOTHER)

    after = corrected(state, correction(changes=dict(pairs[place] for place in order)))

    assert after.submitter == Submitter(after.owner, Relation.OWNER)
    assert (after.owner.name, after.owner.phone) == ("Tên Đúng", "0987654321")


@pytest.mark.parametrize("first", [True, False])
def test_whoever_handed_in_instead_of_the_owner_does_not_depend_on_the_order(*, first: bool) -> None:
    pairs = [
        ("applicant.name", "Tên Đúng"),
        ("submitter.name", "Người Nộp"),
        ("submitter.authorisation", "số 12"),
        ("submitter.relation", "authorised"),
    ]

    after = corrected(received(), correction(changes=dict(pairs if first else reversed(pairs))))

    assert (after.owner.name, after.submitter.party.name) == ("Tên Đúng", "Người Nộp")
    assert (after.submitter.relation, after.submitter.authorisation) == (Relation.AUTHORISED, "số 12")


def test_becoming_the_owner_is_printed_with_whose_name_stood_there() -> None:
    after = corrected(received(submitter=MOTHER), correction(changes={"submitter.relation": "owner"}))

    printed = {change.field: (change.old, change.new) for change in after.changes}
    assert printed["submitter.name"] == (MOTHER.party.name, after.owner.name)
    assert printed["submitter.authorisation"] == ("số 12", "")


def test_nothing_printed_again_where_nothing_changes() -> None:
    same = {"applicant.phone": "0912345678", "sets": "01", "note": ""}

    assert refusal(received(), correction(changes=same)).code == "nothing_to_correct"
    assert refusal(received(), correction()).code == "nothing_to_correct"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "x"}, "not_correctable"),
        ({"received_at": "x", "note": "y"}, "not_correctable"),
        ({"applicant.name": " "}, "missing_name"),
        ({"applicant.kind": "king"}, "bad_choice"),
        ({"result_by": "pigeon"}, "bad_choice"),
        ({"channel": "pigeon"}, "bad_choice"),
        ({"submitter.relation": "friend"}, "bad_choice"),
        ({"submitter.relation": "authorised"}, "missing_authorisation"),
        ({"submitter.relation": "authorised", "submitter.authorisation": " "}, "missing_authorisation"),
        ({"submitter.name": "Người Khác"}, "not_correctable"),
        ({"submitter.relation": "authorised", "submitter.authorisation": "số 1", "submitter.name": ""}, "missing_name"),
        ({"exemption": " nghè "}, "exemption_without_reason"),
        ({"sets": "0"}, "bad_count"),
        ({"sets": "hai"}, "bad_count"),
        ({"sets": "²"}, "bad_count"),
        ({"sets": "1000"}, "bad_count"),
    ],
)
def test_a_wrong_value_is_refused(changes: dict[str, str], code: str) -> None:
    assert refusal(received(), correction(changes=changes)).code == code


@pytest.mark.parametrize("field", ["procedure", "components", "documents", "promised_at"])
def test_what_is_more_than_text_is_not_taken_from_text(field: str) -> None:
    assert refusal(received(), correction(changes={field: "1.000002"})).code == "nothing_to_correct"


@pytest.mark.parametrize("reason", ["", "    ", "nhầm", " nhầm "])
def test_a_correction_needs_a_reason(reason: str) -> None:
    assert refusal(received(), correction(reason, changes={"note": "x"})).code == "missing_reason"


@pytest.mark.parametrize("first", [True, False])
def test_relation_and_paper_may_come_in_any_order(*, first: bool) -> None:
    pairs = [("submitter.relation", "authorised"), ("submitter.authorisation", "số 12")]

    after = corrected(received(), correction(changes=dict(pairs if first else reversed(pairs))))

    assert (after.submitter.relation, after.submitter.authorisation) == (Relation.AUTHORISED, "số 12")


def test_an_authorised_submitters_paper_cannot_be_struck_out() -> None:
    state = received(submitter=MOTHER)

    assert refusal(state, correction(changes={"submitter.authorisation": ""})).code == "missing_authorisation"


@pytest.mark.parametrize(
    "more",
    [
        (ResultReady("mot_cua"),),
        (ResultReady("mot_cua"), Returned(STRANGER, Relation.OWNER, Proof.SIGNATURE, "ký")),
    ],
    ids=["ready", "returned"],
)
def test_a_solved_dossier_is_corrected_no_more(more: tuple[Fact, ...]) -> None:
    refused = refusal(received(*more), correction(changes={"note": "x"}))

    assert (type(refused), refused.code) == (Conflict, "dossier_closed")


def test_the_right_procedure_brings_its_promise_and_the_printed_change() -> None:
    before = received()

    after = corrected(before, correction(procedure=SHORTER))

    assert after.promised_at < before.promised_at
    assert after.due_at == after.promised_at
    assert after.procedure.code == "1.000002"
    assert fields_of(after) == ["procedure", "promised_at"]
    assert after.changes[1].old == screen_datetime(before.promised_at)


def test_the_same_procedure_is_no_change() -> None:
    assert refusal(received(), correction(procedure=procedure())).code == "nothing_to_correct"


def test_a_procedure_of_the_same_limit_leaves_the_promise() -> None:
    after = corrected(received(), correction(procedure=procedure("1.000004")))

    assert fields_of(after) == ["procedure"]


@pytest.mark.parametrize("again", [None, "the same"])
def test_another_channel_brings_its_own_time_limit_and_the_printed_change(again: str | None) -> None:
    of = replace(procedure(), channel_limits=(ChannelLimit("post", Limit(1, LimitUnit.WORKING_DAY)),))
    before = received(of=of)

    given = correction(changes={"channel": "post"}, procedure=of if again else None)
    after = corrected(before, given, current=of)

    assert fields_of(after) == ["channel", "promised_at"]
    assert (after.procedure.limit.n, after.procedure.code) == (1, before.procedure.code)
    assert after.promised_at == after.due_at < before.promised_at


@pytest.mark.parametrize("role", [Role.CHAIR, Role.VICE_CHAIR])
def test_only_the_chair_moves_a_promise_later(role: Role) -> None:
    state, later = received(), correction(procedure=LONGER)

    assert refusal(state, later, Role.RECEPTION).details["action"] == "move_promise_later"
    assert corrected(state, later, role).promised_at > state.promised_at


def test_a_promise_is_corrected_by_hand_earlier_by_the_counter() -> None:
    earlier = datetime.fromisoformat("2019-07-22T10:00:00+07:00")

    after = corrected(received(), correction(promised_at=earlier))

    assert (after.promised_at, after.due_at, fields_of(after)) == (earlier, earlier, ["promised_at"])


def test_a_promise_by_hand_wins_over_that_of_the_procedure() -> None:
    by_hand = datetime.fromisoformat("2019-07-19T10:00:00+07:00")

    after = corrected(received(), correction(procedure=SHORTER, promised_at=by_hand))

    assert after.promised_at == by_hand
    assert fields_of(after) == ["procedure", "promised_at"]


def test_a_promise_that_is_to_stay_is_not_moved_silently_by_the_procedure() -> None:
    before = received()

    after = corrected(before, correction(procedure=SHORTER, promised_at=before.promised_at))

    assert (after.promised_at, fields_of(after)) == (before.promised_at, ["procedure"])


def test_no_promise_lies_before_the_receipt() -> None:
    before = datetime.fromisoformat("2019-07-18T08:59:00+07:00")

    assert refusal(received(), correction(promised_at=before)).code == "promise_before_receipt"


def test_no_promise_lies_on_a_day_off() -> None:
    sunday = datetime.fromisoformat("2019-07-21T10:00:00+07:00")

    refused = refusal(received(), correction(promised_at=sunday))

    assert (refused.code, dict(refused.details)) == ("promise_not_working", {"on": "21/07/2019"})


def test_no_promise_lies_outside_the_hours_of_work() -> None:
    evening = datetime.fromisoformat("2019-07-22T18:00:00+07:00")

    refused = refusal(received(), correction(promised_at=evening))

    assert (refused.code, refused.details["at"]) == ("promise_outside_hours", "18:00")


def test_other_papers_are_asked_for_with_another_procedure() -> None:
    other = procedure("1.000005", names=("Giấy khác", "Bản chính"))

    refused = refusal(received(), correction(procedure=other))
    after = corrected(received(), correction(procedure=other, components=papers(other)))

    assert (refused.code, refused.details["procedure"]) == ("components_needed", "1.000005")
    assert [line.name for line in after.components] == ["Giấy khác", "Bản chính"]
    assert "components" in fields_of(after)


def test_papers_that_came_online_are_counted_once_they_are_said_to_lie_at_the_counter() -> None:
    online = received(channel=Channel.ONLINE, components=())

    refused = refusal(online, correction(changes={"channel": "direct"}))
    counted = correction(changes={"channel": "direct"}, components=papers(procedure()))
    after = corrected(online, counted, Role.CHAIR)

    assert (refused.code, refused.details["components"][0]["code"]) == ("missing_component", "TP01")
    assert (after.channel, sum(line.originals for line in after.components) > 0) == (Channel.DIRECT, True)


def test_another_correction_of_an_online_dossier_asks_for_no_papers() -> None:
    online = received(channel=Channel.ONLINE, components=())

    assert corrected(online, correction(changes={"note": "gọi trước"})).note == "gọi trước"


def test_papers_of_the_same_names_get_the_codes_of_the_right_procedure() -> None:
    plain = procedure("1.000006")
    parts = tuple(replace(part, code=f"X{part.code}") for part in plain.components)
    other = replace(plain, components=parts)

    after = corrected(received(), correction(procedure=other, components=papers(other)))

    assert [line.code for line in after.components] == [part.code for part in parts]
    assert fields_of(after) == ["procedure"]


def test_counts_are_corrected_by_the_list_of_the_dossiers_own_procedure() -> None:
    counts = (ComponentCount("TP01", originals=1), ComponentCount("TP02", certified=2))

    after = corrected(received(), correction(components=counts))

    assert after.changes[0].old == "Tờ khai: 1/0/0; Bản chính: 1/0/0"
    assert after.changes[0].new == "Tờ khai: 1/0/0; Bản chính: 0/2/0"
    assert refusal(received(), correction(components=counts[:1])).code == "missing_component"


def test_the_fee_follows_pages_sets_and_exemption_and_the_change_is_printed() -> None:
    of = procedure(fees=(FeeRule(FeeKind.PAGES, "Phí"),))
    state = received(of=of, documents=(CertifiedDocument(2, 1),))

    after = corrected(state, correction(documents=(CertifiedDocument(4, 1),)), current=of)

    assert [(change.field, change.old, change.new) for change in after.changes] == [
        ("documents", "2 trang × 1 bản", "4 trang × 1 bản"),
        ("fee_vnd", "4000", "6000"),
    ]


def test_the_right_procedure_brings_its_fees_even_where_the_sum_is_the_same() -> None:
    other = procedure("1.000007", fees=(FeeRule(FeeKind.FIXED, "Phí khai thác", 8_000),))

    after = corrected(received(), correction(procedure=other))

    assert ([line.name for line in after.fees], fields_of(after)) == (["Phí khai thác"], ["procedure"])


def test_an_exemption_after_the_payment_leaves_no_debt() -> None:
    state = received(FeeTaken(8_000, FeeMethod.CASH))

    after = corrected(state, correction(changes={"exemption": "hộ nghèo"}))

    assert (after.fee_vnd, after.owed_vnd) == (0, 0)


def test_the_copies_of_a_new_version_are_counted_anew() -> None:
    before = received(ReceiptPrinted(1, 1, "A5"))

    (fact,) = decide_correct(before, correction(changes={"note": "x"}), procedure(), rules())
    after = folded(*decide_receive(command(), allotment(), rules()), ReceiptPrinted(1, 1, "A5"), fact)

    assert (before.receipt.reprints, after.receipt.reprints, after.receipt.version) == (1, 0, 2)


def test_a_late_copy_of_the_old_version_is_none_of_the_new_one() -> None:
    (fact,) = decide_correct(received(), correction(changes={"note": "x"}), procedure(), rules())

    after = folded(*decide_receive(command(), allotment(), rules()), fact, ReceiptPrinted(1, 3, "A5"))

    assert (after.receipt.version, after.receipt.reprints) == (2, 0)


def test_a_copy_another_pc_made_meanwhile_does_not_lower_the_count() -> None:
    after = received(ReceiptPrinted(1, 1, "A5"), ReceiptPrinted(1, 2, "A5"), ReceiptPrinted(1, 1, "A5"))

    assert after.receipt.reprints == 2
