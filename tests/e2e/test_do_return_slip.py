"""``motcua do dossier.return_result``: the slip on disk says what was recorded."""

import json
import subprocess
import sys
import unicodedata
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from desktop.cli.do import Runner, run, schema
from desktop.domain.commands import ReturnResult
from desktop.domain.dossiers import Party, Proof, Relation
from desktop.domain.errors import UserError
from desktop.services import accounts, follow
from desktop.services.papers import paper_of
from desktop.services.records import JobState, PrintJob
from desktop.services.wording import Wording
from desktop.storage.reference.units import sample_provisioning
from desktop.wiring import create_ward, opened_ward
from tests.reports.reading import codes, pages_by_pdfium, squeezed

CODE = "000.16.27.H29-190718-0001"
OWNER = {"name": "Nguyễn Thị Ngọc Ở", "id_number": "079090012345", "phone": "0912345678"}
REASON = "Mất giấy hẹn khi chuyển nhà"


def act(name: str, at: str, login: str = "lan", **with_: object) -> dict[str, Any]:
    return {"do": name, "as": login, "at": f"2019-07-{at}:00+07:00", "with": with_}


def received(**more: object) -> dict[str, Any]:
    return act(
        "dossier.receive",
        "18T09:00",
        procedure="2.000815",
        applicant=OWNER,
        components=[{"code": "TP01", "originals": 1}],
        documents=[{"pages": 3, "copies": 2}],
        **more,
    )


#: From the counter to the section, the chair, and back with the result.
READY = (
    act("handover.create", "18T09:10", to="tu_phap", codes=[CODE]),
    act("handover.confirm", "18T09:20", "hung", slip="BG-2019-01-0001", codes=[CODE]),
    act("dossier.submit", "18T10:00", "hung", code=CODE),
    act("dossier.approve", "18T10:15", "chutich", code=CODE),
    act("dossier.result_ready", "18T10:30", "hung", code=CODE, shelf="A2", note="Số 12/2019"),
)
RETURN = act(
    "dossier.return_result",
    "18T14:05",
    code=CODE,
    recipient={**OWNER, "relation": "owner"},
    proof={"kind": "signature", "ref": "Ký trên liên lưu"},
    originals_returned=["TP01"],
    without_receipt_reason=REASON,
    paid_vnd=10_000,
)


