from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0012_calls")]

    operations = [
        migrations.CreateModel(
            name="OfferRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("content", models.JSONField()),
                ("reason", models.CharField(max_length=200)),
                ("changed_by_id", models.BigIntegerField(blank=True, null=True)),
                ("changed_by_name", models.CharField(blank=True, default="", max_length=40)),
                ("changed_at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
    ]
