"""Changes of tables while the system serves: beside the traffic, and never waiting long for a lock (PLT-13)."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.migrations.state import ModelState, ProjectState

from keyuan.platform.migrating import AddIndexBeside, RemoveIndexBeside
from keyuan.platform.models import SlowQuery

INDEX = models.Index(fields=["route"], name="slow_route_test")


def index_names():
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, SlowQuery._meta.db_table))


def states():
    """The state of the platform's tables, without and with the index."""
    before = ProjectState()
    fields = [
        ("digest", models.CharField(max_length=32, primary_key=True)),
        ("route", models.CharField(max_length=120)),
    ]
    before.add_model(ModelState("platform", "SlowQuery", fields))
    after = before.clone()
    AddIndexBeside("slowquery", INDEX).state_forwards("platform", after)
    return before, after


@pytest.mark.django_db(transaction=True)
def test_an_index_comes_and_goes_beside_the_traffic():
    before, after = states()
    with connection.schema_editor(atomic=False) as editor:
        AddIndexBeside("slowquery", INDEX).database_forwards("platform", editor, before, after)
    assert INDEX.name in index_names()

    with connection.schema_editor(atomic=False) as editor:
        RemoveIndexBeside("slowquery", INDEX.name).database_forwards("platform", editor, after, before)

    assert INDEX.name not in index_names()


@pytest.mark.postgresql_only("SQLite knows no building beside the traffic")
@pytest.mark.django_db
def test_a_transaction_around_it_is_refused():
    before, after = states()

    with transaction.atomic(), connection.schema_editor() as editor, pytest.raises(ValueError):
        AddIndexBeside("slowquery", INDEX).database_forwards("platform", editor, before, after)


@pytest.mark.postgresql_only("SQLite has one writer, and its own patience")
@pytest.mark.django_db(transaction=True)
def test_a_table_in_use_ends_the_migration_with_a_sentence(monkeypatch):
    def change(_self, *_arguments, **_options):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE platform_slowquery ADD COLUMN never integer")

    monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", change)
    parameters = {key: value for key, value in connection.get_connection_params().items() if key != "cursor_factory"}
    parameters.pop("context", None)
    with psycopg.connect(**parameters) as other:
        other.execute("LOCK TABLE platform_slowquery IN ACCESS SHARE MODE")

        with pytest.raises(CommandError, match="stayed in use"):
            call_command("migrate", lock_timeout=1)
