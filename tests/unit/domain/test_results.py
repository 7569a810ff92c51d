from dataclasses import replace

import pytest

from desktop.domain.acts.receiving import decide_receive
from desktop.domain.commands import ComponentCount, MarkResultReady, PrintReceipt, ReturnResult, TakeFee
from desktop.domain.decide import Simple, decide
from desktop.domain.dossiers import NOBODY, Dossier, FeeMethod, Party, Proof, Relation, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.facts.counter import FeeTaken, ReceiptPrinted, ResultReady, Returned
from desktop.domain.way import AttachmentRole, FormNumber, SigningMeans
from tests.support.samples import NINE, OWNER, STRANGER, allotment, command, folded, papers, procedure, rules
from tests.unit.domain.walk import CHAIR, COUNTER, HOA, LAN, MINH, NAM, Ward, file, holder, utc

FREE = procedure(fees=())
READY_FACT = ResultReady("mot_cua", "A1")


def state(*more: object, fee: bool = False, **fields: object) -> Dossier:
    facts = decide_receive(command(procedure() if fee else FREE, **fields), allotment(), rules())
    return folded(*facts, *more)  # type: ignore[arg-type]


def returning(**fields: object) -> ReturnResult:
    plain = ReturnResult(OWNER, Relation.OWNER, Proof.SIGNATURE, "Ký trên liên lưu")
    return replace(plain, **fields)  # type: ignore[arg-type]


def test_a_result_needs_the_approval_of_a_leader() -> None:
    ward = Ward()
    code = ward.receive()

    for bring in (lambda: None, lambda: ward.hand(LAN, holder(MINH), MINH, code), lambda: ward.submit(code)):
        bring()
        with pytest.raises(Conflict, match="not_approved"):
            ward.ready(code)
    ward.send_back(code)
    with pytest.raises(Conflict, match="not_approved"):
        ward.ready(code)


def test_a_result_comes_from_who_holds_it() -> None:
    ward = Ward()
    code = ward.approved()

    with pytest.raises(Conflict, match="not_custodian") as refused:
        ward.ready(code, NAM)
    assert refused.value.details["holder"] == "Minh"


def test_a_result_to_be_signed_digitally_waits_for_its_signature() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.approve(code, means=SigningMeans.DIGITAL)

    with pytest.raises(Conflict, match="not_signed"):
        ward.ready(code)
    ward.attach(code, CHAIR, file(AttachmentRole.SIGNED, 2))
    assert ward.ready(code).status is Status.RESULT_READY


def test_what_was_signed_under_an_approval_that_is_void_is_no_result() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.approve(code, means=SigningMeans.DIGITAL)
    ward.attach(code, CHAIR, file(AttachmentRole.SIGNED, 2))
    ward.correct(code, changes={"applicant.name": "Tên Khác"})
    ward.submit(code)
    ward.approve(code, means=SigningMeans.DIGITAL)

    with pytest.raises(Conflict, match="not_signed"):
        ward.ready(code)


def test_a_result_goes_out_from_the_counter_only() -> None:
    ward = Ward()
    code = ward.approved()
    ward.ready(code)

    with pytest.raises(Conflict, match="not_custodian") as refused:
        ward.give(code, MINH)
    assert refused.value.details["holder"] == "Một cửa"
    assert ward.give(code, HOA).custodian == NOBODY


def test_a_voucher_is_kept_with_the_money() -> None:
    voucher = FormNumber("fee_slip", 2019, 1, 7)
    facts = decide(state(fee=True), TakeFee(8_000, FeeMethod.CASH), rules(), voucher)
    at_return = decide(state(READY_FACT, fee=True), returning(paid_vnd=8_000), rules(), voucher)

    assert state(*facts, fee=True).payments[0].voucher == voucher
    assert at_return[0] == FeeTaken(8_000, FeeMethod.CASH, "", voucher)


def refusal(of: Dossier, given: Simple) -> UserError:
    with pytest.raises(UserError) as caught:
        decide(of, given, rules())
    return caught.value


