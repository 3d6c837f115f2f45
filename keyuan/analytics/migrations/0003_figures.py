from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_gaps"),
    ]

    operations = [
        migrations.CreateModel(
            name="ValueTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("content", models.JSONField()),
                ("reason", models.CharField(max_length=200)),
                ("changed_by_id", models.BigIntegerField(blank=True, null=True)),
                ("changed_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PersistencyCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("unit_id", models.IntegerField()),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("cohort", models.DateField(help_text="first day of the month")),
                ("months", models.PositiveSmallIntegerField()),
                ("contracts", models.PositiveIntegerField()),
                ("base", models.BigIntegerField()),
                ("due_base", models.BigIntegerField()),
                ("due_month", models.BigIntegerField()),
                ("first_grace", models.BigIntegerField()),
                ("grace_end", models.BigIntegerField()),
                ("by_loan", models.BigIntegerField()),
                ("reinstated", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["unit_id", "day", "months", "cohort"], name="persistency_cell_unit")],
            },
        ),
        migrations.CreateModel(
            name="ValueCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("unit_id", models.IntegerField()),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("value_group", models.CharField(max_length=10)),
                ("abc", models.CharField(blank=True, default="", max_length=1)),
                ("value_tier", models.CharField(max_length=8)),
                ("customers", models.PositiveIntegerField()),
                ("premium", models.BigIntegerField()),
                ("lifetime_value", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["unit_id", "day"], name="value_cell_unit")],
            },
        ),
    ]
