"""Forty acts on the dossier's whole way, as commands of ``motcua do``, and what each must leave behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AGENCY = "000.16.27.H29"
ROUNDS = 5
_MORNING = "2019-07-{day:02d}T09:{minute:02d}:00+07:00"
_FIRST_DAY = 15
_NEXT_DAY = 22
#: A small result as a section would draft it.
DRAFT = Path(__file__).with_name("draft.pdf")


@dataclass(frozen=True, slots=True)
class Act:
    """Pair a command with what the tables must show once it is answered.

    Attributes:
        command: One line of ``do``.
        code: Dossier it is about.
        event: Type of its last event.
        job: Print job it queues: (version of the dossier, copy number); None for none.
        slip: Whether it queues a slip, a paper of no dossier.
    """

    command: dict[str, Any]
    code: str
    event: str
    job: tuple[int, int] | None = None
    slip: bool = False


def forty_acts() -> list[Act]:
    """Return the scenario: five days at the counter and in a section, by turns."""
    return [act for n in range(ROUNDS) for act in (a_way, a_wait)[n % 2](_FIRST_DAY + n, 1 + n // 2)]


def a_way(day: int, slip: int) -> list[Act]:
    """Return a day on which a dossier goes its whole way, with its slip and its draft."""
    one, name = code_of(day, 1), f"BG-2019-01-{slip:04d}"
    return [
        received(day, 1, "2.000815", "A5"),
        received(day, 2, "1.001193", "A4"),
        _on_slip("handover.create", one, day, "handover.offered", {"to": "tu_phap", "codes": [one]}, login="lan"),
        _on_slip("handover.confirm", one, day, "handover.confirmed", {"slip": name, "codes": [one]}, login="hung"),
        _act("dossier.submit", one, day, "dossier.submitted", {"result_pdf": str(DRAFT)}, login="hung"),
        _act("dossier.approve", one, day, "dossier.approved", {}, login="chutich"),
        _act("dossier.result_ready", one, day, "dossier.result_ready", {"shelf": "A2"}, login="hung"),
        _act("dossier.return_result", one, day, "dossier.returned", _returned(day), job=(9, 0)),
    ]


def a_wait(day: int, _: int) -> list[Act]:
    """Return a day on which papers are corrected, asked for, brought, and somebody apologises."""
    one, two = code_of(day, 1), code_of(day, 2)
    name = {"changes": {"applicant.name": f"Đặng Thị Sửa {day}"}, "reason": "gõ sai họ tên"}
    came = {"components": [{"code": "TP01", "originals": 1}]}
    sorry = {"reason": "máy chủ hỏng cả ngày", "cause": "system", "new_promise": f"2019-08-{day - 11:02d}"}
    asked = {"missing": ["TP01"], "reason": "tờ khai thiếu chữ ký"}
    return [
        received(day, 1, "2.000815", "A5"),
        received(day, 2, "1.001193", "A4"),
        _act("dossier.correct", one, day, "dossier.corrected", name, job=(2, 0)),
        _act("receipt.print", two, day, "receipt.printed", {"paper": "A4"}, job=(2, 1)),
        _act("dossier.request_supplement", two, day, "wait.opened", asked, job=(3, 0)),
        _act("dossier.receive_supplement", two, day, "wait.closed", came, job=None),
        _act("dossier.apologise", two, day, "dossier.apologised", sorry, login="chutich", job=(5, 0)),
        _act("fee.take", one, day, "fee.taken", {"amount_vnd": 1_000}, login="thu", job=(3, 0)),
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


def _on_slip(do: str, code: str, day: int, event: str, with_: dict[str, Any], *, login: str) -> Act:
    at = _MORNING.format(day=day, minute=30)
    return Act({"do": do, "as": login, "at": at, "with": with_}, code, event, slip=do == "handover.create")


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
