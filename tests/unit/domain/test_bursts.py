from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.bursts import (
    ACT_WAIT_MS,
    BURST_GAP_MS,
    SILENCE_MS,
    BurstRecogniser,
    KeyKind,
    Stroke,
    Verdict,
    clean_scan,
)

HUMAN_MS = 80
GUN_MS = 5
ENTER = "\r"
BACKSPACE = "\b"


def stroke(char: str, *, acts: bool = False) -> Stroke[str]:
    kind = (
        KeyKind.END
        if char in "\r\t"
        else KeyKind.CORRECTION
        if char == BACKSPACE
        else KeyKind.ACT
        if acts
        else KeyKind.TEXT
    )
    return Stroke(kind, char, char)


@dataclass
class Desk:
    """A field, what acted, and what was scanned: the recogniser's verdicts carried out."""

    typed: str = ""
    kept: str = ""
    acted: list[str] = field(default_factory=list)
    scans: list[str] = field(default_factory=list)
    now_ms: int = 0
    acts: bool = False

    def __post_init__(self) -> None:
        self.recogniser = BurstRecogniser[str]()

    def keys(self, chars: str, gap_ms: int) -> None:
        for char in chars:
            self.now_ms += gap_ms
            verdict = self.recogniser.press(stroke(char, acts=self.acts), self.now_ms)
            self.carry_out(verdict)
            if verdict.begins:
                self.kept = self.typed
            if verdict.passes:
                self.do(char)

    def rest(self, quiet_ms: int) -> None:
        self.now_ms += quiet_ms
        self.carry_out(self.recogniser.silence(self.now_ms))

    def carry_out(self, verdict: Verdict[str]) -> None:
        if verdict.put_back:
            self.typed = self.kept
        for char in verdict.deliver:
            self.do(char)
        if verdict.scan:
            self.scans.append(verdict.scan)

    def do(self, char: str) -> None:
        if char in "\r\t" or self.acts:
            self.acted.append(char)
        elif char == BACKSPACE:
            self.typed = self.typed[:-1]
        else:
            self.typed += char


def test_typing_goes_through_at_once() -> None:
    desk = Desk()

    desk.keys("Nguyễn", HUMAN_MS)

    assert (desk.typed, desk.scans) == ("Nguyễn", [])


def test_a_burst_becomes_one_scan_and_leaves_the_field_as_it_was() -> None:
    desk = Desk()
    desk.keys("ab", HUMAN_MS)
    desk.rest(500)

    desk.keys("000.00.12.H29-190718-0042" + ENTER, GUN_MS)

    assert (desk.typed, desk.acted, desk.scans) == ("ab", [], ["000.00.12.H29-190718-0042"])


def test_a_burst_without_end_key_ends_by_silence() -> None:
    desk = Desk()

    desk.keys("0012345678", GUN_MS)
    desk.rest(SILENCE_MS - 1)
    before = list(desk.scans)
    desk.rest(1)

    assert (before, desk.scans, desk.typed) == ([], ["0012345678"], "")


@pytest.mark.parametrize("end", ["\r\n", "\t", "\r", "\r\r\n"])
def test_no_part_of_the_end_mark_acts(end: str) -> None:
    desk = Desk()

    desk.keys("12345678" + end, GUN_MS)
    desk.rest(500)

    assert (desk.acted, desk.scans, desk.typed) == ([], ["12345678"], "")


def test_enter_of_a_person_acts_after_forty_milliseconds() -> None:
    desk = Desk()
    desk.keys("ab", HUMAN_MS)
    desk.keys(ENTER, HUMAN_MS)

    before = list(desk.acted)
    desk.rest(ACT_WAIT_MS - 1)
    still_before = list(desk.acted)
    desk.rest(1)

    assert (before, still_before, desk.acted) == ([], [], [ENTER])


def test_letters_that_act_never_act_within_a_burst() -> None:
    desk = Desk(acts=True)

    desk.keys("ATK2019KAT" + ENTER, GUN_MS)
    desk.rest(500)

    assert (desk.acted, desk.scans) == ([], ["ATK2019KAT"])


def test_control_characters_are_dropped() -> None:
    desk = Desk()

    desk.keys("0123\x1d45\x0267" + ENTER, GUN_MS)

    assert desk.scans == ["01234567"]


def test_three_keys_rolled_by_a_hand_are_typing() -> None:
    desk = Desk()
    desk.keys("x", HUMAN_MS)

    desk.keys("the", 20)
    desk.rest(SILENCE_MS)

    assert (desk.typed, desk.scans) == ("xthe", [])


def test_a_short_code_is_a_scan_only_with_its_end_key() -> None:
    with_end, without = Desk(), Desk()

    with_end.keys("K12B" + ENTER, GUN_MS)
    without.keys("K12B", GUN_MS)
    without.rest(SILENCE_MS)

    assert (with_end.scans, with_end.typed) == (["K12B"], "")
    assert (without.scans, without.typed) == ([], "K12B")


def test_two_close_keys_and_enter_are_typing() -> None:
    desk = Desk()

    desk.keys("ab" + ENTER, 20)
    desk.rest(ACT_WAIT_MS)

    assert (desk.typed, desk.acted, desk.scans) == ("ab", [ENTER], [])


