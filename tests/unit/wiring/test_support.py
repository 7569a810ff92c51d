"""The support bundle tells about the program and never about people; the log rotates."""

import json
import logging
import logging.handlers
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.devices import log_files
from desktop.devices.log_files import CRASH_NAME, LOG_NAME, JsonLines
from desktop.services.settings import Settings
from desktop.wiring.self_check import Check, State
from desktop.wiring.support import LEFT_OUT, bundle, log_lines, write_bundle

NAME, ID_NUMBER, PHONE, ADDRESS = "Trần Thị Hoàng Yến Oanh", "079190998877", "0987123654", "số 7 hẻm Cây Điệp Vàng"
CANARIES = (NAME, "Hoàng Yến", "Tran Thi Hoang Yen Oanh", "hoang", ID_NUMBER, PHONE, "hẻm", ADDRESS)
ASCII_NAME = "Tran Thi Hoang Yen Oanh"


def line(**facts: object) -> str:
    plain = {
        "at": "2026-11-23T09:00:00+0700",
        "level": "info",
        "logger": "desktop.services.receive",
        "message": "saved",
    }
    return json.dumps(plain | facts, ensure_ascii=False)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Give a log in which somebody has written what belongs to no log, in every place there is."""
    spoilt = [
        line(who=NAME, code="disk_full", ms=12, seq=1234567890),
        line(message=f"could not save {NAME}"),
        line(message=f"call {PHONE}"),
        line(phone=PHONE, id_number=int(ID_NUMBER), address=ADDRESS, login=ASCII_NAME),
        line(**{NAME: 1, ID_NUMBER: 2}),
        line(exception="ValueError", trace=["receive.py:12 run", f"{NAME}:1 x"], code=f"x{ID_NUMBER}"),
        line(logger="urllib3.connection", message=f"GET {ASCII_NAME}"),
        line(at=ID_NUMBER),
        f"not json {NAME}",
        json.dumps([NAME], ensure_ascii=False),
    ]
    (tmp_path / LOG_NAME).write_text("\n".join(spoilt), "utf-8")
    (tmp_path / f"{LOG_NAME}.1").write_text(line(message="older", who=NAME), "utf-8")
    crash = f'Fatal Python error: Aborted\n  File "/home/{NAME}/motcua/shell.py", line 7 in show\n{NAME}\n'
    (tmp_path / CRASH_NAME).write_text(crash, "utf-8")
    return tmp_path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / NAME
    folder.mkdir()
    for name in ("motcua.db", f"{NAME}.pdf", f"don-{ID_NUMBER}.pdf"):
        (folder / name).write_bytes(b"x")
    return folder


SETTINGS = Settings(print_printer=f"Máy của {NAME}", signing_pkcs12_file=f"D:/{NAME}.p12", print_paper="A5")
CHECKS = (Check("location", State.OK, f"dữ liệu ở /home/{NAME}"),)


def test_no_canary_is_in_the_bundle_that_is_shown_or_written(logs: Path, data: Path) -> None:
    entries = bundle(data, logs, SETTINGS, CHECKS)
    write_bundle(entries, logs / "goi.zip")

    with zipfile.ZipFile(logs / "goi.zip") as archive:
        written = {name: archive.read(name).decode() for name in archive.namelist()}
    assert written == {entry.name: entry.text for entry in entries}
    for name, text in written.items():
        assert [canary for canary in CANARIES if canary.lower() in text.lower()] == [], name


def test_what_support_needs_is_still_there(logs: Path, data: Path) -> None:
    texts = {entry.name: entry.text for entry in bundle(data, logs, SETTINGS, CHECKS)}

    kept = [json.loads(each) for each in texts["nhat-ky.jsonl"].splitlines()]
    assert [each["message"] for each in kept[:2]] == ["older", "saved"]
    assert (kept[1]["code"], kept[1]["ms"], kept[1]["who"], kept[1]["seq"]) == ("disk_full", 12, LEFT_OUT, LEFT_OUT)
    assert kept[6]["trace"] == ["receive.py:12 run", LEFT_OUT]
    assert "shell.py" in texts["su-co.txt"]
    assert json.loads(texts["tu-kiem-tra.json"]) == [{"code": "location", "state": "ok"}]
    assert json.loads(texts["cai-dat.json"])["print.paper"] == "A5"
    assert json.loads(texts["thu-muc-du-lieu.json"]) == {"motcua.db": 1}


def test_a_pc_without_a_log_has_a_bundle_too(tmp_path: Path) -> None:
    texts = {entry.name: entry.text for entry in bundle(tmp_path / "none", tmp_path / "none", Settings(), ())}

    assert (texts["nhat-ky.jsonl"], texts["su-co.txt"]) == ("", "")
    assert log_lines(tmp_path / "none") == ()


def test_the_window_shows_the_newest_lines_first(logs: Path) -> None:
    shown = log_lines(logs, most=3)

    assert len(shown) == 3
    assert all(entry.source.startswith("desktop") for entry in shown)
    assert shown[1].facts.startswith('{"exception": "ValueError"')


@pytest.fixture
def small_log(tmp_path: Path) -> Iterator[Path]:
    """Log into small files."""
    handler = logging.handlers.RotatingFileHandler(
        tmp_path / LOG_NAME, maxBytes=2_000, backupCount=log_files.KEPT_FILES, encoding="utf-8"
    )
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("desktop.rotation")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield tmp_path
    logger.removeHandler(handler)
    handler.close()


def test_the_log_rotates_and_loses_no_line_at_the_seam(small_log: Path) -> None:
    logger = logging.getLogger("desktop.rotation")

    for n in range(200):
        logger.info("turned", extra={"n": n})

    files = sorted(path.name for path in small_log.iterdir())
    assert len(files) == log_files.KEPT_FILES + 1
    assert all(path.stat().st_size <= 2_000 for path in small_log.iterdir())
    numbers = [json.loads(shown.facts)["n"] for shown in reversed(log_lines(small_log))]
    assert numbers == list(range(numbers[0], 200))
