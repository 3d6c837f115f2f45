"""Desks, who sits at them, and the rules by which orders find them (SRV-3)."""

from django.db import models

from keyuan.organisation.models import Unit


class Desk(models.Model):
    """A group that owns orders until somebody takes them; ``supervisor_id`` hears of what is late."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    supervisor_id = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class DeskMember(models.Model):
    """A person at a desk: ``skills`` are codes of categories (none: all of them), ``capacity`` open orders at most."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="members")
    user_id = models.BigIntegerField()
    skills = models.JSONField(default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(default=30)
    is_away = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "user_id"], name="svc_member_once")]
        indexes = [models.Index(fields=["user_id"], name="svc_member_user")]


class RoutingRule(models.Model):
    """What goes to which desk: empty lists mean everything; the first fitting rule by ``position`` counts.

    ``is_pushed`` hands the order to the least loaded person who is fit; otherwise it waits to be taken.
    """

    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=100)
    kinds = models.JSONField(default=list, blank=True)
    categories = models.JSONField(default=list, blank=True)
    channels = models.JSONField(default=list, blank=True)
    tiers = models.JSONField(default=list, blank=True)
    branch_id = models.IntegerField(null=True, blank=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="rules")
    is_pushed = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
