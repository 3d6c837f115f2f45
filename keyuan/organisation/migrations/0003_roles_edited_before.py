"""Roles whose version was raised before releases began to add permissions have been edited by somebody."""

from django.db import migrations


def mark_edited(apps, schema_editor):
    role = apps.get_model("organisation", "Role")
    role.objects.using(schema_editor.connection.alias).filter(version__gt=1).update(edited=True)


class Migration(migrations.Migration):
    dependencies = [("organisation", "0002_sign_in_safety")]
    operations = [migrations.RunPython(mark_edited, migrations.RunPython.noop)]
