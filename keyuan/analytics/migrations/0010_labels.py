from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0009_churn"),
    ]

    operations = [
        migrations.CreateModel(
            name="LabelCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("unit_id", models.IntegerField()),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("label", models.CharField(max_length=40)),
                ("customers", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["unit_id", "day"], name="label_cell_unit")],
            },
        ),
    ]
