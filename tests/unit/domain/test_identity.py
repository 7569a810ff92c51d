import unicodedata
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import UserError
from desktop.domain.garbling import is_garbled_address
from desktop.domain.identity import (
    IdentityCard,
    IdKind,
    Sex,
    check_id_number,
    clean_scan,
    mask_id_number,
    normalise_phone,
    parse_identity_card,
)

T = TypeVar("T")
ADDRESS = "12 Đường Số 1, Phường X, Quận Y, TP Hồ Chí Minh"
CARD = f"079090012345|024123456|Nguyễn Văn A|15081990|Nam|{ADDRESS}|01012022"


def card(**changes: str) -> IdentityCard:
    fields = {
        "id": "079090012345",
        "old": "",
        "name": "Nguyễn Văn A",
        "born": "15081990",
        "sex": "Nam",
        "address": "12 Đường Số 1, Phường X",
        "issued": "01012022",
    }
    return parse_identity_card("|".join((fields | changes).values()))


def or_none(parse: Callable[[str], T], text: str, code: str) -> T | None:
    """Return what was parsed, None when it was refused with the code; any other error is a failure."""
    try:
        return parse(text)
    except UserError as error:
        if error.code != code:
            raise
        return None


# --- numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("079090012345", "079090012345", IdKind.CITIZEN),
        (" 079.090 012-345\u00a0", "079090012345", IdKind.CITIZEN),
        ("024123456", "024123456", IdKind.OLD_CITIZEN),
        ("b1234567", "B1234567", IdKind.PASSPORT),
        ("C12345678", "C12345678", IdKind.PASSPORT),
        ("0100109106", "0100109106", IdKind.TAX),
        ("0100109106-002", "0100109106002", IdKind.TAX),
    ],
)
def test_number_is_recognised(text: str, value: str, kind: IdKind) -> None:
    number = check_id_number(text)

    assert (number.value, number.kind, number.warnings) == (value, kind, ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345678",
        "0100109107",
        "0100109106000",
        "07909001234",
        "0790900123456",
        "B123456",
        "BB1234567",
        "٠٧٩٠٩٠٠١٢٣٤٥",
        "0000000000",
        "079090012345|",
    ],
)
def test_text_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refusal:
        check_id_number(text)

    assert (refusal.value.code, dict(refusal.value.details)) == ("bad_id_number", {})


@pytest.mark.parametrize(
    ("text", "year", "sex"),
    [
        ("079090012345", 1990, Sex.MALE),
        ("079190012345", 1990, Sex.FEMALE),
        ("079205012345", 2005, Sex.MALE),
        ("079324012345", 2024, Sex.FEMALE),
        ("079401012345", 2101, Sex.MALE),
        ("024123456", None, Sex.UNKNOWN),
    ],
)
def test_number_tells_year_and_sex(text: str, year: int | None, sex: Sex) -> None:
    number = check_id_number(text)

    assert (number.birth_year, number.sex) == (year, sex)


def test_mismatches_are_warnings() -> None:
    number = check_id_number("098990012345", birth_year=1991, sex=Sex.FEMALE, on=date(2026, 1, 1))

    assert number.warnings == (
        "id_unknown_province",
        "id_birth_year_differs",
        "id_birth_year_in_future",
    )


def test_sex_that_differs_is_a_warning() -> None:
    assert check_id_number("079190012345", sex=Sex.MALE).warnings == ("id_sex_differs",)


def test_number_that_fits_the_form_has_no_warning() -> None:
    number = check_id_number("079190012345", birth_year=1990, sex=Sex.FEMALE, on=date(1990, 1, 1))

    assert number.warnings == ()


def test_country_of_birth_is_no_unknown_province() -> None:
    assert check_id_number("100090012345").warnings == ()


def test_old_number_is_not_compared() -> None:
    assert check_id_number("024123456", birth_year=1990, sex=Sex.MALE, on=date(2026, 1, 1)).warnings == ()


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    number = or_none(check_id_number, text, "bad_id_number")

    assert number is None or check_id_number(number.value) == number


@given(st.text("0123456789 .-/()+", max_size=20))
def test_any_text_is_a_phone_or_refused(text: str) -> None:
    phone = or_none(normalise_phone, text, "bad_phone")

    assert phone is None or normalise_phone(phone) == phone


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0912345678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("+84 (0)912.345.678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("84912345678", "0912345678"),
        ("(028) 3822-1234", "02838221234"),
        ("+842838221234", "02838221234"),
    ],
)
def test_phone_is_written_nationally(text: str, phone: str) -> None:
    assert normalise_phone(text) == phone


