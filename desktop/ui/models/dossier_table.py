"""The list of dossiers as an item model: it knows its length and keeps only the pages near the eye.

A list begins with its newest page, read at once; its length and the start of every page (*anchors*) follow slice by
slice on lane read, when nobody has typed for a moment: whoever scans meanwhile waits for one slice, not for the whole
walk. A page not at hand shows a placeholder and comes a frame later.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from desktop.domain.errors import AppError
from desktop.services.records import Anchors, DossierFilter
from desktop.ui.models.dossier_rows import (
    HEADERS,
    NEWEST,
    PAGE_ROWS,
    PAGE_SHIFT,
    Column,
    DossierRow,
)
from desktop.ui.tasks import Task, Tasks
from desktop.ui.words import tr

#: Pages kept; 64 pages of 128 rows are some 8 MB.
KEPT_PAGES: Final = 64

#: More requests than this mean a dragged scroll bar: the oldest are dropped.
MOST_REQUESTS: Final = 4

#: Typing pauses longer than this; only then the list is counted.
COUNT_AFTER_MS: Final = 250

_COLUMNS: Final = len(Column)
_LAST_IN_PAGE: Final = PAGE_ROWS - 1
_PLACEHOLDER: Final = "…"

Index = QModelIndex | QPersistentModelIndex


class Source(Protocol):
    """Read pages and anchors on lane read."""

    def page(self, narrowed: DossierFilter, at_or_before: int) -> tuple[DossierRow, ...]:
        """Return one page from a position downwards."""
        ...

    def anchors(self, narrowed: DossierFilter, so_far: Anchors | None = None) -> Anchors:
        """Walk one slice of a list; its answer goes in again until ``below`` is 0."""
        ...


class DossierTableModel(QAbstractTableModel):
    """Show a filter of the register, newest first.

    Attributes:
        narrowed: The filter shown.
        pages: Rows at hand by page number; the view paints straight from it.
        is_loading: Another filter was asked for and its first page is on the way.

    Signals:
        began(): The first page of a new filter is there (perhaps empty).
        counted(object): The number of rows (int) is known.
        arrived(): A page came that was shown as placeholder or was out of date.
        failed(object): The AppError of a reading that failed.
    """

    began = Signal()
    counted = Signal(object)
    arrived = Signal()
    failed = Signal(object)

    def __init__(self, source: Source, tasks: Tasks, parent: QObject | None = None) -> None:
        """Start empty; :meth:`show` brings the first rows.

        Args:
            source: Reads pages and anchors, on lane read.
            tasks: The lanes.
            parent: Owner.
        """
        super().__init__(parent)
        self._source = source
        self._tasks = tasks
        self.narrowed = DossierFilter()
        self.pages: dict[int, tuple[DossierRow, ...]] = {}
        self._stale: set[int] = set()
        self._anchors: Anchors | None = None
        self._rows = 0
        self._requests: dict[int, Task] = {}
        self._generation = 0
        self.is_loading = False
        self._count_timer = QTimer(self)
        self._count_timer.setSingleShot(True)
        self._count_timer.setInterval(COUNT_AFTER_MS)
        self._count_timer.timeout.connect(self._count)

    # What Qt asks. A role that is not DisplayRole (0) is refused first: it is asked six times as often.

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows known so far."""
        return 0 if parent is not None and parent.isValid() else self._rows

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else _COLUMNS

    def data(self, index: Index, role: int = 0) -> str | None:
        """Return the text of a cell, a placeholder while its page is on the way."""
        if role or not index.isValid():
            return None
        row = index.row()
        page = self.pages.get(row >> PAGE_SHIFT)
        if page is None:
            self.want(row, row)
            return _PLACEHOLDER
        return page[row & _LAST_IN_PAGE].texts[index.column()]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: ANN401 - Qt
        """Return the head of a column."""
        if orientation is Qt.Orientation.Horizontal and 0 <= section < _COLUMNS:
            if role == Qt.ItemDataRole.DisplayRole:
                return tr(HEADERS[Column(section)])
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    # What the page asks.

    def show(self, narrowed: DossierFilter) -> None:
        """Show another filter: its newest page first, its length a moment later; older requests are dropped."""
        self.narrowed = narrowed
        self.is_loading = True
        self._forget_requests()
        self._count_timer.stop()
        self._run("begin", partial(self._source.page, narrowed, NEWEST), self._began)

    def refresh(self) -> None:
        """Read again what is shown, after a change; old rows stay until the new ones come."""
        self._stale = set(self.pages)
        self._forget_requests()
        self._count_timer.start()
        self.arrived.emit()

    def row(self, row: int) -> DossierRow | None:
        """Return a row at hand, None while its page is on the way."""
        page = self.pages.get(row >> PAGE_SHIFT)
        place = row & _LAST_IN_PAGE
        return page[place] if page is not None and place < len(page) else None

    def row_at_hand(self, dossier_id: str) -> int:
        """Return the row number of a dossier among the pages at hand, -1 when it is not there."""
        for number, page in self.pages.items():
            for place, row in enumerate(page):
                if row.dossier_id == dossier_id:
                    return (number << PAGE_SHIFT) + place
        return -1

    def want(self, first: int, last: int) -> None:
        """Ask for the pages of a range of rows and mark them as just used.

        Args:
            first: First row, 0 or more.
            last: Last row.
        """
        for number in range(first >> PAGE_SHIFT, (min(last, self._rows - 1) >> PAGE_SHIFT) + 1):
            page = self.pages.pop(number, None)
            if page is not None:
                self.pages[number] = page
            if (page is None or number in self._stale) and number not in self._requests:
                self._request(number)

    @property
    def is_counted(self) -> bool:
        """Tell whether the length is known."""
        return self._anchors is not None

    def _request(self, number: int) -> None:
        start = self._start_of(number)
        if start is None:
            return
        while len(self._requests) >= MOST_REQUESTS:
            self._requests.pop(next(iter(self._requests))).cancel()
        self._requests[number] = self._tasks.run(
            "read",
            partial(self._source.page, self.narrowed, start),
            partial(self._page_came, number, self._generation),
            partial(self._request_failed, number),
            owner=self,
        )

    def _start_of(self, number: int) -> int | None:
        if self._anchors is None:
            return NEWEST if number == 0 else None
        return self._anchors.starts[number] if number < len(self._anchors.starts) else None

    def _run(self, key: str, work: Callable[[], Any], on_done: Callable[[Any], None]) -> None:
        self._tasks.run("read", work, on_done, self._read_failed, owner=self, latest=key)

    def _read_failed(self, error: AppError) -> None:
        self.is_loading = False
        self.failed.emit(error)

    def _forget_requests(self) -> None:
        self._generation += 1
        for task in self._requests.values():
            task.cancel()
        self._requests.clear()

    def _began(self, page: tuple[DossierRow, ...]) -> None:
        self.beginResetModel()
        self.pages = {0: page} if page else {}
        self._stale.clear()
        self._anchors = None
        self._rows = len(page)
        self.is_loading = False
        self.endResetModel()
        self.began.emit()
        if len(page) < PAGE_ROWS:
            head = tuple(row.position for row in page)
            self._anchors = Anchors(len(page), head[:1], head)
            self.counted.emit(len(page))
        else:
            self._count_timer.start()

    def _count(self) -> None:
        self._walk_on(None)

    def _walk_on(self, so_far: Anchors | None) -> None:
        """Ask for one more slice; it stands behind whatever was asked for meanwhile."""
        work = partial(self._source.anchors, self.narrowed, so_far)
        self._run("count", work, partial(self._walked, self._generation))

    def _walked(self, generation: int, anchors: Anchors) -> None:
        if generation != self._generation:
            return
        if anchors.below:
            self._walk_on(anchors)
            return
        old, self._anchors = self._anchors, anchors
        old_first = self._first_position(old)
        added = anchors.total - self._rows
        if old is None and anchors.head[:1] == (old_first,) and added >= 0:
            self._append(added)
        elif 0 < added < len(anchors.head) and anchors.head[added] == old_first:
            self._put_on_top(added)
        elif old is None or anchors != old:
            self._start_over(anchors.total)
        self.counted.emit(anchors.total)
        self.arrived.emit()

    def _first_position(self, old: Anchors | None) -> int | None:
        """Return the position of the row on top as it was shown."""
        if old is not None:
            return old.head[0] if old.head else None
        return self.pages[0][0].position if 0 in self.pages else None

    def _append(self, added: int) -> None:
        if added:
            self.beginInsertRows(QModelIndex(), self._rows, self._rows + added - 1)
            self._rows += added
            self.endInsertRows()

    def _put_on_top(self, added: int) -> None:
        """Keep what is selected and in sight when dossiers were received meanwhile."""
        self.beginInsertRows(QModelIndex(), 0, added - 1)
        self._drop_pages()
        self._rows += added
        self.endInsertRows()

    def _start_over(self, total: int) -> None:
        self.beginResetModel()
        self._drop_pages()
        self._rows = total
        self.endResetModel()

    def _drop_pages(self) -> None:
        self._forget_requests()
        self.pages.clear()
        self._stale.clear()

    def _page_came(self, number: int, generation: int, page: tuple[DossierRow, ...]) -> None:
        if generation != self._generation:
            return
        self._requests.pop(number, None)
        expected = min(PAGE_ROWS, self._rows - (number << PAGE_SHIFT))
        if len(page) < expected:
            # The filter has lost rows since it was counted: count again, keep the old rows until then.
            self._count_timer.start()
            return
        self.pages.pop(number, None)
        self.pages[number] = page[:expected]
        self._stale.discard(number)
        while len(self.pages) > KEPT_PAGES:
            dropped = next(iter(self.pages))
            del self.pages[dropped]
            self._stale.discard(dropped)
        first = number << PAGE_SHIFT
        self.dataChanged.emit(self.index(first, 0), self.index(first + expected - 1, _COLUMNS - 1))
        self.arrived.emit()

    def _request_failed(self, number: int, error: AppError) -> None:
        self._requests.pop(number, None)
        self.failed.emit(error)
