"""Next best offers: what stands for each customer, since when, and what customers answered (ANA-7)."""

from django.db import models

from keyuan.analytics.models.terms import TermsVersion
from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.products.models import Product

#: Behind the order's own columns, so that a walk passes over what the filters leave out.
TAIL = ("family", "block", "is_paused", "place")


def _indexes() -> list[models.Index]:
    large: dict[str, list[str]] = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    found = [
        models.Index(fields=[*level, "value", "id", *TAIL], name=f"offer_{key}_value") for key, level in large.items()
    ]
    found += [
        models.Index(fields=[*level, "family", "value", "id"], name=f"offer_{key}_fam") for key, level in large.items()
    ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    return found + [models.Index(fields=[column], name=f"offer_{key}") for key, column in small.items()]


class OfferRules(TermsVersion):
    """One version of the terms by which offers are chosen and measured. ``content``: `OfferTerms`."""


class Offer(ScopedRow):
    """What should be proposed to a customer next: one row for each family, ``place`` 1 to 3, written by the night.

    ``probability`` of buying within half a year and ``average`` of the book are in basis points, ``premium`` (a year)
    and ``value`` (expected margin) in minor units of CNY. ``reasons`` are codes of facts, the strongest first;
    ``block`` says why nobody is to be approached now, ``ways`` by which channels otherwise.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="offers", db_index=False)
    family = models.CharField(max_length=20)
    product = models.ForeignKey(Product, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    place = models.PositiveSmallIntegerField()
    probability = models.PositiveSmallIntegerField()
    average = models.PositiveSmallIntegerField()
    premium = models.BigIntegerField()
    value = models.BigIntegerField()
    gap = models.BigIntegerField(default=0, help_text="open protection gap that it closes")
    reasons = models.JSONField(default=list)
    model_number = models.PositiveIntegerField(default=0, help_text="version of the model; 0: without one")
    block = models.CharField(max_length=24, blank=True, default="")
    ways = models.CharField(max_length=60, blank=True, default="")
    is_paused = models.BooleanField(default=False)
    written_on = models.DateField()

    class Meta:
        indexes = _indexes()
        constraints = [models.UniqueConstraint(fields=["customer", "family"], name="offer_once")]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class OfferSpell(models.Model):
    """From when to when an offer stood. Those not ``is_shown`` were chosen alike and held back, to compare with."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="offer_spells", db_index=False)
    family = models.CharField(max_length=20)
    is_shown = models.BooleanField()
    begun_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["begun_on"], name="offer_spell_begun")]
        constraints = [
            models.UniqueConstraint(fields=["customer", "family", "begun_on"], name="offer_spell_once"),
        ]


class OfferAnswer(models.Model):
    """A customer is not interested: why, and until when the family is not offered again. Taken back, it stays."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="offer_answers", db_index=False)
    family = models.CharField(max_length=20)
    reason = models.CharField(max_length=10)
    note = models.CharField(max_length=200, blank=True, default="")
    until = models.DateField()
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["customer", "family"], name="offer_answer_customer"),
            models.Index(fields=["until"], name="offer_answer_until"),
        ]


class OfferUptake(models.Model):
    """What became of offers begun at least as long ago as a purchase counts, in a unit (0: the whole book).

    ``offered`` customers of a family, of whom so many had a proposal of it, and bought it, within that time.
    """

    day = models.DateField()
    unit_id = models.IntegerField()
    family = models.CharField(max_length=20)
    is_shown = models.BooleanField()
    offered = models.PositiveIntegerField()
    proposed = models.PositiveIntegerField()
    bought = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["unit_id", "day"], name="offer_uptake_unit")]
