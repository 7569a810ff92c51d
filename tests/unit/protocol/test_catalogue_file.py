"""Files of procedures as the city publishes them: read by ward and city alike, refused with their place."""

from datetime import date
from importlib.resources import files

import pytest

from desktop.protocol.documents import MOST_BYTES, Ground, Said, read_document
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.reference.rule_packs import load_rule_packs

GOOD = """
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
limit = { n = 3, unit = "working_day" }
effective_from = 2018-01-01
needs_checking = false
result_name = "Giấy khai sinh"
components = [{ code = "TP01", name = "Tờ khai", required = true }]
fees = [{ kind = "fixed", name = "Lệ phí", amount_vnd = 8000 }]
"""
ENTRY = GOOD[GOOD.index("[[") :]


def read(name: str, content: bytes) -> Said | None:
    return read_document(name, content, date(2026, 12, 15), Ground(load_calendar(), load_rule_packs()))


def test_every_file_the_program_ships_with_could_be_published() -> None:
    shipped = [file for file in (files("resources") / "catalogue").iterdir() if file.name.endswith(".toml")]

    assert all(read(file.name, file.read_bytes()) for file in shipped)


def test_what_is_about_something_else_is_left_to_others() -> None:
    assert read("uy_quyen.toml", b"delegations = []\n") is None


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff", "utf-8"),
        (b"= 1", "line 1"),
        (b"a = " + b"[" * 5_000, "recursion"),
        (b"#" * (MOST_BYTES + 1), str(MOST_BYTES)),
        (b"procedures = [1]", "list of tables"),
        ((GOOD + ENTRY).encode(), "two versions are in force"),
        (GOOD.replace("Giấy khai sinh", "Giấy\\nkhai").encode(), "control characters in result_name"),
        (GOOD.replace("8000", "1000000001").encode(), "a fee above"),
        (GOOD.replace("8000", "9" * 5_000).encode(), "4300"),
        (GOOD.replace("n = 3", "n = true").encode(), "expected int"),
        (GOOD.replace('limit = { n = 3, unit = "working_day" }', "limit = 3").encode(), "expected a table"),
        (GOOD.replace('code = "1.001193"', "code = 1").encode(), "expected str"),
        (GOOD.replace("2018-01-01", "2018-01-01T00:00:00").encode(), "expected date"),
        (GOOD.replace("[[procedures]]", "[procedures]").encode(), "list of tables"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(content: bytes, place: str) -> None:
    with pytest.raises(ValueError, match=r"^a\.toml: ") as refused:
        read("a.toml", content)

    assert place in str(refused.value)
