"""Protection gaps: editions of assumptions, answers, results with their needs (ANA-8)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_night_runs"),
        ("customers", "0016_giving_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="GapAssumptions",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("valid_from", models.DateField()),
                ("values", models.JSONField(default=dict)),
                ("reason", models.CharField(max_length=200)),
                ("made_by_id", models.BigIntegerField(blank=True, null=True)),
                ("made_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["valid_from", "number"], name="gap_assumed_from")],
            },
        ),
        migrations.CreateModel(
            name="GapResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("head_office_id", models.IntegerField(editable=False, null=True)),
                ("branch_id", models.IntegerField(editable=False, null=True)),
                ("sub_branch_id", models.IntegerField(editable=False, null=True)),
                ("section_id", models.IntegerField(editable=False, null=True)),
                ("team_id", models.IntegerField(editable=False, null=True)),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("servicing_agent_id", models.BigIntegerField(blank=True, null=True)),
                ("form_key", models.CharField(blank=True, max_length=80, null=True, unique=True)),
                ("made_at", models.DateTimeField()),
                ("made_by_id", models.BigIntegerField(blank=True, null=True)),
                ("made_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("is_latest", models.BooleanField(default=True)),
                ("life_stage", models.CharField(max_length=16)),
                ("edition", models.PositiveIntegerField(default=0)),
                ("assumptions", models.JSONField(default=dict)),
                ("facts", models.JSONField(default=dict)),
                ("remarks", models.JSONField(default=list)),
                ("total_gap", models.BigIntegerField(default=0)),
                ("first_kind", models.CharField(blank=True, default="", max_length=20)),
                ("budget", models.BigIntegerField(blank=True, null=True)),
                ("purchases", models.JSONField(default=list)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="gap_results", to="customers.customer"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["made_at", "id", "life_stage", "first_kind", "is_latest"], name="gap_all_made"
                    ),
                    models.Index(
                        fields=["branch_id", "made_at", "id", "life_stage", "first_kind", "is_latest"],
                        name="gap_br_made",
                    ),
                    models.Index(fields=["sub_branch_id", "made_at", "id"], name="gap_sb_made"),
                    models.Index(
                        fields=["total_gap", "id", "life_stage", "first_kind", "is_latest"], name="gap_all_total"
                    ),
                    models.Index(
                        fields=["branch_id", "total_gap", "id", "life_stage", "first_kind", "is_latest"],
                        name="gap_br_total",
                    ),
                    models.Index(fields=["section_id"], name="gap_sec"),
                    models.Index(fields=["team_id"], name="gap_team"),
                    models.Index(fields=["servicing_agent_id"], name="gap_agent"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GapNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("position", models.PositiveSmallIntegerField()),
                ("method", models.CharField(max_length=16)),
                ("need", models.BigIntegerField()),
                ("cover", models.BigIntegerField()),
                ("gap", models.BigIntegerField()),
                ("within", models.CharField(blank=True, default="", max_length=20)),
                ("detail", models.JSONField(default=dict)),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="analytics.gapresult"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("result", "kind"), name="gap_need_once")],
            },
        ),
        migrations.CreateModel(
            name="GapSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("told_on", models.DateField(blank=True, null=True)),
                ("updated_at", models.DateTimeField()),
                ("updated_by_id", models.BigIntegerField(blank=True, null=True)),
                ("updated_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="gap_sheet", to="customers.customer"
                    ),
                ),
            ],
        ),
    ]
