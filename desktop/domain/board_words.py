"""Say what each list and figure of the deadline board counts, and from when to when."""

from collections.abc import Mapping
from typing import Final

from desktop.domain.board import Board
from desktop.domain.vietnamese import local, screen_date, screen_datetime

#: What is counted, from when to when: the sentence under each figure.
DEFINITIONS: Final[Mapping[str, str]] = {
    "late": "Chưa có kết quả, đã quá hạn luật định tính đến {as_of}; không tính hồ sơ đang chờ.",
    "today": "Chưa có kết quả, hạn trả trong hôm nay, {today}.",
    "tomorrow": "Chưa có kết quả, hạn trả là ngày làm việc tiếp theo, {next_day}. Phiếu xin lỗi nếu cần"
    " phải ra hôm nay.",
    "waiting": "Thời hạn đang dừng: chờ bổ sung, chờ nghĩa vụ tài chính hoặc tạm dừng giải quyết.",
    "solved_late": "Có kết quả hoặc bị từ chối từ {first} đến {last}, sau hạn luật định. Công dân đến nhận muộn không"
    " làm hồ sơ trễ.",
    "no_apology": "Hồ sơ trễ, đã hoặc chưa có kết quả, không có Mẫu 04 ban hành đúng ngày.",
    "broken_promise": "Đã xin lỗi và hẹn lại, rồi lại quá ngày hẹn.",
    "solved": "Hồ sơ trả trễ chia cho hồ sơ có kết quả, cùng từ {first} đến {last}. Từ chối là có kết quả, rút hồ sơ"
    " thì không.",
    "received": "Hồ sơ đã trả trễ hoặc đang trễ tính đến {as_of}, chia cho hồ sơ tiếp nhận, cùng nhận từ {first} đến"
    " {last}.",
    "target": "Chỉ tiêu so bằng số nguyên: 32 trên 32.000 không đạt dưới 0,1%.",
}


def definition(key: str, board: Board) -> str:
    """Return the sentence that says what a figure or list of a board counts."""
    return DEFINITIONS[key].format(
        as_of=screen_datetime(board.as_of),
        today=screen_date(local(board.as_of).date()),
        next_day=screen_date(board.next_day),
        first=screen_date(board.period.first),
        last=screen_date(board.period.last),
    )
