"""Read a file of a rule pack."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from desktop.domain.rule_packs import RulePack
from desktop.protocol.toml_records import read_record


@lru_cache(maxsize=16)
def parse_rule_pack(name: str, text: str) -> RulePack:
    """Read one pack; the same text is read once per process.

    Args:
        name: File name, for messages.
        text: TOML.

    Raises:
        ValueError: No TOML, an unknown or missing key, a wrong value, or ``needs_checking`` naming nothing.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error
    pack = read_record(RulePack, table, name)
    for key in pack.needs_checking:
        if not _exists(table, key):
            raise ValueError(f"{name}.needs_checking: there is no {key}")
    for subject, bands in pack.scoring.items():
        bounds = [band.at_least for band in bands]
        if bounds != sorted(set(bounds), reverse=True) or bounds[-1:] != [0]:
            raise ValueError(f"{name}.scoring.{subject}: bands must fall to 0")
    return pack


def _exists(table: Any, dotted: str) -> bool:  # noqa: ANN401 - TOML has no narrower static type
    for part in dotted.split("."):
        if not isinstance(table, Mapping) or part not in table:
            return False
        table = table[part]
    return True
