"""One dossier in full: where it stands, both promises, facts, papers, time line."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.domain.dossiers import Dossier, Relation
from desktop.domain.identity import mask_id_number
from desktop.domain.users import User
from desktop.domain.vietnamese import screen_datetime
from desktop.services.look_up import DossierView
from desktop.ui.models.dossier_rows import STATUS_LOOKS, status_word
from desktop.ui.pages.dossiers_words import (
    CHANNELS,
    RESULTS_BY,
    counts,
    fee_words,
    promise_words,
    receipt_words,
    returned_words,
    state_tag,
    time_entry,
)
from desktop.ui.pages.way_words import apology_words, decision_words, ending_words, waiting_words
from desktop.ui.theme import Role, Theme, name_it, set_class
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from desktop.ui.widgets.labels import SectionHeader, Tag, TagKind, text_label
from desktop.ui.widgets.timeline import TimeLine
from desktop.ui.words import Words, tr

_TAG_OF_ROLE = {Role.DUE: TagKind.DUE, Role.SOON: TagKind.SOON, Role.OK: TagKind.OK}
_TOP = Qt.AlignmentFlag.AlignTop

#: Lines made with the page: all promises and facts there are, papers of most procedures.
_PROMISES, _FACTS, _PAPERS = 4, 22, 12


class Fact(NamedTuple):
    """Hold one line of facts.

    Attributes:
        name: The word of the regulation.
        value: Written for people; "" leaves the line out.
        classes: QSS classes of the value.
    """

    name: str
    value: str
    classes: str = ""


class FactSheet(QWidget):
    """Show facts as two columns, name and value; its labels are used again for the next dossier."""

    def __init__(self, name: str, accessible_name: str, lines: int = 0, parent: QWidget | None = None) -> None:
        """Begin empty, with labels ready for so many lines: making them costs a scan half a frame."""
        super().__init__(parent)
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._facts: tuple[Fact, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(1, 1)
        name_it(self, name, accessible_name)
        for _ in range(lines):
            self._add_line()
            for label in self._labels[-1]:
                label.hide()

    def set_facts(self, facts: Iterable[Fact]) -> None:
        """Show other facts."""
        self._facts = tuple(fact for fact in facts if fact.value)
        self._grid.setEnabled(False)
        while len(self._labels) < len(self._facts):
            self._add_line()
        for number, (name, value) in enumerate(self._labels):
            is_used = number < len(self._facts)
            if is_used:
                fact = self._facts[number]
                name.setText(fact.name)
                value.setText(fact.value)
                set_class(value, fact.classes)
            if name.isHidden() is is_used:
                name.setVisible(is_used)
                value.setVisible(is_used)
        self._grid.setEnabled(True)
        self._grid.invalidate()
        self.updateGeometry()
        self.setAccessibleDescription("; ".join(f"{fact.name}: {fact.value}" for fact in self._facts))

    def text_of(self, name: str) -> str:
        """Return the value of a fact shown, "" when it is not."""
        return next((fact.value for fact in self._facts if fact.name == name), "")

    def _add_line(self) -> None:
        row = len(self._labels)
        name, value = text_label("", "muted", wraps=True), text_label("", wraps=True)
        name.setMinimumWidth(name.fontMetrics().horizontalAdvance("M") * 8)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.addWidget(name, row, 0, _TOP)
        self._grid.addWidget(value, row, 1, _TOP)
        self._labels.append((name, value))


class DossierDetail(QWidget):
    """Show one dossier.

    Attributes:
        view: The dossier shown, None before the first one.
    """

    def __init__(
        self,
        theme: Theme,
        words: Words,
        actor: User,
        now: Callable[[], datetime],
        *,
        parent: QWidget | None = None,
    ) -> None:
        """Build the parts.

        Args:
            theme: The look.
            words: Sentences of the time line.
            actor: Who looks.
            now: The injected clock.
            parent: Parent widget.
        """
        super().__init__(parent)
        self.view: DossierView | None = None
        self._column = QVBoxLayout(self)
        self._words = words
        self._actor = actor
        self._now = now
        self._code = text_label("", "figure")
        self._code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name_it(self._code, "detailCode", tr("Mã hồ sơ"))
        self._status = Tag(theme, TagKind.PLAIN, "")
        self._state = Tag(theme, TagKind.PLAIN, "")
        self._status.setObjectName("detailStatus")
        self._state.setObjectName("detailState")
        self._promises = FactSheet("detailPromises", tr("Ngày hẹn"), _PROMISES)
        self._facts = FactSheet("detailFacts", tr("Thông tin hồ sơ"), _FACTS)
        self._papers = FactSheet("detailPapers", tr("Thành phần hồ sơ"), _PAPERS)
        self._time_line = TimeLine(theme)
        self._build()

    def put_acts(self, acts: QWidget) -> None:
        """Show what can be done with a dossier: under its promise, before all that is known of it."""
        self._column.insertWidget(self._column.indexOf(self._facts), acts)

    def show_view(self, view: DossierView) -> None:
        """Show a dossier."""
        self.view = view
        # A label that comes into sight would lay out everything around it at once, each one anew.
        self._column.setEnabled(False)
        self._tell(view)
        self._column.setEnabled(True)

    def _tell(self, view: DossierView) -> None:
        dossier = view.dossier
        self._code.setText(dossier.code)
        look = STATUS_LOOKS[dossier.status]
        kind = _TAG_OF_ROLE.get(look.role, TagKind.PLAIN)
        self._status.set_state(kind, status_word(dossier.status), icon=look.icon)
        self._state.set_state(*state_tag(dossier, self._now()))
        self._promises.set_facts(self._promise_facts(dossier))
        self._facts.set_facts(self._all_facts(view))
        self._papers.set_facts(Fact(line.name, counts(line)) for line in dossier.components)
        self._time_line.set_entries([time_entry(self._words, entry) for entry in reversed(view.timeline)])

    def fact(self, name: str) -> str:
        """Return a fact shown, "" when it is not."""
        return self._facts.text_of(name) or self._promises.text_of(name)

    def state_text(self) -> str:
        """Return how the dossier stands against its deadline, as shown."""
        return self._state.text()

    def _build(self) -> None:
        column = self._column
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_S)
        column.addWidget(self._code)
        tags = QHBoxLayout()
        tags.setSpacing(SPACE_S)
        tags.addWidget(self._status)
        tags.addWidget(self._state)
        tags.addStretch(1)
        column.addLayout(tags)
        card = QFrame()
        card.setProperty("class", "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        inner.addWidget(self._promises)
        column.addSpacing(SPACE_XS)
        column.addWidget(card)
        column.addSpacing(SPACE_XS)
        column.addWidget(self._facts)
        for title, part in ((tr("Thành phần hồ sơ"), self._papers), (tr("Diễn biến"), self._time_line)):
            column.addSpacing(SPACE_M)
            column.addWidget(SectionHeader(title))
            column.addWidget(part)
        column.addStretch(1)

    def _promise_facts(self, dossier: Dossier) -> tuple[Fact, ...]:
        moved = dossier.due_at != dossier.promised_at
        return (
            Fact(tr("Hẹn trả"), screen_datetime(dossier.promised_at), "strong"),
            Fact(tr("Hẹn in lần đầu"), promise_words(dossier)),
            Fact(tr("Hạn theo quy định"), screen_datetime(dossier.due_at) if moved else ""),
            Fact(tr("Có kết quả lúc"), screen_datetime(dossier.solved_at) if dossier.solved_at else ""),
        )

    def _all_facts(self, view: DossierView) -> tuple[Fact, ...]:
        dossier = view.dossier
        owner, submitter = dossier.owner, dossier.submitter
        is_authorised = submitter.relation is Relation.AUTHORISED
        received = tr("{at}, {name}", at=screen_datetime(dossier.received_at), name=view.received_by_name)
        return (
            Fact(tr("Chủ hồ sơ"), owner.name, "strong"),
            Fact(tr("Số định danh"), mask_id_number(owner.id_number)),
            Fact(tr("Điện thoại"), owner.phone),
            Fact(tr("Địa chỉ"), owner.address),
            Fact(tr("Người nộp"), _submitter(dossier) if is_authorised else ""),
            Fact(tr("Thủ tục"), dossier.procedure.name),
            Fact(tr("Lĩnh vực"), dossier.procedure.field_name),
            Fact(tr("Nộp / nhận"), f"{tr(CHANNELS[dossier.channel])} / {tr(RESULTS_BY[dossier.result_by]).lower()}"),
            Fact(tr("Tiếp nhận"), received.removesuffix(", ")),
            Fact(tr("Giấy hẹn"), receipt_words(dossier.receipt)),
            Fact(tr("Lệ phí"), fee_words(dossier), "strong" if dossier.owed_vnd else ""),
            Fact(tr("Đang giữ"), _holder(view)),
            Fact(tr("Trên giấy bàn giao"), _offered(dossier), "strong"),
            Fact(tr("Đang chờ"), waiting_words(dossier), "strong"),
            Fact(tr("Quyết định"), decision_words(dossier.decision)),
            Fact(tr("Xin lỗi, hẹn lại"), apology_words(dossier)),
            Fact(tr("Kết thúc"), ending_words(dossier)),
            Fact(tr("Vị trí để"), dossier.shelf),
            Fact(tr("Kết quả"), dossier.result_note),
            Fact(tr("Đã trả cho"), returned_words(dossier)),
            Fact(tr("Mã khác"), ", ".join(dossier.aliases)),
            Fact(tr("Ghi chú"), dossier.note),
        )


def _holder(view: DossierView) -> str:
    """Say who holds the paper and since when."""
    if not view.custodian_name:
        return tr("Không ai giữ (đã kết thúc)")
    since = screen_datetime(view.dossier.custody_since)
    return tr("{name}, từ {since}", name=view.custodian_name, since=since)


def _offered(dossier: Dossier) -> str:
    """Say on which slip the paper lies; it stays with its giver until the receiver confirms."""
    return tr("{slip}, chờ bên nhận xác nhận", slip=dossier.offered_on) if dossier.offered_on else ""


def _submitter(dossier: Dossier) -> str:
    return tr("{name}, theo {paper}", name=dossier.submitter.party.name, paper=dossier.submitter.authorisation)
