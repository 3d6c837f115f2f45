"""Where tables stand, and locks on both databases (decisions 18 and 20)."""

import threading

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, router, transaction

from keyuan.platform.locks import hold, number_of, try_hold
from keyuan.platform.models import AuditEvent, ReadEvent, ReadSeal


@pytest.mark.django_db
@pytest.mark.sqlite_only("PostgreSQL keeps both in one database")
def test_looks_have_a_file_of_their_own():
    assert [router.db_for_write(model) for model in (AuditEvent, ReadEvent, ReadSeal)] == ["default", "reads", "reads"]
    tables = set(connections["reads"].introspection.table_names()) - {"django_migrations", "sqlite_sequence"}
    assert tables == {"platform_readevent", "platform_readseal"}
    assert "platform_readevent" not in connections["default"].introspection.table_names()


@pytest.mark.django_db
def test_every_table_of_ours_exists_where_the_router_sends_it():
    for model in apps.get_app_config("platform").get_models():
        assert model._meta.db_table in connections[router.db_for_read(model)].introspection.table_names()


@pytest.mark.django_db(transaction=True)
def test_migrating_again_changes_nothing(capsys):
    call_command("migrate", verbosity=1)

    assert capsys.readouterr().out.count("No migrations to apply") == len(settings.DATABASES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql_only("on SQLite a transaction is the lock")
def test_a_named_lock_lets_one_in():
    inside, leave, taken = threading.Event(), threading.Event(), []

    def first():
        with transaction.atomic():
            hold("door")
            inside.set()
            leave.wait(5)
        connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(5)
    with transaction.atomic():
        taken.append(try_hold("door"))
        taken.append(try_hold("window"))
    leave.set()
    thread.join()
    with transaction.atomic():
        taken.append(try_hold("door"))

    assert taken == [False, True, True]


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction():
    for lock in (hold, try_hold):
        with pytest.raises(RuntimeError):
            lock("door")


def test_names_of_locks_differ():
    assert number_of("a") != number_of("b")
    assert -(2**63) <= number_of("a") < 2**63
