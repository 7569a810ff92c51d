"""What the detectors know beside the log, and the step of a dossier they look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from desktop.domain.calendars import Calendar
from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.detectors.findings import Finding, Severity, Subject, Thresholds, Trick, Value
from desktop.domain.dossiers import Dossier
from desktop.domain.events import Event
from desktop.domain.pack_names import clock_named
from desktop.domain.rule_packs import RulePack
from desktop.domain.units import Unit
from desktop.domain.users import Action, User, may


@dataclass(frozen=True, slots=True)
class Scene:
    """Hold what a log is looked at with.

    Attributes:
        clocks: Clock rules by the id of their pack.
        calendar: The unit's; None where it is not known, which leaves out what needs it.
        sections: User id to section.
        leaders: Users who may move a promise.
        counter: Section of the counter today.
    """

    thresholds: Thresholds
    clocks: Mapping[str, ClockPolicy]
    calendar: Calendar | None
    sections: Mapping[str, str]
    leaders: frozenset[str]
    counter: str

    def clock_of(self, dossier: Dossier) -> ClockPolicy | None:
        """Return the clock rules of a dossier; one of an unknown pack is judged by none."""
        return clock_named(self.clocks, dossier.pack)


def scene_of(
    thresholds: Thresholds, packs: Iterable[RulePack], calendar: Calendar | None, unit: Unit, users: Iterable[User]
) -> Scene:
    """Return the scene of a unit.

    Args:
        thresholds: From where on something is asked about, where the unit has no figure of its own.
        packs: Every rule pack there has been.
        calendar: The unit's; None when it is not known.
        unit: The unit.
        users: Everybody, those who have left too.
    """
    everybody = tuple(users)
    return Scene(
        thresholds=replace(thresholds, **{each.name: each.value for each in unit.thresholds}),
        clocks={pack.id: pack.clock for pack in packs},
        calendar=calendar,
        sections={user.user_id: user.section for user in everybody},
        leaders=frozenset(user.user_id for user in everybody if may(user.roles, Action.MOVE_PROMISE_LATER)),
        counter=unit.counter_section,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """Show one act on a dossier with what it did.

    Attributes:
        before: The dossier before it.
        after: And after it.
        counter: Section that received the dossier: the counter of that day.
    """

    before: Dossier
    event: Event
    after: Dossier
    counter: str

    def found(self, trick: Trick, severity: Severity, reason: str, **figures: Value) -> Finding:
        """Return a finding on this step."""
        envelope = self.event.envelope
        return Finding(
            trick=trick,
            severity=severity,
            event_id=envelope.event_id,
            at=envelope.acted_at,
            actors=(envelope.actor,) if envelope.actor else (),
            subjects=(Subject(envelope.dossier_id, self.after.code),),
            reason=reason,
            figures=tuple(figures.items()),
        )
