"""The customer: a person or an organisation, prospect or policyholder (CUS-1)."""

from django.db import models

from keyuan.platform.crypto import SealedField


class Customer(models.Model):
    """The archive's head record. Contact data, documents and relations are rows of their own.

    Unknown stays unknown: every field but the number, the kind and the name may be empty, and the name is empty
    too where a source does not know it. ``version`` rises with every change, for the conflict of two editors.
    """

    class Kind(models.TextChoices):
        """Natural person or organisation."""

        PERSON = "P"
        ORGANISATION = "O"

    class Status(models.TextChoices):
        """Where the record stands; a merged one points to its survivor."""

        ACTIVE = "ACTIVE"
        DECEASED = "DECEASED"
        MERGED = "MERGED"

    customer_no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=1, choices=Kind.choices, default=Kind.PERSON)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    name = models.CharField(max_length=120, blank=True, default="")
    former_name = models.CharField(max_length=60, blank=True, default="")
    sex = models.CharField(max_length=1, blank=True, default="")
    birth_on = models.DateField(null=True, blank=True)
    birth_is_lunar = models.BooleanField(default=False)
    lunar_month = models.SmallIntegerField(null=True, blank=True)
    lunar_day = models.PositiveSmallIntegerField(null=True, blank=True)
    death_on = models.DateField(null=True, blank=True)
    nationality = models.CharField(max_length=3, blank=True, default="")
    ethnic_group = models.CharField(max_length=2, blank=True, default="")
    occupation = models.CharField(max_length=60, blank=True, default="")
    occupation_code = models.CharField(max_length=10, blank=True, default="")
    occupation_class = models.CharField(max_length=1, blank=True, default="")
    employer = models.CharField(max_length=120, blank=True, default="")
    income = models.BigIntegerField(null=True, blank=True, help_text="yearly income in minor units of CNY")
    education = models.CharField(max_length=2, blank=True, default="")
    marriage = models.CharField(max_length=2, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    preferred_contact = models.CharField(max_length=16, blank=True, default="")
    preferred_time = models.CharField(max_length=40, blank=True, default="")
    hobbies = models.CharField(max_length=200, blank=True, default="")
    experience = models.TextField(blank=True, default="")
    risk_appetite = models.CharField(max_length=2, blank=True, default="")
    health_notes = SealedField("health")
    height_cm = models.PositiveSmallIntegerField(null=True, blank=True)
    weight_kg = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True, default="")
    region_code = models.CharField(max_length=6, blank=True, default="")
    prospect_source = models.CharField(max_length=20, blank=True, default="")
    field_sources = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["merged_into"], name="customer_merged", condition=models.Q(merged_into__isnull=False)),
            models.Index(
                fields=["lunar_month", "lunar_day"], name="customer_lunar", condition=models.Q(birth_is_lunar=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="MERGED", merged_into__isnull=False)
                | ~models.Q(status="MERGED") & models.Q(merged_into__isnull=True),
                name="customer_merged_has_survivor",
            )
        ]

    def __str__(self) -> str:
        return self.customer_no


class OrganisationProfile(models.Model):
    """What only an organisation has (CUS-1); the customer's name is its registered name."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="organisation_profile")
    uscc = models.CharField(max_length=18, blank=True, default="", db_index=True)
    legal_representative = models.CharField(max_length=60, blank=True, default="")
    founded_on = models.DateField(null=True, blank=True)
    business_scope = models.TextField(blank=True, default="")
    registered_capital = models.BigIntegerField(null=True, blank=True, help_text="minor units of CNY")
    industry = models.CharField(max_length=40, blank=True, default="")
    size = models.CharField(max_length=10, blank=True, default="")
    employees = models.PositiveIntegerField(null=True, blank=True)
    service_roles = models.CharField(max_length=60, blank=True, default="")


class OrganisationYear(models.Model):
    """One year's performance of an organisation, in minor units of CNY."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="organisation_years")
    year = models.PositiveSmallIntegerField()
    revenue = models.BigIntegerField(null=True, blank=True)
    profit = models.BigIntegerField(null=True, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "year"], name="organisation_year_once")]


class SourceKey(models.Model):
    """A source's own key of a record (decision 13): the natural key of imports."""

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="source_keys")
    fingerprint = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="customer_source_key_once")]
