"""No ward is written into the program: name, place, addresses and signers come from the unit file.

Left out are the makers of sample data and the column heads that show an example: they print nothing of their own.
"""

import ast
from pathlib import Path

import pytest

from desktop.storage.reference.units import sample_provisioning
from tests.lint.repository import ROOT, python_files

#: Invented wards and examples for whoever fills in a unit file.
_EXAMPLES = {
    "desktop/cli/provisioning.py",
    "desktop/storage/reference/provisioning_columns.py",
    "desktop/cli/demo_people.py",
}
_SOURCES = [
    path
    for folder in ("desktop", "reports")
    for path in python_files(folder)
    if path.relative_to(ROOT).as_posix() not in _EXAMPLES
]


def own_words() -> set[str]:
    """Return what only the sample ward has: its name, place, address and telephone."""
    sample = sample_provisioning()
    unit = sample.unit
    words = {unit.name, unit.address, unit.phone, unit.place}
    return {word for word in words if word}


def texts_of(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_w04_no_source_holds_a_name_or_place_of_a_unit() -> None:
    words = own_words()
    assert len(words) >= 3

    found = {
        path.relative_to(ROOT).as_posix(): sorted(word for word in words if word in text)
        for path in _SOURCES
        for text in texts_of(path)
        if any(word in text for word in words)
    }

    assert found == {}


@pytest.mark.parametrize("folder", ["reports/forms", "desktop/printing"])
def test_w04_no_form_writes_a_signers_title_of_its_own(folder: str) -> None:
    docs = {"KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "CHỦ TỊCH", "ỦY BAN NHÂN DÂN"}

    found = {
        path.name: text
        for path in python_files(folder)
        for text in texts_of(path)
        if text in docs or any(text.startswith(word) and "\n" not in text and len(text) < 40 for word in docs)
    }

    assert found == {}
