"""What the nightly clocks did: runs and, once each, the steps that fell due (POL-2, decision 10)."""

from django.db import models

from keyuan.policies.models.policy import Policy


class ClockRun(models.Model):
    """One run of the clocks for the night ``on``, or one comparison of that night with what it would do again.

    ``cut_off``: records made later were not known to it. ``counts`` are steps by rule; of a comparison ``differences``
    says how many steps either side has alone, and ``report`` holds the first of them.
    """

    class Kind(models.TextChoices):
        """Whether it changed contracts or only compared."""

        NIGHT = "NIGHT"
        COMPARISON = "COMPARISON"

    on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NIGHT)
    cut_off = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.CharField(max_length=40, blank=True, default="")
    looked = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    differences = models.PositiveIntegerField(null=True, blank=True)
    report = models.JSONField(default=list, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "on", "id"], name="clock_run_night"),
            models.Index(fields=["started_at", "id"], name="clock_run_started"),
        ]

    def __str__(self) -> str:
        return f"clocks of {self.on}"


class ClockStep(models.Model):
    """A step that time brought: a contract takes each rule once for each day on which it fell due."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="clock_steps", db_index=False)
    rule = models.CharField(max_length=16)
    due_on = models.DateField()
    run = models.ForeignKey(ClockRun, models.PROTECT, related_name="steps", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "rule", "due_on"], name="clock_step_once")]
        indexes = [
            models.Index(fields=["run", "rule", "id"], name="clock_step_run"),
            models.Index(fields=["rule", "due_on", "policy"], name="clock_step_rule"),
        ]
