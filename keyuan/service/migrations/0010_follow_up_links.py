# Follow-ups by questionnaire: the links sent, and by which way each follow-up stands.

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    # The indexes are built beside the work of others.
    atomic = False

    dependencies = [
        ("service", "0009_plus_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUpLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contact_channel", models.CharField(max_length=10)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("made_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("expires_at", models.DateTimeField()),
                ("message_id", models.BigIntegerField(blank=True, null=True)),
                ("not_sent_because", models.CharField(blank=True, default="", max_length=60)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("opens", models.PositiveSmallIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=20)),
                (
                    "follow_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="service.followup"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["message_id"], name="fu_link_message", condition=Q(message_id__isnull=False))
                ],
            },
        ),
        migrations.AddField("followup", "way_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "followup", "asked_ways", models.CharField(blank=True, db_default="", default="", max_length=40)
        ),
        migrations.AddField(
            "followup", "read_way", models.CharField(blank=True, db_default="", default="", max_length=10)
        ),
        migrations.AddField(
            "followup", "done_way", models.CharField(blank=True, db_default="", default="", max_length=10)
        ),
        AddIndexBeside(
            "followup", models.Index(fields=["way_at", "id"], name="fu_way", condition=Q(way_at__isnull=False))
        ),
        AddIndexBeside(
            "followup",
            models.Index(fields=["id"], name="fu_open_policy", condition=Q(is_open=True) & Q(policy__isnull=False)),
        ),
    ]