def motcua(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-X", "utf8", "-m", "desktop", *map(str, arguments)]
    return subprocess.run(command, input=stdin.encode(), capture_output=True, check=False)


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    """Return the data folder of the sample ward."""
    return made(tmp_path / "ward")


def made(folder: Path) -> Path:
    """Create the sample ward in a folder."""
    create_ward(folder, sample_provisioning(), is_training=True)
    return folder


def done(ward: Path, *acts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the results of acts that all succeed, done in this process."""
    out = StringIO()
    with opened_ward(ward) as opened:
        runner = Runner(opened, Wording(), ward / "out", None)
        ended = run(runner, [json.dumps(entry, ensure_ascii=False) for entry in acts], out)
    return results(out.getvalue(), len(acts), ended)


def results(said: str, count: int, ended: int) -> list[dict[str, Any]]:
    """Return the results of answers none of which is a refusal."""
    answers = [json.loads(line) for line in said.splitlines()]
    assert [answer.get("error") for answer in answers] == [None] * count
    assert ended == 0
    return [answer["result"] for answer in answers]


def jobs(ward: Path, *states: JobState) -> list[PrintJob]:
    with opened_ward(ward) as opened:
        return list(opened.desk.reader.jobs(*states))


def test_return_answers_the_absolute_path_of_a_slip_that_says_it_all(ward: Path) -> None:
    lines = "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in (received(), *READY, RETURN))

    outcome = motcua("--data", ward, "do", stdin=lines)

    *_, answer = results(outcome.stdout.decode(), 7, outcome.returncode)
    path = Path(answer["pdf"])
    assert (answer["code"], answer["status"]) == (CODE, 10)
    assert path.is_absolute()
    assert path == ward / "out" / f"{CODE}-tra-ket-qua-A5.pdf"
    pdf = path.read_bytes()
    pages = pages_by_pdfium(pdf)
    assert ["Liên 1: Lưu" in page for page in pages] == [True, False]
    assert ["Liên 2: Giao cho người nhận" in page for page in pages] == [False, True]
    text = squeezed(pages[0])
    for line in (
        "GIẤY BIÊN NHẬN TRẢ KẾT QUẢ",
        "HỌC – KHÔNG GIÁ TRỊ",
        "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
        "Chủ hồ sơ: Nguyễn Thị Ngọc Ở",
        "Có kết quả lúc: 10 giờ 30 phút, ngày 18 tháng 07 năm 2019",
        "2. Người trả kết quả: Nguyễn Thị Lan",
        "3. Người nhận kết quả: Nguyễn Thị Ngọc Ở",
        "Số định danh/Hộ chiếu: 079090012345",
        f"Người nhận không xuất trình giấy hẹn: {REASON}",
        "Ghi chú kết quả: Số 12/2019",
        "Bản chính trả lại: 1) Bản chính giấy tờ, văn bản làm cơ sở để chứng thực",
        "5. Thời điểm trả: 14 giờ 05 phút, ngày 18 tháng 07 năm 2019",
        "Bằng chứng: Chữ ký của người nhận (Ký trên liên lưu)",
        "Phí, lệ phí đã thu: 10.000 đ (Bằng chữ: Mười nghìn đồng) – tiền mặt",
    ):
        assert squeezed(line) in text, line
    found = codes(pdf, 0, 203)
    assert found["Code128"] == {CODE}
    (address,) = found["QRCode"]
    assert address.startswith(f"https://tracuu.example/tra-cuu/{CODE}?k=")
    assert jobs(ward, JobState.WAITING, JobState.FAILED) == []
    assert [job.form for job in jobs(ward, JobState.PRINTED)] == ["receipt", "handover_slip", "return_slip"]


def test_decomposed_input_gives_the_same_slip(ward: Path, tmp_path: Path) -> None:
    other = made(tmp_path / "other")

    def decomposed(entry: dict[str, Any]) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(unicodedata.normalize("NFD", json.dumps(entry, ensure_ascii=False)))
        return loaded

    acts = (received(), *READY, RETURN)
    *_, composed = done(ward, *acts)
    *_, answer = done(other, *map(decomposed, acts))

    pages = pages_by_pdfium(Path(answer["pdf"]).read_bytes())
    assert pages == pages_by_pdfium(Path(composed["pdf"]).read_bytes())
    assert squeezed(REASON) in "".join("".join(page.split()) for page in pages)
    assert all(unicodedata.is_normalized("NFC", page) for page in pages)


def test_without_a_folder_for_papers_the_slip_waits_in_the_queue(ward: Path) -> None:
    done(ward, received(paid_vnd=10_000), *READY)
    with opened_ward(ward) as opened:
        lan = accounts.user_of(opened.desk, "lan")
        owner = Party(OWNER["name"], id_number=OWNER["id_number"])
        handed = ReturnResult(owner, Relation.OWNER, Proof.PHOTO, "ảnh 12")
        followed = follow.return_result(opened.desk, lan, CODE, handed)
        job = followed.job

        assert job is not None
        assert opened.desk.reader.jobs(JobState.WAITING) == (job,)
        assert (job.form, job.paper, job.copy_no, job.dossier_version) == ("return_slip", "A5", 0, 8)
        assert squeezed("Ảnh chụp khi nhận (ảnh 12)") in squeezed(pages_by_pdfium(paper_of(opened.desk, job))[0])


def test_a_form_of_a_later_version_is_refused_and_named(ward: Path) -> None:
    done(ward, received())
    with opened_ward(ward) as opened:
        (job,) = opened.desk.reader.jobs(JobState.PRINTED)

        with pytest.raises(UserError) as refused:
            paper_of(opened.desk, replace(job, form="star_chart"))

    assert (refused.value.code, refused.value.details["form"]) == ("unknown_form", "star_chart")


def test_result_handed_out_at_once_queues_no_slip(ward: Path) -> None:
    (answer,) = done(ward, received(immediate=True, paid_vnd=10_000))

    assert (answer["national_status"], answer["receipt"]) == (10, None)
    assert jobs(ward, *JobState) == []


def test_a_refused_return_leaves_neither_job_nor_file(ward: Path) -> None:
    done(ward, received())

    with opened_ward(ward) as opened:
        answer, _ = Runner(opened, Wording(), ward / "out", None).answer(json.dumps(RETURN))

    assert answer["error"]["code"] == "result_not_ready"
    assert [job.form for job in jobs(ward, *JobState)] == ["receipt"]
    assert list((ward / "out").glob("*tra-ket-qua*")) == []


def test_schema_promises_the_slip() -> None:
    commands = schema()["commands"]

    assert "pdf" in commands["dossier.return_result"]["result"]["required"]
