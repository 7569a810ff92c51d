"""``motcua doctor``: the self-check without a window."""

import os
from pathlib import Path

from platformdirs import user_log_path

from desktop.cli.exits import Exit
from desktop.devices.settings_file import SettingsFile, settings_path
from desktop.wiring import APP_NAME
from desktop.wiring.probes import machine_probes
from desktop.wiring.self_check import Check, State, has_window
from desktop.wiring.self_check import examine as examine_all
from desktop.wiring.support import Entry, bundle

__all__ = ["Check", "State", "examine", "support_entries", "worst"]


def examine(folder: Path) -> tuple[Check, ...]:
    """Run every check on a data folder; a check never raises."""
    if not has_window():
        return examine_all(machine_probes(folder))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - only the self-check asks for printers

    from desktop.ui.printers import QtPrinters  # noqa: PLC0415 - the same

    # Printers are asked beside this thread; the application they need lives on it.
    app = QGuiApplication(["motcua"])
    checks = examine_all(machine_probes(folder, printers=QtPrinters().names))
    app.quit()
    return checks


def worst(checks: tuple[Check, ...]) -> Exit:
    """Return the exit code: refused when anything is at fault."""
    return Exit.REFUSED if any(check.state is State.FAULT for check in checks) else Exit.DONE


def support_entries(folder: Path) -> tuple[Entry, ...]:
    """Return what a support bundle of a data folder would hold."""
    settings = SettingsFile(settings_path()).read().settings
    return bundle(folder, user_log_path(APP_NAME, appauthor=False), settings, examine(folder))
