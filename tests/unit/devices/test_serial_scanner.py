import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.devices.serial_scanner import MOST_CHARACTERS, RETRY_S, SILENCE_S, SerialScanner
from desktop.domain.errors import EnvironmentProblem
from desktop.domain.identity import LONGEST_SCAN
from desktop.domain.scans import ScanKind, classify
from desktop.services.wording import Wording
from tests.support.terminals import needs_terminals

CARD = "079190000001|024567890|Nguyễn Thị Ngọc Ở|01011990|Nữ|12 Lê Lợi, Phường Bến Nghé|01012021"
CODE = "000.00.12.H29-190718-0042"


@dataclass
class Clock:
    """Stand still until it is advanced."""

    at_s: float = 100.0

    def __call__(self) -> float:
        return self.at_s

    def advance(self, by_s: float) -> None:
        self.at_s += by_s


@dataclass
class FakePort:
    """Give bytes in the pieces a test chose."""

    pieces: list[bytes] = field(default_factory=list)
    is_gone: bool = False
    is_closed: bool = False

    def read(self, size: int) -> bytes:
        assert not self.is_closed
        if self.is_gone:
            raise OSError(5, "Input/output error")
        return self.pieces.pop(0)[:size] if self.pieces else b""

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Socket:
    """Be the plug: there is a port to open, or none."""

    port: FakePort = field(default_factory=FakePort)
    is_plugged: bool = True
    tries: int = 0

    def open(self, _name: str, _baud: int) -> FakePort:
        self.tries += 1
        if not self.is_plugged:
            raise OSError(2, "No such file or directory")
        self.port = FakePort(self.port.pieces)
        return self.port


def fake(*pieces: bytes) -> tuple[SerialScanner, Socket, Clock]:
    """Make an open scanner that will hear these pieces, one at a time."""
    clock, socket = Clock(), Socket(FakePort(list(pieces)))
    scanner = SerialScanner("COM3", 9_600, now_s=clock, opener=socket.open)
    scanner.open()
    return scanner, socket, clock


def test_a_scan_ends_by_cr_by_lf_or_by_both() -> None:
    scanner, _, _ = fake(b"one\rtwo\nthree\r\n\r\nfour")

    assert scanner.read_scans() == ["one", "two", "three"]


def test_a_scan_without_an_end_is_complete_after_a_silence() -> None:
    scanner, _, clock = fake(CODE.encode())

    first = scanner.read_scans()
    clock.advance(SILENCE_S - 0.001)
    early = scanner.read_scans()
    clock.advance(0.001)

    assert (first, early) == ([], [])
    assert scanner.read_scans() == [CODE]
    assert scanner.read_scans() == []


def test_bytes_that_waited_behind_a_busy_window_are_no_silence() -> None:
    scanner, _, clock = fake(b"000.00.12.H29-", b"190718-0042\r")

    scanner.read_scans()
    clock.advance(3)

    assert scanner.read_scans() == [CODE]


def test_each_piece_begins_the_silence_anew() -> None:
    scanner, _, clock = fake(b"a", b"b", b"c")

    heard = []
    for _ in range(3):
        heard += scanner.read_scans()
        clock.advance(SILENCE_S * 0.9)
    heard += scanner.read_scans()
    clock.advance(SILENCE_S)

    assert heard == []
    assert scanner.read_scans() == ["abc"]


@given(cuts=st.lists(st.integers(0, 400), max_size=12), end=st.sampled_from([b"\r", b"\n", b"\r\n"]))
def test_however_the_bytes_are_split_the_scans_are_the_same(cuts: list[int], end: bytes) -> None:
    stream = CARD.encode() + end + CODE.encode() + end
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[first:last] for first, last in pairwise(edges) if last > first]
    scanner, _, _ = fake(*pieces)

    heard = [scan for _ in pieces for scan in scanner.read_scans()]

    assert heard == [CARD, CODE]


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_garbage_never_harms(pieces: list[bytes]) -> None:
    scanner, _, clock = fake(*pieces)

    heard = []
    for _ in range(len(pieces) + 2):
        heard += scanner.read_scans()
        clock.advance(SILENCE_S)

    assert all(scan and not any(char < " " or char == "\x7f" for char in scan) for scan in heard)


