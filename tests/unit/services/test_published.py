"""The city's days and rules at work: new promises know them, old ones stay, a PC without the document goes on alike."""

from datetime import date, datetime

import pytest

from desktop.domain.detectors.findings import Trick
from desktop.domain.errors import UserError
from desktop.domain.way import WaitKind
from desktop.domain.way_commands import CloseWait, Gap, OpenWait, RequestSupplement
from desktop.services import detecting, own_days, own_years, receive, waiting
from desktop.services.own_days import OwnDay
from desktop.services.papers import receipt_of
from desktop.services.reminders import Stage, reminders_for
from tests.support.published import document, learnt
from tests.support.wards import SLOW, Ward, command, person
from tests.support.way import bring

OFF = document('source = "QĐ 5/QĐ-UBND"\nholidays = [{ on = 2019-07-24, name = "Ngày hội của tỉnh" }]\n')
RULES = document(
    'pack = "2018"\nsource = "QĐ 6/QĐ-UBND"\n[clock]\ncut_off = 10:00:00\nsupplement_limit = 2\nstop = "none"\n',
    "quy_dinh",
    on="2019-07-18",
)
CHANGED = "2018+cut_off=10:00,stop=none,supplement_limit=2"
ASKED = RequestSupplement((Gap(text="tờ khai mờ chữ"),), "tờ khai mờ chữ")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2019-{text}+07:00")


def kept(ward: Ward, code: str) -> tuple[datetime, datetime]:
    dossier = ward.desk.reader.find(code)
    assert dossier is not None
    return dossier.promised_at, dossier.due_at


def test_a_promise_made_before_stays_and_the_next_one_skips_the_day_and_says_why(ward: Ward) -> None:
    before = ward.receive(code=SLOW, owner=person(1))
    informed = learnt(ward, OFF)

    after = informed.receive(code=SLOW, owner=person(2))
    preview = receive.preview(informed.desk, ward.user("lan"), command(informed.desk, SLOW, owner=person(3)))

    assert kept(ward, before.code) == (at("07-25T17:00"), at("07-25T17:00"))
    assert after.promised_at == preview.deadline.due_at == at("07-26T17:00")
    reasons = [step.reason for step in preview.deadline.explain if step.on == date(2019, 7, 24)]
    assert reasons == [
        "24/07/2019 nghỉ: Ngày hội của tỉnh (theo QĐ 5/QĐ-UBND, tài liệu lich bản 1 của thành phố)",
    ]
    assert ward.verify().findings == ()


def test_a_pc_without_the_document_keeps_what_the_other_promised(ward: Ward) -> None:
    informed = learnt(ward, OFF)
    promised = informed.receive(code=SLOW, owner=person(1)).code

    plain = learnt(ward)

    assert kept(plain, promised) == (at("07-26T17:00"), at("07-26T17:00"))
    assert plain.receive(code=SLOW, owner=person(2)).promised_at == at("07-25T17:00")
    assert plain.verify().findings == ()


def test_a_clock_that_goes_on_counts_the_new_day(ward: Ward) -> None:
    codes = [ward.receive(code=SLOW, owner=person(n)).code for n in range(2)]
    lan = ward.user("lan")
    for code in codes:
        waiting.open_wait(ward.desk, lan, code, OpenWait(WaitKind.STOP, "chờ tòa trả lời"))
    ward.clock.set(at("07-19T10:00"))

    waiting.close_wait(ward.desk, lan, codes[0], CloseWait(WaitKind.STOP))
    waiting.close_wait(learnt(ward, OFF).desk, lan, codes[1], CloseWait(WaitKind.STOP))

    assert [kept(ward, code)[1] for code in codes] == [at("07-26T17:00"), at("07-26T17:00")]
    assert ward.verify().findings == ()


def test_the_dossiers_promised_before_a_day_of_the_city_are_named(ward: Ward) -> None:
    across, on_it = (ward.receive(when, code=SLOW, owner=person(n)) for n, when in enumerate((None, at("07-17T09:00"))))
    informed = learnt(ward, OFF)
    informed.receive(at("07-18T09:00"), code=SLOW, owner=person(3))

    touched = own_days.touched_by(informed.desk, ward.user("chutich"), date(2019, 7, 24), is_worked=False)

    assert [(each.code, each.would_be) for each in touched] == [
        (on_it.code, at("07-25T17:00")),
        (across.code, at("07-26T17:00")),
    ]


def test_the_days_of_the_city_are_told_and_one_of_the_units_own_wins(ward: Ward) -> None:
    informed, it = learnt(ward, OFF), ward.user("quantri")

    own_days.declare(
        informed.desk, it, OwnDay(date(2019, 7, 24), is_worked=True, name="Trực phục vụ", document="CV 5/UBND")
    )

    document_of_it = "lich bản 1 (thành phố): QĐ 5/QĐ-UBND"
    assert own_days.published_days(informed.desk, it) == (
        OwnDay(date(2019, 7, 24), False, "Ngày hội của tỉnh", document_of_it, is_published=True),
    )
    assert informed.receive(code=SLOW).promised_at == at("07-25T17:00")


def test_a_dossier_keeps_the_rules_it_was_received_under_for_life(ward: Ward) -> None:
    old = ward.receive(code=SLOW, owner=person(1))
    informed = learnt(ward, RULES)

    new = informed.receive(code=SLOW, owner=person(2))

    assert (old.pack, new.pack) == ("2018", CHANGED)
    bring(learnt(ward).desk, old.code, new.code)
    assert ward.verify().findings == ()


