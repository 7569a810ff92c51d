"""Spell what documents of the city changed in a rule pack into its id, and read that id back.

``2025`` is a pack of the program, ``2025+cut_off=16:00,supplement_limit=2`` the same pack as documents had changed it.
A dossier keeps that id for life, so its first event says by which rules it was received: a PC that does not have the
document goes on by the same rules, and nothing that folds a log ever asks for one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import time
from enum import StrEnum
from typing import Final

from desktop.domain.clock_policy import ClockEffect, ClockPolicy

#: Value of a clock rule.
Rule = time | ClockEffect | int | bool

#: Of a single value each: nothing a document could choose.
_ONE_VALUE: Final = frozenset({"end_of_day", "transfer"})
#: Clock rules a document may change, in the order they are spelled.
CHANGEABLE: Final = tuple(field.name for field in fields(ClockPolicy) if field.name not in _ONE_VALUE)
#: Highest figure of each rule that counts: beyond them lie slips of the key, and dates no calendar reaches.
HIGHEST: Final[Mapping[str, int]] = {
    "supplement_limit": 9,
    "supplement_within": 60,
    "reappointment_limit": 9,
    "apology_days_before": 30,
}
_JOINT: Final = "+"
_FLAGS: Final = {"yes": True, "no": False}


def spelled(base: str, rules: Iterable[tuple[str, Rule]]) -> str:
    """Return the id of a pack with what documents say; the pack's own id where they say nothing."""
    said = dict(rules)
    parts = [f"{key}={_word(said[key])}" for key in CHANGEABLE if key in said]
    return f"{base}{_JOINT}{','.join(parts)}" if parts else base


def base_of(pack: str) -> str:
    """Return the id of the program's pack that an id stands on."""
    return pack.partition(_JOINT)[0]


def clock_named(clocks: Mapping[str, ClockPolicy], pack: str) -> ClockPolicy | None:
    """Return the clock rules an id names, None for an id nobody could have spelled.

    Args:
        clocks: Clock rules of the program's packs, by id; more do no harm.
        pack: Id a dossier keeps.
    """
    base = base_of(pack)
    clock = clocks.get(base)
    if clock is None or pack == base:
        return clock
    try:
        rules = _read(pack.removeprefix(base + _JOINT), clock)
        changed = replace(clock, **rules)  # type: ignore[arg-type]  # read by the type of each rule
        check_clock(changed)
    except ValueError:
        return None
    return changed if spelled(base, rules.items()) == pack else None


def check_clock(clock: ClockPolicy) -> None:
    """Refuse figures no regulation has.

    Raises:
        ValueError: Names the rule, in Vietnamese: whoever publishes reads it as it is.
    """
    for key, most in HIGHEST.items():
        if not 0 <= getattr(clock, key) <= most:
            raise ValueError(f"{key} phải từ 0 đến {most}")
    if clock.cut_off.tzinfo is not None or clock.cut_off != clock.cut_off.replace(second=0, microsecond=0):
        raise ValueError("cut_off phải là giờ và phút")


def _word(rule: Rule) -> str:
    if isinstance(rule, bool):
        return "yes" if rule else "no"
    if isinstance(rule, time):
        return rule.isoformat("minutes")
    return rule.value if isinstance(rule, StrEnum) else str(rule)


def _read(text: str, clock: ClockPolicy) -> dict[str, Rule]:
    """Read what :func:`spelled` wrote after the joint.

    Raises:
        ValueError: It wrote no such thing.
    """
    rules: dict[str, Rule] = {}
    for part in text.split(","):
        key, _, word = part.partition("=")
        if key not in CHANGEABLE:
            raise ValueError(key)
        rules[key] = _rule(word, type(getattr(clock, key)))
    return rules


def _rule(word: str, kind: type) -> Rule:
    if kind is bool:
        if word not in _FLAGS:
            raise ValueError(word)
        return _FLAGS[word]
    if kind is time:
        return time.fromisoformat(word)
    return ClockEffect(word) if kind is ClockEffect else int(word)
