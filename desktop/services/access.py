"""Who looked at what: a view of a dossier by somebody who does not handle it is written down, and can be read.

Numbers of identity papers are masked everywhere; whoever needs one whole says why, and that is written down, too.

The entries lie on the PC where it happened and in its backups, not in the synced log: they tell about colleagues.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from desktop.domain.acts.checks import need_reason
from desktop.domain.dossiers import CustodianKind, Dossier, Status
from desktop.domain.errors import UserError
from desktop.domain.users import Action, User, may, require
from desktop.domain.vietnamese import VIETNAM
from desktop.services.ports import Desk
from desktop.services.records import Access

VIEW = "view"
ID_NUMBERS = "id_numbers"
#: More than anybody reads in one go.
MOST_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Seen:
    """State one entry of the access log for a reader.

    Attributes:
        at: When.
        who: Name of the user.
        login: His login.
        act: ``view`` or ``id_numbers``.
        code: The dossier's code, "" when it is gone.
        reason: Why, where it is asked.
    """

    at: datetime
    who: str
    login: str
    act: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class IdNumbers:
    """Hold the numbers of a dossier's people, whole; shown once, kept nowhere.

    Attributes:
        owner: Of the owner, "" when none is known.
        submitter: Of who handed it in for him, "" when it was the owner or none is known.
    """

    owner: str = field(repr=False)
    submitter: str = field(repr=False)


def handles(actor: User, dossier: Dossier) -> bool:
    """Tell whether a dossier is a user's to handle: he or his section has it, received it, or solves it.

    What was submitted is the leaders' to handle until they have decided.
    """
    if dossier.base_status is Status.SUBMITTED and may(actor.roles, Action.APPROVE):
        return True
    custodian = dossier.custodian
    if custodian.kind is CustodianKind.USER and custodian.holder == actor.user_id:
        return True
    if custodian.kind is CustodianKind.SECTION and actor.section and custodian.holder == actor.section:
        return True
    return dossier.received_by == actor.user_id or bool(actor.section and dossier.procedure.section == actor.section)


def note_view(desk: Desk, actor: User, dossier: Dossier) -> bool:
    """Write down that somebody who does not handle a dossier looked at it; tell whether that was so.

    Raises:
        EnvironmentProblem: The disk refused.

    Threads: lane db.
    """
    require(actor, Action.VIEW_DOSSIERS)
    if handles(actor, dossier):
        return False
    desk.ledger.note_access(actor.user_id, VIEW, dossier.dossier_id)
    return True


def reveal(desk: Desk, actor: User, code: str, reason: str) -> IdNumbers:
    """Return the whole numbers of a dossier's people, once it is written down who wanted them and why.

    Args:
        desk: What the use case works with.
        actor: Who needs them.
        code: Any code of the dossier.
        reason: Why.

    Raises:
        UserError: ``not_permitted``, ``missing_reason``, ``dossier_unknown``.
        EnvironmentProblem: It could not be written down: they are not shown then.

    Threads: lane db.
    """
    require(actor, Action.VIEW_ID_NUMBERS)
    told = need_reason(reason)
    dossier = desk.reader.find(code.strip().upper())
    if dossier is None:
        raise UserError("dossier_unknown", code=code)
    desk.ledger.note_access(actor.user_id, ID_NUMBERS, dossier.dossier_id, told)
    owner, submitter = dossier.owner.id_number, dossier.submitter.party.id_number
    return IdNumbers(owner, "" if submitter == owner else submitter)


def seen(desk: Desk, actor: User, first: date, last: date) -> tuple[Seen, ...]:
    """Return who looked at what on some days, newest first.

    Args:
        desk: What the use case works with.
        actor: A leader, the inspector or the IT officer: codes and names of colleagues, nothing of citizens.
        first: First local day.
        last: Last local day.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.VERIFY)
    since = datetime.combine(first, time(), VIETNAM)
    until = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
    users = {user.user_id: user for user in desk.reader.users()}
    return tuple(_entry(each, users) for each in desk.reader.accesses(since, until, MOST_SHOWN))


def _entry(access: Access, users: dict[str, User]) -> Seen:
    user = users.get(access.user_id)
    name, login = (user.name, user.login) if user else ("", "")
    return Seen(access.at, name, login, access.act, access.code, access.reason)
