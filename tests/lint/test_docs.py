"""docs/command-line.md says what the command line does: names, limits, codes, and examples that still run.

``pytest tests/lint/test_docs.py --golden`` writes the answers of the examples anew; look at them before you commit.
"""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from typer.main import get_command

from desktop.cli import (
    answers,
    answers_board,
    answers_books,
    answers_dossier,
    answers_way,
    doctor,
    wire,
    wire_books,
    wire_way,
)
from desktop.cli.exits import Exit
from desktop.cli.handlers import HANDLERS
from desktop.cli.main import app
from desktop.domain import dossiers, limits, users, way
from desktop.domain.acts.correcting import CORRECTABLE
from desktop.domain.board import ApologyMark, Denominator
from desktop.domain.calendars import DayKind
from desktop.domain.catalogue import FeeKind
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.slips import SlipState
from desktop.domain.units import PAPERS
from desktop.services.two_people import What
from desktop.storage.keys import KeyMode
from tests.lint.raised_codes import Raised, raised_codes
from tests.lint.repository import ROOT, python_files

#: The examples are a whole day at a ward, each of its papers a PDF.
pytestmark = pytest.mark.timeout(900)

WIRE = (wire, wire_way, wire_books)
ANSWERS = (answers, answers_way, answers_dossier, answers_board, answers_books)
PAGE = ROOT / "docs" / "command-line.md"
DATA, OTHER = "/tmp/ward", "/tmp/other"
WIDTH = 150

ENUMS: tuple[type[StrEnum], ...] = (
    limits.LimitUnit,
    dossiers.Channel,
    dossiers.ApplicantKind,
    dossiers.Relation,
    dossiers.Proof,
    dossiers.ResultBy,
    dossiers.FeeMethod,
    dossiers.Status,
    users.Role,
    users.Action,
    FeeKind,
    wire_way.RegisterFormat,
    way.WaitKind,
    way.LateCause,
    way.SigningForm,
    way.SigningMeans,
    way.AttachmentRole,
    way.DecisionKind,
    ClockEffect,
    SlipState,
    Denominator,
    ApologyMark,
    DayKind,
    KeyMode,
    What,
    doctor.State,
)
#: Answers whose very values the page promises; of all others it promises the shape.
EXACT = frozenset(
    {
        *("ok", "id", "code", "type", "pack", "training", "key_mode", "relation", "is_provisional"),
        *("status", "national_status", "received_at", "promised_at", "due_at", "provisional_through"),
        *("number", "version", "copy_no", "fee_vnd", "fee_owed_vnd", "paid_vnd"),
    }
)


@cache
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return the text below a heading, up to the next heading of any depth."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", _without_blocks(), re.MULTILINE | re.DOTALL)
    assert found, f"docs/command-line.md has no section «{title}»"
    return found.group(1)


@cache
def _without_blocks() -> str:
    return re.sub(r"^```.*?^```$", "", page(), flags=re.MULTILINE | re.DOTALL)


