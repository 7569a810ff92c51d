"""From the quarterly table's figures to finished texts."""

from desktop.domain.quarter import Report, ReportLine
from desktop.domain.vietnamese import local, number, paper_date, screen_datetime
from desktop.domain.way import LateCause
from desktop.services.books import ReportPaper
from reports.forms.quarter_report import QuarterReportForm

TITLE = "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"
FORM_MARK = "Biểu số II.06a/VPCP/KSTT"
UNIT_LINE = "Đơn vị tính: Số hồ sơ TTHC"
_NOTES = (
    "Cột 9 gồm cả hồ sơ người nộp xin rút; hồ sơ chờ bổ sung tính ở cột 12.",
    "Cột 3 = cột 4 + cột 5 + cột 6 = cột 7 + cột 11.",
)
_CAUSES = {
    LateCause.WARD: "do đơn vị",
    LateCause.OTHER_AGENCY: "do cơ quan khác",
    LateCause.SUBMITTER: "do người nộp",
    LateCause.SYSTEM: "do hệ thống",
    "": "chưa có phiếu xin lỗi nên chưa rõ nguyên nhân",
}


def report_form(paper: ReportPaper, watermark: str) -> QuarterReportForm:
    """Return the texts of the table."""
    unit, report = paper.unit, paper.report
    on = local(paper.printed_at).date()
    heading = unit.heading(on)
    as_of = f"Số hồ sơ đang giải quyết tính đến {screen_datetime(report.as_of)}."
    return QuarterReportForm(
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{unit.place}, {paper_date(on)}",
        title=TITLE,
        form_mark=FORM_MARK,
        watermark=watermark,
        period_line=f"Từ {paper_date(report.first)} đến {paper_date(report.last)}",
        unit_line=UNIT_LINE,
        rows=tuple(
            (str(place), line.name, *(number(n) for n in figures_of(line)))
            for place, line in enumerate(report.lines, 1)
        ),
        total=tuple(number(n) for n in figures_of(report.total)),
        notes=(*_NOTES, *_causes(report), as_of),
        writer=paper.writer,
        signer_titles=paper.signer_titles,
        signer=paper.signer,
    )


def _causes(report: Report) -> tuple[str, ...]:
    """Say why results came late, nothing where none did."""
    if not report.causes:
        return ()
    told = ", ".join(f"{_CAUSES[cause]} {number(n)}" for cause, n in report.causes)
    return (f"Cột 10, theo nguyên nhân ghi ở phiếu xin lỗi: {told}.",)


def figures_of(line: ReportLine) -> tuple[int, ...]:
    """Return the figures of columns 3 to 13."""
    return (
        line.received,
        line.online,
        line.direct,
        line.carried,
        line.solved,
        line.early,
        line.on_time,
        line.late,
        line.in_progress,
        line.open_in_time,
        line.open_late,
    )
