"""Messages of the city that PCs do not need for the exchange: administration."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from desktop.protocol.messages import Count, DocumentHead, Line, Message


class UnitRequest(Message):
    """A unit to make, from the text of its provisioning file (TOML)."""

    provisioning: Annotated[str, Field(max_length=200_000)]
    is_training: bool = False


class UnitLine(Message):
    """A unit and how long its feed is.

    Attributes:
        code_asked_by: The operator who wants an enrolment code and waits for a second one, "" for nobody.
    """

    unit_id: Line
    name: Line
    is_training: bool
    events: Count
    code_asked_by: Line = ""


class UnitList(Message):
    """All units."""

    units: list[UnitLine]


class CodeRequest(Message):
    """A one-time code is wanted."""

    hours: Annotated[int, Field(ge=1, le=720)] = 72


class CodeAnswer(Message):
    """A one-time code, shown once.

    Attributes:
        code: "" when the unit has data: another operator's same call within 72 hours gives it.
        asked_by: Who asked then, "" when the code is there.
    """

    code: Line
    asked_by: Line = ""


class ReplicaLine(Message):
    """A PC and when it was heard last.

    Attributes:
        revoke_asked_by: The operator who wants it revoked and waits for a second one, "" for nobody.
    """

    replica_id: Line
    unit_id: Line
    counter: Count
    workstation: Line
    program: Line
    seen_ms: Count
    is_revoked: bool
    documents: dict[str, Count]
    revoke_asked_by: Line = ""


class ReplicaList(Message):
    """All PCs, with the version each has of every document."""

    replicas: list[ReplicaLine]


class PublishedDocument(DocumentHead):
    """What was published, as PCs are told of it, and whether they work by it.

    Attributes:
        note: One Vietnamese sentence when they do not, "" when they do.
    """

    is_used: bool
    note: Line = ""


class AuditLine(Message):
    """What an administrator did."""

    audit_id: Line
    at_ms: Count
    actor: Line
    action: Line
    unit_id: Line
    target: Line
    outcome: Line
    details: str


class AuditList(Message):
    """The newest acts of administrators."""

    acts: list[AuditLine]


class FindingLine(Message):
    """A sign of a trick: what was done when by whom, and why it is asked about."""

    trick: Line
    title: Line
    severity: Line
    at: Line
    sentence: str
    why: str
    actors: list[str]
    codes: list[str]


class FindingSheet(Message):
    """What was found in a ward's log, up to a place of its feed; no instant before the first look."""

    unit_id: Line
    unit_name: Line
    made_at: datetime | None
    gseq: Count
    dossiers: Count
    findings: list[FindingLine]


class FindingSheets(Message):
    """What was found, ward by ward."""

    sheets: list[FindingSheet]


class RatingLine(Message):
    """The ratings of a field: ``not_satisfied_share`` is of those counted, ``rated_share`` those of ``returned``."""

    field: Line
    returned: Count
    counted: Count
    very_satisfied: Count
    satisfied: Count
    not_satisfied: Count
    set_aside: Count
    not_satisfied_share: Line
    rated_share: Line


class RatingSheet(Message):
    """The ratings of a ward, by field and together."""

    unit_id: Line
    unit_name: Line
    fields: list[RatingLine]
    total: RatingLine


class RatingReason(Message):
    """Why somebody gave a grade; neither who nor about which dossier."""

    unit_id: Line
    unit_name: Line
    field: Line
    grade: Line
    on: date
    reason: str


class RatingSheets(Message):
    """What citizens said, ward by ward, and all of it together; ``steps`` has each step's name as its ``field``."""

    sheets: list[RatingSheet]
    fields: list[RatingLine]
    total: RatingLine
    steps: list[RatingLine]
    reasons: list[RatingReason]
