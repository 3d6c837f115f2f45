from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0006_models"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_id", models.IntegerField()),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("month", models.DateField(help_text="first day of the month")),
                ("figures", models.JSONField(default=dict)),
                ("states", models.JSONField(default=dict)),
                ("counted_on", models.DateField(help_text="day of the night that last changed it")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["unit_id", "month", "sales_channel"], name="board_cell_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("changed_by_id", models.BigIntegerField(blank=True, null=True)),
                ("changed_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("changed_at", models.DateTimeField()),
                ("indicator", models.CharField(max_length=20)),
                ("unit_id", models.IntegerField(default=0)),
                ("owner_id", models.BigIntegerField(blank=True, null=True)),
                ("owner_name", models.CharField(blank=True, default="", max_length=40)),
                ("targets", models.JSONField(default=dict, help_text="year → target, amounts in minor units")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["unit_id", "indicator", "number"], name="indicator_terms_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("changed_by_id", models.BigIntegerField(blank=True, null=True)),
                ("changed_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("changed_at", models.DateTimeField()),
                ("content", models.JSONField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["number"], name="board_plan_once")],
            },
        ),
    ]
