"""The documents name what is there: files, folders, links, recipes of just. What they say is for a reader to check."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.lint.repository import ROOT, tracked_files

DOCUMENTS = [
    path
    for path in tracked_files()
    if path.suffix == ".md"
    and path.relative_to(ROOT).parts[0] not in {"resources", "tests"}
    and "licences" not in path.parts
]
#: Where a path in a document may begin.
PLACES = (
    "",
    "desktop/",
    "tests/",
    "installer/",
    "docs/",
    "resources/",
    "desktop/storage/",
    "installer/linux/",
    "desktop/domain/",
)
#: What looks like a path of ours: a folder in it or a known ending, nothing of another machine.
PATH = re.compile(r"(?:\.?[\w{}*-]+/)*[\w{}*.,-]+(?:\.(?:py|toml|md|sh|ps1|nsi|cs|spec|qss)|/)")
#: Names of what runs leave or what is installed elsewhere, not of what is kept here.
ELSEWHERE = re.compile(
    r"^(?:out|backups|versions|DATA|OUTDIR|tep|\.\.|\.venv.*)/|.*NNNN|^(?:unit|update|limits|keys|keys\.next|pylock)\.toml$"
)


def brace_expanded(text: str) -> Iterator[str]:
    """Yield what the shell makes of ``a{b,c}d``."""
    found = re.search(r"\{([^{}]*)\}", text)
    if found is None:
        yield text
        return
    for part in found[1].split(","):
        yield from brace_expanded(text[: found.start()] + part + text[found.end() :])


@cache
def names() -> frozenset[str]:
    """Return every tracked file and every folder of one, below the root."""
    found = set()
    for path in tracked_files():
        own = path.relative_to(ROOT)
        found |= {str(own), *(f"{folder}/" for folder in own.parents)}
    return frozenset(found)


def is_there(path: str) -> bool:
    """Tell whether a path names something tracked, from any of the places; a bare name, wherever it lies."""
    wanted = re.escape(path).replace(r"\*", "[^/]*")
    places = "(?:.*/)?" if "/" not in path else f"(?:{'|'.join(map(re.escape, PLACES))})"
    return any(re.fullmatch(places + wanted, name) for name in names())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_names_files_that_are_there(document: Path) -> None:
    text = document.read_text("utf-8")
    words = {word for quoted in re.findall(r"`([^`\n]+)`", text) for word in quoted.split()}

    missing = [
        word
        for word in sorted(words)
        if PATH.fullmatch(word) and not ELSEWHERE.match(word)
        if not all(is_there(path) for path in brace_expanded(word))
    ]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_of_a_document_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text("utf-8"))

    assert [target for target in targets if "://" not in target and not (document.parent / target).exists()] == []


def test_every_recipe_that_a_document_names_exists() -> None:
    lines = (ROOT / "justfile").read_text("utf-8").splitlines()
    recipes = {found[1] for line in lines if (found := re.match(r"([a-z-]+)(?: .*)?:$", line))}
    named = {
        (document.name, recipe)
        for document in DOCUMENTS
        for recipe in re.findall(r"`(?:\.venv/bin/)?just ([a-z-]+)", document.read_text("utf-8"))
    }

    assert named
    assert [each for each in sorted(named) if each[1] not in recipes] == []
