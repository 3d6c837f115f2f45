"""The platform's first tables: audit trail, jobs, events, files, numbers, notices; the trail is made append-only."""

from django.db import migrations, models

CHANGES = ("platform_auditevent", "platform_auditseal")
READS = ("platform_readevent", "platform_readseal")

SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
)
SQLITE_UNDO = ("DROP TRIGGER IF EXISTS {table}_no_update", "DROP TRIGGER IF EXISTS {table}_no_delete")
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
)
POSTGRESQL_UNDO = ("DROP FUNCTION IF EXISTS {table}_append_only() CASCADE",)


def _run(schema_editor, tables, sqlite, postgresql):
    statements = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    with schema_editor.connection.cursor() as cursor:
        for table in tables:
            for statement in statements:
                cursor.execute(statement.format(table=table))


def protect_changes(apps, schema_editor):
    """Forbid changing or deleting audit events and their seals, whoever asks (PLT-6)."""
    _run(schema_editor, CHANGES, SQLITE, POSTGRESQL)


def unprotect_changes(apps, schema_editor):
    """Take the triggers away."""
    _run(schema_editor, CHANGES, SQLITE_UNDO, POSTGRESQL_UNDO)


def protect_reads(apps, schema_editor):
    """Forbid changing or deleting read events and their seals."""
    _run(schema_editor, READS, SQLITE, POSTGRESQL)


def unprotect_reads(apps, schema_editor):
    """Take the triggers away."""
    _run(schema_editor, READS, SQLITE_UNDO, POSTGRESQL_UNDO)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("hash", models.BinaryField(max_length=32)),
                ("previous_hash", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FailedJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=160)),
                ("kwargs", models.JSONField(default=dict)),
                ("error", models.CharField(max_length=120)),
                ("trace", models.TextField(blank=True)),
                ("attempts", models.PositiveSmallIntegerField()),
                ("failed_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="HandledKey",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("handled_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("message_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=160)),
                ("host", models.CharField(max_length=80)),
                ("pid", models.IntegerField()),
                ("started_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LiveEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=40)),
                ("payload", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="NumberCounter",
            fields=[
                ("series", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("used", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ReadSeal",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("hash", models.BinaryField(max_length=32)),
                ("previous_hash", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ScheduledTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60, unique=True)),
                ("cron", models.CharField(max_length=60)),
                ("is_active", models.BooleanField(default=True)),
                ("next_at", models.DateTimeField(db_index=True)),
                ("last_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("storage_name", models.CharField(max_length=80, unique=True)),
                ("wrapped_key", models.BinaryField(max_length=128)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("uploaded_by_id", models.BigIntegerField(null=True)),
                ("uploaded_by_name", models.CharField(blank=True, max_length=80)),
                ("uploaded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["subject_kind", "subject_id", "id"], name="attachment_subject")],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.BigIntegerField(unique=True)),
                ("at", models.DateTimeField(db_index=True)),
                ("action", models.CharField(max_length=20)),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=80)),
                ("staff_no", models.CharField(blank=True, max_length=40)),
                ("post_id", models.BigIntegerField(null=True)),
                ("post_label", models.CharField(blank=True, max_length=120)),
                ("unit_id", models.BigIntegerField(null=True)),
                ("address", models.CharField(blank=True, max_length=64)),
                ("device", models.CharField(blank=True, max_length=200)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("subject_kind", models.CharField(blank=True, max_length=40)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("customer_id", models.BigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("changes", models.TextField(blank=True)),
                ("detail", models.TextField(blank=True)),
                ("mac", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("customer_id__isnull", False)),
                        fields=["customer_id", "at"],
                        name="audit_customer",
                    ),
                    models.Index(fields=["subject_kind", "subject_id", "at"], name="audit_subject"),
                    models.Index(fields=["actor_id", "at"], name="audit_actor"),
                    models.Index(fields=["action", "at"], name="audit_action"),
                    models.Index(fields=["unit_id", "at"], name="audit_unit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=80)),
                ("params", models.JSONField(default=dict)),
                ("url", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user_id", "id"], name="notice_user"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["user_id"], name="notice_unread"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.CharField(max_length=80)),
                ("handler", models.CharField(max_length=160)),
                ("payload", models.JSONField()),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "Pending"), ("parked", "Parked")], default="pending", max_length=10
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["status", "due_at"], name="outbox_due")],
            },
        ),
        migrations.CreateModel(
            name="ReadEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.BigIntegerField(unique=True)),
                ("at", models.DateTimeField(db_index=True)),
                ("action", models.CharField(max_length=20)),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=80)),
                ("staff_no", models.CharField(blank=True, max_length=40)),
                ("post_id", models.BigIntegerField(null=True)),
                ("post_label", models.CharField(blank=True, max_length=120)),
                ("unit_id", models.BigIntegerField(null=True)),
                ("address", models.CharField(blank=True, max_length=64)),
                ("device", models.CharField(blank=True, max_length=200)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("subject_kind", models.CharField(blank=True, max_length=40)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("customer_id", models.BigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("changes", models.TextField(blank=True)),
                ("detail", models.TextField(blank=True)),
                ("mac", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("customer_id__isnull", False)),
                        fields=["customer_id", "at"],
                        name="read_customer",
                    ),
                    models.Index(fields=["subject_kind", "subject_id", "at"], name="read_subject"),
                    models.Index(fields=["actor_id", "at"], name="read_actor"),
                    models.Index(fields=["action", "at"], name="read_action"),
                    models.Index(fields=["unit_id", "at"], name="read_unit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackedJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60)),
                ("params", models.JSONField(default=dict)),
                ("kwargs", models.JSONField(default=dict)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=80)),
                ("post_id", models.BigIntegerField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(null=True)),
                ("message_code", models.CharField(blank=True, max_length=80)),
                ("message_params", models.JSONField(default=dict)),
                ("state", models.JSONField(default=dict)),
                ("result", models.JSONField(default=dict)),
                ("error", models.CharField(blank=True, max_length=80)),
                ("error_params", models.JSONField(default=dict)),
                ("error_trace", models.TextField(blank=True)),
                ("step", models.PositiveIntegerField(default=0)),
                ("token", models.CharField(blank=True, max_length=32)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["status", "heartbeat_at"], name="job_status"),
                    models.Index(fields=["actor_id", "id"], name="job_actor"),
                    models.Index(fields=["kind", "id"], name="job_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkerLease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=80)),
                ("pid", models.IntegerField()),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("host", "pid"), name="one_lease_per_process")],
            },
        ),
        migrations.RunPython(protect_changes, unprotect_changes, hints={"tables": "changes"}),
        migrations.RunPython(protect_reads, unprotect_reads, hints={"tables": "reads"}),
    ]
