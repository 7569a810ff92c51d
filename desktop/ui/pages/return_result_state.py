"""What a clerk has entered to return a result: pure data, the comparison with the card, the command."""

from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.domain.commands import ReturnResult
from desktop.domain.dossiers import Dossier, FeeMethod, Party, Proof, Relation
from desktop.domain.identity import IdentityCard
from desktop.domain.vietnamese import fold


class CardCheck(StrEnum):
    """Say what the card of the person at the counter tells."""

    NONE = "none"
    MATCH = "match"
    MATCH_OLD_NUMBER = "match_old_number"
    NAME_ONLY = "name_only"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class ReturnForm:
    """Hold what stands on the page.

    Attributes:
        lost_reason: Why the receipt is not shown, "" when it is.
        fee_method: None until one is chosen.
        proof_path: Photo or scan of the signed stub on this PC, "" for none.
    """

    relation: Relation
    name: str
    id_number: str
    authorisation: str
    proof: Proof
    proof_reference: str
    originals: tuple[str, ...]
    fee_method: FeeMethod | None
    fee_reason: str
    lost_reason: str
    proof_path: str = ""


def check_card(owner: Party, card: IdentityCard) -> CardCheck:
    """Compare a card with the owner: by number, by the old number, by name when the dossier has no number."""
    if not owner.id_number:
        return CardCheck.NAME_ONLY if card.name and fold(card.name) == fold(owner.name) else CardCheck.MISMATCH
    if card.id_number == owner.id_number:
        return CardCheck.MATCH
    if card.old_id_number and card.old_id_number == owner.id_number:
        return CardCheck.MATCH_OLD_NUMBER
    return CardCheck.MISMATCH


def command_of(dossier: Dossier, form: ReturnForm) -> ReturnResult:
    """Make the command; what is wrong in it is refused by the domain with a reason."""
    is_owner = form.relation is Relation.OWNER
    # An owner without a number in the dossier shows one when the receipt is lost; it goes into the record.
    owner = dossier.owner if dossier.owner.id_number else replace(dossier.owner, id_number=form.id_number)
    recipient = owner if is_owner else Party(form.name, id_number=form.id_number)
    owed_vnd = dossier.owed_vnd
    method = form.fee_method if owed_vnd else None
    is_paid = method in (FeeMethod.CASH, FeeMethod.TRANSFER)
    return ReturnResult(
        recipient=recipient,
        relation=form.relation,
        proof=form.proof,
        proof_reference=form.proof_reference,
        authorisation="" if is_owner else form.authorisation,
        originals_returned=form.originals,
        without_receipt_reason=form.lost_reason,
        paid_vnd=owed_vnd if is_paid else 0,
        paid_method=method or FeeMethod.CASH,
        fee_reason=form.fee_reason if method is FeeMethod.EXEMPT else "",
    )
