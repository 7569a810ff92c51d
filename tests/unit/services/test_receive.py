from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desktop.domain.catalogue import Catalogue
from desktop.domain.commands import ReturnResult
from desktop.domain.dossiers import CertifiedDocument, FeeMethod, Party, Proof, Relation, Status
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import local
from desktop.services import follow, receive
from desktop.services.changes import Kind
from desktop.services.records import JobState
from tests.support.samples import NINE, OWNER, REASON
from tests.support.wards import SLOW, Ward, command, person
from tests.support.way import bring

DUPLICATE = "con sinh đôi"


def events(ward: Ward) -> int:
    return ward.database.ledger.head.seq


def refusal(ward: Ward, **fields: object) -> UserError:
    with pytest.raises(UserError) as caught:
        ward.receive(**fields)
    return caught.value


def test_a_received_dossier_is_there_with_code_number_and_print_job(ward: Ward) -> None:
    done = receive.receive(ward.desk, ward.user("lan"), command(ward.desk))

    assert done.dossier.code == "000.16.27.H29-190718-0001"
    assert (done.dossier.receipt.book, done.dossier.receipt.number) == (1, 1)
    assert ward.desk.reader.find(done.dossier.code) == done.dossier
    assert ward.desk.reader.jobs(JobState.WAITING) == (done.job,)
    assert done.changes.kinds == {Kind.DOSSIER, Kind.PRINT_JOB}
    assert done.changes.dossier_ids == {done.dossier.dossier_id}


def test_codes_start_anew_each_day_and_numbers_each_year(ward: Ward) -> None:
    days = ("2019-07-18", "2019-07-18", "2019-07-19", "2019-12-31", "2020-01-02")

    made = [
        ward.receive(datetime.fromisoformat(f"{day}T09:00:00+07:00"), owner=person(n)) for n, day in enumerate(days)
    ]

    assert [each.code.partition("H29-")[2] for each in made] == [
        "190718-0001", "190718-0002", "190719-0001", "191231-0001", "200102-0001",
    ]  # fmt: skip
    assert [each.receipt.number for each in made] == [1, 2, 3, 4, 1]


def test_the_day_is_that_of_viet_nam(ward: Ward) -> None:
    made = ward.receive(datetime.fromisoformat("2019-12-31T17:30:00+00:00"))

    assert ("200101-0001" in made.code, made.receipt.number) == (True, 1)


@pytest.mark.parametrize("at", ["2019-07-18T12:20", "2019-07-18T19:00", "2019-07-21T09:00"])
def test_w01_the_counter_receives_at_noon_in_the_evening_and_on_a_day_off(ward: Ward, at: str) -> None:
    made = ward.receive(datetime.fromisoformat(f"{at}:00+07:00"), code=SLOW)

    assert made.receipt.number == 1
    assert made.promised_at > made.received_at


@pytest.mark.parametrize("paper", ["A3", "a5", " "])
def test_a_paper_that_does_not_exist_is_refused_before_anything_happens(ward: Ward, paper: str) -> None:
    before = events(ward)

    with pytest.raises(UserError, match="unknown_paper"):
        receive.receive(ward.desk, ward.user("lan"), command(ward.desk), paper)

    assert events(ward) == before
    assert ward.desk.reader.jobs(JobState.WAITING) == ()


def test_a_refused_dossier_costs_no_number(ward: Ward) -> None:
    refusal(ward, components=())
    refusal(ward, paid_vnd=7)

    assert ward.receive().receipt.number == 1


def test_an_open_twin_is_named(ward: Ward) -> None:
    first = ward.receive()

    refused = refusal(ward)

    assert (refused.code, refused.details["twin"]) == ("open_twin", first.code)
    assert ward.receive(duplicate_reason=DUPLICATE).code != first.code


@pytest.mark.parametrize(
    ("owner", "is_twin"),
    [
        (OWNER, True),
        (Party("Tên Khác", id_number=OWNER.id_number), True),
        (Party(OWNER.name, id_number="079090099999"), False),
        (Party(OWNER.name), True),
    ],
    ids=["same", "same number", "same name", "same name without number"],
)
def test_a_twin_is_known_by_its_number(ward: Ward, owner: Party, is_twin: bool) -> None:
    ward.receive()

    if is_twin:
        assert refusal(ward, owner=owner).code == "open_twin"
    else:
        assert ward.receive(owner=owner)


@pytest.mark.parametrize(("name", "is_twin"), [("BÉ NA", True), ("Bé Na Na", False), ("Bé", False)])
def test_without_a_number_a_twin_is_known_by_its_whole_name(ward: Ward, name: str, is_twin: bool) -> None:
    ward.receive(owner=Party("Bé Na"))

    if is_twin:
        assert refusal(ward, owner=Party(name)).code == "open_twin"
    else:
        assert ward.receive(owner=Party(name))


