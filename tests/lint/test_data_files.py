import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lint.repository import ROOT, tracked_files

# Sentences and words are ours; everything else was taken from somewhere on some day.
OWN_WORDS = {"messages", "i18n", "help", "city"}
DATA_FILES = [
    path
    for path in tracked_files()
    if path.suffix == ".toml"
    and path.relative_to(ROOT).parts[0] == "resources"
    and path.relative_to(ROOT).parts[1] not in OWN_WORDS
]


def pairs(data: object) -> Iterator[tuple[str, Any]]:
    """Walk all keys of a document with their values."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key, value
            yield from pairs(value)
    elif isinstance(data, list):
        for value in data:
            yield from pairs(value)


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_data_file_says_where_it_comes_from_and_from_when(path: Path) -> None:
    found = list(pairs(tomllib.loads(path.read_text(encoding="utf-8"))))

    assert any(key in {"source", "sources"} and value for key, value in found), "no source"
    assert any(isinstance(value, dt.date) for _, value in found), "no date"
