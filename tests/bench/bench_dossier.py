"""From a scanned code to a dossier with its time line ready to paint, against one look-up by key.

Run as ``python tests/bench/bench_dossier.py [--dossiers N]``. Dossiers come from the newest twentieth, which have six
events each. One frame is 1/60 s.
"""

import json
import random
from collections.abc import Iterator

from common import ROUNDS, Result, arguments, interleaved, report
from generate import ward_of
from wards import opened

from desktop import wiring
from desktop.services import look_up
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import connect_raw

FRAME_S = 1 / 60
RUNS = 300
_POINT = "SELECT state FROM dossier WHERE dossier_id = (SELECT dossier_id FROM dossier_code WHERE code = ?)"


def bench(dossiers: int, rounds: int = ROUNDS) -> Iterator[Result]:
    """Yield the rows of the table."""
    data = ward_of(dossiers) / "data"
    dice = random.Random(7)
    with opened(data) as counter:
        bare = connect_raw(data / DATABASE_NAME, wiring.read_key(data), read_only=True)
        first = dossiers - dossiers // 20 + 1
        places = [dice.randrange(first, dossiers + 1) for _ in range(RUNS)]
        codes = [bare.execute("SELECT code FROM dossier WHERE position = ?", (each,)).fetchone()[0] for each in places]
        desk, clerk = counter.ward.desk, counter.clerk
        for code in codes[:20]:
            view = look_up.show(desk, clerk, code)
            state = json.loads(bare.execute(_POINT, (code,)).fetchone()[0])
            assert (view.dossier.code, view.dossier.version) == (code, state["version"])
            assert len(view.timeline) == state["version"]
        show, point = interleaved(
            rounds,
            RUNS,
            lambda _, run: look_up.show(desk, clerk, codes[run]),
            lambda _, run: bare.execute(_POINT, (codes[run],)).fetchone(),
        )
        bare.close()
    yield Result("scan to dossier with time line, p99 in frames", "1/60 s", show.p99() / FRAME_S, 1.0, show.text())
    yield Result(
        "scan to dossier with time line, p50", f"one look-up by key: {point.text()}", show.p50() / point.p50(), None,
        show.text(),
    )  # fmt: skip


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__)
    report(bench(given.dossiers, given.rounds))


if __name__ == "__main__":
    main()
