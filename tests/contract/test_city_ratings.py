"""The citizen's rating after a return, over real HTTP: once per dossier, only with the key, counted for the city."""

import html
import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from desktop.cityserver.finding_sheets import make_sheet
from desktop.cityserver.page_store import SqlPages
from desktop.cityserver.schema import RATING
from desktop.cityserver.settings import Settings
from desktop.domain.detectors.findings import Trick
from desktop.domain.dossiers import Proof, Relation
from desktop.domain.facts.counter import Returned
from desktop.domain.ratings import Grade, Opinion
from tests.contract.conftest import new_unit_id
from tests.support.city import Clock, TestCity, city_on_thread, run_admin
from tests.support.pcs import Pc, code_of, dossier_facts, join
from tests.support.samples import OWNER

#: Far from the codes of other files: they share the city, and the page knows a dossier by its code alone.
_NUMBERS = itertools.count(7_001)
#: What is the same on both databases need not run twice.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
OFFER = "RẤT HÀI LÒNG"
GRADES = ("very_satisfied", "satisfied", "not_satisfied")
GIVEN = "Hồ sơ này đã được đánh giá. Cảm ơn ông/bà."


@dataclass
class Counter:
    """A ward with a PC that receives dossiers and returns results."""

    city: TestCity
    pc: Pc
    keys: dict[str, str] = field(default_factory=dict)

    def handle(self, facts: int = 7) -> str:
        """Push a dossier's way, seven facts of which end with its return; return its code."""
        code = code_of(next(_NUMBERS))
        way = list(dossier_facts(code, self.pc.unit_id))
        self.keys[code] = way[0].lookup_key  # type: ignore[attr-defined]
        back = Returned(OWNER, Relation.OWNER, Proof.SIGNATURE, "Ký trên liên lưu")
        dossier_id = f"{self.pc.unit_id}-{code}"
        events = [self.pc.log.write(fact, dossier_id) for fact in way[:facts]]
        if facts > len(way):
            events.append(self.pc.log.write(back, dossier_id))
        assert {verdict.kind for verdict in self.pc.pushed(events).verdicts} == {"accepted"}
        return code

    def page(self, code: str) -> str:
        """Return the page behind the QR code."""
        answer = self.city.call("GET", f"/tra-cuu/{code}", params={"k": self.keys[code]})
        assert answer.status_code == 200
        return answer.text

    def rate(self, code: str, grade: str, reason: str = "", key: str | None = None, **steps: str) -> httpx2.Response:
        """Send the form as a browser does."""
        sent = {"k": self.keys[code] if key is None else key, "grade": grade, "reason": reason, **steps}
        return self.city.call("POST", f"/tra-cuu/{code}/danh-gia", data=sent)

    def figures(self) -> dict[str, Any]:
        """Return the ward's ratings as its administrator gets them."""
        answer = self.city.manage("GET", f"/v1/admin/ratings?unit_id={self.pc.unit_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def counter(city: TestCity, pc: Pc) -> Counter:
    return Counter(city, pc)


def test_a_rating_is_asked_for_after_the_return_only(counter: Counter) -> None:
    ready, returned = counter.handle(6), counter.handle()

    assert OFFER not in counter.page(ready)
    early = counter.rate(ready, "satisfied")
    text = counter.page(returned)

    assert (early.status_code, "Chỉ đánh giá được sau khi" in early.text) == (409, True)
    assert OFFER in text
    assert f'action="/tra-cuu/{returned}/danh-gia" method="post"' in text
    assert "<script" not in text
    assert OWNER.name not in text
    assert counter.figures()["total"]["counted"] == 0


def test_each_grade_is_taken_once_and_counted(counter: Counter) -> None:
    codes = [counter.handle() for _ in range(4)]
    sent = [("very_satisfied", ""), ("satisfied", ""), ("not_satisfied", "Chờ <b>lâu</b>")]

    answers = [counter.rate(code, *each) for code, each in zip(codes, sent, strict=False)]

    assert [(answer.status_code, "Cảm ơn ông/bà" in answer.text) for answer in answers] == [(200, True)] * 3
    assert [GIVEN in counter.page(code) for code in codes] == [True, True, True, False]
    for code in codes[:3]:
        again = counter.rate(code, "satisfied")
        assert (again.status_code, "chỉ đánh giá một lần" in again.text) == (409, True)
    found = counter.figures()
    assert found["total"] | {"field": ""} == {
        "field": "", "returned": 4, "counted": 3, "very_satisfied": 1, "satisfied": 1, "not_satisfied": 1,
        "set_aside": 0, "not_satisfied_share": "33,33%", "rated_share": "75,00%",
    }  # fmt: skip
    assert [(reason["grade"], reason["reason"]) for reason in found["reasons"]] == [("not_satisfied", "Chờ <b>lâu</b>")]
    assert not [code for code in codes if code in json.dumps(found, ensure_ascii=False)]


def test_each_step_is_counted_by_itself(counter: Counter) -> None:
    first, second, third = (counter.handle() for _ in range(3))

    counter.rate(first, "satisfied", reception="very_satisfied", handling="not_satisfied")
    counter.rate(second, "very_satisfied", reception="satisfied")
    counter.rate(third, "satisfied")
    again = counter.rate(third, "satisfied", reception="not_satisfied")

    assert again.status_code == 409
    found = counter.figures()
    assert found["total"]["counted"] == 3
    said = {each["field"]: tuple(each[name] for name in GRADES) for each in found["steps"]}
    assert said == {"reception": (1, 1, 0), "handling": (0, 0, 1), "return": (0, 0, 0)}
    assert [each["not_satisfied_share"] for each in found["steps"]] == ["0,00%", "100,00%", "–"]


@ON_SQLITE
def test_a_mistake_keeps_the_steps_that_were_chosen(counter: Counter) -> None:
    code = counter.handle()

    answer = counter.rate(code, "not_satisfied", "", handling="not_satisfied")

    assert answer.status_code == 422
    assert "<details open>" in answer.text
    assert '<option value="not_satisfied" selected="selected">' in answer.text
    assert counter.rate(code, "satisfied", handling="excellent").status_code == 422
    assert counter.figures()["total"]["counted"] == 0


@ON_SQLITE
def test_a_mistake_is_told_and_what_was_typed_is_kept(counter: Counter) -> None:
    code = counter.handle()

    for grade, reason, said in (
        ("not_satisfied", "", "Hãy ghi lý do"),
        ("not_satisfied", "Chờ " + "lâu " * 130, "Lý do dài 523 ký tự"),
        ("", 'Chậm </textarea><script>alert("a")</script>', "một trong ba nút"),
        ("not_satisfied", "Ch\x07ậm", "ký tự lạ"),
    ):
        answer = counter.rate(code, grade, reason)
        assert (answer.status_code, said in answer.text) == (422, True), answer.text
        assert "<script" not in answer.text
        assert html.escape(reason) in answer.text
    for body, media_type in (
        (b"k=%FF", "application/x-www-form-urlencoded"),
        ("k=é".encode(), "application/x-www-form-urlencoded"),
        (b"a&" * 9, "application/x-www-form-urlencoded"),
        (b"x" * 40_000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
    ):
        answer = counter.city.call(
            "POST", f"/tra-cuu/{code}/danh-gia", content=body, headers={"Content-Type": media_type}
        )
        assert (answer.status_code in (400, 413, 415), "Không đọc được" in answer.text) == (True, True)
    assert counter.figures()["total"]["counted"] == 0
    assert counter.rate(code, "not_satisfied", "Chậm").status_code == 200


@ON_SQLITE
def test_without_the_key_nobody_rates_or_learns_anything(counter: Counter) -> None:
    code = counter.handle()
    unknown = counter.city.call("POST", "/tra-cuu/000.16.27.H29-260302-9998/danh-gia", data={"k": "1"})

    for key in ("", "9999999999", "1"):
        answer = counter.rate(code, "satisfied", key=key)
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert counter.figures()["total"]["counted"] == 0


def test_of_two_that_come_at_once_one_is_kept_and_the_database_itself_lets_nobody_change_it(counter: Counter) -> None:
    code = counter.handle()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: counter.rate(code, "satisfied").status_code, range(4)))

    assert sorted(answers) == [200, 409, 409, 409]
    assert counter.figures()["total"]["counted"] == 1
    if counter.city.city is None:
        return
    for change in (update(RATING).values(grade="very_satisfied"), delete(RATING)):
        with pytest.raises(DBAPIError, match="only grows"), counter.city.city.store.writing() as connection:
            connection.execute(change)


