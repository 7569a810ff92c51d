"""Manage the staff: add, change, deactivate, give a new code; what somebody who leaves still holds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from desktop.domain.errors import Conflict, UserError
from desktop.domain.users import Action, Role, User, require
from desktop.domain.vietnamese import given_name_key, nfc
from desktop.services.accounts import save_user
from desktop.services.changes import Changes
from desktop.services.ports import Desk
from desktop.services.records import DossierCard, WorkOf

#: More open dossiers than anybody holds; a list of them is looked at, never paged.
_MOST_HELD = 2_000
#: No section has this code, so that only what the person himself holds is found.
_NO_SECTION = "-"


@dataclass(frozen=True, slots=True)
class Person:
    """Say what can be changed about a user.

    Attributes:
        name: Full name as printed on papers.
        roles: At least one.
        section: Code of a section of the unit, "" for none.
        title: Office as printed under a signature, "" for none.
    """

    name: str
    roles: tuple[Role, ...]
    section: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Count the open dossiers somebody holds whose procedures one section solves."""

    section: str
    name: str
    dossiers: int


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Name an open dossier whose holder works here no more."""

    card: DossierCard
    holder: User


def staff(desk: Desk, actor: User) -> tuple[User, ...]:
    """Return all users, those at work first, each part by given name.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.MANAGE_USERS)
    return tuple(sorted(desk.reader.users(), key=lambda user: (not user.is_active, given_name_key(user.name))))


def add_user(desk: Desk, actor: User, login: str, person: Person, code: str) -> tuple[User, Changes]:
    """Add a user, who comes in with a one-time code.

    Args:
        desk: What the use case works with.
        actor: Who adds.
        login: As typed.
        person: Everything else.
        code: A fresh one-time code; "" in training, where no password is asked.

    Raises:
        UserError: ``not_permitted``, ``missing_name``, ``unknown_section``; see :func:`save_user`.
    """
    require(actor, Action.MANAGE_USERS)
    checked = _checked(desk, person)
    with desk.ledger.act(actor) as act:
        user_id = act.new_id()
    user = User(user_id, login.strip().lower(), checked.name, checked.roles, checked.section, checked.title)
    return user, save_user(desk, actor, user, code)


def change_user(desk: Desk, actor: User, user_id: str, person: Person) -> tuple[User, Changes]:
    """Change name, roles, section and title of a user; login and password stay.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``, ``missing_name``, ``unknown_section``; see :func:`save_user`.
        Conflict: ``last_it_user``.
    """
    require(actor, Action.MANAGE_USERS)
    checked, before = _checked(desk, person), _found(desk, user_id)
    user = replace(before, name=checked.name, roles=checked.roles, section=checked.section, title=checked.title)
    return user, save_user(desk, actor, user)


def deactivate(desk: Desk, actor: User, user_id: str) -> Changes:
    """Let a user in no more; he stays in the history, and what he holds waits for a leader's word.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``, ``own_account``.
        Conflict: ``last_it_user``, ``user_was_inactive``.
    """
    require(actor, Action.MANAGE_USERS)
    user = _found(desk, user_id)
    if not user.is_active:
        raise Conflict("user_was_inactive", login=user.login)
    return save_user(desk, actor, replace(user, is_active=False))


def reactivate(desk: Desk, actor: User, user_id: str, code: str) -> Changes:
    """Let a user in again, with a fresh one-time code; his old password is worth nothing any more.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``, ``code_needed``.
    """
    require(actor, Action.MANAGE_USERS)
    user = _found(desk, user_id)
    _need_code(desk, user, code)
    return save_user(desk, actor, replace(user, is_active=True), code)


def reset_password(desk: Desk, actor: User, user_id: str, code: str) -> Changes:
    """Put a fresh one-time code in the place of a user's password; his waits end.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``, ``user_inactive``, ``own_account`` (he knows his password and
            changes it himself), ``code_needed``.
    """
    require(actor, Action.MANAGE_USERS)
    user = _found(desk, user_id)
    if not user.is_active:
        raise UserError("user_inactive", login=user.login)
    if user.user_id == actor.user_id:
        raise UserError("own_account", login=user.login)
    _need_code(desk, user, code)
    return save_user(desk, actor, user, code)


def held_by(desk: Desk, actor: User, user_id: str) -> tuple[Held, ...]:
    """Count the open dossiers a user holds himself, by the section that solves them: never what they are about.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.MANAGE_USERS)
    solving = {each.code: each.section for each in desk.reference.catalogue.procedures}
    unit = desk.reader.unit()
    counts = Counter(solving.get(card.procedure_code, "") for card in _cards_of(desk, user_id))
    return tuple(Held(section, unit.section_name(section), n) for section, n in sorted(counts.items()))


def left_behind(desk: Desk, actor: User) -> tuple[LeftBehind, ...]:
    """Return the open dossiers of users who left, next due first: a leader says who holds them from now on.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.ASSIGN_CUSTODY)
    gone = (user for user in desk.reader.users() if not user.is_active)
    found = [LeftBehind(card, user) for user in gone for card in _cards_of(desk, user.user_id)]
    return tuple(sorted(found, key=lambda each: (each.card.due_at, each.card.position)))


def _cards_of(desk: Desk, user_id: str) -> Iterable[DossierCard]:
    return desk.reader.open_cards(WorkOf(user_id, _NO_SECTION), limit=_MOST_HELD)


def _checked(desk: Desk, person: Person) -> Person:
    """Return what was typed without spaces around it.

    Raises:
        UserError: ``missing_name``, ``unknown_section``.
    """
    name = " ".join(nfc(person.name).split())
    if not name:
        raise UserError("missing_name")
    if person.section and all(section.code != person.section for section in desk.reader.unit().sections):
        raise UserError("unknown_section", section=person.section)
    return Person(name, person.roles, person.section, nfc(person.title).strip())


def _found(desk: Desk, user_id: str) -> User:
    user = next((each for each in desk.reader.users() if each.user_id == user_id), None)
    if user is None:
        raise UserError("user_unknown", login=user_id)
    return user


def _need_code(desk: Desk, user: User, code: str) -> None:
    if not code and not desk.is_training:
        raise UserError("code_needed", login=user.login)
