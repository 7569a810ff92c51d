"""From a recovery key to its sheet; the PDF is made in memory and kept nowhere."""

from datetime import datetime

from desktop.domain.units import Unit
from desktop.domain.vietnamese import local, paper_date, paper_datetime
from reports.elements.page import Paper
from reports.forms.recovery_sheet import RecoverySheetForm, render

_INSTRUCTIONS = (
    (
        "Khóa này mở mọi bản sao lưu của máy ghi trên, kể cả khi máy hỏng hoặc mất. Ai có cả khóa và bản sao lưu thì "
        "đọc được toàn bộ dữ liệu."
    ),
    "Cất tờ này trong két hoặc tủ có khóa, KHÔNG để chung với ổ đĩa sao lưu, không chụp ảnh, không gõ vào máy khác.",
    (
        "Khi khôi phục: cài chương trình, chạy «motcua restore», gõ khóa. Chữ cuối mỗi nhóm là chữ kiểm tra: gõ sai "
        "nhóm nào chương trình chỉ đúng nhóm ấy. Gõ O hay 0, I, L hay 1 đều được."
    ),
    "Bản sao lưu cũ vẫn cần khóa cũ: giữ cả các tờ trước cho đến khi không còn bản sao lưu mang tên khóa ấy.",
)


def recovery_sheet(
    unit: Unit, key: str, key_id: str, *, computer: str, maker: str, at: datetime, paper: str = "A5"
) -> bytes:
    """Return the PDF of a recovery key's sheet.

    Args:
        unit: Whose data it opens.
        key: As printed: groups with hyphens.
        key_id: Names the key.
        computer: Names the PC.
        maker: Who prints it.
        at: When.
        paper: A5 or A4.

    Threads: any but the UI's.
    """
    on = local(at).date()
    heading = unit.heading(on)
    form = RecoverySheetForm(
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{unit.place}, {paper_date(on)}",
        title="TỜ KHÓA KHÔI PHỤC",
        key_id=key_id,
        groups=tuple(key.split("-")),
        qr_content=key,
        computer=computer,
        made_at=paper_datetime(at),
        maker=maker,
        instructions=_INSTRUCTIONS,
    )
    return render(form, Paper(paper))
