"""Allocation in bulk: rules as data, a batch with its plan, who received it (CUS-9, domain.md §A.9)."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.organisation.models import ScopedRow, Unit


class AllocationRule(models.Model):
    """Which customers go where and how they are shared out; rules are asked in the order of ``position``.

    ``conditions`` and ``target`` are what `keyuan.customers.rules.allocation` reads; every saved state stays in
    `AllocationRuleVersion`.
    """

    name = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)
    conditions = models.JSONField(default=dict)
    target = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["position", "id"], name="alloc_rule_order")]


class AllocationRuleVersion(models.Model):
    """A rule as it stood from ``saved_at`` on."""

    rule = models.ForeignKey(AllocationRule, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by_id = models.BigIntegerField(null=True, blank=True)
    saved_by_name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="alloc_rule_version_once")]


class Allocation(ScopedRow):
    """One batch: what was chosen, the plan, what became of it. The level columns are those of the unit that runs it.

    ``choice`` is the filter over open orphan cases, ``settings`` what was asked besides; ``figures`` hold fairness
    and the reasons of what is left over. ``token`` comes from the form, so that a second click finds the same batch.
    """

    class State(models.TextChoices):
        """Where it stands."""

        PLANNING = "PLANNING"
        READY = "READY"
        RUNNING = "RUNNING"
        GIVEN = "GIVEN"
        UNDOING = "UNDOING"
        UNDONE = "UNDONE"
        DROPPED = "DROPPED"

    name = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNING)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    choice = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    placed = models.PositiveIntegerField(default=0)
    left_over = models.PositiveIntegerField(default=0)
    given = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    token = models.CharField(max_length=64, unique=True)
    job_id = models.BigIntegerField(null=True, blank=True)
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="alloc_all_new"),
            models.Index(fields=["branch_id"], name="alloc_branch"),
            models.Index(fields=["sub_branch_id"], name="alloc_sub_branch"),
            models.Index(fields=["section_id"], name="alloc_section"),
            models.Index(fields=["team_id"], name="alloc_team"),
        ]


class AllocationItem(models.Model):
    """One customer of a batch: to whom by which rule, or why nobody; later what became of it.

    ``before`` is the assignment that stood when planned, ``assignment`` the one made; an item is given and undone
    only while the customer still has them.
    """

    class State(models.TextChoices):
        """Where it stands."""

        CHOSEN = "CHOSEN"
        PLANNED = "PLANNED"
        LEFT_OVER = "LEFT_OVER"
        GIVEN = "GIVEN"
        SKIPPED = "SKIPPED"
        ACCEPTED = "ACCEPTED"
        RETURNED = "RETURNED"
        UNDONE = "UNDONE"
        KEPT = "KEPT"

    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="items", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="allocation_items")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHOSEN)
    reason = models.CharField(max_length=16, blank=True, default="", help_text="why left over, or why returned")
    note = models.CharField(max_length=100, blank=True, default="")
    rule_id = models.IntegerField(null=True, blank=True)
    agent_id = models.BigIntegerField(null=True, blank=True)
    backup_agent_id = models.BigIntegerField(null=True, blank=True)
    receiving_unit_id = models.IntegerField(null=True, blank=True)
    annual_premium = models.BigIntegerField(default=0)
    case_id = models.BigIntegerField(null=True, blank=True)
    before_id = models.BigIntegerField(null=True, blank=True)
    assignment_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["allocation", "state", "id"], name="alloc_item_state"),
            models.Index(fields=["allocation", "receiving_unit_id", "id"], name="alloc_item_unit"),
            models.Index(fields=["allocation", "agent_id", "id"], name="alloc_item_agent"),
            # Giving goes person by person: neighbours share the pages of every index by unit and person.
            models.Index(
                fields=["allocation", "state", "receiving_unit_id", "agent_id", "id"], name="alloc_item_giving"
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["allocation", "customer"], name="alloc_item_once")]


class Reception(ScopedRow):
    """What one receiving unit got from a batch and has to accept or return by ``deadline_at``.

    Not answered in time it goes up: ``escalated_to_id`` is the unit above, which answers from then on as well.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "WAITING"
        ESCALATED = "ESCALATED"
        ACCEPTED = "ACCEPTED"
        RETURNED = "RETURNED"
        PARTLY = "PARTLY"
        UNDONE = "UNDONE"

    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="receptions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    customers = models.PositiveIntegerField(default=0)
    annual_premium = models.BigIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    deadline_at = models.DateTimeField()
    escalated_to_id = models.IntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["state", "deadline_at", "id"], name="reception_deadline"),
            models.Index(fields=["deadline_at", "id"], name="reception_all"),
            models.Index(fields=["branch_id"], name="reception_branch"),
            models.Index(fields=["sub_branch_id"], name="reception_sub_branch"),
            models.Index(fields=["section_id"], name="reception_section"),
            models.Index(fields=["team_id"], name="reception_team"),
        ]
        constraints = [models.UniqueConstraint(fields=["allocation", "unit"], name="reception_once")]
