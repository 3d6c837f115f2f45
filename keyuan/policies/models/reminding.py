"""What was done about a renewal premium that falls due: reminders, calls, promises (POL-3; domain.md §A.5)."""

from django.db import models

from keyuan.policies.models.policy import Policy


class PremiumAct(models.Model):
    """One thing done about the premium due on ``due_on``. ``step``: the day of the ladder it belongs to, −30 … +50.

    A message or task of the night stands once for each step (``by_night``).
    """

    class Kind(models.TextChoices):
        """What was done."""

        MESSAGE = "MESSAGE"
        TASK = "TASK"
        CALL = "CALL"
        PROMISE = "PROMISE"
        NOTE = "NOTE"

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="premium_acts", db_index=False)
    due_on = models.DateField()
    step = models.SmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    outcome = models.CharField(max_length=40, blank=True, default="")
    promised_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    message_id = models.BigIntegerField(null=True, blank=True)
    task_id = models.BigIntegerField(null=True, blank=True)
    by_night = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["policy", "due_on", "id"], name="premium_act_policy"),
            models.Index(
                fields=["promised_on", "policy"], name="premium_act_promise", condition=models.Q(kind="PROMISE")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "due_on", "step", "kind"],
                condition=models.Q(by_night=True),
                name="premium_act_night_once",
            ),
        ]
