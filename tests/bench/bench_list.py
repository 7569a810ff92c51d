"""List of dossiers: first paint, memory, jumps and repaints, beside Qt's own models over the same rows.

The rows lie in a plain SQLite file, so that QSqlTableModel can read them too; the real database is encrypted. All
sides paint in one window size with one font and without a style sheet. First it is asserted that they show the same.
"""

import os
import random
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from common import CACHE, FULL, NOW, Result, arguments, interleaved, percentile, report, timed, use_state
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtSql import QSqlDatabase, QSqlTableModel
from PySide6.QtWidgets import QApplication, QHeaderView, QScrollArea, QTableView, QWidget

from desktop import wiring
from desktop.domain.dossiers import Custodian, CustodianKind, Status
from desktop.domain.users import Role as Duty
from desktop.domain.users import User
from desktop.domain.vietnamese import local
from desktop.services.look_up import DossierView, anchors, show
from desktop.services.ports import Desk
from desktop.services.records import Anchors, DossierCard, DossierFilter
from desktop.services.wording import Wording
from desktop.ui.models.dossier_rows import NEWEST, PAGE_ROWS, Column, DossierRow, DossierSource
from desktop.ui.models.dossier_table import DossierTableModel
from desktop.ui.models.dossier_view import DossierTableView
from desktop.ui.pages.dossier_detail import DossierDetail
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Theme
from desktop.ui.words import Words

SIZE = (1400, 720)
JUMPS, REPAINTS = 60, 60
FRAME_S = 1 / 60
STANDARD_ROWS = 100_000
SLICE = 10_000
#: Nobody may wait longer for a list that is being counted.
WAIT_S = 0.05
CLERK = User("u", "lan", "Trần Thị Ngọc Lan", (Duty.RECEPTION,), "MC")
_STATUSES = (Status.RECEIVED, Status.IN_PROGRESS, Status.SUBMITTED, Status.RESULT_READY, Status.RETURNED)
_SECTION = Custodian(CustodianKind.SECTION, "MC")
_GIVEN = ("Ở", "Đức", "Ánh", "Ỷ", "Hùng", "Lan", "Phúc", "Trang", "Thành", "Yến")
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ")
_NAMES = ("Cấp giấy xác nhận tình trạng hôn nhân", "Đăng ký khai sinh", "Chứng thực bản sao", "Hòa giải đất đai")
_SELECT = "select position, code, owner, procedure, received, promised, status from shown"


class PlainReader:
    """Answer from the plain file what the list asks, one connection per thread."""

    def __init__(self, path: Path) -> None:
        """Take the file."""
        self._path = path
        self._own = threading.local()

    def anchors(self, _: DossierFilter, every: int, *, so_far: Anchors | None = None) -> Anchors:
        """Walk one slice from the newest position down."""
        so_far = so_far or Anchors(below=self._run("select max(position) from shown")[0][0])
        above = max(so_far.below - SLICE, 0)
        sql = "select position from shown where position <= ? and position > ? order by position desc"
        found = [row[0] for row in self._run(sql, (so_far.below, above))]
        starts = (*so_far.starts, *found[-so_far.total % every :: every])
        return Anchors(so_far.total + len(found), starts, (*so_far.head, *found)[:every], above)

    def cards(self, _: DossierFilter, *, at_or_before: int, limit: int) -> tuple[DossierCard, ...]:
        """Return cards from a position downwards."""
        rows = self._run(f"{_SELECT} where position <= ? order by position desc limit ?", (at_or_before, limit))
        return tuple(_card(row) for row in rows)

    def users(self) -> tuple[User, ...]:
        """Return the one clerk."""
        return (CLERK,)

    def unit(self) -> Any:
        """Return what names a section."""
        return SimpleNamespace(section_name=lambda _: "Bộ phận Một cửa")

    def _run(self, sql: str, values: Sequence[int] = ()) -> list[Any]:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = sqlite3.connect(self._path)
        found: list[Any] = connection.execute(sql, values).fetchall()
        return found


def _card(row: tuple[Any, ...]) -> DossierCard:
    position, code, owner, procedure, received, promised, status = row
    at, promised_at = (type(NOW).fromtimestamp(stamp, NOW.tzinfo) for stamp in (received, promised))
    return DossierCard(
        position=position,
        dossier_id=str(position),
        code=code,
        applicant=owner,
        procedure_code="1.000001",
        procedure=procedure,
        field="f",
        status=_STATUSES[status],
        received_at=at,
        promised_at=promised_at,
        due_at=promised_at,
        late_from=promised_at,
        solved_at=promised_at if status >= 3 else None,
        is_open=status < 3,
        is_waiting=False,
        seen_at=at,
        custodian=_SECTION,
        fee_owed_vnd=0,
    )


