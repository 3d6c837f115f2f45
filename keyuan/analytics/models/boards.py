"""What boards show: figures by unit and month as nights counted them, targets with their owner, the plan (ANA-12)."""

from django.db import models


class BoardCell(models.Model):
    """What a unit (0: the whole book) did in a month and how it stood at its end, by sales channel.

    ``figures`` holds flows and levels by measure (`rules.boards.measures`), counted anew every night; ``states`` what
    only that night could see, as the last night of the month found it. Amounts in minor units of CNY. No row tells of
    a customer. Kept for the book, branches and sub-branches.
    """

    unit_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    month = models.DateField(help_text="first day of the month")
    figures = models.JSONField(default=dict)
    states = models.JSONField(default=dict)
    counted_on = models.DateField(help_text="day of the night that last changed it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit_id", "month", "sales_channel"], name="board_cell_once"),
        ]


class VersionRow(models.Model):
    """One version of something set by hand: who, when and why; the newest is in force."""

    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    changed_by_id = models.BigIntegerField(null=True, blank=True)
    changed_by_name = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True


class IndicatorTerms(VersionRow):
    """Who answers for an indicator in a unit (0: the whole book), and its targets by year, in the indicator's unit."""

    indicator = models.CharField(max_length=20)
    unit_id = models.IntegerField(default=0)
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_name = models.CharField(max_length=40, blank=True, default="")
    targets = models.JSONField(default=dict, help_text="year → target, amounts in minor units")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit_id", "indicator", "number"], name="indicator_terms_once"),
        ]


class BoardPlan(VersionRow):
    """A version of the five-year plan. ``content``: `rules.boards.plan.Plan`."""

    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="board_plan_once")]
