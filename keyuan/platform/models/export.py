"""Exports of lists: asked with a reason, watermarked, short-lived, audited (PLT-9)."""

from django.db import models


class Export(models.Model):
    """One file made from a list. ``query`` and ``columns`` say what it holds; ``file_name`` is in the exports folder.

    ``token`` comes from the form, so that a second click finds the same export.
    """

    class Format(models.TextChoices):
        """What kind of file."""

        CSV = "csv"
        XLSX = "xlsx"

    class Status(models.TextChoices):
        """Where the file stands."""

        RUNNING = "RUNNING"
        READY = "READY"
        FAILED = "FAILED"
        EXPIRED = "EXPIRED"

    token = models.CharField(max_length=64, unique=True)
    list_key = models.CharField(max_length=40)
    title = models.CharField(max_length=80, blank=True, default="")
    query = models.TextField(blank=True, default="")
    columns = models.JSONField(default=list)
    reason = models.CharField(max_length=200)
    format = models.CharField(max_length=4, choices=Format.choices, default=Format.XLSX)
    language = models.CharField(max_length=10, default="zh-hans")
    owner_id = models.BigIntegerField()
    owner_name = models.CharField(max_length=80, blank=True, default="")
    staff_no = models.CharField(max_length=40, blank=True, default="")
    post_id = models.BigIntegerField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.RUNNING)
    rows = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0, help_text="bytes")
    file_name = models.CharField(max_length=80, blank=True, default="")
    job_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["owner_id", "created_at", "id"], name="export_owner"),
            models.Index(fields=["owner_id", "finished_at", "id"], name="export_owner_finished"),
            models.Index(fields=["expires_at", "id"], name="export_expires"),
        ]

    def __str__(self) -> str:
        return self.title
