"""Files that belong to a record (PLT-16)."""

from django.db import models


class Attachment(models.Model):
    """One file, encrypted on disk under ``storage_name``; who may see its subject may see it."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=80, unique=True)
    wrapped_key = models.BinaryField(max_length=128)
    kind = models.CharField(max_length=40, blank=True)
    uploaded_by_id = models.BigIntegerField(null=True)
    uploaded_by_name = models.CharField(max_length=80, blank=True)
    uploaded_at = models.DateTimeField()
    #: What the virus scan said; empty where no scan was set up when the file came.
    scan = models.CharField(max_length=10, blank=True, default="", db_default="")
    scan_note = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Scan(models.TextChoices):
        """What is known of a file's harmlessness."""

        NONE = "", "not examined"
        WAITING = "waiting", "being examined"
        CLEAN = "clean", "examined"
        PASSED = "passed", "let through unexamined, the scanner being gone"
        INFECTED = "infected", "quarantined"

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="attachment_subject"),
            models.Index(fields=["id"], name="attachment_waiting", condition=models.Q(scan__in=["waiting", "passed"])),
        ]
