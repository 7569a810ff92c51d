"""What the page "Tiếp nhận" asks of the services: plain functions, each for one lane."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from desktop.domain.catalogue import Catalogue, Procedure, PublishedCatalogue
from desktop.domain.commands import Receive
from desktop.domain.dossiers import Party
from desktop.domain.errors import UserError
from desktop.domain.publications import what_changes
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.way_commands import TurnAway
from desktop.services.drafts import DraftPage, keep_draft, kept_draft
from desktop.services.ending import SentHome, turn_away
from desktop.services.ports import Desk
from desktop.services.receive import Promise, Received, preview, receive
from desktop.services.records import JobState
from desktop.ui.pages.intake_state import Draft, from_json

_FOUND: Final = 9


@dataclass(frozen=True, slots=True)
class Beginning:
    """Hold what the page reads once.

    Attributes:
        draft: What was typed before a crash, None when nothing is kept.
        last_owner: Owner of the clerk's newest dossier.
    """

    unit: Unit
    draft: Draft | None
    last_owner: Party | None


@dataclass(slots=True)
class IntakeWork:
    """Call the services for one clerk.

    Attributes:
        desk: What every use case works with.
        actor: The clerk.
        paper: Paper of the receipt; "" for the unit's default.
    """

    desk: Desk
    actor: User
    paper: str = ""
    _published: PublishedCatalogue | None = field(default=None, repr=False)
    _catalogue: Catalogue | None = field(default=None, repr=False)

    def search(self, query: str, favourites: Sequence[str], usage: Counter[str], today: date) -> tuple[Procedure, ...]:
        """Find procedures; data in memory, so this one runs on the UI thread."""
        catalogue = self.desk.reference.catalogue
        if self._published is None or self._published.day != today or self._catalogue is not catalogue:
            self._catalogue, self._published = catalogue, catalogue.on(today)
        return self._published.search(query, _FOUND, favourites, usage)

    def procedure(self, code: str, today: date) -> Procedure | None:
        """Return the procedure of a draft, None when it is no longer published."""
        try:
            return self.desk.reference.catalogue.procedure(code, today)
        except UserError:
            return None

    def has_changed(self, chosen: Procedure, today: date) -> bool:
        """Tell whether a procedure in hand is another one today, or none any more."""
        now = self.procedure(chosen.code, today)
        return now is None or bool(what_changes(chosen, now))

    def begin(self) -> Beginning:
        """Read unit, draft and last dossier. Threads: lane read."""
        last = self.desk.reader.last_received_by(self.actor.user_id)
        draft = from_json(kept_draft(self.desk, self.actor, DraftPage.INTAKE))
        return Beginning(self.desk.reader.unit(), draft, last.owner if last is not None else None)

    def promise(self, command: Receive) -> Promise:
        """Compute promise and fee. Threads: lane read."""
        return preview(self.desk, self.actor, command)

    def person(self, id_number: str) -> Party | None:
        """Return what the newest dossier of an ID number knows of its owner. Threads: lane read."""
        found = self.desk.reader.latest_of_person(id_number)
        return found.owner if found is not None else None

    def job_state(self, job_id: str) -> JobState:
        """Return where a print job stands. Threads: lane read."""
        open_jobs = self.desk.reader.jobs(JobState.WAITING, JobState.FAILED)
        return next((job.state for job in open_jobs if job.job_id == job_id), JobState.PRINTED)

    def keep(self, content: str) -> None:
        """Keep the draft. Threads: lane db."""
        keep_draft(self.desk, self.actor, DraftPage.INTAKE, content)

    def receive(self, command: Receive) -> Received:
        """Receive the dossier, then drop its draft. Threads: lane db."""
        received = receive(self.desk, self.actor, command, self.paper)
        keep_draft(self.desk, self.actor, DraftPage.INTAKE, "")
        return received

    def turn_away(self, command: TurnAway) -> SentHome:
        """Send a citizen home with a form, then drop what was typed. Threads: lane db."""
        sent = turn_away(self.desk, self.actor, command)
        keep_draft(self.desk, self.actor, DraftPage.INTAKE, "")
        return sent


def day_of(now: datetime) -> date:
    """Return the local day of the page's clock, which tells local time."""
    return now.date()
