"""Migrations after the baseline let the previous release serve on; each rule has a planted breach (PLT-13)."""

from importlib import import_module
from pathlib import Path

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from keyuan.platform.migrating import AddIndexBeside
from tests.architecture.layout import expect_none
from tests.architecture.migrations import EXCUSE, problems

#: Context → the last migration of the first release; what stands up to there never met an older program.
BASELINE = Path(__file__).with_name("migration_baseline.txt")


def baseline():
    """The last released migration of each context."""
    lines = BASELINE.read_text(encoding="ascii").splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def test_every_later_migration_lets_the_previous_release_serve_on():
    loader = MigrationLoader(None)
    released = baseline()
    found = []
    for (app, name), migration in sorted(loader.graph.nodes.items()):
        module = import_module(migration.__module__)
        if not migration.__module__.startswith("keyuan.") or name <= released.get(app, "0001"):
            continue
        before = loader.project_state((app, name), at_end=False)
        found += [f"{app}.{name}: {text}" for text in problems(migration, before, getattr(module, EXCUSE, ""))]

    expect_none(found)


def test_the_baseline_names_migrations_that_exist():
    loader = MigrationLoader(None)

    assert [entry for entry in baseline().items() if entry not in loader.graph.nodes] == []


def note(**fields):
    """The state of a table that the previous release knows."""
    columns = {"id": models.BigAutoField(primary_key=True), "text": models.CharField(max_length=80, null=True)}
    state = ProjectState()
    state.add_model(ModelState("notes", "Note", list((columns | fields).items())))
    return state


def migration(*operations, atomic=True):
    """A migration of these operations."""
    made = migrations.Migration("0002_planted", "notes")
    made.operations, made.atomic = list(operations), atomic
    return made


INDEX = models.Index(fields=["text"], name="note_text")
UNIQUE = models.UniqueConstraint(fields=["text"], name="note_once")


@pytest.mark.parametrize("_case, operation, said", [
    ("a column goes", migrations.RemoveField("note", "text"), "still uses it"),
    ("a column is renamed", migrations.RenameField("note", "text", "words"), "still uses it"),
    ("a table goes", migrations.DeleteModel("Note"), "still uses it"),
    ("a table is renamed", migrations.RenameModel("Note", "Remark"), "still uses it"),
    ("an obligatory column", migrations.AddField("note", "kind", models.CharField(max_length=9, default="")), "fill"),
    ("empty no more", migrations.AlterField("note", "text", models.CharField(max_length=80)), "leave it empty"),
    ("another type", migrations.AlterField("note", "text", models.IntegerField(null=True)), "another type"),
    ("shorter", migrations.AlterField("note", "text", models.CharField(max_length=40, null=True)), "longer texts"),
    ("unique", migrations.AlterField("note", "text", models.CharField(max_length=80, unique=True, null=True)),
     "doubles"),
    ("an index that locks", migrations.AddIndex("note", INDEX), "AddIndexBeside"),
    ("an index beside, in a transaction", AddIndexBeside("note", INDEX), "atomic = False"),
    ("a constraint", migrations.AddConstraint("note", UNIQUE), "may break it"),
])  # fmt: skip
def test_a_planted_breach_is_named(_case, operation, said):
    (problem,) = problems(migration(operation), note())

    assert said in problem


def test_moving_data_is_a_migration_of_its_own():
    both = [migrations.AddField("note", "kind", models.TextField(null=True)), migrations.RunPython(lambda *_: None)]

    assert problems(migration(*both), note()) == ["moves data and changes tables: two migrations"]


@pytest.mark.parametrize("_case, made", [
    ("a column that may be empty", migration(migrations.AddField("note", "kind", models.TextField(null=True)))),
    ("a column filled by the database",
     migration(migrations.AddField("note", "kind", models.IntegerField(default=0, db_default=0)))),
    ("an index beside the traffic", migration(AddIndexBeside("note", INDEX), atomic=False)),
    ("a new table with its index",
     migration(migrations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True))]),
               migrations.AddIndex("fresh", models.Index(fields=["id"], name="fresh_id")))),
    ("data alone", migration(migrations.RunPython(lambda *_: None))),
    ("a longer text", migration(migrations.AlterField("note", "text", models.CharField(max_length=90, null=True)))),
])  # fmt: skip
def test_what_old_code_can_live_with_passes(_case, made):
    assert problems(made, note()) == []


def test_what_nobody_uses_any_more_may_go():
    gone = migration(migrations.RemoveField("note", "text"))

    assert problems(gone, note(), excuse="1.1") == []
