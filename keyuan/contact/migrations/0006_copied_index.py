from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("contact", "0005_copy_jobs"),
    ]

    operations = [
        AddIndexBeside(
            model_name="privacyrequest",
            index=models.Index(
                fields=["copied_at"], name="privacy_copied", condition=models.Q(("copy_id__isnull", False))
            ),
        ),
    ]
