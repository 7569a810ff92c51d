"""The receipt's codes, decoded by an independent reader from black-and-white pictures."""

import os
import random
from dataclasses import replace

import pytest

from reports.elements.page import MM
from reports.elements.qr import MIN_MODULE, QrCode
from reports.forms.receipt import Paper, render
from tests.reports import samples
from tests.reports.reading import codes, pages_by_pdfium

COUNT = 1000 if os.environ.get("MOTCUA_SWEEP") else 100
FIRST_PAGE = 0


def random_code(source: random.Random) -> str:
    day = f"{source.randrange(18, 30):02d}{source.randrange(1, 13):02d}{source.randrange(1, 29):02d}"
    ordinal = f"{source.randrange(1, 10000):04d}" if source.random() < 0.8 else f"{source.randrange(10**4, 10**5)}"
    agency = source.choice(
        (
            f"H{source.randrange(10, 64)}.{source.randrange(100)}.{source.randrange(100)}",
            f"000.{source.randrange(100):02d}.{source.randrange(100):02d}.H{source.randrange(10, 64)}",
            f"{source.randrange(100):02d}.{source.randrange(100):02d}.H{source.randrange(10, 64)}",
        )
    )
    return f"{agency}-{day}-{ordinal}"


def expected(code: str, address: str, paper: Paper) -> dict[str, set[str]]:
    return {"QRCode": {address}} if paper is Paper.ROLL else {"QRCode": {address}, "Code128": {code}}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("paper", Paper)
@pytest.mark.timeout(1800 if COUNT > 100 else 180)
def test_both_codes_are_read_from_every_paper(paper: Paper, dpi: int) -> None:
    source = random.Random(f"{paper}{dpi}")

    for _ in range(COUNT):
        code = random_code(source)
        address = f"{samples.BASE}{code}?k={source.randrange(10**10):010d}"
        form = replace(
            samples.SHORTEST,
            code=code,
            barcode_content=code,
            qr_content=address,
            copy_labels=("Liên 1: Lưu",),
        )

        assert codes(render(form, paper), FIRST_PAGE, dpi) == expected(code, address, paper)


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("kind", samples.ALL)
def test_codes_are_read_from_full_and_watermarked_papers(kind: str, paper: Paper, dpi: int) -> None:
    form = replace(samples.ALL[kind], watermark="HỌC – KHÔNG GIÁ TRỊ")

    found = codes(render(form, paper), FIRST_PAGE, dpi)

    assert found == expected(form.code, form.qr_content, paper)


@pytest.mark.parametrize("start", ["99", "990", "98", "00", "9", "100", "101.", "9999999"])
def test_leading_digits_are_not_lost(start: str) -> None:
    code = f"{start}.46.H39-230328-5725"

    found = codes(render(replace(samples.SHORTEST, code=code, barcode_content=code), Paper.A5), FIRST_PAGE, 203)

    assert found["Code128"] == {code}


def test_strip_stands_on_every_page() -> None:
    data = render(samples.SECOND_PAGE, Paper.A5)

    for page in range(len(pages_by_pdfium(data))):
        assert codes(data, page, 203)["Code128"] == {samples.SECOND_PAGE.code}


def test_code_of_27_characters_fits_a5() -> None:
    code = "000.16.27.H29.5-250702-0001"
    assert len(code) == 27

    found = codes(render(replace(samples.USUAL, code=code, barcode_content=code), Paper.A5), FIRST_PAGE, 203)

    assert found["Code128"] == {code}


@pytest.mark.parametrize("content", ["H29.26.17-250702-0001" * 3, "MÃ-ĐẶC-BIỆT", ""])
def test_strip_is_left_out_when_it_cannot_be_printed_and_the_qr_stays(content: str) -> None:
    form = replace(samples.USUAL, barcode_content=content)

    assert codes(render(form, Paper.A5), FIRST_PAGE, 300) == {"QRCode": {form.qr_content}}


def test_without_qr_content_no_qr_is_printed() -> None:
    form = replace(samples.USUAL, qr_content="")

    assert codes(render(form, Paper.A5), FIRST_PAGE, 300) == {"Code128": {form.code}}
    assert codes(render(form, Paper.ROLL), FIRST_PAGE, 300) == {}


def test_module_never_gets_smaller_than_a_phone_can_read() -> None:
    long = QrCode("https://mot-cua.thanh-pho-ho-chi-minh.gov.vn/tra-cuu/" + "x" * 200)

    assert long.module(15 * MM) == MIN_MODULE
    assert long.side(15 * MM) > 15 * MM
