"""Let a freshly installed version show that it works on this machine: a ward of its own, a receipt, a window.

It touches no database of this machine and leaves nothing behind. The updater asks for it before a version is put into
use, and the starter's packages after they were installed.
"""

import io
import json
import os
import shutil
import tempfile
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from desktop import __version__
from desktop.cli.do import Runner, run
from desktop.cli.exits import Exit
from desktop.devices import signing_key
from desktop.domain.errors import EnvironmentProblem
from desktop.services.wording import Wording
from desktop.storage.reference.units import sample_provisioning
from desktop.storage.verification import verify
from desktop.wiring import create_ward, open_ward, read_key, state_folder

_PROCEDURE: Final = "1.001193"
_AT: Final = "2026-03-02T09:00:00+07:00"
_PERSON: Final = {"name": "Nguyễn Thị Thử Ở", "id_number": "079090012345"}


def self_test(expected: str) -> dict[str, Any]:
    """Test this version and return what was seen.

    Args:
        expected: The version that should be running, "" for any.

    Raises:
        EnvironmentProblem: ``self_test_failed`` (step).
    """
    if expected and expected != __version__:
        raise EnvironmentProblem("self_test_failed", step=f"version {__version__}")
    scratch = Path(tempfile.mkdtemp(prefix="motcua-self-test-"))
    replica = ""
    try:
        folder = scratch / "data"
        create_ward(folder, sample_provisioning(), is_training=True)
        with closing(open_ward(folder)) as ward:
            replica = ward.database.replica.replica_id
            pdf_size = _received(ward, scratch / "out")
        report = verify(folder, read_key(folder), state_folder(), signing_key.verify, all_signatures=True)
        if not report.is_clean:
            raise EnvironmentProblem("self_test_failed", step=f"verify {report.findings[0].code}")
        _show_a_window()
        return {"version": __version__, "events": report.events, "receipt_bytes": pdf_size}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        if replica:
            shutil.rmtree(state_folder() / replica, ignore_errors=True)


def _received(ward: Any, out: Path) -> int:  # noqa: ANN401 - an open ward
    """Receive a dossier and make its receipt; return the size of the PDF."""
    papers = [{"code": f"TP0{n}", "originals": 1} for n in (1, 2, 3)]
    with_ = {"procedure": _PROCEDURE, "applicant": _PERSON, "components": papers}
    line = json.dumps({"id": 1, "do": "dossier.receive", "as": "lan", "at": _AT, "with": with_})
    answers = io.StringIO()
    ended = run(Runner(ward, Wording(), out, None), [line], answers)
    answer = json.loads(answers.getvalue().splitlines()[0])
    if ended is not Exit.DONE or not answer["ok"]:
        raise EnvironmentProblem("self_test_failed", step=f"receive {answer.get('error', {}).get('code', ended)}")
    pdf = Path(answer["result"]["receipt"]["pdf"]).read_bytes()
    if not pdf.startswith(b"%PDF-"):
        raise EnvironmentProblem("self_test_failed", step="receipt")
    return len(pdf)


def _show_a_window() -> None:
    """Load the whole window and paint something, on a screen that is none."""
    if find_spec("PySide6") is None:
        raise EnvironmentProblem("self_test_failed", step="window")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication, QLabel  # noqa: PLC0415 - Qt only for this step

    from desktop.app import counter  # noqa: PLC0415 - every page of the window
    from desktop.ui.printers import QtPrinters  # noqa: PLC0415 - the library of the printing system

    app = QApplication([])
    label = QLabel("Một Cửa")
    picture = label.grab()
    del counter, QtPrinters
    if picture.isNull() or app.platformName() != "offscreen":
        raise EnvironmentProblem("self_test_failed", step="window")
