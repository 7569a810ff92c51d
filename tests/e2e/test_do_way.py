"""``motcua do`` between counter and citizen: what each command answers, what it leaves, what it refuses."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from desktop.cli.do import run
from desktop.cli.exits import Exit
from desktop.services.records import JobState
from tests.support.do_lines import APPLICANT, AT, BIRTH, PAPERS, answer, good, line, refused, runner
from tests.support.wards import Ward, make_ward

SLOW = {**BIRTH, "procedure": "1.004884"}
ORIGINALS = ["TP01", "TP02", "TP03"]
NEXT_WEEK = "2019-07-29T09:00:00+07:00"
REASON = "giấy tờ mờ, không đọc được"
_people = count(1)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path)
    yield made
    made.database.close()


def received(ward: Ward, procedure: str = "1.001193") -> str:
    """Receive a dossier of a citizen of its own; return its code."""
    n = next(_people)
    applicant = {"name": f"Trần Văn {n}", "id_number": f"0790900{n:05d}"}
    return str(good(ward, "dossier.receive", procedure=procedure, applicant=applicant, components=PAPERS)["code"])


def at_section(ward: Ward, *codes: str) -> None:
    slip = good(ward, "handover.create", to="tu_phap", codes=list(codes))["slip"]
    good(ward, "handover.confirm", "hung", slip=slip, codes=list(codes))


def submitted(ward: Ward, *codes: str) -> None:
    at_section(ward, *codes)
    good(ward, "dossier.submit", "hung", codes=list(codes))


def head(ward: Ward) -> tuple[Any, ...]:
    """Return what must not move when a command is refused."""
    return (ward.database.ledger.head, ward.desk.reader.jobs(*JobState))


def pdf_file(folder: Path, name: str = "ket qua.pdf") -> Path:
    path = folder / name
    canvas = Canvas(str(path))
    canvas.drawString(72, 720, "Ket qua")
    canvas.save()
    return path


def test_the_whole_way_with_all_its_paper(ward: Ward, tmp_path: Path) -> None:
    out, code = tmp_path / "out", "000.16.27.H29-190718-0001"
    draft = pdf_file(tmp_path)
    later = "2019-07-22T14:00:00+07:00"
    papers = [{"code": "TP02", "copies": 1}]
    steps = [
        line("dossier.receive", **SLOW),
        line("handover.create", to="tu_phap", codes=[code]),
        line("handover.confirm", "hung", slip="BG-2019-01-0001", codes=[code]),
        line("dossier.request_supplement", "hung", code=code, missing=["TP02", "Giấy chứng sinh"], reason=REASON),
        line("dossier.receive_supplement", "lan", later, code=code, components=papers, note="đã bổ sung"),
        line("dossier.submit", "hung", later, code=code, result_pdf=str(draft)),
        line("dossier.approve", "phochutich", later, code=code),
        line("dossier.result_ready", "hung", later, code=code, shelf="A1"),
        line("citizen.notify", "lan", later, code=code, channel="điện thoại", text="đã có kết quả"),
        line(
            "dossier.return_result",
            "lan",
            later,
            code=code,
            recipient=APPLICANT,
            proof={"kind": "photo", "ref": "ảnh 1"},
        ),
        line("paper.print", "lan", later, code=code, form="supplement"),
        line("dossier.show", "thanhtra", later, code=code),
    ]
    written = _Lines()

    ended = run(runner(ward, out), steps, written)  # type: ignore[arg-type]

    assert ended is Exit.DONE, written.said
    results = [json.loads(text)["result"] for text in written.said]
    form = results[3]["form"]
    assert (form["name"], form["number"], form["printed_number"]) == ("Mẫu số 02", 1, "01/HDHS")
    assert (results[3]["status"], results[3]["national_status"]) == ("waiting_supplement", 5)
    assert (results[4]["status"], results[4]["receipt"]["version"]) == ("with_section", 2)
    assert (results[5]["status"], results[5]["authority"]) == ("submitted", None)
    assert (results[6]["authority"], results[6]["on_behalf_of"]) == ("kt", "CHỦ TỊCH")
    assert results[6]["items"][0]["document"] == "01/QĐ-UBND (mẫu) ngày 02/01/2018"
    assert [results[n]["status"] for n in (7, 9)] == [9, 10]
    assert results[10]["copy_no"] == 1
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        f"{code}-tra-ket-qua-A5.pdf",
        f"{code}-v1-A5.pdf",
        f"{code}-v2-A5.pdf",
        f"{code}-yeu-cau-bo-sung-A5.pdf",
        f"{code}-yeu-cau-bo-sung-in-lai-1-A5.pdf",
        "BG-2019-01-0001-ban-giao-A4.pdf",
    ]
    assert all((out / name).read_bytes().startswith(b"%PDF") for name in names)
    assert ward.desk.reader.jobs(JobState.WAITING) == ()
    shown = results[11]
    assert (shown["status"], shown["custodian"], shown["decision"]["signer"]) == ("returned", "", "Võ Thị Hạnh")
    assert [gap["code"] for gap in shown["waits"][0]["missing"]] == ["TP02", ""]
    assert (shown["attachments"][0]["role"], shown["attachments"][0]["title"]) == ("draft", "ket qua.pdf")
    assert shown["content_hash"] == shown["submission"]["content_hash"]
    assert ward.verify().is_clean


class _Lines:
    """Take answers line by line; each must be durable when it is flushed."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._open = ""

    def write(self, text: str) -> int:
        self._open += text
        return len(text)

    def flush(self) -> None:
        self.said += self._open.splitlines()
        self._open = ""


