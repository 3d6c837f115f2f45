"""What funds hold of the account of a contract, and what is settled for the values of contracts (POL-5)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0020_write_offs"),
    ]

    operations = [
        migrations.CreateModel(
            name="ValueRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("loan_share_bp", models.PositiveIntegerField()),
                ("loan_months", models.PositiveSmallIntegerField()),
                ("loan_rate_bp", models.PositiveIntegerField()),
                ("apl_rate_bp", models.PositiveIntegerField()),
                ("arrears_rate_bp", models.PositiveIntegerField()),
                ("handling_fee_bp", models.PositiveIntegerField()),
                ("short_expense_bp", models.PositiveIntegerField()),
                ("accumulation_rate_bp", models.PositiveIntegerField()),
                ("fallback_bp", models.JSONField(default=list)),
                ("term_cost", models.JSONField(default=list)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("made_by_id", models.BigIntegerField(blank=True, null=True)),
                ("made_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("made_at", models.DateTimeField()),
                ("released_by_id", models.BigIntegerField(blank=True, null=True)),
                ("released_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="PolicyFund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fund", models.CharField(max_length=40)),
                ("amount", models.BigIntegerField()),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="funds",
                        to="policies.policy",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "fund"), name="policy_fund_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="policy_fund_holds"),
                ],
            },
        ),
    ]
