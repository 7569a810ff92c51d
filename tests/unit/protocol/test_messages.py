"""The messages: strict where a wrong value would do harm, lenient about what a newer side adds."""

import pytest
from pydantic import ValidationError

from desktop.protocol.messages import EpochAnswer, LeaseRequest, PushRequest, WireEvent

EVENT = {"body": "{}", "hash": "a" * 64, "sig": "b" * 128}


def test_fields_of_a_newer_side_are_ignored() -> None:
    read = PushRequest.model_validate({"epoch": "e1", "events": [EVENT | {"new": 1}], "newer": True})

    assert read.events == [WireEvent(body="{}", hash="a" * 64, sig="b" * 128)]


@pytest.mark.parametrize(
    "changes", [{"hash": "A" * 64}, {"hash": "a" * 63}, {"sig": "b" * 127}, {"hash": "a" * 64 + "\n"}, {"body": 1}]
)
def test_hashes_and_signatures_are_lowercase_and_whole(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WireEvent.model_validate(EVENT | changes)


def test_identifiers_hold_nothing_a_path_or_a_database_would_misread() -> None:
    with pytest.raises(ValidationError):
        PushRequest.model_validate({"epoch": "../e1", "events": []})


def test_counts_are_not_negative_and_requests_are_modest() -> None:
    with pytest.raises(ValidationError):
        EpochAnswer.model_validate({"epoch": "e1", "blocks": [-1]})
    with pytest.raises(ValidationError):
        LeaseRequest.model_validate({"epoch": "e1", "wanted": 11})


def test_messages_never_change() -> None:
    with pytest.raises(ValidationError):
        WireEvent(**EVENT).body = "other"  # type: ignore[misc]
