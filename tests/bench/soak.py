"""Eight hours by the clock in the whole window: a counter's day at a person's pace, and what the program holds.

Run as ``python tests/bench/soak.py [--hours 8] [--pace-s 30]``; ``just soak`` does so. A PC that joined a city in a
process of its own: a citizen comes every half minute and is served by keys and scans; one in five goes the whole way
through the section and the chair to the citizen's signature, by four log-ins, with the lock in between. Late dossiers
of two weeks ago give reminders; the exchange with the city goes on by itself. Each minute a line says what the process
holds; it fails (exit 1) when memory grew by more than 50 MB after the warm-up, or anything else that is held.

``--dossiers 600`` does a busy day's work, 600 citizens, as fast as the window answers, a line every ten of them
(``just soak-day``); 1,200 are two days, and may grow by twice as much: a cache that fills does not, a leak does. The
wait of the window's own timers is not shortened, so the garbage of a minute is that of more citizens than at a counter.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_memory import resident_mb
from bench_window_memory import serve, visit
from common import use_state
from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop import wiring
from desktop.cli.demo_people import PEOPLE
from desktop.cli.demo_window import hush
from desktop.devices import signing_key
from desktop.domain.dossiers import Status
from desktop.storage.verification import verify
from desktop.ui.tree import within
from tests.support.city import city_process
from tests.support.gallery import screens
from tests.support.gallery.stage import Stage, ended
from tests.support.joined import Pc, enrol_code, new_unit
from tests.support.soaking import DAY, MINUTE_S, Held, grown, used_mb
from tests.support.way import bring

LATE = 6
#: Citizens between two lines of a compressed day.
STEP = 10
#: Between two looks whether the window has come to rest, when nobody wants to see it do so; more where a lane works,
#: which looking would only keep from its work.
HURRIED_SETTLE_MS, WORKING_MS = 1, 10
TWO_WEEKS = timedelta(days=14)


class Counter(Stage):
    """Be the counter of a long day: at the time it is, without pictures."""

    def picture(self, name: str, *, overlay: bool = False) -> str:
        """Only let everything come to rest."""
        del overlay
        self._settle()
        return name

    def come(self, login: str) -> None:
        """Let a user in."""
        self.enter(login)
        self._ward().clock.set(None)

    def serve(self, number: int) -> None:
        """Serve a citizen; the last of each five goes the whole way."""
        serve(self, number)
        if number % len(PEOPLE) == 0:
            self.press("F12")
            self.unlock_if_locked()
            self._whole_way(number)

    def _whole_way(self, number: int) -> None:
        """Bring the newest dossier through the section and the chair back to the citizen."""
        code, _ = self.newest()
        self.hand_over([code], "")
        self.come("hung")
        self.confirm_slip([code], "")
        self.work_on(code, Status.SUBMITTED.value)
        self.come("chutich")
        self.approve([code], "")
        self.come("hung")
        self.work_on(code, Status.RESULT_READY.value)
        self.come("lan")
        self.return_result(code, visit(number), "")
        self.press("F2")

    def rest_s(self, seconds: float) -> None:
        """Let the window be, as a clerk does who talks to somebody: nothing runs but its own timers."""
        loop = QEventLoop()
        QTimer.singleShot(max(int(seconds * 1_000), 0), loop.quit)
        loop.exec()


class HurriedCounter(Counter):
    """Wait no longer than the window needs."""

    @property
    def _settle_ms(self) -> int:
        return WORKING_MS if self._window.tasks.pending() else HURRIED_SETTLE_MS


def held(app: QApplication, begun: float, dossiers: int) -> Held:
    """Count what this process holds now."""
    tops: list[QObject] = [app, *QApplication.topLevelWidgets()]
    return Held(
        at_s=time.perf_counter() - begun,
        dossiers=dossiers,
        memory_mb=resident_mb(),
        files=len(list(Path("/proc/self/fd").iterdir())),
        widgets=len(QApplication.allWidgets()),
        timers=sum(isinstance(each, QTimer) for top in tops for each in within(top)),
        threads=len(list(Path("/proc/self/task").iterdir())),
        cpu_s=time.process_time(),
        used_mb=used_mb(),
    )


@contextmanager
def joined_ward(folder: Path) -> Iterator[Path]:
    """Run a city and give the data of a PC that joined it, with late dossiers at the section."""
    database = f"sqlite:///{folder / 'city.db'}"
    with city_process(database, folder / "city.log") as city:
        pc = Pc(folder / "pc").join(city.url, enrol_code(database, new_unit(database)))
        assert pc.ward is not None
        begun = pc.ward.clock.now() - TWO_WEEKS
        codes = [pc.receive(f"Người chờ đã lâu {n}", begun).code for n in range(LATE)]
        bring(pc.ward.desk, *codes, to=Status.WITH_SECTION)
        pc.close()
        use_state(pc.home / "state")
        yield pc.folder


def soaked(app: QApplication, counter: Counter, hours: float, pace_s: float) -> list[Held]:
    """Work for so long; print and return a line a minute."""
    counter.come("lan")
    lines: list[Held] = []
    begun, number = time.perf_counter(), 0
    while (came_s := time.perf_counter() - begun) < hours * 3_600:
        number += 1
        counter.serve(number)
        if not lines or came_s - lines[-1].at_s >= MINUTE_S - pace_s / 2:
            lines.append(held(app, begun, number))
            print(lines[-1].line(), flush=True)
        counter.rest_s(pace_s - (time.perf_counter() - begun - came_s))
    return lines


def hurried(app: QApplication, counter: Counter, dossiers: int) -> list[Held]:
    """Serve so many citizens as fast as the window answers; print and return a line every ten."""
    counter.come("lan")
    lines: list[Held] = []
    begun = time.perf_counter()
    for number in range(1, dossiers + 1):
        counter.serve(number)
        if number % STEP == 0:
            lines.append(held(app, begun, number))
            print(lines[-1].line(), flush=True)
    return lines


def worked(hours: float, pace_s: float, dossiers: int) -> list[str]:
    """Work so many hours, or for so many citizens where that is not 0; return what is wrong."""
    with TemporaryDirectory(prefix="motcua-soak-") as temporary:
        folder = Path(temporary)
        os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
        screens.use_screen(folder / "screen")
        hush()
        app = QApplication([])
        with joined_ward(folder) as ward:
            kind = HurriedCounter if dossiers else Counter
            with ended(kind(app, ward, folder / "out", screens.SIZE_PX, {})) as counter:
                lines = hurried(app, counter, dossiers) if dossiers else soaked(app, counter, hours, pace_s)
            report = verify(ward, wiring.read_key(ward), wiring.state_folder(), signing_key.verify)
    last = lines[-1]
    print(f"{last.at_s / 3_600:.2f} h by the clock, {last.dossiers} dossiers, {report.events} entries of the log")
    return grown(lines, dossiers / DAY) + [f"verify: {finding.code} {finding.where}" for finding in report.findings]


def main() -> int:
    """Work, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--pace-s", type=float, default=30.0, help="a citizen every so many seconds")
    parser.add_argument("--dossiers", type=int, default=0, help="instead: so many citizens, as fast as it goes")
    given = parser.parse_args()
    found = worked(given.hours, given.pace_s, given.dossiers)
    print("\n".join(found) or "nothing grew")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
