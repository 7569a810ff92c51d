"""What a decision depends on besides the dossier: the instant, the actor, the dated rules, the unit."""

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.calendars import Calendar
from desktop.domain.rule_packs import RulePack
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.way import FormNumber


@dataclass(frozen=True, slots=True)
class Rules:
    """Bundle the rules in force for one act.

    Attributes:
        now: Aware instant of the act.
        actor: Who acts.
        pack: The dossier's rule pack (for a new one: the pack of today).
        calendar: The unit's calendar with its overlay.
        unit: The unit.
        users: Everybody, for acts that name a holder; empty where nobody is named.
    """

    now: datetime
    actor: User
    pack: RulePack
    calendar: Calendar
    unit: Unit
    users: tuple[User, ...] = ()


@dataclass(frozen=True, slots=True)
class Allotment:
    """Name what the storage allots to a new dossier inside the transaction.

    Attributes:
        code: The primary code.
        is_provisional: Whether it was given without a lease.
        block: Block of the ordinal; -1 for a provisional code.
        ordinal: Ordinal of the day; for a provisional code its running number.
        book: Book of the register.
        receipt_number: Number in the book; 0 when no receipt is issued.
        lookup_key: Ten random digits.
        twin_code: Code of that dossier, "" for none.
        voucher: Number of the internal fee voucher, where money is taken at once.
    """

    code: str
    is_provisional: bool
    block: int
    ordinal: int
    book: int
    receipt_number: int
    lookup_key: str
    twin_code: str = ""
    voucher: FormNumber | None = None