def fill(path: Path, rows: int) -> None:
    """Write the file once."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    connection = sqlite3.connect(unfinished)
    connection.execute(
        "create table shown(position integer primary key, code, owner, procedure, received, promised, status, "
        "c_received, c_promised, c_status, c_holder)"
    )
    connection.executemany(f"insert into shown values({','.join('?' * 11)})", _rows(rows))
    connection.commit()
    connection.close()
    unfinished.rename(path)


def _rows(rows: int) -> Iterator[tuple[Any, ...]]:
    dice = random.Random(1)
    start = int(NOW.timestamp()) - rows * 60
    from desktop.ui.models.dossier_rows import row_of  # noqa: PLC0415 - the words the list shows

    for n in range(1, rows + 1):
        raw = (
            n,
            f"000.16.27.H29-{190_101 + n % 1200:06d}-{n % 9999 + 1:04d}",
            f"{dice.choice(_FAMILY)} Thị Ngọc {dice.choice(_GIVEN)}",
            dice.choice(_NAMES),
            start + n * 60,
            start + n * 60 + 7 * 86_400,
            dice.randrange(5),
        )
        texts = row_of(_card(raw), "Bộ phận Một cửa").texts
        yield (*raw, texts[3], texts[4], texts[5], texts[6])


class Floor(QWidget):
    """Draw the same strings with nothing around them: what painting cannot go below."""

    def __init__(self, rows: Sequence[DossierRow], view: DossierTableView) -> None:
        """Take rows and the columns of the view."""
        super().__init__()
        self.resize(view.viewport().size())
        self.setFont(view.font())
        self._rows = rows
        self._height = view.rowHeight(0)
        self._columns = [(c, view.columnViewportPosition(c), view.columnWidth(c)) for c in view.shown_columns()]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw every string."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), Qt.GlobalColor.white)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        for number, row in enumerate(self._rows):
            for column, x, width in self._columns:
                cell = QRect(x + 4, number * self._height, width - 8, self._height)
                painter.drawText(cell, flags, row.texts[column])
        painter.end()


class Bench:
    """Hold the window side of the bench."""

    def __init__(self, path: Path, rows: int) -> None:
        """Make the application, dressed as the program and then without its style sheet."""
        self.app = QApplication.instance() or QApplication([])  # noqa: TID251 - a bench makes its own application
        self.theme = Theme(self.app)  # type: ignore[arg-type] # a QApplication
        self.app.setStyleSheet("")  # type: ignore[attr-defined] # a QApplication
        self.path, self.rows = path, rows
        self.tasks = Tasks()
        desk = SimpleNamespace(reader=PlainReader(path))
        self.source = DossierSource(desk, CLERK)  # type: ignore[arg-type] # the parts the list asks
        self.database = QSqlDatabase.addDatabase("QSQLITE")
        self.database.setDatabaseName(str(path))
        if not self.database.open():
            raise SystemExit("QtSql has no SQLite driver here")

    def until(self, is_done: Callable[[], bool]) -> None:
        """Run the event loop until something holds."""
        loop = QEventLoop()
        while not is_done():
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def flush(self) -> None:
        """Let what is posted happen."""
        QEventLoop().processEvents()

    def ours(self) -> tuple[DossierTableView, DossierTableModel]:
        """Return our list, newest page painted."""
        model = DossierTableModel(self.source, self.tasks)
        view = DossierTableView(self.theme, model, lambda: local(NOW))
        view.resize(*SIZE)
        model.show(DossierFilter())
        view.show()
        self.until(lambda: model.rowCount() > 0)
        view.viewport().repaint()
        return view, model

    def counted(self) -> tuple[DossierTableView, DossierTableModel]:
        """Return our list at its whole length."""
        view, model = self.ours()
        self.until(lambda: model.is_counted)
        return view, model

    def sql(self) -> tuple[QTableView, QSqlTableModel]:
        """Return Qt's SQL table, painted."""
        model = QSqlTableModel(None, self.database)
        model.setTable("shown")
        model.setSort(0, Qt.SortOrder.DescendingOrder)
        model.select()
        view = tuned(QTableView(), model)
        for column in (0, 4, 5, 6):
            view.setColumnHidden(column, True)
        view.show()
        self.flush()
        view.viewport().repaint()
        return view, model

    def standard(self) -> QTableView:
        """Return Qt's item model, everything loaded."""
        model = QStandardItemModel()
        for row in self.all_rows(min(self.rows, STANDARD_ROWS)):
            model.appendRow([QStandardItem(text) for text in row.texts])
        view = tuned(QTableView(), model)
        view.setProperty("model", model)
        view.show()
        self.flush()
        return view

    def jump(self, view: QTableView, share: float) -> None:
        """Jump to a share of the list and paint what stands there, loaded or not yet."""
        bar = view.verticalScrollBar()
        bar.setValue(int(share * bar.maximum()))
        self.flush()
        if isinstance(view, DossierTableView):
            model = view.model()
            assert isinstance(model, DossierTableModel)
            first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
            last = model.rowCount() - 1 if last < 0 else last
            self.until(lambda: model.row(first) is not None and model.row(last) is not None)
            self.flush()

    def all_rows(self, rows: int) -> Iterator[DossierRow]:
        """Yield the newest rows, page by page."""
        at, left = NEWEST, rows
        while left > 0:
            page = self.source.page(DossierFilter(), at)[:left]
            if not page:
                return
            yield from page
            left -= len(page)
            at = page[-1].position - 1


