"""Bulk work on lists: frozen selections, runs, and their chunks with what undo needs (ui.md, Bulk actions)."""

from django.db import models


class Selection(models.Model):
    """The rows of a list that a person froze with 选择全部; the ids stand in its chunks, 1,000 each.

    ``total`` rises while the counting job runs; ``finished_at`` says that it is whole.
    """

    list_key = models.CharField(max_length=40)
    query = models.TextField(blank=True, default="")
    owner_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    job_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="selection_created")]


class SelectionChunk(models.Model):
    """Up to 1,000 ids of a selection, in the list's order; ``anchor`` is where the next chunk starts."""

    selection = models.ForeignKey(Selection, models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    ids = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["selection", "position"], name="selection_chunk_once")]


class BulkRun(models.Model):
    """One bulk action on many rows: who, what, how many, and until when it can be taken back.

    ``token`` comes from the form, so that a second click finds the same run.
    """

    class Status(models.TextChoices):
        """Where the run stands."""

        RUNNING = "RUNNING"
        DONE = "DONE"
        UNDOING = "UNDOING"
        UNDONE = "UNDONE"
        CANCELLED = "CANCELLED"

    token = models.CharField(max_length=64, unique=True)
    list_key = models.CharField(max_length=40)
    action_key = models.CharField(max_length=40)
    owner_id = models.BigIntegerField()
    owner_name = models.CharField(max_length=80, blank=True, default="")
    post_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    job_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner_id", "created_at", "id"], name="bulk_run_owner"),
            models.Index(fields=["created_at", "id"], name="bulk_run_created"),
        ]

    def __str__(self) -> str:
        return f"{self.list_key} {self.action_key}"


class BulkChunk(models.Model):
    """Up to 1,000 rows of a run: asked ids, refused ones with their reasons, and what undo needs."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    ids = models.JSONField()
    failures = models.JSONField(default=list, blank=True)
    payload = models.JSONField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="bulk_chunk_once")]
