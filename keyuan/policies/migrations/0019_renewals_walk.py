"""Let the list of renewals walk its orders: an index by product alone led SQLite to read by product and sort (POL-4)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0018_deliveries"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="renewal", name="renewal_all_product"),
    ]
