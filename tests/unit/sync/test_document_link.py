"""What the city publishes: believed as a whole, by its signature, for this unit; a text only by its hash."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from desktop.protocol.messages import DocumentHead
from desktop.protocol.signing_words import document_words, publication_words
from desktop.sync.document_link import DocumentLink
from desktop.sync.ports import CityRefused, LinkFailed
from tests.unit.sync.link_kit import CITY, PC, Said, TinyCity, link_to, plain, problem

TEXT = b'field = "ho_tich"\n'
SHA256 = hashlib.sha256(TEXT).hexdigest()
BASE = "https://tracuu.example"


def head(name: str = "ho_tich", version: int = 1, unit_id: str = "") -> dict[str, Any]:
    """Return a head as the city signs it."""
    signature = CITY.sign(document_words(name, version, "2026-12-15", SHA256)).hex()
    told = {"name": name, "unit_id": unit_id, "version": version, "effective_on": "2026-12-15"}
    return told | {"media_type": "application/toml", "sha256": SHA256, "signature": signature}


def told(*heads: dict[str, Any], unit_id: str = "u1", base: str = BASE) -> dict[str, Any]:
    """Return a list as the city signs it."""
    words = publication_words(unit_id, base, ((each["unit_id"], each["signature"]) for each in heads))
    return {"documents": list(heads), "lookup_base": base, "signature": CITY.sign(words).hex()}


@pytest.fixture
def city() -> Iterator[TinyCity]:
    with TinyCity() as made:
        yield made


@pytest.fixture
def documents(city: TinyCity) -> Iterator[DocumentLink]:
    link = link_to(city.address)
    yield DocumentLink(link, "u1")
    link.close()


def test_what_the_city_signed_is_believed(city: TinyCity, documents: DocumentLink) -> None:
    city.answers["/v1/catalogue"] = plain(told(head(), head(version=2), head("le_phi", unit_id="u1")))

    found = documents.published()

    assert [(each.name, each.version, each.unit_id) for each in found.documents] == [
        ("ho_tich", 1, ""),
        ("ho_tich", 2, ""),
        ("le_phi", 1, "u1"),
    ]
    assert found.lookup_base == BASE


FORGED = {
    "nothing signed": told(head()) | {"signature": ""},
    "signed by another": told(head()) | {"signature": PC.sign(b"x").hex()},
    "of another unit": told(head(), unit_id="u2"),
    "one kept back": told(head(), head(version=2)) | {"documents": [head()]},
    "given to all": told(head(unit_id="u1")) | {"documents": [head()]},
    "another page": told(head()) | {"lookup_base": "https://evil.example"},
    "another text": told(head() | {"sha256": "0" * 64}),
    "another day": told(head() | {"effective_on": "2026-01-01"}),
}


@pytest.mark.expected_log("an answer is not signed by the city")
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_list_that_was_changed_on_the_way_is_refused(
    city: TinyCity, documents: DocumentLink, forged: dict[str, Any]
) -> None:
    city.answers["/v1/catalogue"] = plain(forged)

    with pytest.raises(LinkFailed, match="not_the_city"):
        documents.published()


@pytest.mark.parametrize("said", [Said(TEXT + b" "), Said(b"", 304)])
def test_a_text_that_was_not_signed_is_refused(city: TinyCity, documents: DocumentLink, said: Said) -> None:
    city.answers["/v1/catalogue/ho_tich"] = said

    with pytest.raises(LinkFailed, match="not_the_city"):
        documents.content(DocumentHead.model_validate(head()))


def test_a_text_is_asked_for_by_its_hash(city: TinyCity, documents: DocumentLink) -> None:
    city.answers["/v1/catalogue/ho_tich"] = Said(TEXT, media="application/toml")

    assert documents.content(DocumentHead.model_validate(head())) == TEXT
    assert city.heard[-1].path == f"/v1/catalogue/ho_tich?sha256={SHA256}"


def test_a_refusal_of_the_city_is_one(city: TinyCity, documents: DocumentLink) -> None:
    city.answers["/v1/catalogue/ho_tich"] = problem("document-unknown", 404)

    with pytest.raises(CityRefused, match="document-unknown"):
        documents.content(DocumentHead.model_validate(head()))


@pytest.mark.parametrize(("said", "is_noted"), [(Said(b"", 304), True), (Said(TEXT), False)])
def test_the_city_is_told_what_is_used(city: TinyCity, documents: DocumentLink, said: Said, is_noted: bool) -> None:
    city.answers["/v1/catalogue/ho_tich"] = said

    assert documents.tell_used(DocumentHead.model_validate(head())) is is_noted
    assert city.heard[-1].fields["If-None-Match"] == f'"{SHA256}"'
