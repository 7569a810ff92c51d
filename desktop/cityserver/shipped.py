"""The dated data of the program, as the city reads it: what its documents are laid over and judged by."""

from functools import cache
from importlib.resources import files

from desktop.domain.catalogue import Catalogue
from desktop.domain.rule_packs import RulePack
from desktop.protocol.calendar_file import parse_calendar
from desktop.protocol.catalogue_file import parse_catalogue_file
from desktop.protocol.documents import Ground
from desktop.protocol.rule_pack_file import parse_rule_pack

_NO_PACK = "detectors.toml"


@cache
def catalogue() -> Catalogue:
    """Return the procedures."""
    return Catalogue(entry for name, text in _texts("catalogue") for entry in parse_catalogue_file(name, text))


@cache
def ground() -> Ground:
    """Return calendar and rule packs."""
    ((name, text),) = _texts("calendars")
    return Ground(parse_calendar(name, text), packs())


@cache
def packs() -> tuple[RulePack, ...]:
    """Return the rule packs."""
    return tuple(parse_rule_pack(name, text) for name, text in _texts("rules") if name != _NO_PACK)


def _texts(folder: str) -> list[tuple[str, str]]:
    found = (each for each in (files("resources") / folder).iterdir() if each.name.endswith(".toml"))
    return sorted((each.name, each.read_text("utf-8")) for each in found)
