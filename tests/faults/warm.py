"""Run the command line again and again without paying its imports and first times: one process that forks for each run.

Started by :mod:`tests.faults.lab`. A request is one datagram of JSON with four descriptors: standard input, output,
error, and a pipe on which the child waits until a tracer is attached. The child is the product's own ``run``; a
*variant* patches one piece of it, so that a control can show that a check fails when the piece is missing.
"""

import ctypes
import gc
import json
import logging
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

# Imported here so that no child has to: what `python -m desktop` imports by and by.
from desktop.cli import do, doctor, maintenance  # noqa: F401
from desktop.cli.main import run
from desktop.services.wording import Wording
from desktop.storage.reference.calendars import load_calendar
from desktop.wiring import load_reference
from tests.faults import bystander, variants
from tests.faults.lab import Place, write_commands
from tests.faults.scenario import forty_acts

_PR_SET_PTRACER = 0x59616D61
_ANY_PROCESS = ctypes.c_ulong(-1)
#: What the child runs when the first argument is not the product's.
_TOOLS: dict[str, Callable[[list[str]], int]] = {"inspect": bystander.inspect, "work": bystander.work}
_CRASHED = 70


def serve(requests: socket.socket) -> None:
    """Answer requests until the other side hangs up."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, 1 << 16, 4)
        if not message:
            return
        request = json.loads(message)
        if "wait" in request:
            _, status = os.waitpid(request["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if answer == 0:
                requests.close()
                os._exit(_child(request, descriptors))
            for descriptor in descriptors:
                os.close(descriptor)
        requests.send(str(answer).encode())


def _child(request: dict[str, object], descriptors: list[int]) -> int:
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
    go = descriptors[3]
    for descriptor in descriptors[:3]:
        os.close(descriptor)
    # Files of our own on them: the parent's have made up their minds about another kind of descriptor.
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    os.environ.update(request["env"])  # type: ignore[call-overload]
    tempfile.tempdir = None
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANY_PROCESS, 0, 0, 0)
    os.read(go, 1)
    os.close(go)
    try:
        if request["variant"]:
            variants.VARIANTS[str(request["variant"])]()
        arguments = [str(part) for part in request["arguments"]]  # type: ignore[attr-defined]
        tool = _TOOLS.get(arguments[0])
        code = run(arguments) if tool is None else tool(arguments[1:])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as bug:  # noqa: BLE001 - what the interpreter does with a bug
        sys.excepthook(type(bug), bug, bug.__traceback__)
        return _CRASHED
    return code


def warm_up() -> None:
    """Do two days' work in a ward that is thrown away: what is read, compiled and set up once, no child has to."""
    load_reference(), load_calendar(), Wording()
    shown, before = sys.stdout, dict(os.environ)
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        place = Place.under(Path(folder))
        os.environ.update(place.environment)
        sys.stdout = nowhere
        acts = write_commands(place, [act.command for act in forty_acts()[:16]])
        for words in (("init", "--training", "--sample"), ("do", str(acts)), ("verify", "--json")):
            assert run(["--data", str(place.data), *words]) == 0, words
    sys.stdout = shown
    os.environ.clear()
    os.environ.update(before)
    # A command logs from its start on; a tool of our own does not.
    logging.shutdown()
    logging.getLogger().handlers.clear()
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    gc.collect()
    # What is there now stays: a child that tidies up would else copy every page of it.
    gc.freeze()


if __name__ == "__main__":
    warm_up()
    with socket.socket(fileno=int(sys.argv[1])) as line:
        line.send(b"ready")
        serve(line)
