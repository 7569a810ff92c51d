"""Show the deadline board: names first, then figures by field; what nobody has touched, what nobody has fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from desktop.domain.board import Board, Denominator, Period, Wanted, half_year, next_working_day
from desktop.domain.board_count import board_of
from desktop.domain.dossiers import Custodian, Status
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import VIETNAM, local
from desktop.services.look_up import custodian_name
from desktop.services.ports import Desk
from desktop.services.records import DossierCard

#: Working days after which a dossier nobody has touched is asked for, and a result nobody fetched.
UNSEEN_DAYS = 5
UNCOLLECTED_DAYS = 10
_MOST = 500


@dataclass(frozen=True, slots=True)
class HeldUnseen:
    """Name the dossiers of one holder to which nothing has happened for days.

    Attributes:
        holder: Name of the section or person.
        cards: Longest untouched first.
    """

    custodian: Custodian
    holder: str
    cards: tuple[DossierCard, ...]


def show_board(
    desk: Desk,
    actor: User,
    *,
    as_of: datetime | None = None,
    field: str = "",
    period: Period | None = None,
    denominator: Denominator = Denominator.SOLVED,
) -> Board:
    """Return the board: of this moment from the counters, of a past one from the log.

    Args:
        desk: What the use case works with.
        actor: Who looks.
        as_of: Aware instant; None for now.
        field: Field code names, sum and days are narrowed to, "" for none.
        period: Local days counted over; None for the half-year up to the instant.
        denominator: What late dossiers are compared with.

    Raises:
        UserError: ``not_permitted``, ``calendar_not_covered``.
    """
    require(actor, Action.VIEW_BOARD)
    at = as_of or desk.clock.now()
    wanted = Wanted(
        as_of=at,
        period=period or half_year(local(at).date()),
        field=field,
        denominator=denominator,
        targets=desk.reader.unit().late_targets,
    )
    calendar = desk.reader.calendar()
    latest = desk.ledger.latest_act_at()
    if as_of is not None and latest is not None and as_of < latest:
        return board_of(desk.way.all_dossiers_at(as_of), wanted, calendar)
    return desk.way.board(wanted, next_working_day(at, calendar))


def unseen(desk: Desk, actor: User, days: int = UNSEEN_DAYS) -> tuple[HeldUnseen, ...]:
    """Return open dossiers that nothing happened to for so many working days, by who holds them.

    Raises:
        UserError: ``not_permitted``, ``calendar_not_covered``.
    """
    require(actor, Action.VIEW_BOARD)
    cards = desk.way.unseen(days_ago(desk, days), limit=_MOST)
    by_holder: dict[Custodian, list[DossierCard]] = {}
    for card in cards:
        by_holder.setdefault(card.custodian, []).append(card)
    names = holder_names(desk, tuple(by_holder))
    found = [HeldUnseen(who, names[who], tuple(held)) for who, held in by_holder.items()]
    return tuple(sorted(found, key=lambda each: (-len(each.cards), each.holder)))


def uncollected(desk: Desk, actor: User, days: int = UNCOLLECTED_DAYS) -> tuple[DossierCard, ...]:
    """Return results that lie at the counter for more than so many working days, oldest first.

    Raises:
        UserError: ``not_permitted``, ``calendar_not_covered``.
    """
    require(actor, Action.VIEW_BOARD)
    return desk.way.with_status(Status.RESULT_READY, limit=_MOST, solved_before=days_ago(desk, days))


def days_ago(desk: Desk, days: int) -> datetime:
    """Return the midnight at which the day so many working days ago began.

    Raises:
        UserError: ``calendar_not_covered``.
    """
    today = local(desk.clock.now()).date()
    # Counted from the day after: on a day off the last working day is one working day ago.
    day = desk.reader.calendar().add_working_days(today + timedelta(days=1), -days)
    return datetime.combine(day, time(), VIETNAM)


def holder_names(desk: Desk, custodians: Sequence[Custodian]) -> dict[Custodian, str]:
    """Return the name of each holder, "" for nobody."""
    names = {user.user_id: user.name for user in desk.reader.users()}
    return {who: custodian_name(desk, who, names) for who in dict.fromkeys(custodians)}


def field_names(desk: Desk) -> dict[str, str]:
    """Return the name of every field the catalogue has ever known, by its code."""
    return {each.field: each.field_name for each in desk.reference.catalogue.procedures}