@pytest.mark.parametrize("text", ["", "113", "0212345", "01234567890", "+1 212 555 0100", "09123456789", "abc"])
def test_text_that_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refusal:
        normalise_phone(text)

    assert refusal.value.code == "bad_phone"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("079190012680", "079******680"),
        ("024123456", "024***456"),
        ("B1234567", "B*****67"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_middle_of_a_number_is_hidden(text: str, masked: str) -> None:
    assert mask_id_number(text) == masked


# --- the card --------------------------------------------------------------------------------------------


def test_card_of_seven_fields_is_read() -> None:
    assert parse_identity_card(CARD) == IdentityCard(
        id_number="079090012345",
        old_id_number="024123456",
        name="Nguyễn Văn A",
        birth_date=date(1990, 8, 15),
        birth_text="1990-08-15",
        sex=Sex.MALE,
        address=ADDRESS,
        issued_on=date(2022, 1, 1),
    )


def test_card_of_eleven_fields_keeps_its_empty_ones() -> None:
    read = parse_identity_card("079190012345||Trần Thị Bé|01022003|Nữ|Phường Sài Gòn|05072024|||Trần Văn B|")

    assert (read.old_id_number, read.name, read.sex) == ("", "Trần Thị Bé", Sex.FEMALE)
    assert read.extra == ("", "", "Trần Văn B", "")
    assert read.issued_on == date(2024, 7, 5)


@pytest.mark.parametrize(
    "dressed",
    [
        f"\ufeff{CARD}",
        f"ï»¿{CARD}",
        f"{CARD}\x00\r\n",
        f"CCCD:{CARD}",
        f"cccd: {CARD}",
        unicodedata.normalize("NFD", CARD),
    ],
)
def test_what_a_reader_adds_does_not_count(dressed: str) -> None:
    assert parse_identity_card(dressed) == parse_identity_card(CARD)


@pytest.mark.parametrize(
    ("born", "day", "text"),
    [
        ("00081990", None, "1990-08"),
        ("00001990", None, "1990"),
        ("1990", None, "1990"),
        ("", None, ""),
        ("29022000", date(2000, 2, 29), "2000-02-29"),
    ],
)
def test_birth_date_may_be_unknown_in_part(born: str, day: date | None, text: str) -> None:
    read = card(born=born)

    assert (read.birth_date, read.birth_text, read.is_garbled) == (day, text, False)


@pytest.mark.parametrize("born", ["31021990", "15001990", "00131990", "15080001", "0001"])
def test_birth_date_that_is_none_is_kept_as_scanned(born: str) -> None:
    read = card(born=born)

    assert (read.birth_date, read.birth_text) == (None, born)
    assert read.garbled_fields == ("birth_date",)


def test_issue_date_that_is_none_is_reported() -> None:
    read = card(issued="32012022")

    assert (read.issued_on, read.garbled_fields) == (None, ("issued_on",))


def test_missing_issue_date_is_no_fault() -> None:
    read = card(issued="")

    assert (read.issued_on, read.is_garbled) == (None, False)


@pytest.mark.parametrize("sex", ["", "Ná»¯", "N?"])
def test_sex_that_cannot_be_read_comes_from_the_number(sex: str) -> None:
    assert card(id="079190012345", sex=sex).sex is Sex.FEMALE


def test_garbled_sex_is_reported() -> None:
    assert card(sex="N?").garbled_fields == ("sex",)


def test_card_warns_of_what_does_not_fit_its_number() -> None:
    assert card(born="15081991", sex="Nữ").warnings == ("id_sex_differs", "id_birth_year_differs")


def test_old_number_that_is_none_is_dropped() -> None:
    read = card(old="0241")

    assert (read.old_id_number, read.garbled_fields) == ("", ("old_id_number",))


@pytest.mark.parametrize(
    "name",
    [
        "Nguyá»…n VÄƒn A",
        "NguyÃªn VÄƒn A",
        "HÃ\u00a0 Anh",
        "HÃ’A",
        "NGUYÃŠN",
        "Nguy?n V?n A",
        "Nguy\ufffdn Văn A",
        "Nguye64n Va8n A",
        "Nguyeen Vawn A",
        "NGUYEENX VAWN A",
        "NguyÔn V¨n A",
        "NguyÔn Anh",
        "Ddoan Minh",
        "Trwowng Anh",
        "Hofa",
        "Nguy\x85n",
        "Nguyễn \ud800",
        "",
        "   ",
    ],
)
def test_broken_name_is_left_to_the_clerk(name: str) -> None:
    read = card(name=name)

    assert (read.name, read.is_garbled) == ("", True)
    assert "name" in read.garbled_fields
    assert read.id_number == "079090012345"


@pytest.mark.parametrize(
    "name", ["Phan Thij Anh", "Thanh Thuyr", "Voong", "Trn Anh", "Nguyn Anh", "Hunh Anh", "Nay Der"]
)
def test_name_without_marks_is_suspected_when_the_whole_card_has_none(name: str) -> None:
    assert card(name=name, address="Kon Tum").name == ""


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Văn A",
        "ĐẶNG THỊ NGỌC HUYỀN",
        "Phan Minh Anh",
        "H'Hen Niê",
        "H\u2019Wing Kbuôr",
        "Y Bhăm Ênuôl",
        "Ksor Nay Der",
        "Rơ Châm Rah",
        "Voòng A Sáng",
        "Ly",
        "Nguyễn Ngọc Quỳnh-Anh",
    ],
)
def test_true_names_are_believed(name: str) -> None:
    read = card(name=name)

    assert (read.name, read.is_garbled) == (name, False)


