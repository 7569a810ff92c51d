import pytest

from desktop.domain.errors import UserError
from desktop.sync.addresses import city_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://motcua.example.vn", "https://motcua.example.vn"),
        (" https://motcua.example.vn:8443/api/ ", "https://motcua.example.vn:8443/api"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_a_good_address_is_kept_without_its_last_slash(typed: str, kept: str) -> None:
    assert city_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "motcua.example.vn",
        "ftp://motcua.example.vn",
        "https://",
        "https://a:b@c.vn",
        "https://c.vn/?a=1",
        "https://[",
        "https://c.vn:x",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match="city_address_bad"):
        city_address(typed)


@pytest.mark.parametrize(
    "typed", ["http://motcua.example.vn", "http://10.0.0.5", "http://localhost.evil.vn", "http://127.0.0.1.evil.vn"]
)
def test_an_open_line_is_taken_on_this_machine_only(typed: str) -> None:
    with pytest.raises(UserError, match="city_needs_https"):
        city_address(typed)
