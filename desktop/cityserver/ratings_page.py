"""Show what citizens said of returned dossiers, by ward and field, as tables; they need no script."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from desktop.cityserver.board_page import line_of, number_of, share_of, table_of
from desktop.cityserver.ratings import MOST_REASONS, CityRatings
from desktop.cityserver.templates import Markup, element, joined, words
from desktop.domain.ratings import RatingFigures
from desktop.domain.vietnamese import number, screen_date, screen_datetime

_HEADS: Final = (
    "Hồ sơ đã trả",
    "Có đánh giá",
    "Tỷ lệ có đánh giá",
    "Rất hài lòng",
    "Hài lòng",
    "Chưa hài lòng",
    "Tỷ lệ chưa hài lòng",
    "Để riêng",
)
_SAID: Final = (
    "Tỷ lệ chưa hài lòng = số «chưa hài lòng» chia cho số có đánh giá. Đánh giá gửi quá sớm sau khi trả, hoặc từ máy "
    "của đơn vị, thì để riêng, không tính. Bảng xếp theo tên, không xếp hạng: đơn vị có ít đánh giá thì tỷ lệ chưa nói "
    "lên điều gì."
)


def ratings_page(ratings: CityRatings, fields: Mapping[str, str], now: datetime) -> Markup:
    """Return all wards with their fields, all fields together, and the newest reasons; ``fields`` gives their names."""
    by_unit = [
        line_of([element("strong", unit.unit_name), element("strong", "Mọi lĩnh vực"), *_cells(unit.total)])
        if figures is None
        else line_of([unit.unit_name, fields.get(figures.field, figures.field), *_cells(figures)])
        for unit in ratings.units
        for figures in (*unit.by_field, None)
    ]
    by_field = [line_of([fields.get(each.field, each.field), *_cells(each)]) for each in ratings.by_field]
    whole = line_of([element("strong", "Toàn thành phố"), *_cells(ratings.total)])
    by_step = [line_of([str(words()["rating"]["steps"][each.field]), *_cells(each)[1:-1]]) for each in ratings.steps]
    reasons = [
        line_of(
            [screen_date(each.on), each.unit_name, fields.get(each.field, each.field), _grade(each.grade), each.text]
        )
        for each in ratings.reasons
    ]
    return joined(
        [
            element("h1", "Mức độ hài lòng sau khi trả kết quả"),
            element("p", f"{number(len(ratings.units))} đơn vị, lúc {screen_datetime(now)}", class_="soft"),
            element("p", _SAID),
            element("h2", "Theo lĩnh vực"),
            table_of(("Lĩnh vực", *_HEADS), [*by_field, whole]),
            element("h2", "Theo từng bước"),
            table_of(("Bước", *_HEADS[1:-1]), by_step),
            element("h2", "Theo đơn vị"),
            table_of(("Đơn vị", "Lĩnh vực", *_HEADS), by_unit),
            element("h2", f"Lý do người dân ghi ({number(MOST_REASONS)} lý do mới nhất)"),
            table_of(("Ngày", "Đơn vị", "Lĩnh vực", "Mức", "Lý do"), reasons),
            element("p", "Trang này không cho biết ai đã đánh giá và về hồ sơ nào.", class_="soft"),
        ]
    )


def _cells(figures: RatingFigures) -> list[str]:
    return [
        number_of(figures.returned),
        number_of(figures.counted),
        share_of(figures.rated_share),
        number_of(figures.very_satisfied),
        number_of(figures.satisfied),
        number_of(figures.not_satisfied),
        share_of(figures.not_satisfied_share),
        number_of(figures.set_aside),
    ]


def _grade(grade: str) -> str:
    return str(words()["rating"][grade]).capitalize()
