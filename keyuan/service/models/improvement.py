"""What the house learns: improvement items with a figure before and after, monthly reviews, service stars (SRV-11)."""

from django.db import models
from django.db.models import Q

from keyuan.service.models.work_order import WorkOrder


class ImprovementItem(models.Model):
    """Something to be done better. ``indicator`` with ``about`` (category, unit, product) is measured over the days
    before and after; figures are in the indicator's unit, in hundredths, with the number of cases they rest on.
    """

    number = models.CharField(max_length=20, unique=True)
    source = models.CharField(max_length=10)
    order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, blank=True, related_name="improvements")
    origin_kind = models.CharField(max_length=12, blank=True, default="", db_default="")
    origin_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=120)
    cause = models.TextField(blank=True, default="")
    measure = models.TextField(blank=True, default="")
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_name = models.CharField(max_length=80, blank=True, default="")
    due_on = models.DateField()
    state = models.CharField(max_length=10, default="OPEN")
    indicator = models.CharField(max_length=30, blank=True, default="")
    about = models.JSONField(default=dict, blank=True)
    before_from = models.DateField(null=True, blank=True)
    before_until = models.DateField(null=True, blank=True)
    after_from = models.DateField(null=True, blank=True)
    after_until = models.DateField(null=True, blank=True)
    before_value = models.BigIntegerField(null=True, blank=True)
    before_cases = models.PositiveIntegerField(null=True, blank=True)
    after_value = models.BigIntegerField(null=True, blank=True)
    after_cases = models.PositiveIntegerField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=500, blank=True, default="")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    reminded_on = models.DateField(null=True, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=80, null=True, blank=True, unique=True)
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id"], name="imp_due"),
            models.Index(fields=["opened_on", "id"], name="imp_opened"),
            models.Index(fields=["state", "due_on", "id"], name="imp_state"),
            models.Index(fields=["source", "due_on", "id"], name="imp_source"),
            models.Index(fields=["owner_id", "due_on", "id"], name="imp_owner"),
            models.Index(fields=["closed_on"], name="imp_closed", condition=Q(closed_on__isnull=False)),
            models.Index(fields=["origin_kind", "origin_id"], name="imp_origin", condition=Q(origin_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class ImprovementEntry(models.Model):
    """One line of an item's history."""

    item = models.ForeignKey(ImprovementItem, models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    act = models.CharField(max_length=12)
    state = models.CharField(max_length=10, blank=True, default="")
    text = models.CharField(max_length=500, blank=True, default="")
    staff_id = models.BigIntegerField(null=True, blank=True)
    staff_name = models.CharField(max_length=80, blank=True, default="")


class MonthlyReview(models.Model):
    """The minutes of the meeting that looks at a month's improvement items; ``month`` is its first day."""

    month = models.DateField(unique=True)
    minutes = models.TextField(blank=True, default="")
    held_on = models.DateField(null=True, blank=True)
    people = models.CharField(max_length=300, blank=True, default="")
    written_by_name = models.CharField(max_length=80, blank=True, default="")
    written_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)


class StarNomination(models.Model):
    """Somebody proposed as service star (客户守护者) of a month, once each."""

    month = models.DateField()
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    by_id = models.BigIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "user_id"], name="star_once")]


class StarVote(models.Model):
    """The one vote of a person in a month."""

    month = models.DateField()
    voter_id = models.BigIntegerField()
    nomination = models.ForeignKey(StarNomination, models.CASCADE, related_name="votes")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "voter_id"], name="star_vote_once")]
