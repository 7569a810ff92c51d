"""Words of the page "Tiếp nhận": time limits, fees and choices as a clerk reads them."""

from typing import Final

from desktop.domain.catalogue import FeeKind, FeeRule, PaperKind, Procedure
from desktop.domain.dossiers import ApplicantKind, Channel, Dossier, ResultBy
from desktop.domain.facts.unit import TurnedAway
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.units import Unit
from desktop.domain.vietnamese import money, paper_datetime
from desktop.services.ending import REFUSAL_FORM
from desktop.services.records import JobState
from desktop.ui.pages.intake_state import Payment
from desktop.ui.words import QT_TRANSLATE_NOOP, tr

_LIMITS: Final = {
    LimitUnit.WORKING_DAY: QT_TRANSLATE_NOOP("motcua", "{n} ngày làm việc"),
    LimitUnit.DAY: QT_TRANSLATE_NOOP("motcua", "{n} ngày"),
    LimitUnit.HOUR: QT_TRANSLATE_NOOP("motcua", "{n} giờ làm việc"),
    LimitUnit.SESSION: QT_TRANSLATE_NOOP("motcua", "{n} buổi"),
    LimitUnit.SAME_DAY: QT_TRANSLATE_NOOP("motcua", "Trong ngày"),
    LimitUnit.IMMEDIATE: QT_TRANSLATE_NOOP("motcua", "Trả ngay"),
}

APPLICANT_KINDS: Final = (
    (ApplicantKind.CITIZEN, QT_TRANSLATE_NOOP("motcua", "Cá nhân")),
    (ApplicantKind.BUSINESS, QT_TRANSLATE_NOOP("motcua", "Doanh nghiệp")),
    (ApplicantKind.AGENCY, QT_TRANSLATE_NOOP("motcua", "Cơ quan nhà nước")),
    (ApplicantKind.ORGANISATION, QT_TRANSLATE_NOOP("motcua", "Tổ chức khác")),
)
SEXES: Final = (
    ("", QT_TRANSLATE_NOOP("motcua", "Chưa ghi")),
    ("Nam", QT_TRANSLATE_NOOP("motcua", "Nam")),
    ("Nữ", QT_TRANSLATE_NOOP("motcua", "Nữ")),
)
CHANNELS: Final = (
    (Channel.DIRECT, QT_TRANSLATE_NOOP("motcua", "Trực tiếp")),
    (Channel.POST, QT_TRANSLATE_NOOP("motcua", "Bưu chính công ích")),
    (Channel.ONLINE, QT_TRANSLATE_NOOP("motcua", "Trực tuyến")),
)
RESULTS: Final = (
    (ResultBy.COUNTER, QT_TRANSLATE_NOOP("motcua", "Tại quầy")),
    (ResultBy.POST, QT_TRANSLATE_NOOP("motcua", "Bưu chính công ích")),
    (ResultBy.ELECTRONIC, QT_TRANSLATE_NOOP("motcua", "Bản điện tử")),
)
PAYMENTS: Final = (
    (Payment.LATER, QT_TRANSLATE_NOOP("motcua", "Chưa thu")),
    (Payment.CASH, QT_TRANSLATE_NOOP("motcua", "Đã thu tiền mặt")),
    (Payment.TRANSFER, QT_TRANSLATE_NOOP("motcua", "Đã chuyển khoản")),
    (Payment.EXEMPT, QT_TRANSLATE_NOOP("motcua", "Miễn")),
)
PAPER_KINDS: Final = {
    PaperKind.ORIGINAL: QT_TRANSLATE_NOOP("motcua", "Bản chính"),
    PaperKind.CERTIFIED: QT_TRANSLATE_NOOP("motcua", "Chứng thực"),
    PaperKind.COPY: QT_TRANSLATE_NOOP("motcua", "Bản sao"),
}
PRINT_STATES: Final = {
    JobState.WAITING: QT_TRANSLATE_NOOP("motcua", "Giấy hẹn đang chờ in."),
    JobState.PRINTED: QT_TRANSLATE_NOOP("motcua", "Giấy hẹn đã in."),
    JobState.FAILED: QT_TRANSLATE_NOOP("motcua", "Giấy hẹn chưa in được, xem hàng đợi in."),
    JobState.CANCELLED: QT_TRANSLATE_NOOP("motcua", "Giấy hẹn không in."),
}
#: Keys of the page for the overlay.
SHORTCUTS: Final = (
    ("Ctrl+Return", QT_TRANSLATE_NOOP("motcua", "Nhận hồ sơ và in giấy hẹn")),
    ("Return", QT_TRANSLATE_NOOP("motcua", "Đi tiếp; ở danh sách giấy tờ: ghi đủ giấy tờ")),
    ("Ctrl+D", QT_TRANSLATE_NOOP("motcua", "Đủ giấy tờ")),
    ("Ctrl+L", QT_TRANSLATE_NOOP("motcua", "Nhập lại người vừa rồi")),
    ("Ctrl+T", QT_TRANSLATE_NOOP("motcua", "Đổi thủ tục")),
    ("Ctrl+H", QT_TRANSLATE_NOOP("motcua", "Người khác nộp thay")),
    ("Ctrl+B", QT_TRANSLATE_NOOP("motcua", "Thêm giấy tờ ngoài danh mục")),
    ("Ctrl+G", QT_TRANSLATE_NOOP("motcua", "Xem vì sao hẹn ngày đó")),
    ("Ctrl+2", QT_TRANSLATE_NOOP("motcua", "Thiếu giấy tờ: yêu cầu bổ sung (Mẫu 02)")),
    ("Ctrl+3", QT_TRANSLATE_NOOP("motcua", "Thiếu giấy tờ: từ chối (Mẫu 03)")),
    ("Ctrl+N", QT_TRANSLATE_NOOP("motcua", "Nhập hồ sơ mới, bỏ nội dung đang nhập")),
    ("Ctrl+Shift+L", QT_TRANSLATE_NOOP("motcua", "In danh sách các hồ sơ người này nộp hôm nay")),
    ("Ctrl+Shift+Z", QT_TRANSLATE_NOOP("motcua", "Lấy lại nội dung vừa bỏ")),
    ("Alt+1", QT_TRANSLATE_NOOP("motcua", "Chọn dòng số 1–9 trong danh sách ngắn")),
)


