"""Which application a renewal became, found by its key (POL-4)."""

from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("policies", "0022_renewal_applications")]

    operations = [
        AddIndexBeside(
            model_name="application",
            index=models.Index(fields=["renewal"], name="app_renewal", condition=models.Q(renewal__isnull=False)),
        ),
    ]