def test_answers_of_the_way_are_flushed_after_the_commit(ward: Ward) -> None:
    code = received(ward)
    heads = []

    class Out(_Lines):
        def flush(self) -> None:
            super().flush()
            heads.append((len(self.said), ward.desk.reader.find(code)))

    steps = [
        line("handover.create", to="tu_phap", codes=[code]),
        line("handover.confirm", "hung", slip="BG-2019-01-0001", codes=[code]),
        line("dossier.submit", "hung", code=code),
    ]

    run(runner(ward), steps, Out())  # type: ignore[arg-type]

    seen = [(n, state.offered_on, state.status.value) for n, state in heads if state is not None]
    assert seen == [(1, "BG-2019-01-0001", "received"), (2, "", "with_section"), (3, "", "submitted")]


def test_a_slip_names_what_did_not_come_and_what_should_not_have(ward: Ward) -> None:
    first, second, stranger = (received(ward) for _ in range(3))
    slip = good(ward, "handover.create", to="hung", codes=[first, second.lower()])

    done = good(ward, "handover.confirm", "hung", slip=slip["slip"], codes=[first, stranger, "X-1"])

    assert (slip["to"], slip["codes"]) == ("Trần Quốc Hùng", [first, second])
    assert (done["accepted"], done["missing"], done["unexpected"]) == ([first], [second], [stranger, "X-1"])
    counter = "Bộ phận Tiếp nhận và Trả kết quả"
    assert [(each["code"], each["kind"], each["holder"]) for each in done["differences"]] == [
        (second, "missing", counter),
        (stranger, "unexpected", counter),
        ("X-1", "unexpected", ""),
    ]
    shown = good(ward, "handover.show", slip=slip["slip_id"])
    assert (shown["state"], shown["accepted"], shown["closed_by"]) == ("confirmed", [first], "Trần Quốc Hùng")
    assert good(ward, "dossier.show", code=second)["custodian"] == counter


