"""Tricks that show between dossiers: returns in bursts, withdrawn and filed again, ratings from the counter."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from desktop.domain.detectors.findings import Finding, Severity, Subject, Thresholds, Trick
from desktop.domain.dossiers import Dossier, Party
from desktop.domain.events import Event
from desktop.domain.facts.counter import Returned
from desktop.domain.facts.way import Withdrawn
from desktop.domain.vietnamese import fold

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Done:
    """State that something was done to a dossier.

    Attributes:
        act_id: The act it was done in: a batch has one for all its dossiers.
    """

    at: datetime
    by: str
    event_id: str
    act_id: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """Keep of a dossier what is compared with others.

    Attributes:
        person: Who applies, as :func:`person_of`.
        due_at: What the law demanded when it was withdrawn, or at the last.
        returns: Every return that was logged; two PCs may have logged one each.
    """

    subject: Subject
    person: str
    procedure: str
    received: Done
    due_at: datetime
    returns: tuple[Done, ...] = ()
    withdrawn: Done | None = None


def person_of(owner: Party) -> str:
    """Return what tells a person from others: the number of his paper; else name, day of birth and telephone."""
    if owner.id_number:
        return owner.id_number
    return "\n".join((fold(owner.name), owner.birth_date, owner.phone))


def trace_of(history: Sequence[Event], state: Dossier) -> Trace:
    """Return the trace of a dossier from its events and its last state."""
    withdrawn = next((done(event) for event in reversed(history) if isinstance(event.fact, Withdrawn)), None)
    return Trace(
        subject=Subject(state.dossier_id, state.code),
        person=person_of(state.owner),
        procedure=state.procedure.code,
        received=done(history[0]),
        due_at=state.due_at,
        returns=tuple(done(event) for event in history if isinstance(event.fact, Returned)),
        withdrawn=withdrawn,
    )


def done(event: Event) -> Done:
    """Return who did an event, and when."""
    envelope = event.envelope
    return Done(envelope.acted_at, envelope.actor, envelope.event_id, envelope.act_id)


def return_bursts(traces: Iterable[Trace], thresholds: Thresholds) -> Iterator[Finding]:
    """2: one user returned more results within a minute than hands can, or several in one act."""
    by_user: defaultdict[str, list[tuple[Done, Subject]]] = defaultdict(list)
    by_act: defaultdict[str, list[tuple[Done, Subject]]] = defaultdict(list)
    for trace in traces:
        for each in trace.returns:
            by_user[each.by].append((each, trace.subject))
            if each.act_id:
                by_act[each.act_id].append((each, trace.subject))
    for gathered in by_act.values():
        if len({subject for _, subject in gathered}) > 1:
            yield _burst(gathered, "one_act")
    for given in by_user.values():
        yield from _minutes(sorted(given, key=lambda pair: (pair[0].at, pair[0].event_id)), thresholds)


def _minutes(given: Sequence[tuple[Done, Subject]], thresholds: Thresholds) -> Iterator[Finding]:
    """Yield the longest runs of which every minute is too full."""
    for run in _full(given, _MINUTE, thresholds.returns_per_minute):
        yield _burst(run, "minute")


def _full(
    given: Sequence[tuple[Done, Subject]], within: timedelta, most: int
) -> Iterator[Sequence[tuple[Done, Subject]]]:
    """Yield the longest runs of which every window of so long holds more than so many; ``given`` is in order."""
    run: list[tuple[Done, Subject]] = []
    first = 0
    for last, pair in enumerate(given):
        while pair[0].at - given[first][0].at > within:
            first += 1
        if last - first + 1 <= most:
            continue
        window = given[first : last + 1]
        if run and run[-1] in window:
            run.append(pair)
        else:
            if run:
                yield run
            run = list(window)
    if run:
        yield run


def _burst(given: Sequence[tuple[Done, Subject]], reason: str) -> Finding:
    ordered = sorted(given, key=lambda pair: (pair[0].at, pair[0].event_id))
    figures = (("returns", len(ordered)), ("seconds", _seconds(ordered)))
    return _of_run(ordered, Trick.RETURN_BURST, Severity.GRAVE, reason, figures)


def _seconds(run: Sequence[tuple[Done, Subject]]) -> int:
    return int((run[-1][0].at - run[0][0].at).total_seconds())


def _of_run(
    run: Sequence[tuple[Done, Subject]],
    trick: Trick,
    severity: Severity,
    reason: str,
    figures: tuple[tuple[str, int], ...],
) -> Finding:
    """Return what a run of the same act shows; it is in order and named after its first."""
    start = run[0][0]
    return Finding(
        trick=trick,
        severity=severity,
        event_id=start.event_id,
        at=start.at,
        actors=tuple(dict.fromkeys(each.by for each, _ in run if each.by)),
        subjects=tuple(dict.fromkeys(subject for _, subject in run)),
        reason=reason,
        figures=figures,
    )


def filed_again(traces: Iterable[Trace], thresholds: Thresholds) -> Iterator[Finding]:
    """4: withdrawn, then received again from the same person about the same procedure: a new clock for an old delay."""
    within = timedelta(days=thresholds.filed_again_days)
    alike: defaultdict[tuple[str, str], list[Trace]] = defaultdict(list)
    for trace in traces:
        alike[trace.person, trace.procedure].append(trace)
    for group in alike.values():
        ordered = sorted(group, key=lambda trace: (trace.received.at, trace.subject.dossier_id))
        for old in ordered:
            gone = old.withdrawn
            if gone is None:
                continue
            later = (new for new in ordered if new is not old and gone.at <= new.received.at <= gone.at + within)
            again = next(later, None)
            if again is not None:
                yield _again(old, gone, again)


def _again(old: Trace, gone: Done, new: Trace) -> Finding:
    is_late = gone.at >= old.due_at
    return Finding(
        trick=Trick.FILED_AGAIN,
        severity=Severity.GRAVE if is_late else Severity.DOUBTFUL,
        event_id=gone.event_id,
        at=new.received.at,
        actors=tuple(dict.fromkeys(each for each in (gone.by, new.received.by) if each)),
        subjects=(old.subject, new.subject),
        reason="after_due" if is_late else "in_time",
        figures=(("withdrawn_at", gone.at), ("due_at", old.due_at), ("received_at", new.received.at)),
    )


@dataclass(frozen=True, slots=True)
class Rated:
    """State that somebody rated how a dossier was handled.

    Attributes:
        rating_id: Of the rating.
        dossier_id: What was rated.
        origin: PC of the ward the rating came from, "" for the citizen's own telephone or the tablet of the hall.
    """

    rating_id: str
    dossier_id: str
    at: datetime
    origin: str = ""


def own_ratings(ratings: Iterable[Rated], traces: Iterable[Trace], thresholds: Thresholds) -> Iterator[Finding]:
    """12: a rating that came from a PC of the ward, or too soon after the return for a citizen to have written it."""
    soon = timedelta(seconds=thresholds.rated_within_seconds)
    known = {trace.subject.dossier_id: trace for trace in traces}
    for rated in ratings:
        trace = known.get(rated.dossier_id)
        given = trace.returns[-1] if trace is not None and trace.returns else None
        if trace is None or given is None:
            continue
        after = rated.at - given.at
        reason = "own_pc" if rated.origin else "too_soon" if timedelta(0) <= after <= soon else ""
        if reason:
            yield Finding(
                trick=Trick.OWN_RATING,
                severity=Severity.GRAVE,
                event_id=rated.rating_id,
                at=rated.at,
                actors=(given.by,) if given.by else (),
                subjects=(trace.subject,),
                reason=reason,
                figures=(("seconds", int(after.total_seconds())), ("origin", rated.origin)),
            )


def rating_bursts(ratings: Iterable[Rated], traces: Iterable[Trace], thresholds: Thresholds) -> Iterator[Finding]:
    """12: many ratings within minutes, each long after its result was returned: receipts that somebody kept.

    Citizens rate at the counter right after the return, or one here and one there at home; whoever works off a heap of
    kept receipts rates one after the other. A reminder sent to many at once does the same: it is to be asked about.
    """
    later = timedelta(minutes=thresholds.rated_long_after_minutes)
    known = {trace.subject.dossier_id: trace for trace in traces}
    heap: list[tuple[Done, Subject]] = []
    for rated in ratings:
        trace = known.get(rated.dossier_id)
        if trace is None or not trace.returns or rated.at - trace.returns[-1].at < later:
            continue
        heap.append((Done(rated.at, trace.returns[-1].by, rated.rating_id), trace.subject))
    heap.sort(key=lambda pair: (pair[0].at, pair[0].event_id))
    within = timedelta(minutes=thresholds.rating_burst_minutes)
    for run in _full(heap, within, thresholds.ratings_in_burst):
        figures = (
            ("ratings", len(run)),
            ("minutes", _seconds(run) // 60 + 1),
            ("after", thresholds.rated_long_after_minutes),
        )
        yield _of_run(run, Trick.OWN_RATING, Severity.DOUBTFUL, "heap", figures)
