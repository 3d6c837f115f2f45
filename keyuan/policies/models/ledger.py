"""The ledger of contracts: balanced entries, written once and never changed (POL-3)."""

from django.db import models

from keyuan.policies.models.policy import Policy


class LedgerEntry(models.Model):
    """One posting: why, for which contract (None: money that belongs to none), when, by whom. Append-only.

    ``key`` names what it was posted for (``payment:17``): the same key is the same entry. ``reverses`` is the entry
    that this one undoes.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    effective_on = models.DateField()
    currency = models.CharField(max_length=3, default="CNY")
    key = models.CharField(max_length=100, unique=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", db_constraint=True
    )
    note = models.CharField(max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["policy", "effective_on", "id"], name="ledger_policy"),
            models.Index(fields=["recorded_at", "id"], name="ledger_recorded"),
            models.Index(fields=["kind", "recorded_at", "id"], name="ledger_kind"),
            # Money of no contract is found by the number of the document that it was posted for.
            models.Index(fields=["note"], name="ledger_document", condition=models.Q(policy__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.key


class LedgerLine(models.Model):
    """One line: minor units of the entry's currency, positive for a debit. ``policy`` repeats the entry's."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="lines")
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    account = models.CharField(max_length=16)
    amount = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["policy", "account", "amount"], name="ledger_line_policy")]
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_line_not_empty")]
