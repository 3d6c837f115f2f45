"""The claims watch list: whom underwriting monitors and whose claims go to the higher unit, and why (CUS-10)."""

from django.db import models

from keyuan.customers.models.customer import Customer


class WatchListing(models.Model):
    """One listing (黑/灰名单): proposed by one person, decided by another, reviewed by a day, open to appeal.

    ``model_facts`` explains a listing that a program proposed (PIPL art. 24): model, version, inputs, score, reasons.
    """

    class Grade(models.TextChoices):
        """How grave."""

        BLACK = "BLACK"
        GREY = "GREY"

    class Status(models.TextChoices):
        """Where the listing stands."""

        PROPOSED = "PROPOSED"
        IN_FORCE = "IN_FORCE"
        REFUSED = "REFUSED"
        WITHDRAWN = "WITHDRAWN"
        LIFTED = "LIFTED"
        EXPIRED = "EXPIRED"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="watch_listings")
    grade = models.CharField(max_length=5, choices=Grade.choices)
    criterion = models.CharField(max_length=20)
    reason = models.TextField()
    monitors_underwriting = models.BooleanField(default=True)
    escalates_claims = models.BooleanField(default=True)
    is_automated = models.BooleanField(default=False)
    model_facts = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    proposed_by_id = models.BigIntegerField(null=True, blank=True)
    proposed_by_name = models.CharField(max_length=40, blank=True, default="")
    proposed_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=200, blank=True, default="")
    review_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(status__in=("PROPOSED", "IN_FORCE")),
                name="one_live_watch_listing",
            )
        ]
        indexes = [
            models.Index(fields=["status", "review_on", "id"], name="watch_status_review"),
            models.Index(fields=["review_on", "id"], name="watch_review"),
            models.Index(fields=["proposed_at", "id"], name="watch_proposed"),
        ]


class WatchAppeal(models.Model):
    """The customer's appeal against a listing; somebody decides who had no part in the listing."""

    class Outcome(models.TextChoices):
        """What came of it."""

        OPEN = "OPEN"
        UPHELD = "UPHELD"
        LIFTED = "LIFTED"

    listing = models.ForeignKey(WatchListing, models.CASCADE, related_name="appeals")
    received_on = models.DateField()
    grounds = models.TextField()
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    recorded_by_name = models.CharField(max_length=40, blank=True, default="")
    recorded_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing"], condition=models.Q(outcome="OPEN"), name="one_open_watch_appeal"
            )
        ]
