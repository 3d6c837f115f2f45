from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0007_segments"),
    ]

    operations = [
        AddIndexBeside(
            model_name="customertag",
            index=models.Index(
                condition=models.Q(("expires_on__isnull", False)), fields=["expires_on"], name="tag_expiry"
            ),
        ),
    ]
