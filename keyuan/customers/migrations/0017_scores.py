import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0016_giving_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerScore",
            fields=[
                ("head_office_id", models.IntegerField(editable=False, null=True)),
                ("branch_id", models.IntegerField(editable=False, null=True)),
                ("sub_branch_id", models.IntegerField(editable=False, null=True)),
                ("section_id", models.IntegerField(editable=False, null=True)),
                ("team_id", models.IntegerField(editable=False, null=True)),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("servicing_agent_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="score",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("line", models.CharField(blank=True, default="", max_length=20)),
                ("recency", models.PositiveSmallIntegerField()),
                ("frequency", models.PositiveSmallIntegerField()),
                ("monetary", models.PositiveSmallIntegerField()),
                ("contact", models.PositiveSmallIntegerField()),
                ("value_group", models.CharField(max_length=10)),
                ("abc", models.CharField(blank=True, default="", max_length=1)),
                ("value_tier", models.CharField(max_length=8)),
                ("lifetime_value", models.BigIntegerField(default=0)),
                ("premium", models.BigIntegerField(default=0, help_text="yearly premium in force")),
                ("contracts", models.PositiveIntegerField(default=0, help_text="long-term contracts in force")),
                ("bought", models.PositiveIntegerField(default=0, help_text="contracts ever bought")),
                ("last_bought_on", models.DateField(blank=True, null=True)),
                ("last_contact_on", models.DateField(blank=True, null=True)),
                ("active_from", models.DateField(blank=True, null=True)),
                (
                    "active_until",
                    models.DateField(blank=True, help_text="NULL while a contract is in force", null=True),
                ),
                ("scored_on", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["lifetime_value", "customer", "value_group", "abc", "value_tier"], name="score_all_clv"
                    ),
                    models.Index(
                        fields=["branch_id", "lifetime_value", "customer", "value_group", "abc", "value_tier"],
                        name="score_br_clv",
                    ),
                    models.Index(
                        fields=["sub_branch_id", "lifetime_value", "customer", "value_group", "abc", "value_tier"],
                        name="score_sb_clv",
                    ),
                    models.Index(fields=["value_tier"], name="score_all_tier"),
                    models.Index(fields=["value_group"], name="score_all_group"),
                    models.Index(fields=["branch_id", "value_tier"], name="score_br_tier"),
                    models.Index(fields=["branch_id", "value_group"], name="score_br_group"),
                    models.Index(fields=["section_id"], name="score_sec"),
                    models.Index(fields=["team_id"], name="score_team"),
                    models.Index(fields=["servicing_agent_id"], name="score_agent"),
                ],
            },
        ),
    ]
