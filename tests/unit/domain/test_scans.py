import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.codes import provisional_code
from desktop.domain.scans import SHORTEST_SLIP, Scan, ScanKind, classify, find_codes, is_dossier_code

CODES = [
    "38.98.H29-210519-0003",
    "000.00.01.H29-260310-0420",
    "000.16.27.H29-190718-0001",
    "H29.26740-260105-0001",
    "H29.27.16-260105-10001",
    "H29.27.16.01-260105-123456",
    "T-9F3A12BC-1",
    "T-00000000-1200",
]
CARD = "079090012345|024123456|Nguyễn Văn A|15081990|Nam|12 Đường Số 1|01012022"


@pytest.mark.parametrize("code", CODES)
def test_code_is_ours_in_any_case(code: str) -> None:
    assert classify(code) == Scan(ScanKind.OUR_CODE, code, code=code)
    assert classify(code.lower()) == Scan(ScanKind.OUR_CODE, code.lower(), code=code)
    assert is_dossier_code(code.lower())


@pytest.mark.parametrize(
    "text",
    [
        "H29-260105-0001",
        "1.2.3.4.H29-260105-0001",
        "000.000.16.27.H29-190718-0001",
        "000.16.27.H29-19071-0001",
        "000.16.27.H29-190718-001",
        "000.16.27.H29-190718-0001234",
        "000.16.27.H29-190718-0001-2",
        "000.16.27.H2٩-190718-0001",
        "000.16.27.ſ29-190718-0001",
        "T-9F3A12B-1",
        "T-9F3A12BC-0",
        "T-9F3A12BG-1",
        "XT-9F3A12BC-1",
        "hello",
        "8934567890123",
        "079090012345",
        "https://example.org/",
    ],
)
def test_what_is_not_ours_is_foreign(text: str) -> None:
    assert classify(text) == Scan(ScanKind.FOREIGN, text)
    assert not is_dossier_code(text)


@pytest.mark.parametrize("code", CODES)
def test_code_is_found_inside_our_lookup_qr(code: str) -> None:
    url = f"https://mot-cua.example/tra-cuu/{code}?k=0123456789"

    assert classify(url) == Scan(ScanKind.OUR_LOOKUP_QR, url, code=code, lookup_key="0123456789")


@pytest.mark.parametrize("tail", ["", "?k=12345", "?k=01234567890", "#x"])
def test_lookup_qr_without_its_key_still_has_the_code(tail: str) -> None:
    scan = classify(f"HTTP://X.VN/tra-cuu/H29.26740-260105-0001{tail}")

    assert (scan.kind, scan.code, scan.lookup_key) == (ScanKind.OUR_LOOKUP_QR, "H29.26740-260105-0001", "")


def test_path_alone_is_a_lookup_qr() -> None:
    assert classify("x.vn/Tra-Cuu/H29.26740-260105-0001").kind is ScanKind.OUR_LOOKUP_QR


def test_code_in_a_sentence_is_found() -> None:
    scan = classify("Mã hồ sơ: 000.16.27.H29-190718-0001.")

    assert (scan.kind, scan.code) == (ScanKind.OUR_CODE, "000.16.27.H29-190718-0001")


def test_two_codes_in_one_scan_are_nobodys() -> None:
    text = f"{CODES[0]} {CODES[1]}"

    assert find_codes(text) == (CODES[0], CODES[1])
    assert classify(text) == Scan(ScanKind.FOREIGN, text)


def test_one_code_twice_is_one_code() -> None:
    assert classify(f"{CODES[0]} {CODES[0].lower()}").code == CODES[0]


def test_identity_card_is_parsed() -> None:
    scan = classify(f"{CARD}\r")

    assert (scan.kind, scan.text) == (ScanKind.IDENTITY_CARD, CARD)
    assert scan.card is not None
    assert scan.card.name == "Nguyễn Văn A"


def test_card_with_a_code_in_it_is_a_card() -> None:
    assert classify(CARD.replace("12 Đường", CODES[0])).kind is ScanKind.IDENTITY_CARD


def test_long_digits_are_a_slip() -> None:
    assert classify("1" * SHORTEST_SLIP) == Scan(ScanKind.HANDOVER_SLIP, "1" * SHORTEST_SLIP)
    assert classify("1" * (SHORTEST_SLIP - 1)).kind is ScanKind.FOREIGN
    assert classify("٣" * SHORTEST_SLIP).kind is ScanKind.FOREIGN


def test_control_characters_are_dropped() -> None:
    assert classify("\x02000.16.27.\x1dH29-190718-0001\x85\u200b\r\n") == classify("000.16.27.H29-190718-0001")


@pytest.mark.parametrize("text", ["", "\x00\x1d\r\n", " \t ", "\x85", "x" * 2_001])
def test_nothing_readable_is_garbage(text: str) -> None:
    assert classify(text) == Scan(ScanKind.GARBAGE, "")


@given(st.text(max_size=300))
def test_any_text_is_classified(text: str) -> None:
    scan = classify(text)

    assert (scan.code != "") == (scan.kind in {ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR})
    assert (scan.card is not None) == (scan.kind is ScanKind.IDENTITY_CARD)
    scan.text.encode("utf-8")


@given(st.text("0123456789.-HT|?k=/aé\x1d\x00 ", max_size=80))
def test_any_scan_like_text_is_classified(text: str) -> None:
    assert classify(text).kind in ScanKind


@given(st.from_regex(r"(?:[0-9A-Z]{2,3}\.){1,3}[A-Z][0-9]{2}-[0-9]{6}-[0-9]{4,6}", fullmatch=True))
def test_every_code_of_the_circular_is_found_in_its_qr(code: str) -> None:
    assert classify(f"https://x.vn/tra-cuu/{code}?k=0000000001").code == code
    assert classify(code).code == code


@given(st.uuids(), st.integers(1, 999_999))
def test_every_provisional_code_is_ours(epoch: object, n: int) -> None:
    code = provisional_code(str(epoch), n)

    assert classify(code) == Scan(ScanKind.OUR_CODE, code, code=code)
