# Who handed a conversation on does not get it back by turn.

from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    # The index is built beside the work of others.
    atomic = False

    dependencies = [
        ("service", "0006_likeness"),
    ]

    operations = [
        migrations.AddField(
            model_name="chat",
            name="passed_by_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        AddIndexBeside("chat", models.Index(fields=["desk", "started_at", "id"], name="chat_desk")),
    ]