def test_a_slip_is_found_by_its_qr_listed_printed_and_taken_back(ward: Ward, tmp_path: Path) -> None:
    code = received(ward)
    slip = good(ward, "handover.create", to="tu_phap", codes=[code])["slip"]
    qr = good(ward, "handover.show", slip=slip)["qr"]

    listed = good(ward, "handover.list", "hung")
    printed = answer(ward, line("handover.print", slip=qr), tmp_path / "out")["result"]
    taken = good(ward, "handover.withdraw", slip=slip, reason="đưa nhầm bộ phận")

    assert [each["slip"] for each in listed["incoming"]] == [slip]
    assert (printed["name"], printed["copy_no"]) == (slip, 1)
    assert Path(printed["pdf"]).name == f"{slip}-ban-giao-in-lai-1-A4.pdf"
    assert taken["state"] == "withdrawn"
    assert good(ward, "handover.list")["recent"][0]["state"] == "withdrawn"
    assert good(ward, "dossier.show", code=code)["offered_on"] == ""


@pytest.mark.parametrize(
    ("do", "form", "national", "file"),
    [
        ("dossier.request_supplement", "supplement", "Mẫu số 02", "2019-01-0001-yeu-cau-bo-sung-A5.pdf"),
        ("dossier.refuse", "refusal", "Mẫu số 03", "2019-01-0001-tu-choi-A5.pdf"),
    ],
)
def test_a_citizen_is_sent_home_with_a_form_and_no_code_is_spent(
    ward: Ward, tmp_path: Path, do: str, form: str, national: str, file: str
) -> None:
    at_the_counter = {"procedure": "1.001193", "applicant": APPLICANT, "components": PAPERS[:1], "reason": REASON}

    given = answer(ward, line(do, **at_the_counter), tmp_path / "out")["result"]

    assert (given["code"], given["status"]) == (None, None)
    assert (given["form"]["form"], given["form"]["name"], given["form"]["number"]) == (form, national, 1)
    assert Path(given["form"]["pdf"]).name == file
    assert good(ward, "dossier.receive", **BIRTH)["code"].endswith("-0001")


def test_a_gap_is_a_component_by_its_code_in_any_case_or_words(ward: Ward) -> None:
    code = received(ward, "1.004884")
    missing = ["tp02", "Ảnh 4x6", {"code": "TP03", "text": "bản còn hạn"}]

    good(ward, "dossier.request_supplement", code=code, missing=missing, reason=REASON, legal_basis="Điều 5")

    (wait,) = good(ward, "dossier.show", code=code)["waits"]
    assert [(gap["code"], gap["note"]) for gap in wait["missing"]] == [("TP02", ""), ("", ""), ("TP03", "bản còn hạn")]
    assert (wait["legal_basis"], wait["number"], wait["effect"]) == ("Điều 5", 1, "restart")


def test_a_batch_is_all_or_nothing_and_each_refusal_is_worded(ward: Ward) -> None:
    codes = [received(ward) for _ in range(3)]
    submitted(ward, *codes[:2])
    before = head(ward)

    error = refused(ward, "dossier.approve", "chutich", codes=[*codes, "X-9"])

    assert (error["code"], error["details"]["n"], error["details"]["total"]) == ("batch_refused", 2, 4)
    assert [(item["code"], item["reason"]) for item in error["details"]["items"]] == [
        (codes[2], "not_submitted"),
        ("X-9", "dossier_unknown"),
    ]
    assert codes[2] in error["details"]["items"][0]["message"]
    assert "chờ ký (mới tiếp nhận)" in error["details"]["items"][0]["message"]
    assert head(ward) == before
    done = good(ward, "dossier.approve", "chutich", codes=codes[:2])
    assert [(item["code"], item["status"], item["authority"]) for item in done["items"]] == [
        (codes[0], "approved", "own"),
        (codes[1], "approved", "own"),
    ]
    assert (done["code"], done["on_behalf_of"]) == (None, None)


def test_what_the_chair_sees_is_what_he_approves(ward: Ward) -> None:
    code = received(ward)
    submitted(ward, code)

    (row,) = good(ward, "dossier.waiting", "chutich")["items"]
    error = refused(ward, "dossier.approve", "chutich", code=code, content_hash="0" * 64)
    done = good(ward, "dossier.approve", "chutich", code=code, content_hash=row["content_hash"])

    assert (row["code"], row["author"], row["is_ready"], row["refusal"]) == (code, "Trần Quốc Hùng", True, "")
    assert error["code"] == "content_changed"
    assert (done["status"], done["authority"]) == ("approved", "own")


