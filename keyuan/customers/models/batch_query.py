"""Looking up many identifiers at once (CUS-4): the question, and one row for each line of it."""

from django.db import models

from keyuan.customers.models.customer import Customer


class BatchQuery(models.Model):
    """One batch of up to 100,000 identifiers, kept for its owner until ``expires_on``."""

    user_id = models.BigIntegerField()
    #: From the form, so that a second press of the button finds the same batch.
    token = models.CharField(max_length=64, unique=True, null=True, editable=False)
    name = models.CharField(max_length=80)
    total = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    ambiguous = models.PositiveIntegerField(default=0)
    unmatched = models.PositiveIntegerField(default=0)
    job_id = models.BigIntegerField(null=True, blank=True)
    is_done = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["user_id", "created_at", "id"], name="batch_query_user")]


class BatchQueryRow(models.Model):
    """One identifier: how it reads (masked where it is a sealed value), what it is, and whom it names.

    ``token`` is the blind index of a phone or identity number, which is not kept in plain; ``text`` holds the other
    kinds. ``candidates`` lists the customers of an ambiguous row.
    """

    class Status(models.TextChoices):
        """What came of it."""

        WAITING = "W"
        MATCHED = "M"
        AMBIGUOUS = "A"
        UNMATCHED = "U"

    query = models.ForeignKey(BatchQuery, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    shown = models.CharField(max_length=60)
    text = models.CharField(max_length=60, blank=True, default="")
    token = models.BigIntegerField(null=True, blank=True)
    status = models.CharField(max_length=1, choices=Status.choices, default=Status.WAITING)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="batch_rows")
    candidates = models.JSONField(default=list, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["query", "number"], name="batch_row_number"),
            models.Index(fields=["query", "status", "number"], name="batch_row_status"),
        ]