def tuned(view: QTableView, model: Any) -> QTableView:
    """Give a plain table view the settings ours has."""
    view.resize(*SIZE)
    view.setWordWrap(False)
    view.setShowGrid(False)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(33)
    view.setModel(model)
    return view


def assert_equal(bench: Bench) -> None:
    """Assert that our list and Qt's SQL table show the same rows in the same order."""
    view, model = bench.counted()
    sql_view, sql = bench.sql()
    assert model.rowCount() == bench.rows
    while sql.canFetchMore() and sql.rowCount() < 2 * PAGE_ROWS:
        sql.fetchMore()
    model.want(0, PAGE_ROWS * 2 - 1)
    bench.until(lambda: 0 in model.pages and (1 in model.pages or bench.rows <= PAGE_ROWS))
    columns = {Column.CODE: 1, Column.OWNER: 2, Column.PROCEDURE: 3, Column.RECEIVED: 7, Column.STATUS: 9}
    for row in range(0, min(bench.rows, 2 * PAGE_ROWS), 17):
        for ours, theirs in columns.items():
            assert model.data(model.index(row, ours)) == sql.data(sql.index(row, theirs)), (row, ours)
    last = bench.source.page(DossierFilter(), 1)[0]
    model.want(bench.rows - 1, bench.rows - 1)
    bench.until(lambda: model.row(bench.rows - 1) is not None)
    assert model.row(bench.rows - 1) == last
    for each in (view, sql_view):
        each.deleteLater()


def measure(bench: Bench, rounds: int) -> Iterator[Result]:
    """Yield the rows of the table."""
    assert_equal(bench)
    ours, theirs = interleaved(rounds, 5, lambda *_: _dropped(bench.ours()), lambda *_: _dropped(bench.sql()))
    yield Result(
        "list: first paint", "QSqlTableModel", ours.p50() / theirs.p50(), 1.5, f"{ours.text()}; {theirs.text()}"
    )
    yield from scan_rows(bench, rounds)
    view, model = bench.counted()
    standard = bench.standard()
    dice = random.Random(2)
    shares = [dice.random() for _ in range(rounds * JUMPS)]

    def jump(of: QTableView) -> Callable[[int, int], None]:
        return lambda round_, run: bench.jump(of, shares[round_ * JUMPS + run])

    ours, theirs = interleaved(rounds, JUMPS, jump(view), jump(standard))
    peer = f"QStandardItemModel of {min(bench.rows, STANDARD_ROWS)}"
    yield Result("list: jump to any row, p99", peer, ours.p99() / theirs.p99(), 1.0, f"{ours.text()}; {theirs.text()}")
    bench.jump(view, 0)
    view.setFocus()
    view.selectRow(3)
    visible = view.rowAt(view.viewport().height() - 1) + 1
    rows = [row for number in range(visible) if (row := model.row(number)) is not None]
    floor = Floor(rows, view)
    floor.show()
    bench.flush()
    ours, theirs = interleaved(rounds, REPAINTS, lambda *_: view.viewport().repaint(), lambda *_: floor.repaint())
    detail = f"{ours.text()}; {theirs.text()}; {visible} rows x {len(view.shown_columns())} columns"
    yield Result(
        "list: full repaint, selection and focus drawn", "drawText floor", ours.p50() / theirs.p50(), 3.0, detail
    )
    yield memory(bench.rows)
    bench.tasks.shutdown()