def test_another_procedure_is_no_twin(ward: Ward) -> None:
    ward.receive()

    assert receive.receive(ward.desk, ward.user("lan"), command(ward.desk, SLOW))


def test_a_closed_dossier_is_no_twin(ward: Ward) -> None:
    ward.receive(is_immediate=True)

    assert ward.receive()


def test_a_missing_paper_is_told_before_the_twin(ward: Ward) -> None:
    ward.receive()

    assert refusal(ward, components=()).code == "missing_component"


def test_a_result_handed_out_at_once_takes_a_code_but_no_number(ward: Ward) -> None:
    done = receive.receive(ward.desk, ward.user("lan"), command(ward.desk, is_immediate=True))

    assert (done.job, done.dossier.receipt.number, done.dossier.status) == (None, 0, Status.RETURNED)
    assert done.dossier.code.endswith("0001")
    assert ward.receive().receipt.number == 1


def test_one_act_is_one_batch_of_events(ward: Ward) -> None:
    made = ward.receive(is_immediate=True)

    envelopes = [event.envelope for event in ward.desk.reader.history(made.dossier_id)]

    assert len({envelope.act_id for envelope in envelopes}) == 1
    assert [envelope.act_size for envelope in envelopes] == [3, 3, 3]
    assert [envelope.base_version for envelope in envelopes] == [0, 1, 2]
    assert {envelope.actor for envelope in envelopes} == {ward.user("lan").user_id}


def test_what_is_shown_before_saving_is_what_is_saved(ward: Ward) -> None:
    given = command(ward.desk, "2.000815", documents=(CertifiedDocument(3, 2),))

    shown = receive.preview(ward.desk, ward.user("lan"), given)
    saved = receive.receive(ward.desk, ward.user("lan"), given).dossier

    assert (shown.deadline.due_at, shown.fees, shown.pack.id) == (saved.promised_at, saved.fees, saved.pack)


def test_a_preview_needs_no_papers_and_writes_nothing(ward: Ward) -> None:
    before = events(ward)

    assert receive.preview(ward.desk, ward.user("lan"), command(ward.desk, components=())).fees
    assert events(ward) == before


def test_a_day_without_rules_is_refused(ward: Ward) -> None:
    ward.clock.set(datetime.fromisoformat("2017-07-18T09:00:00+07:00"))

    with pytest.raises(UserError, match="no_rule_pack"):
        receive.rules_at(ward.desk, ward.user("lan"), ward.clock.now())
    with pytest.raises(UserError, match="unknown_pack"):
        receive.rules_at(ward.desk, ward.user("lan"), ward.clock.now(), "1999")


def test_procedures_are_those_of_the_day(ward: Ward) -> None:
    with pytest.raises(UserError, match="procedure_not_published"):
        receive.find_procedure(ward.desk, "1.001612", ward.clock.now())
    with pytest.raises(UserError, match="procedure_unknown"):
        receive.find_procedure(ward.desk, "9.999999", ward.clock.now())


def test_a_dossier_lives_under_the_pack_it_was_received_under(ward: Ward) -> None:
    made = ward.receive(NINE, owner=OWNER)
    bring(ward.desk, made.code)
    ward.clock.set(datetime.fromisoformat("2026-03-02T09:00:00+07:00"))

    back = follow.return_result(
        ward.desk,
        ward.user("lan"),
        made.code,
        ReturnResult(OWNER, Relation.OWNER, Proof.SIGNATURE, REASON, paid_method=FeeMethod.CASH),
    )

    assert back.dossier.pack == "2018"


def test_a_clock_behind_the_log_refuses_nothing_and_is_recorded(ward: Ward) -> None:
    ward.receive(NINE)
    behind = ward.receive(NINE - timedelta(hours=1), owner=person(2))

    (event,) = ward.desk.reader.history(behind.dossier_id)

    assert event.envelope.clock_state.value == "behind_last_event"
    assert behind.code.endswith("0002")


def test_a_procedure_the_city_changed_meanwhile_is_chosen_again(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    typed, reference = command(ward.desk), ward.desk.reference
    others = [each for each in reference.catalogue.procedures if each is not typed.procedure]
    monkeypatch.setattr(reference, "catalogue", Catalogue([*others, replace(typed.procedure, fees=())]))

    with pytest.raises(UserError, match="procedure_changed"):
        receive.receive(ward.desk, ward.user("lan"), typed)

    dearer = receive.receive(ward.desk, ward.user("lan"), command(ward.desk)).dossier
    assert dearer.fees == ()


def test_a_procedure_that_only_got_an_end_is_received_as_it_was_chosen(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed, reference = command(ward.desk), ward.desk.reference
    others = [each for each in reference.catalogue.procedures if each is not typed.procedure]
    ending = replace(typed.procedure, effective_to=local(ward.clock.now()).date())
    monkeypatch.setattr(reference, "catalogue", Catalogue([*others, ending]))

    assert receive.receive(ward.desk, ward.user("lan"), typed).dossier.procedure.code == typed.procedure.code
