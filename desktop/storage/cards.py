"""Turn rows of the dossier table into cards of a list."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from desktop.domain.dossiers import Custodian, CustodianKind, Status
from desktop.services.records import DossierCard
from desktop.storage.tables import DOSSIER

CARD_COLUMNS = (
    DOSSIER.c.position,
    DOSSIER.c.dossier_id,
    DOSSIER.c.code,
    DOSSIER.c.applicant,
    DOSSIER.c.procedure_code,
    DOSSIER.c.procedure,
    DOSSIER.c.field,
    DOSSIER.c.status,
    DOSSIER.c.received_at,
    DOSSIER.c.promised_at,
    DOSSIER.c.due_at,
    DOSSIER.c.late_from,
    DOSSIER.c.solved_at,
    DOSSIER.c.is_open,
    DOSSIER.c.is_waiting,
    DOSSIER.c.seen_at,
    DOSSIER.c.custodian_kind,
    DOSSIER.c.custodian,
    DOSSIER.c.fee_owed_vnd,
)

_STATUSES = {status.value: status for status in Status}


def read_card(row: Sequence[Any]) -> DossierCard:
    """Build a card of the columns in ``CARD_COLUMNS``: unpacked by place, a list makes fifty at every key."""
    (
        position,
        dossier_id,
        code,
        applicant,
        procedure_code,
        procedure,
        field,
        status,
        received_at,
        promised_at,
        due_at,
        late_from,
        solved_at,
        is_open,
        is_waiting,
        seen_at,
        custodian_kind,
        custodian,
        fee_owed_vnd,
    ) = row
    return DossierCard(
        position,
        dossier_id,
        code,
        applicant,
        procedure_code,
        procedure,
        field,
        _STATUSES[status],
        _instant(received_at),
        _instant(promised_at),
        _instant(due_at),
        _instant(late_from),
        None if solved_at is None else _instant(solved_at),
        bool(is_open),
        bool(is_waiting),
        _instant(seen_at),
        _custodian(custodian_kind, custodian),
        fee_owed_vnd,
    )


@lru_cache(1_024)
def _custodian(kind: str, holder: str) -> Custodian:
    return Custodian(CustodianKind(kind), holder)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
