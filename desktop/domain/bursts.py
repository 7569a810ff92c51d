"""Tell the bursts of a scanner from the typing of a person, key by key, without a clock of its own.

A barcode gun and an ID-card reader type like a keyboard, only faster. Text keys go through at once; the third key in
a row within 35 ms proves a burst, and what had gone through is put back. Keys that act (shortcuts, Enter, Tab, letters
where nothing is typed) wait 40 ms, so that a burst never triggers one. A burst ends by Enter, by Tab or by 80 ms of
silence; one that is too short to be a scan is given back as typed keys, so nothing a person types is lost.

Vietnamese typing tools (Unikey) send Backspace and the corrected letters as fast as a scanner does: keys that follow a
Backspace closely are typing. A key held down repeats every 33 ms and never counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Generic, TypeVar

from desktop.domain.vietnamese import nfc

#: Keys closer than this may come from a scanner (definitions 19).
BURST_GAP_MS: Final = 35
#: The third such key in a row proves it (definitions 19).
PROOF_KEYS: Final = 3
#: A key that acts waits this long (definitions 19).
ACT_WAIT_MS: Final = 40
#: A burst without an end key ends after this silence (definitions 19).
SILENCE_MS: Final = 80
#: A burst with an end key is a scan from this length on; three keys rolled by one hand and Enter are not.
MIN_ENDED_CHARS: Final = 4
#: A burst that ends in silence is a scan from this length on.
MIN_SILENT_CHARS: Final = 6

T = TypeVar("T")


class KeyKind(StrEnum):
    """Say what a key does where it was pressed."""

    TEXT = "text"
    ACT = "act"
    END = "end"
    CORRECTION = "correction"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Stroke(Generic[T]):
    """Describe one key.

    Attributes:
        kind: TEXT writes into a field; ACT triggers something; END is Enter or Tab and acts too; CORRECTION is
            Backspace; OTHER (arrows, repeats of a held key) belongs to no burst.
        text: What it would write; control characters are dropped from a scan.
        payload: The key itself, given back to be delivered.
    """

    kind: KeyKind
    text: str
    payload: T


@dataclass(frozen=True, slots=True)
class Verdict(Generic[T]):
    """Say what to do after a key or a silence, in this order.

    Attributes:
        put_back: Put text and selection of the field back to what they were before the run began.
        deliver: Keys that waited or were taken by mistake; deliver them now.
        scan: The text of a scan; "" when there is none.
        passes: The present key goes through (after the ones to deliver).
        begins: The present key begins a run and goes through: keep text and selection of the field first.
        wake_ms: Ask again by ``silence`` after this time; None when nothing waits.
    """

    put_back: bool = False
    deliver: tuple[T, ...] = ()
    scan: str = ""
    passes: bool = False
    begins: bool = False
    wake_ms: int | None = None


def clean_scan(text: str) -> str:
    """Return what a scanner read: NFC, without control characters and without spaces around it."""
    return nfc("".join(char for char in text if char.isprintable())).strip()


class BurstRecogniser(Generic[T]):
    """Judge keys one by one.

    The states: typing (a run of 0 to 2 close keys), burst (a run of 3 or more is being collected), after-burst (the
    CR LF of a scanner), correcting (a typing tool rewrites a syllable).
    """

    def __init__(self) -> None:
        """Begin with nothing pressed."""
        self._run: list[Stroke[T]] = []
        self._waiting: list[Stroke[T]] = []
        self._last_ms: int | None = None
        self._is_burst = False
        self._is_after_burst = False
        self._is_correcting = False

    @property
    def is_collecting(self) -> bool:
        """Tell whether a burst is being collected."""
        return self._is_burst

    @property
    def is_waiting(self) -> bool:
        """Tell whether keys that act are waiting."""
        return bool(self._waiting)

    def press(self, stroke: Stroke[T], at_ms: int) -> Verdict[T]:
        """Judge a key.

        Args:
            stroke: The key.
            at_ms: When it was pressed, in milliseconds of one running clock.
        """
        before = self.silence(at_ms)
        gap_ms = None if self._last_ms is None else max(0, at_ms - self._last_ms)
        self._last_ms = at_ms
        after = self._judge(stroke, is_close=gap_ms is not None and gap_ms <= BURST_GAP_MS)
        return replace(
            after,
            put_back=before.put_back or after.put_back,
            deliver=before.deliver + after.deliver,
            scan=before.scan or after.scan,
        )

    def silence(self, at_ms: int) -> Verdict[T]:
        """Judge the silence since the last key: a burst may have ended, keys that act may have waited enough."""
        if self._last_ms is None:
            return Verdict()
        quiet_ms = at_ms - self._last_ms
        if self._is_burst:
            if quiet_ms < SILENCE_MS:
                return Verdict(wake_ms=SILENCE_MS - quiet_ms)
            return self._finish(MIN_SILENT_CHARS)
        if self._waiting:
            if quiet_ms < ACT_WAIT_MS:
                return Verdict(wake_ms=ACT_WAIT_MS - quiet_ms)
            return Verdict(deliver=self._release())
        return Verdict()

    def _judge(self, stroke: Stroke[T], *, is_close: bool) -> Verdict[T]:
        """Judge a key after the silence before it has been judged."""
        if self._is_burst:
            return self._collect(stroke)
        if self._is_after_burst:
            self._is_after_burst = is_close
            if is_close:
                return self._follow_burst(stroke)
        if self._is_correcting and is_close and stroke.kind is KeyKind.TEXT:
            return Verdict(passes=True)
        self._is_correcting = stroke.kind is KeyKind.CORRECTION
        if stroke.kind in (KeyKind.CORRECTION, KeyKind.OTHER):
            return Verdict(deliver=self._release(), passes=True)
        return self._extend_run(stroke, is_close=is_close)

    def _extend_run(self, stroke: Stroke[T], *, is_close: bool) -> Verdict[T]:
        """Count a key; the third close one proves a burst."""
        released = () if is_close else self._release()
        self._run.append(stroke)
        if len(self._run) >= PROOF_KEYS and stroke.kind is not KeyKind.END:
            has_passed = len(self._waiting) < len(self._run) - 1
            self._waiting.clear()
            self._is_burst = True
            return Verdict(put_back=has_passed, wake_ms=SILENCE_MS)
        if stroke.kind is KeyKind.TEXT and not self._waiting:
            return Verdict(deliver=released, passes=True, begins=len(self._run) == 1)
        self._waiting.append(stroke)
        return Verdict(deliver=released, wake_ms=ACT_WAIT_MS)

    def _collect(self, stroke: Stroke[T]) -> Verdict[T]:
        """Add a key to the burst, or end it."""
        if stroke.kind is KeyKind.CORRECTION:
            # A typing tool rewrites the scan while it comes: follow it, as the field would.
            if self._run:
                self._run.pop()
        else:
            self._run.append(stroke)
        if stroke.kind is KeyKind.END:
            return self._finish(MIN_ENDED_CHARS)
        return Verdict(wake_ms=SILENCE_MS)

    def _follow_burst(self, stroke: Stroke[T]) -> Verdict[T]:
        """Swallow the rest of a scanner's end mark; text so close is the next line of the same scanner."""
        if stroke.kind is KeyKind.END or not clean_scan(stroke.text):
            return Verdict()
        self._is_after_burst = False
        self._is_burst = True
        self._run.append(stroke)
        return Verdict(wake_ms=SILENCE_MS)

    def _finish(self, least: int) -> Verdict[T]:
        """End a burst: a scan, or keys to give back."""
        strokes: Sequence[Stroke[T]] = tuple(self._run)
        self._run.clear()
        self._is_burst = False
        text = clean_scan("".join(stroke.text for stroke in strokes if stroke.kind is not KeyKind.END))
        if len(text) >= least:
            self._is_after_burst = True
            return Verdict(scan=text)
        return Verdict(deliver=tuple(stroke.payload for stroke in strokes))

    def _release(self) -> tuple[T, ...]:
        """End a run: give the waiting keys back."""
        released = tuple(stroke.payload for stroke in self._waiting)
        self._waiting.clear()
        self._run.clear()
        return released
