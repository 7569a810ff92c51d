"""Tricks of the clock: acts of one PC whose instants go back although their places in its log go on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.detectors.findings import Finding, Severity, Subject, Thresholds, Trick
from desktop.domain.events import Event
from desktop.domain.facts.counter import Received
from desktop.domain.facts.unit import ClockConfirmed


@dataclass(frozen=True, slots=True)
class Behind:
    """Show an act that is dated before one the same PC had done already.

    Attributes:
        latest: The latest instant in the log before it.
    """

    event: Event
    latest: datetime

    @property
    def by(self) -> timedelta:
        """Return how far it went back."""
        return self.latest - self.event.envelope.acted_at


def behind(log: Iterable[Event]) -> Iterator[Behind]:
    """Yield the acts of one (replica, epoch) that go back, in the order of the log.

    What was said again after a restore keeps its own instant and is none.
    """
    latest: datetime | None = None
    for event in log:
        at = event.envelope.acted_at
        if event.envelope.replaces:
            continue
        if latest is not None and at < latest:
            yield Behind(event, latest)
        latest = at if latest is None else max(latest, at)


def clock_set_back(acts: Iterable[Behind], codes: Mapping[str, str], thresholds: Thresholds) -> Iterator[Finding]:
    """10: the clock went back, and what was done until it had caught up.

    Args:
        acts: All that goes back in one (replica, epoch), in the order of its log.
        codes: Code of each dossier by its id.
        thresholds: From how far on it is asked about.
    """
    least = timedelta(minutes=thresholds.clock_back_minutes)
    stretch: list[Behind] = []
    for act in acts:
        if act.by < least:
            continue
        if stretch and act.latest != stretch[-1].latest:
            yield _stretch(stretch, codes)
            stretch = []
        stretch.append(act)
    if stretch:
        yield _stretch(stretch, codes)


def _stretch(acts: Sequence[Behind], codes: Mapping[str, str]) -> Finding:
    first = acts[0].event.envelope
    touched = dict.fromkeys(act.event.envelope.dossier_id for act in acts if act.event.envelope.dossier_id)
    is_confirmed = any(isinstance(act.event.fact, ClockConfirmed) for act in acts)
    return Finding(
        trick=Trick.CLOCK_BACK,
        severity=Severity.DOUBTFUL if is_confirmed else Severity.GRAVE,
        event_id=first.event_id,
        at=first.acted_at,
        actors=tuple(dict.fromkeys(act.event.envelope.actor for act in acts if act.event.envelope.actor)),
        subjects=tuple(Subject(dossier_id, codes.get(dossier_id, "")) for dossier_id in touched),
        reason="confirmed" if is_confirmed else "unconfirmed",
        figures=(
            ("latest", acts[0].latest),
            ("minutes", int(max(act.by for act in acts) / timedelta(minutes=1))),
            ("acts", len(acts)),
            ("workstation", first.workstation),
        ),
    )


def received_back_dated(acts: Iterable[Behind], thresholds: Thresholds) -> Iterator[Finding]:
    """9: a dossier received at an instant that had gone by: its receipt stands in the log after later acts."""
    least = timedelta(minutes=thresholds.back_dated_minutes)
    for act in acts:
        fact, envelope = act.event.fact, act.event.envelope
        if isinstance(fact, Received) and act.by >= least:
            yield Finding(
                trick=Trick.BACK_DATED,
                severity=Severity.GRAVE,
                event_id=envelope.event_id,
                at=envelope.acted_at,
                actors=(envelope.actor,) if envelope.actor else (),
                subjects=(Subject(envelope.dossier_id, fact.code),),
                reason="after_later",
                figures=(("received_at", envelope.acted_at), ("latest", act.latest)),
            )