def test_a_rating_no_citizen_can_have_given_is_set_aside_and_found(counter: Counter) -> None:
    if counter.city.city is None:
        pytest.skip("the findings of another city are made on its own machine")
    store, now_ms = counter.city.city.store, counter.city.city.now_ms
    soon, late = counter.handle(), counter.handle()
    dossier = SqlPages(store).dossier_of(soon)
    assert dossier is not None
    assert dossier.returned is not None
    # Exactly so soon, whatever the machine is doing meanwhile.
    assert SqlPages(store).rate(dossier, Opinion(Grade.SATISFIED), dossier.returned.at + timedelta(milliseconds=1_900))
    assert counter.rate(late, "satisfied").status_code == 200

    seen = make_sheet(store, counter.pc.unit_id, now_ms())

    total = counter.figures()["total"]
    assert (total["counted"], total["set_aside"], total["rated_share"]) == (1, 1, "50,00%")
    found = [each for each in seen.found if each.trick is Trick.OWN_RATING]
    assert [(each.reason, each.subjects[0].code) for each in found] == [("too_soon", soon)]


def test_who_guesses_keys_by_rating_is_stopped_as_one_who_looks_up(tmp_path: Path, clock: Clock) -> None:
    limits = Settings(address_burst=1e9, lookup_guesses=2, code_guesses=9)
    with city_on_thread(f"sqlite:///{tmp_path / 'city.db'}", limits, clock) as city:
        counter = Counter(city, join(city, city.create_unit(new_unit_id())))
        code = counter.handle()

        assert [counter.rate(code, "satisfied", key=f"{n}").status_code for n in range(3)] == [404, 404, 429]
        assert counter.rate(code, "satisfied").status_code == 429


