# What was used in answering a conversation is read beside it.

from django.db import migrations, models
from django.db.models import Q

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    # The index is built beside the work of others.
    atomic = False

    dependencies = [
        ("service", "0007_chat_passed_by"),
    ]

    operations = [
        AddIndexBeside(
            "articleuse",
            models.Index(fields=["chat_id"], name="know_use_chat", condition=Q(chat_id__isnull=False)),
        ),
    ]
