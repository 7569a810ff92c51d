"""The paper that says what is still to be paid, with the code that fills a transfer in."""

from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from desktop.domain.commands import TakeFee
from desktop.domain.dossiers import Dossier, FeeMethod
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import UnitConfigured
from desktop.domain.way_commands import PrintPaper
from desktop.services import follow, papers
from desktop.services.payment_qr import payment_due, payment_text
from desktop.services.receive import FEE_FORM
from tests.support.wards import Ward

PAID_PROCEDURE = "2.000815"


def owing(ward: Ward) -> Dossier:
    from desktop.domain.dossiers import CertifiedDocument  # noqa: PLC0415 - only here

    return ward.receive(code=PAID_PROCEDURE, documents=(CertifiedDocument(pages=3, copies=5),))


def printed(ward: Ward, code: str, reference: str = "", *, paper: str = "") -> bytes:
    done = follow.print_paper(ward.desk, ward.user("thu"), code, PrintPaper(FEE_FORM, paper, reference))
    assert done.job is not None
    return papers.paper_for(ward.desk, done.job, done.dossier)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def codes_in(pdf: bytes) -> list[str]:
    page = pypdfium2.PdfDocument(pdf)[0]
    return [found.text for found in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]


@pytest.mark.parametrize("paper", ["A5", "A4"])
def test_the_paper_names_sum_account_and_purpose_and_its_code_says_the_same(ward: Ward, paper: str) -> None:
    dossier = owing(ward)

    pdf = printed(ward, dossier.code, paper=paper)

    due = payment_due(ward.desk, ward.user("thu"), dossier.code)
    assert due is not None
    text = text_of(pdf)
    assert all(part in text for part in ("PHIẾU BÁO NỘP PHÍ, LỆ PHÍ", "25.000 đ", due.bank.account, due.purpose))
    assert due.qr in codes_in(pdf)


def test_what_was_paid_is_taken_off(ward: Ward) -> None:
    dossier = owing(ward)
    follow.take_fee(ward.desk, ward.user("thu"), dossier.code, TakeFee(10_000, FeeMethod.CASH))

    text = text_of(printed(ward, dossier.code, follow.DUE))

    assert "Đã nộp 10.000 đ, còn phải nộp 15.000 đ" in text
    assert "540515000" in payment_text(ward.desk, ward.user("thu"), dossier.code)


def test_a_voucher_keeps_its_name_when_an_earlier_payment_comes_in_before_it(ward: Ward) -> None:
    dossier = owing(ward)
    first, second = (
        follow.take_fee(ward.desk, ward.user("thu"), dossier.code, TakeFee(vnd, FeeMethod.CASH))
        for vnd in (1_000, 2_000)
    )
    assert first.job is not None
    turned = replace(second.dossier, payments=tuple(reversed(second.dossier.payments)))

    texts = [text_of(papers.paper_for(ward.desk, first.job, state)) for state in (second.dossier, turned)]

    assert all("1.000 đ" in text and "0001/2019" in text for text in texts)
    assert follow.references(turned, FEE_FORM) == [follow.DUE, "2019-01-0002", "2019-01-0001"]


def test_a_job_that_told_a_place_prints_the_paper_of_that_place(ward: Ward) -> None:
    dossier = owing(ward)
    for vnd in (1_000, 2_000):
        follow.take_fee(ward.desk, ward.user("thu"), dossier.code, TakeFee(vnd, FeeMethod.CASH))
    done = follow.print_paper(ward.desk, ward.user("thu"), dossier.code, PrintPaper(FEE_FORM, "", "1"))
    assert done.job is not None
    of_before = replace(done.job, reference="1")

    text = text_of(papers.paper_for(ward.desk, of_before, done.dossier))

    assert (done.job.reference, "0001/2019" in text, "IN LẠI LẦN 1" in text) == ("2019-01-0001", True, True)


def test_once_all_is_paid_there_is_no_such_paper_and_no_code(ward: Ward) -> None:
    dossier = owing(ward)
    follow.take_fee(ward.desk, ward.user("thu"), dossier.code, TakeFee(25_000, FeeMethod.TRANSFER))

    assert payment_text(ward.desk, ward.user("thu"), dossier.code) == ""
    with pytest.raises(UserError, match="no_such_paper"):
        printed(ward, dossier.code, follow.DUE)
    assert "Đã thu lúc" in text_of(printed(ward, dossier.code))


def test_a_unit_without_an_account_asks_for_cash_and_prints_no_code(ward: Ward) -> None:
    with ward.desk.ledger.act(ward.user("quantri")) as act:
        act.record_unit((UnitConfigured(replace(ward.desk.reader.unit(), bank=None)),))
    dossier = owing(ward)

    pdf = printed(ward, dossier.code)

    assert payment_text(ward.desk, ward.user("thu"), dossier.code) == ""
    assert "Tiền mặt tại quầy" in text_of(pdf)
    assert codes_in(pdf) == []


def test_a_second_print_is_no_copy_because_it_says_what_is_owed_now(ward: Ward) -> None:
    dossier = owing(ward)

    printed(ward, dossier.code)

    assert "IN LẠI" not in text_of(printed(ward, dossier.code))


def test_a_dossier_nobody_knows_is_told(ward: Ward) -> None:
    with pytest.raises(UserError, match="dossier_unknown"):
        payment_text(ward.desk, ward.user("thu"), "H29-1")
