"""Learn from the city what it publishes: procedures, days and rules as dated data, and the page the receipts lead to.

What came stays on this PC and is laid over the program's own data at every start, with or without a network.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.facts.unit import UnitConfigured
from desktop.domain.publications import Publication
from desktop.domain.units import check_unit
from desktop.protocol.messages import DocumentHead
from desktop.storage.joining import keep_lookup_base, told_lookup_base
from desktop.storage.publication_rows import PublicationRows
from desktop.storage.reference.published import Laid
from desktop.sync.document_link import DocumentLink, Trusted
from desktop.sync.ports import CityRefused, LinkFailed
from desktop.wiring import Ward
from desktop.wiring.reference import load_laid

if TYPE_CHECKING:
    from desktop.sync.runner import OnLane

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Learned:
    """Say what is new.

    Attributes:
        publications: Documents that came now.
        is_unit_changed: The receipts lead to another page from now on.
    """

    publications: tuple[Publication, ...] = ()
    is_unit_changed: bool = False

    def __bool__(self) -> bool:
        """Tell whether anything is."""
        return bool(self.publications) or self.is_unit_changed


class Learner:
    """Ask the city what it publishes. Threads: lane io, one at a time."""

    def __init__(self, ward: Ward, city: Trusted) -> None:
        """Take an open ward and the link to its city."""
        self._ward = ward
        self._link = DocumentLink(city, ward.database.replica.unit_id)
        self._rows = PublicationRows(ward.database.ledger)

    def learn(self, on_lane: "OnLane") -> Learned:
        """Fetch what is new, use it, and tell the city that it is used.

        Args:
            on_lane: Runs a function on lane db.

        Raises:
            LinkFailed: Nothing trustworthy came.
            CityRefused: The city said no.
        """
        told = self._link.published()
        came = self._fetched(on_lane(lambda: self._rows.missing(told.documents)), on_lane)
        is_unit_changed = on_lane(lambda: _take_told(self._ward, told.lookup_base))
        try:
            self._tell_used(told.documents, on_lane)
        except (LinkFailed, CityRefused) as failure:
            log.info("the city does not know what is used here", extra={"code": failure.code})
        return Learned(came, is_unit_changed)

    def _fetched(self, missing: Sequence[DocumentHead], on_lane: "OnLane") -> tuple[Publication, ...]:
        reference, came = self._ward.desk.reference, set()
        for head in missing:
            try:
                content = self._link.content(head)
            except (LinkFailed, CityRefused) as failure:
                # What came counts; the rest is asked for next time.
                log.info("a document did not come", extra={"code": failure.code, "document": head.name})
                continue
            on_lane(partial(self._keep, head, content))
            came.add((head.unit_id, head.name, head.version))
        if came:
            # Reading takes longer than lane db has: only what is ready is put in its place there.
            laid = load_laid(on_lane(self._rows.texts))
            on_lane(lambda: _put(self._ward, laid))
        return tuple(each for each in reference.publications if (each.unit_id, each.name, each.version) in came)

    def _keep(self, head: DocumentHead, content: bytes) -> None:
        self._rows.keep([(head, content)], self._ward.clock.now())

    def _tell_used(self, heads: Sequence[DocumentHead], on_lane: "OnLane") -> None:
        """Tell of the newest version of each document: the city counts who lags behind."""
        used = {each.sha256 for each in self._ward.desk.reference.publications if each.is_used and not each.problem}
        newest = {(head.unit_id, head.name): head for head in heads}
        untold = used & on_lane(self._rows.untold)
        for head in newest.values():
            if head.sha256 in untold and self._link.tell_used(head):
                on_lane(partial(self._rows.told, head.sha256))


def learnt(learner: Learner, on_lane: "OnLane") -> Learned:
    """Learn what there is to learn; a city that does not answer is asked again later."""
    try:
        return learner.learn(on_lane)
    except (LinkFailed, CityRefused) as failure:
        log.info("nothing learnt from the city", extra={"code": failure.code})
        return Learned()


def take_lookup_base(ward: Ward, address: str) -> bool:
    """Let receipts lead citizens to the city's page from now on; a city without one leaves the unit as it is."""
    unit = ward.desk.reader.unit()
    if not address or address == unit.lookup_base:
        return False
    after = replace(unit, lookup_base=address)
    check_unit(after)
    with ward.database.ledger.act(None) as act:
        act.record_unit((UnitConfigured(after),))
    return True


def _take_told(ward: Ward, address: str) -> bool:
    """Take an address once: what the unit sets itself afterwards stays until the city tells another one."""
    database = ward.database
    if not address or address == told_lookup_base(database):
        return False
    try:
        is_changed = take_lookup_base(ward, address)
    except EnvironmentProblem as problem:
        if problem.code != "unit_missing":
            raise
        # The unit itself has not come yet: this PC is joining.
        return False
    except UserError as error:
        log.warning("the city's page cannot be used", extra={"code": error.code})
        is_changed = False
    keep_lookup_base(database, address)
    return is_changed


def _put(ward: Ward, laid: Laid) -> None:
    """Let use cases work with new data: one act has the old of all kinds, or the new. Threads: lane db."""
    reference = ward.desk.reference
    reference.catalogue, reference.packs, reference.publications = laid.catalogue, laid.packs, laid.publications
    ward.database.reader.use_calendar(laid.calendar)
