from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0004_message_permit"),
    ]

    operations = [
        migrations.AddField(
            model_name="privacyrequest",
            name="copy_job_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