def test_the_vice_chair_is_told_why_he_may_not(ward: Ward) -> None:
    n = next(_people)
    land = good(ward, "procedure.search", q="dat dai", limit=50)["items"]
    chosen = next(each for each in land if each["field"] not in {"ho_tich", "chung_thuc"} and each["received_here"])
    papers = [{"code": each["code"], "originals": 1} for each in chosen["components"]]
    applicant = {"name": f"Trần Văn {n}", "id_number": f"0790900{n:05d}"}
    given = {"procedure": chosen["code"], "applicant": applicant, "components": papers}
    code = good(ward, "dossier.receive", **given)["code"]
    at_section(ward, code)
    good(ward, "dossier.submit", "hung", code=code)

    (row,) = good(ward, "dossier.waiting", "phochutich")["items"]
    error = refused(ward, "dossier.approve", "phochutich", code=code)

    assert (row["is_ready"], row["authority"], row["refusal"]) == (False, None, "authority_other_field")
    assert "01/QĐ-UBND (mẫu)" in error["message"]


def test_a_decision_against_the_request_leads_to_a_refusal(ward: Ward) -> None:
    code = received(ward)
    submitted(ward, code)

    rejected = good(ward, "dossier.reject", "chutich", code=code, reason="không đủ điều kiện")
    kept = refused(ward, "dossier.refuse", "hung", code=code, reason="không đủ điều kiện")
    done = good(ward, "dossier.refuse", "hung", code=code, reason="không đủ điều kiện", originals_returned=ORIGINALS)

    assert (rejected["authority"], kept["code"]) == ("own", "originals_not_returned")
    assert (done["status"], done["national_status"], done["form"]["name"]) == ("refused", 3, "Mẫu số 03")
    assert good(ward, "dossier.show", code=code)["ending"]["number"] == 1


def test_sent_back_means_submitted_again(ward: Ward) -> None:
    code = received(ward)
    submitted(ward, code)

    back = good(ward, "dossier.send_back", "chutich", code=code, reason="ghi sai họ tên")
    again = good(ward, "dossier.submit", "hung", code=code)

    assert (back["status"], back["authority"], again["status"]) == ("in_progress", None, "submitted")


def test_a_late_dossier_is_unblocked_by_its_apology(ward: Ward, tmp_path: Path) -> None:
    code = received(ward)
    submitted(ward, code)

    (row,) = good(ward, "dossier.waiting", "chutich", at=NEXT_WEEK)["items"]
    error = refused(ward, "dossier.approve", "chutich", at=NEXT_WEEK, code=code)
    given = {"code": code, "reason": "thiếu người giải quyết", "cause": "ward"}
    sunday = refused(ward, "dossier.apologise", "chutich", at=NEXT_WEEK, new_promise="2019-08-04", **given)
    text = line("dossier.apologise", "chutich", NEXT_WEEK, new_promise="2019-07-31", **given)
    apology = answer(ward, text, tmp_path / "out")["result"]
    done = good(ward, "dossier.approve", "chutich", at=NEXT_WEEK, code=code)

    assert (row["is_late"], row["lacks_apology"], row["is_ready"]) == (True, True, False)
    assert (error["code"], sunday["code"]) == ("apology_missing", "promise_not_working")
    assert (apology["promised_at"], apology["due_at"]) == ("2019-07-31T17:00:00+07:00", "2019-07-18T17:00:00+07:00")
    assert (apology["is_late"], apology["form"]["name"], apology["form"]["number"]) == (True, "Mẫu số 04", 1)
    assert Path(apology["form"]["pdf"]).name == f"{code}-xin-loi-A5.pdf"
    assert done["status"] == "approved"
    (shown,) = good(ward, "dossier.show", code=code)["apologies"]
    assert (shown["cause"], shown["old_promise"]) == ("ward", "2019-07-18T17:00:00+07:00")