def test_a_typing_tool_that_rewrites_a_syllable_is_typing() -> None:
    # Unikey: "nguyeenx" becomes "nguyễn": it sends backspaces and letters within a millisecond.
    desk = Desk()
    desk.keys("nguyeen", HUMAN_MS)
    desk.rest(HUMAN_MS)

    desk.keys(BACKSPACE * 3 + "ễn", 1)
    desk.rest(500)

    assert (desk.typed, desk.scans) == ("nguyễn", [])


def test_a_typing_tool_inside_a_scan_garbles_only_the_scan() -> None:
    desk = Desk()

    desk.keys("079001|Nguyee" + BACKSPACE + "ê" + "n" + ENTER, GUN_MS)

    assert (desk.scans, desk.typed) == (["079001|Nguyeên"], "")


def test_a_second_line_of_the_same_scanner_is_a_scan_too() -> None:
    desk = Desk()

    desk.keys("line one\r\nline two\r\n", GUN_MS)

    assert desk.scans == ["line one", "line two"]


def test_a_person_types_on_after_a_scan() -> None:
    desk = Desk()

    desk.keys("12345678" + ENTER, GUN_MS)
    desk.keys("an" + ENTER, HUMAN_MS)
    desk.rest(ACT_WAIT_MS)

    assert (desk.scans, desk.typed, desk.acted) == (["12345678"], "an", [ENTER])


def test_repeats_of_a_held_key_never_make_a_burst() -> None:
    desk = Desk()
    held = Stroke(KeyKind.OTHER, "0", "0")

    verdicts = [desk.recogniser.press(held, at_ms) for at_ms in range(0, 330, 33)]

    assert all(verdict.passes and not verdict.scan for verdict in verdicts)


def test_it_tells_when_to_ask_again() -> None:
    recogniser = BurstRecogniser[str]()

    waits = recogniser.press(stroke(ENTER), 0)
    early = recogniser.silence(15)
    verdicts = [recogniser.press(stroke(char), 1000 + at) for at, char in enumerate("abcd")]
    late = recogniser.silence(1013)

    assert waits.wake_ms == ACT_WAIT_MS
    assert early.wake_ms == ACT_WAIT_MS - 15
    assert [verdict.wake_ms for verdict in verdicts] == [None, None, SILENCE_MS, SILENCE_MS]
    assert late.wake_ms == SILENCE_MS - 10


def test_nothing_pressed_is_no_event() -> None:
    recogniser = BurstRecogniser[str]()

    verdict = recogniser.silence(10_000)

    assert verdict == Verdict()
    assert (recogniser.is_collecting, recogniser.is_waiting) == (False, False)


def test_arrows_release_what_waits_in_order() -> None:
    recogniser = BurstRecogniser[str]()
    recogniser.press(stroke(ENTER), 0)

    verdict = recogniser.press(Stroke(KeyKind.OTHER, "", "down"), 10)

    assert (verdict.deliver, verdict.passes) == ((ENTER,), True)
    assert not recogniser.is_waiting


def test_backspaces_can_empty_a_burst() -> None:
    desk = Desk()

    desk.keys("abc" + BACKSPACE * 5, GUN_MS)
    collecting = desk.recogniser.is_collecting
    desk.rest(SILENCE_MS)

    assert (collecting, desk.scans, desk.typed) == (True, [], "")


def test_a_scan_is_composed_and_printable() -> None:
    assert clean_scan("\x02 Nguye\u0302\u0303n \r\n") == "Nguyễn"


TEXTS = st.text(alphabet="0123456789ABCabc|.-", min_size=6, max_size=60)


@given(TEXTS, st.integers(1, BURST_GAP_MS), st.text(alphabet="abc", max_size=5), st.booleans())
def test_any_burst_is_scanned_whole_whatever_was_typed_before(text: str, gap_ms: int, before: str, acts: bool) -> None:
    desk = Desk(acts=acts)
    desk.keys(before, HUMAN_MS)
    desk.rest(500)
    typed, acted = desk.typed, list(desk.acted)

    desk.keys(text + ENTER, gap_ms)
    desk.rest(500)

    assert (desk.scans, desk.typed, desk.acted) == ([text], typed, acted)


@given(st.lists(st.tuples(st.sampled_from("abcdefg" + ENTER), st.integers(BURST_GAP_MS + 1, 400)), max_size=40))
def test_keys_a_person_presses_come_through_in_order(keys: list[tuple[str, int]]) -> None:
    desk = Desk()
    order: list[str] = []
    desk.do = order.append  # type: ignore[method-assign]

    for char, gap_ms in keys:
        desk.rest(gap_ms)
        desk.keys(char, 0)
    desk.rest(500)

    assert (order, desk.scans) == ([char for char, _ in keys], [])


@given(
    st.lists(
        st.tuples(st.sampled_from("abc1" + ENTER), st.one_of(st.integers(0, 60), st.integers(60, 200))), max_size=40
    )
)
def test_whatever_the_rhythm_no_letter_is_lost(keys: list[tuple[str, int]]) -> None:
    desk = Desk()

    for char, gap_ms in keys:
        desk.keys(char, gap_ms)
    desk.rest(500)

    came_out = sorted(desk.typed + "".join(desk.scans))
    assert came_out == sorted(char for char, _ in keys if char != ENTER)