def rows(text: str, first: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of the tables whose first column has this head: the backticked name to the other cells."""
    found: dict[str, tuple[str, ...]] = {}
    is_ours = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            is_ours = False
        elif cells[0] == first:
            is_ours = True
        elif is_ours and (name := re.fullmatch(r"`([^`]+)`", cells[0])):
            assert name.group(1) not in found, f"{name.group(1)} stands twice"
            found[name.group(1)] = tuple(cells[1:])
    return found


def type_of(part: dict[str, Any]) -> str:
    """Say a JSON Schema's type as the page says it."""
    if "$ref" in part:
        return f"`{part['$ref'].rpartition('/')[2]}`"
    if "anyOf" in part:
        return " or ".join(type_of(each) for each in part["anyOf"])
    kind = part.get("type", "any")
    if kind == "array":
        return f"list of {type_of(part['items'])}"
    if kind == "string" and "format" in part:
        return {"date-time": "instant", "date": "date"}[part["format"]]
    if kind == "string":
        low, high = part.get("minLength"), part.get("maxLength")
        return "text" if high is None else f"text {low}-{high}" if low else f"text ≤ {high}"
    if kind == "integer" and "maximum" in part:
        return f"integer {part['minimum']}-{part['maximum']}"
    return str(kind)


def fields_of(model: Any, *, is_input: bool) -> dict[str, tuple[str, ...]]:
    """Say a model's fields as the page's rows do: type, and for what is given its default."""
    whole = model.model_json_schema(by_alias=True)
    found: dict[str, tuple[str, ...]] = {}
    for name, part in whole["properties"].items():
        default = "required" if name in whole.get("required", ()) else f"`{json.dumps(part.get('default', {}))}`"
        found[name] = (type_of(part), default) if is_input else (type_of(part),)
    return found


def shared(kind: type[Any]) -> list[type[Any]]:
    """List the models that commands or answers use inside others."""
    modules = (
        (wire, wire_way, wire_books)
        if kind is wire.Strict
        else (answers, answers_way, answers_dossier, answers_board, answers_books)
    )
    tops = {each for handler in HANDLERS.values() for each in (handler.with_, handler.result)} | {wire.CommandLine}
    inside = {name for top in tops for name in top.model_json_schema(by_alias=True).get("$defs", {})}
    used = {
        name: each
        for module in modules
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, kind)
    }
    return [each for name, each in used.items() if name in inside and each not in tops]


def check_fields(text: str, model: Any, *, is_input: bool) -> None:
    wanted = fields_of(model, is_input=is_input)
    documented = rows(text, "field" if is_input else "result")
    shown = {name: cells[: len(wanted.get(name, cells))] for name, cells in documented.items()}
    assert shown == wanted, model.__name__
    assert all(cells[-1] for cells in documented.values()), f"{model.__name__}: a field without a meaning"


@pytest.mark.parametrize("name", HANDLERS)
def test_every_field_of_a_command_is_documented_with_its_limits(name: str) -> None:
    text = section(f"`{name}`")

    check_fields(text, HANDLERS[name].with_, is_input=True)
    check_fields(text, HANDLERS[name].result, is_input=False)


def test_no_other_command_is_documented() -> None:
    titles = re.findall(r"^### `([a-z]+\.[a-z_]+)`$", _without_blocks(), re.MULTILINE)

    assert sorted(titles) == sorted(HANDLERS)


def test_the_line_itself_is_documented() -> None:
    check_fields(section("A line"), wire.CommandLine, is_input=True)


@pytest.mark.parametrize("model", shared(wire.Strict), ids=lambda model: model.__name__)
def test_every_object_inside_a_command_is_documented(model: Any) -> None:
    check_fields(section(f"`{model.__name__}`"), model, is_input=True)


@pytest.mark.parametrize("model", shared(answers.Answer), ids=lambda model: model.__name__)
def test_every_object_inside_an_answer_is_documented(model: Any) -> None:
    check_fields(section(f"`{model.__name__}`"), model, is_input=False)


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_every_word_is_documented(enum: type[StrEnum]) -> None:
    words = rows(section(f"`{enum.__name__}`"), "word")

    assert set(words) == {member.value for member in enum}
    if enum is dossiers.Status:
        assert {word: cells[0] for word, cells in words.items()} == {
            status.value: str(national) for status, national in dossiers.NATIONAL_STATUS.items()
        }


def test_papers_and_correctable_fields_are_documented() -> None:
    assert set(rows(section("Papers"), "word")) == set(PAPERS)
    assert set(re.findall(r"`([a-z_.]+)`", section("What can be corrected"))) == CORRECTABLE


def test_every_exit_code_is_documented() -> None:
    assert set(rows(section("Exit codes"), "code")) == {str(int(code)) for code in Exit}


