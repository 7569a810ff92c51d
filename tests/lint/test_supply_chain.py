"""What is packed is known: each locked package has its licence with us and stands in the SBOM with its hashes."""

import importlib.util
import json
import subprocess
import sys
from types import ModuleType

import pytest

from tests.lint.repository import ROOT
from tests.lint.test_locks import pins

FOLDER = ROOT / "installer" / "licences" / "packages"
#: Used as libraries under the LGPL, each in files of its own that may be replaced.
LIBRARIES = {"psycopg", "psycopg-binary", "pyside6-essentials", "shiboken6"}


@pytest.fixture(scope="module")
def supply_chain() -> ModuleType:
    spec = importlib.util.spec_from_file_location("supply_chain", ROOT / "installer" / "supply_chain.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_each_locked_package_has_its_licence_in_its_version_and_no_other_lies_there() -> None:
    held = {}
    for path in FOLDER.glob("*.txt"):
        name, _, version = path.read_text("utf-8").splitlines()[0].partition(" ")
        held[path.stem] = (name.lower(), version)

    assert held == {name: (name, version) for name, version in pins("requirements.txt").items()}


def test_each_licence_text_says_something() -> None:
    short = [path.name for path in FOLDER.glob("*.txt") if len(path.read_text("utf-8")) < 300]

    assert not short


def test_no_package_obliges_the_whole_program() -> None:
    named = {path.stem: path.read_text("utf-8").splitlines()[1] for path in FOLDER.glob("*.txt")}

    assert {name for name, licence in named.items() if "GPL" in licence} == LIBRARIES


def test_the_sbom_names_every_locked_package_with_its_hashes(supply_chain: ModuleType) -> None:
    bill = supply_chain.bill()

    held = {each["name"]: each["version"] for each in bill["components"]}
    assert held == pins("requirements.txt")
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    for each in bill["components"]:
        assert each["purl"] == f"pkg:pypi/{each['name']}@{each['version']}"
        assert any(told["name"] == "motcua:lock:sha256" for told in each["properties"]), each["name"]


def test_the_same_lock_gives_the_same_sbom_and_another_one_another(supply_chain: ModuleType) -> None:
    first, second = supply_chain.bill(), supply_chain.bill(ROOT / "requirements-dev.txt")

    assert json.dumps(first) == json.dumps(supply_chain.bill())
    assert first["serialNumber"] != second["serialNumber"]


def test_control_a_package_without_a_licence_is_named(
    supply_chain: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    stranger = supply_chain.Package("no-such-package", "1.0", "", ())
    monkeypatch.setattr(supply_chain, "locked", lambda: (stranger,))

    assert supply_chain.gather(tmp_path) == ["no-such-package"]


def test_nothing_that_is_read_is_run() -> None:
    wanted = r"\b(pickle|marshal|shelve|yaml\.load|eval\(|exec\()"
    found = subprocess.run(
        ["git", "grep", "-nE", wanted, "--", "desktop", "reports"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    # Qt's exec() runs an event loop; records.py compiles the names of our own dataclasses' fields.
    ours = [line for line in found.stdout.splitlines() if ".exec(" not in line]
    assert [line for line in ours if not line.startswith("desktop/domain/records.py:")] == []
