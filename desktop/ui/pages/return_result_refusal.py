"""Why a result cannot be handed over now: who has it, and what the clerk does about it."""

from dataclasses import dataclass

from desktop.domain.acts.checks import holds
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.users import User
from desktop.domain.vietnamese import screen_datetime
from desktop.domain.way import WaitKind
from desktop.services.look_up import DossierView
from desktop.ui.models.dossier_rows import status_word
from desktop.ui.pages.dossiers_words import returned_words
from desktop.ui.pages.way_words import ending_words, waiting_words
from desktop.ui.words import tr


@dataclass(frozen=True, slots=True)
class Refusal:
    """Say what the matter is in one line, and what to do in one sentence."""

    title: str
    advice: str
    icon: str = "clock"


def refusal_of(view: DossierView, actor: User) -> Refusal | None:
    """Return why a dossier's result cannot be handed over by somebody, None when it can."""
    dossier = view.dossier
    if dossier.status is Status.RETURNED:
        title = tr("Hồ sơ {code} đã trả kết quả", code=dossier.code)
        advice = tr("Đã trả cho {who}. Mở hồ sơ để xem diễn biến.", who=returned_words(dossier))
        return Refusal(title, advice, "return")
    if dossier.is_closed:
        ended = status_word(dossier.status).lower()
        title = tr("Hồ sơ {code} đã kết thúc: {status}", code=dossier.code, status=ended)
        advice = tr("Không có kết quả để trả. {why} Mở hồ sơ để xem diễn biến.", why=_sentence(ending_words(dossier)))
        return Refusal(title, advice, "close")
    if dossier.status is Status.RESULT_READY:
        return _elsewhere(view, actor)
    return Refusal(tr("Hồ sơ {code} chưa có kết quả", code=dossier.code), _not_ready(view))


def _elsewhere(view: DossierView, actor: User) -> Refusal | None:
    dossier = view.dossier
    if holds(actor, dossier.custodian):
        return None
    title = tr("Kết quả {code} không ở chỗ bạn", code=dossier.code)
    advice = tr(
        "{holder} giữ từ {since}: nhờ nơi đó trả, hoặc nhận bàn giao (F5) rồi trả.",
        holder=view.custodian_name or tr("Chưa rõ ai"),
        since=screen_datetime(dossier.custody_since),
    )
    return Refusal(title, advice, "handover")


def _not_ready(view: DossierView) -> str:
    dossier = view.dossier
    holder = view.custodian_name or tr("Chưa rõ ai")
    promise = screen_datetime(dossier.promised_at)
    waiting = _waiting(dossier)
    if waiting:
        return waiting
    if dossier.base_status is Status.SUBMITTED:
        return tr("{holder} đang xem để ký, hẹn trả {at}. Mời công dân trở lại đúng hẹn.", holder=holder, at=promise)
    if dossier.base_status is Status.APPROVED:
        return tr("Đã duyệt, {holder} đang giữ: nhắc nơi đó bấm «Có kết quả» (F6) rồi quét lại.", holder=holder)
    return tr(
        "{holder} đang giữ, hẹn trả {at}. Mời công dân trở lại đúng hẹn, hoặc hỏi người đang giữ.",
        holder=holder,
        at=promise,
    )


def _waiting(dossier: Dossier) -> str:
    words = waiting_words(dossier).replace("\n", "; ")
    if not words:
        return ""
    if any(wait.kind is WaitKind.SUPPLEMENT for wait in dossier.open_waits):
        return tr("Đang chờ {what}. Công dân mang giấy tờ đến thì mở hồ sơ và nhận bổ sung.", what=words)
    return tr("Đang chờ {what}. Mời công dân trở lại sau, quầy sẽ báo.", what=words)


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}." if text else ""
