"""The exchange with the city as an explicit state machine, without threads, sockets or sleeping.

Whoever runs it calls :meth:`SyncEngine.step` when :meth:`SyncEngine.next_at` says so; a step makes at most one call to
the city and one change of the database (see :class:`desktop.sync.work.Work`).

Source: docs/decisions/0012-sync.md; what each rule is good for: docs/sync-simulation.md.
"""

from collections.abc import Callable

from desktop.domain.records import replace
from desktop.sync.pace import FIRST_DELAY_S, Backoff
from desktop.sync.ports import Applied, City, CityRefused, LinkFailed, Replica, SyncClock, UntrustedFeed
from desktop.sync.status import Phase, SyncStatus
from desktop.sync.work import RELAY_TRIES, REVOKED, Work

POLL_S = 30.0
#: So many refusals in a row, each answered by a step that should help, mean that nothing helps.
MOST_DETOURS = 100
#: Failures that a smaller message may mend.
_TOO_MUCH = frozenset({"timed_out", "batch-too-large", "too-large"})
#: Failures that one event may be the cause of.
_POISON = frozenset({"server_error", "bad-message"})


class SyncEngine:
    """Bring a replica and the city to the same truth, whatever was cut, lost, restored or copied meanwhile.

    Attributes:
        status: How it goes, for a person.

    Threads: one at a time; ``status`` may be read by any.
    """

    def __init__(
        self,
        replica: Replica,
        city: City,
        clock: SyncClock,
        random: Callable[[], float],
        *,
        applied: Callable[[Applied], None] | None = None,
        compare_from: int | None = None,
    ) -> None:
        """Take the parts.

        Args:
            replica: The database.
            city: The link.
            clock: Tells the time; timers run by its monotonic side.
            random: Returns numbers from 0 up to, but not with, 1.
            applied: Told of each page of the feed that was read.
            compare_from: Place from which digests are compared; None for what changes from now on.
        """
        self._replica = replica
        self._clock = clock
        self._random = random
        self._backoff = Backoff(random)
        self._work = work = Work(replica, city, clock, applied=applied or _ignore, compare_from=compare_from)
        self._steps: dict[Phase, Callable[[], None]] = {
            Phase.HELLO: work.hello,
            Phase.ASK: work.ask,
            Phase.EPOCH: work.epoch,
            Phase.PULL: work.pull,
            Phase.FIND: work.find,
            Phase.RELAY: work.relay,
            Phase.SAY_AGAIN: work.say_again,
            Phase.PUSH: work.push,
            Phase.PARK: work.park,
            Phase.LEASE: work.lease,
            Phase.COMPARE: work.compare,
            Phase.IDLE: work.idle,
        }
        self._detours = 0
        self._due = clock.monotonic()
        self._phase = Phase.HELLO
        self.status = SyncStatus(unsent=replica.unsent())

    # --- when ------------------------------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        """Return what the next step does."""
        return self._phase

    def next_at(self) -> float:
        """Return the monotonic second from which the next step is due."""
        return self._due

    def nudge(self) -> None:
        """Say that something was written here: an idle machine goes on at once, after a failure it waits on."""
        if self._phase is Phase.IDLE:
            self._phase = self._work.choose()
            self._due = min(self._due, self._clock.monotonic()) if self._phase is not Phase.IDLE else self._due
        self._tell(unsent=self._replica.unsent())

    def retry_now(self) -> None:
        """Try at once because a person asks for it."""
        self._backoff.reset()
        self._due = self._clock.monotonic()

    def step(self) -> None:
        """Do the next thing; whatever fails is tried again later, by a timer of the machine's own."""
        phase = self._phase
        try:
            self._steps[phase]()
        except LinkFailed as error:
            self._fail(error.code, error.retry_after_s)
        except CityRefused as error:
            self._refused(phase, error)
        except UntrustedFeed:
            self._fail("untrusted_feed")
        else:
            self._go_on(phase)

    # --- what follows ----------------------------------------------------------------------------------------------

    def _go_on(self, done: Phase) -> None:
        """Choose what comes next after something went well."""
        if done not in (Phase.HELLO, Phase.ASK, Phase.EPOCH, Phase.FIND):
            self._detours = 0
        self._phase = self._work.choose()
        self._due = self._clock.monotonic()
        if self._phase is Phase.IDLE or done in (Phase.PUSH, Phase.PARK):
            # Only what moves things on makes the next wait short again: a city that answers but takes nothing does not.
            self._backoff.reset()
        good: dict[str, object] = {"is_connected": True, "error": "", "is_revoked": False}
        if self._phase is Phase.IDLE:
            self._due += POLL_S * (0.5 + self._random())
            good["last_success_at"] = self._clock.now()
        if self._phase is Phase.IDLE or done in (Phase.PUSH, Phase.PARK, Phase.ASK):
            good["unsent"] = self._replica.unsent()
        self._tell(**good)

    def _fail(self, code: str, retry_after_s: float = 0) -> None:
        """Wait, then ask the city where it stands before anything else."""
        work = self._work
        if code in _POISON and self._phase in (Phase.PUSH, Phase.PARK):
            work.batch.city_failed()
        elif code in _POISON and self._phase is Phase.RELAY:
            work.offering.city_failed()
        if code in _TOO_MUCH or (code in _POISON and self._phase is Phase.PULL):
            work.ask_less()
        work.forget()
        delay_s = self._backoff.delay_s(retry_after_s)
        if (work.batch.is_searching or work.offering.is_searching) and not retry_after_s:
            delay_s = FIRST_DELAY_S
        self._phase = work.choose()
        self._due = self._clock.monotonic() + delay_s
        self._tell(is_connected=False, error=code, is_revoked=code == REVOKED, unsent=self._replica.unsent())

    def _refused(self, phase: Phase, refusal: CityRefused) -> None:
        """Do what a refusal calls for; one that calls for nothing known is a failure."""
        code, work = refusal.code, self._work
        self._detours += 1
        if self._detours > MOST_DETOURS:
            self._detours = 0
            self._fail("no_progress")
            return
        if code == "feed-diverged" and phase in (Phase.PULL, Phase.FIND):
            work.part_ways(phase, int(refusal.facts.get("head", "0")))
        elif code == "epoch-unknown":
            work.known.must_open = True
        elif code in ("epoch-fork", "epoch-closed"):
            work.begin_log("fork")
        elif code == "batch-too-large" and work.batch.size > 1:
            work.batch.halve()
        else:
            self._fail(code, float(refusal.facts.get("retry_after_s", "0")))
            return
        self._phase = work.choose()
        self._due = self._clock.monotonic()

    def _tell(self, **news: object) -> None:
        """Make a new snapshot."""
        unreturned = sum(tries >= RELAY_TRIES for tries in self._work.refusals.values())
        known: dict[str, object] = {"phase": self._phase, "unreturned": unreturned, "differing": self._work.differing}
        self.status = replace(self.status, **known, **news)


def _ignore(_applied: Applied) -> None:
    """Do nothing."""