def test_the_page_of_the_city_names_wards_and_reasons_and_nobody_is_a_code(tmp_path: Path, clock: Clock) -> None:
    database = f"sqlite:///{tmp_path / 'city.db'}"
    with city_on_thread(database, None, clock) as city:
        counter = Counter(city, join(city, city.create_unit(new_unit_id(), training=False)))
        code = counter.handle()
        assert counter.rate(code, "not_satisfied", "<i>Chờ lâu</i>").status_code == 200
        city.create_unit(new_unit_id())

        page = city.client.get(city.url + "/admin/ratings", auth=("", city.admin))
        refused = city.client.get(city.url + "/admin/ratings")
        printed = [json.loads(line) for line in run_admin(database, "ratings").splitlines()]
        acts = city.manage("GET", "/v1/admin/audit").json()["acts"]

    assert (page.status_code, refused.status_code) == (200, 401)
    assert "1 đơn vị" in page.text
    assert "&lt;i&gt;Chờ lâu&lt;/i&gt;" in page.text
    assert "100,00%" in page.text
    assert code not in page.text
    assert [line["not_satisfied_share"] for line in printed[:3]] == ["100,00%"] * 3
    assert printed[3]["reason"] == "<i>Chờ lâu</i>"
    assert [act["actor"] for act in acts if act["action"] == "see-ratings"][-1:] == ["tests"]
    assert len([act for act in acts if act["action"] == "see-ratings"]) == 2
