import unicodedata
from datetime import date

import pytest

from desktop.domain import codec
from desktop.domain.catalogue import FeeKind, Procedure
from desktop.domain.errors import UserError
from desktop.domain.fees import compute_fees, total_vnd
from desktop.domain.limits import Limit, LimitUnit
from desktop.protocol.catalogue_file import parse_catalogue_file
from desktop.storage.reference.catalogue import build_catalogue, load_catalogue

CATALOGUE = load_catalogue()
IN_2019, IN_2026 = date(2019, 7, 18), date(2026, 3, 10)
LISTED = """
1.001193 1.000894 1.000656 1.000689 1.001022 1.004837 1.004845 1.004859 1.004873 1.004884 1.004746 1.005461
1.004772 2.000635 1.003583 1.000593 1.000419 2.000986 2.002622 2.002913 2.000528 2.000806 2.000748 2.000815
2.000884 2.000908 2.000913 2.000927 2.000942 2.001035 2.001019 2.001016 2.001406 2.000992 2.001008 1.001776
1.001731 1.014027 1.014028 1.001699 1.001653 1.011606 1.011607 1.011608 1.010833 1.010803 1.001612 2.000720
1.001570 1.001266 2.000575 1.012812 1.013949 1.013978 1.013992 1.013225 1.013226 1.013227 1.013228 1.013229
1.013232 1.013314 1.004222 1.004194 1.002755 1.010038 1.003677 2.000930 1.002211 2.000950 2.000424 2.001263
2.001255
"""

FILE = """
field = "ho_tich"
field_name = "Hộ tịch"
section = "tu_phap"
legal_basis = "Luật Hộ tịch"
source = "x"
updated_on = 2026-11-23

[[procedures]]
code = "1.001193"
name = "Đăng ký khai sinh"
version = "1"
limit = { n = 0, unit = "same_day" }
effective_from = 2018-01-01
effective_to = 2025-06-30
needs_checking = false
result_name = "Giấy khai sinh"
channel_limits = [{ channel = "online", limit = { n = 4, unit = "hour" } }]
components = [
    { code = "TP01", name = "Tờ khai", required = true, kind_hint = "original" },
    { code = "TP02", name = "Giấy chứng sinh", required = true, kind_hint = "original" },
]
fees = [{ kind = "free", name = "Lệ phí" }]
"""


def test_every_row_of_the_list_is_there() -> None:
    assert sorted({procedure.code for procedure in CATALOGUE.procedures}) == sorted(LISTED.split())


@pytest.mark.parametrize("procedure", CATALOGUE.procedures, ids=lambda procedure: procedure.code)
def test_entry_is_whole(procedure: Procedure) -> None:
    texts = [procedure.name, procedure.source, procedure.legal_basis, procedure.result_name]
    texts += [component.name for component in procedure.components] + [rule.name for rule in procedure.fees]

    assert all(text == unicodedata.normalize("NFC", text).strip() and "  " not in text for text in texts)
    assert [each.code for each in procedure.components] == [
        f"TP{n:02d}" for n in range(1, len(procedure.components) + 1)
    ]
    assert any(component.required for component in procedure.components)
    assert procedure.fees
    assert procedure.immediate_allowed == (procedure.limit.unit is LimitUnit.SAME_DAY)
    assert procedure.received_here == (procedure.section != "cong_an")
    assert total_vnd(compute_fees(procedure, pages=[(1, 1)])) >= 0
    assert codec.load(Procedure, codec.dump(procedure)) == procedure


@pytest.mark.parametrize("procedure", CATALOGUE.procedures, ids=lambda procedure: procedure.code)
def test_local_fee_is_marked_as_unchecked(procedure: Procedure) -> None:
    assert all(rule.needs_checking for rule in procedure.fees if rule.kind is FeeKind.LOCAL)


@pytest.mark.parametrize("code", ["1.001193", "2.000815", "1.004873", "2.000635", "1.000894", "1.012812", "1.013225"])
@pytest.mark.parametrize("day", [IN_2019, IN_2026])
def test_old_procedure_is_in_force_before_and_after_2025(code: str, day: date) -> None:
    assert CATALOGUE.procedure(code, day).received_here


