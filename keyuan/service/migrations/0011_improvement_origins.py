# What an improvement item was opened from: a work order, a call-back, a search that found nothing.

from django.db import migrations, models
from django.db.models import Q

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    # The index is built beside the work of others.
    atomic = False

    dependencies = [
        ("service", "0010_follow_up_links"),
    ]

    operations = [
        migrations.AddField(
            "improvementitem", "origin_kind", models.CharField(blank=True, default="", db_default="", max_length=12)
        ),
        migrations.AddField("improvementitem", "origin_id", models.BigIntegerField(blank=True, null=True)),
        AddIndexBeside(
            "improvementitem",
            models.Index(fields=["origin_kind", "origin_id"], name="imp_origin", condition=Q(origin_id__isnull=False)),
        ),
    ]
