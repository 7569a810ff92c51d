"""What lies before a person as rows of a list: open dossiers, next due first."""

from dataclasses import dataclass

from desktop.domain.dossiers import Custodian
from desktop.domain.users import User
from desktop.services.look_up import custodian_name
from desktop.services.ports import Desk
from desktop.services.records import Anchors, DossierFilter
from desktop.services.work_list import count_open_work, open_work
from desktop.ui.models.dossier_rows import NEWEST, PAGE_ROWS, DossierRow, row_of


@dataclass(frozen=True, slots=True)
class WorkSource:
    """Read somebody's work; its positions are ranks, counted down from ``NEWEST``.

    Threads:
        Lane read.
    """

    desk: Desk
    actor: User

    def page(self, narrowed: DossierFilter, at_or_before: int) -> tuple[DossierRow, ...]:
        """Return one page of the ranked list; nothing narrows it."""
        del narrowed
        first = NEWEST - at_or_before
        found = open_work(self.desk, self.actor, PAGE_ROWS, offset=first)
        names = {user.user_id: user.name for user in self.desk.reader.users()}
        holders: dict[Custodian, str] = {}
        rows = []
        for rank, card in enumerate(found, start=first):
            if card.custodian not in holders:
                holders[card.custodian] = custodian_name(self.desk, card.custodian, names)
            rows.append(row_of(card, holders[card.custodian], position=NEWEST - rank))
        return tuple(rows)

    def anchors(self, narrowed: DossierFilter, so_far: Anchors | None = None) -> Anchors:
        """Return the length of the ranked list, in one slice."""
        del narrowed, so_far
        total = count_open_work(self.desk, self.actor)
        ranks = range(NEWEST, NEWEST - total, -1)
        return Anchors(total, tuple(ranks[::PAGE_ROWS]), tuple(ranks[:PAGE_ROWS]))
