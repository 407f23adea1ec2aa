"""Triggers by which the database keeps observations as they were written, and numbers the feed.

The number of a change is taken from the organisation's row of `observation_feed`, which stays
locked until the writer commits. Whoever comes later waits for it, so numbers become visible in
their order and a rollback leaves no gap: a reader who has seen up to N has missed nothing up to N.

Two exceptions, since there are data keys: a value may be sealed anew under its person's key, and
when that key was destroyed, what was never sealed may be emptied and the keys of values deleted.

A step that changes the table `observation` on SQLite copies it and loses its triggers: such a
step calls `take_down` before and `put_up` after.
"""

from sqlalchemy import Connection, inspect, text

_MAY_CHANGE = ("withdrawn_at", "withdrawn_reason", "withdrawn_by")
_KEPT = ("observation", "observation_key", "observation_change")
# What is emptied of somebody who was erased, and what is then in its place.
_EMPTIED = {"asset": "NULL", "data": "'{}'", "source_id": "''"}
_GONE = "EXISTS (SELECT 1 FROM data_key WHERE id = OLD.person_id AND wrapped_key IS NULL)"
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
_FUNCTION = "CREATE FUNCTION observation_{name}() RETURNS trigger LANGUAGE plpgsql AS $body$"
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
    """Create the triggers; those of a schema without data keys know no exception."""
    erasing = inspect(connection).has_table("data_key")
    if connection.dialect.name == "postgresql":
        made = _postgresql(erasing=erasing)
    else:
        made = _sqlite(connection, erasing=erasing)
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


def _sqlite(connection: Connection, *, erasing: bool) -> list[str]:
    columns = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(observation)")]
    soft = (*_MAY_CHANGE, *_EMPTIED, "values") if erasing else _MAY_CHANGE
    fixed = ", ".join(f'"{name}"' for name in columns if name not in soft)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    unless = {"observation_key": f"WHEN NOT {_GONE}"} if erasing else {}
    made = [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"{unless.get(table, '')} {refuse}"
        for table in _KEPT
    ]
    made += [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}" for table in _KEPT[1:]
    ]
    once = "(OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL)"
    if erasing:
        softer = " AND ".join(
            [*(_emptied(*each) for each in _EMPTIED.items()), _resealed("values")]
        )
        made.append(
            "CREATE TRIGGER observation_softened BEFORE UPDATE OF asset, data, source_id, "
            f'"values" ON observation WHEN NOT ({softer}) {refuse}'
        )
        kept = "NEW.withdrawn_at IS OLD.withdrawn_at AND NEW.withdrawn_by IS OLD.withdrawn_by"
        once += f" AND NOT ({kept} AND {_resealed('withdrawn_reason')})"
    return [
        *made,
        f"CREATE TRIGGER observation_fixed BEFORE UPDATE OF {fixed} ON observation {refuse}",
        (
            "CREATE TRIGGER observation_withdrawn_once BEFORE UPDATE ON observation "
            f"WHEN {once} {refuse}"
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


def _emptied(column: str, empty: str) -> str:
    return f"(NEW.{column} IS OLD.{column} OR (NEW.{column} IS {empty} AND {_GONE}))"


def _resealed(column: str) -> str:
    old, new = f'substr(OLD."{column}", 1, 1)', f'substr(NEW."{column}", 1, 1)'
    same = f'NEW."{column}" IS OLD."{column}"'
    return f"({same} OR ({old} = x'01' AND {new} = x'02'))"


def _softened() -> str:
    """The condition under which PostgreSQL takes an update that withdraws nothing."""
    softer = [
        f'(NEW."{name}" IS NOT DISTINCT FROM OLD."{name}" OR '
        f'(get_byte(OLD."{name}", 0) = 1 AND get_byte(NEW."{name}", 0) = 2))'
        for name in ("values", "withdrawn_reason")
    ]
    for name, empty in _EMPTIED.items():
        is_empty = f"NEW.{name} IS NULL" if empty == "NULL" else f"NEW.{name}::text = {empty}"
        softer.append(f"(NEW.{name} IS NOT DISTINCT FROM OLD.{name} OR ({is_empty} AND {_GONE}))")
    soft = ", ".join(f"'{name}'" for name in (*_EMPTIED, "values", "withdrawn_reason"))
    others = f"to_jsonb(NEW) - ARRAY[{soft}] = to_jsonb(OLD) - ARRAY[{soft}]"
    return " AND ".join([others, *softer])


def _refused(*, erasing: bool) -> str:
    """PostgreSQL's function behind every trigger that refuses."""
    free = ", ".join(f"'{name}'" for name in _MAY_CHANGE)
    softened = f"IF {_softened()} THEN RETURN NEW; END IF; " if erasing else ""
    erased = (
        f"IF TG_OP = 'DELETE' AND TG_ARGV[0] = 'may-erase' THEN IF {_GONE} THEN RETURN OLD; "
        "END IF; END IF; "
    )
    return (
        f"{_FUNCTION.format(name='refused')} BEGIN "
        "IF TG_OP = 'UPDATE' AND TG_ARGV[0] = 'may-withdraw' THEN "
        "IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL "
        f"AND to_jsonb(NEW) - ARRAY[{free}] = to_jsonb(OLD) - ARRAY[{free}] "
        f"THEN RETURN NEW; END IF; {softened}END IF; {erased if erasing else ''}"
        f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $body$"
    )


def _postgresql(*, erasing: bool) -> list[str]:
    withdrawn = (
        f"{_FUNCTION.format(name='withdrawn')} BEGIN "
        f"{_ADVANCE}{_TELL.format(what='withdrawn')}RETURN NULL; END $body$"
    )
    recorded = f"{_FUNCTION.format(name='recorded')} {_RECORDED} $body$"
    events = [
        ("observation", "'may-withdraw'"), ("observation_key", "'may-erase'"),
        ("observation_change", ""),
    ]  # fmt: skip
    return [
        _refused(erasing=erasing),
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
            "WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL) "
            "EXECUTE FUNCTION observation_withdrawn()"
        ),
    ]
