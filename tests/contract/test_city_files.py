"""Attachments piece by piece, and published documents."""

import secrets
from datetime import date

import pytest

from desktop.cityserver.keys import is_signed
from desktop.cityserver.page_store import SqlPages
from desktop.cityserver.procedures import catalogue_of
from desktop.protocol.messages import DocumentList
from desktop.protocol.signing_words import document_words, publication_words
from tests.support.city import TestCity
from tests.support.pcs import Pc, join, sha256

_BYTES = {"Content-Type": "application/octet-stream"}


def put(pc: Pc, data: bytes, *, size: int | None = None, name: str = "") -> dict[str, object]:
    """Begin an attachment."""
    path = f"/v1/blobs/{name or sha256(data)}"
    answer = pc.call("PUT", path, params={"size": len(data) if size is None else size}, content=data, headers=_BYTES)
    found: dict[str, object] = answer.json()
    return found


def patch(pc: Pc, name: str, offset: int, data: bytes) -> dict[str, object]:
    """Go on with it."""
    found: dict[str, object] = pc.call(
        "PATCH", f"/v1/blobs/{name}", content=data, headers=_BYTES | {"Upload-Offset": str(offset)}
    ).json()
    return found


def test_a_small_attachment_goes_in_one_piece(pc: Pc) -> None:
    data = secrets.token_bytes(1_000)

    assert put(pc, data)["is_confirmed"] is True
    assert pc.call("GET", f"/v1/blobs/{sha256(data)}").content == data


def test_an_attachment_goes_on_where_the_line_was_cut(pc: Pc) -> None:
    data = secrets.token_bytes(300_000)
    name = sha256(data)
    put(pc, data[:100_000], size=len(data), name=name)

    head = pc.call("HEAD", f"/v1/blobs/{name}")
    offset = int(head.headers["upload-offset"])
    done = patch(pc, name, offset, data[offset:])

    assert (offset, head.headers["upload-confirmed"], head.headers["upload-length"]) == (100_000, "false", "300000")
    assert done["is_confirmed"] is True
    assert pc.call("GET", f"/v1/blobs/{name}").content == data


def test_a_piece_sent_twice_is_told_where_to_go_on(pc: Pc) -> None:
    data = secrets.token_bytes(2_000)
    name = sha256(data)
    put(pc, data[:1_000], size=2_000, name=name)

    again = put(pc, data[:1_000], size=2_000, name=name)

    assert (again["code"], again["facts"]) == ("blob-offset", {"offset": "1000"})
    assert patch(pc, name, 1_000, data[1_000:])["is_confirmed"] is True


def test_bytes_that_do_not_hash_to_the_name_are_never_confirmed(pc: Pc) -> None:
    data = secrets.token_bytes(2_000)
    name = sha256(data)

    damaged = put(pc, data[:-1] + bytes([data[-1] ^ 1]), name=name)

    assert damaged["code"] == "blob-damaged"
    assert pc.call("HEAD", f"/v1/blobs/{name}").status_code == 404
    assert put(pc, data)["is_confirmed"] is True


def test_a_confirmed_attachment_is_confirmed_to_the_next_who_sends_it(city: TestCity, pc: Pc) -> None:
    data = secrets.token_bytes(500)
    put(pc, data)

    assert put(join(city, pc.unit_id), data)["is_confirmed"] is True


def test_an_empty_attachment_is_one(pc: Pc) -> None:
    assert put(pc, b"")["is_confirmed"] is True
    assert pc.call("GET", f"/v1/blobs/{sha256(b'')}").content == b""


