"""Families and relations between customers (CUS-2)."""

from django.db import models

from keyuan.customers.models.customer import Customer


class Household(models.Model):
    """A family (家庭): its members share address, income and protection needs."""

    label = models.CharField(max_length=60, blank=True, default="")
    head = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="headed_households")
    income = models.BigIntegerField(null=True, blank=True, help_text="yearly income in minor units of CNY")
    structure = models.CharField(max_length=20, blank=True, default="")
    region_code = models.CharField(max_length=6, blank=True, default="")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)


class HouseholdMember(models.Model):
    """A person's place in a family; ``role`` is the relation to the head (domain.md §G codes)."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="household_places")
    role = models.CharField(max_length=2, default="98")
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "customer"], condition=models.Q(left_on__isnull=True), name="household_member_once"
            )
        ]


class Relation(models.Model):
    """``customer`` is the ``kind`` of ``other`` (01 spouse, 02 parent …); the inverse is stored as its own row."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="relations_from")
    kind = models.CharField(max_length=10)
    note = models.CharField(max_length=100, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "other", "kind"], name="relation_once"),
            models.CheckConstraint(condition=~models.Q(customer=models.F("other")), name="relation_to_another"),
        ]
