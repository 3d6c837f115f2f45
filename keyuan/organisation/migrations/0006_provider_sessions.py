import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0005_passkeys"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderSession",
            fields=[
                (
                    "sign_in",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="provider_session",
                        serialize=False,
                        to="organisation.signin",
                    ),
                ),
                ("subject", models.CharField(db_index=True, max_length=64)),
                ("session", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("begun_at", models.DateTimeField()),
            ],
        ),
    ]
