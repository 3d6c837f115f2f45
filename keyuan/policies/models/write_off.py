"""Premiums that are not collected any more (坏账, 小额核销)."""

from django.db import models

from keyuan.policies.models.policy import Policy
from keyuan.policies.models.premium import Payment


class WriteOff(models.Model):
    """What is left of one premium, given up; amounts in 分. Over the limit another person agrees first.

    SMALL is a remainder on a contract that lives on, BAD a premium of one that ended. ``token`` comes from the form:
    pressing twice is one. ``payment`` settles the instalment out of the account of what was written off.
    """

    class Kind(models.TextChoices):
        """Why it is given up."""

        SMALL = "SMALL"
        BAD = "BAD"

    class State(models.TextChoices):
        """WAITING for a second person; what is REVERSED is owed again."""

        WAITING = "WAITING"
        DONE = "DONE"
        REFUSED = "REFUSED"
        REVERSED = "REVERSED"

    write_off_no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    instalment_number = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    token = models.CharField(max_length=40, unique=True)
    payment = models.ForeignKey(Payment, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True, blank=True)
    asked_by_name = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=40, blank=True, default="")
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by_name = models.CharField(max_length=40, blank=True, default="")
    reversed_because = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at", "id"], name="write_off_asked"),
            models.Index(fields=["state", "asked_at", "id"], name="write_off_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "instalment_number"],
                condition=models.Q(state="WAITING"),
                name="write_off_waits_once",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="write_off_positive"),
        ]

    def __str__(self) -> str:
        return self.write_off_no
