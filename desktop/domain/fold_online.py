"""Apply events to what was filed online: the one place where its standing comes from, on PCs and in the city."""

from dataclasses import replace

from desktop.domain.errors import DamagedData
from desktop.domain.events import Envelope, Event, Fact
from desktop.domain.facts.hub import (
    OnlineAccepted,
    OnlineDeclined,
    OnlineSubmitted,
    OnlineSupplementAsked,
    OnlineSupplied,
)
from desktop.domain.online import Filing, OnlineStatus, answered

OnlineFact = OnlineSubmitted | OnlineSupplied | OnlineAccepted | OnlineSupplementAsked | OnlineDeclined


def filing_of(fact: Fact) -> str:
    """Return the id of the filing a fact is about, "" when it is about none."""
    return fact.filing_id if isinstance(fact, OnlineFact) else ""


def apply_online(filing: Filing | None, event: Event) -> Filing:
    """Return a filing after an event.

    What comes after a filing is settled changes nothing, whoever said it; only a second dossier is kept in sight.

    Raises:
        DamagedData: ``event_out_of_place``.
    """
    fact, envelope = event.fact, event.envelope
    if isinstance(fact, OnlineSubmitted):
        return filing or _submitted(fact, envelope)
    if filing is None or not isinstance(fact, OnlineFact):
        raise DamagedData("event_out_of_place", event_id=envelope.event_id)
    if filing.is_settled:
        return _said_late(filing, fact)
    at, by = envelope.acted_at, envelope.actor
    if isinstance(fact, OnlineAccepted):
        return replace(_taken(filing, fact), answered_at=at, answered_by=by)
    if isinstance(fact, OnlineDeclined):
        return replace(answered(filing, OnlineStatus.DECLINED, at, by), reason=fact.reason)
    if isinstance(fact, OnlineSupplementAsked):
        asked = answered(filing, OnlineStatus.SUPPLEMENT, at, by)
        return replace(asked, reason=fact.reason, missing=fact.missing)
    return replace(
        filing,
        files=tuple(dict.fromkeys((*filing.files, *fact.files))),
        note="\n".join(dict.fromkeys(part for part in (filing.note, fact.note) if part)),
        clock_from=fact.supplied_at,
        status=OnlineStatus.WAITING,
        answered_at=None,
    )


def _submitted(fact: OnlineSubmitted, envelope: Envelope) -> Filing:
    return Filing(
        filing_id=fact.filing_id,
        tracking=fact.tracking,
        lookup_key=fact.lookup_key,
        unit_id=envelope.unit_id,
        procedure=fact.procedure,
        applicant=fact.applicant,
        files=fact.files,
        note=fact.note,
        submitted_at=fact.submitted_at,
        clock_from=fact.submitted_at,
    )


def _said_late(filing: Filing, fact: OnlineFact) -> Filing:
    if not isinstance(fact, OnlineAccepted) or fact.code in (filing.dossier_code, *filing.also_received):
        return filing
    if not filing.dossier_id:
        # Declined here, taken there: the citizen has a dossier, and that is what counts.
        return _taken(filing, fact)
    if fact.dossier_id < filing.dossier_id:
        # Every PC names the same one first, in whatever order it heard of them.
        return replace(_taken(filing, fact), also_received=_codes(filing, filing.dossier_code, but=fact.code))
    return replace(filing, also_received=_codes(filing, fact.code))


def _taken(filing: Filing, fact: OnlineAccepted) -> Filing:
    status = OnlineStatus.MERGED if fact.is_merged else OnlineStatus.ACCEPTED
    return replace(filing, status=status, dossier_id=fact.dossier_id, dossier_code=fact.code)


def _codes(filing: Filing, more: str, but: str = "") -> tuple[str, ...]:
    return tuple(sorted({*filing.also_received, more} - {but}))
