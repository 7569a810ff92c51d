"""I12: a citizen's name, number, phone and address are nowhere in the clear but on the papers that were asked for."""

import json
import re
import sqlite3
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.vietnamese import fold
from tests.faults.lab import Lab, Outcome, Place
from tests.faults.scenario import DRAFT, code_of

pytestmark = pytest.mark.faults

NAME, ID_NUMBER, PHONE, ADDRESS = "Trần Thị Hoàng Yến Oanh", "079190998877", "0987123654", "số 7 hẻm Cây Điệp Vàng"
PERSON = {"name": NAME, "id_number": ID_NUMBER, "phone": PHONE, "address": ADDRESS}
CODE = code_of(18, 1)
AT = "2019-07-18T09:00:00+07:00"
_OPENED = re.compile(r'AT_FDCWD<[^>]*>, "([^"]*)", (\S+)')


def needles() -> dict[str, bytes]:
    """Return every form in which a canary could lie on a disk, by what it is called."""
    texts = {
        "name": NAME,
        "a part of the name": "Hoàng Yến Oanh",
        "folded name": fold(NAME),
        "a part of the folded name": "hoang yen oanh",
        "capitals": NAME.upper(),
        "number": ID_NUMBER,
        "phone": PHONE,
        "address": ADDRESS,
        "folded address": fold(ADDRESS),
    }
    found = {}
    for title, text in texts.items():
        found[f"{title}, UTF-8"] = text.encode()
        found[f"{title}, UTF-16LE"] = text.encode("utf-16-le")
        found[f"{title}, UTF-16BE"] = text.encode("utf-16-be")
        found[f"{title}, decomposed"] = unicodedata.normalize("NFD", text).encode()
        found[f"{title}, JSON"] = json.dumps(text)[1:-1].encode()
    return found


NEEDLES = needles()


