"""Ask whoever holds the receipt of a returned dossier how satisfied he is; the page needs no script.

Nothing that was answered is ever shown again here: the ward's clerks can open the page too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from desktop.cityserver.templates import Markup, element, fill, joined, words
from desktop.domain.ratings import MOST_REASON, Grade, RatingMistake, Step, tidied

#: Bytes of a form: a reason of 500 letters in NFD, each byte of which the browser writes as three.
MOST_BYTES: Final = 32_768
#: What a browser sends a form as.
MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """Hold what a form says, as typed."""

    key: str = ""
    grade: str = ""
    reason: str = ""
    steps: Mapping[str, str] = field(default_factory=dict)


def read_form(body: bytes) -> Sent | None:
    """Return what was sent; None when no browser would have sent it so."""
    try:
        given = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        return None
    fields = dict(given)
    steps = {step.value: fields.get(step.value, "") for step in Step}
    return Sent(fields.get("k", ""), fields.get("grade", ""), fields.get("reason", ""), steps)


def rating_form(code: str, sent: Sent, mistake: RatingMistake | None = None) -> Markup:
    """Return the three buttons, the steps and the reason, with what was typed and what is wrong with it."""
    said = _said()
    notice = Markup("")
    if mistake is not None:
        sentence = said[mistake.value].format(count=len(tidied(sent.reason)), most=MOST_REASON)
        notice = element("p", sentence, class_="bad", role="alert", id="mistake")
    # A first line break in a text area is swallowed: one of ours keeps the citizen's.
    return fill(
        "rating.html",
        path=quote(code, safe=""),
        key=sent.key,
        title=said["title"],
        hint=said["hint"],
        notice=notice,
        very_satisfied=said["very_satisfied"],
        satisfied=said["satisfied"],
        reason_label=said["reason"].format(most=MOST_REASON),
        reason=sent.reason,
        opened=Markup(" open") if any(sent.steps.values()) else "",
        steps_label=said["steps_label"],
        steps=joined([_step(step, sent.steps.get(step.value, "")) for step in Step]),
        most=str(MOST_REASON),
        not_satisfied=said["not_satisfied"],
    )


def _step(step: Step, chosen: str) -> Markup:
    """Return one step with its grades to choose from."""
    said = _said()
    offered = [("", said["step_none"]), *((grade.value, str(said[grade.value]).capitalize()) for grade in Grade)]
    options = [
        element("option", text, value=value, **({"selected": "selected"} if value == chosen else {}))
        for value, text in offered
    ]
    name = f"step-{step.value}"
    label = element("label", said["steps"][step.value], for_=name)
    return joined([label, element("select", joined(options), id=name, name=step.value)])


def asked_again(code: str, sent: Sent, mistake: RatingMistake) -> Markup:
    """Return the page after a mistake."""
    head = element("h1", Markup("Hồ sơ " + element("span", code, class_="code")))
    return joined([head, rating_form(code, sent, mistake)])


def told(name: str) -> Markup:
    """Return a sentence instead of the buttons: given already."""
    return element("p", _said()[name], class_="card")


def answered(title: str, sentence: str) -> Markup:
    """Return the page after a rating: thanks, or why it was not taken."""
    return joined([element("h1", _said()[title]), told(sentence)])


def _said() -> Mapping[str, Any]:
    said: Mapping[str, Any] = words()["rating"]
    return said
