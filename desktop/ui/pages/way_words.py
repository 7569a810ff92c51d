"""Words of what a dossier meets on its way: waits, decisions, apologies, what a wait does to the clock."""

from collections.abc import Iterator, Mapping
from typing import Final

from desktop.domain.acts.waiting import supplements_so_far
from desktop.domain.clock_policy import ClockEffect, ClockPolicy
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.vietnamese import local, screen_date, screen_datetime
from desktop.domain.way import AuthorityUsed, Decision, DecisionKind, SigningForm, SigningMeans, Wait, WaitKind
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

#: What is waited for, inside a sentence.
WAITS: Final[Mapping[WaitKind, str]] = {
    WaitKind.SUPPLEMENT: QT_TRANSLATE_NOOP(CONTEXT, "công dân bổ sung giấy tờ"),
    WaitKind.OBLIGATION: QT_TRANSLATE_NOOP(CONTEXT, "thực hiện nghĩa vụ tài chính"),
    WaitKind.OPINIONS: QT_TRANSLATE_NOOP(CONTEXT, "ý kiến"),
    WaitKind.VERIFICATION: QT_TRANSLATE_NOOP(CONTEXT, "xác minh"),
    WaitKind.STOP: QT_TRANSLATE_NOOP(CONTEXT, "đang dừng xử lý"),
}

_EFFECTS: Final[Mapping[ClockEffect, str]] = {
    ClockEffect.RESTART: QT_TRANSLATE_NOOP(
        CONTEXT, "Thời hạn ngừng tính từ bây giờ; khi nhận đủ, tính lại từ đầu và in giấy hẹn mới."
    ),
    ClockEffect.PAUSE: QT_TRANSLATE_NOOP(
        CONTEXT, "Thời hạn tạm ngừng từ bây giờ; khi xong, hạn lùi đúng thời gian đã chờ và in giấy hẹn mới."
    ),
    ClockEffect.NONE: QT_TRANSLATE_NOOP(CONTEXT, "Thời hạn vẫn chạy: hạn {due} không đổi."),
}

_AUTHORITIES: Final[Mapping[SigningForm, str]] = {
    SigningForm.OWN: QT_TRANSLATE_NOOP(CONTEXT, "thẩm quyền của mình"),
    SigningForm.KT: "KT.",
    SigningForm.TL: "TL.",
    SigningForm.TUQ: "TUQ.",
}


def effect_words(kind: WaitKind, dossier: Dossier, clock: ClockPolicy) -> str:
    """Say what a wait that begins now does to the clock, by the dossier's rule pack."""
    effect = {
        WaitKind.SUPPLEMENT: clock.supplement,
        WaitKind.OBLIGATION: clock.obligation,
        WaitKind.OPINIONS: clock.opinions,
        WaitKind.VERIFICATION: clock.verification,
        WaitKind.STOP: clock.stop,
    }[kind]
    words = tr(_EFFECTS[effect], due=screen_datetime(dossier.due_at))
    if kind is not WaitKind.SUPPLEMENT:
        return words
    nth = supplements_so_far(dossier) + 1
    once = tr(
        "Đây là lần yêu cầu thứ {n}; quy định cho phép {most} lần, nên ghi đủ mọi thứ còn thiếu.",
        n=nth,
        most=clock.supplement_limit,
    )
    return f"{words} {once}"


def effect_at_the_end(wait: Wait, dossier: Dossier) -> str:
    """Say what the end of a wait does to the clock."""
    words = {
        ClockEffect.RESTART: tr("Thời hạn tính lại từ đầu kể từ bây giờ, giấy hẹn mới được in."),
        ClockEffect.PAUSE: tr("Hạn lùi đúng thời gian đã chờ, giấy hẹn mới được in."),
        ClockEffect.NONE: tr("Hạn {due} không đổi.", due=screen_datetime(dossier.due_at)),
    }
    return words[wait.effect]


def wait_words(wait: Wait) -> str:
    """Describe a wait in one sentence."""
    parts = [tr(WAITS[wait.kind])]
    if wait.of:
        parts.append(tr("của {who}", who=wait.of))
    text = " ".join(parts)
    since = tr("từ {at}", at=screen_datetime(wait.began_at))
    until = tr("hạn trả lời {on}", on=screen_date(local(wait.answer_due).date())) if wait.answer_due is not None else ""
    papers = "; ".join(paper.name for paper in wait.missing)
    missing = tr("cần: {papers}", papers=papers) if papers else ""
    return ", ".join(part for part in (f"{text} {since}", until, missing or wait.reason) if part)


def waiting_words(dossier: Dossier) -> str:
    """Describe everything a dossier waits for, "" when it goes on."""
    return "\n".join(wait_words(wait) for wait in dossier.open_waits)


def authority_words(authority: AuthorityUsed) -> str:
    """Say in whose right somebody signed."""
    words = tr(_AUTHORITIES[authority.form])
    return ", ".join(part for part in (words, authority.document) if part)


def decision_words(decision: Decision | None) -> str:
    """Say what the leaders decided, by whom, under which authority and when; "" while they have not."""
    if decision is None:
        return ""
    at = screen_datetime(decision.at)
    if decision.kind is DecisionKind.SENT_BACK or decision.authority is None:
        return tr("Trả lại lúc {at}: {reason}", at=at, reason=decision.reason)
    signer, authority = decision.authority.signer_name, authority_words(decision.authority)
    if decision.kind is DecisionKind.REJECTED:
        words = tr("{name} không đồng ý ({authority}) lúc {at}", name=signer, authority=authority, at=at)
        return f"{words}: {decision.reason}"
    is_digital = decision.means is SigningMeans.DIGITAL
    means = tr("ký số") if is_digital else tr("ký trên giấy")
    return tr("{name} duyệt ({authority}), {means}, lúc {at}", name=signer, authority=authority, means=means, at=at)


def apology_words(dossier: Dossier) -> str:
    """Name the apologies, each on its line; "" for none."""
    return "\n".join(_apologies(dossier))


def ending_words(dossier: Dossier) -> str:
    """Say why a dossier ended without its result; "" when it did not."""
    ending = dossier.ending
    if ending is None:
        return ""
    is_refused = dossier.status is Status.REFUSED
    head = tr("Từ chối lúc {at}") if is_refused else tr("Rút lúc {at}")
    return f"{head.format(at=screen_datetime(ending.at))}: {ending.reason}"


def sent_back_words(dossier: Dossier) -> str:
    """Tell the author prominently what the leaders want of him; "" when nothing."""
    decision = dossier.decision
    if decision is None or dossier.base_status not in (Status.IN_PROGRESS, Status.WITH_SECTION):
        return ""
    if decision.kind is DecisionKind.SENT_BACK:
        return tr("Lãnh đạo trả lại: {reason}", reason=decision.reason)
    if decision.kind is DecisionKind.REJECTED:
        return tr(
            "Lãnh đạo quyết định không giải quyết: {reason}\nLập văn bản từ chối (Mẫu 03) và trả giấy tờ.",
            reason=decision.reason,
        )
    return ""


def _apologies(dossier: Dossier) -> Iterator[str]:
    for apology in dossier.apologies:
        timing = tr("xin lỗi muộn") if apology.is_late else tr("đúng lúc")
        yield tr(
            "Mẫu 04 số {n}: hẹn {old} dời đến {new}, {timing}; {reason}",
            n=apology.form.number,
            old=screen_datetime(apology.old_promise),
            new=screen_datetime(apology.new_promise),
            timing=timing,
            reason=apology.reason,
        )
