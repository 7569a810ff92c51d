import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.resources import files

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from desktop.cityserver.limits import Buckets
from desktop.cityserver.page_ports import FleetLine, PageUnit, UnitBoard
from desktop.cityserver.pages import Pages
from desktop.domain.acts.receiving import decide_receive
from desktop.domain.board import Period
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.dossiers import Dossier, Party, Status
from desktop.domain.online import Filing, OnlineStatus
from desktop.domain.ratings import Opinion
from desktop.domain.way import MissingPaper, Wait, WaitKind
from tests.support.samples import NINE, OWNER, allotment, command, folded, rules

KEY = "0123456789"
UNIT = PageUnit("unit", "Phường Mẫu", "12 đường Tập Huấn", "028 3800 0000")
PERSONAL = ("Ngọc Ở", "079090012345", "0912345678", "Lê Văn Khác")


@dataclass
class Shelf:
    """Hold what the pages read."""

    dossiers: dict[str, Dossier] = field(default_factory=dict)
    filings: dict[str, Filing] = field(default_factory=dict)
    machines: tuple[FleetLine, ...] = ()
    opinions: dict[str, Opinion] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)

    def dossier_of(self, code: str) -> Dossier | None:
        return self.dossiers.get(code)

    def filing_of(self, tracking: str) -> Filing | None:
        return self.filings.get(tracking)

    def unit(self, unit_id: str) -> PageUnit | None:
        return replace(UNIT, unit_id=unit_id)

    def boards(self, period: Period, as_of: datetime) -> Sequence[UnitBoard]:
        del period, as_of
        states = tuple(self.dossiers.values())
        return (UnitBoard(UNIT, {"ho_tich": 3}, {"ho_tich": 1}, {"ho_tich": len(states)}, states),)

    def fleet(self) -> Sequence[FleetLine]:
        return self.machines

    def is_rated(self, dossier: Dossier) -> bool:
        return dossier.dossier_id in self.opinions

    def rate(self, dossier: Dossier, opinion: Opinion, at: datetime, address: str = "") -> bool:
        del at
        self.addresses.append(address)
        return self.opinions.setdefault(dossier.dossier_id, opinion) is opinion


@dataclass
class Site:
    """Hold a served city with one dossier."""

    shelf: Shelf
    client: TestClient
    dossier: Dossier
    now: datetime = NINE
    seconds: float = 0.0

    @property
    def address(self) -> str:
        return f"/tra-cuu/{self.dossier.code}?k={KEY}"

    def put(self, **changes: object) -> None:
        self.shelf.dossiers[self.dossier.code] = replace(self.dossier, **changes)  # type: ignore[arg-type]


@pytest.fixture
def site() -> Site:
    given = replace(allotment(), lookup_key=KEY)
    dossier = folded(*decide_receive(command(), given, rules()))
    shelf = Shelf({dossier.code: dossier})
    built = Site(shelf, None, dossier)  # type: ignore[arg-type]
    limit = Buckets(1, 30, lambda: built.seconds)
    pages = Pages(shelf, lambda: built.now, limit, lambda token: token == "ma-quan-tri-dung", {"ho_tich": "Hộ tịch"})
    application = FastAPI()
    application.include_router(pages.router())
    built.client = TestClient(application)
    return built


def test_the_holder_of_a_receipt_sees_status_and_promise(site: Site) -> None:
    answer = site.client.get(site.address)

    assert answer.status_code == 200
    assert "Đã tiếp nhận" in answer.text
    assert site.dossier.code in answer.text
    assert "Hẹn trả kết quả" in answer.text
    assert "028 3800 0000" in answer.text


