"""What a policy covers: coverages, and for motor the vehicle and its drivers."""

from django.db import models

from keyuan.platform.textfield import CodePointField
from keyuan.policies.models.policy import Policy
from keyuan.products.models import Product


class Coverage(models.Model):
    """A main cover or rider with sum and premium in minor units of the policy's currency."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="coverages")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=80, blank=True, default="")
    is_rider = models.BooleanField(default=False)
    sum_insured = models.BigIntegerField(null=True, blank=True)
    premium = models.BigIntegerField(null=True, blank=True)
    deductible = models.BigIntegerField(null=True, blank=True)
    status = models.CharField(max_length=14, blank=True, default="")


class Vehicle(models.Model):
    """The insured vehicle. Engine in ml, power in kW, speed in km/h, mass in kg, value in minor units."""

    policy = models.OneToOneField(Policy, models.CASCADE, related_name="vehicle")
    plate = CodePointField(max_length=10, blank=True, default="", db_index=True)
    vin = CodePointField(max_length=17, blank=True, default="", db_index=True)
    make = models.CharField(max_length=40, blank=True, default="")
    model = models.CharField(max_length=60, blank=True, default="")
    kind = models.CharField(max_length=20, blank=True, default="")
    usage = models.CharField(max_length=30, blank=True, default="")
    fuel = models.CharField(max_length=20, blank=True, default="")
    engine_ml = models.PositiveIntegerField(null=True, blank=True)
    power_kw = models.PositiveIntegerField(null=True, blank=True)
    speed_kmh = models.PositiveIntegerField(null=True, blank=True)
    mass_kg = models.PositiveIntegerField(null=True, blank=True)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    value = models.BigIntegerField(null=True, blank=True)
    age_years = models.PositiveSmallIntegerField(null=True, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    region_code = models.CharField(max_length=10, blank=True, default="")
    bonus_malus_bp = models.PositiveIntegerField(null=True, blank=True, help_text="10,000 = no discount")
    facts = models.JSONField(default=dict, blank=True)


class Driver(models.Model):
    """A named driver as the source states: age and years of licence in the policy's year."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="drivers")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=60, blank=True, default="")
    sex = models.CharField(max_length=1, blank=True, default="")
    age_years = models.PositiveSmallIntegerField(null=True, blank=True)
    licence_years = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "position"], name="driver_position_once")]
