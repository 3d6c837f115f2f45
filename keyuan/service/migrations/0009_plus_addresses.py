# Answers may come to an address that names the order.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("service", "0008_use_in_chat"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="plus_addresses",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
