"""Customers who may go: whom the night watches, who is worked on or left alone, and under which terms (ANA-6)."""

from django.db import models

from keyuan.analytics.models.terms import TermsVersion
from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow

#: Behind the order's own columns, so that a walk passes over what the filters leave out.
TAIL = ("outcome", "level")


def _indexes() -> list[models.Index]:
    large: dict[str, list[str]] = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    found = [
        models.Index(fields=[*level, sort, "customer", *TAIL], name=f"churn_{key}_{name}")
        for key, level in large.items()
        for name, sort in (("stake", "at_stake"), ("chance", "chance_12"))
    ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    return found + [models.Index(fields=[column], name=f"churn_{key}") for key, column in small.items()]


class ChurnTerms(TermsVersion):
    """One version of the terms of retention work; the newest counts from the next night on. ``content``: `Terms`."""


class ChurnScore(ScopedRow):
    """A customer with a contract that stands out, as the night of ``scored_on`` saw it; the others have no row.

    ``policy_id`` is the contract that stands out most, ``outcome`` the way it may go, ``reasons`` its facts with the
    most points. Chances within 3, 6 and 12 months are in ten-thousandths, those of the contract most likely to go.
    ``at_stake`` adds up, over all contracts, a year's premium times the chance within twelve months; money in minor
    units of CNY. ``contracts`` names each with its chances. ``sign`` is a digest by which a night sees what changed.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="churn_score")
    policy_id = models.BigIntegerField()
    outcome = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    chance_3 = models.PositiveSmallIntegerField()
    chance_6 = models.PositiveSmallIntegerField()
    chance_12 = models.PositiveSmallIntegerField()
    at_stake = models.BigIntegerField(default=0)
    premium = models.BigIntegerField(default=0, help_text="yearly premium of all contracts")
    reasons = models.JSONField(default=list)
    contracts = models.JSONField(default=list)
    model = models.CharField(max_length=40)
    model_number = models.PositiveIntegerField()
    sign = models.CharField(max_length=16)
    scored_on = models.DateField()

    class Meta:
        indexes = _indexes()


class ChurnCase(ScopedRow):
    """A customer who came to stand out: worked on, or left alone to compare with (``is_control``).

    The place is that of the day on which the case was opened. ``left_on`` is the day on which the contract went after
    all, ``left_after`` the days until then. A case is open for a year; an objection to automated decisions ends it.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="churn_cases", db_index=False)
    policy_id = models.BigIntegerField()
    outcome = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    chance = models.PositiveSmallIntegerField(help_text="within twelve months, in ten-thousandths")
    at_stake = models.BigIntegerField(default=0)
    is_control = models.BooleanField()
    terms_number = models.PositiveIntegerField(default=0, help_text="version of the terms; 0: as the system came")
    model = models.CharField(max_length=40)
    model_number = models.PositiveIntegerField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    left_after = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "opened_on"], name="churn_case_once"),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(closed_on__isnull=True), name="churn_case_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["opened_on", "id", "outcome", "is_control", "left_after"], name="churn_case_all"),
            models.Index(
                fields=["branch_id", "opened_on", "id", "outcome", "is_control", "left_after"], name="churn_case_br"
            ),
            models.Index(
                fields=["sub_branch_id", "opened_on", "id", "outcome", "is_control", "left_after"], name="churn_case_sb"
            ),
            *(
                models.Index(fields=[column], name=f"churn_case_{key}")
                for key, column in {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}.items()
            ),
        ]

    def __str__(self) -> str:
        return f"churn case {self.pk}"
