"""The one door of decisions on an existing dossier: ``decide(state, command, rules) -> facts``.

Receiving has no state yet and needs what the storage allots, so it has a door of its own:
:func:`desktop.domain.acts.receiving.decide_receive`. A refusal is a :class:`~desktop.domain.errors.UserError`.
"""

from desktop.domain.acts.results import (
    decide_print_receipt,
    decide_result_ready,
    decide_return,
    decide_take_fee,
)
from desktop.domain.commands import MarkResultReady, PrintReceipt, ReturnResult, TakeFee
from desktop.domain.dossiers import Dossier
from desktop.domain.events import Fact
from desktop.domain.rules import Rules
from desktop.domain.way import FormNumber

Simple = PrintReceipt | TakeFee | MarkResultReady | ReturnResult


def decide(state: Dossier, command: Simple, rules: Rules, voucher: FormNumber | None = None) -> tuple[Fact, ...]:
    """Return the facts a command makes of a dossier.

    Args:
        state: The dossier.
        command: What is asked for.
        rules: The dossier's own rule pack.
        voucher: Number of the internal fee voucher, where money is taken.

    Raises:
        UserError: the command is refused; its code says why, nothing has happened.
    """
    if isinstance(command, PrintReceipt):
        return decide_print_receipt(state, command)
    if isinstance(command, TakeFee):
        return decide_take_fee(state, command, voucher)
    if isinstance(command, MarkResultReady):
        return decide_result_ready(state, command, rules)
    return decide_return(state, command, rules, voucher)
