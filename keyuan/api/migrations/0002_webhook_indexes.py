from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside, RemoveIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("api", "0001_webhooks"),
    ]

    operations = [
        AddIndexBeside(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("status", "FAILED")), fields=["endpoint", "next_at"], name="webhook_failed"
            ),
        ),
        AddIndexBeside(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("claimed_by__gt", "")), fields=["claimed_by"], name="webhook_in_hand"
            ),
        ),
        RemoveIndexBeside(
            model_name="webhookdelivery",
            name="webhook_claimed",
        ),
    ]
