import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="NightRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("RUNNING", "Running"), ("DONE", "Done"), ("FAILED", "Failed")],
                        default="RUNNING",
                        max_length=8,
                    ),
                ),
                ("engine", models.CharField(max_length=8)),
                ("snapshot", models.CharField(blank=True, default="", max_length=20)),
                ("as_of", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("started_by", models.CharField(blank=True, default="", max_length=40)),
                (
                    "fault",
                    models.CharField(
                        blank=True, default="", help_text="what stopped it, without values", max_length=200
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NightStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("RUNNING", "Running"), ("DONE", "Done"), ("FAILED", "Failed")],
                        default="RUNNING",
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("seconds", models.FloatField(default=0)),
                ("rows_in", models.BigIntegerField(default=0)),
                ("rows_out", models.BigIntegerField(default=0)),
                ("changed", models.BigIntegerField(default=0)),
                ("reads", models.JSONField(default=list)),
                ("tables", models.JSONField(default=dict)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="analytics.nightrun"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "key"), name="night_step_once")],
            },
        ),
    ]
