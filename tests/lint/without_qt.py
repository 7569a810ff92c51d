"""Stop unless this environment is one without Qt: `just headless` would prove nothing otherwise."""

import importlib.util
import sys

QT = ("PySide6", "shiboken6", "pytestqt")
present = [name for name in QT if importlib.util.find_spec(name) is not None]
if present:
    sys.exit(f"{sys.prefix} has {', '.join(present)}: it is no environment without Qt. Delete it, set up again.")
