"""Exchange dossiers with the national service: look up, send, compare, report progress.

The service's own words decide: ``error_code`` 0 is success, a message with "đã tồn tại" is success once its record has
been compared; no answer means that nothing is known, so the dossier is looked up before it is sent again.
An error never changes a dossier.

Source: the adapters of provincial systems (law-and-forms §4.2, §4.5).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from desktop.domain.national import Record, differing_fields

#: One POST of JSON; raises :class:`NoAnswer`.
Call = Callable[[Record], Mapping[str, Any]]

BATCH: Final = 10
_EXISTS: Final = "đã tồn tại"


class NoAnswer(Exception):
    """No trustworthy answer came: whether the service took anything is not known.

    Attributes:
        cause: A word for the list of problems: ``log-in``, ``timed-out``, ``offline`` …
        retry_after_s: When the service asked to be called again, 0 for no wish.
    """

    def __init__(self, cause: str = "", retry_after_s: int = 0) -> None:
        """Keep why."""
        super().__init__(cause)
        self.cause, self.retry_after_s = cause, retry_after_s


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
    """

    code: str
    outcome: Outcome
    message: str = ""
    fields: tuple[str, ...] = ()


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

    def report(self, progress: Sequence[Record]) -> tuple[Result, ...]:
        """Send steps of dossiers the service has; one result for each batch's every step."""
        return tuple(result for batch in _batches(progress) for result in self._tell(batch))

    def _tell(self, steps: Sequence[Record]) -> Iterator[Result]:
        try:
            answer = self._ask("CapNhatTienDoHoSoMC", data=list(steps))
        except NoAnswer:
            yield from (Result(str(step["MaHoSo"]), Outcome.UNKNOWN) for step in steps)
            return
        is_taken = _is_ok(answer) or _says_exists(answer)
        if not is_taken and len(steps) > 1:
            # One bad step must not hold up the others.
            for step in steps:
                yield from self._tell([step])
            return
        outcome = Outcome.SENT if is_taken else Outcome.REFUSED
        yield from (Result(str(step["MaHoSo"]), outcome, _message(answer)) for step in steps)

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

    def _ask(self, service: str, **fields: object) -> Mapping[str, Any]:
        if not self._session:
            self._log_in()
        asked = {"session": self._session, "madonvi": self._agency, "service": service, **fields}
        answer = self._call(asked)
        if str(answer.get("error_code")) == _NO_SESSION:
            self._log_in()
            answer = self._call(asked | {"session": self._session})
        return answer

    def _log_in(self) -> None:
        if self.is_refused:
            raise NoAnswer("log-in")
        answer = self._call({"username": self._username, "password": self._password})
        session = answer.get("session")
        if not _is_ok(answer) or not isinstance(session, str) or not session:
            self.is_refused = True
            raise NoAnswer("log-in")
        self._session = session


#: The session ended; log in anew.
_NO_SESSION: Final = "-1"


def _is_ok(answer: Mapping[str, Any]) -> bool:
    return str(answer.get("error_code")) == "0"


def _message(answer: Mapping[str, Any]) -> str:
    return str(answer.get("message") or "")


def _says_exists(answer: Mapping[str, Any]) -> bool:
    return _EXISTS in _message(answer).lower()


def _batches(records: Sequence[Record]) -> Iterator[list[Record]]:
    for start in range(0, len(records), BATCH):
        yield list(records[start : start + BATCH])
