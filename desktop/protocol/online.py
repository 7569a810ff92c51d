"""What the city's portal says when a citizen files online; see :mod:`desktop.protocol.messages` for the conventions."""

from typing import Annotated, Literal

from pydantic import Field

from desktop.domain.dossiers import ApplicantKind
from desktop.protocol.messages import NO_NUL, Identifier, Line, Message

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Note = Annotated[str, Field(max_length=2_000, pattern=NO_NUL)]


class OnlineApplicant(Message):
    """Who applies: the citizen himself, whoever helped him to type."""

    name: Name
    kind: ApplicantKind = ApplicantKind.CITIZEN
    id_number: Annotated[str, Field(max_length=20, pattern=NO_NUL)] = ""
    birth_date: Annotated[str, Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")] = ""
    phone: Annotated[str, Field(max_length=20, pattern=NO_NUL)] = ""
    email: Annotated[str, Field(max_length=200, pattern=NO_NUL)] = ""
    address: Line = ""
    sex: Literal["", "Nam", "Nữ"] = ""


class OnlineFileIn(Message):
    """A file of a filing, with its content."""

    title: Name
    component: Annotated[str, Field(max_length=64, pattern=NO_NUL)] = ""
    media_type: Literal["application/pdf", "image/png", "image/jpeg"]
    content_base64: Annotated[str, Field(min_length=4, max_length=8_000_000)]


class OnlineRequest(Message):
    """A citizen files a dossier online.

    Attributes:
        request: The portal's own id of this filing: saying it again files nothing twice.
    """

    request: Identifier
    procedure: Annotated[str, Field(max_length=40)]
    applicant: OnlineApplicant
    note: Note = ""
    files: Annotated[list[OnlineFileIn], Field(max_length=30, default_factory=list)]


class OnlineSupplementRequest(Message):
    """The citizen sends what was missing; ``k`` proves that he is the one who filed."""

    k: Annotated[str, Field(pattern=r"^\d{10}$")]
    note: Note = ""
    files: Annotated[list[OnlineFileIn], Field(max_length=30, default_factory=list)]


class OnlineAnswer(Message):
    """The filing is with the city.

    Attributes:
        tracking: The code the citizen follows it by.
        k: The key beside it.
        path: Of the citizen's page.
    """

    filing_id: Identifier
    tracking: Line
    k: Line
    path: Line
