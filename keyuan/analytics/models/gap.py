"""Protection gaps: what is assumed, what a customer answered, and the dated results (ANA-8)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow


class GapAssumptions(models.Model):
    """An edition of the assumptions, in force from its day until the next one; never changed, only followed.

    ``values`` are those of `keyuan.policies.rules.gap.assumptions.Assumptions`: money in minor units of CNY, rates in
    basis points.
    """

    number = models.PositiveIntegerField(unique=True)
    valid_from = models.DateField()
    values = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["valid_from", "number"], name="gap_assumed_from")]


class GapSheet(models.Model):
    """The answers of one customer: question → value, day, who noted it; the draft of the next result.

    Amounts are yearly or outstanding sums in minor units of CNY. ``told_on`` is the day on which the customer was last
    told what the answers are for; without it, or a consent, nothing about money is kept (PIPL 13, 17).
    """

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="gap_sheet")
    answers = models.JSONField(default=dict, blank=True)
    told_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField()
    updated_by_id = models.BigIntegerField(null=True, blank=True)
    updated_by_name = models.CharField(max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(default=1)


class GapResult(ScopedRow):
    """What was worked out for a customer on a day, with the facts and the assumptions it rests on; never changed.

    ``total_gap`` adds the needs that stand on their own, in minor units of CNY; the place is the customer's of today.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="gap_results")
    form_key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    is_latest = models.BooleanField(default=True)
    life_stage = models.CharField(max_length=16)
    edition = models.PositiveIntegerField(default=0)
    assumptions = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)
    total_gap = models.BigIntegerField(default=0)
    first_kind = models.CharField(max_length=20, blank=True, default="")
    budget = models.BigIntegerField(null=True, blank=True)
    purchases = models.JSONField(default=list)

    class Meta:
        # Behind an order's own columns stand those of the filters: a walk passes over what does not match.
        indexes = [
            models.Index(fields=["made_at", "id", "life_stage", "first_kind", "is_latest"], name="gap_all_made"),
            models.Index(
                fields=["branch_id", "made_at", "id", "life_stage", "first_kind", "is_latest"], name="gap_br_made"
            ),
            models.Index(fields=["sub_branch_id", "made_at", "id"], name="gap_sb_made"),
            models.Index(fields=["total_gap", "id", "life_stage", "first_kind", "is_latest"], name="gap_all_total"),
            models.Index(
                fields=["branch_id", "total_gap", "id", "life_stage", "first_kind", "is_latest"], name="gap_br_total"
            ),
            models.Index(fields=["section_id"], name="gap_sec"),
            models.Index(fields=["team_id"], name="gap_team"),
            models.Index(fields=["servicing_agent_id"], name="gap_agent"),
        ]

    def __str__(self) -> str:
        return f"gap {self.pk}"


class GapNeed(models.Model):
    """One need of a result, in minor units of CNY; ``within`` names the need of which it is a part (not added again).

    ``detail`` holds the lines of the sum, each a key and an amount, and what other methods say.
    """

    result = models.ForeignKey(GapResult, models.CASCADE, related_name="needs")
    kind = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=16)
    need = models.BigIntegerField()
    cover = models.BigIntegerField()
    gap = models.BigIntegerField()
    within = models.CharField(max_length=20, blank=True, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "kind"], name="gap_need_once")]
