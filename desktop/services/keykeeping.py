"""The keys of this PC's data in the log: who had a recovery key made, who had the database's key changed."""

from desktop.domain.errors import UserError
from desktop.domain.facts.unit import DatabaseKeyChanged, RecoveryKeyMade
from desktop.domain.users import Action, User, may, require
from desktop.services import accounts, witnessing
from desktop.services.ports import Desk
from desktop.services.witnessing import Witness


def permit_recovery_key(desk: Desk, actor: User, witness: Witness | None) -> str:
    """Return the user id of who stands by a new recovery key: who has one reads every copy, and stands for a person.

    Raises:
        UserError: ``not_permitted``; ``witness_needed`` …, see :func:`desktop.services.witnessing.proven`.
    """
    require(actor, Action.BACK_UP)
    return witnessing.proven(desk, actor, witness)


def note_recovery_key(desk: Desk, actor: User, key_id: str, stood_by: str = "") -> None:
    """Write down that a recovery key was made, and by whom; its letters stay out of the log.

    Args:
        desk: What the use case works with.
        actor: Who had it made.
        key_id: Names it.
        stood_by: User id of who stood by it, as :func:`permit_recovery_key` returned it.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.BACK_UP)
    with desk.ledger.act(actor) as act:
        act.record_unit((RecoveryKeyMade(key_id, stood_by),))


def permit_key_change(desk: Desk, actor: User, password: str) -> None:
    """Let somebody have the key of the database changed, once he has proved who he is; in training he need not.

    Raises:
        UserError: ``not_permitted``, ``wrong_password``, ``log_in_delayed``, ``log_in_locked``.
    """
    require(actor, Action.BACK_UP)
    if not desk.is_training:
        accounts.proven(desk, actor.login, password)


def tell_key_changed(desk: Desk, key_id: str, asked_by: str) -> bool:
    """Write down that the key of the database was changed, once for each; tell whether it was not known yet.

    The program calls it, after the change: who asked for it may not be there.

    Args:
        desk: What the use case works with.
        key_id: Names the key in force.
        asked_by: User id of who asked for it.

    Raises:
        EnvironmentProblem: The disk refused.
    """
    last = desk.reader.last_of_type("database_key.changed")
    if last is not None and isinstance(last.fact, DatabaseKeyChanged) and last.fact.key_id == key_id:
        return False
    with desk.ledger.act(None) as act:
        act.record_unit((DatabaseKeyChanged(key_id, asked_by),))
    return True


def acting_in_training(desk: Desk) -> User:
    """Return who looks after a training ward, where nobody logs in on the command line.

    Raises:
        UserError: ``not_permitted``: nobody may.
    """
    for user in desk.reader.users():
        if user.is_active and may(user.roles, Action.BACK_UP):
            return user
    raise UserError("not_permitted", action=Action.BACK_UP.value, login="")
