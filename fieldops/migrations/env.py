"""Runs the migrations on the connection that `fieldops.gateways.schema` hands over."""

from typing import Any, Literal

from alembic import context

from fieldops.models import Base
from fieldops.models.types import SealedText, UtcDateTime


def _plain(kind: str, value: Any, _: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones behind them: migrations outlive our types."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, SealedText):
        return "sa.LargeBinary()"
    return False


def run() -> None:
    """Run the steps; SQLite changes tables by copying them."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_plain,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
