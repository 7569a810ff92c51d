import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.protocol.json_text import parsed, written

_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)), inner),
)


@given(_PLAIN)
def test_what_is_written_is_compact_and_comes_back(plain: object) -> None:
    text = written(plain)

    assert json.loads(text) == parsed(text.encode()) == plain
    assert text.encode().decode() == text


@pytest.mark.parametrize("plain", ["\ud800", {"\udfff": ["ạ\ud800"]}])
def test_a_lone_surrogate_is_written_escaped(plain: object) -> None:
    text = written(plain)

    assert text.isascii()
    assert json.loads(text) == parsed(text) == plain


@given(st.binary() | st.text('[]{}",:\\u0123dDeE+-.truefalsn \n\x00\x01').map(str.encode))
def test_the_same_bytes_are_json_as_for_python(text: bytes) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - either parser words it its own way
            parsed(text)
    else:
        assert repr(parsed(text)) == repr(expected)


@pytest.mark.parametrize(
    "text",
    [b'"\\ud800"', b"\xef\xbb\xbf1", b"1\x00", b"[" * 300 + b"]" * 300, b"NaN", b'{"a":1,"a":2}', b"-0", b"1e400"],
)
def test_what_only_pythons_parser_takes_is_taken_too(text: bytes) -> None:
    assert repr(parsed(text)) == repr(json.loads(text))
