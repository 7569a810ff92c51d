"""Who looked at what: a view of a dossier by somebody who does not handle it is written down, and can be read.

The entries lie on the PC where it happened and in its backups, not in the synced log: they tell about colleagues.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desktop.domain.dossiers import CustodianKind, Dossier
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import VIETNAM
from desktop.services.ports import Desk
from desktop.services.records import Access

VIEW = "view"
#: More than anybody reads in one go.
MOST_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Seen:
    """State one entry of the access log for a reader.

    Attributes:
        at: When.
        who: Name of the user.
        login: His login.
        act: ``view``.
        code: The dossier's code, "" when it is gone.
        reason: Why, where it is asked.
    """

    at: datetime
    who: str
    login: str
    act: str
    code: str
    reason: str


def handles(actor: User, dossier: Dossier) -> bool:
    """Tell whether a dossier is a user's to handle: he or his section has it, received it, or solves it."""
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