def test_what_is_no_utf8_is_replaced_and_the_next_scan_is_whole() -> None:
    scanner, _, _ = fake(b"Nguy\xea\xccn\xff\r" + CARD.encode() + b"\r")

    garbled, card = scanner.read_scans()

    assert garbled.startswith("Nguy\ufffd")
    assert card == CARD


def test_control_characters_are_dropped_and_letters_composed() -> None:
    scanner, _, _ = fake("\x02\x1d]C1Nguye\u0302\u0303n\x00\x03\r\x1b\x7f\r".encode())

    assert scanner.read_scans() == ["]C1Nguyễn"]


def test_a_scan_is_cut_at_its_limit_and_known_to_be_no_good_one() -> None:
    scanner, _, _ = fake(b"9" * 60_000, b"9" * 60_000 + b"\r" + CODE.encode() + b"\r")

    scanner.read_scans()
    long, code = scanner.read_scans()

    assert len(long) == MOST_CHARACTERS > LONGEST_SCAN
    assert classify(long).kind is ScanKind.GARBAGE
    assert code == CODE


def test_a_reader_that_never_ends_a_scan_fills_no_memory() -> None:
    scanner, _, _ = fake(*[b"\xe1\xbb\x85" * 20_000] * 20)

    for _ in range(20):
        scanner.read_scans()

    assert len(scanner._held) == MOST_CHARACTERS * 4


def test_a_reader_that_is_not_there_is_told_of_once_and_tried_every_five_seconds() -> None:
    clock, socket = Clock(), Socket(is_plugged=False)
    scanner = SerialScanner("COM3", 9_600, now_s=clock, opener=socket.open)

    assert scanner.is_due
    with pytest.raises(EnvironmentProblem) as caught:
        scanner.open()
    dues = []
    for _ in range(100):
        clock.advance(0.05 * RETRY_S)
        dues.append(scanner.is_due)
        if scanner.is_due:
            assert scanner.open() is False

    assert (caught.value.code, caught.value.details) == ("scanner_not_opened", {"port": "COM3"})
    assert sum(dues) == 5
    assert socket.tries == 6
    assert scanner.read_scans() == []


def test_unplugging_is_told_once_and_plugging_in_again_goes_on() -> None:
    scanner, socket, clock = fake(b"half of a sc")
    scanner.read_scans()
    unplugged = socket.port
    unplugged.is_gone, socket.is_plugged = True, False

    with pytest.raises(EnvironmentProblem) as caught:
        scanner.read_scans()
    silent = [scanner.read_scans(), scanner.is_open, scanner.is_due]
    clock.advance(RETRY_S)
    still_gone = (scanner.is_due, scanner.open(), scanner.is_due)
    socket.is_plugged, socket.port.pieces = True, [CODE.encode() + b"\r"]
    clock.advance(RETRY_S)

    assert (caught.value.code, caught.value.details) == ("scanner_unplugged", {"port": "COM3"})
    assert unplugged.is_closed
    assert silent == [[], False, False]
    assert still_gone == (True, False, False)
    assert scanner.open() is True
    assert scanner.read_scans() == [CODE]


def test_a_second_loss_is_told_again() -> None:
    scanner, socket, clock = fake()
    for _ in range(2):
        socket.port.is_gone = True
        with pytest.raises(EnvironmentProblem, match="scanner_unplugged"):
            scanner.read_scans()
        clock.advance(RETRY_S)

        assert scanner.open() is True


def test_a_closed_scanner_reads_nothing_and_lets_the_port_go() -> None:
    scanner, socket, _ = fake(b"x\r")

    scanner.close()
    scanner.close()

    assert socket.port.is_closed
    assert scanner.read_scans() == []


def test_opening_an_open_scanner_changes_nothing() -> None:
    scanner, socket, _ = fake(b"x\r")

    assert scanner.open() is True
    assert socket.tries == 1
    assert scanner.read_scans() == ["x"]


@dataclass
class Cable:
    """Hold a real pseudo-terminal: our end is the reader, the other the port."""

    reader: int
    port_name: str

    def send(self, content: bytes) -> None:
        """Send as a reader does."""
        os.write(self.reader, content)

    def pull(self) -> None:
        """Unplug the reader."""
        if self.reader >= 0:
            os.close(self.reader)
            self.reader = -1


