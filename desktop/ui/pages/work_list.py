"""What lies before a person: open dossiers of his section, next due first."""

from dataclasses import dataclass
from typing import Final

from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.users import User
from desktop.services.look_up import cards, custodian_name
from desktop.services.ports import Desk, DossierCard, DossierFilter
from desktop.ui.models.dossier_rows import NEWEST, PAGE_ROWS, Anchors, DossierRow, anchors_of, row_of
from desktop.ui.pages.dossiers_words import OPEN_STATUSES

_STEP: Final = 512

#: More open dossiers than any ward has; beyond it the oldest are left out rather than the window blocked.
MOST_OPEN: Final = 20_000


@dataclass(frozen=True, slots=True)
class WorkSource:
    """Read the open dossiers of a section, next due first; its positions are ranks, counted down from ``NEWEST``.

    Threads:
        Pages on lane read, anchors on lane io.
    """

    desk: Desk
    actor: User

    def page(self, narrowed: DossierFilter, at_or_before: int) -> tuple[DossierRow, ...]:
        """Return one page of the ranked list."""
        first = NEWEST - at_or_before
        found = self._ranked(narrowed)[first : first + PAGE_ROWS]
        names = {user.user_id: user.name for user in self.desk.reader.users()}
        holders: dict[Custodian, str] = {}
        rows = []
        for rank, card in enumerate(found, start=first):
            if card.custodian not in holders:
                holders[card.custodian] = custodian_name(self.desk, card.custodian, names)
            rows.append(row_of(card, holders[card.custodian], position=NEWEST - rank))
        return tuple(rows)

    def anchors(self, narrowed: DossierFilter) -> Anchors:
        """Return the length of the ranked list."""
        return anchors_of(range(NEWEST, NEWEST - len(self._ranked(narrowed)), -1))

    def _ranked(self, narrowed: DossierFilter) -> list[DossierCard]:
        del narrowed
        mine = [card for card in self._open() if self._is_mine(card)]
        return sorted(mine, key=lambda card: (card.due_at, card.position))

    def _open(self) -> list[DossierCard]:
        """Return all open dossiers, page by page."""
        wanted = DossierFilter(statuses=OPEN_STATUSES)
        found: list[DossierCard] = []
        at = NEWEST
        while len(found) < MOST_OPEN:
            step = cards(self.desk, self.actor, wanted, at_or_before=at, limit=_STEP)
            found += step
            if len(step) < _STEP:
                break
            at = step[-1].position - 1
        return found

    def _is_mine(self, card: DossierCard) -> bool:
        """Tell whether the actor holds it, his section holds it, or his section solves its procedure."""
        holder = card.custodian
        if holder == Custodian(CustodianKind.USER, self.actor.user_id):
            return True
        if holder.kind is CustodianKind.USER:
            return False
        entries = self.desk.reference.catalogue.procedures
        solver = next((entry.section for entry in entries if entry.code == card.procedure_code), "")
        return self.actor.section in (solver, holder.holder) or not self.actor.section
