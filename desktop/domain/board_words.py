"""Say what each list and figure of the deadline board counts, and from when to when."""

from collections.abc import Mapping
from typing import Final

from desktop.domain.board import Board
from desktop.domain.vietnamese import local, screen_date, screen_datetime

#: What is counted, from when to when: the sentence under each figure.
DEFINITIONS: Final[Mapping[str, str]] = {
    "late": "Trễ hẹn: chưa có kết quả và đã quá hạn pháp luật quy định, tính đến {as_of}. Hồ sơ đang chờ bổ sung, chờ"
    " nghĩa vụ tài chính hoặc tạm dừng không tính.",
    "today": "Đến hạn hôm nay: chưa có kết quả, hạn trả trong ngày {today}.",
    "tomorrow": "Sắp đến hạn: chưa có kết quả, hạn trả trong ngày làm việc tiếp theo, {next_day}. Thư xin lỗi, nếu cần,"
    " phải có trong hôm nay.",
    "waiting": "Đang chờ: thời hạn tạm dừng hoặc sẽ tính lại khi đủ giấy tờ.",
    "solved_late": "Trả trễ: có kết quả (hoặc văn bản từ chối) từ {first} đến {last}, sau hạn pháp luật quy định."
    " Người dân đến nhận muộn không làm hồ sơ trễ.",
    "no_apology": "Thiếu thư xin lỗi: hồ sơ trễ, đã hoặc chưa có kết quả, không có Mẫu 04 ban hành đúng ngày.",
    "broken_promise": "Vi phạm hẹn lại: đã xin lỗi, hẹn lại, rồi lại quá ngày hẹn.",
    "solved": "Tỷ lệ trễ trên hồ sơ đã giải quyết: hồ sơ trả trễ chia cho hồ sơ có kết quả, cùng tính từ {first} đến"
    " {last}. Từ chối là có kết quả, người dân rút hồ sơ thì không.",
    "received": "Tỷ lệ trễ trên hồ sơ đã tiếp nhận: trong số hồ sơ tiếp nhận từ {first} đến {last}, số đã trả trễ hoặc"
    " đang trễ tính đến {as_of}.",
    "target": "Chỉ tiêu “dưới” tính bằng số nguyên, không làm tròn: 32 trên 32.000 không đạt dưới 0,1%.",
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
