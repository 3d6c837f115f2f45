"""Migrations that render sparingly make the same tables, and Python in them sees whole models."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState

from keyuan.platform.rendering import sparingly


def tables(count):
    """Return operations that make a parent and ``count`` children, and change them afterwards."""
    key = ("id", models.BigAutoField(primary_key=True))
    children = [
        migrations.CreateModel(
            f"Child{number}",
            [
                key,
                ("parent", models.ForeignKey("platform.RenderedParent", models.CASCADE, related_name=f"of_{number}")),
            ],
        )
        for number in range(count)
    ]
    return [
        migrations.CreateModel("RenderedParent", [key, ("name", models.CharField(max_length=20))]),
        *children,
        migrations.AddField("RenderedParent", "first", models.ForeignKey("platform.Child0", models.CASCADE, null=True)),
        migrations.AddIndex("RenderedParent", models.Index(fields=["name"], name="rendered_name")),
        migrations.RunPython(family),
        migrations.AlterField("RenderedParent", "name", models.CharField(max_length=30, null=True)),
    ]


def family(apps, _editor):
    """Write and read across relations in both directions."""
    parent = apps.get_model("platform", "RenderedParent").objects.create(name="母")
    child = apps.get_model("platform", "Child1").objects.create(parent=parent)
    assert child.parent.of_1.get() == child
    assert apps.get_model("platform", "Child0").objects.filter(parent__of_1=child).count() == 0


def described(cursor, table):
    """Return the columns and constraints of a table."""
    return (
        connection.introspection.get_table_description(cursor, table),
        connection.introspection.get_constraints(cursor, table),
    )


def applied():
    """Apply the operations to nothing; return the columns and constraints that came of it, and drop the tables."""
    migration = migrations.Migration("rendered", "platform")
    migration.operations = tables(6)
    state = ProjectState()
    assert state.apps is not None
    with connection.schema_editor(atomic=True) as editor:
        migration.apply(state, editor)
    names = [name for _app, name in state.models]
    with connection.cursor() as cursor:
        found = {name: described(cursor, f"platform_{name}") for name in names}
    with connection.schema_editor() as editor:
        editor.execute("UPDATE platform_renderedparent SET first_id = NULL")
        for name in reversed(names):
            editor.delete_model(state.apps.get_model("platform", name))
    return found


@pytest.mark.django_db(transaction=True)
def test_fewer_models_are_rendered_for_the_same_tables(monkeypatch):
    rendered = []
    render = ModelState.render
    monkeypatch.setattr(ModelState, "render", lambda self, apps: rendered.append(self.name) or render(self, apps))

    plain, plainly = applied(), len(rendered)
    rendered.clear()
    with sparingly():
        spared = applied()

    assert len(rendered) < plainly * 0.7
    assert spared == plain