@pytest.mark.parametrize("status", list(Status))
def test_no_status_shows_anything_about_a_person(site: Site, status: Status) -> None:
    typed = MissingPaper("", "Giấy của Lê Văn Khác", "079090012345")
    wait = Wait("w", WaitKind.SUPPLEMENT, ClockEffect.RESTART, NINE, "lan", "Lê Văn Khác thiếu", missing=(typed,))
    site.put(status=status, waits=(wait,), note="Gọi 0912345678", result_note="Lê Văn Khác")

    text = site.client.get(site.address).text

    assert not [each for each in (*PERSONAL, OWNER.name) if each in text]
    assert "Việc cần làm" in text
    assert re.search(r"<li", text)


def test_papers_of_the_official_list_are_named_when_they_are_missing(site: Site) -> None:
    line = site.dossier.components[0]
    gaps = (MissingPaper(line.code, line.name), MissingPaper("", "giấy khác"))
    wait = Wait("w", WaitKind.SUPPLEMENT, ClockEffect.RESTART, NINE, "lan", "thiếu", missing=gaps)
    site.put(status=Status.WAITING_SUPPLEMENT, waits=(wait,))

    text = site.client.get(site.address).text

    assert line.name in text
    assert "giấy khác" not in text
    assert "Các giấy tờ khác ghi trên phiếu" in text


@pytest.mark.parametrize(
    "address",
    [
        "/tra-cuu/{code}?k=9999999999",
        "/tra-cuu/{code}",
        "/tra-cuu/000.16.27.H29-190718-9999?k=0123456789",
        "/tra-cuu/x",
    ],
)
def test_wrong_key_and_unknown_code_get_one_and_the_same_answer(site: Site, address: str) -> None:
    expected = site.client.get("/tra-cuu/khong-co?k=1")

    answer = site.client.get(address.format(code=site.dossier.code))

    assert (answer.status_code, answer.content) == (404, expected.content)
    assert {name: answer.headers[name] for name in answer.headers} == {
        name: expected.headers[name] for name in expected.headers
    }


def test_a_dossier_without_a_key_is_shown_to_nobody(site: Site) -> None:
    site.put(lookup_key="")

    assert site.client.get(f"/tra-cuu/{site.dossier.code}?k=").status_code == 404


def test_the_form_leads_to_the_same_page(site: Site) -> None:
    empty = site.client.get("/tra-cuu")

    filled = site.client.get("/tra-cuu", params={"code": f" {site.dossier.code.lower()} ", "k": "01234 56789"})

    assert '<form class="card" action="/tra-cuu" method="get"' in empty.text
    assert filled.status_code == 200
    assert "Đã tiếp nhận" in filled.text


def test_pages_run_no_script_and_are_kept_by_nobody(site: Site) -> None:
    for address in (site.address, "/tra-cuu", "/tra-cuu/x", "/admin/board"):
        answer = site.client.get(address)

        assert "<script" not in answer.text
        assert " on" not in re.sub(r">[^<]*<", "><", answer.text)
        assert answer.headers["cache-control"].startswith("no-store")
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_what_stands_in_a_dossier_is_never_markup(site: Site) -> None:
    site.put(procedure=replace(site.dossier.procedure, name="<b>Đăng ký</b>"))

    assert "&lt;b&gt;Đăng ký" in site.client.get(site.address).text


def test_who_guesses_is_slowed_down_and_told_when_to_come_again(site: Site) -> None:
    answers = [site.client.get(f"/tra-cuu/x{n}?k=1") for n in range(31)]

    assert {answer.status_code for answer in answers[:30]} == {404}
    assert answers[30].status_code == 429
    assert int(answers[30].headers["retry-after"]) >= 1
    site.seconds += 5
    assert site.client.get(site.address).status_code == 200


def test_a_late_dossier_says_so_and_what_is_owed_is_named(site: Site) -> None:
    site.now = site.dossier.promised_at + timedelta(days=2)

    assert "quá ngày hẹn" in site.client.get(site.address).text
    site.put(status=Status.RESULT_READY, solved_at=site.now)
    assert "quá ngày hẹn" not in site.client.get(site.address).text


