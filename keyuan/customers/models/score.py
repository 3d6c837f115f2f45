"""What the night reckoned of each customer (ANA-2): results of analytics that flow back as data."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.organisation.models import ScopedRow

#: Behind the order's own columns, so that a walk passes over what the filters leave out.
TAIL = ("value_group", "abc", "value_tier")


def _indexes() -> list[models.Index]:
    large: dict[str, list[str]] = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    found = [
        models.Index(fields=[*level, "lifetime_value", "customer", *TAIL], name=f"score_{key}_clv")
        for key, level in large.items()
    ]
    found += [
        models.Index(fields=[*large[key], column], name=f"score_{key}_{short}")
        for key in ("all", "br")
        for column, short in (("value_tier", "tier"), ("value_group", "group"), ("cluster", "need"))
    ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    return found + [models.Index(fields=[column], name=f"score_{key}") for key, column in small.items()]


class CustomerScore(ScopedRow):
    """Recency, frequency, monetary value, contact, class and lifetime value of one living customer.

    Scores go from 1 to 5, fifths within the ``line`` in which the customer pays most (``NONE``: holds nothing).
    Amounts in minor units of CNY. What the scores are judged by stands beside them, as days and counts that change only
    with facts: a row that says the same is not written again. ``scored_on`` is the night that wrote it.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="score")
    line = models.CharField(max_length=20, blank=True, default="")
    recency = models.PositiveSmallIntegerField()
    frequency = models.PositiveSmallIntegerField()
    monetary = models.PositiveSmallIntegerField()
    contact = models.PositiveSmallIntegerField()
    value_group = models.CharField(max_length=10)
    abc = models.CharField(max_length=1, blank=True, default="")
    value_tier = models.CharField(max_length=8)
    lifetime_value = models.BigIntegerField(default=0)
    premium = models.BigIntegerField(default=0, help_text="yearly premium in force")
    contracts = models.PositiveIntegerField(default=0, help_text="long-term contracts in force")
    bought = models.PositiveIntegerField(default=0, help_text="contracts ever bought")
    last_bought_on = models.DateField(null=True, blank=True)
    last_contact_on = models.DateField(null=True, blank=True)
    cluster = models.CharField(
        max_length=8, blank=True, default="", db_default="", help_text="similar protection needs; empty: in none"
    )
    active_from = models.DateField(null=True, blank=True)
    active_until = models.DateField(null=True, blank=True, help_text="NULL while a contract is in force")
    scored_on = models.DateField()

    class Meta:
        indexes = _indexes()
