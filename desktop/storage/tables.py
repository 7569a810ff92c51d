"""Tables of the encrypted database.

Two kinds: *kept* tables (events, log-in data, drafts, print jobs, the replica's own keys) are migrated by alembic;
*projections* are a fold of the events, dropped and refolded when their version changes (definitions §18).
A row never leaves its session: repositories turn rows into domain objects.
"""

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

KEPT: Final = MetaData()
PROJECTIONS: Final = MetaData()

#: Raise when the fold or a projection table changes: the next start refolds.
PROJECTION_VERSION: Final = 8

#: What is kept of a matter that waits for a person.
_SETTLED: Final = ("opened_at", "closed_at", "closed_by", "resolution")

META = Table(
    "meta",
    KEPT,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

REPLICA = Table(
    "replica",
    KEPT,
    Column("replica_id", Text, primary_key=True),
    Column("unit_id", Text, nullable=False),
    Column("private_key", LargeBinary, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("counter", Integer, nullable=False),
    Column("is_training", Integer, nullable=False),
)

EVENT = Table(
    "event",
    KEPT,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("replica_id", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sig", LargeBinary, nullable=False),
    Column("dossier_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("acted_at", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("replica_id", "epoch", "seq", name="uq_event_place"),
    Index("ix_event_dossier", "dossier_id", "position"),
    Index("ix_event_assigned", "acted_at", sqlite_where=text("type = 'custody.assigned'")),
    sqlite_autoincrement=True,
)

ACCOUNT = Table(
    "account",
    KEPT,
    Column("user_id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("is_one_time", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("last_failed_at", Text, nullable=False),
)

DRAFT = Table(
    "draft",
    KEPT,
    Column("user_id", Text, primary_key=True),
    Column("page", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
)

PRINT_JOB = Table(
    "print_job",
    KEPT,
    Column("job_id", Text, primary_key=True),
    Column("dossier_id", Text, nullable=False),
    Column("dossier_version", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("paper", Text, nullable=False),
    Column("copy_no", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reference", Text, nullable=False, server_default=""),
    Index("ix_print_job_state", "state", "created_at"),
)

#: Attached files by the hash of their content, encrypted with everything else (docs/decisions/0010).
ATTACHMENT = Table(
    "attachment",
    KEPT,
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("stored_at", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

#: Which reminder a user has seen at which stage, so that each comes once and a restart repeats none.
REMINDER = Table(
    "reminder",
    KEPT,
    Column("user_id", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("shown_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: Who looked at a dossier that is not his to handle: kept on this PC, not in the synced log, since it tells about
#: colleagues and changes nothing.
ACCESS = Table(
    "access",
    KEPT,
    Column("access_id", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_access_subject", "subject", "access_id"),
    sqlite_autoincrement=True,
)

#: The city's feed as far as it was pulled: which event stands at which place, with its verdict (docs/decisions/0012).
FEED = Table(
    "feed",
    KEPT,
    Column("gseq", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("blocked_by", Text, nullable=False),
    Column("feed_hash", LargeBinary, nullable=False),
)

#: What is known of the city and of this replica's standing with it, by name.
SYNC_STATE = Table(
    "sync_state",
    KEPT,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: Documents the city published: ``content`` hashes to ``sha256``, ``is_told`` once the city knows that it is used.
PUBLICATION = Table(
    "publication",
    KEPT,
    Column("unit_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Text, nullable=False) for name in ("effective_on", "sha256", "signature", "taken_at")),
    Column("content", LargeBinary, nullable=False),
    Column("is_told", Integer, nullable=False),
)

#: Own events that are not part of the truth: each waits for a person, or was settled by one.
ATTENTION = Table(
    "attention",
    KEPT,
    Column("event_id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("kind", "code", "blocked_by", *_SETTLED)),
    sqlite_with_rowid=False,
)

#: Dossiers whose state differs between city and PC.
RECONCILIATION = Table(
    "reconciliation",
    KEPT,
    Column("dossier_id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("code", "kind", *_SETTLED)),
    sqlite_with_rowid=False,
)

#: Events that stood in the feed until the city lost them: offered again, folded in their old order meanwhile.
LOST = Table(
    "lost",
    KEPT,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("gseq", Integer, nullable=False),
    Column("is_dropped", Integer, nullable=False),
)

#: Events that were offered to the city again, and where the feed ended then: they wait until it moves.
OFFERED = Table(
    "offered",
    KEPT,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("gseq", Integer, nullable=False),
)

#: Own events of closed epochs that were said again in a later one.
SUPERSEDED = Table(
    "superseded",
    KEPT,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("by", Text, nullable=False),
)


class DossierRow(SQLModel, table=True):
    """Hold one dossier's folded state: columns for lists, ``state`` for everything.

    Instants are seconds since 1970 (UTC) so that a list sorts and compares without parsing.

    Attributes:
        section: Section that solves the procedure.
        late_from: From here on an unsolved dossier is late, by ``desktop.domain.deadlines.is_late``.
        is_open: No result yet and not closed: somebody still has to work on it.
        is_waiting: The clock stands still; ``late_from`` lies beyond all time meanwhile.
        is_solved_late: The result came late.
        seen_at: When anything happened to it last.
        apology: What its apologies amount to, by ``desktop.domain.board.ApologyMark``.
    """

    __tablename__ = "dossier"
    metadata = PROJECTIONS

    position: int | None = Field(default=None, primary_key=True)
    dossier_id: str = Field(unique=True)
    code: str
    applicant: str
    owner_id_number: str
    procedure_code: str = Field(index=True)
    procedure: str
    field: str
    section: str
    status: str = Field(index=True)
    received_by: str
    received_at: int
    promised_at: int
    due_at: int
    late_from: int
    solved_at: int | None
    is_open: bool
    is_waiting: bool
    is_solved_late: bool
    seen_at: int
    custodian_kind: str
    custodian: str
    fee_owed_vnd: int
    limit_unit: str
    apology: str
    search_text: str
    state: str = Field(sa_column=Column("state", Text, nullable=False))


DOSSIER: Final[Table] = PROJECTIONS.tables["dossier"]

#: What a list is narrowed by, in the order of lists: a row takes 2 KB, an entry here 50 bytes.
_NARROWING: Final = ("position", "status", "field", "procedure_code", "received_at", "late_from", "is_open")
Index("ix_dossier_list", *(DOSSIER.c[name] for name in _NARROWING))

#: The work that waits, next due first, with what tells whose it is, and what the board counts of it.
_WORK: Final = ("due_at", "position", "section", "custodian_kind", "custodian")
_COUNTED_OPEN: Final = ("field", "late_from", "is_waiting", "received_at")
Index("ix_dossier_open", *(DOSSIER.c[name] for name in (*_WORK, *_COUNTED_OPEN)), sqlite_where=text("is_open"))

#: Late results by name: few rows, read by every board.
_SOLVED_LATE: Final = ("solved_at", "position", "field", "received_at")
Index("ix_dossier_solved_late", *(DOSSIER.c[name] for name in _SOLVED_LATE), sqlite_where=text("is_solved_late"))

DOSSIER_CODE = Table(
    "dossier_code",
    PROJECTIONS,
    Column("code", Text, primary_key=True),
    # Two dossiers may have got one code (a copied disk): both are found until the city has taken one.
    Column("dossier_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)

ORDINAL = Table(
    "ordinal",
    PROJECTIONS,
    Column("day", Text, primary_key=True),
    Column("block", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    sqlite_with_rowid=False,
)

FORM_NUMBER = Table(
    "form_number",
    PROJECTIONS,
    Column("form", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("book", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    sqlite_with_rowid=False,
)

UNIT_STATE = Table(
    "unit_state",
    PROJECTIONS,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

SLIP = Table(
    "slip",
    PROJECTIONS,
    Column("slip_id", Text, primary_key=True),
    # Not unique: two copies of one database may have given a name twice, and neither may stop the other's feed.
    Column("name", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("made_at", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Index("ix_slip_state", "state", "made_at"),
)

TURNED_AWAY = Table(
    "turned_away",
    PROJECTIONS,
    Column("paper_id", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

#: Money and waivers by day and collector: the cash sheet and the fee book.
PAYMENT = Table(
    "payment",
    PROJECTIONS,
    Column("dossier_id", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("day", Text, nullable=False),
    Column("collector", Text, nullable=False),
    Column("value", Text, nullable=False),
    Index("ix_payment_day", "day", "collector"),
    sqlite_with_rowid=False,
)

#: Counters of :mod:`desktop.domain.tally`, moved in the transaction of every act.
TALLY = Table(
    "tally",
    PROJECTIONS,
    Column("day", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: Dossiers whose exclusive acts are another PC's (sync custody); a ward of one PC has none.
HOLDER = Table(
    "holder",
    PROJECTIONS,
    Column("dossier_id", Text, primary_key=True),
    Column("replica_id", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: Dossiers with an event this program cannot fold: "cần cập nhật phần mềm".
UNREAD = Table(
    "unread",
    PROJECTIONS,
    Column("dossier_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: Their sums over whole months, and over all fields of a day: a half-year's board adds up hundreds of cells, not
#: thousands.
TALLY_MONTH = Table(
    "tally_month",
    PROJECTIONS,
    Column("month", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)
TALLY_DAY = Table(
    "tally_day",
    PROJECTIONS,
    Column("day", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: One folded token column; prefix index for search as you type (docs/decisions/0007).
SEARCH_DDL: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS dossier_search USING fts5(tokens, content='', contentless_delete=1, "
    "prefix='1 2 3 4', tokenize='unicode61 remove_diacritics 0')"
)

#: Left to itself the index merges at every 64th dossier, while a citizen waits: 23 ms where others take 0.4. It is
#: merged in idle time instead; at sixteen segments of a level it still merges by itself.
SEARCH_MERGES_LATER: Final = "INSERT INTO dossier_search(dossier_search, rank) VALUES ('automerge', 0)"
#: One step of that: so few pages that an intake which comes meanwhile hardly waits.
SEARCH_MERGE_STEP: Final = "INSERT INTO dossier_search(dossier_search, rank) VALUES ('merge', 64)"
