from dataclasses import replace
from typing import cast

import pytest
from pypdf import PdfReader

from desktop.domain.commands import Correct
from desktop.domain.errors import UserError
from desktop.services import drafts, follow, papers, pins, receive
from desktop.services.changes import Kind
from desktop.services.drafts import DraftPage
from desktop.services.records import JobState, PrintJob
from tests.support.samples import REASON
from tests.support.wards import Ward, command

INTAKE = DraftPage.INTAKE


def made(ward: Ward) -> PrintJob:
    job = receive.receive(ward.desk, ward.user("lan"), command(ward.desk)).job
    assert job is not None
    return job


def text_of(pdf: bytes) -> str:
    from io import BytesIO  # noqa: PLC0415 - only here

    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def test_a_paper_shows_the_dossier_as_it_was_when_it_was_queued(ward: Ward) -> None:
    first = made(ward)
    second = follow.correct(ward.desk, ward.user("lan"), first.code, Correct({"applicant.name": "Tên Mới"}, REASON)).job

    assert second is not None
    old, new = text_of(papers.paper_of(ward.desk, first)), text_of(papers.paper_of(ward.desk, second))
    assert ("Ngọc Ở" in old, "Tên Mới" in old) == (True, False)
    assert ("Tên Mới" in new, "Cấp lại lần 1" in new) == (True, True)


def test_a_copy_says_which_one_it_is(ward: Ward) -> None:
    job = follow.print_receipt(ward.desk, ward.user("lan"), made(ward).code, "A4").job

    assert job is not None
    assert "IN LẠI LẦN 1" in text_of(papers.paper_of(ward.desk, job))


def test_a_job_of_a_dossier_that_is_not_there_is_told(ward: Ward) -> None:
    with pytest.raises(UserError, match="dossier_unknown"):
        papers.paper_of(ward.desk, replace(made(ward), dossier_id="gone"))


def test_a_dossier_of_a_pack_the_program_has_not_is_told(ward: Ward) -> None:
    dossier = ward.receive()

    with pytest.raises(UserError, match="unknown_pack"):
        papers.receipt_of(ward.desk, replace(dossier, pack="1999"), paper="A5", copy_no=0)


@pytest.mark.parametrize("state", [JobState.PRINTED, JobState.CANCELLED])
def test_a_settled_job_leaves_the_queue(ward: Ward, state: JobState) -> None:
    job = made(ward)

    changes = papers.settle_job(ward.desk, ward.user("lan"), job.job_id, state)

    assert papers.open_jobs(ward.desk, ward.user("lan")) == ()
    assert ward.desk.reader.jobs(state) == (replace(job, state=state, attempts=1),)
    assert changes.kinds == {Kind.PRINT_JOB}


def test_a_failed_job_stays_with_its_reason_and_its_attempts(ward: Ward) -> None:
    job = made(ward)

    for _ in range(2):
        papers.settle_job(ward.desk, ward.user("lan"), job.job_id, JobState.FAILED, "printer_away")

    assert papers.open_jobs(ward.desk, ward.user("lan")) == (
        replace(job, state=JobState.FAILED, attempts=2, reason="printer_away"),
    )


def test_a_draft_is_kept_for_its_user_and_page_only(ward: Ward) -> None:
    lan, hung = ward.user("lan"), ward.user("hung")

    drafts.keep_draft(ward.desk, lan, INTAKE, "một")
    drafts.keep_draft(ward.desk, lan, INTAKE, "hai")

    assert drafts.kept_draft(ward.desk, lan, INTAKE) == "hai"
    assert drafts.kept_draft(ward.desk, lan, DraftPage.HANDOVER) == drafts.kept_draft(ward.desk, hung, INTAKE) == ""
    drafts.keep_draft(ward.desk, lan, INTAKE, "")
    assert drafts.kept_draft(ward.desk, lan, INTAKE) == ""


@pytest.mark.parametrize("name", [pins.KEPT_AS, "return"])
def test_what_is_no_page_s_is_neither_read_nor_written_as_a_draft(ward: Ward, name: str) -> None:
    lan, not_a_page = ward.user("lan"), cast("DraftPage", name)
    ward.desk.ledger.save_draft(lan.user_id, name, "giữ nguyên")

    with pytest.raises(ValueError, match=name):
        drafts.keep_draft(ward.desk, lan, not_a_page, "đè lên")
    with pytest.raises(ValueError, match=name):
        drafts.kept_draft(ward.desk, lan, not_a_page)

    assert ward.desk.reader.draft(lan.user_id, name) == "giữ nguyên"
