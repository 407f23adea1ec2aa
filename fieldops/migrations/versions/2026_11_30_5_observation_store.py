"""Make observations bitemporal and unchangeable, with keys of values and a feed of changes.

On PostgreSQL the tables of observations and keys are cut into parts by hash. The parts lie in a
schema of their own, so that the tables that people see stay those of the models.
"""

import sqlalchemy as sa
from alembic import op

from fieldops.migrations import observation_guard, stamps

revision = "2026_11_30_5_observation_store"
down_revision = "2026_11_30_4_alerts"
branch_labels = None
depends_on = None

_STAMPED = ("observation", "recorded_at")
PARTS = 16
SCHEMA = "observation_parts"
_OLD, _NEW = ["origin", "kind"], ["origin", "kind", "person_id"]
_ADDED = (
    "polarity",
    "valid_from",
    "valid_until",
    "values",
    "corrects_id",
    "withdrawn_by",
)
_REFERENCES = (
    ("address_id", "address"),
    ("case_id", "case"),
    ("contact_id", "contact"),
    ("organisation_id", "organisation"),
    ("person_id", "person"),
)
_INDEXES = (
    ("case_id",),
    ("organisation_id",),
    ("person_id", "recorded_at"),
)


def upgrade() -> None:
    """Go forward."""
    # The guard keeps every column of an observation; one trigger for one of them is no more needed.
    stamps.thaw(op.get_bind(), *_STAMPED)
    _add_columns()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE SCHEMA {SCHEMA}")
        _cut()
    op.create_index(_name("ix", "organisation_id", "id"), "observation", ["organisation_id", "id"])
    _create_key()
    _create_feed()
    _fill_feed()
    observation_guard.put_up(op.get_bind())


def downgrade() -> None:
    """Go back; what the old table cannot say, such as a denial, is taken out with its column."""
    observation_guard.take_down(op.get_bind())
    op.drop_table("observation_change")
    op.drop_table("observation_feed")
    op.drop_table("observation_key")
    # The old table knows no denial: what was denied would read as affirmed.
    op.execute("DELETE FROM observation WHERE polarity = 'denied'")
    op.drop_index(_name("ix", "organisation_id", "id"), "observation")
    if op.get_bind().dialect.name == "postgresql":
        _join()
    with op.batch_alter_table("observation") as table:
        if op.get_bind().dialect.name != "postgresql":
            table.drop_constraint(_name("uq", *_NEW), type_="unique")
            table.create_unique_constraint(_name("uq", *_OLD), _OLD)
        for column in _ADDED:
            table.drop_column(column)
    stamps.freeze(op.get_bind(), *_STAMPED)


def _add_columns() -> None:
    polarity = sa.Column("polarity", sa.String(40), nullable=False, server_default="affirmed")
    with op.batch_alter_table("observation") as table:
        table.add_column(polarity)
        table.add_column(sa.Column("valid_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        table.add_column(sa.Column("values", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("corrects_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("withdrawn_by", sa.Uuid(), nullable=True))
        table.drop_constraint(_name("uq", *_OLD), type_="unique")
        if op.get_bind().dialect.name != "postgresql":
            table.create_unique_constraint(_name("uq", *_NEW), _NEW)


def _cut() -> None:
    """Turn the table into parts by person; the keys of a table in parts contain its column."""
    _change_table(
        "PARTITION BY HASH (person_id)",
        primary="id, person_id",
        unique=_NEW,
        parts=True,
    )


def _join() -> None:
    """Turn the parts into one table again."""
    _change_table("", primary="id", unique=_OLD, parts=False)
    op.execute(f"DROP SCHEMA {SCHEMA}")


def _change_table(cut: str, *, primary: str, unique: list[str], parts: bool) -> None:
    op.execute("ALTER TABLE observation RENAME TO observation_before")
    op.execute(f"CREATE TABLE observation (LIKE observation_before INCLUDING DEFAULTS) {cut}")
    if parts:
        _create_parts("observation")
    op.execute("INSERT INTO observation SELECT * FROM observation_before")
    op.execute("DROP TABLE observation_before")
    op.execute(f"ALTER TABLE observation ADD CONSTRAINT pk_observation PRIMARY KEY ({primary})")
    op.create_unique_constraint(_name("uq", *unique), "observation", unique)
    for column, table in _REFERENCES:
        name = f"fk_observation_{column}"
        op.create_foreign_key(name, "observation", table, [column], ["id"])
    for columns in _INDEXES:
        op.create_index(_name("ix", *columns), "observation", list(columns))


def _create_parts(table: str) -> None:
    for number in range(PARTS):
        op.execute(
            f"CREATE TABLE {SCHEMA}.{table}_{number:02} PARTITION OF {table} "
            f"FOR VALUES WITH (MODULUS {PARTS}, REMAINDER {number})"
        )


def _create_key() -> None:
    op.create_table(
        "observation_key",
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("key", "observation_id", name=op.f("pk_observation_key")),
        postgresql_partition_by="HASH (key)",
    )
    if op.get_bind().dialect.name == "postgresql":
        _create_parts("observation_key")


def _create_feed() -> None:
    op.create_table(
        "observation_feed",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_observation_feed")),
    )
    op.create_table(
        "observation_change",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "seq", name=op.f("pk_observation_change")),
    )


def _fill_feed() -> None:
    """Number what is there: in the order in which it was recorded and withdrawn."""
    op.execute(
        "INSERT INTO observation_change (organisation_id, seq, observation_id, person_id, what) "
        "SELECT organisation_id, row_number() OVER (PARTITION BY organisation_id ORDER BY at, id, "
        "what), id, person_id, what FROM ("
        "SELECT organisation_id, id, person_id, recorded_at AS at, 'recorded' AS what "
        "FROM observation UNION ALL SELECT organisation_id, id, person_id, withdrawn_at, "
        "'withdrawn' FROM observation WHERE withdrawn_at IS NOT NULL) AS told"
    )
    op.execute(
        "INSERT INTO observation_feed (organisation_id, last_seq) "
        "SELECT organisation_id, max(seq) FROM observation_change GROUP BY organisation_id"
    )


def _name(kind: str, *columns: str) -> str:
    return f"{kind}_observation_{'_'.join(columns)}"
