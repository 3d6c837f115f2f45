"""Direct debit: batches that go to a bank, their lines, result files, and lines nobody could place (POL-3)."""

from django.db import models

from keyuan.policies.models.policy import Policy
from keyuan.policies.models.premium import Payment


class DebitBatch(models.Model):
    """Premiums to collect on one day through one bank. Two people: who makes it and who releases it.

    Account numbers are in no column: they are read from the sealed accounts when the file is made.
    """

    class State(models.TextChoices):
        """Where the batch stands."""

        MAKING = "MAKING"
        DRAFT = "DRAFT"
        RELEASED = "RELEASED"
        SENT = "SENT"
        DONE = "DONE"
        CANCELLED = "CANCELLED"

    batch_no = models.CharField(max_length=20, unique=True)
    layout = models.CharField(max_length=12, default="PIPED")
    collect_on = models.DateField()
    due_until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAKING)
    lines_count = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    paid_count = models.PositiveIntegerField(default=0)
    paid_amount = models.BigIntegerField(default=0)
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    released_by_id = models.BigIntegerField(null=True, blank=True)
    released_by_name = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["created_at", "id"], name="debit_batch_created")]

    def __str__(self) -> str:
        return self.batch_no


class DebitLine(models.Model):
    """One premium in a batch. An instalment waits for one bank at a time; amounts in 分."""

    class State(models.TextChoices):
        """What became of it: TOLD_PAID waits to be settled."""

        WAITING = "WAITING"
        TOLD_PAID = "TOLD_PAID"
        PAID = "PAID"
        FAILED = "FAILED"
        LEFT = "LEFT"

    batch = models.ForeignKey(DebitBatch, models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField()
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    instalment_number = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    code = models.CharField(max_length=8, blank=True, default="")
    words = models.CharField(max_length=60, blank=True, default="")
    payment = models.ForeignKey(Payment, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="debit_line_once"),
            models.UniqueConstraint(
                fields=["policy", "instalment_number"],
                condition=models.Q(state__in=["WAITING", "TOLD_PAID"]),
                name="debit_one_bank_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["batch", "state", "number"], name="debit_line_state")]


class DebitResultFile(models.Model):
    """A result file taken in; the same bytes again are the same file."""

    batch = models.ForeignKey(DebitBatch, models.CASCADE, related_name="result_files")
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, unique=True)
    taken_at = models.DateTimeField()
    taken_by_name = models.CharField(max_length=40, blank=True, default="")
    paid = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    kept_out = models.PositiveIntegerField(default=0)


class DebitStray(models.Model):
    """A line of a result file that was kept out: unreadable, unknown, double, or with another amount."""

    file = models.ForeignKey(DebitResultFile, models.CASCADE, related_name="strays")
    place = models.PositiveIntegerField()
    reason = models.CharField(max_length=12)
    text = models.CharField(max_length=200, blank=True, default="")
