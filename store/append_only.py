"""Tables that only grow: the database itself refuses to change or remove their rows (AUD-1)."""

from collections.abc import Iterator, Sequence

from alembic import op

_REFUSAL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows', ERRCODE = 'integrity_constraint_violation';
END $$
"""
_REFUSAL_OF_UNLOGGED = """
CREATE FUNCTION refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM log_leaf WHERE hash = OLD.hash) THEN
    RAISE EXCEPTION USING MESSAGE = 'what is not in the log stays in the queue',
      ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $$
"""


def begin_refusing() -> None:
    """Make what the triggers of PostgreSQL call; the first migration with such tables does it."""
    if _is_postgresql():
        op.execute(_REFUSAL)
        op.execute(_REFUSAL_OF_UNLOGGED)


def end_refusing() -> None:
    """Drop it again, after the last trigger."""
    if _is_postgresql():
        op.execute("DROP FUNCTION refuse_loss()")
        op.execute("DROP FUNCTION refuse_change()")


def let_only_grow(table: str, key: Sequence[str]) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE, and on SQLite the REPLACE of a row with this primary key."""
    if _is_postgresql():
        op.execute(_statement_trigger(table, "UPDATE OR DELETE OR TRUNCATE"))
        return
    for statement in [*_sqlite_triggers(table, key), _sqlite_trigger(table, "DELETE")]:
        op.execute(statement)


def let_shrink_into_log(table: str, key: Sequence[str]) -> None:
    """Refuse UPDATE and TRUNCATE, and DELETE of whatever the log does not hold yet."""
    if _is_postgresql():
        op.execute(_statement_trigger(table, "UPDATE OR TRUNCATE"))
        op.execute(
            f"CREATE TRIGGER {table}_keeps BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_loss()"
        )
        return
    unlogged = "NOT EXISTS (SELECT 1 FROM log_leaf WHERE hash = OLD.hash)"
    for statement in [*_sqlite_triggers(table, key), _sqlite_trigger(table, "DELETE", unlogged)]:
        op.execute(statement)


def let_change_again(table: str) -> None:
    """Drop the triggers of a table that stays when its migration is taken back."""
    names = ("grows",) if _is_postgresql() else ("grows_on_update", "grows_on_delete", "grows_on_insert")
    for name in names:
        op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if _is_postgresql() else ""))


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _statement_trigger(table: str, statements: str) -> str:
    return (
        f"CREATE TRIGGER {table}_grows BEFORE {statements} ON {table} FOR EACH STATEMENT "
        "EXECUTE FUNCTION refuse_change()"
    )


def _sqlite_triggers(table: str, key: Sequence[str]) -> Iterator[str]:
    yield _sqlite_trigger(table, "UPDATE")
    # REPLACE deletes the row that is in its way without a trigger being asked.
    same = " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE ({same}) OR rowid = NEW.rowid)"  # noqa: S608 - no outside words
    yield _sqlite_trigger(table, "INSERT", taken)


def _sqlite_trigger(table: str, statement: str, condition: str = "1") -> str:
    return (
        f"CREATE TRIGGER {table}_grows_on_{statement.lower()} BEFORE {statement} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
    )
