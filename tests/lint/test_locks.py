import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.lint.repository import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-headless.txt")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """Read a lock's versions by package."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in PIN.findall(text)}


def wanted(*groups: str) -> list[Requirement]:
    """Read from pyproject.toml what the project and these dependency groups want."""
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = list(metadata["project"]["dependencies"])
    for group in groups:
        lines += [line for line in metadata["dependency-groups"][group] if isinstance(line, str)]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_no_folder(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert not re.findall(r"://|^--|file:|^/", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]

    assert blocks
    assert not [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block]


@pytest.mark.parametrize(
    ("lock", "groups"),
    [
        ("requirements.txt", ("build",)),
        ("requirements-dev.txt", ("build", "unit", "dev")),
        ("requirements-headless.txt", ("build", "unit")),
    ],
)
def test_lock_holds_what_the_project_wants(lock: str, groups: tuple[str, ...]) -> None:
    held = pins(lock)
    without_qt = lock == "requirements-headless.txt"

    stale = [
        f"{need} (locked: {held.get(canonicalize_name(need.name))})"
        for need in wanted(*groups)
        if not (without_qt and need.name.startswith("pyside6"))
        and not need.specifier.contains(held.get(canonicalize_name(need.name), "0"))
    ]

    assert not stale, "run: just lock"


def test_the_three_locks_agree() -> None:
    everything = pins("requirements-dev.txt")

    for lock in ("requirements.txt", "requirements-headless.txt"):
        assert pins(lock).items() <= everything.items()


def test_the_lock_for_unit_tests_holds_no_qt() -> None:
    assert not [name for name in pins("requirements-headless.txt") if name.startswith(("pyside", "shiboken"))]
    assert "pytest-qt" not in pins("requirements-headless.txt")
