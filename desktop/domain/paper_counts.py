"""How a correction keeps the papers of a dossier as text, and which of them differ."""

import re
from collections.abc import Iterable
from typing import Final

from desktop.domain.dossiers import ComponentLine

_BETWEEN: Final = "; "
_COUNTED: Final = re.compile(r"(.+): ([0-9]+)/([0-9]+)/([0-9]+)", re.DOTALL)


def counted(lines: Iterable[ComponentLine]) -> str:
    """Write what was handed in: ``Tờ khai: 1/0/2; …`` for one original and two copies."""
    handed_in = (line for line in lines if line.total)
    return _BETWEEN.join(f"{line.name}: {line.originals}/{line.certified}/{line.copies}" for line in handed_in)


def differing(old: str, new: str) -> tuple[tuple[ComponentLine, ...], tuple[ComponentLine, ...]]:
    """Return the papers of two such texts that are not the same in both; a part that cannot be read has no counts."""
    before, after = old.split(_BETWEEN), new.split(_BETWEEN)
    gone = tuple(_line(part) for part in before if part and part not in after)
    come = tuple(_line(part) for part in after if part and part not in before)
    return gone, come


def _line(part: str) -> ComponentLine:
    found = _COUNTED.fullmatch(part)
    if found is None:
        return ComponentLine("", part, required=False)
    name, *numbers = found.groups()
    return ComponentLine("", name, False, *map(int, numbers))
