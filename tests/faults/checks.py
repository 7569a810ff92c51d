"""Judge a database after a fault: one function used by every test, so that a control can make it object."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.lab import Lab, Place
from tests.faults.scenario import Act, next_day, shown

_DAMAGED = "verify says "
CLOSED = {"returned", "refused", "withdrawn"}


def problems_after(lab: Lab, place: Place, acts: Sequence[Act], answers: Sequence[dict[str, Any]]) -> list[str]:
    """Return what is wrong after a run was broken; empty when nothing is.

    The answered acts must be there, in order, whole; at most the one that was under way besides. Then work goes on.

    Args:
        lab: Runs the commands.
        place: The database.
        acts: What was asked.
        answers: The good answers that were read.
    """
    found = _verified(lab, place, "after the fault")
    tables = lab.inspect(place)
    done = committed(tables)
    found += acts_differ(acts, answers, done)
    found += torn(tables, acts[: len(done)])
    found += [f"no PDF {file}" for file in _papers(answers) if not _is_whole_pdf(Path(file))]
    return found + _goes_on(lab, place, sorted({act.code for act in acts[: len(answers)]}))


def torn(tables: dict[str, list[Any]], acts: Sequence[Act]) -> list[str]:
    """Return where events, rows, codes, numbers, search and print jobs of these acts disagree."""
    events = [row[0] for row in tables["events"]]
    received = [event for event in events if event["type"] == "dossier.received"]
    codes = [event["fact"]["code"] for event in received]
    numbers = [event["fact"]["receipt_number"] for event in received]
    act_ids = [event["act_id"] for event in events]
    jobs = sorted([(act.code, *act.job) for act in acts if act.job] + [("", 0, 0) for act in acts if act.slip])
    slips = [event["fact"]["slip"] for event in events if event["type"] == "slip.made"]
    facts = {
        "an act is incomplete": all(act_ids.count(event["act_id"]) == event["act_size"] for event in events),
        "a code twice": len(codes) == len(set(codes)),
        "receipt numbers have a gap": numbers == list(range(1, len(numbers) + 1)),
        "slips have a gap": [slip["number"]["number"] for slip in slips] == list(range(1, len(slips) + 1)),
        "slips differ from events": [row[0] for row in tables["slips"]] == [slip["name"] for slip in slips],
        "form numbers differ from events": [row for row in tables["numbers"] if row] == _last_numbers(events),
        "not one custodian each": all((row[4] == "nobody") == (row[2] in CLOSED) for row in tables["rows"]),
        "an attached file is lost": _files(events) <= {row[0] for row in tables["files"]},
        "rows differ from events": [row[1] for row in tables["rows"]] == codes,
        "codes differ from events": [row[0] for row in tables["codes"]] == sorted(codes),
        "search differs from rows": [row[0] for row in tables["found"]] == [row[3] for row in tables["rows"]],
        "print jobs differ from acts": sorted((row[0], row[2], row[3]) for row in tables["jobs"]) == sorted(jobs),
    }
    return [problem for problem, holds in facts.items() if not holds]


def issued(answers: Sequence[dict[str, Any]]) -> list[str]:
    """Return the codes that intakes were answered with."""
    return [entry["result"]["code"] for entry in answers if entry["ok"] and "dossier_id" in entry["result"]]


def code_in(result: dict[str, Any]) -> str:
    """Return the one dossier an answer is about."""
    if "items" in result:
        return str(result["items"][0]["code"])
    return str(result.get("code") or (result.get("codes") or result["accepted"])[0])


def good(answers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the answers that promise something."""
    return [answer for answer in answers if answer["ok"]]


def _files(events: Sequence[dict[str, Any]]) -> set[str]:
    """Return the hashes of the files that were attached."""
    return {event["fact"]["attachment"]["sha256"] for event in events if event["type"] == "file.attached"}


def _last_numbers(events: Sequence[dict[str, Any]]) -> list[list[object]]:
    """Return (form, year, book, last) of every form that took a number; each number is the next one."""
    last: dict[tuple[str, int, int], int] = {}
    for event in events:
        fact = event["fact"]
        if event["type"] == "dossier.received" and fact["receipt_number"]:
            numbers = [{"form": "receipt", "year": 2019, "book": fact["book"], "number": fact["receipt_number"]}]
        else:
            numbers = [fact.get("form"), fact.get("voucher"), fact.get("slip")]
            numbers = [
                each.get("number", each) if isinstance(each, dict) and "lines" in each else each for each in numbers
            ]
        for number in numbers:
            if isinstance(number, dict) and "form" in number:
                key = (number["form"], number["year"], number["book"])
                last[key] = number["number"] if number["number"] == last.get(key, 0) + 1 else -1
    return sorted([*key, n] for key, n in last.items())


def committed(tables: dict[str, list[Any]]) -> list[tuple[str, str]]:
    """Return (last event's type, code) of each act on a dossier, in order."""
    codes: dict[str, str] = {}
    acts: dict[str, tuple[str, str]] = {}
    for (event,) in tables["events"]:
        if event["dossier_id"]:
            code = codes.setdefault(event["dossier_id"], event["fact"].get("code", ""))
            acts[event["act_id"]] = (event["type"], code)
    return list(acts.values())


def acts_differ(acts: Sequence[Act], answers: Sequence[dict[str, Any]], done: list[tuple[str, str]]) -> list[str]:
    """Return how the acts that are there differ from those that were asked, and answered."""
    wanted = [(act.event, act.code) for act in acts]
    said = [code_in(answer["result"]) for answer in answers]
    found = []
    if said != [act.code for act in acts[: len(said)]]:
        found.append("answers name other dossiers")
    if len(done) < len(answers):
        found.append(f"lost: {len(answers)} answered, {len(done)} there")
    if len(done) > len(answers) + 1:
        found.append(f"{len(done)} acts there, only {len(answers)} answered")
    if done != wanted[: len(done)]:
        found.append("the acts there are not those that were asked, in order")
    return found


def _verified(lab: Lab, place: Place, when: str) -> list[str]:
    code, findings = lab.findings(place)
    return [] if code == 0 else [f"{_DAMAGED}{code} {findings} {when}"]


def _goes_on(lab: Lab, place: Place, codes: Sequence[str]) -> list[str]:
    """Show what was answered and do two intakes more."""
    more = [act.command for act in next_day()]
    outcome = lab.do(place, [*shown(codes), *more])
    found = []
    if outcome.code != 0 or len(good(outcome.answers)) != len(codes) + len(more):
        found.append(f"work does not go on: {outcome.code} {json.dumps(outcome.answers)[:300]} {outcome.error[-300:]}")
        return found
    tables = lab.inspect(place)
    numbers = [row[0]["fact"]["receipt_number"] for row in tables["events"] if row[0]["type"] == "dossier.received"]
    if numbers != list(range(1, len(numbers) + 1)):
        found.append(f"receipt numbers after going on: {numbers}")
    return found + _verified(lab, place, "after going on")


def _papers(answers: Sequence[dict[str, Any]]) -> list[str]:
    results = [answer["result"] for answer in answers]
    return [paper for result in results if (paper := _paper(result))]


def _paper(result: dict[str, Any]) -> str | None:
    holders = (result, *(result.get(name) or {} for name in ("receipt", "form", "voucher")))
    return next((holder["pdf"] for holder in holders if holder.get("pdf")), None)


def _is_whole_pdf(file: Path) -> bool:
    content = file.read_bytes() if file.is_file() else b""
    return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
