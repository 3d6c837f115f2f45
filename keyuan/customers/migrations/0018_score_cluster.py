from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0017_scores"),
    ]

    operations = [
        migrations.AddField(
            model_name="customerscore",
            name="cluster",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="similar protection needs; empty: in none",
                max_length=8,
            ),
        ),
    ]
