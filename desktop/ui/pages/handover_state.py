"""What lies on the page "Bàn giao": the list to hand over, what of a slip has come, the draft; pure data."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.slips import Slip
from desktop.services.handing_list import OnHand, Whereabouts


@dataclass(frozen=True, slots=True)
class GiveList:
    """Hold the dossiers that were scanned to be handed over, in their order."""

    items: tuple[OnHand, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Return their codes."""
        return tuple(item.code for item in self.items)

    def place(self, code: str) -> int:
        """Return the number of a dossier in the list, from 1; 0 when it is not there."""
        return next((n for n, item in enumerate(self.items, start=1) if item.code == code), 0)

    def plus(self, item: OnHand) -> "GiveList":
        """Return the list with one more; what is there already is not doubled."""
        return self if self.place(item.code) else replace(self, items=(*self.items, item))

    def without(self, code: str) -> "GiveList":
        """Return the list without a dossier."""
        return replace(self, items=tuple(item for item in self.items if item.code != code))

    def suggestions(self) -> tuple[tuple[Custodian, int], ...]:
        """Return who the dossiers should go to, with how many each, most first."""
        counted = Counter(item.suggested for item in self.items if item.suggested.holder)
        return tuple(counted.most_common())


class Arrival(StrEnum):
    """Say what a scan means to a slip that is being received."""

    CAME = "came"
    TWICE = "twice"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class TakeList:
    """Hold what of a slip has come.

    Attributes:
        lines: Every dossier of the slip, in its order.
        came: Codes of those that are there.
        strangers: What was scanned and is not on the slip.
    """

    slip: Slip
    lines: tuple[Whereabouts, ...]
    came: tuple[str, ...] = ()
    strangers: tuple[Whereabouts, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the codes that have not come, in the slip's order."""
        return tuple(line.code for line in self.lines if line.code not in self.came)

    @property
    def scanned(self) -> tuple[str, ...]:
        """Return every code that is there, whether expected or not."""
        return (*self.came, *(stranger.code for stranger in self.strangers))

    def is_expected(self, code: str) -> bool:
        """Tell whether a dossier is on the slip."""
        return any(line.code == code for line in self.lines)

    def with_scan(self, found: Whereabouts) -> tuple["TakeList", Arrival]:
        """Return the list after a scan, and what the scan means."""
        code = self._name_of(found)
        if code in self.scanned:
            return self, Arrival.TWICE
        if self.is_expected(code):
            return replace(self, came=(*self.came, code)), Arrival.CAME
        return replace(self, strangers=(*self.strangers, found)), Arrival.STRANGER

    def _name_of(self, found: Whereabouts) -> str:
        """Return the code a dossier has in this list: it may have got another one since the list was read."""
        same = (line.code for line in self.lines if found.dossier_id and line.dossier_id == found.dossier_id)
        return next(same, found.code)

    def toggled(self, code: str) -> "TakeList":
        """Return the list after a dossier was ticked or unticked by hand; a stranger is put aside."""
        if code in self.came:
            return replace(self, came=tuple(one for one in self.came if one != code))
        if self.is_expected(code):
            return replace(self, came=(*self.came, code))
        return replace(self, strangers=tuple(one for one in self.strangers if one.code != code))


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold what must survive a change of user.

    Attributes:
        codes: To hand over.
        receiver: Key of the receiver used or chosen last, "" for none.
        note: Of the slip.
        begun: Codes scanned so far, by id of the slip that is being received.
    """

    codes: tuple[str, ...] = ()
    receiver: str = ""
    note: str = ""
    begun: Mapping[str, tuple[str, ...]] | None = None

    def to_json(self) -> str:
        """Return the draft as text, "" when there is nothing to keep."""
        begun = {key: list(codes) for key, codes in (self.begun or {}).items() if codes}
        if not (self.codes or self.receiver or self.note or begun):
            return ""
        kept = {"codes": list(self.codes), "receiver": self.receiver, "note": self.note, "begun": begun}
        return json.dumps(kept, ensure_ascii=False)


def draft_of(text: str) -> Draft:
    """Return a kept draft; what cannot be read counts as none."""
    try:
        kept = json.loads(text) if text else {}
        begun = {str(key): tuple(map(str, codes)) for key, codes in kept.get("begun", {}).items()}
        codes = tuple(map(str, kept.get("codes", ())))
        return Draft(codes, str(kept.get("receiver", "")), str(kept.get("note", "")), begun)
    except (ValueError, AttributeError, TypeError):
        return Draft()


def key_of(custodian: Custodian) -> str:
    """Return a holder as a key of lists and drafts, "" for nobody."""
    return f"{custodian.kind.value}:{custodian.holder}" if custodian.holder else ""


def custodian_of(key: str) -> Custodian:
    """Return the holder a key names."""
    kind, _, holder = key.partition(":")
    return Custodian(CustodianKind(kind), holder)
