"""Read from where on the detectors ask about something: ``resources/rules/detectors.toml``."""

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Final

from desktop.domain.detectors.findings import Thresholds
from desktop.protocol.toml_records import read_record

DETECTORS_NAME: Final = "detectors.toml"


@dataclass(frozen=True, slots=True)
class _File:
    """Hold the file: when and by whom its figures were chosen, and the figures."""

    dated: date
    source: str
    thresholds: Thresholds


def load_thresholds() -> Thresholds:
    """Return the figures that ship with the program.

    Raises:
        ValueError: The file is malformed; the message names the key.
    """
    file = resources.files("resources") / "rules" / DETECTORS_NAME
    return parse_thresholds(DETECTORS_NAME, file.read_text(encoding="utf-8"))


def parse_thresholds(name: str, text: str) -> Thresholds:
    """Read the figures.

    Args:
        name: File name, for messages.
        text: TOML.

    Raises:
        ValueError: No TOML, an unknown or missing key, or a wrong value.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error
    return read_record(_File, table, name).thresholds
