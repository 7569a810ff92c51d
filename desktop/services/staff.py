"""Manage the staff: add, change, deactivate, give a new code; what somebody who leaves still holds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.errors import Conflict, UserError
from desktop.domain.facts.unit import PasswordSet, UserSaved
from desktop.domain.users import Action, Role, User, is_login, may, require
from desktop.domain.vietnamese import given_name_key, nfc
from desktop.services import witnessing
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Desk
from desktop.services.records import Account, DossierCard, WorkOf
from desktop.services.witnessing import Witness

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


def save_user(
    desk: Desk, actor: User, user: User, one_time_code: str = "", *, witness: Witness | None = None
) -> Changes:
    """Add or change a user; a one-time code sets his password until he changes it.

    Nobody changes his own roles, deactivates himself or gives himself a code, and what gives or takes rights needs a
    second person: :func:`needs_second` says what. In training no password is asked, so a new user needs no code
    there.

    Raises:
        UserError: ``not_permitted``, ``bad_login``, ``login_taken``, ``no_role``, ``own_account``, ``code_needed``
            for a new user without a code; ``witness_needed`` …, see :func:`desktop.services.witnessing.proven`.
        Conflict: ``last_it_user``: nobody would be left to manage users.
    """
    require(actor, Action.MANAGE_USERS)
    if not is_login(user.login):
        raise UserError("bad_login", login=user.login)
    if not user.roles:
        raise UserError("no_role", login=user.login)
    taken = desk.reader.account(user.login)
    if taken is not None and taken.user.user_id != user.user_id:
        raise UserError("login_taken", login=user.login)
    # By his id: under another login he is nobody new.
    known = next((each for each in desk.reader.users() if each.user_id == user.user_id), None)
    existing = None if known is None else desk.reader.account(known.login)
    if existing is None and not one_time_code and not desk.is_training:
        raise UserError("code_needed", login=user.login)
    if existing is not None:
        _check_own(desk, actor, existing.user, user, has_new_code=bool(one_time_code))
    before = existing.user if existing is not None else None
    stood_by = ""
    if needs_second(before, user, has_new_code=bool(one_time_code)):
        # On a PC where nobody else has begun somebody must: his first code there is given by one, and shown as such.
        is_here = before is not None and not needs_second(before, user, has_new_code=False)
        stood_by = witnessing.proven(desk, actor, witness, concerned=user.user_id, is_here=is_here)
    hashed = desk.passwords.hash_password(one_time_code) if one_time_code else ""
    with desk.ledger.act(actor) as act:
        act.record_unit((UserSaved(user, stood_by),))
        if one_time_code:
            act.record_unit((PasswordSet(user.user_id, is_one_time=True),))
            act.save_account(Account(user, hashed, is_one_time=True, attempts=NO_ATTEMPTS))
        elif existing is not None:
            act.save_account(replace(existing, user=user))
        else:
            act.save_account(Account(user, "", is_one_time=False, attempts=NO_ATTEMPTS))
    return Changes(frozenset({Kind.USER}))


def add_user(
    desk: Desk, actor: User, login: str, person: Person, code: str, witness: Witness | None = None
) -> tuple[User, Changes]:
    """Add a user, who comes in with a one-time code.

    Args:
        desk: What the use case works with.
        actor: Who adds.
        login: As typed.
        person: Everything else.
        code: A fresh one-time code; "" in training, where no password is asked.
        witness: The second person, None when he was not asked yet.

    Raises:
        UserError: ``not_permitted``, ``missing_name``, ``unknown_section``; see :func:`save_user`.
    """
    require(actor, Action.MANAGE_USERS)
    checked = _checked(desk, person)
    named = login.strip().lower()
    with desk.ledger.act(actor) as act:
        # Whom the city refused with a set-up of this PC alone comes back as himself: what he did bears his id.
        user_id = desk.reader.left_account(named) or act.new_id()
    user = User(user_id, named, checked.name, checked.roles, checked.section, checked.title)
    return user, save_user(desk, actor, user, code, witness=witness)


def change_user(
    desk: Desk, actor: User, user_id: str, person: Person, witness: Witness | None = None
) -> tuple[User, Changes]:
    """Change name, roles, section and title of a user; login and password stay.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``, ``missing_name``, ``unknown_section``; see :func:`save_user`.
        Conflict: ``last_it_user``.
    """
    require(actor, Action.MANAGE_USERS)
    checked, before = _checked(desk, person), _found(desk, user_id)
    user = replace(before, name=checked.name, roles=checked.roles, section=checked.section, title=checked.title)
    return user, save_user(desk, actor, user, witness=witness)


def deactivate(desk: Desk, actor: User, user_id: str, witness: Witness | None = None) -> Changes:
    """Let a user in no more; he stays in the history, and what he holds waits for a leader's word.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``, ``own_account``; see :func:`save_user`.
        Conflict: ``last_it_user``, ``user_was_inactive``.
    """
    require(actor, Action.MANAGE_USERS)
    user = _found(desk, user_id)
    if not user.is_active:
        raise Conflict("user_was_inactive", login=user.login)
    return save_user(desk, actor, replace(user, is_active=False), witness=witness)


def reactivate(desk: Desk, actor: User, user_id: str, code: str, witness: Witness | None = None) -> Changes:
    """Let a user in again, with a fresh one-time code; his old password is worth nothing any more.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``, ``code_needed``; see :func:`save_user`.
    """
    require(actor, Action.MANAGE_USERS)
    user = _found(desk, user_id)
    _need_code(desk, user, code)
    return save_user(desk, actor, replace(user, is_active=True), code, witness=witness)


def reset_password(desk: Desk, actor: User, user_id: str, code: str, witness: Witness | None = None) -> Changes:
    """Put a fresh one-time code in the place of a user's password; his waits end.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``, ``user_inactive``, ``own_account`` (he knows his password and
            changes it himself), ``code_needed``; see :func:`save_user`.
    """
    require(actor, Action.MANAGE_USERS)
    user = _found(desk, user_id)
    if not user.is_active:
        raise UserError("user_inactive", login=user.login)
    _need_code(desk, user, code)
    return save_user(desk, actor, user, code, witness=witness)


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


def _check_own(desk: Desk, actor: User, before: User, after: User, *, has_new_code: bool) -> None:
    """Refuse what would leave nobody to manage users, and what somebody does to his own rights or password.

    He knows his password and changes it himself; a code in its place would let in whoever finds his screen open.
    """
    others = (user for user in desk.reader.users() if user.user_id != after.user_id)
    if not any(_is_working_it(user) for user in (*others, after)):
        raise Conflict("last_it_user", login=after.login)
    if actor.user_id == after.user_id and (has_new_code or after.roles != before.roles or not after.is_active):
        raise UserError("own_account", login=after.login)


def needs_second(before: User | None, after: User, *, has_new_code: bool) -> bool:
    """Tell whether a change lets somebody in, or gives or takes rights.

    That is a new account, one that is let in again, every one-time code, and every change of roles or of the section,
    whose papers are his: by each, one person alone could read dossiers as another. Of those who may be the second
    person themselves also their going and what they are called: by it somebody else could stand by his own acts.

    Args:
        before: The user as he was, None for a new one.
        after: As he is to be.
        has_new_code: He gets a one-time code.
    """
    if before is None or has_new_code or (after.is_active and not before.is_active):
        return True
    if (set(after.roles), after.section) != (set(before.roles), before.section):
        return True
    return may(after.roles, Action.VOUCH) and after != replace(before, roles=after.roles)


def _is_working_it(user: User) -> bool:
    return user.is_active and Role.IT in user.roles


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
