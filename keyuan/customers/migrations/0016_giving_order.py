# A plan is given person by person, so that neighbours in the indexes are written together.

from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0015_summary_born")]

    operations = [
        AddIndexBeside(
            model_name="allocationitem",
            index=models.Index(
                fields=["allocation", "state", "receiving_unit_id", "agent_id", "id"], name="alloc_item_giving"
            ),
        ),
    ]
