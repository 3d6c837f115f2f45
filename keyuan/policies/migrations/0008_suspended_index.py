# The reinstatement window is read by the day of suspension.

from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("policies", "0007_clocks")]

    operations = [
        AddIndexBeside(
            model_name="policy",
            index=models.Index(
                condition=models.Q(("suspended_on__isnull", False)), fields=["suspended_on", "id"], name="pol_suspended"
            ),
        ),
    ]
