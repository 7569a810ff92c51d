"""The papers of a correction as text, and what differs between two of them."""

from desktop.domain.dossiers import ComponentLine
from desktop.domain.paper_counts import counted, differing

FORM = ComponentLine("TP01", "Tờ khai", True, originals=1)


def test_what_is_written_is_read_again_and_papers_not_handed_in_are_left_out() -> None:
    none = ComponentLine("TP02", "Giấy ủy quyền", False)

    assert counted((FORM, none)) == "Tờ khai: 1/0/0"
    assert differing("", counted((FORM,))) == ((), (ComponentLine("", "Tờ khai", False, 1),))


def test_only_papers_that_differ_are_told() -> None:
    gone, come = differing("A: 1/0/0; B: 1/0/2", "A: 1/0/0; B: 1/1/0; C: 0/0/1")

    assert [(line.name, line.originals, line.certified, line.copies) for line in gone] == [("B", 1, 0, 2)]
    assert [(line.name, line.originals, line.certified, line.copies) for line in come] == [
        ("B", 1, 1, 0),
        ("C", 0, 0, 1),
    ]


def test_a_part_of_another_hand_is_told_by_its_name() -> None:
    gone, _ = differing("Giấy lạ", "")

    assert [(line.name, line.total) for line in gone] == [("Giấy lạ", 0)]
