"""Take identity cards that are scanned anywhere on the page, without overwriting anybody silently."""

from functools import partial
from typing import Final

from desktop.domain.dossiers import Party
from desktop.domain.identity import IdentityCard, mask_id_number
from desktop.domain.scans import Scan as Read
from desktop.domain.scans import ScanKind, classify
from desktop.ui.pages.base import Page, Scan
from desktop.ui.pages.intake_form import IntakeForm
from desktop.ui.pages.intake_parts import Callout, QuestionBar
from desktop.ui.pages.intake_person import Filled, fill_from_card, recall
from desktop.ui.pages.intake_state import PersonText
from desktop.ui.pages.intake_work import IntakeWork
from desktop.ui.widgets.picker import Choice
from desktop.ui.words import tr

#: What the question bar asks about here.
CARD_TOPIC: Final = "card"

_OURS: Final = frozenset({ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR, ScanKind.HANDOVER_SLIP})
_LONGEST_SHOWN: Final = 40


class CardTaker:
    """Fill owner or proxy from a card, and remember a card that needs an answer first."""

    def __init__(self, page: Page, work: IntakeWork, form: IntakeForm, question: QuestionBar, said: Callout) -> None:
        """Take the parts of the page a card touches."""
        self._page = page
        self._work = work
        self._form = form
        self._question = question
        self._said = said
        self._waiting: IdentityCard | None = None

    def take(self, scan: Scan) -> bool:
        """Take a scan; our own codes are left to the shell."""
        read = scan.reading if isinstance(scan.reading, Read) else classify(scan.text)
        if read.kind in _OURS:
            return False
        if read.card is None:
            self._page.kit.sounds.play("not_found")
            text = read.text if len(read.text) <= _LONGEST_SHOWN else f"{read.text[:_LONGEST_SHOWN]}…"
            sentence = tr("Mã vừa quét không phải thẻ căn cước hay mã hồ sơ: {text}. Không có gì thay đổi.", text=text)
            self._said.say(sentence, "soon")
            return True
        self._take_card(read.card, to_proxy=self._form.proxy.has_focus())
        return True

    def answer(self, key: str) -> None:
        """Do with the waiting card what the clerk has chosen."""
        card, self._waiting = self._waiting, None
        if card is not None and key == "replace":
            self._fill(card, PersonText(), to_proxy=False)
        elif card is not None and key == "replace_proxy":
            self._fill(card, PersonText(), to_proxy=True)
        elif card is not None and key == "proxy":
            self._take_card(card, to_proxy=True)

    def _take_card(self, card: IdentityCard, *, to_proxy: bool) -> None:
        person = self._form.proxy.person() if to_proxy else self._form.owner.person()
        self._fill(card, person, to_proxy=to_proxy)

    def _fill(self, card: IdentityCard, person: PersonText, *, to_proxy: bool) -> None:
        filling = fill_from_card(person, card)
        if filling.result is Filled.ANOTHER_PERSON:
            self._ask(card, person, to_proxy=to_proxy)
            return
        show = self._form.show_proxy if to_proxy else self._form.show_owner
        show(filling.person)
        if filling.result is Filled.NAME_NEEDED or "name" in card.garbled_fields:
            self._ask_for_name(card, to_proxy=to_proxy)
            return
        self._page.kit.sounds.play("found")
        self._said.say(self._oddities(card), "soon")
        work = partial(self._work.person, card.id_number)
        self._page.run("read", work, partial(self._recall, to_proxy=to_proxy), latest="person")
        self._form.go_to_gap()

    def _ask_for_name(self, card: IdentityCard, *, to_proxy: bool) -> None:
        """Say why the name must be typed; only the digits of the card were taken."""
        self._page.kit.sounds.play("not_found")
        editor = self._form.proxy.name if to_proxy else self._form.owner.name
        if editor.value():
            text = tr("Thẻ đọc bị lỗi chữ, họ tên giữ như đang ghi. Hãy đối chiếu với thẻ {n}.", n=card.id_number)
        else:
            text = tr(
                "Thẻ đọc bị lỗi chữ (bộ gõ tiếng Việt đang bật?). Đã giữ số {n}; hãy gõ họ tên theo thẻ.",
                n=card.id_number,
            )
        self._said.say(text, "soon")
        self._form.go_to(editor)

    def _ask(self, card: IdentityCard, person: PersonText, *, to_proxy: bool) -> None:
        self._waiting = card
        self._page.kit.sounds.play("not_found")
        question = tr(
            "Thẻ vừa quét ({card}) khác người đang ghi ({person}). Dùng thẻ này làm gì?",
            card=" ".join((card.name, mask_id_number(card.id_number))).strip(),
            person=person.name.strip() or mask_id_number(person.id_number),
        )
        if to_proxy:
            choices = [Choice("replace_proxy", tr("Thay người nộp thay"))]
        else:
            choices = [Choice("replace", tr("Thay chủ hồ sơ")), Choice("proxy", tr("Ghi là người nộp thay"))]
        self._question.ask(CARD_TOPIC, question, (*choices, Choice("ignore", tr("Bỏ qua thẻ này"))))

    def _recall(self, known: Party | None, *, to_proxy: bool) -> None:
        """Add phone and address of the newest dossier; nothing typed meanwhile is changed."""
        if known is None:
            return
        person = self._form.proxy.person() if to_proxy else self._form.owner.person()
        recalled = recall(person, known)
        if recalled != person:
            (self._form.show_proxy if to_proxy else self._form.show_owner)(recalled)

    def _oddities(self, card: IdentityCard) -> str:
        """Say what the clerk should compare with the card."""
        sentences = [self._page.kit.words.sentence(code) for code in card.warnings]
        if "address" in card.garbled_fields:
            sentences.insert(0, tr("Địa chỉ trên thẻ đọc bị lỗi chữ; hãy gõ địa chỉ."))
        return " ".join(sentences)
