from desktop.domain.way import FormNumber


def test_a_paper_is_named_among_those_of_its_form_and_within_its_year() -> None:
    paper = FormNumber("voucher", 2019, 1, 7)

    assert (paper.name, paper.in_book) == ("2019-01-0007", "01-0007")


def test_the_same_number_of_two_counters_has_two_names() -> None:
    one, two = FormNumber("voucher", 2019, 1, 7), FormNumber("voucher", 2019, 2, 7)

    assert one.in_book != two.in_book
