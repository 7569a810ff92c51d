"""``motcua do`` in this process: what each line gets for an answer, and that nothing it reads can break it."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.cli import answers, answers_dossier, wire
from desktop.cli.do import read_lines, run, schema
from desktop.cli.exits import Exit, exit_of
from desktop.cli.handlers import HANDLERS
from desktop.domain.errors import AppError, DamagedData, EnvironmentProblem, NewerData, UserError
from desktop.services.records import JobState
from tests.support.do_lines import APPLICANT, AT, BIRTH, PAPERS, answer, good, line, refused, runner
from tests.support.samples import NINE
from tests.support.wards import Ward, make_ward


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path)
    yield made
    made.database.close()


def test_a_day_at_the_counter(ward: Ward, tmp_path: Path) -> None:
    out = tmp_path / "out"
    steps = [
        line("procedure.search", q="khai sinh", limit=1),
        line("deadline.compute", received_at=AT, limit={"n": 3, "unit": "working_day"}),
        line("dossier.receive", **BIRTH),
        line("dossier.correct", code="000.16.27.H29-190718-0001", changes={"note": "gấp"}, reason="ghi thiếu"),
        line("receipt.print", code="000.16.27.H29-190718-0001", paper="80mm"),
        line("handover.create", to="tu_phap", codes=["000.16.27.H29-190718-0001"]),
        line("handover.confirm", "hung", slip="BG-2019-01-0001", codes=["000.16.27.H29-190718-0001"]),
        line("dossier.submit", "hung", code="000.16.27.H29-190718-0001"),
        line("dossier.approve", "chutich", codes=["000.16.27.H29-190718-0001"]),
        line("dossier.result_ready", "hung", code="000.16.27.H29-190718-0001", shelf="A1"),
        line(
            "dossier.return_result",
            code="000.16.27.H29-190718-0001",
            recipient={**APPLICANT, "relation": "owner"},
            proof={"kind": "signature", "ref": "ký"},
        ),
        line("dossier.show", "thanhtra", code="000.16.27.H29-190718-0001"),
        line("dossier.search", q="ngoc o"),
    ]
    written = io.StringIO()

    ended = run(runner(ward, out), steps, written)

    results = [json.loads(text)["result"] for text in written.getvalue().splitlines()]
    assert ended is Exit.DONE
    assert results[0]["items"][0]["code"] == "1.001193"
    assert results[1]["promised_at"] == "2019-07-23T17:00:00+07:00"
    assert (results[2]["code"], results[2]["receipt"]["number"]) == ("000.16.27.H29-190718-0001", 1)
    assert (results[2]["promised_at"], results[2]["national_status"]) == ("2019-07-18T17:00:00+07:00", 2)
    assert (results[3]["receipt"]["version"], results[4]["copy_no"]) == (2, 1)
    assert [results[n]["status"] for n in (9, 10)] == [9, 10]
    assert results[11]["applicant"]["id_number"] == "079******345"
    assert (results[11]["status"], results[11]["note"]) == ("returned", "gấp")
    assert results[12]["items"][0]["applicant"] == APPLICANT["name"]
    pdfs = [Path(results[n]["receipt"]["pdf"]) for n in (2, 3)] + [Path(results[4]["pdf"])]
    assert all(pdf.is_absolute() and pdf.read_bytes().startswith(b"%PDF") for pdf in pdfs)
    assert not any("Ng" in pdf.name for pdf in pdfs)
    assert ward.desk.reader.jobs(JobState.WAITING) == ()


def test_answers_come_one_by_one_and_only_after_the_commit(ward: Ward) -> None:
    seen: list[int] = []

    class Out(io.StringIO):
        def flush(self) -> None:
            seen.append(len(self.getvalue().splitlines()))
            assert ward.desk.reader.search("190718", 9)

    twin = line("dossier.receive", **BIRTH, duplicate_reason="hồ sơ thứ hai")

    run(runner(ward), iter([line("dossier.receive", **BIRTH), twin]), Out())

    assert seen == [1, 2]


def test_ids_are_repeated_and_blank_lines_have_no_answer(ward: Ward) -> None:
    written = io.StringIO()

    ended = run(runner(ward), ["\n", '{"id": "a", "do": "x"}\n', "  \n", '{"do": "x"}'], written)

    assert [json.loads(text)["id"] for text in written.getvalue().splitlines()] == ["a", None]
    assert ended is Exit.REFUSED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", "bad_command"),
        ("[]", "bad_command"),
        ("{}", "bad_command"),
        ('{"do": 5}', "bad_command"),
        ('{"do": "x", "extra": 1}', "bad_command"),
        ('{"id": NaN, "do": "x"}', "bad_command"),
        ('{"id": 1e999, "do": "x"}', "bad_command"),
        ('{"id": "\\ud800", "do": "x"}', "bad_command"),
        ('{"do": "x\\udfff"}', "bad_command"),
        ("[" * 100_000, "bad_command"),
        ('{"a": "' + "x" * 1_000_001 + '"}', "bad_command"),
        ('{"do": "dossier.explode"}', "unknown_command"),
        ('{"do": "dossier.search", "as": "nobody", "with": {"q": "x"}}', "user_unknown"),
        ('{"do": "dossier.search", "as": "lan", "with": {}}', "bad_command"),
        ('{"do": "dossier.search", "as": "lan", "with": {"q": 5}}', "bad_command"),
        ('{"do": "dossier.search", "as": "lan", "at": "2019-07-18T09:00:00", "with": {"q": "x"}}', "bad_command"),
        ('{"do": "dossier.search", "as": "lan", "at": "0001-01-01T00:00:00+07:00", "with": {"q": "x"}}', "bad_instant"),
        ('{"do": "dossier.search", "as": "lan", "at": "9999-12-31T23:59:59-07:00", "with": {"q": "x"}}', "bad_instant"),
    ],
)
def test_a_line_that_is_no_command_is_refused(ward: Ward, text: str, code: str) -> None:
    assert answer(ward, text)["error"]["code"] == code


def test_an_emoji_in_two_escapes_is_a_character_like_any(ward: Ward) -> None:
    assert answer(ward, '{"id": "\\ud83d\\ude00", "do": "dossier.search", "as": "lan", "with": {"q": "x"}}')["ok"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"note": None}, "bad_command"),
        ({"note": True}, "bad_command"),
        ({"note": ["x"]}, "bad_command"),
        ({"note": "x" * 3_000}, "bad_command"),
        ({"applicant.phone": "12"}, "bad_phone"),
        ({"applicant.id_number": "123"}, "bad_id_number"),
        ({"applicant.birth_date": "31/02/1990"}, "bad_birth_date"),
        ({"promised_at": "ngày mai"}, "bad_instant"),
        ({"promised_at": "2019-07-20T10:00:00"}, "bad_instant"),
        ({"promised_at": "0001-01-01T00:00:00+07:00"}, "bad_instant"),
        ({"components": "TP01"}, "bad_command"),
        ({"documents": {"pages": 1}}, "bad_command"),
        ({"documents": [{"pages": 0, "copies": 1}]}, "bad_command"),
        ({"procedure": "9.999999"}, "procedure_unknown"),
        ({"code": "x"}, "not_correctable"),
        ({}, "bad_command"),
    ],
)
def test_a_correction_is_parsed_field_by_field(ward: Ward, changes: dict[str, Any], code: str) -> None:
    made = good(ward, "dossier.receive", **BIRTH)["code"]

    assert refused(ward, "dossier.correct", code=made, changes=changes, reason="gõ nhầm rồi")["code"] == code
    assert good(ward, "dossier.show", code=made)["receipt"]["version"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"applicant.birth_date": "02/01/1990", "sets": 2},
        {"applicant.phone": "+84 987 654 321"},
        {"components": [{"code": "TP01", "copies": 2}, *PAPERS[1:]]},
        {"promised_at": "2019-07-18T15:00:00+07:00"},
        {"documents": [{"pages": 2, "copies": 1}]},
    ],
)
def test_a_correction_takes_texts_numbers_and_lists(ward: Ward, changes: dict[str, Any]) -> None:
    made = good(ward, "dossier.receive", **BIRTH)["code"]

    done = good(ward, "dossier.correct", code=made, changes=changes, reason="gõ nhầm rồi")

    assert done["receipt"]["version"] == 2


def test_a_correction_to_another_procedure_by_its_code(ward: Ward) -> None:
    made = good(ward, "dossier.receive", **BIRTH)["code"]
    right = good(ward, "procedure.show", procedure="1.000656")
    papers = [{"code": each["code"], "originals": 1} for each in right["components"]]

    good(
        ward, "dossier.correct", code=made, changes={"procedure": "1.000656", "components": papers}, reason="chọn nhầm"
    )

    assert good(ward, "dossier.show", code=made)["procedure"]["code"] == "1.000656"


def test_a_refused_command_changes_nothing(ward: Ward, tmp_path: Path) -> None:
    head = ward.database.ledger.head

    for with_ in ({**BIRTH, "paper": "A3"}, {**BIRTH, "components": []}, {**BIRTH, "paid_vnd": 5}):
        assert not answer(ward, line("dossier.receive", **with_), tmp_path / "out")["ok"]

    assert ward.database.ledger.head == head
    assert not (tmp_path / "out").exists()


def test_text_is_one_clean_line_of_composed_letters(ward: Ward) -> None:
    messy = {
        **BIRTH,
        "applicant": {**APPLICANT, "name": "  Nguye\u0302\u0303n\tVăn\u0000 A\n", "birth_date": "1/2/1990"},
    }

    shown = good(ward, "dossier.show", code=good(ward, "dossier.receive", **messy)["code"])

    assert (shown["applicant"]["name"], shown["applicant"]["birth_date"]) == ("Nguyễn Văn A", "1990-02-01")


def test_a_submitter_and_a_paper_outside_the_list_are_taken(ward: Ward) -> None:
    extra = {"code": "", "name": "Giấy khai", "reason": "cần đối chiếu", "copies": 1}
    given = {
        **BIRTH,
        "components": [*PAPERS, extra],
        "submitter": {"name": "Trần Mẹ", "authorisation": "số 12", "id_number": "079090054321"},
    }

    shown = good(ward, "dossier.show", code=good(ward, "dossier.receive", **given)["code"])

    assert (shown["submitter"]["name"], shown["relation"]) == ("Trần Mẹ", "authorised")
    assert shown["components"][-1]["name"] == "Giấy khai"


def test_an_immediate_result_has_no_receipt(ward: Ward) -> None:
    result = good(ward, "dossier.receive", **BIRTH, immediate=True)

    assert (result["receipt"], result["national_status"]) == (None, 10)


@pytest.mark.parametrize("which", [{}, {"limit": {"n": 1, "unit": "day"}, "procedure": "1.001193"}])
def test_a_deadline_is_of_a_limit_or_of_a_procedure(ward: Ward, which: dict[str, Any]) -> None:
    assert refused(ward, "deadline.compute", received_at=AT, **which)["code"] == "bad_command"


def test_a_deadline_of_a_procedure_and_channel_and_pack(ward: Ward) -> None:
    result = good(ward, "deadline.compute", received_at=AT, procedure="1.004884", pack="2025", channel="online")

    assert (result["pack"], result["promised_at"]) == ("2025", "2019-07-25T17:00:00+07:00")
    assert refused(ward, "deadline.compute", received_at=AT, limit={"unit": "day"})["code"] == "bad_limit"


def test_the_catalogue_is_that_of_the_day_asked_for(ward: Ward) -> None:
    assert refused(ward, "procedure.show", procedure="1.001612")["code"] == "procedure_not_published"
    assert good(ward, "procedure.show", procedure="1.001612", on="2026-01-05")["fees"][0]["kind"] == "local"
    assert good(ward, "procedure.search", q="1.001612", on="2026-01-05")["items"][0]["code"] == "1.001612"


def test_at_is_honoured_in_training_and_only_for_its_line(ward: Ward) -> None:
    later = answer(ward, line("dossier.receive", at="2020-03-02T08:00:00+07:00", **BIRTH))["result"]
    plain = answer(ward, line("dossier.search", at=None, q="ngoc"))

    assert later["received_at"] == "2020-03-02T08:00:00+07:00"
    assert plain["ok"]
    assert ward.clock.now() == NINE


def test_at_is_ignored_in_a_real_database(tmp_path: Path) -> None:
    real = make_ward(tmp_path, is_training=False)
    try:
        result = answer(real, line("dossier.receive", "", at="2020-03-02T08:00:00+07:00", **BIRTH), login="lan")[
            "result"
        ]
    finally:
        real.database.close()

    assert result["received_at"] == AT


def test_in_a_real_database_as_is_the_user_who_logged_in(tmp_path: Path) -> None:
    real = make_ward(tmp_path, is_training=False)
    try:
        other = answer(real, line("dossier.search", "hung", q="x"), login="lan")
        own = answer(real, line("dossier.search", "lan", q="x"), login="lan")
    finally:
        real.database.close()

    assert (other["error"]["code"], own["ok"]) == ("password_needed", True)


def test_a_disk_that_fails_ends_the_run_and_answers_before_it_stand(
    ward: Ward, tmp_path: Path, expect_log: Any
) -> None:
    expect_log("run stopped")
    (tmp_path / "out").write_text("a file, no folder")
    written = io.StringIO()
    lines = [line("dossier.search", q="x"), line("dossier.receive", **BIRTH), line("dossier.search", q="x")]

    ended = run(runner(ward, tmp_path / "out"), lines, written)

    given = [json.loads(text) for text in written.getvalue().splitlines()]
    assert ended is Exit.MACHINE_FAILED
    assert [each["ok"] for each in given] == [True, False]
    assert given[1]["error"]["code"] == "paper_not_written"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UserError("missing_component"), 1),
        (UserError("password_needed"), 3),
        (UserError("wrong_password"), 3),
        (EnvironmentProblem("database_absent"), 3),
        (EnvironmentProblem("database_in_use"), 3),
        (EnvironmentProblem("key_missing"), 3),
        (NewerData("database_newer"), 3),
        (DamagedData("database_damaged"), 4),
        (EnvironmentProblem("disk_full"), 5),
        (EnvironmentProblem("disk_error"), 5),
        (EnvironmentProblem("restart_needed"), 5),
    ],
)
def test_every_kind_of_error_has_its_exit_code(error: AppError, code: int) -> None:
    assert int(exit_of(error)) == code


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'\xef\xbb\xbf{"do": "x"}\n\xff\n')

    assert list(read_lines(tmp_path / "x.jsonl")) == ['{"do": "x"}\n', "\ufffd\n"]


def test_the_schema_describes_every_command_and_is_a_json_schema() -> None:
    whole = schema()

    assert json.loads(json.dumps(whole)) == whole
    assert whole["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(whole["commands"]) == set(HANDLERS)
    for part in (
        whole["command"],
        whole["error"],
        *(half for two in whole["commands"].values() for half in two.values()),
    ):
        check_schema(part, part)
    assert set(whole["command"]["properties"]) == {"id", "do", "as", "at", "with"}
    assert all(two["with"]["additionalProperties"] is False for two in whole["commands"].values())


def check_schema(part: Any, root: dict[str, Any]) -> None:
    """Check the shape of a JSON Schema: known types, references that lead somewhere, required fields that exist."""
    kinds = {"object", "array", "string", "integer", "number", "boolean", "null"}
    if isinstance(part, list):
        for each in part:
            check_schema(each, root)
    if not isinstance(part, dict):
        return
    if isinstance(part.get("type"), str):
        assert part["type"] in kinds
    if "$ref" in part:
        *way, name = part["$ref"].removeprefix("#/").split("/")
        assert way == ["$defs"]
        assert name in root["$defs"]
    if isinstance(part.get("properties"), dict):
        assert set(part.get("required", ())) <= set(part["properties"])
    for each in part.values():
        check_schema(each, root)


def test_answers_fit_the_schema_they_promise(ward: Ward) -> None:
    result = good(ward, "dossier.receive", **BIRTH)

    assert set(result) == set(answers.ReceivedOut.model_fields)
    assert set(good(ward, "dossier.show", code=result["code"])) == set(answers_dossier.DossierOut.model_fields)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


def _junk(name: str) -> st.SearchStrategy[str]:
    fields = sorted(HANDLERS[name].with_.model_fields)
    with_ = st.dictionaries(
        (st.sampled_from(fields) if fields else st.nothing()) | st.text(max_size=5), _JSON, max_size=6
    )
    return st.builds(
        lambda at, as_, given: json.dumps({"id": 1, "do": name, "as": as_, "at": at, "with": given}),
        st.sampled_from([AT, None]) | _JSON,
        st.sampled_from(["lan", "quantri"]) | _JSON,
        with_,
    )


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(HANDLERS)).flatmap(_junk) | st.text(max_size=50) | _JSON.map(json.dumps))
def test_nothing_that_is_read_breaks_a_run(ward: Ward, text: str) -> None:
    given = answer(ward, text)

    assert given["ok"] or given["error"]["code"]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(["note", "sets", "promised_at", "components", "documents", "procedure"]), _JSON),
    _JSON,
)
def test_no_correction_breaks_a_run(ward: Ward, changes: dict[str, Any], reason: object) -> None:
    codes = [card.code for card in ward.desk.reader.search("190718", 1)] or [
        good(ward, "dossier.receive", **BIRTH)["code"]
    ]

    answer(ward, line("dossier.correct", code=codes[0], changes=changes, reason=reason))

    assert wire.CorrectDossier.model_fields
