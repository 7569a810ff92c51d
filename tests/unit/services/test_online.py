from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.dossiers import Channel, Party, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import EVENT_TYPES
from desktop.domain.facts.counter import Received
from desktop.domain.facts.hub import OnlineAccepted, OnlineSubmitted, OnlineSupplied
from desktop.domain.online import OnlineFile, OnlineStatus
from desktop.domain.way_commands import Gap
from desktop.services import online
from desktop.services.online import AcceptOnline
from tests.support.samples import NINE, OWNER
from tests.support.wards import BIRTH, SLOW, Ward, make_ward

REASON = "Không thuộc thẩm quyền của phường này, mời nộp nơi cư trú"
FILES = (
    OnlineFile("a" * 64, "application/pdf", 900, "Giấy chứng sinh", "TP02"),
    OnlineFile("b" * 64, "application/pdf", 800, "Khác", "KHONG-CO"),
)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path)
    yield made
    made.database.close()


def submit(ward: Ward, n: int = 1, *, at: datetime = NINE, owner: Party = OWNER, procedure: str = BIRTH) -> str:
    """File something online, as the feed brings it."""
    fact = OnlineSubmitted(
        filing_id=f"0197f000-0000-7000-8000-{n:012d}",
        tracking=f"TT-190718-{n:08d}",
        lookup_key="0123456789",
        procedure=procedure,
        applicant=owner,
        files=FILES,
        note="Nhờ xem giúp",
        submitted_at=at,
    )
    with ward.desk.ledger.act(None) as act:
        act.record_unit((fact,))
    return fact.tracking


def test_the_inbox_shows_what_waits_with_the_end_of_eight_working_hours(ward: Ward) -> None:
    submit(ward)

    (row,) = online.inbox(ward.desk, ward.user("lan"))

    # Thursday 09:00: 2.5 h before noon, 4 h after it, 1.5 h on Friday morning.
    assert row.due_at == datetime.fromisoformat("2019-07-19T09:00:00+07:00")
    assert (row.minutes_left, row.is_late) == (480, False)
    assert row.procedure == "Đăng ký khai sinh"
    assert row.files_here == 0


def test_an_unanswered_filing_is_late_when_the_hours_are_over(ward: Ward) -> None:
    submit(ward)
    ward.clock.set(NINE + timedelta(days=1, minutes=1))

    (row,) = online.inbox(ward.desk, ward.user("lan"))

    assert row.is_late
    assert row.minutes_left < 0


def test_accepting_makes_a_dossier_received_online_and_linked(ward: Ward) -> None:
    tracking = submit(ward)

    done = online.accept(ward.desk, ward.user("lan"), tracking, AcceptOnline())

    dossier = done.dossier
    assert dossier is not None
    assert (dossier.channel, dossier.status, dossier.owner) == (Channel.ONLINE, Status.RECEIVED, OWNER)
    received = ward.desk.reader.history(dossier.dossier_id)[0].fact
    assert isinstance(received, Received)
    assert received.online_id == done.filing.filing_id
    assert {line.code: line.copies for line in dossier.components}["TP02"] == 1
    assert (done.filing.status, done.filing.dossier_code) == (OnlineStatus.ACCEPTED, dossier.code)
    assert done.job is not None
    assert online.inbox(ward.desk, ward.user("lan")) == ()
    assert [row.filing.tracking for row in online.settled(ward.desk, ward.user("lan"))] == [tracking]


def test_the_answer_and_the_dossier_are_one_act(ward: Ward) -> None:
    done = online.accept(ward.desk, ward.user("lan"), submit(ward), AcceptOnline())

    answer = ward.desk.reader.last_of_type(EVENT_TYPES[OnlineAccepted][0])
    assert answer is not None
    assert done.dossier is not None
    received = ward.desk.reader.history(done.dossier.dossier_id)[0]
    assert answer.envelope.act_id == received.envelope.act_id


def test_files_that_are_here_are_attached(ward: Ward) -> None:
    tracking = submit(ward)
    with ward.desk.ledger.act(None) as act:
        act.store_file("a" * 64, b"%PDF-1.7")

    assert online.wanted_files(ward.desk) == ("b" * 64,)
    done = online.accept(ward.desk, ward.user("lan"), tracking, AcceptOnline())

    assert done.dossier is not None
    assert [file.sha256 for file in done.dossier.attachments] == ["a" * 64]


def test_a_settled_filing_is_answered_once(ward: Ward) -> None:
    tracking = submit(ward)
    online.decline(ward.desk, ward.user("lan"), tracking, REASON)

    with pytest.raises(UserError, match="online_settled"):
        online.accept(ward.desk, ward.user("lan"), tracking, AcceptOnline())


