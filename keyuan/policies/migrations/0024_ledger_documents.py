"""Money of no contract, found by the number of the application or refund that it was posted for (POL-3)."""

from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("policies", "0023_renewal_application_index")]

    operations = [
        AddIndexBeside(
            model_name="ledgerentry",
            index=models.Index(fields=["note"], name="ledger_document", condition=models.Q(policy__isnull=True)),
        ),
    ]
