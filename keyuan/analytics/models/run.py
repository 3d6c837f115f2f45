"""Nights: what each made of which copy of the book, step by step (ANA-1)."""

from django.db import models


class NightRun(models.Model):
    """The night run of a day of the book; there is one for each day, whoever started it and however often.

    ``snapshot`` names the copy of the mart that every step of it reads, ``as_of`` the moment at which that was taken.
    """

    class Status(models.TextChoices):
        """A run that was killed stays RUNNING until somebody starts it again: it goes on behind its last step."""

        RUNNING = "RUNNING"
        DONE = "DONE"
        FAILED = "FAILED"

    day = models.DateField(unique=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.RUNNING)
    engine = models.CharField(max_length=8)
    snapshot = models.CharField(max_length=20, blank=True, default="")
    as_of = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=40, blank=True, default="")
    fault = models.CharField(max_length=200, blank=True, default="", help_text="what stopped it, without values")


class NightStep(models.Model):
    """One step of a night: what it read, what it made, and how long it took.

    ``reads`` are names of tables. ``tables`` holds, for each table made, rows, digest of the content and a profile of
    its numbers (`rules.features.profile`), by which the next night sees drift. ``changed`` counts rows of the book.
    """

    class Status(models.TextChoices):
        """A step counts when its transaction is through; one begun and not done is done anew."""

        RUNNING = "RUNNING"
        DONE = "DONE"
        FAILED = "FAILED"

    run = models.ForeignKey(NightRun, models.CASCADE, related_name="steps")
    key = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.RUNNING)
    started_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    rows_in = models.BigIntegerField(default=0)
    rows_out = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    reads = models.JSONField(default=list)
    tables = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="night_step_once")]