def test_copies_of_a_receipt_are_numbered() -> None:
    once = decide(state(), PrintReceipt("A4"), rules())

    assert once == (ReceiptPrinted(1, 1, "A4"),)
    assert decide(state(*once), PrintReceipt("80mm"), rules()) == (ReceiptPrinted(1, 2, "80mm"),)


def test_what_never_had_a_receipt_has_no_copy() -> None:
    facts = decide_receive(command(FREE, is_immediate=True), replace(allotment(), receipt_number=0), rules())

    refused = refusal(folded(*facts), PrintReceipt("A5"))

    assert (type(refused), refused.code) == (Conflict, "no_receipt")


def test_a_payment_settles_what_is_owed() -> None:
    facts = decide(state(fee=True), TakeFee(3_000, FeeMethod.CASH, " bớt "), rules())

    assert facts == (FeeTaken(3_000, FeeMethod.CASH, "bớt"),)
    paid = state(*facts, fee=True)
    assert (paid.paid_vnd, paid.owed_vnd, paid.is_exempt) == (3_000, 5_000, False)


@pytest.mark.parametrize("amount_vnd", [0, -1, 8_001])
def test_a_payment_lies_between_one_dong_and_the_debt(amount_vnd: int) -> None:
    refused = refusal(state(fee=True), TakeFee(amount_vnd, FeeMethod.CASH))

    assert (refused.code, refused.details["due_vnd"]) == ("bad_amount", 8_000)


def test_a_waiver_needs_a_reason_and_takes_no_money() -> None:
    assert refusal(state(fee=True), TakeFee(0, FeeMethod.EXEMPT, "vì ")).code == "missing_reason"
    assert refusal(state(fee=True), TakeFee(1, FeeMethod.EXEMPT, "hộ nghèo")).code == "bad_amount"
    facts = decide(state(fee=True), TakeFee(0, FeeMethod.EXEMPT, "hộ nghèo"), rules())
    waived = state(*facts, fee=True)
    assert (waived.owed_vnd, waived.is_exempt) == (0, True)


def test_a_result_at_the_counter_is_solved_there_and_then() -> None:
    ward = Ward()
    code = ward.approved()

    facts = decide(ward.dossiers[code], MarkResultReady(" A1 ", " gọi "), ward.rules(MINH))

    assert facts == (ResultReady("mot_cua", "A1", "gọi"),)
    ready = ward.do(code, MINH, facts)
    assert (ready.custodian, ready.solved_at) == (COUNTER, utc(ward.now))
    assert (ready.status, ready.shelf, ready.result_note) == (Status.RESULT_READY, "A1", "gọi")


def test_a_result_is_ready_once() -> None:
    assert refusal(state(READY_FACT), MarkResultReady()).code == "already_ready"


def test_a_closed_dossier_gets_no_result() -> None:
    returned = decide(state(READY_FACT), returning(), rules())

    assert refusal(state(READY_FACT, *returned), MarkResultReady()).code == "dossier_closed"


def test_the_owner_gets_his_result_with_a_proof() -> None:
    (fact,) = decide(state(READY_FACT), returning(proof_reference=" số 5 ", originals_returned=("TP01",)), rules())

    assert fact == Returned(OWNER, Relation.OWNER, Proof.SIGNATURE, "số 5", originals_returned=("TP01",))
    done = state(READY_FACT, fact)
    assert (done.status, done.is_closed, done.custodian.holder) == (Status.RETURNED, True, "")