def test_an_apology_may_name_the_minute(ward: Ward) -> None:
    code = received(ward, "1.004884")
    given = {"reason": "thiếu người giải quyết", "cause": "other_agency", "new_promise": "2019-07-30T10:30:00+07:00"}

    apology = good(ward, "dossier.apologise", "chutich", code=code, **given)

    assert (apology["promised_at"], apology["is_late"]) == ("2019-07-30T10:30:00+07:00", False)


def test_stop_and_resume_move_the_deadline_and_the_receipt(ward: Ward) -> None:
    code = received(ward, "1.004884")

    stopped = good(ward, "dossier.stop", code=code, reason="chờ bản án có hiệu lực")
    resumed = good(ward, "dossier.resume", at=NEXT_WEEK, code=code, reason="đã có bản án")

    assert (stopped["status"], stopped["national_status"], stopped["form"]) == ("stopped", 8, None)
    assert (resumed["status"], resumed["receipt"]["version"]) == ("received", 2)
    assert resumed["due_at"] > stopped["due_at"]


def test_a_stop_after_the_new_rules_has_its_form(ward: Ward) -> None:
    at = "2026-01-05T09:00:00+07:00"
    code = good(ward, "dossier.receive", at=at, **SLOW)["code"]

    stopped = good(ward, "dossier.stop", at=at, code=code, reason="chờ bản án có hiệu lực")

    assert (stopped["form"]["form"], stopped["form"]["number"]) == ("stop", 1)


def test_opinions_are_asked_and_answered_while_the_work_goes_on(ward: Ward) -> None:
    code = received(ward, "1.004884")
    at_section(ward, code)

    unsaid = refused(ward, "wait.open", "hung", code=code, kind="opinions", reason="cần ý kiến")
    opened = good(ward, "wait.open", "hung", code=code, kind="opinions", reason="cần ý kiến", of="Công an phường")
    closed = good(ward, "wait.close", "hung", code=code, kind="opinions", answer="đồng ý")

    assert unsaid["code"] == "missing_asked"
    assert (opened["status"], closed["due_at"]) == ("in_progress", opened["due_at"])
    assert closed["receipt"] == {"number": 1, "book": 1, "version": 1, "pdf": None}
    assert opened["wait_id"] == good(ward, "dossier.show", code=code)["waits"][0]["wait_id"]


def test_a_withdrawal_gives_everything_back(ward: Ward) -> None:
    code = received(ward)

    kept = refused(ward, "dossier.withdraw", code=code, reason="không còn nhu cầu", originals_returned=["TP01"])
    done = good(ward, "dossier.withdraw", code=code, reason="không còn nhu cầu", originals_returned=ORIGINALS)

    assert kept["code"] == "originals_not_returned"
    assert (done["status"], done["national_status"]) == ("withdrawn", 7)


def test_fees_have_vouchers_without_gaps(ward: Ward, tmp_path: Path) -> None:
    code = received(ward, "2.000635")

    first = answer(ward, line("fee.take", "thu", code=code, amount_vnd=3_000), tmp_path / "out")["result"]
    text = line("fee.take", "thu", code=code, amount_vnd=5_000, method="transfer")
    second = answer(ward, text, tmp_path / "out")["result"]

    assert [(each["voucher"]["number"], each["fee_owed_vnd"]) for each in (first, second)] == [(1, 5_000), (2, 0)]
    assert [Path(each["voucher"]["pdf"]).name for each in (first, second)] == [
        f"{code}-phieu-thu-A5.pdf",
        f"{code}-phieu-thu-2-A5.pdf",
    ]
    assert refused(ward, "fee.take", "thu", code=code, amount_vnd=1)["code"] == "bad_amount"


def test_a_waiver_has_a_reason(ward: Ward) -> None:
    code = received(ward, "2.000635")

    assert refused(ward, "fee.take", "thu", code=code, method="exempt")["code"] == "missing_reason"
    assert good(ward, "fee.take", "thu", code=code, method="exempt", reason="hộ nghèo")["fee_owed_vnd"] == 0


