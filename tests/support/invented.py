"""Invent people, papers and facts: what the generators of many dossiers have in common."""

import random
from datetime import datetime
from typing import Any, Final

from desktop.domain.dossiers import (
    Channel,
    ComponentLine,
    Custodian,
    CustodianKind,
    Party,
    ProcedureSnapshot,
    Relation,
    ResultBy,
    Submitter,
)
from desktop.domain.facts.counter import Corrected, Received
from desktop.domain.ids import uuid7
from desktop.domain.vietnamese import local
from desktop.domain.way import AuthorityUsed, SigningForm

COUNTER, SECTION, LEADERS = (Custodian(CustodianKind.SECTION, code) for code in ("mot_cua", "tu_phap", "lanh_dao"))
WHY: Final = "lý do rõ ràng"
_FAMILY: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ")
_GIVEN: Final = ("Ở", "Ỷ", "Ân", "Đức", "An", "Ánh", "Lan", "Hùng", "Thủy", "Trâm", "Minh", "Nga")


def own_authority(signer: str) -> AuthorityUsed:
    """Return the authority of a chair who signs for himself."""
    return AuthorityUsed(SigningForm.OWN, "", "", ("CHỦ TỊCH",), signer)


def person_name(dice: random.Random) -> str:
    """Invent a full name."""
    return f"{dice.choice(_FAMILY)} {dice.choice(('Thị', 'Văn', 'Ngọc'))} {dice.choice(_GIVEN)}"


def event_id(at: datetime, dice: random.Random) -> str:
    """Return an id that sorts by its instant."""
    return uuid7(int(at.timestamp() * 1_000), dice.randbytes(10))


def received(
    n: int,
    at: datetime,
    owner: Party,
    procedure: ProcedureSnapshot,
    dice: random.Random,
    *,
    due_at: datetime,
    pack: str,
    unit_id: str = "",
    receipt_number: int | None = None,
    is_immediate: bool = False,
) -> Received:
    """Invent the receipt of the n-th dossier: one paper, no fee, mostly at the counter."""
    return Received(
        unit_id=unit_id,
        code=f"000.16.27.H29-{at:%y%m%d}-{n:05d}",
        is_provisional=False,
        book=1,
        receipt_number=n if receipt_number is None else receipt_number,
        lookup_key=f"{n:010d}",
        pack=pack,
        procedure=procedure,
        channel=dice.choice([Channel.DIRECT] * 8 + [Channel.ONLINE, Channel.POST]),
        owner=owner,
        submitter=Submitter(owner, Relation.OWNER),
        components=(ComponentLine("TP01", "Tờ khai", required=True, copies=1),),
        sets=1,
        result_by=ResultBy.COUNTER,
        fees=(),
        due_at=due_at,
        counter_section="mot_cua",
        day=local(at).date(),
        block=0,
        ordinal=n,
        is_immediate=is_immediate,
    )


def corrected(of: Received, **changed: Any) -> Corrected:
    """Correct a receipt: all stays, but what is named.

    Args:
        of: The receipt.
        changed: Fields of :class:`Corrected`; `changes` and `receipt_version` must be among them.
    """
    kept = {
        "owner": of.owner,
        "submitter": of.submitter,
        "procedure": of.procedure,
        "channel": of.channel,
        "components": of.components,
        "sets": 1,
        "note": "",
        "result_by": of.result_by,
        "fees": (),
        "due_at": of.due_at,
        "reason": WHY,
    }
    return Corrected(**{**kept, **changed})
