import re

import pytest

from tests.lint.repository import ROOT, python_files, tracked_files

FOLDERS = {"desktop", "reports", "resources", "tests", "installer", "docs", ".ci"}

# Written in pieces, so that this file does not match itself.
FOREIGN = {
    "a folder of one developer's machine": re.compile("/" + r"(?:work|farm|root)/[\w.-]+|\.\./" + "shared"),
    "the host of a package registry": re.compile(r"(?:pypi|python" + "hosted" + r"|registry\.npmjs)\.org"),
    "a conflict marker": re.compile("^(?:<{7} |>{7} )", re.MULTILINE),
}


def test_top_level_folders_are_the_fixed_ones() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked_files() if path.parent != ROOT}

    assert folders <= FOLDERS


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what: str) -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in FOREIGN[what].finditer(text)]

    assert not found, "\n".join(found)


def test_no_module_is_longer_than_its_readers_patience() -> None:
    limit = 400
    long = {}
    for path in python_files("desktop", "reports", "resources"):
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > limit:
            long[str(path.relative_to(ROOT))] = lines

    assert not long
