"""Read and write JSON quickly: with pydantic's parser and writer where they agree with Python's, else with Python's."""

import json
from typing import Any

from pydantic_core import from_json, to_json


def parsed(text: bytes | str) -> Any:  # noqa: ANN401 - JSON has no narrower static type
    """Return what ``json.loads`` returns.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return from_json(text)
    except ValueError:
        # Lone surrogates, a byte order mark, deep nesting: Python's own parser takes them.
        return json.loads(text)


def written(plain: Any) -> str:  # noqa: ANN401 - the same
    """Return compact JSON of plain data without floats; text with a lone surrogate is escaped as a whole."""
    try:
        return to_json(plain).decode()
    except ValueError:
        return json.dumps(plain, separators=(",", ":"))
