"""Exchange dossiers with the national service: look up, send, compare, report progress.

The service's own words decide: ``error_code`` 0 is success, a message with "đã tồn tại" is success once its record has
been compared; no answer means that nothing is known, so the dossier is looked up before it is sent again.
An error never changes a dossier. Steps have no look-up: each goes with the id of its event, by which whoever receives
it can tell that it came before, and says the same to the letter whenever it is told.

Source: the adapters of provincial systems (law-and-forms §4.2, §4.5).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar

from desktop.domain.national import Record, differing_fields

T = TypeVar("T")


class Call(Protocol):
    """Make one POST of JSON."""

    def __call__(self, asked: Record, /, ids: Sequence[str] = ()) -> Mapping[str, Any]:
        """Make it.

        Args:
            asked: The message.
            ids: What the records in it are known by, in their order.

        Raises:
            NoAnswer: Nothing trustworthy came.
        """
        ...


BATCH: Final = 10
_EXISTS: Final = "đã tồn tại"


class NoAnswer(Exception):
    """No trustworthy answer came: whether the service took anything is not known.

    Attributes:
        cause: A word for the list of problems: ``log-in``, ``timed-out``, ``offline`` …
        retry_after_s: When the service asked to be called again, 0 for no wish.
        may_have_come: Whether the service may have got the call; False when it surely did not.
    """

    def __init__(self, cause: str = "", retry_after_s: int = 0, *, may_have_come: bool = True) -> None:
        """Keep why."""
        super().__init__(cause)
        self.cause, self.retry_after_s, self.may_have_come = cause, retry_after_s, may_have_come


class Outcome(StrEnum):
    """Say what became of one dossier.

    Attributes:
        SENT: It was not there, and is now.
        UPDATED: It was there, otherwise; it is as ours now.
        SAME: It was there as ours.
        DIFFERS: It is there, otherwise, and the service keeps its own: a person compares.
        REFUSED: The service says why not.
        UNKNOWN: No answer; the next run looks it up.
    """

    SENT = "sent"
    UPDATED = "updated"
    SAME = "same"
    DIFFERS = "differs"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Result:
    """Tell what became of one dossier.

    Attributes:
        message: What the service said.
        fields: In which fields it differs.
        is_in_doubt: It was sent, and whether it was taken is not known.
    """

    code: str
    outcome: Outcome
    message: str = ""
    fields: tuple[str, ...] = ()
    is_in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Hold a step of a dossier and what it is known by: the id of the event, whenever it is told."""

    step_id: str
    record: Record

    @property
    def code(self) -> str:
        """Return whose step it is."""
        return str(self.record["MaHoSo"])


