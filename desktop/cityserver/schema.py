"""The city's tables: one schema for PostgreSQL and SQLite, everything of a unit keyed by ``unit_id``.

``unit_id`` leads every primary and unique key of a unit's tables, so that native partitions or Citus
(``create_distributed_table(…, 'unit_id')``) take the schema unchanged; what has no unit (settings, enrolment codes,
catalogue, administrators, audit) is small and would become reference tables. Instants are milliseconds since 1970.

Source: docs/city-sizing.md.
"""

from typing import Final

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    event,
)

#: Version of this schema; :mod:`desktop.cityserver.database` brings older databases up to it.
SCHEMA_VERSION: Final = 2
#: Hash partitions of the log on PostgreSQL: 168 wards lie about ten to a partition.
PARTITIONS: Final = 16

METADATA: Final = MetaData()

#: Settings of the whole city: schema version, incarnation, signing key.
SETTING: Final = Table(
    "setting", METADATA, Column("name", String, primary_key=True), Column("value", Text, nullable=False)
)

#: A ward, and the text of its provisioning file.
UNIT: Final = Table(
    "unit",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("is_training", Boolean, nullable=False),
    Column("lookup_base", String, nullable=False),
    Column("provisioning", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

#: The row that gives places in the feed: locked by every transaction that appends.
FEED: Final = Table(
    "feed",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("gseq", BigInteger, nullable=False),
    Column("feed_hash", LargeBinary, nullable=False),
)

#: A PC; ``report`` is what it last told about itself (program, unsent events, age of its backup), as JSON.
DEVICE: Final = Table(
    "device",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("replica_id", String, primary_key=True),
    Column("public_key", String, nullable=False),
    Column("counter", Integer, nullable=False),
    Column("install", String, nullable=False),
    Column("is_revoked", Boolean, nullable=False),
    Column("workstation", String, nullable=False, server_default=""),
    Column("program", String, nullable=False, server_default=""),
    Column("enrolled_ms", BigInteger, nullable=False, server_default="0"),
    Column("seen_ms", BigInteger, nullable=False, server_default="0"),
    Column("max_day", String, nullable=False, server_default=""),
    Column("report", Text, nullable=False, server_default="{}"),
    # A token is asked for by replica alone.
    Index("device_by_replica", "replica_id"),
)

EPOCH: Final = Table(
    "epoch",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("replica_id", String, primary_key=True),
    Column("epoch", String, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("blocks", Text, nullable=False),
    Column("void_through", String, nullable=False),
    Column("install", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("previous_epoch", String, nullable=False),
    Column("previous_seq", BigInteger, nullable=False),
)

#: The feed: every event with its place and verdict. Never updated, never deleted (triggers below).
EVENT: Final = Table(
    "event",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("gseq", BigInteger, primary_key=True),
    Column("event_id", String, nullable=False),
    Column("replica_id", String, nullable=False),
    Column("epoch", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sig", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("dossier_id", String, nullable=False),
    Column("type", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("code", String, nullable=False),
    Column("blocked_by", String, nullable=False),
    Column("feed_hash", LargeBinary, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Index("event_by_id", "unit_id", "event_id", unique=True),
    Index("event_by_seq", "unit_id", "replica_id", "epoch", "seq"),
    postgresql_partition_by="HASH (unit_id)",
)

#: What is known of a dossier: the folded state and what the rules remember beside it; columns for boards and look-up.
DOSSIER: Final = Table(
    "dossier",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("dossier_id", String, primary_key=True),
    Column("custody", String, nullable=False),
    Column("exclusive_gseq", BigInteger, nullable=False),
    Column("exclusive_by", String, nullable=False),
    Column("exclusive_seq", BigInteger, nullable=False),
    Column("refused", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("code", String, nullable=False, server_default=""),
    Column("field", String, nullable=False, server_default=""),
    Column("status", String, nullable=False, server_default=""),
    Column("received_ms", BigInteger, nullable=False, server_default="0"),
    Column("due_ms", BigInteger, nullable=False, server_default="0"),
    Column("solved_ms", BigInteger, nullable=False, server_default="0"),
    # Every event rewrites the row: room on its page keeps the update off the indexes.
    postgresql_with={"fillfactor": "70"},
)

#: Codes that were accepted; code first, because a citizen's look-up knows no unit.
CODE: Final = Table(
    "code",
    METADATA,
    Column("code", String, primary_key=True),
    Column("unit_id", String, primary_key=True),
    Column("dossier_id", String, nullable=False),
)

#: Events of closed epochs that were said again and accepted.
REPLACED: Final = Table(
    "replaced",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("event_id", String, primary_key=True),
    Column("replaced_by", String, nullable=False),
)

#: One-time codes, as their hash only.
ENROL_CODE: Final = Table(
    "enrol_code",
    METADATA,
    Column("code_hash", String, primary_key=True),
    Column("unit_id", String, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_by", String, nullable=False, server_default=""),
    Column("created_by", String, nullable=False),
)

#: Assertions that already fetched a token; kept a little longer than they hold.
NONCE: Final = Table(
    "nonce",
    METADATA,
    Column("replica_id", String, primary_key=True),
    Column("nonce", String, primary_key=True),
    Column("expires_ms", BigInteger, nullable=False),
)

#: Failures of who guesses, by the hash of what and whose; few rows, gone when their window is over.
GUESS: Final = Table(
    "guess",
    METADATA,
    Column("name", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Index("guess_by_end", "until_ms"),
)

BLOB: Final = Table(
    "blob",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
)

#: Attachments that have begun and are not confirmed: few, so that bounds and cleaning never look at all there are.
BLOB_WAITING: Final = Table(
    "blob_waiting",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
)

BLOB_CHUNK: Final = Table(
    "blob_chunk",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

#: Published documents; ``unit_id`` "" is for all wards.
DOCUMENT: Final = Table(
    "document",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("effective_on", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String, nullable=False),
    Column("signature", String, nullable=False),
    Column("published_ms", BigInteger, nullable=False),
    Column("published_by", String, nullable=False),
)

#: Which PC has which document.
ADOPTION: Final = Table(
    "adoption",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("replica_id", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("adopted_ms", BigInteger, nullable=False),
)

#: People (and programs) who run the city; their token as its hash only.
ADMIN: Final = Table(
    "admin",
    METADATA,
    Column("login", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("token_hash", String, nullable=False, unique=True),
    Column("is_active", Boolean, nullable=False),
)

#: Who did what to the city; never updated, never deleted.
AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("audit_id", String, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("unit_id", String, nullable=False),
    Column("target", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("details", Text, nullable=False),
)

#: How far the national exchange has read a ward's feed, and which process sends for it until when.
#: ``people`` is the unit and its users as of that place, as JSON; ``problem`` why the last try came to nothing.
NATIONAL_UNIT: Final = Table(
    "national_unit",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("noted_gseq", BigInteger, nullable=False, server_default="0"),
    Column("people", Text, nullable=False, server_default="{}"),
    Column("holder", String, nullable=False, server_default=""),
    Column("held_until_ms", BigInteger, nullable=False, server_default="0"),
    Column("asked_ms", BigInteger, nullable=False, server_default="0"),
    Column("problem", Text, nullable=False, server_default=""),
)

#: What the national exchange has of a dossier: told up to ``told_gseq`` of what happened up to ``noted_gseq``.
#: ``next_ms`` is when it is to be sent, 0 for never (told, or a person has to look). Steps up to ``doubt_gseq`` went
#: out and whether they arrived was never said; ``retold`` counts those told again since: they may stand there twice.
NATIONAL_DOSSIER: Final = Table(
    "national_dossier",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("dossier_id", String, primary_key=True),
    Column("code", String, nullable=False, server_default=""),
    Column("first_gseq", BigInteger, nullable=False),
    Column("noted_gseq", BigInteger, nullable=False),
    Column("told_gseq", BigInteger, nullable=False, server_default="0"),
    Column("outcome", String, nullable=False, server_default=""),
    Column("message", Text, nullable=False, server_default=""),
    Column("fields", Text, nullable=False, server_default="[]"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_ms", BigInteger, nullable=False),
    Column("told_ms", BigInteger, nullable=False, server_default="0"),
    Column("doubt_gseq", BigInteger, nullable=False, server_default="0"),
    Column("retold", Integer, nullable=False, server_default="0"),
    Index("national_dossier_due", "unit_id", "next_ms"),
)

#: What the detectors found in a ward's log, as of a place of its feed; ``begun_ms`` keeps two processes apart.
FINDING_SHEET: Final = Table(
    "finding_sheet",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("begun_ms", BigInteger, nullable=False, server_default="0"),
    Column("made_ms", BigInteger, nullable=False, server_default="0"),
    Column("gseq", BigInteger, nullable=False, server_default="0"),
    Column("dossiers", BigInteger, nullable=False, server_default="0"),
    Column("findings", Text, nullable=False, server_default="[]"),
)

#: What citizens said of returned dossiers, once each; never updated, never deleted. ``returned_ms`` is when the ward
#: says it was returned: a rating within seconds of it was given by no citizen.
RATING: Final = Table(
    "rating",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("dossier_id", String, primary_key=True),
    Column("grade", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("given_ms", BigInteger, nullable=False),
    Column("returned_ms", BigInteger, nullable=False),
)

_FOREVER = (EVENT, AUDIT, RATING)


def _ddl(dialect: str, words: str) -> DDL:
    """Return a statement for one kind of database."""
    statement: DDL = DDL(words).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
    return statement


def keep_for_ever(table: Table) -> None:
    """Let the database itself refuse changes of a table that only grows."""
    postgresql = (
        f"CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"'BEGIN RAISE EXCEPTION ''this table only grows''; END'; "
        f"CREATE TRIGGER {table.name}_kept BEFORE UPDATE OR DELETE ON {table.name} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    event.listen(table, "after_create", _ddl("postgresql", postgresql))
    for verb in ("UPDATE", "DELETE"):
        sqlite = (
            f"CREATE TRIGGER {table.name}_kept_{verb.lower()} BEFORE {verb} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, 'this table only grows'); END"
        )
        event.listen(table, "after_create", _ddl("sqlite", sqlite))


for _number in range(PARTITIONS):
    _words = (
        f"CREATE TABLE IF NOT EXISTS event_p{_number:02d} PARTITION OF event "
        f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {_number})"
    )
    event.listen(EVENT, "after_create", _ddl("postgresql", _words))
for _table in _FOREVER:
    keep_for_ever(_table)
