"""What people call the roles, by their values: the roles themselves are imported after the first paint."""

from typing import Final

ROLE_NAMES: Final = {
    "reception": "Tiếp nhận",
    "specialist": "Chuyên môn",
    "cashier": "Thu phí",
    "head": "Trưởng bộ phận một cửa",
    "chair": "Chủ tịch",
    "vice_chair": "Phó Chủ tịch",
    "it": "Quản trị",
    "inspector": "Thanh tra",
}
