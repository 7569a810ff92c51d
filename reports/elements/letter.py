"""Say what the letter-like forms share: the texts of their head, the party, and how they become a plan.

A letter may come before there is a dossier: then it has no code, is named by its number, and bears neither bars nor QR.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.elements.assembly import Plan, render_plan
from reports.elements.column import Column
from reports.elements.flow import Align, Block, flowing
from reports.elements.fonts import Face
from reports.elements.head import draw_head
from reports.elements.letterhead import Letterhead
from reports.elements.page import Ink, Paper, Sheet
from reports.elements.signatures import NOBODY, Signature, signature_beside, signature_block
from reports.elements.text import Run
from reports.elements.title import Spot, Title

LETTER_PAPERS = (Paper.A5, Paper.A4, Paper.A4X2)
"""What a letter can be printed on: it is signed, sealed and filed, so never the roll."""
GROUP_GAP = 0.25
"""White between groups of lines, in em."""

_WORDS = ("TIẾP NHẬN", "HẸN LẠI")
"""Words of two syllables in titles, which break before or behind them."""
_NO_BREAK = "\u00a0"
_AIR_MM = (1.8, 1.5)
_SIGNING_EM = 2.7
_SEALING_EM = 3.6
_NOTE_SIZE = 0.88


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Hold the finished texts every letter-like form has; an empty text leaves its line out.

    Text may come in any Unicode form; it is printed as NFC.

    Attributes:
        parent_agency: Superior agency, in capitals.
        office: Issuing office, in capitals.
        place_and_date: "…, ngày 02 tháng 7 năm 2025".
        title: Of the form, in capitals.
        owner: Whose dossier it is.
        procedure: Name of the procedure.
        code: The dossier's code; empty when there is no dossier.
        number_line: "Số: 05/HDHS".
        submitter: Who handed it in.
        address: Address.
        phone: Telephone.
        email: E-mail.
        procedure_code: Code of the procedure.
        qr_content: Look-up address, or the code alone; empty without a code.
        barcode_content: The code; left out when Code 128 cannot say it in the paper's width.
        national_title: Quốc hiệu.
        national_motto: Tiêu ngữ.
        form_mark: "Mẫu số 02".
        legal_line: The regulation the form comes from.
        notes: Notes at the end.
        copy_labels: One copy is printed for each; none prints one copy without a label.
        copy_mark: "BẢN SAO LẦN 2", "IN LẠI LẦN 1", in a frame.
        watermark: "HỌC – KHÔNG GIÁ TRỊ" in training.
    """

    parent_agency: str
    office: str
    place_and_date: str
    title: str
    owner: str
    procedure: str
    code: str = ""
    number_line: str = ""
    submitter: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    procedure_code: str = ""
    qr_content: str = ""
    barcode_content: str = ""
    national_title: str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    national_motto: str = "Độc lập - Tự do - Hạnh phúc"
    form_mark: str = ""
    legal_line: str = ""
    notes: tuple[str, ...] = ()
    copy_labels: tuple[str, ...] = ()
    copy_mark: str = ""
    watermark: str = ""


def render_letter(
    letter: Letter, paper: Paper, body: Callable[[Column], list[Block]], marks: tuple[str, ...] = ()
) -> bytes:
    """Print a letter.

    Args:
        letter: Its head, clean.
        paper: One of `LETTER_PAPERS`.
        body: Sets what follows the head.
        marks: Bold lines below the title.

    Returns:
        A PDF file.

    Raises:
        ValueError: Another paper: the caller offers only `LETTER_PAPERS`.
    """
    if paper not in LETTER_PAPERS:
        raise ValueError(f"a letter is not printed on {paper}")
    name = letter.code or letter.number_line or letter.title
    reference = letter.code or letter.number_line
    plan = Plan(
        code=name,
        strip_content=letter.barcode_content,
        running_head=" – ".join(filter(None, (letter.title, reference))),
        copy_labels=letter.copy_labels,
        watermark=letter.watermark,
        draw_head=lambda ink, sheet: _draw_head(letter, marks, ink, sheet),
        body=body,
    )
    return render_plan(plan, paper)


def _draw_head(letter: Letter, marks: tuple[str, ...], ink: Ink, sheet: Sheet) -> tuple[float, Spot]:
    letterhead = Letterhead(
        parent_agency=letter.parent_agency,
        office=letter.office,
        national_title=letter.national_title,
        national_motto=letter.national_motto,
        number_line=letter.number_line,
        place_and_date=letter.place_and_date,
        form_mark=letter.form_mark,
        legal_line=letter.legal_line,
    )
    title = Title(
        title=_bound(letter.title),
        code_line=((Face.REGULAR, "Mã hồ sơ: "), (Face.BOLD, letter.code)) if letter.code else (),
        marks=marks,
        framed=letter.copy_mark,
        qr_content=letter.qr_content,
        has_label=bool(letter.copy_labels),
    )
    return draw_head(ink, sheet, letterhead, title, _AIR_MM)


def _bound(title: str) -> str:
    for word in _WORDS:
        title = title.replace(word, word.replace(" ", _NO_BREAK))
    return title


def addressed(column: Column, addressee: str) -> list[Block]:
    """Set the line that says to whom a letter goes; nothing without one."""
    if not addressee:
        return []
    runs = ((Face.REGULAR, "Kính gửi: "), (Face.BOLD, addressee))
    return [column.paragraph(*runs, align=Align.CENTRE), column.gap(GROUP_GAP)]


def party(column: Column, letter: Letter, owner_label: str) -> list[Block]:
    """Set whose dossier it is, who handed it in and what was asked for."""
    code = f" ({letter.procedure_code})" if letter.procedure_code else ""
    request: tuple[Run, ...] = (
        (Face.REGULAR, "Nội dung yêu cầu giải quyết: "),
        (Face.BOLD, letter.procedure),
        (Face.REGULAR, code),
    )
    return [
        *column.field(owner_label, letter.owner, Face.BOLD),
        *column.field("Người nộp hồ sơ:", letter.submitter),
        *column.field("Địa chỉ:", letter.address),
        *column.pair(("Số điện thoại:", letter.phone), ("Email:", letter.email), 0.42),
        column.paragraph(*request),
        column.gap(GROUP_GAP),
    ]


def small_notes(column: Column, notes: Sequence[str]) -> list[Block]:
    """Set the notes as one small paragraph; nothing without any."""
    if not notes:
        return []
    runs = ((Face.BOLD, "Ghi chú: "), (Face.ITALIC, " ".join(notes)))
    return flowing(column.paragraph(*runs, size=_NOTE_SIZE))


def signed_by_hand(column: Column, signers: Sequence[Signature]) -> list[Block]:
    """Set signers side by side; a single one stands at the right."""
    return signature_block(column, signers if len(signers) > 1 else (NOBODY, *signers), _SIGNING_EM)


def signed_and_sealed(column: Column, recipients: Sequence[str], signer: Signature) -> list[Block]:
    """Set the recipients at the left, the signer with room for the seal at the right."""
    return signature_beside(column, recipients, signer, _SEALING_EM)
