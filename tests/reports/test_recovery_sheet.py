"""The sheet of the recovery key: words, codes and picture must not change unseen, and the key can be read."""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from desktop.domain.vietnamese import VIETNAM
from desktop.printing.recovery_sheets import recovery_sheet
from desktop.storage.keys_file import new_recovery_key, parse_recovery_key
from desktop.storage.reference.units import sample_provisioning
from tests.reports.golden_files import assert_golden_picture, assert_golden_text, overlapping
from tests.reports.reading import codes, pages_by_pdfium

#: A key of a fixed number: it opens nothing.
KEY = new_recovery_key(lambda n: bytes(range(7, 7 + n)))
AT = datetime(2026, 3, 9, 9, 5, tzinfo=VIETNAM)
MAKERS = {"usual": "Trần Quốc Quản Trị", "longest": "Nguyễn Phúc Đăng Khoa Huỳnh Thị Ngọc Ở Đỗ Quỳnh Ỷ"}


def sheet(kind: str, paper: str) -> bytes:
    computer = "QUAY-01 (0000aa11)" if kind == "usual" else "MAY-TINH-BO-PHAN-MOT-CUA-QUAY-SO-01 (0000aa11)"
    unit = sample_provisioning().unit
    return recovery_sheet(unit, KEY, "3F9A-01BC", computer=computer, maker=MAKERS[kind], at=AT, paper=paper)


@pytest.mark.parametrize("kind", MAKERS)
def test_the_sheet_stays_as_it_is(kind: str, tmp_path: Path, rebuilds: bool) -> None:
    data = sheet(kind, "A5")

    assert_golden_text(f"recovery_sheet_{kind}_A5", data, rebuilds=rebuilds)
    assert_golden_picture(f"recovery_sheet_{kind}_A5", data, 0, tmp_path, rebuilds=rebuilds)


@pytest.mark.parametrize("paper", ["A5", "A4"])
def test_one_page_says_the_whole_key_and_nothing_lies_over_it(paper: str) -> None:
    pages = pages_by_pdfium(sheet("longest", paper))

    assert len(pages) == 1
    assert all(group in pages[0] for group in KEY.split("-"))
    assert overlapping(sheet("longest", paper), 0) == []


@pytest.mark.parametrize("dpi", [203, 300])
def test_the_key_is_read_from_its_code(dpi: int) -> None:
    (read,) = codes(sheet("longest", "A5"), 0, dpi)["QRCode"]

    assert parse_recovery_key(read) == KEY


def test_the_file_is_sound(tmp_path: Path) -> None:
    qpdf = shutil.which("qpdf")
    assert qpdf, "install qpdf: a PDF nobody checked is not done"
    path = tmp_path / "sheet.pdf"
    path.write_bytes(sheet("usual", "A5"))

    result = subprocess.run([qpdf, "--check", str(path)], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr
