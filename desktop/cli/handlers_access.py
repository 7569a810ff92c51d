"""Answer the commands of ``motcua do`` about who looked at what, and whole numbers of identity papers."""

from collections.abc import Mapping

from desktop.cli import wire_access
from desktop.cli.answers import Answer, instant
from desktop.cli.context import Context, Handler
from desktop.domain.errors import UserError
from desktop.services import access


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


HANDLERS: Mapping[str, Handler] = {
    "dossier.id_numbers": Handler(wire_access.RevealIdNumbers, IdNumbersOut, reveal_id_numbers),
    "access.list": Handler(wire_access.ShowAccess, AccessesOut, show_access),
}
