"""The settings file of this PC: TOML in the user's configuration folder, with a comment for each setting.

It is written whole or not at all, and always from what the file says at that moment: what somebody else has written
into it meanwhile, and keys we do not know, stay.
"""

import logging
import os
import tempfile
import threading
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import tomli_w
from platformdirs import user_config_path

from desktop.domain.errors import EnvironmentProblem
from desktop.services.settings import (
    Declaration,
    Settings,
    SettingsFound,
    Value,
    changed,
    declarations,
    from_table,
    value_of,
    written,
)

log = logging.getLogger(__name__)

FILE_NAME: Final = "settings.toml"
#: Where a file that is no TOML goes before ours takes its place.
DAMAGED_NAME: Final = "settings.damaged.toml"


def settings_path() -> Path:
    """Return where the settings of this user on this PC live."""
    return user_config_path("motcua", appauthor=False) / FILE_NAME


class SettingsFile:
    """Read settings, collect changes, write them.

    Attributes:
        path: The file; it and its folder need not exist.
    """

    def __init__(self, path: Path) -> None:
        """Touch nothing yet."""
        self.path = path
        self._changes: dict[str, Value] = {}
        self._guard = threading.Lock()
        self._writing = threading.Lock()

    def read(self) -> SettingsFound:
        """Return what the file says; never raises.

        A file that is absent gives the defaults, one that cannot be read gives them with ``settings_unreadable``.
        """
        try:
            found = from_table(self._table(), str(self.path))
        except (OSError, ValueError):  # errors of TOML and of UTF-8 are ValueErrors
            found = SettingsFound(problems=(EnvironmentProblem("settings_unreadable", path=str(self.path)),))
        for problem in found.problems:
            # A test fails on a warning, so a key that nobody declared does not pass unseen.
            log.warning("A setting was not taken", extra={"code": problem.code, "key": problem.details.get("key", "")})
        return found

    def put(self, key: str, value: Value) -> None:
        """Remember a new value; :meth:`save` writes it.

        Args:
            key: Declared key.
            value: Of the declared type and range.

        Raises:
            KeyError: There is no such setting: a bug of the caller.
            ValueError: The setting does not take this value: a bug of the caller.
        """
        changed(Settings(), key, value)
        with self._guard:
            self._changes[key] = value

    def save(self) -> None:
        """Write every remembered value; nothing happens when there is none.

        Values that could not be written stay remembered for the next time.

        Raises:
            EnvironmentProblem: ``settings_not_saved``; the old file stands.

        Threads: lane io. Two at a time take turns, and whichever comes last writes the newest values.
        """
        with self._writing:
            with self._guard:
                changes = dict(self._changes)
            if not changes:
                return
            try:
                self._write(changes)
            except OSError as error:
                raise EnvironmentProblem("settings_not_saved", path=str(self.path)) from error
            with self._guard:
                self._changes = {
                    key: value for key, value in self._changes.items() if key not in changes or changes[key] != value
                }

    def _table(self) -> Mapping[str, Any]:
        try:
            # Windows' editor writes a byte order mark.
            return tomllib.loads(self.path.read_text("utf-8-sig"))
        except FileNotFoundError:
            return {}

    def _write(self, changes: Mapping[str, Value]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            found = from_table(self._table(), str(self.path))
        except ValueError:
            self.path.replace(self.path.with_name(DAMAGED_NAME))
            found = SettingsFound()
        settings = found.settings
        for key, value in changes.items():
            settings = changed(settings, key, value)
        _replace(self.path, to_text(settings, found.unknown).encode())


def to_text(settings: Settings, unknown: Mapping[str, Any]) -> str:
    """Write settings as TOML, each below a comment of title, unit, values and default.

    Args:
        settings: The settings.
        unknown: What the file held beyond them.

    Returns:
        The whole file.
    """
    ours = dict.fromkeys(told.section for told in declarations())
    loose = {key: part for key, part in unknown.items() if not isinstance(part, dict)}
    others = {key: part for key, part in unknown.items() if isinstance(part, dict) and key not in ours}
    parts = [tomli_w.dumps(loose), *(_section(name, settings, unknown.get(name, {})) for name in ours)]
    return "\n".join(part for part in (*parts, tomli_w.dumps(others)) if part)


def _section(name: str, settings: Settings, rest: Mapping[str, Any]) -> str:
    """Write a section of ours: our keys with their comments, then what else stood there."""
    own = [told for told in declarations() if told.section == name]
    values = {told.name: value_of(settings, told) for told in own}
    # Single values come before tables, in their order: first the head, then ours, a line for each.
    head, *lines = tomli_w.dumps({name: {**values, **rest}}).splitlines(keepends=True)
    ours = "".join(f"# {_comment(told)}\n{line}" for told, line in zip(own, lines, strict=False))
    return head + ours + "".join(lines[len(own) :])


def _comment(told: Declaration) -> str:
    """Describe one setting in a line."""
    unit = f" ({told.unit})" if told.unit else ""
    values = ""
    if told.choices:
        values = ": " + ", ".join(written(value) for value in told.choices)
    elif told.least is not None and told.most is not None:
        values = f": {told.least}–{told.most}"
    elif told.examples:
        values = "; ví dụ " + ", ".join(written(value) for value in told.examples)
    return f"{told.title}{unit}{values}; mặc định {written(told.default)}"


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


__all__ = ["DAMAGED_NAME", "FILE_NAME", "SettingsFile", "settings_path", "to_text"]
