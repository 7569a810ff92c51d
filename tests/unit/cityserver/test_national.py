from collections.abc import Sequence
from dataclasses import replace

import pytest

from desktop.cityserver.national import NationalService, NoAnswer, Outcome, Step
from desktop.domain.acts.receiving import decide_receive
from desktop.domain.national import Record, dossier_record
from tests.support.national_service import PASSWORD, StandIn
from tests.support.samples import UNIT, allotment, command, folded, rules


@pytest.fixture
def service() -> StandIn:
    return StandIn()


def speaking(service: StandIn, password: str = PASSWORD) -> NationalService:
    return NationalService(service.call, "phuong", password, "000.16.27.H29")


def record(n: int = 1, **changes: object) -> Record:
    dossier = folded(*decide_receive(command(), replace(allotment(n), code=f"000.16.27.H29-190718-{n:04d}"), rules()))
    return dossier_record(dossier, UNIT) | changes


def outcomes(service: StandIn, *records: Record) -> list[Outcome]:
    return [result.outcome for result in speaking(service).synchronise(records)]


def test_a_new_dossier_is_sent_and_found_the_same_next_time(service: StandIn) -> None:
    assert outcomes(service, record()) == [Outcome.SENT]
    assert service.records[record()["MaHoSo"]] == record()
    assert outcomes(service, record()) == [Outcome.SAME]


def test_a_changed_dossier_is_updated(service: StandIn) -> None:
    outcomes(service, record())

    assert outcomes(service, record(TrangThaiHoSo="9")) == [Outcome.UPDATED]
    assert service.records[record()["MaHoSo"]]["TrangThaiHoSo"] == "9"


def test_dossiers_go_in_batches_of_ten(service: StandIn) -> None:
    assert outcomes(service, *(record(n) for n in range(1, 24))) == [Outcome.SENT] * 23
    assert service.calls.count("DongBoHoSoMC") == 3


def test_one_bad_record_does_not_hold_up_the_others(service: StandIn) -> None:
    service.refused.add(record(2)["MaHoSo"])

    assert outcomes(service, record(1), record(2), record(3)) == [Outcome.SENT, Outcome.REFUSED, Outcome.SENT]


def test_a_lost_answer_is_looked_up_before_anything_is_said(service: StandIn) -> None:
    service.silent["DongBoHoSoMC"] = 1

    assert outcomes(service, record()) == [Outcome.SENT]
    assert service.calls == ["login", "TraCuuHoSo", "DongBoHoSoMC", "TraCuuHoSo"]


def test_what_did_not_arrive_is_unknown_and_sent_next_time(service: StandIn) -> None:
    service.deaf["DongBoHoSoMC"] = 1

    assert outcomes(service, record()) == [Outcome.UNKNOWN]
    assert outcomes(service, record()) == [Outcome.SENT]


@pytest.mark.parametrize("deaf", ["login", "TraCuuHoSo"])
def test_a_service_that_does_not_answer_changes_nothing(service: StandIn, deaf: str) -> None:
    service.deaf[deaf] = 1

    assert outcomes(service, record()) == [Outcome.UNKNOWN]
    assert service.records == {}


def exists(service: StandIn, theirs: Record) -> None:
    """Let a record appear between look-up and sending."""
    plain = service.call

    def call(asked: Record, /, ids: Sequence[str] = ()) -> object:
        if asked.get("service") == "DongBoHoSoMC":
            service.records.setdefault(theirs["MaHoSo"], dict(theirs))
        return plain(asked, ids)

    service.call = call  # type: ignore[method-assign,assignment] # the stand-in is ours


def test_already_there_is_success_once_the_fields_agree(service: StandIn) -> None:
    exists(service, record())

    assert outcomes(service, record()) == [Outcome.SAME]


def test_already_there_with_other_fields_is_for_a_person(service: StandIn) -> None:
    exists(service, record(ChuHoSo="Người khác"))

    (result,) = speaking(service).synchronise([record()])

    assert (result.outcome, result.fields) == (Outcome.DIFFERS, ("ChuHoSo",))
    assert result.message == "Hồ sơ đã tồn tại"


def test_already_there_of_one_in_a_batch_sends_the_others(service: StandIn) -> None:
    exists(service, record(1))

    assert outcomes(service, record(1), record(2)) == [Outcome.SAME, Outcome.SENT]


def test_an_ended_session_is_opened_anew(service: StandIn) -> None:
    client = speaking(service)
    client.synchronise([record(1)])
    service.end_session()

    assert [result.outcome for result in client.synchronise([record(2)])] == [Outcome.SENT]


def test_a_wrong_password_is_no_answer(service: StandIn) -> None:
    with pytest.raises(NoAnswer):
        speaking(service, "sai").look_up("x")


def steps(*codes: str) -> list[Step]:
    return [Step(f"step-{n}", {"MaHoSo": code}) for n, code in enumerate(codes)]


def told(service: StandIn, given: Sequence[Step]) -> list[tuple[Outcome, bool]]:
    return [(result.outcome, result.is_in_doubt) for result in speaking(service).report(given)]


def test_progress_is_sent_in_batches_with_the_id_of_each_step(service: StandIn) -> None:
    given = steps(*(f"c{n}" for n in range(12)))

    assert told(service, given) == [(Outcome.SENT, False)] * 12
    assert service.ids == [step.step_id for step in given]
    assert service.calls.count("CapNhatTienDoHoSoMC") == 2


def test_steps_told_into_silence_are_in_doubt_and_their_dossier_goes_no_further(service: StandIn) -> None:
    given = steps(*["long"] * 11, "short")
    service.silent["CapNhatTienDoHoSoMC"] = 1

    found = told(service, given)

    assert found == [(Outcome.UNKNOWN, True)] * 10 + [(Outcome.UNKNOWN, False), (Outcome.SENT, False)]
    assert service.ids == [step.step_id for step in (*given[:10], given[11])]


@pytest.mark.parametrize("password", [PASSWORD, "sai"])
def test_what_never_went_out_is_not_in_doubt(service: StandIn, password: str) -> None:
    service.deaf["login"] = int(password == PASSWORD)

    (result,) = speaking(service, password).report(steps("c1"))

    assert (result.outcome, result.is_in_doubt) == (Outcome.UNKNOWN, False)


def test_a_refused_step_holds_up_its_own_dossier_only(service: StandIn) -> None:
    plain = service.call

    def call(asked: Record, /, ids: Sequence[str] = ()) -> object:
        if asked.get("service") == "CapNhatTienDoHoSoMC" and any(each["MaHoSo"] == "bad" for each in asked["data"]):
            return {"error_code": 2, "message": "Dữ liệu không hợp lệ"}
        return plain(asked, ids)

    service.call = call  # type: ignore[method-assign,assignment] # the stand-in is ours

    found = [result.outcome for result in speaking(service).report(steps("bad", "good", "bad", "good"))]

    assert found == [Outcome.REFUSED, Outcome.SENT, Outcome.UNKNOWN, Outcome.SENT]
    assert service.ids == ["step-1", "step-3"]


def test_a_service_that_knows_the_ids_takes_no_step_twice(service: StandIn) -> None:
    service.knows_ids = True
    service.silent["CapNhatTienDoHoSoMC"] = 1

    assert told(service, steps("c1", "c2")) == [(Outcome.UNKNOWN, True)] * 2
    assert told(service, steps("c1", "c2")) == [(Outcome.SENT, False)] * 2
    assert service.ids == ["step-0", "step-1"]