def test_papers_are_asked_for_again_by_the_rules_of_the_dossier_on_a_pc_without_the_document(ward: Ward) -> None:
    informed = learnt(ward, RULES)
    new = informed.receive(code=SLOW, owner=person(2)).code
    plain, lan = learnt(ward), ward.user("lan")
    old = plain.receive(code=SLOW, owner=person(1)).code
    for code in (old, new):
        waiting.request_supplement(plain.desk, lan, code, ASKED)
        waiting.close_wait(plain.desk, lan, code, CloseWait(WaitKind.SUPPLEMENT))

    again = waiting.request_supplement(plain.desk, lan, new, ASKED)

    assert len(again.dossier.waits) == 2
    with pytest.raises(UserError, match="not_permitted"):
        waiting.request_supplement(informed.desk, lan, old, ASKED)
    assert ward.verify().findings == ()


def test_what_a_pc_has_no_document_for_is_printed_and_judged_by_the_dossiers_own_rules(ward: Ward) -> None:
    new = learnt(ward, RULES).receive(code=SLOW)
    plain, lan, chair = learnt(ward), ward.user("lan"), ward.user("chutich")
    for _ in range(2):
        waiting.request_supplement(plain.desk, lan, new.code, ASKED)
        waiting.close_wait(plain.desk, lan, new.code, CloseWait(WaitKind.SUPPLEMENT))

    paper = receipt_of(plain.desk, new, paper="A5", copy_no=0)
    inspection = detecting.begin(plain.desk, chair)
    while not inspection.is_done:
        inspection = detecting.go_on(plain.desk, chair, inspection)
    found = {finding.trick for finding in detecting.findings(chair, inspection).found}

    assert paper.startswith(b"%PDF")
    assert Trick.SECOND_SUPPLEMENT not in found


def test_the_cut_off_of_the_document_shifts_a_same_day_procedure(ward: Ward) -> None:
    informed = learnt(ward, RULES)

    early = informed.receive(at("07-18T10:00"), owner=person(1))
    late = informed.receive(at("07-18T10:01"), owner=person(2))

    assert (early.promised_at, late.promised_at) == (at("07-18T17:00"), at("07-19T17:00"))


def test_nobody_is_told_of_a_day_that_a_newer_version_took_back(ward: Ward) -> None:
    back = document('source = "QĐ 7"\nworked = [{ on = 2019-07-24, name = "Đính chính" }]\n', version=2)
    later = document(
        'source = "QĐ 8"\nholidays = [{ on = 2019-08-01, name = "Ngày mới" }]\n', version=3, on="2019-07-30"
    )
    informed = learnt(ward, OFF, back, later)

    told = [each.publication for each in reminders_for(informed.desk, ward.user("lan")).items]

    assert [each.version for each in told if each is not None] == [2, 3]
    assert informed.receive(code=SLOW).promised_at == at("07-25T17:00")


def test_news_of_days_and_rules_reach_who_works_by_them_and_faults_who_mends(ward: Ward) -> None:
    broken = document("[statuses]\nreceived = 3\n", "hong")
    informed = learnt(ward, OFF, RULES, broken)

    told = {
        login: sorted((each.stage, each.name) for each in reminders_for(informed.desk, ward.user(login)).items)
        for login in ("lan", "quantri")
    }

    assert told["lan"] == [(Stage.CATALOGUE, "lich"), (Stage.CATALOGUE, "quy_dinh")]
    assert (Stage.BAD_PUBLICATION, "hong") in told["quantri"]


def test_a_pc_that_joins_late_complains_of_no_version_that_was_mended(ward: Ward) -> None:
    broken, good = document("[statuses]\nreceived = 3\n", "quy_dinh"), document(RULES.content.decode(), "quy_dinh", 2)
    still_broken = document("[statuses]\nreceived = 3\n", "quy_dinh", 3)

    late, mended = (
        [each.stage for each in reminders_for(learnt(ward, *found).desk, ward.user("quantri")).items]
        for found in ((broken, good, still_broken), (broken, good))
    )

    assert (late.count(Stage.BAD_PUBLICATION), mended.count(Stage.BAD_PUBLICATION)) == (1, 0)


YEAR = """
source = "Thông báo 9/TB-BNV"
decided_years = [2029]
holidays = [
    { on = 2029-01-01, name = "Tết Dương lịch" },
    { first = 2029-02-12, last = 2029-02-16, name = "Tết Nguyên đán" },
    { on = 2029-04-26, name = "Giỗ Tổ Hùng Vương" },
    { first = 2029-04-30, last = 2029-05-01, name = "Ngày 30/4 và 1/5" },
    { first = 2029-09-02, last = 2029-09-03, name = "Quốc khánh" },
]
"""


def test_a_year_the_city_decides_is_counted_in_where_the_programs_calendar_ends(ward: Ward) -> None:
    ward.clock.set(datetime.fromisoformat("2028-12-27T09:00+07:00"))
    with pytest.raises(UserError, match="calendar_not_covered"):
        learnt(ward).receive(code=SLOW, owner=person(1))

    informed = learnt(ward, document(YEAR, on="2028-11-01"))
    made = informed.receive(code=SLOW, owner=person(1))
    told = [each.stage for each in reminders_for(informed.desk, ward.user("quantri")).items]
    year = own_years.year_to_declare(informed.desk, ward.user("quantri"))
    plain = learnt(ward)

    assert made.promised_at == datetime.fromisoformat("2029-01-04T17:00+07:00")
    assert (Stage.CALENDAR_ENDS in told, year) == (False, None)
    assert kept(plain, made.code)[0] == made.promised_at
    assert plain.verify().findings == ()
