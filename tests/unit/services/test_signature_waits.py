from datetime import datetime, timedelta

from desktop.domain.dossiers import Status
from desktop.domain.way_commands import Approve, Reject, SendBack
from desktop.services import deciding
from desktop.services.signature_waits import SignatureWaits, signature_waits, waited_minutes, waits_by_signer
from tests.support.wards import Ward, person
from tests.support.way import bring

# A Thursday; the sample ward works from 7:30 to 11:30 and from 13:30 to 17:00 or so: only differences are counted.
MORNING = datetime.fromisoformat("2019-07-18T08:00:00+07:00")


def submitted(ward: Ward, n: int, at: datetime = MORNING) -> list[str]:
    ward.clock.set(at)
    codes = [ward.receive(owner=person(number)).code for number in range(n)]
    bring(ward.desk, *codes, to=Status.SUBMITTED)
    return codes


def test_nothing_decided_counts_nothing(ward: Ward) -> None:
    submitted(ward, 1)

    assert signature_waits(ward.desk, ward.user("chutich")) == SignatureWaits(0, 0, 0)


def test_median_and_ninth_of_ten_are_nearest_ranks(ward: Ward) -> None:
    codes = submitted(ward, 10)
    for minutes, code in enumerate(codes, start=1):
        ward.clock.set(MORNING + timedelta(minutes=10 * minutes))
        deciding.approve(ward.desk, ward.user("chutich"), [code], [Approve()])

    assert signature_waits(ward.desk, ward.user("chutich")) == SignatureWaits(10, 50, 90)


def test_nights_and_days_off_are_no_wait(ward: Ward) -> None:
    friday = datetime.fromisoformat("2019-07-19T16:00:00+07:00")
    (code,) = submitted(ward, 1, friday)
    calendar = ward.desk.reader.calendar()
    monday = datetime.fromisoformat("2019-07-22T09:00:00+07:00")
    ward.clock.set(monday)
    deciding.reject(ward.desk, ward.user("chutich"), [code], Reject("không đủ điều kiện"))

    waits = signature_waits(ward.desk, ward.user("chutich"))

    assert waits.median_minutes == calendar.working_minute(monday) - calendar.working_minute(friday)
    assert waits.median_minutes < 4 * 60


def test_only_the_leaders_own_decisions_count(ward: Ward) -> None:
    mine, hers = submitted(ward, 2)
    ward.clock.set(MORNING + timedelta(minutes=20))
    deciding.approve(ward.desk, ward.user("chutich"), [mine], [Approve()])
    ward.clock.set(MORNING + timedelta(minutes=40))
    deciding.send_back(ward.desk, ward.user("phochutich"), [hers], SendBack("thiếu căn cứ"))

    assert signature_waits(ward.desk, ward.user("chutich")) == SignatureWaits(1, 20, 20)
    assert signature_waits(ward.desk, ward.user("phochutich")) == SignatureWaits(1, 40, 40)


def test_taking_a_decision_back_is_no_decision_that_was_waited_for(ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    ward.clock.set(MORNING + timedelta(minutes=20))
    deciding.approve(ward.desk, ward.user("chutich"), [code], [Approve()])
    ward.clock.set(MORNING + timedelta(minutes=90))
    deciding.send_back(ward.desk, ward.user("chutich"), [code], SendBack("ký nhầm hồ sơ"))

    assert signature_waits(ward.desk, ward.user("chutich")) == SignatureWaits(1, 20, 20)


def test_the_latest_decisions_are_counted(ward: Ward) -> None:
    codes = submitted(ward, 3)
    for minutes, code in zip((10, 20, 60), codes, strict=True):
        ward.clock.set(MORNING + timedelta(minutes=minutes))
        deciding.approve(ward.desk, ward.user("chutich"), [code], [Approve()])

    assert signature_waits(ward.desk, ward.user("chutich"), last=2) == SignatureWaits(2, 20, 60)


def test_a_submitted_dossier_says_how_long_it_waits(ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    ward.clock.set(MORNING + timedelta(minutes=65))
    dossier = ward.desk.reader.find(code)
    assert dossier is not None

    assert waited_minutes(ward.desk, dossier) == 65


def test_w09_every_signer_s_wait_is_told_to_who_looks_after_all_the_longest_first(ward: Ward) -> None:
    mine, hers = submitted(ward, 2)
    ward.clock.set(MORNING + timedelta(minutes=20))
    deciding.approve(ward.desk, ward.user("chutich"), [mine], [Approve()])
    ward.clock.set(MORNING + timedelta(minutes=40))
    deciding.send_back(ward.desk, ward.user("phochutich"), [hers], SendBack("thiếu căn cứ"))

    found = waits_by_signer(ward.desk, ward.user("thanhtra"))

    assert [(each.name, each.waits) for each in found] == [
        (ward.user("phochutich").name, SignatureWaits(1, 40, 40)),
        (ward.user("chutich").name, SignatureWaits(1, 20, 20)),
    ]
