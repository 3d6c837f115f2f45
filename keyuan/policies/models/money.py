"""Money that fits no contract, money to give back, and the batches by which the bank pays it out (POL-3)."""

from django.db import models

from keyuan.platform.crypto import SealedField
from keyuan.policies.models.bank import BankBatch, BankFile, BankLine
from keyuan.policies.models.ledger import LedgerEntry
from keyuan.policies.models.policy import Policy
from keyuan.policies.models.premium import Payment


class MoneyRules(models.Model):
    """What head office decides about money; one row, amounts in 分.

    ``steps`` are the days of the reminder ladder (none: those of the rules), ``ladder`` those on which the night
    reminds. One person writes off up to ``write_off_alone``; on a contract that lives on nobody more than
    ``write_off_small``. ``held_kinds`` of benefits are held back for ``held_for`` loans or premiums.
    """

    suspense_limit = models.BigIntegerField(default=1_000_000)
    document_fee = models.BigIntegerField(default=1_000)
    ladder = models.JSONField(default=list, blank=True)
    steps = models.JSONField(null=True, blank=True)
    write_off_alone = models.BigIntegerField(default=1_000, db_default=1_000)
    write_off_small = models.BigIntegerField(default=5_000, db_default=5_000)
    held_kinds = models.JSONField(null=True, blank=True)
    held_for = models.JSONField(null=True, blank=True)
    updated_at = models.DateTimeField()
    updated_by_name = models.CharField(max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(default=1)


class SuspenseItem(models.Model):
    """Money that came in and belongs to nothing yet. ``left`` is what no move has taken or reserved; amounts in 分."""

    class Source(models.TextChoices):
        """How it came here: more than was due, nobody known, or a bank took what nothing owed any more."""

        OVERPAID = "OVERPAID"
        UNKNOWN = "UNKNOWN"
        DEBIT = "DEBIT"

    item_no = models.CharField(max_length=20, unique=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.UNKNOWN)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="+")
    received_on = models.DateField()
    amount = models.BigIntegerField()
    left = models.BigIntegerField()
    method = models.CharField(max_length=2, blank=True, default="")
    payer_name = models.CharField(max_length=120, blank=True, default="")
    reference = models.CharField(max_length=80, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["received_on", "id"], name="suspense_received"),
            models.Index(fields=["is_open", "received_on", "id"], name="suspense_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference"], condition=~models.Q(reference=""), name="suspense_once"),
            models.CheckConstraint(condition=models.Q(left__gte=0, amount__gt=0), name="suspense_not_negative"),
        ]

    def __str__(self) -> str:
        return self.item_no


class Refund(models.Model):
    """Money we owe somebody and pay through the bank. ``account`` is the account of the ledger on which it is owed.

    ``key`` names what it is owed for: the same key is the same refund. A payment that fails makes it PAYABLE again.
    """

    class State(models.TextChoices):
        """Where it stands."""

        PAYABLE = "PAYABLE"
        IN_BATCH = "IN_BATCH"
        PAID = "PAID"
        CANCELLED = "CANCELLED"

    refund_no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=16)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="+")
    account = models.CharField(max_length=16, default="REFUND_PAYABLE")
    amount = models.BigIntegerField()
    payee_name = models.CharField(max_length=120, blank=True, default="")
    payee_account = SealedField("bank_account")
    has_account = models.BooleanField(default=False)
    due_by = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PAYABLE)
    key = models.CharField(max_length=100, unique=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_words = models.CharField(max_length=60, blank=True, default="")
    paid_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["due_by", "id"], name="refund_due"),
            models.Index(fields=["state", "due_by", "id"], name="refund_state"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_positive")]

    def __str__(self) -> str:
        return self.refund_no


class SuspenseMove(models.Model):
    """One thing done with money in suspense: put onto a contract, or given back. Over the limit another agrees first.

    ``token`` comes from the form: pressing twice is one move.
    """

    class Kind(models.TextChoices):
        """Where the money goes."""

        ALLOCATE = "ALLOCATE"
        REFUND = "REFUND"

    class State(models.TextChoices):
        """WAITING for a second person."""

        WAITING = "WAITING"
        DONE = "DONE"
        REFUSED = "REFUSED"

    item = models.ForeignKey(SuspenseItem, models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    amount = models.BigIntegerField()
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    payee_name = models.CharField(max_length=120, blank=True, default="")
    payee_account = SealedField("bank_account")
    reason = models.CharField(max_length=200, blank=True, default="")
    token = models.CharField(max_length=40, unique=True)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True, blank=True)
    asked_by_name = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["id"], name="suspense_waiting", condition=models.Q(state="WAITING"))]


class RefundBatch(BankBatch):
    """Refunds that go to the bank together."""

    class State(models.TextChoices):
        """Where the batch stands."""

        DRAFT = "DRAFT"
        RELEASED = "RELEASED"
        SENT = "SENT"
        DONE = "DONE"
        CANCELLED = "CANCELLED"

    pay_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        indexes = [models.Index(fields=["created_at", "id"], name="refund_batch_created")]


class RefundLine(BankLine):
    """One refund in a batch; a refund waits for one bank at a time."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "WAITING"
        PAID = "PAID"
        FAILED = "FAILED"
        LEFT = "LEFT"

    batch = models.ForeignKey(RefundBatch, models.CASCADE, related_name="lines", db_index=False)
    refund = models.ForeignKey(Refund, models.PROTECT, related_name="lines")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="refund_line_once"),
            models.UniqueConstraint(
                fields=["refund"], condition=models.Q(state__in=["WAITING", "PAID"]), name="refund_paid_once"
            ),
        ]


class RefundFile(BankFile):
    """What the bank says of a batch of refunds. ``strays`` are lines that were kept out."""

    batch = models.ForeignKey(RefundBatch, models.CASCADE, related_name="files")
    strays = models.JSONField(default=list, blank=True)
