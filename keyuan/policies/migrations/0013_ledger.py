"""The ledger of contracts is append-only: triggers refuse what changes or deletes (POL-3)."""

from django.db import migrations

TABLES = ("policies_ledgerentry", "policies_ledgerline")
SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
)
SQLITE_UNDO = ("DROP TRIGGER IF EXISTS {table}_no_update", "DROP TRIGGER IF EXISTS {table}_no_delete")
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
)
POSTGRESQL_UNDO = ("DROP FUNCTION IF EXISTS {table}_append_only() CASCADE",)


def _run(schema_editor, sqlite, postgresql):
    statements = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            for statement in statements:
                cursor.execute(statement.format(table=table))


def protect_ledger(apps, schema_editor):
    """Forbid changing or deleting entries and their lines, whoever asks."""
    _run(schema_editor, SQLITE, POSTGRESQL)


def unprotect_ledger(apps, schema_editor):
    """Take the triggers away."""
    _run(schema_editor, SQLITE_UNDO, POSTGRESQL_UNDO)


class Migration(migrations.Migration):
    dependencies = [("policies", "0013_ledger_tables")]

    operations = [migrations.RunPython(protect_ledger, unprotect_ledger)]
