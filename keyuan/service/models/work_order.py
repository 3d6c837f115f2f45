"""A work order (工单) with its history (SRV-1)."""

from django.db import models
from django.db.models import Q

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.policies.models import Policy
from keyuan.service.models.category import Category
from keyuan.service.models.desk import Desk

LEVELS: dict[str, list[str]] = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
SMALL = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
#: Sorts of the queue, and filters that have an index with the order of deadlines.
SORTS = {"due": "due_at", "rank": "rank", "new": "received_at"}
FILTERS = {"st": "status", "kind": "kind", "own": "owner_id", "pool": "pool_id", "mark": "mark"}
IS_OPEN = Q(is_open=True)


def _indexes() -> list[models.Index]:
    """Indexes of the queue hold open orders only: they stay small however many orders there have ever been."""
    queue = [
        models.Index(fields=[*columns, sort, "id"], name=f"wo_{level}_{key}", condition=IS_OPEN)
        for level, columns in LEVELS.items()
        for key, sort in SORTS.items()
    ]
    queue += [
        models.Index(fields=[*LEVELS[level], column, "due_at", "id"], name=f"wo_{level}_{key}", condition=IS_OPEN)
        for level in ("all", "br")
        for key, column in FILTERS.items()
    ]
    queue += [
        models.Index(fields=["pool_id", "rank", "id"], name="wo_pool_rank", condition=Q(pool_id__isnull=False)),
    ]
    archive = [
        models.Index(fields=[*columns, "received_at", "id"], name=f"wo_{level}_ever")
        for level, columns in LEVELS.items()
    ]
    archive += [
        models.Index(fields=[*LEVELS[level], column, "received_at", "id"], name=f"wo_{level}_{key}_ever")
        for level in ("all", "br")
        for key, column in (("st", "status"), ("kind", "kind"), ("closed", "closed_on"))
    ]
    small = [models.Index(fields=[column], name=f"wo_{key}") for key, column in SMALL.items()]
    return [*queue, *archive, *small]


class WorkOrder(ScopedRow):
    """One order. It always has a desk; ``pool_id`` repeats it while nobody took the order.

    ``due_at``, ``due_key``, ``is_paused`` and ``mark`` repeat what the clocks say, for the queue. ``rank`` is the
    place in the queue by priority and tier: lower goes first. The desk's supervisor answers for what nobody took.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10)
    subtype = models.CharField(max_length=14, blank=True, default="")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    contact_channel = models.CharField(max_length=10)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="work_orders")
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="work_orders")
    caller_name = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    priority = models.PositiveSmallIntegerField(default=3)
    tier = models.CharField(max_length=10, blank=True, default="")
    rank = models.PositiveSmallIntegerField(default=30)
    status = models.CharField(max_length=12, default="RECEIVED")
    is_open = models.BooleanField(default=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="orders", db_index=False)
    pool_id = models.BigIntegerField(null=True, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_name = models.CharField(max_length=80, blank=True, default="")
    due_at = models.DateTimeField(null=True, blank=True)
    due_key = models.CharField(max_length=20, blank=True, default="")
    is_paused = models.BooleanField(default=False)
    mark = models.CharField(max_length=4, blank=True, default="")
    received_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_how = models.CharField(max_length=10, blank=True, default="")
    confirmed_how = models.CharField(max_length=10, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    solution = models.TextField(blank=True, default="")
    conclusion = models.CharField(max_length=500, blank=True, default="")
    cause = models.CharField(max_length=20, blank=True, default="")
    wait_reason = models.CharField(max_length=20, blank=True, default="")
    reopened = models.PositiveSmallIntegerField(default=0)
    chased = models.PositiveSmallIntegerField(default=0)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    token = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            *_indexes(),
            models.Index(fields=["parent"], name="wo_parent", condition=Q(parent__isnull=False)),
            models.Index(fields=["merged_into"], name="wo_merged", condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class OrderEntry(models.Model):
    """One line of an order's history: a move, a note for colleagues, what was said to or by the customer."""

    class Kind(models.TextChoices):
        """What the line is; ``NOTE`` never reaches the customer."""

        MOVE = "MOVE"
        NOTE = "NOTE"
        REPLY = "REPLY"
        INBOUND = "INBOUND"
        CLOCK = "CLOCK"

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    act = models.CharField(max_length=20, blank=True, default="")
    source = models.CharField(max_length=12, blank=True, default="")
    target = models.CharField(max_length=12, blank=True, default="")
    code = models.CharField(max_length=20, blank=True, default="")
    text = models.TextField(blank=True, default="")
    staff_id = models.BigIntegerField(null=True, blank=True)
    staff_name = models.CharField(max_length=80, blank=True, default="")


class Follower(models.Model):
    """Who hears of what happens to an order of a colleague."""

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="followers")
    user_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "user_id"], name="wo_follower_once")]
