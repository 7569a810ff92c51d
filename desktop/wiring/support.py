"""What support gets to see: a bundle of texts about the program and this PC, never about people.

Nothing is copied as it is. A log line is written anew from what is known to be harmless: our own constant messages,
numbers and identifiers in ASCII; whatever else stood there becomes "…". So a slip in a log call stays on this PC.
"""

import json
import platform
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from desktop import __version__
from desktop.devices.log_files import CRASH_NAME, LOG_NAME
from desktop.services.settings import Settings, declarations, value_of
from desktop.storage.engine import translated
from desktop.wiring.self_check import Check

#: What stands where something was left out.
LEFT_OUT: Final = "…"
#: Newest lines of the log that go along.
MOST_LINES: Final = 5_000
#: So many numbers in a row may be a phone or an ID number, whatever they are called.
_LONG_NUMBER: Final = re.compile(r"\d{7,}")
_IDENTIFIER: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,79}")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}")
_TRACE: Final = re.compile(r"[\w.-]{1,60}:\d{1,6} [\w<>.]{1,80}", re.ASCII)
_MESSAGE: Final = re.compile(r"[A-Za-z][a-zA-Z0-9 ,.:;'()%_-]{0,119}")
_CRASH_LINE: Final = re.compile(
    r"(Fatal Python error: [\w ]+|Windows fatal exception: [\w ]+|Current thread 0x[0-9a-f]+[\w .()]*:|"
    r'Thread 0x[0-9a-f]+[\w .()]*:|  File "(?P<path>[^"]+)", line \d+ in [\w<>.]+)',
    re.ASCII,
)
#: Settings that name things of the office; all others may hold a name or a path with one.
_TOLD_TEXTS: Final = frozenset({"look.mode", "print.paper", "scanner.serial_port"})


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one file of the bundle.

    Attributes:
        name: Its name in the bundle.
        text: Its content.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """Hold one line of the technical log as a person reads it.

    Attributes:
        at: When, as written.
        level: ``info``, ``warning`` …
        source: Which part of the program.
        message: What happened.
        facts: The rest, as JSON.
    """

    at: str
    level: str
    source: str
    message: str
    facts: str


def bundle(folder: Path, log_folder: Path, settings: Settings, checks: tuple[Check, ...]) -> tuple[Entry, ...]:
    """Return everything a bundle would hold, for a person to look at before it is written.

    Args:
        folder: Data folder; only the sizes of its files are told.
        log_folder: Where the technical log is.
        settings: Settings of this PC.
        checks: The self-check's findings.
    """
    told = [{"code": check.code, "state": check.state.value} for check in checks]
    return (
        Entry("tu-kiem-tra.json", _json(told)),
        Entry("may-va-chuong-trinh.json", _json(_machine())),
        Entry("cai-dat.json", _json(_settings(settings))),
        Entry("thu-muc-du-lieu.json", _json(dict(_sizes(folder)))),
        Entry(
            "nhat-ky.jsonl", "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in _safe_lines(log_folder))
        ),
        Entry("su-co.txt", "".join(f"{line}\n" for line in _crash_lines(log_folder))),
    )


def write_bundle(entries: tuple[Entry, ...], target: Path) -> int:
    """Write a bundle as a zip file; return its size in bytes.

    Raises:
        EnvironmentProblem: ``disk_full``, ``disk_read_only`` …
    """
    with translated():
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry in entries:
                archive.writestr(entry.name, entry.text)
        return target.stat().st_size


def log_lines(log_folder: Path, most: int = 500) -> tuple[LogLine, ...]:
    """Return the newest lines of the technical log, newest first, for the window."""
    found = []
    for line in [each for each in _records(log_folder) if _is_worth_reading(each)][-most:]:
        known = {"at", "level", "logger", "message"}
        facts = {key: value for key, value in line.items() if key not in known}
        at, level, source, message = (str(line.get(key, "")) for key in ("at", "level", "logger", "message"))
        found.append(LogLine(at, level, source, message, json.dumps(facts, ensure_ascii=False) if facts else ""))
    return tuple(reversed(found))


def _is_worth_reading(line: Mapping[str, Any]) -> bool:
    """Leave out what libraries say of their everyday work."""
    return str(line.get("logger", "")).startswith("desktop") or line.get("level") != "info"


def _records(log_folder: Path) -> list[dict[str, Any]]:
    """Read the log and its older files, oldest line first; what is no JSON line is passed over."""
    found: list[dict[str, Any]] = []
    rotated = sorted(log_folder.glob(f"{LOG_NAME}.*"), key=lambda path: path.suffix, reverse=True)
    for path in (*rotated, log_folder / LOG_NAME):
        try:
            texts = path.read_text("utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for text in texts:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict):
                found.append(line)
    return found[-MOST_LINES:]


def _safe_lines(log_folder: Path) -> Iterator[dict[str, Any]]:
    for line in _records(log_folder):
        is_ours = str(line.get("logger", "")).startswith("desktop")
        safe = {_name(key): _safe(key, value) for key, value in line.items()}
        if not is_ours:
            # A library's message may quote what it was given.
            safe["message"] = LEFT_OUT
        yield safe


def _name(key: str) -> str:
    return key if _IDENTIFIER.fullmatch(key) and not _LONG_NUMBER.search(key) else LEFT_OUT


def _safe(key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**6 else LEFT_OUT
    if isinstance(value, list) and key == "trace":
        return [part if isinstance(part, str) and _TRACE.fullmatch(part) else LEFT_OUT for part in value]
    if not isinstance(value, str) or (_LONG_NUMBER.search(value) and key != "at"):
        return LEFT_OUT
    shapes = {"at": _INSTANT, "message": _MESSAGE}
    return value if shapes.get(key, _IDENTIFIER).fullmatch(value) else LEFT_OUT


def _crash_lines(log_folder: Path) -> Iterator[str]:
    """Yield the lines of the crash file that only name code, without the folders above it."""
    try:
        lines = (log_folder / CRASH_NAME).read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines[-MOST_LINES:]:
        found = _CRASH_LINE.fullmatch(line)
        if found is None:
            continue
        path = found["path"]
        yield line.replace(path, re.split(r"[/\\]", path)[-1]) if path else line


def _machine() -> dict[str, Any]:
    installed = {f"{each.name} {each.version}" for each in distributions() if each.name}
    return {
        "motcua": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "is_frozen": bool(getattr(sys, "frozen", False)),
        "libraries": sorted(installed),
    }


def _settings(settings: Settings) -> Mapping[str, Any]:
    told = {}
    for each in declarations():
        value = value_of(settings, each)
        is_told = not isinstance(value, str) or not value or each.key in _TOLD_TEXTS
        told[each.key] = value if is_told else LEFT_OUT
    return told


def _sizes(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield names and sizes of the program's own files."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        if path.is_file() and _IDENTIFIER.fullmatch(path.name) and not _LONG_NUMBER.search(path.name):
            yield path.name, path.stat().st_size


def _json(plain: object) -> str:
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


__all__ = ["LEFT_OUT", "Entry", "LogLine", "bundle", "log_lines", "write_bundle"]