class NationalService:
    """Speak with the service as one agency.

    Attributes:
        is_refused: Whether it refused the log-in: it is not asked again.
    """

    def __init__(self, call: Call, username: str, password: str, agency: str) -> None:
        """Take how a call is made and who calls."""
        self._call, self._username, self._password, self._agency = call, username, password, agency
        self._session = ""
        self.is_refused = False

    def look_up(self, code: str) -> Record | None:
        """Return what the service has under a code, None for nothing.

        Raises:
            NoAnswer: Nothing is known.
        """
        answer = self._ask("TraCuuHoSo", mahoso=code)
        found = answer.get("data")
        if isinstance(found, list):
            found = found[0] if found else None
        return dict(found) if _is_ok(answer) and isinstance(found, Mapping) and found else None

    def synchronise(self, records: Sequence[Record]) -> tuple[Result, ...]:
        """Send dossiers in batches; one result for each, in their order."""
        results: dict[str, Result] = {}
        for batch in _batches(records):
            results |= {result.code: result for result in self._send(batch)}
        return tuple(results[str(record["MaHoSo"])] for record in records)

    def report(self, steps: Sequence[Step]) -> tuple[Result, ...]:
        """Send steps of dossiers the service has; one result for each, in their order.

        A dossier goes no further than the first of its steps that was not taken: the steps after it are not sent, and
        nothing is known of them (``UNKNOWN``, without doubt).
        """
        results: dict[str, Result] = {}
        halted: set[str] = set()
        for batch in _batches(steps):
            sent = [step for step in batch if step.code not in halted]
            for step, result in zip(sent, self._tell(sent), strict=True) if sent else ():
                results[step.step_id] = result
                if result.outcome is not Outcome.SENT:
                    halted.add(step.code)
        return tuple(results.get(step.step_id, Result(step.code, Outcome.UNKNOWN)) for step in steps)

    def _tell(self, steps: Sequence[Step]) -> Iterator[Result]:
        ids = tuple(step.step_id for step in steps)
        try:
            answer = self._ask("CapNhatTienDoHoSoMC", ids, data=[step.record for step in steps])
        except NoAnswer as silence:
            yield from (Result(step.code, Outcome.UNKNOWN, is_in_doubt=silence.may_have_come) for step in steps)
            return
        is_taken = _is_ok(answer) or _says_exists(answer)
        if not is_taken and len(steps) > 1:
            # One bad step must not hold up the others; those of its own dossier wait for it.
            halted: set[str] = set()
            for step in steps:
                if step.code in halted:
                    yield Result(step.code, Outcome.UNKNOWN)
                    continue
                (result,) = self._tell([step])
                if result.outcome is not Outcome.SENT:
                    halted.add(step.code)
                yield result
            return
        outcome = Outcome.SENT if is_taken else Outcome.REFUSED
        yield from (Result(step.code, outcome, _message(answer)) for step in steps)

    def _send(self, batch: Sequence[Record]) -> Iterator[Result]:
        """Look each one up, then send new and changed ones apart."""
        new: list[Record] = []
        changed: list[tuple[Record, tuple[str, ...]]] = []
        for record in batch:
            code = str(record["MaHoSo"])
            try:
                theirs = self.look_up(code)
            except NoAnswer:
                yield Result(code, Outcome.UNKNOWN)
                continue
            if theirs is None:
                new.append(record)
            elif fields := differing_fields(record, theirs):
                changed.append((record, fields))
            else:
                yield Result(code, Outcome.SAME)
        yield from self._offer(new, is_updating=False)
        yield from self._offer([record for record, _ in changed], is_updating=True)

    def _offer(self, records: Sequence[Record], *, is_updating: bool) -> Iterator[Result]:
        if not records:
            return
        done = Outcome.UPDATED if is_updating else Outcome.SENT
        try:
            answer = self._ask("DongBoHoSoMC", isUpdating=str(is_updating), data=list(records))
        except NoAnswer:
            yield from (self._after_silence(record, done) for record in records)
            return
        if _is_ok(answer):
            yield from (Result(str(record["MaHoSo"]), done, _message(answer)) for record in records)
        elif _says_exists(answer):
            yield from (self._compared(record, _message(answer), done) for record in records)
        elif len(records) > 1:
            # One bad record must not hold up the others.
            for record in records:
                yield from self._offer([record], is_updating=is_updating)
        else:
            yield Result(str(records[0]["MaHoSo"]), Outcome.REFUSED, _message(answer))

    def _after_silence(self, record: Record, done: Outcome) -> Result:
        """Find out whether a record arrived although its answer was lost."""
        code = str(record["MaHoSo"])
        try:
            theirs = self.look_up(code)
        except NoAnswer:
            return Result(code, Outcome.UNKNOWN)
        if theirs is None or differing_fields(record, theirs):
            return Result(code, Outcome.UNKNOWN)
        return Result(code, done)

    def _compared(self, record: Record, message: str, done: Outcome) -> Result:
        """Count "đã tồn tại" as success once both sides have the same."""
        code = str(record["MaHoSo"])
        try:
            theirs = self.look_up(code)
        except NoAnswer:
            return Result(code, Outcome.UNKNOWN, message)
        if theirs is None:
            # The message was about another one of the batch.
            single = list(self._offer([record], is_updating=False)) if done is Outcome.SENT else []
            return single[0] if single else Result(code, Outcome.UNKNOWN, message)
        fields = differing_fields(record, theirs)
        return Result(code, Outcome.DIFFERS if fields else Outcome.SAME, message, fields)

    def _ask(self, service: str, ids: Sequence[str] = (), **fields: object) -> Mapping[str, Any]:
        if not self._session:
            self._log_in()
        asked = {"session": self._session, "madonvi": self._agency, "service": service, **fields}
        answer = self._call(asked, ids=ids)
        if str(answer.get("error_code")) == _NO_SESSION:
            self._log_in()
            answer = self._call(asked | {"session": self._session}, ids=ids)
        return answer

    def _log_in(self) -> None:
        """Get a session; without one nothing the caller wants to send has gone out."""
        if self.is_refused:
            raise NoAnswer("log-in", may_have_come=False)
        try:
            answer = self._call({"username": self._username, "password": self._password})
        except NoAnswer as silence:
            raise NoAnswer(silence.cause, silence.retry_after_s, may_have_come=False) from silence
        session = answer.get("session")
        if not _is_ok(answer) or not isinstance(session, str) or not session:
            self.is_refused = True
            raise NoAnswer("log-in", may_have_come=False)
        self._session = session


#: The session ended; log in anew.
_NO_SESSION: Final = "-1"


def _is_ok(answer: Mapping[str, Any]) -> bool:
    return str(answer.get("error_code")) == "0"


def _message(answer: Mapping[str, Any]) -> str:
    return str(answer.get("message") or "")


def _says_exists(answer: Mapping[str, Any]) -> bool:
    return _EXISTS in _message(answer).lower()


def _batches(records: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(records), BATCH):
        yield list(records[start : start + BATCH])
