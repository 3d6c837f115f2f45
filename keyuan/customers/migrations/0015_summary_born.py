from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0014_quality"),
    ]

    operations = [
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(fields=["birth_on", "name"], name="cs_born"),
        ),
    ]
