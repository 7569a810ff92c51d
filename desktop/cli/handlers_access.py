"""Answer the commands of ``motcua do`` about who looked at what, and who stood by what nobody does alone."""

from collections.abc import Mapping

from desktop.cli import wire_access
from desktop.cli.answers import Answer, instant
from desktop.cli.context import Context, Handler
from desktop.domain.errors import UserError
from desktop.domain.users import User
from desktop.services import access, two_people
from desktop.services.two_people import TwoPeople


class IdNumbersOut(Answer):
    """Answer ``dossier.id_numbers``; ``submitter`` is empty when the owner came himself."""

    applicant: str
    submitter: str


class AccessOut(Answer):
    """Give one entry of the access log; ``act`` is ``view`` or ``id_numbers``."""

    at: str
    login: str
    name: str
    act: str
    code: str
    reason: str


class AccessesOut(Answer):
    """Answer ``access.list``, newest first; ``whole`` is false when there were more."""

    whole: bool
    items: list[AccessOut]


class TwoPeopleOut(Answer):
    """Give one act that nobody does alone.

    Attributes:
        what: A word of ``What``.
        login: Of who did it, "" for the program when a PC was set up.
        concerned: Log-in name of whom it is about.
        roles: His since.
        to: Name of who holds the dossier since.
        witness: Log-in name of who stood by it.
        mark: A word of ``Mark``, "" where two people stand behind it.
        giver: Log-in name of who gave the code that ``mark`` is about.
    """

    at: str
    what: str
    login: str
    name: str
    concerned: str
    concerned_name: str
    roles: list[str]
    code: str
    to: str
    witness: str
    witness_name: str
    mark: str
    giver: str


class TwoPeoplesOut(Answer):
    """Answer ``witness.list``, newest first; ``whole`` is false when there were more."""

    whole: bool
    items: list[TwoPeopleOut]


def reveal_id_numbers(context: Context, with_: wire_access.RevealIdNumbers) -> IdNumbersOut:
    """Answer ``dossier.id_numbers``."""
    numbers = access.reveal(context.desk, context.actor, with_.code, with_.reason)
    return IdNumbersOut(applicant=numbers.owner, submitter=numbers.submitter)


def show_access(context: Context, with_: wire_access.ShowAccess) -> AccessesOut:
    """Answer ``access.list``."""
    if with_.last < with_.first:
        raise UserError("bad_span", first=with_.first.isoformat(), last=with_.last.isoformat())
    entries = access.seen(context.desk, context.actor, with_.first, with_.last)
    return AccessesOut(
        whole=len(entries) < access.MOST_SHOWN,
        items=[
            AccessOut(
                at=instant(each.at),
                login=each.login,
                name=each.who,
                act=each.act,
                code=each.code,
                reason=each.reason,
            )
            for each in entries
        ],
    )


def show_two_people(context: Context, with_: wire_access.ShowTwoPeople) -> TwoPeoplesOut:
    """Answer ``witness.list``."""
    if with_.last < with_.first:
        raise UserError("bad_span", first=with_.first.isoformat(), last=with_.last.isoformat())
    acts = two_people.acts_of_two(context.desk, context.actor, with_.first, with_.last)
    return TwoPeoplesOut(whole=len(acts) < two_people.MOST_SHOWN, items=[_two_people(each) for each in acts])


def _two_people(act: TwoPeople) -> TwoPeopleOut:
    return TwoPeopleOut(
        at=instant(act.at),
        what=act.what.value,
        login=_login(act.who),
        name=act.who.name if act.who else "",
        concerned=_login(act.after),
        concerned_name=act.after.name if act.after else "",
        roles=[role.value for role in act.after.roles] if act.after else [],
        code=act.code,
        to=act.to,
        witness=_login(act.witness),
        witness_name=act.witness.name if act.witness else "",
        mark=act.mark.value,
        giver=_login(act.giver),
    )


def _login(user: User | None) -> str:
    return user.login if user else ""


HANDLERS: Mapping[str, Handler] = {
    "dossier.id_numbers": Handler(wire_access.RevealIdNumbers, IdNumbersOut, reveal_id_numbers),
    "access.list": Handler(wire_access.ShowAccess, AccessesOut, show_access),
    "witness.list": Handler(wire_access.ShowTwoPeople, TwoPeoplesOut, show_two_people),
}