def test_spaces_in_a_name_are_single() -> None:
    assert card(name=" Nguyễn  Văn\u00a0A ").name == "Nguyễn Văn A"


@pytest.mark.parametrize("address", ["12 ÄÆ°á»ng Sá»‘ 1", "12 ???ng", "HÃ\u00a0 Nam"])
def test_broken_address_is_left_empty(address: str) -> None:
    read = card(address=address)

    assert (read.address, read.garbled_fields) == ("", ("address",))


def test_address_typed_as_keys_is_left_empty() -> None:
    read = card(name="Nguye64n A", address="12 d9u7o7ng So61 1")

    assert (read.name, read.address) == ("", "")
    assert read.garbled_fields == ("name", "address")


def test_address_without_marks_is_kept_with_a_warning() -> None:
    read = card(name="Nguyen Van A", address="12 Duong So 1")

    assert (read.name, read.address) == ("Nguyen Van A", "12 Duong So 1")
    assert read.warnings == ("card_marks_missing",)


def test_address_with_marks_may_hold_what_looks_like_keys() -> None:
    assert not is_garbled_address("Nhà A2b, Coffee, Đường D1", marks_came_through=True)


def test_broken_further_field_is_left_empty() -> None:
    read = parse_identity_card(f"{CARD}|?|||")

    assert (read.extra, read.garbled_fields) == (("", "", "", ""), ("extra",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "079090012345",
        "|" * 6,
        "079090012345|Nguyễn Văn A|15081990|Nam|Địa chỉ|01012022",
        f"{CARD}|",
        f"{CARD}||",
        f"{CARD}|||||",
        CARD.replace("079090012345", "07909001234"),
        CARD.replace("079090012345", "٠٧٩٠٩٠٠١٢٣٤٥"),
        CARD.replace("15081990", "15/08/1990"),
        CARD.replace("01012022", "hôm nay"),
        CARD.replace("Nguyễn Văn A", "A" * 2_000),
    ],
)
def test_anything_else_is_not_a_card(text: str) -> None:
    with pytest.raises(UserError) as refusal:
        parse_identity_card(text)

    assert (refusal.value.code, dict(refusal.value.details)) == ("not_an_identity_card", {})


@given(st.one_of(st.text(max_size=200), st.lists(st.text(max_size=12), min_size=7, max_size=11).map("|".join)))
def test_any_text_is_a_card_or_refused(text: str) -> None:
    read = or_none(parse_identity_card, text, "not_an_identity_card")

    assert read is None or len(read.id_number) == 12


FIELD = st.text(st.characters(exclude_characters="|", exclude_categories=()), max_size=30)


@given(
    name=FIELD,
    old=FIELD,
    sex=FIELD,
    address=FIELD,
    extra=st.one_of(st.just([]), st.lists(FIELD, min_size=4, max_size=4)),
    born=st.from_regex(r"(?:[0-9]{8}|[0-9]{4})?", fullmatch=True),
    issued=st.from_regex(r"(?:[0-9]{8})?", fullmatch=True),
)
def test_digits_are_kept_whatever_happens_to_the_letters(
    name: str, old: str, sex: str, address: str, extra: list[str], born: str, issued: str
) -> None:
    if not all(char.isascii() for char in born + issued):
        return
    read = parse_identity_card("|".join(["079090012345", old, name, born, sex, address, issued, *extra]))

    assert read.id_number == "079090012345"
    assert len(read.extra) == len(extra)
    assert read.is_garbled == bool(read.garbled_fields)
    (read.name + read.address + "".join(read.extra)).encode("utf-8")


@given(
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["Nguyễn Văn A", "Trần Thị Ngọc Ánh", "Y Bhăm Ênuôl", "Lê Đức"]),
    st.sampled_from([Sex.MALE, Sex.FEMALE]),
)
def test_card_survives_the_round_trip(born: date, name: str, sex: Sex) -> None:
    text = f"079090012345||{name}|{born:%d%m%Y}|{sex.value}|Phường Sài Gòn|01012022"

    read = parse_identity_card(unicodedata.normalize("NFD", text))

    assert (read.birth_date, read.birth_text, read.name, read.sex) == (born, born.isoformat(), name, sex)


@given(
    st.sampled_from(["Nguyễn Văn Ánh", "Trần Thị Hoà", "Hà Lê", "Võ Ổn", "Đỗ Ưng", "Huỳnh Út"]),
    st.sampled_from(["cp1252", "latin-1"]),
)
def test_utf_8_read_as_western_letters_is_always_noticed(name: str, encoding: str) -> None:
    broken = "".join(bytes([byte]).decode(encoding, errors="replace") for byte in name.encode())

    assert card(name=broken).name == ""


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_scan(text.replace("ï»¿", ""))

    assert clean_scan(once) == once or once.startswith("ï»¿")
