# Planning an allocation asks what 100,000 holders have in force; their rows lie all over the table.

from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("policies", "0010_proposals")]

    operations = [
        AddIndexBeside(
            model_name="policy",
            index=models.Index(fields=["holder", "status", "kind", "product"], name="pol_holder_kinds"),
        ),
    ]
