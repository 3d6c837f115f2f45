# What the nightly clocks keep: their runs, the steps that fell due, and the facts they read (POL-2).

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0006_wide_order_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="apl_elected_on",
            field=models.DateField(blank=True, help_text="automatic premium loan; NULL: not elected", null=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="cash_value",
            field=models.BigIntegerField(blank=True, help_text="as last told; NULL: not known", null=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="debt",
            field=models.BigIntegerField(blank=True, help_text="policy and premium loans outstanding", null=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="reinstated_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="waiting_until",
            field=models.DateField(blank=True, help_text="last day of the waiting period", null=True),
        ),
        migrations.CreateModel(
            name="ClockRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("NIGHT", "Night"), ("COMPARISON", "Comparison")], default="NIGHT", max_length=10
                    ),
                ),
                ("cut_off", models.DateTimeField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("asked_by", models.CharField(blank=True, default="", max_length=40)),
                ("looked", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(blank=True, default=dict)),
                ("differences", models.PositiveIntegerField(blank=True, null=True)),
                ("report", models.JSONField(blank=True, default=list)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "on", "id"], name="clock_run_night"),
                    models.Index(fields=["started_at", "id"], name="clock_run_started"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=16)),
                ("due_on", models.DateField()),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clock_steps",
                        to="policies.policy",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="policies.clockrun",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["run", "rule", "id"], name="clock_step_run"),
                    models.Index(fields=["rule", "due_on", "policy"], name="clock_step_rule"),
                ],
                "constraints": [models.UniqueConstraint(fields=("policy", "rule", "due_on"), name="clock_step_once")],
            },
        ),
    ]
