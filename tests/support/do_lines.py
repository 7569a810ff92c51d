"""Send lines to ``motcua do`` in this process and look at the answers."""

import json
from pathlib import Path
from typing import Any

from desktop.cli.do import Runner
from desktop.cli.exits import Exit
from desktop.services.wording import Wording
from tests.support.samples import NINE
from tests.support.wards import Ward

AT = NINE.isoformat()
APPLICANT = {"name": "Nguyễn Thị Ngọc Ở", "id_number": "079090012345", "phone": "0912345678"}
PAPERS = [{"code": f"TP0{n}", "originals": 1} for n in (1, 2, 3)]
BIRTH = {"procedure": "1.001193", "applicant": APPLICANT, "components": PAPERS}


def runner(ward: Ward, out: Path | None = None, login: str = "") -> Runner:
    """Return a runner on a test's ward."""
    return Runner(ward, Wording(), out, ward.user(login) if login else None)  # type: ignore[arg-type]


def line(do: str, as_: str = "lan", at: str | None = AT, **with_: object) -> str:
    """Return a command as a script writes it."""
    return json.dumps({"id": 1, "do": do, "as": as_, "at": at, "with": with_}, ensure_ascii=False)


def answer(ward: Ward, text: str, out: Path | None = None, login: str = "") -> dict[str, Any]:
    """Return the answer to a line."""
    given, stopped = runner(ward, out, login).answer(text)
    assert stopped is Exit.DONE
    # What goes out is JSON that can be written.
    return json.loads(json.dumps(given, ensure_ascii=False, allow_nan=False).encode())  # type: ignore[no-any-return]


def good(ward: Ward, do: str, as_: str = "lan", *, at: str = AT, **with_: object) -> dict[str, Any]:
    """Return the result of a command that is done."""
    given = answer(ward, line(do, as_, at, **with_))
    assert given["ok"], given
    return given["result"]  # type: ignore[no-any-return]


def refused(ward: Ward, do: str, as_: str = "lan", *, at: str = AT, **with_: object) -> dict[str, Any]:
    """Return the error of a command that is refused."""
    given = answer(ward, line(do, as_, at, **with_))
    assert not given["ok"], given
    assert given["error"]["message"]
    return given["error"]  # type: ignore[no-any-return]
