"""Forty acts at a counter, as commands of ``motcua do``, and what each must leave behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

AGENCY = "000.16.27.H29"
ROUNDS = 5
_MORNING = "2019-07-{day:02d}T09:{minute:02d}:00+07:00"
_FIRST_DAY = 15
_NEXT_DAY = 22


@dataclass(frozen=True, slots=True)
class Act:
    """Pair a command with what the tables must show once it is answered.

    Attributes:
        command: One line of ``do``.
        code: Dossier it is about.
        event: Type of its last event.
        job: Print job it queues: (version of the dossier, copy number); None for none.
    """

    command: dict[str, Any]
    code: str
    event: str
    job: tuple[int, int] | None = None


def forty_acts() -> list[Act]:
    """Return the scenario: five days of receive, correct, print, result ready, return."""
    return [act for day in range(_FIRST_DAY, _FIRST_DAY + ROUNDS) for act in a_day(day)]


def a_day(day: int) -> list[Act]:
    """Return one day's eight acts on three dossiers."""
    one, two, three = (code_of(day, number) for number in (1, 2, 3))
    return [
        received(day, 1, "2.000815", "A5"),
        received(day, 2, "1.001193", "A4"),
        _act(
            "dossier.correct",
            one,
            day,
            "dossier.corrected",
            {"changes": {"applicant.name": f"Đặng Thị Sửa {day}"}, "reason": "gõ sai họ tên"},
            job=(2, 0),
        ),
        _act("receipt.print", two, day, "receipt.printed", {"paper": "A4"}, job=(2, 1)),
        _act("dossier.result_ready", one, day, "dossier.result_ready", {"shelf": "A2"}, login="hung"),
        _act("dossier.return_result", one, day, "dossier.returned", _returned(day), job=(5, 0)),
        received(day, 3, "1.001193", "80mm"),
        _act("receipt.print", three, day, "receipt.printed", {"paper": "A5"}, job=(2, 1)),
    ]


def next_day(day: int = _NEXT_DAY) -> list[Act]:
    """Return what is done once the fault is over."""
    return [received(day, 1, "2.000815", "A5"), received(day, 2, "1.001193", "A4")]


def code_of(day: int, number: int) -> str:
    """Return the plain code of a day's n-th dossier."""
    return f"{AGENCY}-1907{day:02d}-{number:04d}"


def received(day: int, number: int, procedure: str, paper: str) -> Act:
    """Return the intake of a day's n-th dossier."""
    papers = {"2.000815": 1, "1.001193": 3}[procedure]
    with_ = {
        "procedure": procedure,
        "applicant": {"name": f"Lê Văn Đợi {day} {number}", "id_number": f"0790900{day:02d}{number:03d}"},
        "components": [{"code": f"TP{part:02d}", "originals": 1} for part in range(1, papers + 1)],
        "documents": [{"pages": 3, "copies": 2}] if papers == 1 else [],
        "paper": paper,
    }
    command = {"do": "dossier.receive", "as": "lan", "at": _MORNING.format(day=day, minute=number % 60), "with": with_}
    return Act(command, code_of(day, number), "dossier.received", (1, 0))


def shown(codes: Sequence[str]) -> list[dict[str, Any]]:
    """Return commands that show dossiers."""
    return [{"do": "dossier.show", "as": "lan", "with": {"code": code}} for code in codes]


def _returned(day: int) -> dict[str, Any]:
    return {
        "recipient": {"name": f"Đặng Thị Sửa {day}", "id_number": f"0790900{day:02d}001", "relation": "owner"},
        "proof": {"kind": "signature", "ref": "ký liên lưu"},
        "paid_vnd": 10_000,
    }


def _act(
    do: str,
    code: str,
    day: int,
    event: str,
    with_: dict[str, Any],
    *,
    login: str = "lan",
    job: tuple[int, int] | None = None,
) -> Act:
    at = _MORNING.format(day=day, minute=30)
    return Act({"do": do, "as": login, "at": at, "with": {"code": code, **with_}}, code, event, job)
