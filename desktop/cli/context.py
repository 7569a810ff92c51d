"""What the handlers of ``motcua do`` share: who acts, where papers go, how data are parsed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from desktop.cli import answers, wire
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.users import User
from desktop.services import follow, papers
from desktop.services.follow import RETURN_SLIP_FORM
from desktop.services.listing import LIST_FORMS, listed_key
from desktop.services.ports import Desk
from desktop.services.receive import RECEIPT_FORM
from desktop.services.records import PrintJob
from desktop.services.witnessing import Witness

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=wire.Strict)

#: What a paper is called in the name of its file; the receipt is called by its version.
_FILE_WORDS = {
    RETURN_SLIP_FORM: "tra-ket-qua",
    "supplement": "yeu-cau-bo-sung",
    "refusal": "tu-choi",
    "apology": "xin-loi",
    "stop": "dung-xu-ly",
    "control_sheet": "kiem-soat",
    "fee_slip": "phieu-thu",
    "cash_sheet": "bang-ke",
    "handover_slip": "ban-giao",
    "handover_record": "bien-ban-giao-nhan",
    "result_slip": "ban-giao-ket-qua",
    "dossier_list": "danh-sach",
}


@dataclass(slots=True)
class Context:
    """Hold what handlers share during one run.

    Attributes:
        desk: The use cases' surroundings.
        actor: User of the present command.
        out: Folder for PDFs, None to write none.
        printed: Jobs whose PDF was written; settled at the end of the run.
        witness: The second person, for commands that ask for one; None when none was named.
    """

    desk: Desk
    actor: User
    out: Path | None
    printed: list[str] = field(default_factory=list)
    witness: Witness | None = None

    def write_pdf(self, dossier: Dossier, job: PrintJob | None) -> str | None:
        """Write the PDF of a dossier's job, named by code and never by person; return its absolute path."""
        if job is None:
            return None
        what = f"v{dossier.receipt.version}" if job.form == RECEIPT_FORM else _word(job.form, _place(dossier, job))
        if job.form in LIST_FORMS:
            what = f"{_word(job.form)}-{listed_key(job)}"
        return self._write(f"{dossier.code}-{what}", job, lambda: papers.paper_for(self.desk, job, dossier))

    def write_unit_pdf(self, name: str, job: PrintJob | None) -> str | None:
        """Write the PDF of a job without a dossier, named by slip or form number; return its absolute path."""
        if job is None:
            return None
        return self._write(f"{name}-{_word(job.form)}", job, lambda: papers.paper_of(self.desk, job))

    def _write(self, stem: str, job: PrintJob, make: Callable[[], bytes]) -> str | None:
        """Write a PDF; what cannot be printed waits in the queue: its act is saved and must not look refused."""
        if self.out is None:
            return None
        try:
            pdf = make()
        except UserError as refusal:
            logger.info("paper not made", extra={"form": job.form, "code": refusal.code})
            return None
        copy = f"-in-lai-{job.copy_no}" if job.copy_no else ""
        path = (self.out / f"{_plain(stem)}{copy}-{job.paper}.pdf").absolute()
        self.out.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf)
        self.printed.append(job.job_id)
        return str(path)


@dataclass(frozen=True, slots=True)
class Handler:
    """Pair a command's wire model and answer model with what answers it."""

    with_: type[wire.Strict]
    result: type[answers.Answer]
    run: Callable[[Context, Any], answers.Answer]


def parse(kind: type[M], plain: object) -> M:
    """Return wire data as its model.

    Raises:
        UserError: ``bad_command`` naming the first wrong place.
    """
    try:
        return kind.model_validate(plain)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "…"
        raise UserError("bad_command", place=place, reason=first["msg"]) from None


def _word(form: str, place: int = 1) -> str:
    word = _FILE_WORDS.get(form, form)
    return word if place == 1 else f"{word}-{place}"


def _place(dossier: Dossier, job: PrintJob) -> int:
    """Return which paper of its form it is, from 1: the first voucher is not overwritten by the second."""
    reference = follow.place_of(dossier, job.form, job.reference)
    if reference.isdigit():
        return int(reference)
    wait = next((each for each in dossier.waits if each.wait_id == job.reference), None)
    if wait is None:
        return 1
    return [each for each in dossier.waits if each.kind is wait.kind].index(wait) + 1


def _plain(stem: str) -> str:
    return "".join(char if char.isalnum() or char in "-." else "_" for char in stem)
