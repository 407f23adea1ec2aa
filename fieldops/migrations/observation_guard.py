"""Triggers by which the database keeps observations as they were written, and numbers the feed.

The number of a change is taken from the organisation's row of `observation_feed`, which stays
locked until the writer commits. Whoever comes later waits for it, so numbers become visible in
their order and a rollback leaves no gap: a reader who has seen up to N has missed nothing up to N.

A step that changes the table `observation` on SQLite copies it and loses its triggers: such a
step calls `take_down` before and `put_up` after.
"""

from sqlalchemy import Connection, text

_MAY_CHANGE = ("withdrawn_at", "withdrawn_reason", "withdrawn_by")
_KEPT = ("observation", "observation_key", "observation_change")
_REFUSAL = "observations are withdrawn, never changed or deleted"
_ADVANCE = (
    "INSERT INTO observation_feed (organisation_id, last_seq) VALUES (NEW.organisation_id, 1) "
    "ON CONFLICT (organisation_id) DO UPDATE SET last_seq = observation_feed.last_seq + 1; "
)
_TELL = (
    "INSERT INTO observation_change (organisation_id, seq, observation_id, person_id, what) "
    "SELECT NEW.organisation_id, last_seq, NEW.id, NEW.person_id, '{what}' "
    "FROM observation_feed WHERE organisation_id = NEW.organisation_id; "
)
# A statement that writes a thousand rows takes a thousand numbers at once.
_RECORDED = """
DECLARE one record; top bigint; BEGIN
FOR one IN SELECT organisation_id AS owner, count(*) AS rows FROM added
GROUP BY organisation_id ORDER BY organisation_id LOOP
INSERT INTO observation_feed (organisation_id, last_seq) VALUES (one.owner, one.rows)
ON CONFLICT (organisation_id) DO UPDATE SET last_seq = observation_feed.last_seq + one.rows
RETURNING last_seq INTO top;
INSERT INTO observation_change (organisation_id, seq, observation_id, person_id, what)
SELECT one.owner, top - one.rows + row_number() OVER (ORDER BY added.id), added.id, added.person_id,
'recorded' FROM added WHERE added.organisation_id = one.owner;
END LOOP; RETURN NULL; END"""


def put_up(connection: Connection) -> None:
    """Create the triggers."""
    made = _postgresql() if connection.dialect.name == "postgresql" else _sqlite(connection)
    for statement in made:
        connection.exec_driver_sql(statement)


def take_down(connection: Connection) -> None:
    """Drop the triggers."""
    if connection.dialect.name == "postgresql":
        for name in ("refused", "withdrawn", "recorded"):
            connection.exec_driver_sql(f"DROP FUNCTION observation_{name}() CASCADE")
        return
    query = text(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'observation%'"
    )
    for (name,) in connection.execute(query).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def _sqlite(connection: Connection) -> list[str]:
    columns = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(observation)")]
    fixed = ", ".join(f'"{name}"' for name in columns if name not in _MAY_CHANGE)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    made = [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}" for table in _KEPT
    ]
    made += [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}" for table in _KEPT[1:]
    ]
    return [
        *made,
        f"CREATE TRIGGER observation_fixed BEFORE UPDATE OF {fixed} ON observation {refuse}",
        (
            "CREATE TRIGGER observation_withdrawn_once BEFORE UPDATE ON observation "
            f"WHEN OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL {refuse}"
        ),
        (
            "CREATE TRIGGER observation_recorded AFTER INSERT ON observation "
            f"BEGIN {_ADVANCE}{_TELL.format(what='recorded')}END"
        ),
        (
            "CREATE TRIGGER observation_withdrawn AFTER UPDATE OF withdrawn_at ON observation "
            f"BEGIN {_ADVANCE}{_TELL.format(what='withdrawn')}END"
        ),
    ]


def _postgresql() -> list[str]:
    free = ", ".join(f"'{name}'" for name in _MAY_CHANGE)
    function = "CREATE FUNCTION observation_{name}() RETURNS trigger LANGUAGE plpgsql AS $body$"
    refused = (
        f"{function.format(name='refused')} BEGIN "
        "IF TG_OP = 'UPDATE' AND TG_ARGV[0] = 'may-withdraw' THEN "
        "IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL "
        f"AND to_jsonb(NEW) - ARRAY[{free}] = to_jsonb(OLD) - ARRAY[{free}] "
        "THEN RETURN NEW; END IF; END IF; "
        f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $body$"
    )
    withdrawn = (
        f"{function.format(name='withdrawn')} BEGIN "
        f"{_ADVANCE}{_TELL.format(what='withdrawn')}RETURN NULL; END $body$"
    )
    recorded = f"{function.format(name='recorded')} {_RECORDED} $body$"
    events = [("observation", "'may-withdraw'"), *((table, "") for table in _KEPT[1:])]
    return [
        refused,
        withdrawn,
        recorded,
        *(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION observation_refused({argument})"
            for table, argument in events
        ),
        *(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION observation_refused()"
            for table in _KEPT
        ),
        (
            "CREATE TRIGGER observation_recorded AFTER INSERT ON observation "
            "REFERENCING NEW TABLE AS added FOR EACH STATEMENT "
            "EXECUTE FUNCTION observation_recorded()"
        ),
        (
            "CREATE TRIGGER observation_withdrawn AFTER UPDATE ON observation FOR EACH ROW "
            "EXECUTE FUNCTION observation_withdrawn()"
        ),
    ]
