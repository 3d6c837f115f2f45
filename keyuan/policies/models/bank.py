"""What goes to a bank and comes back, alike for premiums collected and refunds paid (POL-3)."""

from django.db import models


class BankBatch(models.Model):
    """What one bank does on one day. Two people: who makes it and who releases it; amounts in 分."""

    batch_no = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=10)
    lines_count = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    paid_count = models.PositiveIntegerField(default=0)
    paid_amount = models.BigIntegerField(default=0)
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    released_by_id = models.BigIntegerField(null=True, blank=True)
    released_by_name = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.batch_no


class BankLine(models.Model):
    """One amount in a batch, and what the bank said of it."""

    number = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    code = models.CharField(max_length=8, blank=True, default="")
    words = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        abstract = True


class BankFile(models.Model):
    """A result file taken in; the same bytes again are the same file."""

    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, unique=True)
    taken_at = models.DateTimeField()
    taken_by_name = models.CharField(max_length=40, blank=True, default="")
    paid = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
