"""W27: every page of every paper of a training ward says that it is worth nothing; each filler hands the mark on."""

import ast
import pkgutil
from dataclasses import fields, replace
from pathlib import Path

import pytest

import reports.forms
from desktop.printing.words import TRAINING_MARK
from reports.elements.page import Paper
from reports.forms import receipt, return_slip, test_page
from tests.reports import letter_samples, return_slip_samples, samples, tabular_samples
from tests.reports.reading import pages_by_pdfium, squeezed

MARK = squeezed(TRAINING_MARK)
PRINTING = Path(__file__).resolve().parents[2] / "desktop" / "printing"

#: A training ward has no recovery key to print.
REAL_ONLY = {"recovery_sheet"}

#: Every form with a sample that needs more than one page where it can, on one paper.
PAPERS = {
    "receipt": lambda: receipt.render(replace(samples.ALL["second_page"], watermark=TRAINING_MARK), Paper.A5),
    "return_slip": lambda: return_slip.render(
        replace(return_slip_samples.ALL["second_page"], watermark=TRAINING_MARK), Paper.A5
    ),
    "test_page": lambda: test_page.render(
        test_page.TestPageForm(title="TRANG", lines=(), code="A", notes=(), watermark=TRAINING_MARK)
    ),
    **{
        name: lambda name=name: letter_samples.CASES[f"{name}_second_page"].printed(Paper.A5, watermark=TRAINING_MARK)
        for name in ("supplement", "refusal", "apology", "stop_notice")
    },
    **{
        name: lambda kind=kind: kind.render(
            replace(kind.samples.get("second_page", kind.samples["usual"]), watermark=TRAINING_MARK), Paper.A4
        )
        for name, kind in tabular_samples.KINDS.items()
    },
}


@pytest.mark.parametrize("name", PAPERS)
def test_every_page_of_a_training_paper_says_that_it_is_worth_nothing(name: str) -> None:
    pages = pages_by_pdfium(PAPERS[name]())

    assert pages
    assert all(MARK in squeezed(page) for page in pages)


def test_no_form_was_forgotten() -> None:
    assert {module.name for module in pkgutil.iter_modules(reports.forms.__path__)} == set(PAPERS) | REAL_ONLY


def test_whatever_fills_a_form_hands_the_mark_on() -> None:
    filled = set()
    for path in PRINTING.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
            if not name.endswith("Form") or name == "RecoverySheetForm":
                continue
            assert "watermark" in ast.unparse(node), f"{path.name}: {name}"
            filled.add(name)

    assert len(filled) >= len(PAPERS)


def test_each_sample_form_has_room_for_the_mark() -> None:
    forms = [samples.ALL["usual"], return_slip_samples.ALL["usual"]]
    forms += [next(iter(kind.samples.values())) for kind in tabular_samples.KINDS.values()]

    assert all("watermark" in {field.name for field in fields(form)} for form in forms)
