"""W12 AC3: every figure and every name of the board equals the recomputation from the log, exactly."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from desktop.domain.board import ApologyMark, Board, Denominator, Period, Wanted, half_year
from desktop.domain.board_count import board_of
from desktop.domain.dossiers import Dossier
from desktop.domain.vietnamese import local
from desktop.services.board import show_board
from tests.support.wards import KEY, Ward, make_ward, reference, reopened
from tests.support.ways import Span, fill

UNTIL = datetime.fromisoformat("2026-06-30T16:00:00+07:00")
SPAN = Span(date(2026, 1, 2), UNTIL)
HALF_YEAR = half_year(UNTIL.date())
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))


def filled(tmp_path: Path, dossiers: int) -> Ward:
    """Make a ward whose dossiers went every way there is."""
    empty = make_ward(tmp_path)
    calendar = empty.desk.reader.calendar()
    empty.database.close()
    fill(empty.folder, KEY, reference(), calendar, dossiers, SPAN)
    return reopened(empty.folder, empty.state, at=UNTIL)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    ward = filled(tmp_path_factory.mktemp("board"), 2_000)
    yield ward
    ward.database.close()


@pytest.fixture(scope="module")
def folded(busy: Ward) -> tuple[Dossier, ...]:
    return refolded(busy)


def refolded(ward: Ward, at: datetime = UNTIL) -> tuple[Dossier, ...]:
    """Fold every dossier anew from the log."""
    return tuple(ward.desk.way.all_dossiers_at(at))


def recomputed(ward: Ward, shown: Board, dossiers: Sequence[Dossier]) -> Board:
    """Compute a board anew."""
    targets = ward.desk.reader.unit().late_targets
    wanted = Wanted(shown.as_of, shown.period, shown.field, shown.denominator, targets)
    return board_of(dossiers, wanted, ward.desk.reader.calendar())


def assert_all_equal(ward: Ward, dossiers: Sequence[Dossier]) -> None:
    chair = ward.user("chutich")
    for field, period, denominator in product(("", "ho_tich", "dat_dai"), (HALF_YEAR, JUNE), Denominator):
        shown = show_board(ward.desk, chair, field=field, period=period, denominator=denominator)
        assert shown == recomputed(ward, shown, dossiers)


def test_the_sample_has_something_of_everything(busy: Ward) -> None:
    board = show_board(busy.desk, busy.user("chutich"))

    assert all((board.late, board.today, board.tomorrow, board.waiting, board.solved_late, board.no_apology))
    assert board.broken_promise
    assert {name.apology for name in (*board.late, *board.solved_late)} == set(ApologyMark)
    assert board.total.withdrawn
    assert len(board.by_field) > 5


def test_every_figure_equals_the_log(busy: Ward, folded: tuple[Dossier, ...]) -> None:
    assert_all_equal(busy, folded)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-03-15"),
        ("2026-02-02", "2026-04-30"),
        ("2026-01-15", "2026-06-17"),
        ("2026-03-10", "2026-03-20"),
        ("2026-03-10", "2026-04-09"),
        ("2026-03-31", "2026-03-31"),
        ("2026-03-31", "2026-05-01"),
        ("2025-12-20", "2026-01-20"),
        ("2025-12-20", "2026-12-31"),
    ],
)
@pytest.mark.parametrize("field", ["", "ho_tich"])
def test_every_figure_of_any_period_equals_the_log(
    busy: Ward, folded: tuple[Dossier, ...], first: str, last: str, field: str
) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))

    shown = show_board(busy.desk, busy.user("chutich"), field=field, period=period)

    assert shown == recomputed(busy, shown, folded)


def test_every_figure_equals_the_log_at_any_minute_of_the_last_days(busy: Ward, folded: tuple[Dossier, ...]) -> None:
    try:
        for hours in (0, 1, 9, 16, 17, 40, 100):
            busy.clock.set(UNTIL + timedelta(hours=hours, minutes=hours))
            assert_all_equal(busy, folded)
    finally:
        busy.clock.set(UNTIL)


def test_a_past_board_is_what_was_shown_then(busy: Ward) -> None:
    then = datetime.fromisoformat("2026-05-15T10:00:00+07:00")
    chair = busy.user("chutich")

    board = show_board(busy.desk, chair, as_of=then)

    assert board == recomputed(busy, board, refolded(busy, then))
    assert board.period == half_year(local(then).date())
    assert board.total.received < show_board(busy.desk, chair).total.received
    assert all(name.received_at <= then for name in (*board.late, *board.today, *board.waiting))


def test_the_comparison_sees_a_difference(busy: Ward, folded: tuple[Dossier, ...]) -> None:
    shown = show_board(busy.desk, busy.user("chutich"))

    assert replace(recomputed(busy, shown, folded[1:]), as_of=shown.as_of) != shown
    assert recomputed(busy, replace(shown, as_of=shown.as_of + timedelta(days=3)), folded).total != shown.total


@pytest.mark.slow
@pytest.mark.timeout(14_400)
def test_every_figure_of_62000_dossiers_equals_the_log(tmp_path: Path) -> None:
    ward = filled(tmp_path, 62_000)
    try:
        assert_all_equal(ward, refolded(ward))
        assert show_board(ward.desk, ward.user("chutich")).total.received == 62_000
    finally:
        ward.database.close()