@pytest.mark.parametrize("code", ["2.000528", "1.001612", "1.014027", "2.002913"])
def test_procedure_new_to_the_ward_begins_in_july_2025(code: str) -> None:
    with pytest.raises(UserError, match="procedure_not_published"):
        CATALOGUE.procedure(code, date(2025, 6, 30))

    assert CATALOGUE.procedure(code, date(2025, 7, 1)).code == code


def test_replaced_procedure_ends() -> None:
    with pytest.raises(UserError, match="procedure_not_published"):
        CATALOGUE.procedure("2.002622", IN_2026)


@pytest.mark.parametrize(
    ("code", "n", "unit"),
    [
        ("1.001193", 0, LimitUnit.SAME_DAY),
        ("1.004873", 3, LimitUnit.WORKING_DAY),
        ("1.012812", 30, LimitUnit.DAY),
        ("1.013225", 15, LimitUnit.DAY),
        ("1.001612", 3, LimitUnit.WORKING_DAY),
    ],
)
def test_limits(code: str, n: int, unit: LimitUnit) -> None:
    assert CATALOGUE.procedure(code, IN_2026).limit == Limit(n, unit)


@pytest.mark.parametrize(
    ("code", "fee_vnd"),
    [
        ("1.001193", 0),
        ("2.000815", 12_000),
        ("2.000884", 10_000),
        ("2.000635", 8_000),
        ("2.000913", 30_000),
        ("2.000927", 25_000),
        ("2.001035", 50_000),
        ("2.001263", 400_000),
        ("1.004222", 20_000),
    ],
)
def test_fees(code: str, fee_vnd: int) -> None:
    assert total_vnd(compute_fees(CATALOGUE.procedure(code, IN_2026), pages=[(10, 1)])) == fee_vnd


def test_certified_copies_need_the_original() -> None:
    names = [component.name for component in CATALOGUE.procedure("2.000815", IN_2019).components]

    assert names[0].startswith("Bản chính")
    assert names[1].startswith("Bản chụp")


@pytest.mark.parametrize("q", ["khai sinh", "khai sính", "KHAI SINH", "1.001193"])
@pytest.mark.parametrize("day", [IN_2019, IN_2026])
def test_birth_registration_is_the_first_hit(q: str, day: date) -> None:
    assert CATALOGUE.search(q, day)[0].code == "1.001193"


def test_file_is_read() -> None:
    (procedure,) = parse_catalogue_file("a.toml", FILE)

    assert procedure.effective_to == date(2025, 6, 30)
    assert procedure.limit_for("online") == Limit(4, LimitUnit.HOUR)
    assert (procedure.section, procedure.source) == ("tu_phap", "x")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('section = "tu_phap"', 'sektion = "tu_phap"', "sektion"),
        ('result_name = "Giấy khai sinh"', 'result = "Giấy khai sinh"', "1.001193.*result"),
        ("required = true", "must = true", "1.001193.*must"),
        ("required = true", "required = 1", "1.001193.*required"),
        ('version = "1"', "version = 1", "1.001193.*version"),
        ('version = "1"', "", "1.001193.*version"),
        ('code = "1.001193"', "", "without code"),
        ('code = "1.001193"', 'code = "1.1193"', "1.1193"),
        ('code = "TP02"', 'code = "TP01"', "1.001193.*same code"),
        ("n = 0", "n = 3", "1.001193.*bad_limit"),
        ('"same_day"', '"fortnight"', "1.001193.*fortnight"),
        ('"online"', '"fax"', "1.001193.*fax"),
        ('name = "Tờ khai"', 'name = " "', "1.001193.*TP01"),
        ('name = "Lệ phí"', 'name = ""', "1.001193.*free"),
        ('kind = "free"', 'kind = "fixed"', "1.001193.*does not fit"),
        ("effective_to = 2025-06-30", "effective_to = 2017-06-30", "1.001193.*effective_to"),
        ("effective_to = 2025-06-30", 'effective_to = "2025-06-30"', "1.001193.*effective_to"),
        ("[[procedures]]", "[procedures]", "procedures"),
        ("[[procedures]]", "procedures = [1]\n[x]", "x"),
        ("updated_on = 2026-11-23", "updated_on = 2026-23-11", "line 7"),
        (
            'fees = [{ kind = "free", name = "Lệ phí" }]',
            'fees = [{ kind = "local", name = "a" }, { kind = "local", name = "b" }]',
            "1.001193.*local",
        ),
    ],
)
def test_wrong_data_is_refused_by_file_and_code(old: str, new: str, what: str) -> None:
    assert old in FILE

    with pytest.raises(ValueError, match=rf"(?s)^a\.toml: .*{what}|^a\.toml.*{what}"):
        parse_catalogue_file("a.toml", FILE.replace(old, new, 1))


