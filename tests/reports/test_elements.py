"""The layout engine on its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.elements.column import Column
from reports.elements.flow import LEADING, Block, Gap, paginate, total
from reports.elements.fonts import REPLACEMENT, Face, loaded
from reports.elements.signatures import Signature, signature_block
from reports.elements.tables import TableColumn, table
from reports.elements.text import balance, clean, missing_glyphs, width, wrap

WORDS = st.text(alphabet="aiêởỹ. @-ABĐW", max_size=120)
RUNS = st.lists(st.tuples(st.sampled_from(Face), WORDS), max_size=4)
HARD_BREAK = 1.6
"""No letter is wider than this many em, so every word can be cut to fit."""


@given(RUNS, st.floats(HARD_BREAK, 60))
def test_no_line_is_wider_than_allowed(runs: list[tuple[Face, str]], limit: float) -> None:
    for breaker in (wrap, balance):
        for line in breaker(runs, limit):
            measured = sum(width(text, face) for face, text in line.runs)
            assert measured <= limit + 1e-6
            assert line.width == pytest.approx(measured)


@given(RUNS, st.floats(HARD_BREAK, 60))
def test_breaking_loses_no_letter(runs: list[tuple[Face, str]], limit: float) -> None:
    written = "".join(text for _, text in runs).replace(" ", "")

    for breaker in (wrap, balance):
        printed = "".join(text for line in breaker(runs, limit) for _, text in line.runs)
        assert printed.replace(" ", "") == written


def test_line_breaks_only_at_a_space_between_runs() -> None:
    lines = wrap(((Face.REGULAR, "một hai ("), (Face.BOLD, "ba"), (Face.REGULAR, ") bốn")), 4.5)

    assert ["".join(text for _, text in line.runs) for line in lines] == ["một hai", "(ba) bốn"]


def test_balanced_heading_has_even_lines() -> None:
    heading = ((Face.BOLD, "ỦY BAN NHÂN DÂN PHƯỜNG BẾN THÀNH"),)
    greedy, even = wrap(heading, 18.0), balance(heading, 18.0)

    assert len(greedy) == len(even) == 2
    assert abs(even[0].width - even[1].width) < abs(greedy[0].width - greedy[1].width)


def test_long_address_breaks_behind_a_sign() -> None:
    first, *_ = wrap(((Face.REGULAR, "cong.ty.trach.nhiem@thuong-mai.example.vn"),), 11.0)

    assert first.runs[0][1][-1] in "@.-"


def test_every_face_has_all_letters_and_the_same_space() -> None:
    vietnamese = {chr(code) for code in range(0x1EA0, 0x1EFA)} | set("ĂăĐđƠơƯư–…₫" + REPLACEMENT)

    assert vietnamese <= loaded().letters
    assert {widths[" "] for widths in loaded().advances.values()} == {0.25}


def test_an_invisible_sign_between_a_letter_and_its_mark_leaves_one_letter() -> None:
    assert clean("Nguye\u200b\u0302\u0303n") == "Nguyễn"


def test_clean_keeps_what_it_cleaned() -> None:
    once = clean("Nguye\u0302\u0303n\tThi\u0323 文\u200b")

    assert once == "Nguyễn Thị □"
    assert clean(once) == once
    assert missing_glyphs(once) == ()


def column_blocks(rows: int) -> list[Block]:
    column = Column(300.0, 10.0)
    specs = (TableColumn("TT", 3.0), TableColumn("Tên"))
    return [*table(column, specs, [(str(row), "giấy tờ") for row in range(rows)]), column.gap(1)]


def test_pages_are_never_overfull_and_lose_nothing() -> None:
    blocks = column_blocks(90)

    pages = paginate(blocks, 150.0, 400.0)

    for page, room in zip(pages, [150.0, *[400.0] * len(pages)], strict=False):
        assert page[-1][0] + page[-1][1].height <= room
    rows = [block for page in pages for _, block in page if block in blocks and block is not blocks[0]]
    assert [row for row in rows if not isinstance(row, Gap)] == blocks[1:-1]
    assert all(page[0][1] is blocks[0] for page in pages)


def test_last_row_never_stands_alone_on_a_page() -> None:
    blocks = column_blocks(9)
    all_but_one = total(blocks[:-2]) + LEADING

    pages = paginate(blocks, all_but_one, 400.0)

    assert len([block for _, block in pages[1] if not isinstance(block, Gap)]) == 3


@pytest.mark.parametrize("room", [5.0, 25.0, 45.0, 60.0])
def test_signatures_are_never_torn_apart(room: float) -> None:
    block = signature_block(Column(300.0, 10.0), (Signature("NGƯỜI NỘP", "Ở"), Signature("NGƯỜI NHẬN", "Ý")), 3.0)
    before = Column(300.0, 10.0).paragraph((Face.REGULAR, "Vào sổ"))

    pages = paginate([before, *block], before.height + room, 400.0)

    assert [placed for _, placed in pages[1]] == block
