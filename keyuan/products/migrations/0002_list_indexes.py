from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("products", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["sale_status", "code", "id"], name="product_sale"),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["is_rider", "name", "id"], name="product_rider"),
        ),
    ]
