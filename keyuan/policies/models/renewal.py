"""Renewal of cover (续保): chances, what happened with them, quotes, windows, tariffs (POL-4)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.textfield import CodePointField
from keyuan.policies.models.policy import Policy
from keyuan.products.models import Product

#: Columns of the list's filters, behind the columns of each order: a walk passes over what does not match.
FILTERED = ("stage", "kind", "sales_channel", "product_id", "reason", "calls_from", "expires_on", "premium")


def _indexes() -> list[models.Index]:
    found = []
    for level_key, level in (("all", []), ("br", ["branch_id"]), ("sb", ["sub_branch_id"])):
        for key, column in (("exp", "expires_on"), ("prem", "premium")):
            tail = [] if level_key == "sb" else [name for name in FILTERED if name != column]
            found.append(models.Index(fields=[*level, column, "id", *tail], name=f"renewal_{level_key}_{key}"))
    for key, column in (("sec", "section_id"), ("team", "team_id"), ("agent", "servicing_agent_id")):
        found.append(models.Index(fields=[column], name=f"renewal_{key}"))
    return [
        *found,
        models.Index(fields=["branch_id", "stage"], name="renewal_br_stage"),
        models.Index(fields=["stage", "expires_on", "id"], name="renewal_all_stage"),
        models.Index(fields=["kind"], name="renewal_all_kind"),
        models.Index(fields=["policy_no_tail"], name="renewal_no_tail"),
        # What the night looks at: chances that are still open, by the day on which they lapse.
        models.Index(fields=["lapses_on", "id"], name="renewal_live", condition=models.Q(closed_at__isnull=True)),
        # The renewal rate of a span, told by the index alone.
        models.Index(
            fields=[
                "expires_on", "branch_id", "sub_branch_id", "team_id", "sales_channel", "kind", "product", "stage",
                "reason",
            ],
            name="renewal_rate",
        ),
    ]  # fmt: skip


class Renewal(ScopedRow):
    """The chance to renew one contract of a year or less; money in minor units. One a contract.

    ``reason`` says why it was lost. The place is that of the contract; a chance given to somebody else
    (``is_assigned``) stands where that agent works, and lets that unit see the holder.
    """

    policy = models.OneToOneField(Policy, models.CASCADE, related_name="renewal_case")
    policy_no = CodePointField(max_length=40)
    policy_no_tail = models.CharField(max_length=6, blank=True, default="")
    holder = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="renewal_cases")
    holder_name = models.CharField(max_length=120, blank=True, default="")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, blank=True, default="")
    stage = models.CharField(max_length=10, default="OPEN")
    reason = models.CharField(max_length=12, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    expires_on = models.DateField()
    quotes_from = models.DateField()
    calls_from = models.DateField()
    lapses_on = models.DateField()
    premium = models.BigIntegerField(default=0)
    new_premium = models.BigIntegerField(null=True, blank=True)
    new_policy = models.ForeignKey(Policy, models.SET_NULL, null=True, blank=True, related_name="renewed_by")
    quotes_made = models.PositiveSmallIntegerField(default=0)
    contacts = models.PositiveSmallIntegerField(default=0)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    follow_up_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True, help_text="the customer asked not to be renewed")
    stopped_how = models.CharField(max_length=10, blank=True, default="")
    is_assigned = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = _indexes()

    def __str__(self) -> str:
        return f"renewal {self.pk}"


class RenewalEvent(models.Model):
    """One thing that was done with a chance: what, when, by whom."""

    renewal = models.ForeignKey(Renewal, models.CASCADE, related_name="events")
    act = models.CharField(max_length=10)
    stage = models.CharField(max_length=10)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")


class RenewalQuote(models.Model):
    """One offer for the new term; it never changes. ``basis`` says what the premium rests on."""

    class State(models.TextChoices):
        """What became of it; one that ran out is still OFFERED and past ``valid_until``."""

        OFFERED = "OFFERED"
        ACCEPTED = "ACCEPTED"
        WITHDRAWN = "WITHDRAWN"

    renewal = models.ForeignKey(Renewal, models.CASCADE, related_name="quotes")
    number = models.PositiveSmallIntegerField()
    form_key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    starts_on = models.DateField()
    ends_on = models.DateField()
    sum_insured = models.BigIntegerField(default=0)
    deductible = models.BigIntegerField(null=True, blank=True)
    premium = models.BigIntegerField()
    covers = models.JSONField(default=list, blank=True)
    basis = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    valid_until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["renewal", "number"], name="renewal_quote_once"),
            models.UniqueConstraint(
                fields=["renewal"], condition=models.Q(state="ACCEPTED"), name="renewal_one_accepted"
            ),
        ]


class RenewalWindow(models.Model):
    """Days of renewal for one product kind; the row without kind is for all others."""

    kind = models.CharField(max_length=20, blank=True, default="", unique=True)
    opens = models.PositiveSmallIntegerField()
    quotes = models.PositiveSmallIntegerField()
    calls = models.PositiveSmallIntegerField()
    lapses = models.PositiveSmallIntegerField()
    validity = models.PositiveSmallIntegerField()
    changed_by_name = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)


class MotorTariff(models.Model):
    """Base premiums and factors of motor cover from a day on; one that prices already never changes (§A.11)."""

    valid_from = models.DateField(unique=True)
    data = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True, default="")
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