def seen_in(content: bytes) -> list[str]:
    """Name the canaries in some bytes."""
    return [title for title, needle in NEEDLES.items() if needle in content]


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file but the papers that were asked for."""
    return (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pdf")


def leaks(folder: Path) -> dict[str, list[str]]:
    """Return canaries by file, in contents and in names."""
    found = {str(file): seen_in(file.read_bytes()) for file in files_below(folder)}
    found |= {f"name {file}": seen_in(str(file.relative_to(folder)).encode()) for file in folder.rglob("*")}
    return {file: titles for file, titles in found.items() if titles}


def draft_with_canary(place: Place) -> Path:
    """Write a draft that names the citizen in the clear; as a paper of his it is no leak itself."""
    draft = place.data.parent / "draft.pdf"
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_bytes(DRAFT.read_bytes() + f"% {NAME} {ID_NUMBER}\n".encode())
    assert seen_in(draft.read_bytes())
    return draft


def commands(draft: Path) -> list[dict[str, Any]]:
    """Return a day with the canary: good commands, refused ones, rubbish."""
    components = [{"code": f"TP{part:02d}", "originals": 1} for part in (1, 2, 3)]
    intake = {"procedure": "1.001193", "applicant": PERSON, "components": components, "note": f"gọi {PHONE}"}
    changes = {"applicant.name": f"{NAME} Anh", "applicant.address": f"{ADDRESS} B"}
    recipient = {**PERSON, "name": f"{NAME} Anh", "relation": "owner"}
    proof = {"kind": "signature", "ref": NAME}
    wanted: list[tuple[str, str, dict[str, Any]]] = [
        ("dossier.receive", "lan", intake),
        ("dossier.receive", "lan", intake),  # refused: the same person, the same procedure
        ("dossier.receive", "lan", {**intake, "components": []}),
        ("dossier.receive", "lan", {**intake, "applicant": {**PERSON, "id_number": ID_NUMBER + "9"}}),
        ("dossier.receive", NAME, intake),
        ("dossier.receive", "lan", {**intake, NAME: ID_NUMBER}),
        (NAME, "lan", {"q": ID_NUMBER}),
        ("dossier.correct", "lan", {"code": CODE, "changes": changes, "reason": f"theo thẻ {ID_NUMBER}"}),
        ("dossier.correct", "lan", {"code": CODE, "changes": {NAME: NAME}, "reason": NAME}),
        ("dossier.search", "lan", {"q": NAME}),
        ("dossier.search", "hung", {"q": fold(NAME)}),
        ("dossier.search", "lan", {"q": ID_NUMBER}),
        ("dossier.search", "lan", {"q": PHONE}),
        ("dossier.show", "lan", {"code": NAME}),
        ("receipt.print", "lan", {"code": CODE, "paper": "80mm"}),
        ("receipt.print", "lan", {"code": CODE, "paper": ADDRESS}),
        ("handover.create", "lan", {"to": "tu_phap", "codes": [CODE], "note": f"của {NAME}"}),
        ("handover.confirm", "hung", {"slip": "BG-2019-01-0001", "codes": [CODE]}),
        ("dossier.submit", "hung", {"code": CODE, "result_pdf": str(draft), "note": NAME}),
        ("dossier.approve", "hung", {"code": CODE}),
        ("dossier.approve", "chutich", {"code": CODE}),
        ("dossier.result_ready", "hung", {"code": CODE, "shelf": ADDRESS}),
        ("dossier.return_result", "lan", {"code": CODE, "recipient": recipient, "proof": proof}),
        ("dossier.show", "lan", {"code": CODE}),
    ]
    return [{"do": do, "as": login, "at": AT, "with": with_} for do, login, with_ in wanted]


def typed_in(lab: Lab, place: Place, *, kill: bool, variant: str = "", trace: tuple[str, ...] = ()) -> Outcome:
    """Type the commands (no file of ours holds them) and end or kill the program."""
    run = lab.start(place, "do", variant=variant, trace=trace)
    given = commands(draft_with_canary(place))
    lines = [json.dumps(command, ensure_ascii=False) for command in given] + [f'{{"do": {NAME}']
    run.typing.write(("\n".join(lines) + "\n").encode())
    answers = run.read(len(lines))
    assert variant or len(answers) == len(lines)
    if kill:
        run.kill()
    return run.finish()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.under(tmp_path / "watched")


def test_no_file_and_no_word_on_standard_error_holds_a_canary(lab: Lab, place: Place) -> None:
    errors = [lab.run(place, "init", "--training", "--sample").error]
    worked = typed_in(lab, place, kill=True)
    assert [answer["ok"] for answer in worked.answers].count(True) >= 14
    assert seen_in(json.dumps(worked.answers, ensure_ascii=False).encode())
    assert leaks(place.data.parent) == {}, "after a kill"

    backup = place.data.parent / "backup.tar"
    second, bundle = place.data.parent / "second place", place.data.parent / "bundle.zip"
    second.mkdir()
    again, spare = (replace(place, data=place.data.with_name(name)) for name in ("again", "spare"))
    errors += [
        worked.error,
        lab.run(place, "work", "1", json.dumps(PERSON, ensure_ascii=False)).error,
        lab.run(place, "doctor", "--json").error,
        lab.run(place, "verify", "--json").error,
        lab.run(place, "backup", backup).error,
        lab.run(place, "backup", "--to", second).error,
        lab.run(again, "restore", backup).error,
        typed_in(lab, again, kill=False).error,
        lab.run(place, "work", "1", json.dumps(PERSON | {"id_number": "079190998999"}, ensure_ascii=False)).error,
        lab.run(place, "backup", "--to", second, "--drill").error,
        lab.run(spare, "restore", second).error,
        lab.run(place, "support-bundle", bundle).error,
        lab.run(place, "verify", "--json").error,
    ]
    place.database.write_bytes(bytes(place.database.stat().st_size))
    recovered = lab.run(place, "recover", "--from", second)
    errors.append(recovered.error)
    assert recovered.code == 0, recovered.error

    assert [seen_in(error.encode()) for error in errors] == [[] for _ in errors]
    with zipfile.ZipFile(bundle) as packed:
        assert [seen_in(packed.read(name)) for name in packed.namelist()] == [[] for _ in packed.namelist()]
    assert leaks(place.data.parent) == {}
    names = {file.name for file in files_below(place.data.parent)}
    assert {"motcua.db", "motcua.db-wal", "marker", "keys.toml", "backup.tar", "backup-status.json"} <= names
    assert {name.split("-")[0] for name in names if name.endswith((".mcs", ".txt"))} >= {"toan", "doan", "phuc"}


def test_a_bug_that_quotes_the_citizen_leaves_no_canary(lab: Lab, place: Place) -> None:
    lab.run(place, "init", "--training", "--sample")

    crashed = typed_in(lab, place, kill=False, variant="crashing")

    assert crashed.code == 70
    assert seen_in(crashed.error.encode()) == []
    assert leaks(place.data.parent) == {}
    assert any(b"RuntimeError" in file.read_bytes() for file in files_below(place.state)), "the log says where"


def test_no_file_is_opened_for_writing_elsewhere_and_no_program_started(lab: Lab, fresh: Callable[[], Place]) -> None:
    place = fresh()

    outcome = typed_in(lab, place, kill=False, trace=("openat", "open", "creat", "execve"))

    opened = {match[1] for _, text in outcome.calls if (match := _OPENED.search(text)) and is_writing(match[2])}
    known = (f"{place.data}/motcua.", f"{place.data}/out/", f"{place.state}/motcua/", "/dev/null")
    # A nameless file in the data folder tries whether the folder takes one; it holds nothing.
    strange = {name for name in opened - {str(place.data)} if not name.startswith(known)}
    assert strange == set()
    assert any(name.endswith("-wal") for name in opened)
    assert outcome.count("execve") == 0, "no other program gets arguments from us"
    assert list(place.temporary.iterdir()) == []


def is_writing(flags: str) -> bool:
    return any(flag in flags for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_control_the_same_search_finds_a_canary_in_a_plain_database(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "plain.db"
    with closing(sqlite3.connect(file)) as plain:
        plain.execute(f"PRAGMA encoding = '{encoding}'")
        plain.execute("CREATE TABLE dossier (name, folded, number, phone, address)")
        plain.execute("INSERT INTO dossier VALUES (?, ?, ?, ?, ?)", (NAME, fold(NAME), ID_NUMBER, PHONE, ADDRESS))
        plain.commit()

    (titles,) = leaks(tmp_path).values()

    kinds = {title.split(",")[0] for title in titles}
    assert {"name", "folded name", "number", "phone", "address"} <= kinds


def test_control_the_search_finds_canaries_in_names_and_in_json(tmp_path: Path) -> None:
    (tmp_path / f"{fold(NAME)}.txt").write_bytes(b"")
    (tmp_path / "motcua.log").write_text(json.dumps({"name": NAME}))

    assert len(leaks(tmp_path)) == 2
