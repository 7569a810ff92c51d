"""A network cable for the demo: it passes bytes between PC and city until it is pulled."""

import selectors
import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

_PIECE = 65_536
_LOOK_S = 0.1


class Cable:
    """Listen on a loopback port and pass everything on to the city.

    Attributes:
        address: What a PC takes for the city's address.
        is_plugged: False: connections are cut, new ones too.
    """

    def __init__(self, address: str) -> None:
        """Lay the cable to a city on loopback."""
        parts = urlsplit(address)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_LOOK_S)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.is_plugged = True
        self._is_closed = False
        self._threads = [threading.Thread(target=self._accept, name="demo-cable")]
        self._threads[0].start()

    def __enter__(self) -> Self:
        """Be laid for a block."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Take the cable away."""
        self._is_closed = True
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                near, _ = self._listener.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._pass_on, args=(near,), name="demo-cable-line")
            self._threads.append(thread)
            thread.start()

    def _pass_on(self, near: socket.socket) -> None:
        with near, suppress(OSError):
            if not self.is_plugged:
                return
            with socket.create_connection(self._target) as far, selectors.DefaultSelector() as ready:
                ready.register(near, selectors.EVENT_READ, far)
                ready.register(far, selectors.EVENT_READ, near)
                while self.is_plugged and not self._is_closed:
                    for key, _ in ready.select(_LOOK_S):
                        piece = key.fileobj.recv(_PIECE)  # type: ignore[union-attr]  # sockets were registered
                        if not piece:
                            return
                        key.data.sendall(piece)
