"""Hand-over of a leaver: everything they held, to whom it went, what remains to report (CUS-9, PLT-5)."""

from django.db import models

from keyuan.organisation.models import Agent, ScopedRow, Unit, User


class Handover(ScopedRow):
    """One person's leaving. The level columns are those of the leaver's unit.

    ``plan`` says for each part how successors were chosen; ``figures`` count what was moved. Access ended at
    ``access_ended_at``, in the transaction that began the hand-over. ``token`` comes from the form.
    """

    class State(models.TextChoices):
        """Where it stands."""

        RUNNING = "RUNNING"
        DONE = "DONE"

    agent = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="handovers")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="handovers")
    leaver_name = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    left_on = models.DateField()
    reason = models.CharField(max_length=200)
    plan = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    access = models.JSONField(default=dict)
    access_ended_at = models.DateTimeField()
    token = models.CharField(max_length=64, unique=True)
    job_id = models.BigIntegerField(null=True, blank=True)
    started_by_id = models.BigIntegerField(null=True, blank=True)
    started_by_name = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="handover_all"),
            models.Index(fields=["branch_id"], name="handover_branch"),
            models.Index(fields=["sub_branch_id"], name="handover_sub_branch"),
            models.Index(fields=["section_id"], name="handover_section"),
            models.Index(fields=["team_id"], name="handover_team"),
        ]


class HandoverItem(models.Model):
    """One thing of one part: whose, planned for whom, and whether it was moved.

    The plan is written before anything moves, so that a run that was killed goes on to the same end.
    """

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "PLANNED"
        MOVED = "MOVED"
        ENDED = "ENDED"
        SKIPPED = "SKIPPED"
        NOBODY = "NOBODY"

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items", db_index=False)
    part = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True, blank=True)
    successor_id = models.BigIntegerField(null=True, blank=True, help_text="an agent")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    value = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["handover", "part", "state", "id"], name="handover_item_state")]
        constraints = [models.UniqueConstraint(fields=["handover", "part", "object_id"], name="handover_item_once")]