def test_every_option_of_every_command_is_documented() -> None:
    whole: Any = get_command(app)
    options = {option for param in whole.params for option in param.opts if option.startswith("--")}

    assert set(rows(section("Options before the command"), "option")) == options
    synopsis = re.findall(r"^motcua (?:\[--data DIR\] )?([a-z].*?)(?:  |$)", page(), re.MULTILINE)
    assert {line.split()[0] for line in synopsis} == set(whole.commands)
    for name, command in whole.commands.items():
        shown = {word for line in synopsis if line.split()[0] == name for word in re.findall(r"--[a-z-]+", line)}
        assert shown == {param.opts[0] for param in command.params if param.opts[0].startswith("--")}, name


def test_every_check_of_the_doctor_is_documented() -> None:
    assert set(rows(section("`doctor`"), "check")) == _first_arguments("desktop/wiring/self_check.py", "Check")


def test_every_finding_of_verify_is_documented() -> None:
    found = _first_arguments("desktop/storage/verification.py", "_broken")
    for module in ("verification", "recount", "quick_check", "checkpoints"):
        found |= _first_arguments(f"desktop/storage/{module}.py", "Finding")
    # What decoding, folding and SQLite itself say of a broken entry becomes a finding of that code.
    for path in ("desktop/domain/events.py", "desktop/domain/fold.py"):
        found |= _first_arguments(path, "DamagedData")

    assert set(rows(section("`verify`"), "finding")) == found | {"database_damaged"}


@cache
def raised() -> tuple[Raised, ...]:
    return tuple(raised_codes("desktop"))


def test_every_error_code_is_documented_with_its_facts() -> None:
    facts: dict[str, set[str]] = {}
    for each in raised():
        if not each.place.startswith(("desktop/ui/", "desktop/app/")):
            facts.setdefault(each.code, set()).update(each.fields or ())
    in_the_window = set(re.findall(r"`([a-z_]+)`", section("Codes of the window")))
    table = rows(section("Error codes"), "error")

    # Some are made from the database's own codes: no literal stands where they are raised.
    assert set(facts) - set(table) == in_the_window & set(facts)
    assert set(table) - set(facts) == _translated()
    shown = {code: set(re.findall(r"`([a-z_]+)`", cells[0])) for code, cells in table.items() if code in facts}
    assert shown == {code: facts[code] for code in shown}


def _translated() -> set[str]:
    from desktop.storage.engine import _CODES  # noqa: PLC0415 - the one place that knows SQLite's codes

    return {code for code, _ in _CODES.values()} - {each.code for each in raised()}


