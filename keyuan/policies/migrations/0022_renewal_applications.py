"""Applications that come from an accepted renewal (POL-4, POL-10)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0021_funds_and_value_rules")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="renewal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="applications",
                to="policies.renewal",
            ),
        ),
    ]
