"""Say how a dossier's fee can be transferred: the account, the sum, the text, and the code that fills all of it in."""

from dataclasses import dataclass

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.units import BankAccount, Unit
from desktop.domain.users import Action, User, require
from desktop.domain.vietqr import Transfer, purpose_of
from desktop.domain.vietqr import payment_text as text_of
from desktop.services.ports import Desk


@dataclass(frozen=True, slots=True)
class PaymentDue:
    """Show what is still to be paid for a dossier by transfer.

    Attributes:
        amount_vnd: Whole đồng, 1 or more.
        purpose: Text of the transfer.
        qr: What the QR code says.
    """

    bank: BankAccount
    amount_vnd: int
    purpose: str
    qr: str


def payment_text(desk: Desk, actor: User, code: str) -> str:
    """Return what the payment code of a dossier says; "" when nothing is owed or the unit takes no transfers.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``; ``bad_transfer`` when the unit's account cannot be written.
    """
    due = payment_due(desk, actor, code)
    return "" if due is None else due.qr


def payment_due(desk: Desk, actor: User, code: str) -> PaymentDue | None:
    """Return what is still to be paid for a dossier; None when nothing is, or the unit takes no transfers.

    Raises:
        UserError: as :func:`payment_text`.
    """
    require(actor, Action.VIEW_DOSSIERS)
    dossier = desk.reader.find(code.strip().upper())
    if dossier is None:
        raise UserError("dossier_unknown", code=code)
    return due_of(dossier, desk.reader.unit())


def due_of(dossier: Dossier, unit: Unit) -> PaymentDue | None:
    """Return what is still to be paid for a dossier at hand.

    Raises:
        UserError: ``bad_transfer``.
    """
    if not dossier.owed_vnd or unit.bank is None:
        return None
    purpose = purpose_of(dossier.code)
    transfer = Transfer(unit.bank, dossier.owed_vnd, purpose)
    return PaymentDue(unit.bank, dossier.owed_vnd, purpose, text_of(transfer))
