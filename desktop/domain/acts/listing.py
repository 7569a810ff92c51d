"""Say which dossiers one list may name: those one person handed in together, or results on their way to the counter.

Source: one receipt "(kèm theo danh sách)" with its list, and the slip by which sections hand results to the counter,
as provinces print them; Decree 61/2018/NĐ-CP art. 20.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping

from desktop.domain.acts.checks import each_or_all
from desktop.domain.dossiers import Dossier, Party, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.vietnamese import fold

LONGEST_LIST = 200
_KEY_DIGITS = 16
_RESULTS = frozenset({Status.APPROVED, Status.RESULT_READY})


def list_key(codes: Iterable[str]) -> str:
    """Return what tells one list from another: the same dossiers in the same order are the same list."""
    return hashlib.sha256("\n".join(codes).encode()).hexdigest()[:_KEY_DIGITS]


def is_of_visit(state: Dossier, first: Dossier) -> bool:
    """Tell whether the person who handed one dossier in handed the other in on the same day, each with a receipt."""
    is_same_day = state.received_on == first.received_on
    return is_same_day and state.receipt.number > 0 and _person(state.submitter.party) == _person(first.submitter.party)


def is_result(state: Dossier) -> bool:
    """Tell whether a result is approved or at the counter, and the citizen has not got it."""
    return not state.is_closed and state.base_status in _RESULTS


def check_visit(states: Mapping[str, Dossier | None]) -> tuple[Dossier, ...]:
    """Return the dossiers of a list that goes with the receipts of one person.

    Args:
        states: What each code finds.

    Raises:
        UserError: ``list_length``, ``dossier_unknown``, ``not_one_submitter`` naming a dossier of somebody else or of
            another day; of several ``batch_refused``.
        Conflict: ``no_receipt``.
    """
    first = next((state for state in states.values() if state is not None), None)

    def check(code: str, state: Dossier) -> None:
        if state.receipt.number == 0:
            raise Conflict("no_receipt", code=code)
        if first is not None and not is_of_visit(state, first):
            raise UserError("not_one_submitter", code=code, first=first.code)

    return _checked(states, check)


def check_results(states: Mapping[str, Dossier | None]) -> tuple[Dossier, ...]:
    """Return the dossiers whose results a section hands to the counter.

    Args:
        states: What each code finds.

    Raises:
        UserError: ``list_length``, ``dossier_unknown``; of several ``batch_refused``.
        Conflict: ``already_returned``, ``not_approved``.
    """

    def check(code: str, state: Dossier) -> None:
        if state.status is Status.RETURNED:
            raise Conflict("already_returned", code=code)
        if not is_result(state):
            raise Conflict("not_approved", code=code, status=state.status.value)

    return _checked(states, check)


def _checked(states: Mapping[str, Dossier | None], check: Callable[[str, Dossier], None]) -> tuple[Dossier, ...]:
    if not 1 <= len(states) <= LONGEST_LIST:
        raise UserError("list_length", n=len(states), most=LONGEST_LIST)

    def check_found(code: str) -> None:
        state = states[code]
        if state is None:
            raise UserError("dossier_unknown", code=code)
        check(code, state)

    each_or_all(tuple(states), check_found)
    return tuple({state.dossier_id: state for state in states.values() if state is not None}.values())


def _person(party: Party) -> str:
    """Return by what somebody is known: the number of the paper, else the name."""
    return party.id_number or fold(party.name)
