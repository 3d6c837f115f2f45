"""Tables of the list engine: saved views, preferences, frozen selections, bulk runs, exports."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0001_audit_jobs_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=64, unique=True)),
                ("list_key", models.CharField(max_length=40)),
                ("action_key", models.CharField(max_length=40)),
                ("owner_id", models.BigIntegerField()),
                ("owner_name", models.CharField(blank=True, default="", max_length=80)),
                ("post_id", models.BigIntegerField(blank=True, null=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("RUNNING", "Running"),
                            ("DONE", "Done"),
                            ("UNDOING", "Undoing"),
                            ("UNDONE", "Undone"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="RUNNING",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("undone", models.PositiveIntegerField(default=0)),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("undo_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner_id", "created_at", "id"], name="bulk_run_owner"),
                    models.Index(fields=["created_at", "id"], name="bulk_run_created"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=64, unique=True)),
                ("list_key", models.CharField(max_length=40)),
                ("title", models.CharField(blank=True, default="", max_length=80)),
                ("query", models.TextField(blank=True, default="")),
                ("columns", models.JSONField(default=list)),
                ("reason", models.CharField(max_length=200)),
                ("format", models.CharField(choices=[("csv", "Csv"), ("xlsx", "Xlsx")], default="xlsx", max_length=4)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("owner_id", models.BigIntegerField()),
                ("owner_name", models.CharField(blank=True, default="", max_length=80)),
                ("staff_no", models.CharField(blank=True, default="", max_length=40)),
                ("post_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("RUNNING", "Running"),
                            ("READY", "Ready"),
                            ("FAILED", "Failed"),
                            ("EXPIRED", "Expired"),
                        ],
                        default="RUNNING",
                        max_length=8,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0, help_text="bytes")),
                ("file_name", models.CharField(blank=True, default="", max_length=80)),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("downloads", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner_id", "created_at", "id"], name="export_owner"),
                    models.Index(fields=["owner_id", "finished_at", "id"], name="export_owner_finished"),
                    models.Index(fields=["expires_at", "id"], name="export_expires"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list_key", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=40)),
                ("query", models.TextField(blank=True, default="")),
                ("columns", models.JSONField(blank=True, default=list)),
                ("owner_id", models.BigIntegerField()),
                ("owner_name", models.CharField(blank=True, default="", max_length=80)),
                (
                    "audience",
                    models.CharField(
                        choices=[("MINE", "Mine"), ("ROLE", "Role"), ("UNIT", "Unit"), ("ALL", "All")],
                        default="MINE",
                        max_length=4,
                    ),
                ),
                ("role_code", models.CharField(blank=True, default="", max_length=40)),
                ("unit_id", models.BigIntegerField(blank=True, null=True)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["list_key", "audience", "owner_id"], name="saved_view_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("list_key", "owner_id", "name"), name="saved_view_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Selection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list_key", models.CharField(max_length=40)),
                ("query", models.TextField(blank=True, default="")),
                ("owner_id", models.BigIntegerField()),
                ("post_id", models.BigIntegerField(blank=True, null=True)),
                ("total", models.PositiveIntegerField(default=0)),
                ("job_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="selection_created")],
            },
        ),
        migrations.CreateModel(
            name="UserPreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=80)),
                ("value", models.JSONField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user_id", "key"), name="user_preference_once")],
            },
        ),
        migrations.CreateModel(
            name="BulkChunk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("ids", models.JSONField()),
                ("failures", models.JSONField(blank=True, default=list)),
                ("payload", models.JSONField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="chunks", to="platform.bulkrun"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "position"), name="bulk_chunk_once")],
            },
        ),
        migrations.CreateModel(
            name="SelectionChunk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("ids", models.JSONField()),
                (
                    "selection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="chunks", to="platform.selection"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("selection", "position"), name="selection_chunk_once")],
            },
        ),
    ]
