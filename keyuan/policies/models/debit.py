"""Direct debit: batches that go to a bank, their lines, result files, and lines nobody could place (POL-3)."""

from django.db import models

from keyuan.policies.models.bank import BankBatch, BankFile, BankLine
from keyuan.policies.models.policy import Policy
from keyuan.policies.models.premium import Payment


class DebitBatch(BankBatch):
    """Premiums to collect on one day through one bank.

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

    layout = models.CharField(max_length=12, default="PIPED")
    collect_on = models.DateField()
    due_until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAKING)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at", "id"], name="debit_batch_created")]


class DebitLine(BankLine):
    """One premium in a batch. An instalment waits for one bank at a time; amounts in 分."""

    class State(models.TextChoices):
        """What became of it: TOLD_PAID waits to be settled."""

        WAITING = "WAITING"
        TOLD_PAID = "TOLD_PAID"
        PAID = "PAID"
        FAILED = "FAILED"
        LEFT = "LEFT"

    batch = models.ForeignKey(DebitBatch, models.CASCADE, related_name="lines", db_index=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    instalment_number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
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


class DebitResultFile(BankFile):
    """What the bank says of a batch of premiums."""

    batch = models.ForeignKey(DebitBatch, models.CASCADE, related_name="result_files")
    kept_out = models.PositiveIntegerField(default=0)


class DebitStray(models.Model):
    """A line of a result file that was kept out: unreadable, unknown, double, or with another amount."""

    file = models.ForeignKey(DebitResultFile, models.CASCADE, related_name="strays")
    place = models.PositiveIntegerField()
    reason = models.CharField(max_length=12)
    text = models.CharField(max_length=200, blank=True, default="")
