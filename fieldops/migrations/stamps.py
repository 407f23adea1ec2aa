"""Triggers by which the database keeps a moment that is stamped once from moving.

Rebuilding a table, as SQLite does for some changes, drops its trigger: that step makes it again.
"""

from sqlalchemy import Connection


def freeze(connection: Connection, table: str, column: str) -> None:
    """Refuse every UPDATE that changes the column."""
    for statement in _freezing(connection.dialect.name, table, column):
        connection.exec_driver_sql(statement)


def thaw(connection: Connection, table: str, column: str) -> None:
    """Let the column be changed again."""
    on_postgresql = connection.dialect.name == "postgresql"
    of = f" ON {table}" if on_postgresql else ""
    connection.exec_driver_sql(f"DROP TRIGGER {_name(table, column)}{of}")
    if on_postgresql:
        connection.exec_driver_sql(f"DROP FUNCTION {_name(table, column)}()")


def _name(table: str, column: str) -> str:
    return f"{table}_{column}_stays"


def _freezing(dialect: str, table: str, column: str) -> list[str]:
    name, told = _name(table, column), f"{table}.{column} was stamped once and stays"
    trigger = f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW"
    if dialect == "postgresql":
        refused = f"RAISE EXCEPTION '{told}' USING ERRCODE = 'integrity_constraint_violation'"
        body = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        changed = f"OLD.{column} IS DISTINCT FROM NEW.{column}"
        return [
            f"{body} $$ BEGIN {refused}; END $$",
            f"{trigger} WHEN ({changed}) EXECUTE FUNCTION {name}()",
        ]
    refused = f"SELECT RAISE(ABORT, '{told}')"
    return [f"{trigger} WHEN OLD.{column} IS NOT NEW.{column} BEGIN {refused}; END"]
