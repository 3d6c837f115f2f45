"""Write-offs of premiums, days of the ladder, and what benefits are held back for (POL-3, POL-6)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0019_renewals_walk"),
    ]

    operations = [
        migrations.AddField(
            model_name="benefitdue",
            name="deductions",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="moneyrules",
            name="held_for",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="moneyrules",
            name="held_kinds",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="moneyrules",
            name="steps",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="moneyrules",
            name="write_off_alone",
            field=models.BigIntegerField(db_default=1000, default=1000),
        ),
        migrations.AddField(
            model_name="moneyrules",
            name="write_off_small",
            field=models.BigIntegerField(db_default=5000, default=5000),
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("write_off_no", models.CharField(max_length=20, unique=True)),
                ("kind", models.CharField(choices=[("SMALL", "Small"), ("BAD", "Bad")], max_length=5)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting"),
                            ("DONE", "Done"),
                            ("REFUSED", "Refused"),
                            ("REVERSED", "Reversed"),
                        ],
                        default="WAITING",
                        max_length=8,
                    ),
                ),
                ("instalment_number", models.PositiveIntegerField()),
                ("amount", models.BigIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("token", models.CharField(max_length=40, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("asked_by_id", models.BigIntegerField(blank=True, null=True)),
                ("asked_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by_id", models.BigIntegerField(blank=True, null=True)),
                ("decided_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("reversed_at", models.DateTimeField(blank=True, null=True)),
                ("reversed_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("reversed_because", models.CharField(blank=True, default="", max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="policies.payment",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policy"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["asked_at", "id"], name="write_off_asked"),
                    models.Index(fields=["state", "asked_at", "id"], name="write_off_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "WAITING")),
                        fields=("policy", "instalment_number"),
                        name="write_off_waits_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="write_off_positive"),
                ],
            },
        ),
    ]