def limit_text(limit: Limit) -> str:
    """Say a time limit: ``3 ngày làm việc``."""
    return tr(_LIMITS[limit.unit], n=limit.n)


def fee_text(procedure: Procedure, unit: Unit | None) -> str:
    """Say the fee of a procedure in a few words, before anything is counted."""
    return " + ".join(_fee(rule, procedure, unit) for rule in procedure.fees) or tr("Không thu")


def _fee(rule: FeeRule, procedure: Procedure, unit: Unit | None) -> str:
    if rule.kind is FeeKind.FREE:
        return tr("Không thu")
    if rule.kind is FeeKind.PAGES:
        return tr("Theo số trang")
    if rule.kind is FeeKind.PER_COPY:
        return tr("{money}/bản", money=money(rule.amount_vnd))
    if rule.kind is FeeKind.LOCAL:
        fees = unit.local_fees if unit is not None else ()
        amount_vnd = next((fee.amount_vnd for fee in fees if fee.procedure == procedure.code), rule.amount_vnd)
        return money(amount_vnd) if amount_vnd else tr("Theo HĐND")
    return money(rule.amount_vnd)


def saved_words(dossier: Dossier, moved: str, state: JobState) -> str:
    """Say what was received and where its receipt is; after a result at once there is none."""
    again = tr("Cùng người này nộp tiếp: Ctrl+L.")
    if dossier.is_immediate:
        said = tr("Đã nhận và trả kết quả hồ sơ {code} của {name}.", code=dossier.code, name=dossier.owner.name)
        return f"{said}\n{again}"
    said = tr(
        "Đã nhận hồ sơ {code} của {name}. Hẹn trả: {when}.",
        code=dossier.code,
        name=dossier.owner.name,
        when=paper_datetime(dossier.promised_at),
    )
    text = " ".join(part for part in (said, moved) if part)
    return f"{text}\n{tr(PRINT_STATES[state])} {again}"


def sent_home_words(fact: TurnedAway) -> str:
    """Say with which form a citizen went home."""
    form = tr("Mẫu 03") if fact.form.form == REFUSAL_FORM else tr("Mẫu 02")
    said = tr(
        "Đang in {form} số {n} cho {name}; không cấp mã hồ sơ.", form=form, n=fact.form.number, name=fact.owner.name
    )
    return f"{said}\n{tr('Cùng người này nộp tiếp: Ctrl+L.')}"
