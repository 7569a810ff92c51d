"""Hold the dated rules of the one-stop mechanism as data: forms, clocks, statuses, wording, scoring.

A dossier keeps the id of the pack it was received under for life. The values stand in ``resources/rules``; what the
city's documents change in them stands in the id (:mod:`desktop.domain.pack_names`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from desktop.domain.clock_policy import ClockEffect, ClockPolicy, EndOfDay, TransferRule
from desktop.domain.errors import UserError
from desktop.domain.pack_names import base_of, clock_named
from desktop.domain.vietnamese import screen_date

__all__ = [
    "ClockEffect",
    "ClockPolicy",
    "EndOfDay",
    "FormRule",
    "RulePack",
    "ScoreBand",
    "TransferRule",
    "clock_under",
    "pack_for",
    "pack_named",
]


@dataclass(frozen=True, slots=True)
class FormRule:
    """State what a pack says about one printed form.

    Attributes:
        number: ``Mẫu số 01``; "" for slips that are no national form.
        title: Title as printed, capitals.
        basis: Line that names the regulation; "" for slips that are no national form.
        number_template: How its running number is printed, with ``{n}`` (two digits at least) and ``{year}``.
        paper: Size the regulation prints it on: ``A5`` or ``A4``.
    """

    number: str
    title: str
    basis: str
    number_template: str = "{n}"
    paper: str = "A5"

    def numbered(self, n: int, year: int) -> str:
        """Write a running number as the form prints it; numbers below 10 get a leading 0.

        Source:
            Decree 30/2020, annex I.
        """
        return self.number_template.format(n=f"{n:02d}", year=year)


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """Name the result for scores from a bound on.

    Attributes:
        at_least: Lowest score of the band, in tenths of a point.
        name: What the band is called.
    """

    at_least: int
    name: str


@dataclass(frozen=True, slots=True)
class RulePack:
    """Hold the rules in force from a day on.

    Attributes:
        id: ``2018`` or ``2025``, with what documents of the city changed in it after a ``+``.
        effective_from: First day dossiers are received under it.
        forms_from: First day its printed forms are prescribed.
        title: Name for people.
        source: The regulations it was typed from.
        needs_checking: Dotted keys of the values that no gazette text confirmed yet.
        forms: Form key (``receipt``, ``supplement``, ``refusal``, ``apology``, ``stop``, ``control_sheet``,
            ``register`` and the slips) to its rule.
        code_template: Dossier code, with ``{agency}``, ``{yymmdd}`` and ``{seq}``.
        clock: The clock rules.
        statuses: Internal status to national status 1 to 10.
        status_names: National status to its name.
        office: Name of the counter in running text.
        office_heading: Name of the counter in the letterhead, capitals.
        signer_titles: Role (``chair``, ``vice``, ``head``, …) to the lines above a signature.
        wording: Key to a sentence printed on forms.
        scoring: Subject (``staff``, ``agency``, ``indicators``) to its bands, best first.
    """

    id: str
    effective_from: date
    forms_from: date
    title: str
    source: str
    needs_checking: tuple[str, ...]
    forms: Mapping[str, FormRule]
    code_template: str
    clock: ClockPolicy
    statuses: Mapping[str, int]
    status_names: Mapping[str, str]
    office: str
    office_heading: str
    signer_titles: Mapping[str, tuple[str, ...]]
    wording: Mapping[str, str]
    scoring: Mapping[str, tuple[ScoreBand, ...]]

    def form(self, key: str) -> FormRule:
        """Give the rule of a form.

        Raises:
            UserError: ``form_not_in_pack`` when the pack does not know it (no stop notice before 2025).
        """
        try:
            return self.forms[key]
        except KeyError:
            raise UserError("form_not_in_pack", form=key, pack=self.id) from None

    def national_status(self, status: str) -> int:
        """Give the national number of an internal status.

        Raises:
            KeyError: The status has none, which is a bug: every status is mapped by a test.
        """
        return self.statuses[status]

    def band(self, subject: str, score: int) -> ScoreBand:
        """Give the band a score falls into.

        Args:
            subject: A key of ``scoring``.
            score: The score in tenths of a point, 0 or more.
        """
        return next(band for band in self.scoring[subject] if score >= band.at_least)


def pack_for(packs: Iterable[RulePack], on: date) -> RulePack:
    """Choose the pack in force on a day of receipt.

    Raises:
        UserError: ``no_rule_pack`` when the day is before the first one.
    """
    in_force = [pack for pack in packs if pack.effective_from <= on]
    if not in_force:
        raise UserError("no_rule_pack", on=screen_date(on))
    return max(in_force, key=lambda pack: pack.effective_from)


def clock_under(packs: Iterable[RulePack], pack: str) -> ClockPolicy | None:
    """Return the clock rules of the pack an id names, None for an unknown one; see :func:`pack_named`."""
    return clock_named({each.id: each.clock for each in packs}, pack)


def pack_named(packs: Iterable[RulePack], pack: str) -> RulePack:
    """Return the pack an id names, whether or not the document that changed it is here.

    Raises:
        UserError: ``unknown_pack``.
    """
    known = {each.id: each for each in packs}
    if pack in known:
        return known[pack]
    base = known.get(base_of(pack))
    clock = None if base is None else clock_named({base.id: base.clock}, pack)
    if base is None or clock is None:
        raise UserError("unknown_pack", pack=pack)
    return replace(base, id=pack, clock=clock)