def scan_rows(bench: Bench, rounds: int) -> Iterator[Result]:
    """Show dossiers of the real, encrypted database by their codes, as a scan does, alone and beside a count."""
    peer = "one frame of 16.7 ms"
    name = "scan: dossier with time line painted, CPU p99"
    folder = CACHE / f"ward-{bench.rows}"
    if not (folder / "done").exists():
        yield Result(name, peer, None, 1.0, "run tests/bench/generate.py first")
        return
    use_state(folder / "state")
    ward = wiring.open_ward(folder / "data")
    clerk = next(user for user in ward.desk.reader.users() if Duty.RECEPTION in user.roles)
    codes = _codes(ward, rounds * JUMPS)
    detail = DossierDetail(bench.theme, Words(Wording("vi")), clerk, lambda: local(NOW))
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(detail)
    area.resize(430, 700)
    area.show()
    bench.flush()
    spent: list[float] = []

    def scan(round_: int, run: int) -> None:
        begun = time.process_time()
        shown: list[DossierView] = []
        work = partial(show, ward.desk, clerk, codes[round_ * JUMPS + run])
        bench.tasks.run("read", work, shown.append, print, owner=detail)
        bench.until(lambda: bool(shown))
        detail.show_view(shown[0])
        bench.flush()
        area.viewport().repaint()
        spent.append(time.process_time() - begun)

    scan(0, 0)
    spent.clear()
    (quiet,) = interleaved(rounds, JUMPS, scan)
    p50, p99 = percentile(spent, 0.5), percentile(spent, 0.99)
    text = f"cpu p50 {p50 * 1e3:.3f} p99 {p99 * 1e3:.3f} ms; wall {quiet.text()}"
    yield Result(name, peer, p99 / FRAME_S, 1.0, text)
    walker = Walker(bench.tasks, ward.desk, clerk, detail)
    walker.walk_on(None)
    (busy,) = interleaved(rounds, JUMPS, scan)
    walker.is_wanted = False
    bench.until(lambda: bench.tasks.pending() == 0)
    area.deleteLater()
    ward.close()
    longer_s = max(busy.p99() - quiet.p99(), 0)
    yield Result(
        "scan: longer beside a count, p99", "50 ms", longer_s / WAIT_S, 1.0, f"{busy.text()}; {walker.slices} slices"
    )


def _codes(ward: wiring.Ward, number: int) -> list[str]:
    """Return codes from all over the register."""
    reader = ward.desk.reader
    newest = reader.cards(DossierFilter(), at_or_before=NEWEST, limit=1)[0].position
    dice = random.Random(4)
    places = [dice.randrange(1, newest + 1) for _ in range(number)]
    return [reader.cards(DossierFilter(), at_or_before=at, limit=1)[0].code for at in places]


@dataclass
class Walker:
    """Count a list for ever: each slice asks for the next, as the list does, and the last for the first."""

    tasks: Tasks
    desk: Desk
    actor: User
    owner: QWidget
    is_wanted: bool = True
    slices: int = 0

    def walk_on(self, so_far: Anchors | None) -> None:
        """Ask for one more slice."""
        if not self.is_wanted:
            return
        self.slices += 1
        begun = so_far if so_far is not None and so_far.below else None
        work = partial(anchors, self.desk, self.actor, DossierFilter(), PAGE_ROWS, begun)
        self.tasks.run("read", work, self.walk_on, print, owner=self.owner)


def _dropped(pair: tuple[QTableView, Any]) -> None:
    for thing in pair:
        thing.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def memory(rows: int) -> Result:
    """Compare the memory our list takes after many jumps with loading everything, each in a process of its own."""
    ours, everything = (_child_mb(kind, rows) for kind in ("ours", "all"))
    detail = f"{ours:.1f} MB; {everything:.1f} MB"
    return Result("list: extra memory after 200 jumps", "load everything", ours / everything, 0.05, detail)


def _child_mb(kind: str, rows: int) -> float:
    command = [sys.executable, __file__, "--dossiers", str(rows)]
    answer = subprocess.run(
        command, env={**os.environ, "MOTCUA_BENCH_CHILD": kind}, capture_output=True, text=True, check=True
    )
    return float(answer.stdout.strip().splitlines()[-1])


def child(kind: str, path: Path, rows: int) -> None:
    """Print the megabytes one way of showing the list adds to a running program."""
    bench = Bench(path, rows)
    bench.source.page(DossierFilter(), NEWEST)
    before = _rss_mb()
    if kind == "all":
        kept: Any = [row.texts for row in bench.all_rows(rows)]
    else:
        kept = view, _ = bench.counted()
        dice = random.Random(3)
        for _ in range(200):
            bench.jump(view, dice.random())
    print(max(_rss_mb() - before, 0.1))
    del kept
    bench.tasks.shutdown()


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Run as ``python tests/bench/bench_list.py [--dossiers 1000000]``."""
    chosen = arguments(__doc__)
    path = CACHE / f"list-{chosen.dossiers}.db"
    kind = os.environ.get("MOTCUA_BENCH_CHILD")
    if kind:
        child(kind, path, chosen.dossiers)
        return
    _, wall, _ = timed(lambda: fill(path, chosen.dossiers))
    print(f"{chosen.dossiers} rows, made in {wall:.1f} s{'' if chosen.dossiers == FULL else ' (a quick look)'}")
    report(measure(Bench(path, chosen.dossiers), chosen.rounds))
    # The views are Qt's to end; a bench has nothing to save.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
