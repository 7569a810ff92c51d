from dataclasses import replace

import pytest

from desktop.domain.acts.receiving import decide_receive
from desktop.domain.commands import ReturnResult
from desktop.domain.decide import decide
from desktop.domain.dossiers import Dossier, Party, Proof, Relation
from desktop.domain.errors import UserError
from desktop.domain.facts.counter import ResultReady, Returned
from tests.support.samples import OWNER, allotment, command, folded, procedure, rules

#: A newborn has no number yet.
NUMBERLESS = replace(OWNER, id_number="")
LOST = "mất giấy hẹn, đã đối chiếu thẻ"


def ready(owner: Party = OWNER) -> Dossier:
    facts = decide_receive(command(procedure(fees=()), owner=owner), allotment(), rules())
    return folded(*facts, ResultReady("mot_cua", "A1"))


def returning(recipient: Party, **fields: object) -> ReturnResult:
    plain = ReturnResult(recipient, Relation.OWNER, Proof.SIGNATURE, "Ký trên liên lưu")
    return replace(plain, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("owner", "id_number"), [(OWNER, ""), (NUMBERLESS, ""), (NUMBERLESS, "  ")])
def test_without_the_receipt_the_recipient_shows_a_paper_with_a_number(owner: Party, id_number: str) -> None:
    given = returning(replace(OWNER, id_number=id_number), without_receipt_reason=LOST)

    with pytest.raises(UserError, match="missing_id_number") as caught:
        decide(ready(owner), given, rules())

    assert caught.value.details["field"] == "recipient.id_number"


@pytest.mark.parametrize("owner", [OWNER, NUMBERLESS])
def test_with_a_number_the_result_goes_out_without_the_receipt(owner: Party) -> None:
    (fact,) = decide(ready(owner), returning(OWNER, without_receipt_reason=LOST), rules())

    assert isinstance(fact, Returned)
    assert (fact.recipient.id_number, fact.without_receipt_reason) == (OWNER.id_number, LOST)


@pytest.mark.parametrize("reason", ["", "   "])
def test_with_the_receipt_no_number_is_asked_of_the_owner(reason: str) -> None:
    (fact,) = decide(ready(NUMBERLESS), returning(NUMBERLESS, without_receipt_reason=reason), rules())

    assert isinstance(fact, Returned)
    assert fact.without_receipt_reason == ""
