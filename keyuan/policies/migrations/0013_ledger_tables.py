"""Tables of the ledger of contracts (POL-3); `0013_ledger` makes them append-only."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0012_direct_debit"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("effective_on", models.DateField()),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("key", models.CharField(max_length=100, unique=True)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_name", models.CharField(blank=True, default="", max_length=40)),
                (
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policies.policy",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="policies.ledgerentry",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["policy", "effective_on", "id"], name="ledger_policy"),
                    models.Index(fields=["recorded_at", "id"], name="ledger_recorded"),
                    models.Index(fields=["kind", "recorded_at", "id"], name="ledger_kind"),
                ]
            },
        ),
        migrations.CreateModel(
            name="LedgerLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=16)),
                ("amount", models.BigIntegerField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="policies.ledgerentry"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policies.policy",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["policy", "account", "amount"], name="ledger_line_policy"),
                ]
            },
        ),
        migrations.AddConstraint(
            model_name="ledgerline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="ledger_line_not_empty"
            ),
        ),
    ]
