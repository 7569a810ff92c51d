from dataclasses import replace
from datetime import date, datetime

from desktop.domain.acts.receiving import decide_receive
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.dossiers import Dossier
from desktop.domain.quarter import counted, folded, lines_of, report_of
from desktop.domain.tally import Measure
from desktop.domain.way import Wait, WaitKind
from tests.support import samples

FIRST, LAST = date(2019, 7, 1), date(2019, 9, 30)
NAMES = {"ho_tich": "Hộ tịch", "dat_dai": "Đất đai"}
AT = datetime.fromisoformat("2019-09-30T23:00:00+07:00")

BEFORE = counted(
    [
        ("ho_tich", Measure.RECEIVED_DIRECT, 10),
        ("ho_tich", Measure.SOLVED_EARLY, 4),
        ("ho_tich", Measure.SOLVED_LATE, 1),
        ("ho_tich", Measure.WITHDRAWN, 2),
    ]
)
WITHIN = counted(
    [
        ("ho_tich", Measure.RECEIVED_DIRECT, 5),
        ("ho_tich", Measure.RECEIVED_POST, 1),
        ("ho_tich", Measure.RECEIVED_ONLINE, 2),
        ("ho_tich", Measure.SOLVED_EARLY, 3),
        ("ho_tich", Measure.SOLVED_ON_TIME, 2),
        ("ho_tich", Measure.WITHDRAWN, 1),
        ("ho_tich", Measure.SOLVED_LATE, 1),
    ]
)


def test_a_line_adds_up_as_the_form_asks() -> None:
    (line,) = lines_of(BEFORE, WITHIN, {"ho_tich": 1}, NAMES)

    assert (line.name, line.carried, line.online, line.direct) == ("Hộ tịch", 3, 2, 6)
    assert (line.early, line.on_time, line.late) == (3, 3, 1)
    assert (line.open_in_time, line.open_late) == (3, 1)
    assert line.received == 11 == line.solved + line.in_progress


def test_a_field_that_had_nothing_to_do_has_no_line() -> None:
    done = counted([("dat_dai", Measure.RECEIVED_DIRECT, 1), ("dat_dai", Measure.SOLVED_LATE, 1)])

    assert lines_of(done, counted([]), {}, NAMES) == ()


def test_a_field_nobody_names_any_more_stands_under_its_code() -> None:
    (line,) = lines_of(counted([]), counted([("cu", Measure.RECEIVED_DIRECT, 1)]), {}, NAMES)

    assert line.name == "cu"


def test_the_last_line_is_the_sum_of_all() -> None:
    other = counted([("dat_dai", Measure.RECEIVED_ONLINE, 7)])

    report = report_of(FIRST, LAST, AT, lines_of(BEFORE, WITHIN + other, {}, NAMES))

    assert [line.field for line in report.lines] == ["ho_tich", "dat_dai"]
    assert (report.total.received, report.total.online, report.total.field) == (18, 9, "")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+07:00")


def one() -> Dossier:
    return samples.folded(*decide_receive(samples.command(), samples.allotment(), samples.rules()))


def test_dossiers_are_counted_by_when_they_came_and_what_became_of_them() -> None:
    received = one()
    before = replace(received, received_at=at("2019-06-20T09:00"), due_at=at("2019-09-01T17:00"))
    within = replace(received, received_at=at("2019-08-01T09:00"), due_at=at("2019-10-10T17:00"))
    after = replace(received, received_at=at("2019-10-01T09:00"), due_at=at("2019-11-01T17:00"))

    earlier, now, late = folded((before, within, after), FIRST, LAST, AT)

    field = received.procedure.field
    assert (sum(earlier.values()), sum(now.values()), dict(late)) == (1, 1, {field: 1})


def test_a_dossier_that_waits_is_not_late() -> None:
    received = one()
    wait = Wait("w", WaitKind.SUPPLEMENT, ClockEffect.RESTART, at("2019-07-20T09:00"), "u", "thiếu giấy")
    waiting = replace(received, received_at=at("2019-07-02T09:00"), due_at=at("2019-08-01T17:00"), waits=(wait,))

    assert dict(folded((waiting,), FIRST, LAST, AT)[2]) == {}
