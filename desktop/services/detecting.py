"""Look for tricks that make figures look better than the work was; page by page, so that nobody waits for it.

Chair and inspector see every finding, others those about their own acts. The detectors are pure functions
(:mod:`desktop.domain.detectors`); the city calls the same ones over its copy of the log.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from desktop.domain.board import Period, half_year
from desktop.domain.detectors.findings import Finding, Trick
from desktop.domain.detectors.scene import scene_of
from desktop.domain.detectors.watch import Watch
from desktop.domain.users import Action, User, may, require
from desktop.domain.vietnamese import VIETNAM, local
from desktop.services.ports import Desk

#: What only a clock that nobody sets by hand can tell.
_OF_THE_CLOCK: Final = frozenset({(Trick.BACK_DATED, "after_later"), (Trick.BACK_DATED, "other_id")})

#: Dossiers looked at in one go: some hundredths of a second.
PAGE: Final = 250


@dataclass(slots=True)
class Inspection:
    """Hold how far a look through the log has come.

    Attributes:
        watch: What was seen.
        period: Local days findings are wanted of.
        after: Last dossier looked at.
        is_done: Whether all were.
        has_own_clock: Nobody gives the instants; in training they are given by hand and prove nothing.
    """

    watch: Watch
    period: Period
    since: datetime
    after: str = ""
    is_done: bool = False
    has_own_clock: bool = True


@dataclass(frozen=True, slots=True)
class Findings:
    """Hold what was found.

    Attributes:
        found: Newest first.
        dossiers: How many dossiers were looked at.
        is_own: Only what is about the user's own acts is shown.
        has_own_clock: Whether findings of the clock are among them.
    """

    period: Period
    found: tuple[Finding, ...]
    dossiers: int
    is_own: bool
    has_own_clock: bool = True


def begin(desk: Desk, actor: User, period: Period | None = None) -> Inspection:
    """Begin to look through the log.

    Args:
        desk: What the use case works with.
        actor: Who wants to know.
        period: Local days findings are wanted of; None for the half-year up to today.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.VIEW_OWN_FINDINGS)
    wanted = period or half_year(local(desk.clock.now()).date())
    scene = scene_of(
        desk.reference.thresholds,
        desk.reference.packs,
        desk.reader.calendar(),
        desk.reader.unit(),
        desk.reader.users(),
    )
    # What was withdrawn before the period may have been filed again within it.
    earliest = wanted.first - timedelta(days=scene.thresholds.filed_again_days + 1)
    since = datetime.combine(earliest, time(), VIETNAM)
    return Inspection(Watch(scene), wanted, since, has_own_clock=not desk.is_training)


def go_on(desk: Desk, actor: User, inspection: Inspection) -> Inspection:
    """Look at one page of dossiers more; after the last one at the clocks of the PCs.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.VIEW_OWN_FINDINGS)
    page = desk.way.histories(inspection.since, inspection.after, PAGE)
    for dossier_id, rows in page:
        inspection.watch.take(rows)
        inspection.after = dossier_id
    if len(page) < PAGE:
        for acts in desk.way.clocks_behind():
            inspection.watch.take_clock(acts)
        inspection.is_done = True
    return inspection


def findings(actor: User, inspection: Inspection) -> Findings:
    """Return what was found for a user.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.VIEW_OWN_FINDINGS)
    is_own = not may(actor.roles, Action.VIEW_FINDINGS)
    period = inspection.period
    found = tuple(
        each
        for each in inspection.watch.findings()
        if period.has(local(each.at).date())
        and (not is_own or actor.user_id in each.actors)
        and (inspection.has_own_clock or not _is_of_the_clock(each))
    )
    return Findings(period, found, inspection.watch.dossiers, is_own, inspection.has_own_clock)


def _is_of_the_clock(found: Finding) -> bool:
    return found.trick is Trick.CLOCK_BACK or (found.trick, found.reason) in _OF_THE_CLOCK


def find(desk: Desk, actor: User, period: Period | None = None) -> Findings:
    """Look through the whole log at once.

    Raises:
        UserError: ``not_permitted``.
    """
    inspection = begin(desk, actor, period)
    while not inspection.is_done:
        go_on(desk, actor, inspection)
    return findings(actor, inspection)
