"""Look through a whole log: one dossier at a time, then what shows only between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from desktop.domain.detectors.between import (
    Rated,
    Trace,
    filed_again,
    own_ratings,
    rating_bursts,
    return_bursts,
    trace_of,
)
from desktop.domain.detectors.clocks import Behind, clock_set_back, received_back_dated
from desktop.domain.detectors.findings import Finding
from desktop.domain.detectors.glance import Logged, glance
from desktop.domain.detectors.scene import Scene, Step
from desktop.domain.detectors.single import DETECTORS, back_dated
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import Event, read_event
from desktop.domain.facts.counter import Received
from desktop.domain.fold import apply


def look(history: Sequence[Event], scene: Scene) -> tuple[tuple[Finding, ...], Trace | None]:
    """Look closely at one dossier.

    Args:
        history: Its events in the order they fold; what does not fit is left out, as where the feed came in between.
        scene: What it is looked at with.

    Returns:
        The findings, and its trace; None when nothing of it can be folded.
    """
    found: list[Finding] = []
    kept: list[Event] = []
    state: Dossier | None = None
    counter = ""
    for event in history:
        try:
            after = apply(state, event)
        except DamagedData:
            continue
        kept.append(event)
        if isinstance(event.fact, Received):
            counter = event.fact.counter_section
            found += back_dated(event, scene)
        if state is not None:
            step = Step(state, event, after, counter)
            found += [each for detector in DETECTORS.values() for each in detector(step, scene)]
        state = after
    return tuple(found), None if state is None else trace_of(kept, state)


@dataclass(slots=True)
class Watch:
    """Gather findings over a log.

    Attributes:
        dossiers: How many were looked at.
        close: How many of them closely.
    """

    scene: Scene
    dossiers: int = 0
    close: int = 0
    _found: list[Finding] = field(default_factory=list)
    _traces: list[Trace] = field(default_factory=list)
    _behind: list[Sequence[Behind]] = field(default_factory=list)

    def take(self, rows: Sequence[Logged]) -> None:
        """Look at one dossier, given all its events that count in the order they fold.

        What cannot be read is left out: ``motcua verify`` names it.
        """
        self.dossiers += 1
        trace = glance(rows, self.scene)
        if trace is None:
            self.close += 1
            found, trace = look([event for row in rows if (event := _readable(row.body))], self.scene)
            self._found += found
        if trace is not None:
            self._traces.append(trace)

    def take_clock(self, acts: Sequence[Behind]) -> None:
        """Look at all that goes back in one (replica, epoch), in the order of its log."""
        self._behind.append(acts)

    def findings(self, ratings: Iterable[Rated] = ()) -> tuple[Finding, ...]:
        """Return everything found, the newest first; one event is listed once for each trick."""
        thresholds = self.scene.thresholds
        rated = tuple(ratings)
        codes = {trace.subject.dossier_id: trace.subject.code for trace in self._traces}
        between = (
            *(each for acts in self._behind for each in clock_set_back(acts, codes, thresholds)),
            *(each for acts in self._behind for each in received_back_dated(acts, thresholds)),
            *return_bursts(self._traces, thresholds),
            *filed_again(self._traces, thresholds),
            *own_ratings(rated, self._traces, thresholds),
            *rating_bursts(rated, self._traces, thresholds),
        )
        unique = {each.key: each for each in (*self._found, *between)}
        return tuple(sorted(unique.values(), key=lambda each: (each.at, each.key), reverse=True))


def _readable(body: bytes) -> Event | None:
    try:
        return read_event(body).event
    except DamagedData:
        return None
