"""Ten exercises: each is done by the acts it asks for, in the real services, and by nothing less."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from desktop.domain.commands import ComponentCount, Correct, ReturnResult
from desktop.domain.dossiers import Party, Proof, Relation, Status
from desktop.domain.errors import UserError
from desktop.domain.way import WaitKind
from desktop.domain.way_commands import Approve, CloseWait, Gap, MakeSlip, RequestSupplement, SendBack, Submit, Withdraw
from desktop.services import deciding, ending, exercises, follow, handing, waiting
from desktop.services.exercises import Progress
from tests.support.wards import BIRTH, Ward
from tests.support.way import SECTION, bring


class Trainee:
    """Do what an exercise says, and look how far it has come."""

    def __init__(self, ward: Ward, key: str) -> None:
        self.ward, self.desk, self.key = ward, ward.desk, key
        self.since = ward.clock.now()
        self.code = self.slip = ""
        self.lan, self.hung, self.chair = (ward.user(login) for login in ("lan", "hung", "chutich"))

    def look(self) -> Progress:
        return exercises.progress(self.desk, self.key, self.since)

    def originals(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.desk.reader.find(self.code).components if each.originals)

    def receive(self) -> None:
        name = exercises.exercise(self.key).steps[0].name
        self.code = self.ward.receive(owner=Party(name, id_number="079190000017")).code

    def reprint(self) -> None:
        follow.print_receipt(self.desk, self.lan, self.code, "A5")

    def correct(self) -> None:
        name = exercises.exercise("correct").steps[1].name
        follow.correct(self.desk, self.lan, self.code, Correct({"applicant.name": name}, "in sai tên"))

    def offer(self) -> None:
        self.slip = handing.make_slip(self.desk, self.lan, MakeSlip(SECTION, (self.code,))).slip.name

    def confirm(self) -> None:
        handing.confirm_slip(self.desk, self.hung, self.slip, [self.code])

    def hand_over(self) -> None:
        self.offer()
        self.confirm()

    def ask(self) -> None:
        gap = Gap(self.ward.desk.reader.find(self.code).components[0].code, "thiếu chữ ký")
        waiting.request_supplement(self.desk, self.hung, self.code, RequestSupplement((gap,), "Thiếu chữ ký"))

    def supplied(self) -> None:
        code = self.desk.reader.find(self.code).components[0].code
        command = CloseWait(WaitKind.SUPPLEMENT, components=(ComponentCount(code, originals=1),))
        waiting.close_wait(self.desk, self.hung, self.code, command)

    def submit(self) -> None:
        deciding.submit(self.desk, self.hung, [self.code], Submit())

    def approve(self) -> None:
        deciding.approve(self.desk, self.chair, [self.code], [Approve()])

    def send_back(self) -> None:
        deciding.send_back(self.desk, self.chair, [self.code], SendBack("sửa lại căn cứ"))

    def withdraw(self) -> None:
        ending.withdraw(self.desk, self.hung, self.code, Withdraw("công dân đổi ý", self.originals()))

    def ready(self) -> None:
        bring(self.desk, self.code)

    def mark_ready(self) -> None:
        from desktop.domain.commands import MarkResultReady  # noqa: PLC0415 - one use

        follow.mark_result_ready(self.desk, self.hung, self.code, MarkResultReady("A1"))

    def give_back(self) -> None:
        owner = self.desk.reader.find(self.code).owner
        command = ReturnResult(owner, Relation.OWNER, Proof.SIGNATURE, "ký sổ", originals_returned=self.originals())
        follow.return_result(self.desk, self.lan, self.code, command)

    def give_to_other(self) -> None:
        other = Party("Lý Thị Thay", id_number="079190000116")
        command = ReturnResult(
            other,
            Relation.AUTHORISED,
            Proof.SIGNATURE,
            "ký sổ",
            authorisation="12/UQ",
            originals_returned=self.originals(),
        )
        follow.return_result(self.desk, self.lan, self.code, command)


#: What each step of each exercise is done by.
WAYS: dict[str, Sequence[Callable[[Trainee], None]]] = {
    "receive": (Trainee.receive,),
    "reprint": (Trainee.receive, Trainee.reprint),
    "correct": (Trainee.receive, Trainee.correct),
    "hand_over": (Trainee.receive, Trainee.offer, Trainee.confirm),
    "supplement": (Trainee.receive, Trainee.hand_over, Trainee.ask, Trainee.supplied),
    "approve": (Trainee.receive, Trainee.hand_over, Trainee.submit, Trainee.approve),
    "send_back": (
        Trainee.receive,
        lambda trainee: (trainee.hand_over(), trainee.submit()),
        Trainee.send_back,
        Trainee.submit,
        Trainee.approve,
    ),
    "withdraw": (Trainee.receive, Trainee.hand_over, Trainee.withdraw),
    "whole_way": (
        Trainee.receive,
        Trainee.hand_over,
        Trainee.submit,
        Trainee.approve,
        Trainee.mark_ready,
        Trainee.give_back,
    ),
    "authorised": (Trainee.receive, Trainee.ready, Trainee.give_to_other),
}


@pytest.mark.parametrize("key", [each.key for each in exercises.exercises()])
def test_an_exercise_goes_on_with_each_step_and_ends_with_the_last(ward: Ward, key: str) -> None:
    trainee, chosen = Trainee(ward, key), exercises.exercise(key)

    for done, act in enumerate(WAYS[key]):
        before = trainee.look()
        assert (before.done, before.advice, before.is_finished) == (done, chosen.steps[done].say, False)
        act(trainee)

    ended = trainee.look()
    assert (ended.done, ended.is_finished, ended.code) == (len(chosen.steps), True, trainee.code)


def test_there_are_ten_exercises_and_each_begins_with_a_birth_of_somebody_else() -> None:
    found = exercises.exercises()

    assert len(found) == 10
    assert exercises.PROCEDURE == BIRTH
    assert len({each.steps[0].name for each in found}) == 10


def test_a_wrong_name_is_told_and_can_be_done_again(ward: Ward) -> None:
    trainee = Trainee(ward, "receive")

    ward.receive(owner=Party("Nguyễn Thị Khác"))

    assert trainee.look().advice.startswith("Đã nhận một hồ sơ, nhưng chưa đúng người")
    trainee.receive()
    assert trainee.look().is_finished


def test_a_result_given_to_the_owner_is_no_authorised_return(ward: Ward) -> None:
    trainee = Trainee(ward, "authorised")
    trainee.receive()
    trainee.ready()

    trainee.give_back()

    assert not trainee.look().is_finished
    assert "không ghi người được ủy quyền" in trainee.look().advice


def test_what_was_done_before_the_exercise_began_does_not_count(ward: Ward) -> None:
    trainee = Trainee(ward, "receive")
    trainee.receive()

    trainee.since = ward.clock.now() + timedelta(minutes=1)

    assert trainee.look().done == 0


def test_exercises_are_for_training_only(real_ward: Ward) -> None:
    with pytest.raises(UserError) as refused:
        exercises.progress(real_ward.desk, "receive", real_ward.clock.now())

    assert refused.value.code == "training_only"


def test_an_unknown_exercise_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        exercises.exercise("nothing")

    assert refused.value.code == "exercise_unknown"


def test_statuses_of_the_way_are_the_ones_the_exercise_ends_with(ward: Ward) -> None:
    trainee = Trainee(ward, "whole_way")
    for act in WAYS["whole_way"]:
        act(trainee)

    assert ward.desk.reader.find(trainee.code).status is Status.RETURNED
