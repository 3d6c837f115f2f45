"""Where customers stand on the six axes over time (CUS-5): the rules in force, every change, and counts by day."""

from django.db import models

from keyuan.customers.models.customer import Customer


class ClassRules(models.Model):
    """One version of the thresholds; the newest is in force. Numbers and lists stand in ``content`` (`Thresholds`).

    ``moved`` is what the preview said when it was saved: customers that change, by axis.
    """

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    reason = models.CharField(max_length=200)
    moved = models.JSONField(default=dict)
    changed_by_id = models.BigIntegerField(null=True, blank=True)
    changed_by_name = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()


class ClassChange(models.Model):
    """A customer moved on one axis from ``old`` to ``new`` on a day of the book; ``cause`` says what made it move."""

    class Cause(models.TextChoices):
        """A fact changed, time went by, or the thresholds did."""

        FACT = "FACT"
        TIME = "TIME"
        RULES = "RULES"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="class_changes", db_index=False)
    axis = models.CharField(max_length=10)
    old = models.CharField(max_length=16)
    new = models.CharField(max_length=16)
    on = models.DateField()
    cause = models.CharField(max_length=5, choices=Cause.choices, default=Cause.FACT)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "on", "id"], name="class_change_customer"),
            models.Index(fields=["on", "id"], name="class_change_on"),
        ]


class ClassCount(models.Model):
    """How many customers stood at ``value`` of ``axis`` at the end of a day, by branch (0: the whole book) and channel.

    Kept for the whole book and for branches; what is smaller is counted from the customers themselves.
    """

    day = models.DateField()
    branch_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    axis = models.CharField(max_length=10)
    value = models.CharField(max_length=16)
    customers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["branch_id", "day", "axis", "value", "sales_channel"], name="class_count_once"
            )
        ]
        indexes = [models.Index(fields=["day"], name="class_count_day")]


class ClassFlow(models.Model):
    """How many moves from ``old`` to ``new`` a day brought, by branch (0: the whole book) and channel."""

    day = models.DateField()
    branch_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    axis = models.CharField(max_length=10)
    old = models.CharField(max_length=16)
    new = models.CharField(max_length=16)
    moves = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["branch_id", "day", "axis", "old", "new", "sales_channel"], name="class_flow_once"
            )
        ]
        indexes = [models.Index(fields=["day"], name="class_flow_day")]


class ClassRun(models.Model):
    """A classification of the whole book: for which day, by which rules, how many customers it read and moved."""

    day = models.DateField()
    rules = models.ForeignKey(ClassRules, models.PROTECT, null=True, related_name="+", db_index=False)
    read = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    finished_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["day", "id"], name="class_run_day")]