def test_a_leader_says_who_holds_a_paper(ward: Ward) -> None:
    code = received(ward)

    done = good(ward, "custody.assign", "chutich", code=code, to="hung", reason="người giữ nghỉ ốm")

    assert (done["custodian"], done["status"]) == ("Trần Quốc Hùng", "in_progress")
    assert good(ward, "dossier.show", code=code)["custodian"] == "Trần Quốc Hùng"


def test_delegations_are_granted_used_and_revoked(ward: Ward) -> None:
    given = {"form": "tuq", "document": "09/QĐ-UBND", "document_on": "2019-07-01", "from_on": "2019-07-02"}
    made = good(ward, "delegation.grant", "chutich", delegate="hung", fields=["chung_thuc"], **given)

    assert (made["delegate"], made["name"], made["is_in_force"]) == ("hung", "Trần Quốc Hùng", True)
    assert refused(ward, "delegation.grant", "chutich", delegate="nobody", **given)["code"] == "user_unknown"
    own = refused(ward, "delegation.grant", "chutich", delegate="hung", **{**given, "form": "own"})
    assert (own["code"], own["details"]["field"]) == ("bad_delegation", "form")
    assert "hình thức ký" in own["message"]
    gone = good(ward, "delegation.revoke", "chutich", delegation_id=made["delegation_id"], reason="thay đổi phân công")
    assert (gone["revoked_on"], gone["is_in_force"]) == ("2019-07-18", False)
    again = refused(ward, "delegation.revoke", "chutich", delegation_id=made["delegation_id"], reason="lần nữa đi")
    assert again["code"] == "delegation_ended"
    listed = good(ward, "delegation.list", "thanhtra")["items"]
    assert [(each["delegate"], each["is_in_force"]) for each in listed] == [("phochutich", True), ("hung", False)]