def test_what_was_filed_online_is_followed_by_its_tracking_code(site: Site) -> None:
    filing = Filing("f", "TT-190718-00000001", KEY, "unit", "1.001193", Party("Lê Văn Khác"), (), "", NINE, NINE)
    site.shelf.filings[filing.tracking] = filing
    address = f"/tra-cuu/{filing.tracking}?k={KEY}"

    for status in OnlineStatus:
        site.shelf.filings[filing.tracking] = replace(filing, status=status, reason="Lê Văn Khác thiếu giấy")
        answer = site.client.get(address)
        assert answer.status_code == 200
        assert "Lê Văn Khác" not in answer.text

    site.shelf.filings[filing.tracking] = replace(filing, status=OnlineStatus.ACCEPTED, dossier_code=site.dossier.code)
    assert site.dossier.code in site.client.get(address).text


def test_every_status_has_its_words() -> None:
    words = tomllib.loads((files("resources") / "city" / "words.toml").read_text("utf-8"))

    for status in Status:
        assert words[status.value]["next"], status
        assert words[status.value]["mark"], status


@pytest.mark.parametrize("page", ["board", "fleet"])
def test_board_and_fleet_are_for_administrators(site: Site, page: str) -> None:
    assert site.client.get(f"/admin/{page}").status_code == 401
    assert site.client.get(f"/admin/{page}", headers={"Authorization": "Bearer sai"}).status_code == 401
    assert site.client.get(f"/admin/{page}", headers={"Authorization": "Basic ???"}).status_code == 401
    assert site.client.get(f"/admin/{page}", headers={"Authorization": "Other x"}).status_code == 401
    token = "ma-quan-tri-dung"
    assert site.client.get(f"/admin/{page}", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert site.client.get(f"/admin/{page}", auth=("ai cũng được", token)).status_code == 200


def test_the_board_counts_late_dossiers_by_unit_and_field_and_names_no_person(site: Site) -> None:
    site.now = site.dossier.due_at + timedelta(days=3)

    text = site.client.get("/admin/board", auth=("", "ma-quan-tri-dung")).text

    assert "Phường Mẫu: 1 hồ sơ đang quá hạn" in text
    assert site.dossier.code in text
    assert "Hộ tịch" in text or site.dossier.procedure.field in text
    assert not [each for each in PERSONAL if each in text]


def test_the_fleet_shows_first_who_needs_a_call_and_why(site: Site) -> None:
    well = FleetLine("Phường A", "r1", 1, "PC1", "0.2", NINE, 0, None, NINE - timedelta(hours=2))
    silent = FleetLine("Phường B", "r2", 1, "PC2", "0.1", NINE - timedelta(days=3), 5, NINE - timedelta(days=2))
    new, gone = FleetLine("Phường C", "r3", 1), FleetLine("Phường D", "r4", 1, is_revoked=True)
    stale = FleetLine("Phường E", "r5", 1, "PC5", "0.2", NINE, 0, None, NINE - timedelta(days=4))
    site.shelf.machines = (well, silent, new, gone, stale)

    text = site.client.get("/admin/fleet", auth=("", "ma-quan-tri-dung")).text

    assert text.index("Phường B") < text.index("Phường A")
    for worry in ("im lặng 3 ngày", "chờ gửi quá 1 ngày", "chưa liên lạc lần nào", "đã thu hồi", "sao lưu cách đây 4"):
        assert worry in text


def test_the_fleet_names_a_document_a_pc_has_not_used_for_a_day(site: Site) -> None:
    heard = FleetLine("Phường A", "r1", 1, last_contact=NINE, backup_at=NINE)
    late, just_out = (("ho_tich", NINE - timedelta(hours=30)),), (("dat_dai", NINE - timedelta(hours=2)),)
    site.shelf.machines = (replace(heard, lacking=late), replace(heard, replica_id="r2", counter=2, lacking=just_out))

    text = site.client.get("/admin/fleet", auth=("", "ma-quan-tri-dung")).text

    assert "chưa dùng tài liệu ho_tich" in text
    assert "dat_dai" not in text
