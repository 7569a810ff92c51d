"""Every test that docs/criteria.md names is there under that name."""

import re

from tests.lint.repository import ROOT

_NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
#: W04-W06 and W08-W12 have so many rows.
_LEAST = 40


def test_every_criterion_names_a_test_that_is_there() -> None:
    named = _NAMED.findall((ROOT / "docs" / "criteria.md").read_text("utf-8"))

    lost = [
        f"{file}::{name}" for file, name in named if f"def {name}(" not in (ROOT / "tests" / file).read_text("utf-8")
    ]

    assert len(named) >= _LEAST
    assert lost == []
