"""Say where a dossier stands, to whoever holds its receipt: no name, no number of anybody, no text anybody typed."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from desktop.cityserver.page_ports import PageUnit
from desktop.cityserver.templates import Markup, element, fill, joined, words
from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.online import Filing, OnlineStatus
from desktop.domain.vietnamese import number, screen_date, screen_datetime
from desktop.domain.way import WaitKind

#: Compared with when there is no such dossier, so that the answer takes as long.
_NO_KEY: Final = "x" * 10
_BY_ONLINE: Final = {
    OnlineStatus.WAITING: "online_submitted",
    OnlineStatus.SUPPLEMENT: "online_supplement",
    OnlineStatus.DECLINED: "online_declined",
    OnlineStatus.MERGED: "online_merged",
    OnlineStatus.ACCEPTED: "online_accepted",
}
_SOLVED: Final = frozenset({Status.RESULT_READY, Status.RETURNED, Status.REFUSED})
_FETCHED: Final = frozenset({Status.RESULT_READY, Status.APPROVED})


def holds_key(given: str, kept: str | None) -> bool:
    """Tell whether a key opens a dossier; as slow for a dossier that does not exist."""
    wanted = _NO_KEY if kept is None else kept
    is_equal = hmac.compare_digest(given.encode(), wanted.encode())
    return is_equal and bool(kept)


def dossier_page(dossier: Dossier, unit: PageUnit | None, now: datetime, rating: Markup) -> Markup:
    """Return what the holder of a receipt reads about his dossier; ``rating`` is what he is asked, if anything."""
    said, all_words, place = _said(dossier.status.value), words(), _place(unit)
    steps = [element("li", line.format_map(place)) for line in said["next"]]
    if dossier.status is Status.WAITING_SUPPLEMENT:
        steps.insert(0, _missing(dossier))
    if dossier.owed_vnd and dossier.status in _FETCHED:
        steps.append(element("li", all_words["owed"].format(owed=number(dossier.owed_vnd))))
    if _is_late(dossier, now):
        steps = [element("li", all_words["late"].format_map(place), class_="warn")]
    return fill(
        "dossier.html",
        code=dossier.code,
        tone=said["tone"],
        mark=said["mark"],
        status=said["status"],
        meaning=said["meaning"],
        next=element("ul", joined(steps)),
        rating=rating,
        procedure=dossier.procedure.name,
        received_label=all_words["received_on"],
        received=screen_date(dossier.received_on),
        promise_label=all_words["promise_done" if dossier.is_closed else "promise"],
        promise=screen_datetime(dossier.promised_at),
        apology=_apology(dossier),
        unit=all_words["unit"].format_map(place),
        now=screen_datetime(now),
    )


def filing_page(filing: Filing, procedure: str, unit: PageUnit | None, now: datetime) -> Markup:
    """Return what a citizen reads about what he filed online; ``procedure`` is its name."""
    said, all_words, place = _said(_BY_ONLINE[filing.status]), words(), _place(unit)
    answered = screen_datetime(filing.answered_at) if filing.answered_at else all_words["online_answer_in"]
    return fill(
        "dossier.html",
        code=filing.tracking,
        tone=said["tone"],
        mark=said["mark"],
        status=said["status"],
        meaning=said["meaning"],
        next=element("ul", joined([element("li", line.format_map(place)) for line in said["next"]])),
        rating=Markup(""),
        procedure=procedure,
        received_label=all_words["online_sent"],
        received=screen_datetime(filing.submitted_at),
        promise_label=all_words["online_answer"],
        promise=answered,
        apology=Markup(""),
        unit=all_words["unit"].format_map(place),
        now=screen_datetime(now),
    )


def find_page(notice: str = "") -> Markup:
    """Return the form for a code that is typed."""
    return fill("find.html", notice=element("p", notice, class_="card bad", role="alert") if notice else Markup(""))


def _said(status: str) -> Mapping[str, Any]:
    said: Mapping[str, Any] = words()[status]
    return said


def _place(unit: PageUnit | None) -> dict[str, str]:
    less = str(words()["phone_less"])
    if unit is None:
        return {"place": "nơi đã nộp hồ sơ", "address": "", "phone": less}
    return {"place": unit.name, "address": unit.address, "phone": unit.phone or less}


def _missing(dossier: Dossier) -> Markup:
    """List papers of the procedure's own list; what was typed stays on the form the citizen has."""
    all_words = words()
    waits = [wait for wait in dossier.open_waits if wait.kind is WaitKind.SUPPLEMENT]
    gaps = [gap for wait in waits for gap in wait.missing]
    official = {line.code: line.name for line in dossier.components if line.code}
    names = list(dict.fromkeys(official[gap.code] for gap in gaps if gap.code in official))
    if not names:
        return element("li", all_words["papers_more"])
    lines = [element("li", name) for name in names]
    if len(names) < len({(gap.code, gap.name) for gap in gaps}):
        lines.append(element("li", all_words["papers_more"]))
    return element("li", Markup(element("span", all_words["papers"]) + element("ul", joined(lines))))


def _apology(dossier: Dossier) -> Markup:
    if not dossier.apologies:
        return Markup("")
    all_words = words()
    was = all_words["apology_was"].format(first=screen_datetime(dossier.first_promised_at))
    return Markup(element("dt", all_words["apology"]) + element("dd", was))


def _is_late(dossier: Dossier, now: datetime) -> bool:
    """Tell whether the citizen's day has passed while he has nothing in hand."""
    if dossier.is_closed or dossier.status in _SOLVED or dossier.is_clock_stopped:
        return False
    return is_late(now, dossier.promised_at, dossier.procedure.limit.unit)
