"""Benefits that fall due while the insured lives: survival benefits, annuities, maturities, dividends (POL-6)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.crypto import BlindIndexField, SealedField
from keyuan.policies.models.policy import Policy
from keyuan.products.models import Product


def _indexes() -> list[models.Index]:
    found = []
    for key, level in (("all", []), ("br", ["branch_id"]), ("sb", ["sub_branch_id"])):
        found.append(models.Index(fields=[*level, "due_on", "id", "state", "kind"], name=f"ben_{key}_due"))
        found.append(models.Index(fields=[*level, "payable", "id", "state", "kind"], name=f"ben_{key}_amount"))
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    return [*found, *(models.Index(fields=[column], name=f"ben_{key}") for key, column in small.items())]


class BenefitDue(ScopedRow):
    """One benefit for one payee; ``payable`` is the amount and ``added`` less ``deducted``, in minor units.

    ``number`` counts the payments of one benefit of the contract, ``part`` its payees: together they open it once.
    With a maturity, what was left to accumulate is ``added`` and debt of the contract ``deducted`` when it is approved;
    ``deductions`` say what for, by `rules.benefits.holding`.
    ``next_prompt_on`` is the day of the next reminder; ``option`` what became of a dividend that was not paid out.
    """

    class Kind(models.TextChoices):
        """What falls due."""

        SURVIVAL = "SURVIVAL"
        ANNUITY = "ANNUITY"
        MATURITY = "MATURITY"
        DIVIDEND = "DIVIDEND"

    class State(models.TextChoices):
        """Where it stands; `keyuan.policies.rules.benefits.states` says what may follow what."""

        OPEN = "OPEN"
        CLAIMED = "CLAIMED"
        APPROVED = "APPROVED"
        PAID = "PAID"
        KEPT = "KEPT"
        VOID = "VOID"

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="benefits_due", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField()
    amount = models.BigIntegerField()
    added = models.BigIntegerField(default=0)
    deducted = models.BigIntegerField(default=0)
    deductions = models.JSONField(null=True, blank=True)
    payable = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    holder = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    payee = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="benefits_due")
    payee_name = models.CharField(max_length=120, blank=True, default="")
    next_prompt_on = models.DateField(null=True, blank=True)
    prompts = models.PositiveSmallIntegerField(default=0)
    last_prompt_on = models.DateField(null=True, blank=True)
    message_id = models.BigIntegerField(null=True, blank=True)
    unsent_because = models.CharField(max_length=60, blank=True, default="")

    option = models.CharField(max_length=10, blank=True, default="")
    claimed_on = models.DateField(null=True, blank=True)
    claimed_by_id = models.BigIntegerField(null=True, blank=True)
    claimed_by_name = models.CharField(max_length=40, blank=True, default="")
    proof = models.CharField(max_length=12, blank=True, default="")
    proof_on = models.DateField(null=True, blank=True)
    account = SealedField("bank_account")
    account_index = BlindIndexField()
    institution = models.CharField(max_length=60, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True, default="")
    refusal = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            *_indexes(),
            models.Index(fields=["state", "due_on", "id"], name="ben_state"),
            models.Index(
                fields=["next_prompt_on", "id"], name="ben_prompt", condition=models.Q(next_prompt_on__isnull=False)
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["policy", "code", "number", "part"], name="benefit_once")]

    def __str__(self) -> str:
        return f"benefit {self.pk}"


class BenefitEvent(models.Model):
    """What happened to a benefit: opened, reminded, claimed, decided, paid."""

    benefit = models.ForeignKey(BenefitDue, models.CASCADE, related_name="events")
    act = models.CharField(max_length=10)
    from_state = models.CharField(max_length=8, blank=True, default="")
    to_state = models.CharField(max_length=8, blank=True, default="")
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")


class BenefitOption(models.Model):
    """How a contract's dividends are taken; left to accumulate where nothing is chosen (domain.md §A.7, GK)."""

    class Option(models.TextChoices):
        """What becomes of a dividend."""

        CASH = "CASH"
        ACCUMULATE = "ACCUMULATE"
        PREMIUM = "PREMIUM"
        PAID_UP = "PAID_UP"

    policy = models.OneToOneField(Policy, models.CASCADE, related_name="benefit_option")
    option = models.CharField(max_length=10, choices=Option.choices, default=Option.ACCUMULATE)
    chosen_on = models.DateField()
    chosen_by_name = models.CharField(max_length=40, blank=True, default="")


class DividendRate(models.Model):
    """What a participating product pays in one calendar year, in basis points of the cash value; two people set it."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    rate_bp = models.PositiveIntegerField()
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
    released_by_id = models.BigIntegerField(null=True, blank=True)
    released_by_name = models.CharField(max_length=40, blank=True, default="")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "year"], name="dividend_rate_once")]


class BenefitRun(models.Model):
    """A night of the benefits: the days whose benefits it opened, and what it did."""

    first_on = models.DateField()
    last_on = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.CharField(max_length=40, blank=True, default="")
    opened = models.PositiveIntegerField(default=0)
    reminded = models.PositiveIntegerField(default=0)
    settled = models.PositiveIntegerField(default=0)
