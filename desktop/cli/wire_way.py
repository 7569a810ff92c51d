"""What the commands of ``motcua do`` between counter and citizen are given; see :mod:`desktop.cli.wire`."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from desktop.cli.wire import (
    Code,
    ComponentIn,
    Instant,
    Line,
    Note,
    PersonIn,
    Strict,
    SubmitterIn,
    Vnd,
)
from desktop.domain.board import Denominator
from desktop.domain.dossiers import Channel, FeeMethod
from desktop.domain.way import AttachmentRole, LateCause, SigningForm, SigningMeans, WaitKind
from desktop.domain.way_commands import Gap

SlipName = Annotated[Line, Field(min_length=1)]
FilePath = Annotated[str, Field(min_length=1, max_length=1_000)]


class GapIn(Strict):
    """Name a gap: a component by its code with what to do about it, or a paper in words."""

    code: Line = ""
    text: Line = ""

    def gap(self) -> Gap:
        """Return the domain's gap."""
        return Gap(self.code, self.text)


class SupplementOrRefusal(Strict):
    """Hold what asking for papers and refusing share: a dossier by its code, or somebody at the counter without one."""

    code: Code | None = None
    procedure: Code | None = None
    channel: Channel = Channel.DIRECT
    applicant: PersonIn | None = None
    submitter: SubmitterIn | None = None
    components: tuple[ComponentIn, ...] = ()
    reason: Note
    legal_basis: Note = ""


class RequestSupplement(SupplementOrRefusal):
    """``dossier.request_supplement``: Mẫu 02 names everything that is missing."""

    missing: tuple[Line | GapIn, ...] = ()


class RefuseDossier(SupplementOrRefusal):
    """``dossier.refuse``: Mẫu 03."""

    originals_returned: tuple[Line, ...] = ()


class ReceiveSupplement(Strict):
    """``dossier.receive_supplement``: the papers that were asked for are there."""

    code: Code
    components: tuple[ComponentIn, ...] = ()
    note: Note = ""


class OpenWait(Strict):
    """``wait.open``: wait for money, an opinion or a verification."""

    code: Code
    kind: WaitKind
    reason: Note
    of: Line = ""
    answer_due: Instant | None = None
    legal_basis: Note = ""


class CloseWait(Strict):
    """``wait.close``: what was waited for is there."""

    code: Code
    kind: WaitKind
    answer: Note = ""


class StopDossier(Strict):
    """``dossier.stop``: nothing is done for the time being."""

    code: Code
    reason: Note
    legal_basis: Note = ""


class ResumeDossier(Strict):
    """``dossier.resume``: the work goes on."""

    code: Code
    reason: Note = ""


class WithdrawDossier(Strict):
    """``dossier.withdraw``: the citizen takes his dossier back."""

    code: Code
    reason: Note
    originals_returned: tuple[Line, ...] = ()


class NotifyCitizen(Strict):
    """``citizen.notify``: the citizen was told something."""

    code: Code
    channel: Annotated[Line, Field(min_length=1)]
    text: Note


class Apologise(Strict):
    """``dossier.apologise``: Mẫu 04 with one new day; a date means the close of that day."""

    code: Code
    reason: Note
    cause: LateCause
    new_promise: Instant | date


class TakeFee(Strict):
    """``fee.take``: money is taken, or the fee waived."""

    code: Code
    amount_vnd: Vnd = 0
    method: FeeMethod = FeeMethod.CASH
    reason: Line = ""
    paper: Code | None = None


class Batch(Strict):
    """Name dossiers: ``code`` for one, ``codes`` for several; all of them or none go through."""

    code: Code | None = None
    codes: tuple[Code, ...] = ()


class PrintPaper(Batch):
    """``paper.print``: one more copy of a paper other than the receipt, or a list of several dossiers."""

    form: Code
    reference: Line = ""
    paper: Code | None = None


class CreateHandover(Strict):
    """``handover.create``: dossiers on a slip for a section or a person."""

    to: Code
    codes: tuple[Code, ...]
    note: Note = ""
    paper: Code | None = None


class ConfirmHandover(Strict):
    """``handover.confirm``: what came of a slip."""

    slip: SlipName
    codes: tuple[Code, ...]


class ShowHandover(Strict):
    """``handover.show``: a slip by its name, its id or the digits of its QR."""

    slip: SlipName


class ListHandovers(Strict):
    """``handover.list``: the slips that concern the user."""

    limit: Annotated[int, Field(ge=1, le=500)] = 50


class WithdrawHandover(Strict):
    """``handover.withdraw``: a slip nobody has confirmed is taken back."""

    slip: SlipName
    reason: Note


class PrintHandover(Strict):
    """``handover.print``: a slip once more, or its dossiers as a record."""

    slip: SlipName
    form: Code = "handover_slip"
    paper: Code | None = None


class AssignCustody(Strict):
    """``custody.assign``: a leader says who holds a paper."""

    code: Code
    to: Code
    reason: Note


class AttachFile(Strict):
    """``file.attach``: a file of this PC is checked and kept with the dossier."""

    code: Code
    file: FilePath
    role: AttachmentRole = AttachmentRole.PAPER
    title: Line = ""


class SubmitDossiers(Batch):
    """``dossier.submit``: before the leaders, with the draft result of a single dossier."""

    result_pdf: FilePath | None = None
    note: Note = ""


class ApproveDossiers(Batch):
    """``dossier.approve``: what was seen is approved."""

    content_hash: Line = ""
    means: SigningMeans = SigningMeans.PAPER


class DecideDossiers(Batch):
    """``dossier.send_back`` and ``dossier.reject``."""

    reason: Note


class ListWaiting(Strict):
    """``dossier.waiting``: what lies before the leaders."""

    limit: Annotated[int, Field(ge=1, le=500)] = 500


class GrantDelegation(Strict):
    """``delegation.grant``: somebody may sign for the chair."""

    delegate: Code
    form: SigningForm
    document: Line
    document_on: date
    from_on: date
    to_on: date | None = None
    fields: tuple[Code, ...] = ()
    procedures: tuple[Code, ...] = ()


class RevokeDelegation(Strict):
    """``delegation.revoke``: from a day on it no longer holds; named by its id, or by delegate and document."""

    delegation_id: Code | None = None
    delegate: Code | None = None
    document: Line = ""
    on: date | None = None
    reason: Note


class ListDelegations(Strict):
    """``delegation.list``: every delegation ever granted."""


class ShowBoard(Strict):
    """``board.show``: the deadline board."""

    as_of: Instant | None = None
    field: Line = ""
    first: date | None = None
    last: date | None = None
    denominator: Denominator = Denominator.SOLVED


class ShowFindings(Strict):
    """``integrity.findings``: what the detectors found."""

    first: date | None = None
    last: date | None = None


class RegisterFormat(StrEnum):
    """Name what a register is exported as."""

    PDF = "pdf"
    XLSX = "xlsx"


class ExportRegister(Strict):
    """``register.export``: the register of dossiers received from a day to a day."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    format: RegisterFormat = RegisterFormat.PDF
    book: Annotated[int, Field(ge=0, le=10**9)] = 0
    reason: Note = ""


class CloseRegister(Strict):
    """``register.close``: every book of a year that is over."""

    year: Annotated[int, Field(ge=2_000, le=2_100)]
