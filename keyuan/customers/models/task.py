"""What to do next, for whom, by when, why (CUS-13; home page of every role)."""

from django.db import models

from keyuan.customers.models.customer import Customer


class Task(models.Model):
    """One thing to do for a customer. ``stake`` is the money at risk in minor units of CNY, 0 when none."""

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "OPEN"
        DONE = "DONE"
        DROPPED = "DROPPED"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=100)
    reason = models.CharField(max_length=200, blank=True, default="")
    stake = models.BigIntegerField(default=0)
    due_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    agent_id = models.BigIntegerField(null=True, blank=True)
    unit_id = models.IntegerField(null=True, blank=True)
    user_id = models.BigIntegerField(null=True, blank=True)
    subject_kind = models.CharField(max_length=20, blank=True, default="")
    subject_id = models.BigIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["agent_id", "status", "due_at", "id"], name="task_agent"),
            models.Index(fields=["user_id", "status", "due_at", "id"], name="task_user"),
            models.Index(fields=["unit_id", "status", "due_at", "id"], name="task_unit"),
        ]
