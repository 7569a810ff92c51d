"""Say each finding in one Vietnamese sentence, and why it is asked about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from desktop.domain.detectors.findings import Finding, Severity, Trick, Value
from desktop.domain.vietnamese import number, screen_datetime

TITLES: Final[Mapping[Trick, str]] = {
    Trick.NO_PROOF: "Trả kết quả không có chứng cứ",
    Trick.RETURN_BURST: "Trả kết quả hàng loạt",
    Trick.NEVER_AT_COUNTER: "Ghi trả khi kết quả chưa ở quầy",
    Trick.FILED_AGAIN: "Rút rồi nộp lại",
    Trick.SECOND_SUPPLEMENT: "Yêu cầu bổ sung lần hai",
    Trick.LAST_DAY_SUPPLEMENT: "Yêu cầu bổ sung vào ngày cuối",
    Trick.LATE_PAUSE: "Dừng thời hạn khi đã quá hạn",
    Trick.SILENT_PROMISE: "Lùi ngày hẹn không có Mẫu 04",
    Trick.BACK_DATED: "Tiếp nhận lùi ngày",
    Trick.CLOCK_BACK: "Đồng hồ bị vặn lùi",
    Trick.NO_RESULT: "Có kết quả mà không có văn bản",
    Trick.OWN_RATING: "Đánh giá từ máy quầy",
}

#: Why it is asked about: the rule it goes against.
WHY: Final[Mapping[Trick, str]] = {
    Trick.NO_PROOF: "Chỉ ghi đã trả khi có người nhận và một chứng cứ: chữ ký, ảnh, số bưu gửi hoặc xác nhận điện tử.",
    Trick.RETURN_BURST: "Mỗi lần trả phải đối chiếu người nhận và chứng cứ; không được trả nhiều hồ sơ một lượt.",
    Trick.NEVER_AT_COUNTER: "Kết quả chỉ trả được sau khi đã về quầy. Ghi trả trước hạn vài phút làm hồ sơ trễ thành"
    " đúng hạn.",
    Trick.FILED_AGAIN: "Rút rồi nhận lại cùng người, cùng thủ tục thì thời hạn được tính lại từ đầu.",
    Trick.SECOND_SUPPLEMENT: "Chỉ được yêu cầu bổ sung một lần, nêu đủ mọi giấy tờ còn thiếu.",
    Trick.LAST_DAY_SUPPLEMENT: "Giấy tờ thiếu phải được báo trong ba ngày làm việc đầu, không đợi đến ngày hẹn trả.",
    Trick.LATE_PAUSE: "Hồ sơ đã quá hạn thì không còn thời hạn để dừng; phải xin lỗi và hẹn lại.",
    Trick.SILENT_PROMISE: "Ngày đã hẹn chỉ được lùi bằng Phiếu xin lỗi và hẹn lại, hoặc một lần dừng có phiếu.",
    Trick.BACK_DATED: "Ngày tiếp nhận là lúc hồ sơ thật sự được nhận; không ai được chọn ngày khác.",
    Trick.CLOCK_BACK: "Giờ của việc sau không thể trước giờ của việc đã ghi trên cùng một máy.",
    Trick.NO_RESULT: "Chỉ chuyển sang đã xử lý xong khi có kết quả được duyệt, và đã ký nếu ký số.",
    Trick.OWN_RATING: "Người dân tự đánh giá; máy đã trả kết quả không được đánh giá thay.",
}

SEVERITIES: Final[Mapping[Severity, str]] = {Severity.GRAVE: "Nghiêm trọng", Severity.DOUBTFUL: "Cần xem lại"}

_SENTENCES: Final[Mapping[tuple[Trick, str], str]] = {
    (Trick.NO_PROOF, "nobody"): "Ghi đã trả kết quả nhưng không có tên người nhận.",
    (Trick.NO_PROOF, "no_reference"): "Ghi đã trả kết quả nhưng không có chứng cứ nào.",
    (Trick.NO_PROOF, "no_authorisation"): "Trả cho người được ủy quyền nhưng không ghi giấy ủy quyền.",
    (Trick.RETURN_BURST, "minute"): "Một người trả {returns} kết quả trong {seconds} giây.",
    (Trick.RETURN_BURST, "one_act"): "{returns} kết quả được ghi đã trả trong cùng một thao tác.",
    (Trick.NEVER_AT_COUNTER, "not_ready"): "Ghi đã trả khi chưa từng có kết quả; hạn trả {due_at}.",
    (Trick.NEVER_AT_COUNTER, "elsewhere"): "Ghi đã trả khi hồ sơ không do quầy giữ; hạn trả {due_at}.",
    (Trick.FILED_AGAIN, "after_due"): "Rút lúc {withdrawn_at}, sau hạn {due_at}, rồi nhận lại lúc {received_at}.",
    (Trick.FILED_AGAIN, "in_time"): "Rút lúc {withdrawn_at}, hạn còn đến {due_at}, rồi nhận lại lúc {received_at}.",
    (Trick.SECOND_SUPPLEMENT, "again"): "Yêu cầu bổ sung lần thứ {times}; quy định cho phép {allowed} lần.",
    (Trick.LAST_DAY_SUPPLEMENT, "last_day"): "Yêu cầu bổ sung đúng lúc đến hạn; hạn trả {due_at}.",
    (Trick.LATE_PAUSE, "supplement"): "Yêu cầu bổ sung khi đã quá hạn {due_at}, trễ {late_days} ngày.",
    (Trick.LATE_PAUSE, "obligation"): "Chờ nghĩa vụ tài chính khi đã quá hạn {due_at}, trễ {late_days} ngày.",
    (Trick.LATE_PAUSE, "opinions"): "Xin ý kiến để dừng thời hạn khi đã quá hạn {due_at}, trễ {late_days} ngày.",
    (Trick.LATE_PAUSE, "verification"): "Xác minh để dừng thời hạn khi đã quá hạn {due_at}, trễ {late_days} ngày.",
    (Trick.LATE_PAUSE, "stop"): "Dừng giải quyết khi đã quá hạn {due_at}, trễ {late_days} ngày.",
    (Trick.SILENT_PROMISE, "no_leader"): "Người không có quyền lùi hạn từ {old} sang {new}.",
    (Trick.SILENT_PROMISE, "after_due"): "Sửa hồ sơ khi đã quá hạn để lùi hạn từ {old} sang {new}.",
    (Trick.SILENT_PROMISE, "date_only"): "Chỉ sửa ngày hẹn, từ {old} sang {new}, thời hạn của thủ tục không đổi.",
    (Trick.SILENT_PROMISE, "effect"): "Một lần chờ dừng thời hạn khác quy định; hạn {old}.",
    (Trick.SILENT_PROMISE, "no_wait"): "Hạn lùi từ {old} sang {new} mà không có lần dừng nào.",
    (Trick.SILENT_PROMISE, "no_receipt"): "Hạn lùi từ {old} sang {new} mà không in lại giấy hẹn.",
    (Trick.SILENT_PROMISE, "too_far"): "Sau khi chờ, hạn lùi từ {old} sang {new}, xa hơn cách tính của quy định.",
    (Trick.SILENT_PROMISE, "no_form"): "Hẹn lại từ {old} sang {new} mà không có số Phiếu xin lỗi.",
    (Trick.SILENT_PROMISE, "again"): "Hẹn lại lần nữa, từ {old} sang {new}; quy định chỉ cho hẹn lại một lần.",
    (Trick.BACK_DATED, "other_day"): "Ngày nhận {received_at} khác ngày trong mã hồ sơ, {code_day}.",
    (Trick.BACK_DATED, "other_id"): "Giấy hẹn ghi nhận lúc {received_at} nhưng được lập lúc {made_at}.",
    (Trick.BACK_DATED, "after_later"): "Giấy hẹn ghi nhận lúc {received_at}, sau khi máy đã ghi việc lúc {latest}.",
    (Trick.CLOCK_BACK, "confirmed"): "Máy {workstation} lùi {minutes} phút so với {latest}, đã có người xác nhận; ghi"
    " {acts} việc trong lúc đó.",
    (Trick.CLOCK_BACK, "unconfirmed"): "Máy {workstation} lùi {minutes} phút so với {latest}; ghi {acts} việc trong"
    " lúc đó.",
    (Trick.NO_RESULT, "not_approved"): "Chuyển sang đã xử lý xong khi chưa ai duyệt; hạn trả {due_at}.",
    (Trick.NO_RESULT, "not_signed"): "Duyệt ký số nhưng chưa có kết quả đã ký; hạn trả {due_at}.",
    (Trick.NO_RESULT, "no_file"): "Không có tệp kết quả nào kèm theo; hạn trả {due_at}.",
    (Trick.OWN_RATING, "own_pc"): "Đánh giá gửi từ máy của phường, {origin}.",
    (Trick.OWN_RATING, "too_soon"): "Đánh giá {seconds} giây sau khi trả, không ai kịp tự viết.",
    (
        Trick.OWN_RATING,
        "heap",
    ): "{ratings} đánh giá trong {minutes} phút, đều sau khi trả hơn {after} phút: như một người"
    " cầm nhiều giấy hẹn đánh giá thay.",
}


def sentence(finding: Finding) -> str:
    """Return what was found, with its figures."""
    figures = {name: _shown(value) for name, value in finding.figures}
    return _SENTENCES[finding.trick, finding.reason].format(**figures)


def _shown(value: Value) -> str:
    if isinstance(value, datetime):
        return screen_datetime(value)
    return number(value) if isinstance(value, int) else value
