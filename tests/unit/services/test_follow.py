from datetime import datetime, timedelta

import pytest

from desktop.domain.commands import Correct, ReturnResult, TakeFee
from desktop.domain.dossiers import FeeMethod, Proof, Relation, Status
from desktop.domain.errors import UserError
from desktop.services import follow, look_up
from desktop.services.records import JobState
from tests.support.samples import NINE, OWNER, REASON
from tests.support.wards import SLOW, Ward, command, procedure
from tests.support.way import bring

RETURN = ReturnResult(OWNER, Relation.OWNER, Proof.SIGNATURE, "Ký trên liên lưu")


def test_a_correction_prints_the_next_version(ward: Ward) -> None:
    made = ward.receive()

    done = follow.correct(
        ward.desk, ward.user("lan"), made.code.lower(), Correct({"applicant.name": "Tên Đúng"}, REASON)
    )

    assert done.job is not None
    assert (done.job.paper, done.job.copy_no, done.dossier.receipt.version) == ("A5", 0, 2)
    assert ward.desk.reader.find(made.code) == done.dossier
    assert [card.code for card in ward.desk.reader.search("ten dung", 5)] == [made.code]
    assert ward.desk.reader.search("ngoc", 5) == ()


def test_a_correction_to_another_procedure_moves_the_promise(ward: Ward) -> None:
    made = ward.receive(procedure=procedure(ward.desk, SLOW), components=command(ward.desk, SLOW).components)
    faster = command(ward.desk)

    done = follow.correct(
        ward.desk, ward.user("lan"), made.code, Correct({}, REASON, faster.procedure, components=faster.components)
    )

    assert done.dossier.promised_at < made.promised_at
    assert done.dossier.first_promised_at == made.promised_at
    assert [change.field for change in done.dossier.changes][:2] == ["procedure", "promised_at"]


def test_only_a_leader_promises_later(ward: Ward) -> None:
    made = ward.receive()
    later = Correct({}, REASON, promised_at=NINE + timedelta(days=5))

    with pytest.raises(UserError) as caught:
        follow.correct(ward.desk, ward.user("lan"), made.code, later)
    moved = follow.correct(ward.desk, ward.user("chutich"), made.code, later).dossier

    assert (caught.value.code, caught.value.details["action"]) == ("not_permitted", "move_promise_later")
    assert moved.promised_at == NINE + timedelta(days=5)


def test_an_unknown_paper_is_refused_before_anything_happens(ward: Ward) -> None:
    made, lan = ward.receive(), ward.user("lan")

    with pytest.raises(UserError, match="unknown_paper"):
        follow.correct(ward.desk, lan, made.code, Correct({"note": "x"}, REASON), "A3")
    with pytest.raises(UserError, match="unknown_paper"):
        follow.print_receipt(ward.desk, lan, made.code, "A3")

    assert ward.desk.reader.find(made.code) == made


def test_copies_count_up_and_start_again_with_a_new_version(ward: Ward) -> None:
    made, lan = ward.receive(), ward.user("lan")

    copies = [follow.print_receipt(ward.desk, lan, made.code, "") for _ in range(2)]
    follow.correct(ward.desk, lan, made.code, Correct({"note": "x"}, REASON))
    third = follow.print_receipt(ward.desk, lan, made.code, "80mm")

    assert [copy.job.copy_no for copy in (*copies, third) if copy.job] == [1, 2, 1]
    assert third.job is not None
    assert third.job.paper == "80mm"


def test_a_result_without_a_receipt_gets_no_paper(ward: Ward) -> None:
    made = ward.receive(is_immediate=True)

    with pytest.raises(UserError, match="no_receipt"):
        follow.print_receipt(ward.desk, ward.user("lan"), made.code, "A5")


def test_a_dossier_goes_its_whole_way(ward: Ward) -> None:
    given = command(ward.desk, "2.000635")
    made = ward.receive(procedure=given.procedure, components=given.components)
    follow.take_fee(ward.desk, ward.user("thu"), made.code, TakeFee(8_000, FeeMethod.TRANSFER))
    ward.clock.advance(timedelta(hours=1))
    (ready,) = bring(ward.desk, made.code)
    ward.clock.advance(timedelta(days=9))

    done = follow.return_result(ward.desk, ward.user("lan"), made.code, RETURN).dossier

    assert (ready.status, done.status, done.owed_vnd) == (Status.RESULT_READY, Status.RETURNED, 0)
    assert done.solved_at == ready.solved_at
    assert [entry.type for entry in look_up.show(ward.desk, ward.user("lan"), made.code).timeline] == [
        "dossier.received", "fee.taken", "handover.offered", "handover.confirmed", "dossier.submitted",
        "dossier.approved", "dossier.result_ready", "dossier.returned",
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["", "khong-co-1", "T-00000000-1", "%"])
def test_an_unknown_code_is_told(ward: Ward, code: str) -> None:
    with pytest.raises(UserError, match="dossier_unknown"):
        follow.take_fee(ward.desk, ward.user("thu"), code, TakeFee(1, FeeMethod.CASH))


def test_a_refused_act_leaves_dossier_log_and_queue_alone(ward: Ward) -> None:
    made = ward.receive()
    before = (ward.database.ledger.head, ward.desk.reader.jobs(JobState.WAITING))

    with pytest.raises(UserError, match="result_not_ready"):
        follow.return_result(ward.desk, ward.user("lan"), made.code, RETURN)

    assert (ward.database.ledger.head, ward.desk.reader.jobs(JobState.WAITING)) == before
    assert ward.desk.reader.find(made.code) == made
    assert ward.verify().is_clean


def test_a_promise_may_be_earlier_than_now_was(ward: Ward) -> None:
    made = ward.receive(procedure=procedure(ward.desk, SLOW), components=command(ward.desk, SLOW).components)
    earlier = datetime.fromisoformat("2019-07-19T16:00:00+07:00")

    done = follow.correct(ward.desk, ward.user("lan"), made.code, Correct({}, REASON, promised_at=earlier))

    assert done.dossier.due_at == earlier
