from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("contact", "0003_privacy"),
    ]

    operations = [
        AddIndexBeside(
            model_name="message",
            index=models.Index(condition=models.Q(("status", "QUEUED")), fields=["permit_id"], name="message_permit"),
        ),
    ]