def _first_arguments(path: str, called: str) -> set[str]:
    (module,) = (file for file in python_files("desktop") if file == ROOT / path)
    calls = (node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if getattr(call.func, "id", "") == called
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


@dataclass(frozen=True, slots=True)
class Example:
    """One fenced block of the page that is run, with what the page says comes back.

    Attributes:
        kind: ``console`` for a command with its output, ``jsonl`` for lines of ``do``.
        is_elsewhere: Run on another PC, one that never saw the database.
        asked: The command, or the lines.
        answered: JSON objects the page shows.
        start: Where the shown answers begin in the page.
        end: And where they end.
    """

    kind: str
    is_elsewhere: bool
    asked: str
    answered: tuple[Any, ...]
    start: int
    end: int


_EXAMPLE = re.compile(
    r"^```(?P<kind>console|jsonl)(?P<where> elsewhere)?\n(?P<asked>.*?)^```\n+```json\n(?P<answered>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@cache
def examples() -> tuple[Example, ...]:
    return tuple(
        Example(
            found["kind"],
            bool(found["where"]),
            found["asked"].strip(),
            tuple(_objects(found["answered"])),
            *found.span("answered"),
        )
        for found in _EXAMPLE.finditer(page())
    )


def _objects(text: str) -> Iterator[Any]:
    decoder, at = json.JSONDecoder(), 0
    while (at := at + len(text[at:]) - len(text[at:].lstrip())) < len(text):
        given, at = decoder.raw_decode(text, at)
        yield given


def _motcua(folder: Path, arguments: list[str], state: str, lines: str = "") -> str:
    """Run the program as the page says, with its folders below ``folder``; return what it printed."""
    environment = os.environ | {"XDG_STATE_HOME": str(folder / state), "PYTHONIOENCODING": "utf-8"}
    moved = [argument.replace("/tmp/", f"{folder}/") for argument in arguments]
    ended = subprocess.run(
        [sys.executable, "-m", "desktop", *moved],
        cwd=ROOT,
        env=environment,
        input=lines.replace('"/tmp/', f'"{folder}/'),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )
    refused = '"ok": false' in ended.stdout
    assert (ended.returncode, ended.stderr) == (int(refused), ""), arguments
    return ended.stdout.replace(f"{folder}/", "/tmp/")


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Any, ...], ...]:
    """Run every example in the order of the page; lines of ``do`` that follow each other share one run."""
    folder = tmp_path_factory.mktemp("page")
    canvas = Canvas(str(folder / "ket-qua.pdf"))
    canvas.drawString(72, 720, "Ket qua")
    canvas.save()
    given: list[tuple[Any, ...]] = []
    waiting: list[Example] = []

    def send() -> None:
        if not waiting:
            return
        data, state = (OTHER, "other-state") if waiting[0].is_elsewhere else (DATA, "state")
        lines = [each.asked.splitlines() for each in waiting]
        text = "".join(f"{line}\n" for asked in lines for line in asked)
        said = list(_objects(_motcua(folder, ["--data", data, "do"], state, text)))
        for asked in lines:
            given.append(tuple(said[: len(asked)]))
            del said[: len(asked)]
        assert not said
        waiting.clear()

    for example in examples():
        if waiting and (example.kind == "console" or example.is_elsewhere != waiting[0].is_elsewhere):
            send()
        if example.kind == "jsonl":
            waiting.append(example)
            continue
        command = example.asked.removeprefix("$ motcua ").split()
        given.append(tuple(_objects(_motcua(folder, command, "other-state" if example.is_elsewhere else "state"))))
    send()
    return tuple(given)


def shape(value: Any, name: str = "") -> Any:
    """Return what of an answer the page promises: names and types, and the values of some."""
    if isinstance(value, dict):
        return {each: shape(inner, each) for each, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    if name == "code" and isinstance(value, str) and value.startswith("T-"):
        return "T-"  # a provisional code names the database's epoch
    return value if name in EXACT else type(value).__name__


def test_examples_still_work(answered: tuple[tuple[Any, ...], ...], request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden"):
        PAGE.write_text(_rewritten(answered), encoding="utf-8")
        return
    for example, given in zip(examples(), answered, strict=True):
        assert shape(list(given)) == shape(list(example.answered)), example.asked


def test_every_command_has_an_example_that_succeeds(answered: tuple[tuple[Any, ...], ...]) -> None:
    succeeded = set()
    for example, given in zip(examples(), answered, strict=True):
        if example.kind == "jsonl":
            asked = [json.loads(line)["do"] for line in example.asked.splitlines()]
            succeeded |= {do for do, answer in zip(asked, given, strict=True) if answer["ok"]}

    assert succeeded == set(HANDLERS)


def _rewritten(answered: tuple[tuple[Any, ...], ...]) -> str:
    text = page()
    for example, given in reversed(list(zip(examples(), answered, strict=True))):
        if shape(list(given)) == shape(list(example.answered)):
            continue  # no new identifiers for the sake of newness
        text = text[: example.start] + "".join(f"{pretty(each)}\n" for each in given) + text[example.end :]
    return text


def pretty(value: Any, indent: int = 0) -> str:
    """Write JSON on as few lines as fit the page's width."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {pretty(inner, indent + 1)}" for name, inner in value.items()]
        opens, closes = "{", "}"
    else:
        parts = [pretty(inner, indent + 1) for inner in value]
        opens, closes = "[", "]"
    lines = [parts[0]]
    for part in parts[1:]:
        if "\n" in part or "\n" in lines[-1] or len(pad) + len(lines[-1]) + len(part) + 3 > WIDTH:
            lines.append(part)
        else:
            lines[-1] += f", {part}"
    return opens + f",\n{pad}".join(lines) + closes
