"""Imports of files: the job, what was wrong with its rows, and the mappings that are remembered (PLT-9)."""

from django.db import models

from keyuan.platform.models.tracked_job import TrackedJob


class ImportJob(models.Model):
    """One file on its way into the book.

    ``stage`` says which step of the wizard it has reached; whether the work of a stage runs, waits or was paused is
    the tracked job's ``status``. The counts are those of the latest stage and commit together with its rows. While
    rows are being written ``lock_key`` names the source, so that no second import of it can run.
    """

    class Stage(models.TextChoices):
        """How far the import is."""

        DRAFT = "draft"
        CHECKING = "checking"
        CHECKED = "checked"
        WRITING = "writing"
        DONE = "done"
        REFUSED = "refused"
        CANCELLED = "cancelled"

    class Mode(models.TextChoices):
        """What happens to good rows beside wrong ones."""

        KEEP_GOOD = "keep_good"
        ALL_OR_NOTHING = "all_or_nothing"

    class OnLikely(models.TextChoices):
        """What happens to a row that looks like a record the book has, unless somebody decided for the row."""

        CREATE = "create"
        UPDATE = "update"
        SKIP = "skip"

    target = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=40, blank=True)
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=80, blank=True)
    wrapped_key = models.BinaryField(max_length=128, null=True)
    layout = models.JSONField(default=dict)
    mapping_name = models.CharField(max_length=80, blank=True)
    mapping = models.JSONField(default=dict)
    mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.KEEP_GOOD)
    on_likely = models.CharField(
        max_length=8, choices=OnLikely.choices, default=OnLikely.CREATE, db_default=OnLikely.CREATE.value
    )
    unit_id = models.IntegerField(null=True)
    unit_label = models.CharField(max_length=80, blank=True)
    sales_channel = models.CharField(max_length=16, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    lock_key = models.CharField(max_length=80, null=True, unique=True)
    job = models.ForeignKey(TrackedJob, models.SET_NULL, null=True, related_name="+", db_index=False)
    rows_total = models.BigIntegerField(default=0)
    rows_read = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    extras = models.JSONField(default=dict)
    sums = models.JSONField(default=dict)
    failure = models.CharField(max_length=80, blank=True)
    failure_params = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    post_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "created_at", "id"], name="import_actor"),
            models.Index(fields=["created_at", "id"], name="import_created"),
            models.Index(fields=["stage", "created_at", "id"], name="import_stage"),
            models.Index(fields=["target", "created_at", "id"], name="import_target"),
            models.Index(fields=["expires_at"], name="import_expires"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportIssue(models.Model):
    """Why a row was refused: its number as a spreadsheet counts it, the field, a code. Never the value itself."""

    import_job = models.ForeignKey(ImportJob, models.CASCADE, related_name="issues", db_index=False)
    row_number = models.BigIntegerField()
    field = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=80)
    params = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["import_job", "row_number", "id"], name="import_issue_row"),
            models.Index(fields=["import_job", "code"], name="import_issue_code"),
        ]


class ImportMatch(models.Model):
    """A row that looks like records the book has: which, by what signs, what a person decided, and what became of it.

    ``candidates`` are ids of the target's records with their signs, the strongest first; never a value. ``decision``
    is empty where the import's own ``on_likely`` holds. ``result`` is what the check plans until ``written_at``.
    """

    import_job = models.ForeignKey(ImportJob, models.CASCADE, related_name="matches", db_index=False)
    row_number = models.BigIntegerField()
    candidates = models.JSONField(default=list)
    decision = models.CharField(max_length=8, choices=ImportJob.OnLikely.choices, blank=True, default="")
    record_id = models.BigIntegerField(null=True, blank=True, help_text="which candidate is meant")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    result = models.CharField(max_length=8, blank=True, default="")
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["import_job", "row_number"], name="import_match_row")]
        indexes = [models.Index(fields=["import_job", "decision", "row_number"], name="import_match_decision")]


class ImportMapping(models.Model):
    """A mapping as it was last used for a source, found again by name or by the file's header."""

    target = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    header_digest = models.CharField(max_length=32, db_index=True)
    mapping = models.JSONField()
    owner_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "name"], name="import_mapping_name_once")]