STEPS = """
process = { needs_checking = true, steps = [
    { name = "Tiếp nhận", at = "counter", hours = 4 },
    { name = "Thẩm định", at = "section", minutes = 630 },
    { name = "Ký duyệt", at = "leaders", hours = 8 },
] }
"""
DIVIDED = FILE.replace('n = 0, unit = "same_day"', 'n = 3, unit = "working_day"').replace("n = 4,", "n = 24,") + STEPS


def test_w06_process_is_read_in_minutes() -> None:
    (procedure,) = parse_catalogue_file("a.toml", DIVIDED)

    assert procedure.process is not None
    assert procedure.process.needs_checking
    assert [(step.at, step.minutes) for step in procedure.process.steps] == [
        ("counter", 240),
        ("section", 630),
        ("leaders", 480),
    ]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("minutes = 630", "minutes = 1000", r"row 3 of the process \(Ký duyệt\) passes .* 1720 .* 1440 allowed"),
        ("hours = 8", "hours = 30", "row 3 of the process"),
        ("n = 24,", "n = 4,", "row 2 of the process .* 240 allowed"),
        ("hours = 4", "hours = 4, minutes = 1", "row 1 of the process needs either"),
        (", hours = 4", "", "row 1 of the process needs either"),
        ("hours = 4", 'hours = "4"', "row 1 of the process: hours"),
        ("hours = 4", "hours = 0", "Tiếp nhận.* 0 minutes"),
        ("minutes = 630", "minutes = 1.5", "minutes"),
        ('at = "counter"', 'wo = "counter"', "wo"),
        ('name = "Ký duyệt", ', "", "missing name"),
        ("steps = [", "steps = [1,", "row 1 of the process"),
        ("{ needs_checking = true, steps = [", "{ sure = false, steps = [", "sure"),
        ("process = {", "process = 1\nsteps = {", "steps"),
    ],
)
def test_w06_process_is_refused_at_import_by_file_procedure_and_row(old: str, new: str, what: str) -> None:
    assert old in DIVIDED

    with pytest.raises(ValueError, match=rf"^a\.toml: 1\.001193: .*{what}"):
        parse_catalogue_file("a.toml", DIVIDED.replace(old, new, 1))


def test_w06_process_that_is_no_table_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a\.toml: 1\.001193: .*expected a table"):
        parse_catalogue_file("a.toml", FILE + "process = 1\n")


@pytest.mark.parametrize("procedure", CATALOGUE.procedures, ids=lambda procedure: procedure.code)
def test_w06_procedures_with_days_are_divided_and_marked_as_unchecked(procedure: Procedure) -> None:
    in_days = procedure.limit.unit in (LimitUnit.WORKING_DAY, LimitUnit.DAY)

    assert (procedure.process is not None) == (in_days and procedure.received_here)
    assert procedure.process is None or procedure.process.needs_checking


def test_list_that_holds_no_tables_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a\.toml: procedures"):
        parse_catalogue_file("a.toml", "procedures = [1]")


def test_two_files_with_one_procedure_on_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^b\.toml: 1\.001193: .*a\.toml"):
        build_catalogue({"a.toml": FILE, "b.toml": FILE})


def test_successor_in_another_file_is_taken() -> None:
    successor = FILE.replace("effective_to = 2025-06-30", "").replace("2018-01-01", "2025-07-01")

    assert len(build_catalogue({"a.toml": FILE, "b.toml": successor}).procedures) == 2
