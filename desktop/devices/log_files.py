"""The technical log: rotating JSON lines in the user's log folder, never on standard output or error.

Messages are constants and facts go into ``extra``; names, numbers and addresses of citizens never come here
(they live in the encrypted event log, which is the audit trail).
"""

import faulthandler
import json
import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from desktop.devices.terminal import tell
from desktop.services.wording import Wording

LOG_NAME = "motcua.log"
CRASH_NAME = "motcua-crash.txt"
MAX_BYTES = 2_000_000
KEPT_FILES = 5

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

logger = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """Write a record as one JSON line: instant, level, logger, message, facts, and where an exception came from."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; an exception's own text is left out, it may quote what somebody typed."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _PLAIN}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["trace"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def start_logging(folder: Path) -> None:
    """Log to a folder from now on, and write crashes there.

    A folder that cannot be written costs the log, never the work.

    Args:
        folder: The user's log folder; made when absent.
    """
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, RotatingFileHandler | logging.NullHandler)]:
        root.removeHandler(old)
        old.close()
    handler: logging.Handler = logging.NullHandler()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / LOG_NAME, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
        faulthandler.enable((folder / CRASH_NAME).open("a", encoding="utf-8"))
    except OSError:
        root.addHandler(logging.NullHandler())
        return
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log an uncaught exception and tell the person in one sentence."""
    logger.critical("uncaught exception", exc_info=(kind, error, trace))
    tell(Wording().sentence("internal_error", {"kind": kind.__name__}))


def _log_thread_crash(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        logger.critical(
            "uncaught exception in a thread",
            exc_info=(arguments.exc_type, arguments.exc_value, arguments.exc_traceback),
        )


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places