def test_a_file_is_checked_before_it_is_kept(ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = received(ward)
    monkeypatch.chdir(tmp_path)
    pdf_file(tmp_path, "a.pdf")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 nothing")

    kept = good(ward, "file.attach", code=code, file="a.pdf", role="paper", title="Đơn viết tay")
    before = head(ward)
    codes = [refused(ward, "file.attach", code=code, file=name)["code"] for name in ("b.pdf", "c.pdf", ".", "a\0b")]

    assert (kept["file"]["media_type"], kept["file"]["pages"], kept["file"]["title"]) == (
        "application/pdf",
        1,
        "Đơn viết tay",
    )
    assert codes == ["attachment_damaged", "attachment_absent", "attachment_absent", "attachment_absent"]
    assert head(ward) == before
    assert good(ward, "dossier.show", code=code)["attachments"] == [kept["file"]]


def test_a_digital_approval_waits_for_its_signed_file(ward: Ward, tmp_path: Path) -> None:
    code = received(ward)
    submitted(ward, code)
    good(ward, "dossier.approve", "chutich", code=code, means="digital")

    unsigned = refused(ward, "dossier.result_ready", "hung", code=code)
    good(ward, "file.attach", "chutich", code=code, file=str(pdf_file(tmp_path)), role="signed")

    assert unsigned["code"] == "not_signed"
    assert good(ward, "dossier.result_ready", "hung", code=code)["status"] == 9


def test_the_board_shows_names_then_figures(ward: Ward) -> None:
    code = received(ward)

    board = good(ward, "board.show", "thanhtra", at=NEXT_WEEK)
    early = good(ward, "board.show", "thanhtra", at=NEXT_WEEK, as_of=AT, field="ho_tich", denominator="received")
    period = good(ward, "board.show", "thanhtra", first="2019-07-01", last="2019-07-10")

    assert [(name["code"], name["custodian"]) for name in board["late"]] == [(code, "Bộ phận Tiếp nhận và Trả kết quả")]
    assert (board["total"]["late_open"], board["no_apology"]) == (1, [code])
    assert "09:00 29/07/2019" in board["definitions"]["late"]
    assert (early["late"], [name["code"] for name in early["today"]]) == ([], [code])
    assert (early["total"]["numerator"], early["total"]["denominator"]) == (0, 1)
    assert period["total"]["received"] == 0


@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF"), ("xlsx", b"PK")])
def test_a_register_is_written_and_its_export_logged(ward: Ward, tmp_path: Path, form: str, start: bytes) -> None:
    received(ward)
    text = line("register.export", "thanhtra", **{"from": "2019-07-01", "to": "2019-07-31", "format": form})

    nowhere, given = answer(ward, text), answer(ward, text, tmp_path / "out")["result"]

    path = Path(given["file"])
    assert nowhere["error"]["code"] == "no_out_folder"
    assert (path.name, given["entries"]) == (f"so-theo-doi-2019-07-01-2019-07-31.{form}", 1)
    assert path.read_bytes().startswith(start)
    assert ward.desk.reader.last_of_type("book.exported") is not None


def test_a_register_is_closed_once_its_year_is_over(ward: Ward) -> None:
    received(ward)

    early = refused(ward, "register.close", "chutich", year=2019)
    closed = good(ward, "register.close", "chutich", at="2020-01-02T09:00:00+07:00", year=2019)
    again = refused(ward, "register.close", "chutich", at="2020-01-02T09:00:00+07:00", year=2019)

    assert (early["code"], again["code"]) == ("year_not_over", "register_already_closed")
    assert closed["books"] == [{"year": 2019, "book": 1, "entries": 1, "last_number": 1}]


def test_a_delegation_is_revoked_by_its_document_too(ward: Ward) -> None:
    named = {"delegate": "phochutich", "reason": "thay đổi phân công"}

    gone = good(ward, "delegation.revoke", "chutich", document="01/QĐ-UBND (mẫu)", on="2019-08-01", **named)

    assert (gone["revoked_on"], gone["is_in_force"]) == ("2019-08-01", True)
    assert refused(ward, "delegation.revoke", "chutich", document="2/QĐ", **named)["code"] == "delegation_unknown"
    assert refused(ward, "delegation.revoke", "chutich", **named)["code"] == "bad_command"


@pytest.mark.parametrize(
    ("do", "with_"),
    [
        ("dossier.request_supplement", {"reason": REASON}),
        ("dossier.request_supplement", {"code": "x", "procedure": "1.001193", "reason": REASON}),
        ("dossier.request_supplement", {"procedure": "1.001193", "reason": REASON}),
        ("dossier.refuse", {"procedure": "1.001193", "reason": REASON}),
        ("dossier.submit", {}),
        ("dossier.submit", {"code": "x", "codes": ["y"]}),
        ("dossier.submit", {"codes": ["x", "y"], "result_pdf": "x.pdf"}),
        ("dossier.approve", {"codes": ["x", "y"], "content_hash": "0"}),
        ("dossier.apologise", {"code": "x", "reason": REASON, "new_promise": "2019-07-30"}),
        ("dossier.apologise", {"code": "x", "reason": REASON, "cause": "ward", "new_promise": "tomorrow"}),
        ("dossier.apologise", {"code": "x", "reason": REASON, "cause": "moon", "new_promise": "2019-07-30"}),
        ("citizen.notify", {"code": "x", "channel": "", "text": "đã có kết quả"}),
        ("register.export", {"from": "2019-07-01", "to": "2019-07-02", "format": "odt"}),
        ("board.show", {"first": "2019-07-01"}),
        ("board.show", {"first": "2019-07-02", "last": "2019-07-01"}),
    ],
)
def test_a_command_that_says_too_little_or_too_much_is_refused(ward: Ward, do: str, with_: dict[str, Any]) -> None:
    who = {"dossier.submit": "hung", "dossier.approve": "chutich", "dossier.apologise": "chutich"}

    assert refused(ward, do, who.get(do, "lan"), **with_)["code"] == "bad_command"


@pytest.mark.parametrize("several", [{"codes": ["x", "y"]}, {"code": ["x", "y"]}, {"code": "x", "codes": ["y"]}])
def test_w10_no_command_returns_several_results_at_once(ward: Ward, several: dict[str, Any]) -> None:
    whole = {"recipient": APPLICANT, "proof": {"kind": "photo", "ref": "ảnh 1"}}

    assert refused(ward, "dossier.return_result", "lan", code="x", **whole)["code"] == "dossier_unknown"
    assert refused(ward, "dossier.return_result", "lan", **several, **whole)["code"] == "bad_command"


def refusals(ward: Ward) -> list[tuple[str, str, dict[str, Any]]]:
    """Return one refused command for each that writes."""
    code, other = received(ward), received(ward)
    submitted(ward, other)
    delegation = good(ward, "delegation.list", "chutich")["items"][0]["delegation_id"]
    slip = good(ward, "handover.create", to="tu_phap", codes=[received(ward)])["slip"]
    return [
        ("dossier.request_supplement", "lan", {"code": code, "missing": [], "reason": REASON}),
        ("dossier.request_supplement", "lan", {**SLOW, "reason": REASON}),
        ("dossier.receive_supplement", "lan", {"code": code}),
        ("dossier.refuse", "lan", {"code": code, "reason": REASON}),
        ("dossier.refuse", "lan", {"procedure": "1.001193", "applicant": APPLICANT, "reason": "x"}),
        ("handover.create", "lan", {"to": "nobody", "codes": [code]}),
        ("handover.create", "lan", {"to": "tu_phap", "codes": [code, other]}),
        ("handover.create", "lan", {"to": "tu_phap", "codes": [code], "paper": "A3"}),
        ("handover.confirm", "lan", {"slip": slip, "codes": [code]}),
        ("handover.withdraw", "hung", {"slip": slip, "reason": REASON}),
        ("handover.print", "lan", {"slip": "BG-2019-01-0099"}),
        ("dossier.submit", "hung", {"code": code}),
        ("dossier.approve", "chutich", {"code": code}),
        ("dossier.send_back", "chutich", {"code": other, "reason": "x"}),
        ("dossier.reject", "chutich", {"codes": [code, other], "reason": REASON}),
        ("dossier.result_ready", "hung", {"code": other}),
        ("dossier.apologise", "chutich", {"code": code, "reason": REASON, "cause": "ward", "new_promise": AT}),
        ("dossier.withdraw", "lan", {"code": code, "reason": REASON}),
        ("dossier.stop", "lan", {"code": other, "reason": REASON}),
        ("dossier.resume", "lan", {"code": code}),
        ("fee.take", "thu", {"code": code, "amount_vnd": 1}),
        ("wait.open", "lan", {"code": code, "kind": "opinions", "reason": REASON}),
        ("wait.close", "lan", {"code": code, "kind": "opinions"}),
        ("citizen.notify", "lan", {"code": code, "channel": "thư", "text": "x"}),
        ("paper.print", "lan", {"code": code, "form": "apology"}),
        ("paper.print", "lan", {"code": code, "form": "control_sheet", "paper": "A3"}),
        ("custody.assign", "chutich", {"code": code, "to": "nobody", "reason": REASON}),
        ("delegation.revoke", "chutich", {"delegation_id": delegation, "reason": "x"}),
        ("file.attach", "lan", {"code": code, "file": "/nowhere"}),
    ]


def test_a_refused_command_of_the_way_changes_nothing(ward: Ward, tmp_path: Path) -> None:
    cases, before = refusals(ward), head(ward)

    for do, who, with_ in cases:
        given = answer(ward, line(do, who, **with_), tmp_path / "out")
        assert not given["ok"], (do, with_)
        assert "{" not in given["error"]["message"], given
        assert "…" not in given["error"]["message"], given
        assert head(ward) == before, do
    assert not (tmp_path / "out").exists()
