from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0003_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="RatioCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("unit_id", models.IntegerField()),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("measure", models.CharField(max_length=20)),
                ("part", models.BigIntegerField()),
                ("whole", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["unit_id", "day"], name="ratio_cell_unit")],
            },
        ),
    ]
