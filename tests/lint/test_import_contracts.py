import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.lint.repository import ROOT, python_files

# One deliberate fault for each contract: (contract, module that gets the line, the line).
FAULTS = [
    ("Layers", "desktop/protocol/__init__.py", "import desktop.services"),
    ("Qt only in ui", "desktop/services/__init__.py", "import PySide6"),
    ("SQL only in storage and cityserver", "desktop/ui/__init__.py", "import sqlmodel"),
    ("Domain is pure", "desktop/domain/errors.py", "import pydantic"),
    ("Only printing uses forms", "desktop/devices/__init__.py", "import reports"),
    ("Forms know nothing of the app", "reports/__init__.py", "import desktop.domain"),
    (
        "City server shares only protocol and domain",
        "desktop/cityserver/__init__.py",
        "import desktop.services",
    ),
    ("Nothing depends on the city server", "desktop/cli/__init__.py", "import desktop.cityserver"),
]
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the product's modules and the contracts."""
    for path in (*python_files("desktop", "reports", "resources"), ROOT / "pyproject.toml"):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path


def broken_contracts(tree: Path) -> set[str]:
    """Run import-linter there and name what it finds broken."""
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    return {line.removesuffix(" BROKEN").strip() for line in lines if line.endswith(" BROKEN")}


def test_the_import_contracts_hold(tree: Path) -> None:
    assert broken_contracts(tree) == set()


def test_each_contract_catches_a_fault_against_it(tree: Path) -> None:
    for _, module, line in FAULTS:
        with (tree / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")

    assert broken_contracts(tree) == {contract for contract, _, _ in FAULTS}


def test_every_contract_has_its_fault() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    contracts = {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}

    assert contracts == {contract for contract, _, _ in FAULTS}
