"""Lay what the city's documents change of the rules over the program's packs.

A document changes clock rules of one pack, from its day on, for what is received then; whatever else a pack holds comes
with the program. The result is more packs, one for each day on which something changes, chosen like every other by the
day of receipt.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from desktop.domain.pack_names import Rule, spelled
from desktop.domain.publications import Dated, in_force
from desktop.domain.rule_packs import RulePack


@dataclass(frozen=True, slots=True)
class PublishedRules:
    """Hold what a document says of rules.

    Attributes:
        pack: Id of the program's pack it changes.
        rules: Clock rules, in their usual order.
        source: The decision it was typed from.
    """

    pack: str
    rules: tuple[tuple[str, Rule], ...]
    source: str


def with_rules(packs: Iterable[RulePack], documents: Iterable[Dated[PublishedRules]]) -> tuple[RulePack, ...]:
    """Return the packs with the documents over them.

    Args:
        packs: The program's.
        documents: All there are; in force by :func:`~desktop.domain.publications.in_force`.

    Returns:
        The changed packs first, so that of two that begin on one day the changed one is chosen.
    """
    shipped = sorted(packs, key=lambda pack: pack.effective_from)
    laid = tuple(documents)
    ends = [*(later.effective_from for _, later in pairwise(shipped)), date.max]
    changed = [each for pack, end in zip(shipped, ends, strict=True) for each in _changed(pack, end, laid)]
    return (*changed, *shipped)


def _changed(pack: RulePack, end: date, documents: Sequence[Dated[PublishedRules]]) -> Iterator[RulePack]:
    """Yield a pack anew for every day before its end on which other rules begin."""
    last: Mapping[str, Rule] = {}
    for day in sorted({max(each.effective_on, pack.effective_from) for each in documents}):
        rules = {key: rule for each in in_force(documents, day) for key, rule in _of(each.said, pack)}
        if day < end and rules != last:
            clock = replace(pack.clock, **rules)  # type: ignore[arg-type]  # read by the type of each rule
            yield replace(pack, id=spelled(pack.id, rules.items()), effective_from=day, clock=clock)
            last = rules


def _of(said: PublishedRules, pack: RulePack) -> tuple[tuple[str, Rule], ...]:
    return said.rules if said.pack == pack.id else ()
