"""What to do next, for whom, by when, why, and the rules that make such tasks (CUS-13; home page of every role)."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.organisation.models import ScopedRow

#: Open tasks alone stand in these indexes: what is closed is read by its own order.
OPEN = models.Q(closed_at__isnull=True)
CLOSED = models.Q(closed_at__isnull=False)
#: Behind the order, so that a walk filters and a board counts without looking at the rows.
TAIL = ("kind", "stake", "agent_id", "sub_branch_id", "section_id", "team_id", "sales_channel")


def _indexes() -> list[models.Index]:
    large = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    found = [
        models.Index(
            fields=[*level, sort, "id", *(column for column in TAIL if column not in (sort, *level))],
            name=f"task_{key}_{name}",
            condition=OPEN,
        )
        for key, level in large.items()
        for name, sort in (("due", "due_at"), ("stake", "stake"))
    ]
    found += [
        models.Index(fields=[*level, "closed_at", "id"], name=f"task_{key}_closed", condition=CLOSED)
        for key, level in large.items()
    ]
    small = {"sec": "section_id", "team": "team_id", "doer": "agent_id"}
    found += [models.Index(fields=[column], name=f"task_{key}_open", condition=OPEN) for key, column in small.items()]
    return [*found, models.Index(fields=["id"], name="task_by_rule", condition=OPEN & models.Q(rule_id__isnull=False))]


class Task(ScopedRow):
    """One thing to do for a customer. ``stake`` is the money at risk in minor units of CNY, 0 when none.

    ``agent_id`` or ``user_id`` does it; the columns of `ScopedRow` say where the customer is served, so that a
    supervisor's list and board read by equality. ``rule_id`` names the rule that made it, NULL for one made by hand.
    """

    class Status(models.TextChoices):
        """Where it stands; a task whose reason vanished is closed by the system as VOID."""

        OPEN = "OPEN"
        DONE = "DONE"
        DROPPED = "DROPPED"
        VOID = "VOID"

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
    sales_channel = models.CharField(max_length=16, blank=True, default="", db_default="")
    subject_kind = models.CharField(max_length=20, blank=True, default="")
    subject_id = models.BigIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=100, blank=True, default="")
    rule_id = models.BigIntegerField(null=True, blank=True)
    nudged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["agent_id", "status", "due_at", "id"], name="task_agent"),
            models.Index(fields=["user_id", "status", "due_at", "id"], name="task_user"),
            models.Index(fields=["unit_id", "status", "due_at", "id"], name="task_unit"),
            *_indexes(),
        ]


class TaskStep(models.Model):
    """One thing that was done with a task: the history of it, and what an undo puts back."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10)
    before = models.JSONField(default=dict)
    note = models.CharField(max_length=100, blank=True, default="")
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=40, blank=True, default="")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)


class TaskRule(models.Model):
    """A rule that makes tasks: on which day beside which occasion, for whom, with what text (domain.md §I.3).

    ``days`` is the distance to the occasion: -7 is a week before it. ``tiers`` and ``channels`` narrow it, empty
    means all. The task is due ``due_days`` after the night that makes it.
    """

    class Assignee(models.TextChoices):
        """Who does it: the servicing person, or the queue of the team where nobody is named."""

        SERVICE = "SERVICE"
        TEAM = "TEAM"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    occasion = models.CharField(max_length=20)
    days = models.SmallIntegerField()
    kind = models.CharField(max_length=20)
    assignee = models.CharField(max_length=8, choices=Assignee.choices, default=Assignee.SERVICE)
    tiers = models.JSONField(default=list, blank=True)
    channels = models.JSONField(default=list, blank=True)
    skip_open_claims = models.BooleanField(default=False)
    title = models.CharField(max_length=100)
    reason = models.CharField(max_length=200, blank=True, default="")
    due_days = models.SmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class TaskRuleVersion(models.Model):
    """What a rule said from a moment on, who changed it and why."""

    rule = models.ForeignKey(TaskRule, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=200, blank=True, default="")
    changed_by_id = models.BigIntegerField(null=True, blank=True)
    changed_by_name = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="task_rule_version_once")]


class TaskOrigin(models.Model):
    """What a rule has made already: one task for each subject and occasion, however often a night is run again."""

    rule = models.ForeignKey(TaskRule, models.PROTECT, related_name="origins", db_index=False)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    occasion_on = models.DateField()
    task = models.OneToOneField(Task, models.CASCADE, related_name="origin")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject_id", "occasion_on"], name="task_origin_once"),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="task_origin_subject")]


class TaskRun(models.Model):
    """One night of the rules: how many tasks were made and closed for a day; the next night begins behind it."""

    on = models.DateField(unique=True)
    made = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField()
