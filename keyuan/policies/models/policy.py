"""The contract record (POL-1) and its states (POL-2)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import Agent, ScopedRow
from keyuan.platform.crypto import BlindIndexField, SealedField
from keyuan.platform.textfield import CodePointField
from keyuan.products.models import Product

#: Columns of the list's filters. Behind an order's own columns they let a walk pass over what does not match without
#: looking at the rows: a filter and an order that run against each other cost one index, not the whole table.
FILTERED = (
    "status", "kind", "in_grace", "in_cooling_off", "next_due_on", "effective_on", "expires_on", "annual_premium",
)  # fmt: skip


def _order_index(level_key: str, level: list[str], sort_key: str, sort: str) -> models.Index:
    # A sub-branch holds few rows: they are read whole.
    tail = [] if level_key == "sb" else [column for column in FILTERED if column != sort]
    return models.Index(fields=[*level, sort, "id", *tail], name=f"pol_{level_key}_{sort_key}")


def _indexes() -> list[models.Index]:
    large = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    sorts = {"due": "next_due_on", "eff": "effective_on", "exp": "expires_on", "prem": "annual_premium"}
    indexes = [
        _order_index(level_key, level, sort_key, sort)
        for level_key, level in large.items()
        for sort_key, sort in sorts.items()
    ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    indexes += [models.Index(fields=[column], name=f"pol_{key}") for key, column in small.items()]
    for column in ("status", "kind"):
        indexes.append(models.Index(fields=["branch_id", column], name=f"pol_br_{column}"))
    # Over the whole book the suspended, long overdue, would stand before everything in force: this order has its own.
    indexes.append(models.Index(fields=["status", "next_due_on", "id"], name="pol_all_status_due"))
    indexes.append(models.Index(fields=["kind"], name="pol_all_kind"))
    return [
        *indexes,
        models.Index(fields=["branch_id"], name="pol_in_grace", condition=models.Q(in_grace=True)),
        models.Index(fields=["branch_id"], name="pol_cooling", condition=models.Q(in_cooling_off=True)),
        models.Index(fields=["next_clock_on", "id"], name="pol_clock", condition=models.Q(next_clock_on__isnull=False)),
        models.Index(fields=["policy_no_tail"], name="pol_no_tail"),
        # What many holders have in force, told by the index alone: their rows lie all over the table.
        models.Index(fields=["holder", "status", "kind", "product"], name="pol_holder_kinds"),
        models.Index(
            fields=["suspended_on", "id"], name="pol_suspended", condition=models.Q(suspended_on__isnull=False)
        ),
        models.Index(
            fields=["previous_policy"], name="pol_previous", condition=models.Q(previous_policy__isnull=False)
        ),
    ]


class Policy(ScopedRow):
    """One contract. Money in minor units of ``currency``; unknown amounts are NULL, never 0.

    ``status`` is one of domain.md §A.2's six; the sub-states overlap and stand in their own columns. Roles are links
    (`PolicyParty`); ``holder`` repeats the present holder for lists. ``next_clock_on`` is the next day on which the
    nightly clocks must look at this contract. Dates that lists sort by use 9999-12-31 and 0001-01-01 for "none".
    """

    class Source(models.TextChoices):
        """Owned here, or mirrored from a core system and never edited here (POL-7)."""

        LOCAL = "local"
        CORE = "core"

    policy_no = CodePointField(max_length=40)
    policy_no_tail = models.CharField(max_length=6, blank=True, default="")
    insurer_code = models.CharField(max_length=10, blank=True, default="")
    application_no = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.LOCAL)
    source_name = models.CharField(max_length=40, blank=True, default="")
    product = models.ForeignKey(Product, models.PROTECT, related_name="policies", db_index=False)
    kind = models.CharField(max_length=20, blank=True, default="")
    is_group = models.BooleanField(default=False)
    holder = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="held_policies")
    holder_name = models.CharField(max_length=120, blank=True, default="")

    status = models.CharField(max_length=14, default="IN_FORCE")
    termination_reason = models.CharField(max_length=2, blank=True, default="")
    in_cooling_off = models.BooleanField(default=False)
    in_grace = models.BooleanField(default=False)
    is_paid_up = models.BooleanField(default=False)
    is_reduced_paid_up = models.BooleanField(default=False)
    on_premium_loan = models.BooleanField(default=False)
    is_loaned = models.BooleanField(default=False)
    is_lost = models.BooleanField(default=False)
    is_frozen = models.BooleanField(default=False)
    is_premium_waived = models.BooleanField(default=False)

    currency = models.CharField(max_length=3, default="CNY")
    sum_insured = models.BigIntegerField(null=True, blank=True)
    premium = models.BigIntegerField(null=True, blank=True)
    annual_premium = models.BigIntegerField(null=True, blank=True)
    pay_mode = models.CharField(max_length=2, blank=True, default="")
    pay_term = models.PositiveSmallIntegerField(null=True, blank=True)
    pay_term_unit = models.CharField(max_length=1, blank=True, default="")
    cover_term = models.PositiveSmallIntegerField(null=True, blank=True)
    cover_term_unit = models.CharField(max_length=1, blank=True, default="")
    debit_account = SealedField("bank_account")
    debit_account_index = BlindIndexField()

    applied_on = models.DateField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(default="0001-01-01")
    expires_on = models.DateField(default="9999-12-31")
    receipt_signed_on = models.DateField(null=True, blank=True)
    cooling_off_until = models.DateField(null=True, blank=True)
    next_due_on = models.DateField(default="9999-12-31")
    next_due_amount = models.BigIntegerField(null=True, blank=True)
    grace_until = models.DateField(null=True, blank=True)
    suspended_on = models.DateField(null=True, blank=True)
    reinstated_on = models.DateField(null=True, blank=True)
    waiting_until = models.DateField(null=True, blank=True, help_text="last day of the waiting period")
    apl_elected_on = models.DateField(null=True, blank=True, help_text="automatic premium loan; NULL: not elected")
    cash_value = models.BigIntegerField(null=True, blank=True, help_text="as last told; NULL: not known")
    debt = models.BigIntegerField(null=True, blank=True, help_text="policy and premium loans outstanding")
    terminated_on = models.DateField(null=True, blank=True)
    next_clock_on = models.DateField(null=True, blank=True)

    selling_agent = models.ForeignKey(
        Agent, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    previous_policy = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="renewals", db_index=False
    )
    facts = models.JSONField(default=dict, blank=True, help_text="what a source says beyond the columns")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = _indexes()
        constraints = [
            models.UniqueConstraint(fields=["policy_no", "insurer_code", "source_name"], name="policy_no_once"),
        ]

    def __str__(self) -> str:
        return f"policy {self.pk}"


class PolicyKey(models.Model):
    """A source's own key of a policy (decision 13), with the fingerprint of what it last said."""

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="source_keys")
    fingerprint = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="policy_source_key_once")]


class PolicyEvent(models.Model):
    """A transition or change of a contract: what, when, who and why (POL-2)."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=30)
    from_status = models.CharField(max_length=14, blank=True, default="")
    to_status = models.CharField(max_length=14, blank=True, default="")
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-happened_on", "-id"]