def test_declining_needs_a_reason_the_citizen_can_act_on(ward: Ward) -> None:
    tracking = submit(ward)

    with pytest.raises(UserError, match="reason_too_short"):
        online.decline(ward.desk, ward.user("lan"), tracking, "   thiếu      giấy    ")

    done = online.decline(ward.desk, ward.user("lan"), tracking, REASON)
    assert (done.filing.status, done.filing.reason) == (OnlineStatus.DECLINED, REASON)


def test_a_supplement_stops_the_hours_until_the_citizen_sent_it(ward: Ward) -> None:
    tracking, lan = submit(ward), ward.user("lan")

    done = online.ask_supplement(ward.desk, lan, tracking, [Gap("TP03"), Gap("", "Bản dịch")], "")
    assert done.filing.status is OnlineStatus.SUPPLEMENT
    assert [gap.name for gap in done.filing.missing][1] == "Bản dịch"

    later = NINE + timedelta(days=4)
    ward.clock.set(later)
    (row,) = online.inbox(ward.desk, lan)
    assert not row.is_late
    with ward.desk.ledger.act(None) as act:
        act.record_unit((OnlineSupplied(done.filing.filing_id, (FILES[0],), "Đã gửi", later),))
    (row,) = online.inbox(ward.desk, lan)
    assert (row.filing.status, row.minutes_left) == (OnlineStatus.WAITING, 480)
    assert len(row.filing.files) == len(FILES)

    with pytest.raises(UserError, match="reason_too_short"):
        online.ask_supplement(ward.desk, lan, tracking, [Gap("TP03")], "")


def test_a_supplement_names_something(ward: Ward) -> None:
    with pytest.raises(UserError, match="nothing_missing"):
        online.ask_supplement(ward.desk, ward.user("lan"), submit(ward), [], "")


def test_a_copy_handed_in_at_the_counter_is_merged_not_done_twice(ward: Ward) -> None:
    at_counter = ward.receive()
    tracking, lan = submit(ward), ward.user("lan")

    (row,) = online.inbox(ward.desk, lan)
    assert row.twin == at_counter.code
    with pytest.raises(Conflict, match="open_twin"):
        online.accept(ward.desk, lan, tracking, AcceptOnline())
    done = online.merge(ward.desk, lan, tracking, at_counter.code)

    assert (done.filing.status, done.filing.dossier_code) == (OnlineStatus.MERGED, at_counter.code)


def test_without_an_id_number_the_name_tells_whose_copy_it_is(ward: Ward) -> None:
    at_counter = ward.receive(owner=Party("Nguyễn Văn An"))
    lan = ward.user("lan")

    with pytest.raises(UserError, match="online_other_person"):
        online.merge(ward.desk, lan, submit(ward, 1, owner=Party("Trần Thị Bình")), at_counter.code)
    done = online.merge(ward.desk, lan, submit(ward, 2, owner=Party("NGUYỄN VĂN AN")), at_counter.code)

    assert done.filing.dossier_code == at_counter.code


def test_only_the_same_procedure_of_the_same_person_is_merged(ward: Ward) -> None:
    at_counter, lan = ward.receive(), ward.user("lan")

    with pytest.raises(UserError, match="online_other_procedure"):
        online.merge(ward.desk, lan, submit(ward, 1, procedure=SLOW), at_counter.code)
    with pytest.raises(UserError, match="online_other_person"):
        online.merge(ward.desk, lan, submit(ward, 2, owner=Party("Khác", id_number="079090099999")), at_counter.code)


def test_a_specialist_does_not_take_filings_in(ward: Ward) -> None:
    tracking, hung = submit(ward), ward.user("hung")

    for refused in (
        lambda: online.accept(ward.desk, hung, tracking, AcceptOnline()),
        lambda: online.decline(ward.desk, hung, tracking, REASON),
        lambda: online.merge(ward.desk, hung, tracking, "x"),
    ):
        with pytest.raises(UserError, match="not_permitted"):
            refused()


def test_an_unknown_tracking_code_is_told(ward: Ward) -> None:
    with pytest.raises(UserError, match="online_unknown"):
        online.find_filing(ward.desk, "TT-000000-00000000")


def test_a_procedure_nobody_knows_is_shown_by_its_code(ward: Ward) -> None:
    submit(ward, procedure="9.999999")

    (row,) = online.inbox(ward.desk, ward.user("lan"))

    assert row.procedure == "9.999999"


def test_the_log_with_filings_verifies(ward: Ward) -> None:
    online.accept(ward.desk, ward.user("lan"), submit(ward), AcceptOnline())
    online.decline(ward.desk, ward.user("lan"), submit(ward, 2), REASON)

    assert ward.verify().findings == ()
