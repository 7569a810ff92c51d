"""What a clerk has typed on the page "Tiếp nhận": pure data, kept as a draft and turned into a command elsewhere.

Everything a person can type is text here, right or wrong, so that nothing typed is ever lost.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from desktop.domain.dossiers import ApplicantKind, Channel, ResultBy

#: Version of the draft's JSON; another one is not read.
DRAFT_VERSION: Final = 1


class Payment(StrEnum):
    """Say what becomes of the fee at the counter."""

    LATER = "later"
    CASH = "cash"
    TRANSFER = "transfer"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class PersonText:
    """Hold a person as typed.

    Attributes:
        birth: ``18/07/1990``, ``07/1990`` or ``1990``.
        sex: "Nam", "Nữ" or "".
    """

    name: str = ""
    kind: ApplicantKind = ApplicantKind.CITIZEN
    id_number: str = ""
    birth: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    sex: str = ""

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing says who it is."""
        return not (self.name.strip() or self.id_number.strip())


@dataclass(frozen=True, slots=True)
class CountText:
    """Hold the papers counted for one component; a code "" is a paper outside the list."""

    code: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    name: str = ""
    reason: str = ""

    @property
    def total(self) -> int:
        """Return how many papers lie there."""
        return self.originals + self.certified + self.copies


@dataclass(frozen=True, slots=True)
class DocumentText:
    """Hold a document to certify: pages and copies as typed."""

    pages: str = ""
    copies: str = ""

    @property
    def is_blank(self) -> bool:
        """Tell whether the line is still empty."""
        return not (self.pages.strip() or self.copies.strip())


@dataclass(frozen=True, slots=True)
class IntakeState:
    """Hold the whole page as typed.

    Attributes:
        query: Text in the search field of procedures.
        procedure: Code of the chosen procedure, "" while none is chosen.
        has_proxy: Somebody else hands in for the owner.
        counts: Only components that were counted.
        payment: What becomes of the fee.
        exemption: Reason for waiving it.
        is_immediate: The result is handed out at once, without a receipt.
    """

    query: str = ""
    procedure: str = ""
    owner: PersonText = PersonText()
    has_proxy: bool = False
    proxy: PersonText = PersonText()
    authorisation: str = ""
    counts: tuple[CountText, ...] = ()
    documents: tuple[DocumentText, ...] = ()
    sets: str = "1"
    channel: Channel = Channel.DIRECT
    result_by: ResultBy = ResultBy.COUNTER
    note: str = ""
    payment: Payment = Payment.LATER
    exemption: str = ""
    is_immediate: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing worth keeping was typed."""
        return replace(self, query=self.query.strip()) == IntakeState()

    def count_of(self, code: str) -> CountText:
        """Return what was counted for a component of the list."""
        return next((count for count in self.counts if count.code == code), CountText(code))


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a kept page and when it was kept."""

    state: IntakeState
    kept_at: datetime


def to_json(state: IntakeState, now: datetime) -> str:
    """Write a draft; an empty page gives "", which drops the draft."""
    if state.is_empty:
        return ""
    content = {"version": DRAFT_VERSION, "kept_at": now.isoformat(), "state": asdict(state)}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Draft | None:
    """Read a draft; None when there is none, or when another version wrote it."""
    try:
        content = json.loads(text) if text else {}
        if content.get("version") != DRAFT_VERSION:
            return None
        return Draft(_state(content["state"]), datetime.fromisoformat(content["kept_at"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _state(raw: Mapping[str, Any]) -> IntakeState:
    values = _known(IntakeState, raw)
    values["owner"] = _person(raw["owner"])
    values["proxy"] = _person(raw["proxy"])
    values["counts"] = tuple(CountText(**_known(CountText, count)) for count in _rows(raw, "counts"))
    values["documents"] = tuple(DocumentText(**_known(DocumentText, line)) for line in _rows(raw, "documents"))
    values["channel"] = Channel(raw["channel"])
    values["result_by"] = ResultBy(raw["result_by"])
    values["payment"] = Payment(raw["payment"])
    return IntakeState(**values)


def _person(raw: Mapping[str, Any]) -> PersonText:
    return PersonText(**(_known(PersonText, raw) | {"kind": ApplicantKind(raw["kind"])}))


def _rows(raw: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = raw[name]
    return rows


def _known(kind: type, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the fields a dataclass has, of the type its default has."""
    kept: dict[str, Any] = {}
    for field in fields(kind):
        if field.name not in raw:
            continue
        value = raw[field.name]
        # Enumerations are text in JSON and made anew by the caller.
        expected = str if isinstance(field.default, str) else type(field.default)
        if isinstance(field.default, (bool, int, str)) and not isinstance(value, expected):
            raise TypeError(field.name)
        kept[field.name] = value
    return kept