def test_nothing_is_returned_before_it_is_ready_nor_twice() -> None:
    done = decide(state(READY_FACT), returning(), rules())

    assert refusal(state(), returning()).code == "result_not_ready"
    assert refusal(state(READY_FACT, *done), returning()).code == "already_returned"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"recipient": Party(" ")}, "missing_recipient"),
        ({"proof_reference": "  "}, "missing_proof"),
        ({"recipient": STRANGER}, "recipient_not_owner"),
        ({"recipient": Party("Lê Văn Khác")}, "recipient_not_owner"),
        ({"recipient": STRANGER, "relation": Relation.AUTHORISED}, "missing_authorisation"),
        (
            {"recipient": Party("Lê Khác"), "relation": Relation.AUTHORISED, "authorisation": "số 1"},
            "missing_id_number",
        ),
        ({"originals_returned": ("TP02", "TP09")}, "unknown_component"),
        ({"paid_vnd": 1}, "fee_owed"),
    ],
)
def test_a_return_that_would_not_stand_is_refused(fields: dict[str, object], code: str) -> None:
    assert refusal(state(READY_FACT), returning(**fields)).code == code


def test_an_authorised_person_comes_with_paper_and_id() -> None:
    given = returning(recipient=STRANGER, relation=Relation.AUTHORISED, authorisation=" số 12 ")

    (fact,) = decide(state(READY_FACT), given, rules())

    assert isinstance(fact, Returned)
    assert (fact.recipient, fact.authorisation) == (STRANGER, "số 12")


@pytest.mark.parametrize("name", ["Nguyễn Thị Ngọc Ở", "NGUYỄN THỊ NGỌC Ở", "nguyen thi ngoc o"])
def test_an_owner_without_his_card_is_known_by_name(name: str) -> None:
    assert decide(state(READY_FACT), returning(recipient=Party(name)), rules())


def test_a_newborns_result_goes_to_whoever_is_written_down() -> None:
    assert decide(state(READY_FACT, owner=Party("Bé Na")), returning(recipient=STRANGER), rules())


def test_copies_are_no_originals_to_give_back() -> None:
    copies = (ComponentCount("TP01", copies=2), papers(FREE)[1])

    refused = refusal(state(READY_FACT, components=copies), returning(originals_returned=("TP01",)))

    assert (refused.code, refused.details["components"]) == ("unknown_component", ["TP01"])


def test_an_original_outside_the_list_goes_back_by_its_name() -> None:
    given = (*papers(FREE), ComponentCount("", originals=1, name="Sổ đỏ", reason="công dân nộp kèm"))

    (fact,) = decide(state(READY_FACT, components=given), returning(originals_returned=("Sổ đỏ",)), rules())

    assert isinstance(fact, Returned)
    assert fact.originals_returned == ("Sổ đỏ",)


@pytest.mark.parametrize("paid_vnd", [0, 7_999, 8_001])
def test_the_debt_is_settled_before_the_result_goes_out(paid_vnd: int) -> None:
    refused = refusal(state(READY_FACT, fee=True), returning(paid_vnd=paid_vnd))

    assert (refused.code, refused.details["due_vnd"]) == ("fee_owed", 8_000)


def test_money_and_result_change_hands_in_one_act() -> None:
    facts = decide(state(READY_FACT, fee=True), returning(paid_vnd=8_000, fee_reason=" thu nốt "), rules())

    assert [type(fact) for fact in facts] == [FeeTaken, Returned]
    assert facts[0] == FeeTaken(8_000, FeeMethod.CASH, "thu nốt")


def test_a_debt_may_be_waived_at_the_return_with_a_reason() -> None:
    waiving = returning(paid_method=FeeMethod.EXEMPT, fee_reason="hộ nghèo")

    facts = decide(state(READY_FACT, fee=True), waiving, rules())

    assert facts[0] == FeeTaken(0, FeeMethod.EXEMPT, "hộ nghèo")
    assert refusal(state(READY_FACT, fee=True), replace(waiving, fee_reason="")).code == "missing_reason"
    assert refusal(state(READY_FACT, fee=True), replace(waiving, paid_vnd=8_000)).code == "bad_amount"


def test_the_clock_of_the_return_is_not_the_clock_of_the_solution() -> None:
    done = state(READY_FACT, *decide(state(READY_FACT), returning(), rules()))

    assert done.solved_at is not None
    assert done.returned is not None
    assert done.solved_at < done.returned.at
    assert done.received_at == NINE