def test_an_attachment_of_another_ward_is_unknown(city: TestCity, pc: Pc) -> None:
    from tests.contract.conftest import new_unit_id  # noqa: PLC0415

    data = secrets.token_bytes(500)
    put(pc, data)
    other = join(city, city.create_unit(new_unit_id()))

    assert other.call("GET", f"/v1/blobs/{sha256(data)}").json()["code"] == "blob-unknown"


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=1500-", 206, slice(1500, None)),
        ("bytes=999-1000", 206, slice(999, 1001)),
        ("bytes=0-", 200, slice(None)),
        ("bytes=5000-", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_a_part_of_an_attachment_can_be_fetched(pc: Pc, asked: str, status: int, span: slice) -> None:
    data = secrets.token_bytes(2_000)
    name = sha256(data)
    put(pc, data[:1_000], size=2_000, name=name)
    patch(pc, name, 1_000, data[1_000:])

    answer = pc.call("GET", f"/v1/blobs/{name}", headers={"Range": asked})

    assert (answer.status_code, answer.content) == (status, data[span])


def test_an_unfinished_attachment_is_given_to_nobody(pc: Pc) -> None:
    data = secrets.token_bytes(2_000)
    put(pc, data[:1_000], size=2_000, name=sha256(data))

    assert pc.call("GET", f"/v1/blobs/{sha256(data)}").status_code == 404


def test_more_bytes_than_announced_are_refused(pc: Pc) -> None:
    assert put(pc, bytes(100), size=50)["code"] == "blob-size"


def publish(city: TestCity, name: str, text: str, **params: str) -> dict[str, object]:
    """Publish a document."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "Authorization": f"Bearer {city.admin}"}
    path = f"/v1/admin/catalogue/{name}"
    found: dict[str, object] = city.call("PUT", path, content=text.encode(), headers=headers, params=params).json()
    return found


def test_a_published_document_is_signed_and_dated(city: TestCity, pc: Pc) -> None:
    name = "calendar." + secrets.token_hex(4)
    publish(city, name, "units = [1]\n", effective_on="2026-03-01")

    answer = pc.call("GET", f"/v1/catalogue/{name}")

    version, day = int(answer.headers["motcua-version"]), answer.headers["motcua-effective-on"]
    words = document_words(name, version, day, sha256(answer.content))
    assert (version, day, answer.text) == (1, "2026-03-01", "units = [1]\n")
    assert is_signed(pc.enrolled.city_key, words, bytes.fromhex(answer.headers["motcua-signature"]))


def test_who_has_the_document_is_told_so_and_the_city_remembers(city: TestCity, pc: Pc) -> None:
    name = "packs." + secrets.token_hex(4)
    publish(city, name, "units = [1]\n")
    etag = pc.call("GET", f"/v1/catalogue/{name}").headers["etag"]

    answer = pc.call("GET", f"/v1/catalogue/{name}", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")
    lines = {line["replica_id"]: line for line in city.manage("GET", "/v1/admin/replicas").json()["replicas"]}
    assert lines[pc.replica_id]["documents"][name] == 1


def test_a_new_version_is_given_to_who_has_the_old_one(city: TestCity, pc: Pc) -> None:
    name = "procedures." + secrets.token_hex(4)
    publish(city, name, "units = [1]\n")
    etag = pc.call("GET", f"/v1/catalogue/{name}").headers["etag"]
    publish(city, name, "units = [2]\n")

    answer = pc.call("GET", f"/v1/catalogue/{name}", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.text, answer.headers["motcua-version"]) == (200, "units = [2]\n", "2")


def test_the_same_content_again_is_the_same_version(city: TestCity) -> None:
    name = "same." + secrets.token_hex(4)

    versions = [publish(city, name, "units = [1]\n", effective_on="2026-01-01")["version"] for _ in range(2)]

    assert versions == [1, 1]


def test_a_wards_own_document_comes_before_the_one_for_all(city: TestCity, pc: Pc) -> None:
    other = join(city, city.create_unit("0197f000-0000-7000-8000-00000000" + secrets.token_hex(2)))
    name = "delegations." + secrets.token_hex(4)
    publish(city, name, "delegations = ['all']\n")
    publish(city, name, "delegations = ['us']\n", unit_id=pc.unit_id)

    texts = [each.call("GET", f"/v1/catalogue/{name}").text for each in (pc, other)]

    assert texts == ["delegations = ['us']\n", "delegations = ['all']\n"]
    listed = {line["name"]: line["sha256"] for line in pc.call("GET", "/v1/catalogue").json()["documents"]}
    assert listed[name] == sha256(texts[0].encode())
    publish(city, name, "delegations = ['all again']\n")
    held = ", ".join(f'"{sha256(text)}"' for text in (b"delegations = ['us']\n", b"delegations = ['all again']\n"))
    pc.call("GET", f"/v1/catalogue/{name}", headers={"If-None-Match": held})
    lines = {line["replica_id"]: line for line in city.manage("GET", "/v1/admin/replicas").json()["replicas"]}
    assert lines[pc.replica_id]["documents"][name] == 1


def test_what_was_is_and_will_be_in_force_is_told_and_signed_together(city: TestCity, pc: Pc) -> None:
    name = "fees." + secrets.token_hex(4)
    for n, day in enumerate(("2020-01-01", "2021-01-01", "2999-01-01"), start=1):
        publish(city, name, f"units = [{n}]\n", effective_on=day, unit_id=pc.unit_id)

    told = DocumentList.model_validate(pc.call("GET", "/v1/catalogue").json())

    signed = ((head.unit_id, head.signature) for head in told.documents)
    words = publication_words(pc.unit_id, told.lookup_base, signed)
    ours = [head for head in told.documents if head.name == name]
    assert is_signed(pc.enrolled.city_key, words, bytes.fromhex(told.signature))
    # A PC that joins now corrects and prints what was received then as the others do.
    assert [(head.version, head.effective_on, head.unit_id) for head in ours] == [
        (1, "2020-01-01", pc.unit_id),
        (2, "2021-01-01", pc.unit_id),
        (3, "2999-01-01", pc.unit_id),
    ]
    texts = [pc.call("GET", f"/v1/catalogue/{name}", params={"sha256": head.sha256}).text for head in ours]
    assert texts == ["units = [1]\n", "units = [2]\n", "units = [3]\n"]


def test_who_publishes_what_no_pc_uses_is_told_so_and_what_is_of_no_kind_is_refused(city: TestCity, pc: Pc) -> None:
    kept = publish(city, "units." + secrets.token_hex(4), "units = [1]\n", unit_id=pc.unit_id)
    used = publish(city, "lich." + secrets.token_hex(4), DAYS, effective_on="2028-01-01", unit_id=pc.unit_id)
    mistyped = publish(city, "lich." + secrets.token_hex(4), DAYS.replace("holidays", "holiday"), unit_id=pc.unit_id)

    assert (kept["is_used"], used["is_used"], used["note"]) == (False, True, "")
    assert "các máy ở phường chưa dùng" in str(kept["note"])
    assert mistyped["code"] == "bad-document"
    assert "không có phần nào mà máy đọc được" in str(mistyped["detail"])


DAYS = 'source = "QĐ 5/QĐ-UBND"\nholidays = [{ on = 2028-03-01, name = "Ngày hội" }]\n'
RULES = 'pack = "2025"\nsource = "QĐ 6/QĐ-UBND"\n[clock]\ncut_off = 16:00:00\n'

ENDLESS = """field = "ho_tich"
field_name = "Hộ tịch"
section = "tu_phap"
legal_basis = "Quyết định 1/QĐ-UBND"
source = "thử"
updated_on = 2026-11-23
[[procedures]]
code = "1.001193"
name = "Khai sinh"
version = "9"
limit = { n = 7, unit = "working_day" }
effective_from = 2018-01-01
effective_to = 9999-12-31
needs_checking = false
result_name = "Giấy khai sinh"
components = [{ code = "TP01", name = "Tờ khai", required = true, kind_hint = "original" }]
fees = [{ kind = "free", name = "Lệ phí" }]
"""


@pytest.mark.parametrize("text", [DAYS, RULES, ENDLESS], ids=["days", "rules", "procedures without end"])
def test_who_does_not_use_published_days_and_rules_is_named_until_he_says_so(city: TestCity, pc: Pc, text: str) -> None:
    if city.city is None:
        pytest.skip("the page of PCs is asked in this process")
    name, store = "lich." + secrets.token_hex(4), city.city.store
    sha = str(publish(city, name, text, effective_on="2028-01-01", unit_id=pc.unit_id)["sha256"])

    def lacking() -> list[str]:
        lines = [line for line in SqlPages(store).fleet() if line.replica_id == pc.replica_id]
        return [document for line in lines for document, _ in line.lacking if document == name]

    before = lacking()
    answer = pc.call("GET", f"/v1/catalogue/{name}", headers={"If-None-Match": f'"{sha}"'}, params={"sha256": sha})

    assert (before, answer.status_code, lacking()) == ([name], 304, [])
    with store.reading() as connection:
        limit = catalogue_of(connection, pc.unit_id).procedure("1.001193", date.max).limit.n
    assert (limit == 7) is (text is ENDLESS)


def test_days_and_rules_no_pc_could_use_are_refused_with_their_place(city: TestCity, pc: Pc) -> None:
    name = "hong." + secrets.token_hex(4)
    wrong = {
        DAYS.replace("2028-03-01", "2027-12-31"): "ngày 31/12/2027 ở trước ngày áp dụng 01/01/2028",
        DAYS.replace("2028-03-01", "2039-01-01"): "ngày 01/01/2039 ở ngoài lịch của chương trình",
        RULES.replace("[clock]", "[statuses]\nreceived = 3\n[clock]"): "không đổi được statuses bằng tài liệu",
        RULES.replace("2025", "2031"): "không có bộ quy định 2031",
    }

    refused = {text: publish(city, name, text, effective_on="2028-01-01") for text in wrong}

    assert {answer["code"] for answer in refused.values()} == {"bad-document"}
    assert [place for text, place in wrong.items() if place not in str(refused[text]["detail"])] == []
    assert pc.call("GET", f"/v1/catalogue/{name}").json()["code"] == "document-unknown"


def test_a_document_nobody_published_is_unknown(pc: Pc) -> None:
    assert pc.call("GET", "/v1/catalogue/nothing").json()["code"] == "document-unknown"
