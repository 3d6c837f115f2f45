from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0018_score_cluster"),
    ]

    operations = [
        AddIndexBeside(
            model_name="customerscore",
            index=models.Index(fields=["cluster"], name="score_all_need"),
        ),
        AddIndexBeside(
            model_name="customerscore",
            index=models.Index(fields=["branch_id", "cluster"], name="score_br_need"),
        ),
    ]