@pytest.fixture
def cable() -> Iterator[Cable]:
    reader, port = os.openpty()
    cable = Cable(reader, os.ttyname(port))
    os.close(port)
    yield cable
    cable.pull()


@pytest.fixture
def plugged(cable: Cable) -> Iterator[SerialScanner]:
    scanner = SerialScanner(cable.port_name, 115_200, now_s=Clock())
    assert scanner.open()
    yield scanner
    scanner.close()


def listen(scanner: SerialScanner, is_enough: Callable[[list[str]], bool]) -> list[str]:
    """Read until there is enough; the terminal hands bytes over at once, so few turns are needed."""
    heard: list[str] = []
    for _ in range(10_000):
        heard += scanner.read_scans()
        if is_enough(heard):
            return heard
    pytest.fail(f"heard only {heard}")


@needs_terminals
def test_a_vietnamese_card_comes_whole_through_a_real_port(cable: Cable, plugged: SerialScanner) -> None:
    cable.send(CARD.encode() + b"\r\n")

    (scan,) = listen(plugged, lambda heard: len(heard) == 1)

    card = classify(scan).card
    assert scan == CARD
    assert card is not None
    assert card.name == "Nguyễn Thị Ngọc Ở"


@needs_terminals
def test_a_letter_split_between_two_packets_comes_whole_through_a_real_port(
    cable: Cable, plugged: SerialScanner
) -> None:
    content = CARD.encode()
    inside = content.index("ễ".encode()) + 1
    cable.send(content[:inside])
    listen(plugged, lambda _heard: bool(plugged._held))
    cable.send(content[inside:] + b"\n")

    assert listen(plugged, bool) == [CARD]


@needs_terminals
def test_a_port_with_nothing_to_say_does_not_wait(plugged: SerialScanner) -> None:
    assert getattr(plugged._port, "timeout", None) == 0
    assert [plugged.read_scans() for _ in range(1_000)] == [[]] * 1_000


@needs_terminals
def test_garbage_through_a_real_port_spoils_only_its_own_scan(cable: Cable, plugged: SerialScanner) -> None:
    cable.send(bytes(range(256)).replace(b"\r", b"").replace(b"\n", b"") + b"\r" + CODE.encode() + b"\r")

    garbage, code = listen(plugged, lambda heard: len(heard) == 2)

    assert "\ufffd" in garbage
    assert garbage.isprintable()
    assert code == CODE


@needs_terminals
def test_pulling_a_real_cable_is_told_once_and_plugging_in_again_goes_on(cable: Cable, tmp_path: Path) -> None:
    clock = Clock()
    name = tmp_path / "reader"  # as udev names a device, whatever number it gets
    name.symlink_to(cable.port_name)
    scanner = SerialScanner(str(name), 115_200, now_s=clock)
    scanner.open()
    cable.send(b"half of a sc")
    listen(scanner, lambda _heard: bool(scanner._held))

    cable.pull()
    with pytest.raises(EnvironmentProblem, match="scanner_unplugged"):
        listen(scanner, bool)
    clock.advance(RETRY_S)
    name.unlink()
    while_gone = scanner.open()
    reader, port = os.openpty()
    name.symlink_to(os.ttyname(port))
    clock.advance(RETRY_S)
    back = scanner.open()
    os.write(reader, CODE.encode() + b"\r")
    heard = listen(scanner, bool)
    scanner.close()
    os.close(reader)
    os.close(port)

    assert (while_gone, back, heard) == (False, True, [CODE])


@needs_terminals
def test_a_port_that_another_program_reads_is_not_shared(cable: Cable, plugged: SerialScanner) -> None:
    second = SerialScanner(cable.port_name, 115_200, now_s=Clock())

    with pytest.raises(EnvironmentProblem, match="scanner_not_opened"):
        second.open()

    assert plugged.is_open


@pytest.mark.parametrize("name", ["/dev/no-such-port", "/dev/null", "COM99", "\0"])
def test_what_is_no_port_is_told_of_by_its_sentence(name: str) -> None:
    scanner = SerialScanner(name, 9_600, now_s=Clock())

    with pytest.raises(EnvironmentProblem) as caught:
        scanner.open()

    assert name in Wording().error(caught.value)
