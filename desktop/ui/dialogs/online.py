"""The dialogs of the page "Trực tuyến": take in, ask for what lacks, decline, merge."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QWidget

from desktop.domain.catalogue import Procedure
from desktop.domain.online import LEAST_REASON
from desktop.domain.scans import Scan as Reading
from desktop.domain.scans import ScanKind
from desktop.domain.way_commands import Gap
from desktop.services.online import AcceptOnline, OnlineRow
from desktop.ui.dialogs.act import ActDialog, about_dossier
from desktop.ui.dialogs.gaps import GapList, PaperLine
from desktop.ui.pages.base import Scan
from desktop.ui.theme import Theme
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

QUICK_DECLINE: Final = (
    QT_TRANSLATE_NOOP(CONTEXT, "Không thuộc thẩm quyền giải quyết của phường; mời nộp tại nơi cư trú"),
    QT_TRANSLATE_NOOP(CONTEXT, "Thủ tục này không nhận trực tuyến; mời đến nộp trực tiếp tại quầy"),
    QT_TRANSLATE_NOOP(CONTEXT, "Việc này đã được giải quyết trước đó, không phải làm lại"),
)
QUICK_TWIN: Final = (QT_TRANSLATE_NOOP(CONTEXT, "Hai việc khác nhau của cùng một người"),)


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what is asked of the citizen."""

    gaps: tuple[Gap, ...]
    reason: str


class AcceptDialog(ActDialog):
    """Take a filing in. Emits an AcceptOnline."""

    def __init__(self, theme: Theme, row: OnlineRow) -> None:
        """Show what is taken in; with a twin it asks why there are two."""
        super().__init__(
            theme,
            tr("Tiếp nhận hồ sơ trực tuyến"),
            tr("Tiếp nhận và in giấy hẹn"),
            name="onlineAccept",
            icon="receive",
            about=_about(row),
        )
        self._twin = row.twin
        if row.twin:
            self.say_effect(tr("Người này đang có hồ sơ {code} cùng thủ tục.", code=row.twin), "soon")
            self.add_reason(tr("Vì sao nhận thêm"), [tr(text) for text in QUICK_TWIN])
        else:
            self.say_effect(tr("Mã hồ sơ và ngày hẹn được báo cho công dân qua thành phố."))
            # Without a reason there are no quick ones; they go with the dialog all the same.
            self._quick.setParent(self)
            self._quick.hide()

    def first(self) -> QWidget | None:
        """Begin at the reason, else at the button."""
        return self.reason or self.finish

    def command(self) -> AcceptOnline:
        """Return the command."""
        return AcceptOnline(duplicate_reason=self.reason_text())


class AskDialog(ActDialog):
    """Ask for everything that lacks, once. Emits an Asked."""

    def __init__(self, theme: Theme, row: OnlineRow, procedure: Procedure) -> None:
        """Offer the papers of the procedure; those without a file are ticked."""
        super().__init__(
            theme,
            tr("Yêu cầu bổ sung hồ sơ trực tuyến"),
            tr("Gửi yêu cầu"),
            name="onlineAsk",
            icon="edit",
            about=_about(row),
        )
        self.say_effect(tr("Ghi đủ một lần. 8 giờ làm việc tính lại từ khi công dân gửi bổ sung."), "soon")
        sent = {file.component for file in row.filing.files}
        self._gaps = GapList(
            theme,
            [
                PaperLine(
                    component.code,
                    component.name,
                    at_hand=tr("có tệp") if component.code in sent else "",
                    is_lacking=component.required and component.code not in sent,
                )
                for component in procedure.components
            ],
        )
        self.column.addWidget(self._gaps)
        is_again = row.filing.clock_from != row.filing.submitted_at or row.filing.answered_at is not None
        least = LEAST_REASON if is_again else 0
        hint = tr("Đã yêu cầu một lần: lần này phải ghi lý do") if is_again else tr("Không bắt buộc")
        self.add_reason(tr("Lý do"), (), hint=hint, least=least, rows=2)

    def first(self) -> QWidget:
        """Begin at the list."""
        return self._gaps.first()

    def command(self) -> Asked | None:
        """Return what is asked for."""
        if not self._gaps.is_complete():
            self.go_to(self._gaps.first())
            return None
        return Asked(self._gaps.value(), self.reason_text())


class DeclineDialog(ActDialog):
    """Decline a filing with a reason the citizen can act on. Emits the reason."""

    def __init__(self, theme: Theme, row: OnlineRow) -> None:
        """Ask for the reason."""
        super().__init__(
            theme,
            tr("Từ chối tiếp nhận hồ sơ trực tuyến"),
            tr("Từ chối"),
            name="onlineDecline",
            icon="close",
            about=_about(row),
        )
        self.say_effect(tr("Công dân đọc được lý do này và phải biết cần làm gì tiếp."), "late")
        self.add_reason(tr("Lý do từ chối"), [tr(text) for text in QUICK_DECLINE], least=LEAST_REASON)

    def command(self) -> str:
        """Return the reason."""
        return self.reason_text()


class MergeDialog(ActDialog):
    """Merge a filing with a dossier handed in at the counter. Emits its code."""

    def __init__(self, theme: Theme, row: OnlineRow) -> None:
        """Ask for the code; a twin is offered."""
        super().__init__(
            theme,
            tr("Nhập vào hồ sơ đã nộp tại quầy"),
            tr("Nhập chung"),
            name="onlineMerge",
            icon="check",
            about=_about(row),
        )
        self.say_effect(tr("Hồ sơ tại quầy giữ nguyên mã và ngày hẹn; bản trực tuyến không làm lần nữa."))
        self._code = self.add_line(
            tr("Mã hồ sơ tại quầy"), hint=tr("Cùng thủ tục, cùng người"), name="onlineMergeCode", required=True
        )
        self._code.setText(row.twin)
        self._code.entered.connect(self.finish.setFocus)
        self._quick.setParent(self)
        self._quick.hide()

    def first(self) -> QWidget:
        """Begin at the code."""
        return self._code

    def command(self) -> str | None:
        """Return the code, None while there is none."""
        code = self._code.value().strip().upper()
        if not code:
            self.show_error(tr("Gõ hoặc quét mã hồ sơ đã nộp tại quầy."))
            self.go_to(self._code)
            return None
        return code

    def take_scan(self, scan: Scan) -> bool:
        """Take the code of a receipt."""
        reading = scan.reading
        if not isinstance(reading, Reading) or reading.kind not in (ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR):
            return False
        self._code.setText(reading.code)
        self.finish.setFocus()
        return True


def _about(row: OnlineRow) -> str:
    return about_dossier(row.filing.tracking, row.filing.applicant.name, row.procedure)
