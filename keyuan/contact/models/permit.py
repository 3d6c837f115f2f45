"""The ledger of contacts that were allowed or refused, and what stands in their way (MKT-9)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.crypto import BlindIndexField

#: Columns of the ledger's filters: behind the order's own columns they let a walk pass over what does not match.
FILTERED = ("state", "contact_channel", "purpose", "reason")


class ContactBudget(ScopedRow):
    """One row per customer: what asks for permits lock on, and how much was used of late (rebuilt every night)."""

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="contact_budget", db_index=False
    )
    granted = models.PositiveSmallIntegerField(default=0)
    refused = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["granted", "customer"], name="cb_all_granted"),
            models.Index(fields=["branch_id", "granted", "customer"], name="cb_br_granted"),
            models.Index(fields=["sub_branch_id", "granted", "customer"], name="cb_sb_granted"),
            models.Index(fields=["refused", "customer"], name="cb_all_refused"),
            models.Index(fields=["branch_id", "refused", "customer"], name="cb_br_refused"),
            models.Index(fields=["sub_branch_id", "refused", "customer"], name="cb_sb_refused"),
            models.Index(fields=["section_id"], name="cb_sec"),
            models.Index(fields=["team_id"], name="cb_team"),
            models.Index(fields=["servicing_agent_id"], name="cb_agent"),
        ]


class Permit(ScopedRow):
    """One ask to contact a customer and its answer. ``unit_id`` asked; ``at`` is when the contact is meant to be.

    A granted permit counts against the budget until it expires unused or is cancelled; a used one counts for ever.
    """

    class State(models.TextChoices):
        """Where the ask stands."""

        GRANTED = "GRANTED"
        USED = "USED"
        CANCELLED = "CANCELLED"
        EXPIRED = "EXPIRED"
        REFUSED = "REFUSED"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="permits", db_index=False)
    contact_channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=20)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=24, blank=True, default="")
    reasons = models.JSONField(default=list)
    key = models.CharField(max_length=80, unique=True, null=True)
    campaign = models.CharField(max_length=40, blank=True, default="")
    number_index = BlindIndexField()
    unit_id = models.IntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    staff_name = models.CharField(max_length=40, blank=True, default="")
    rank = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_note = models.CharField(max_length=100, blank=True, default="")
    interaction_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "at"], name="permit_customer"),
            models.Index(
                fields=["number_index", "at"], name="permit_number", condition=models.Q(number_index__isnull=False)
            ),
            models.Index(fields=["expires_at"], name="permit_open", condition=models.Q(state="GRANTED")),
            models.Index(fields=["asked_at", "id", *FILTERED], name="permit_all"),
            models.Index(fields=["branch_id", "asked_at", "id", *FILTERED], name="permit_br"),
            models.Index(fields=["sub_branch_id", "asked_at", "id", *FILTERED], name="permit_sb"),
            models.Index(fields=["section_id"], name="permit_sec"),
            models.Index(fields=["team_id"], name="permit_team"),
            models.Index(fields=["servicing_agent_id"], name="permit_agent"),
        ]


class PermitCount(models.Model):
    """How many asks a unit made in a day, by purpose, channel and answer; counted anew by a job."""

    day = models.DateField()
    unit_id = models.IntegerField(default=0)
    purpose = models.CharField(max_length=20)
    contact_channel = models.CharField(max_length=10)
    reason = models.CharField(max_length=24, blank=True, default="", help_text="empty: granted")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit_id", "purpose", "contact_channel", "reason"], name="permit_count_once"
            )
        ]


class Hold(models.Model):
    """Why a customer is to be left in peace: an open claim, a complaint, a death. Pushed in by the contexts above.

    Without ``ended_at`` it is still going on; afterwards the rest days of the rules follow.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_holds", db_index=False)
    kind = models.CharField(max_length=10)
    source_kind = models.CharField(max_length=20)
    source_id = models.BigIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "kind"], name="hold_customer")]
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id", "kind", "customer"], name="hold_once")
        ]


class Reservation(ScopedRow):
    """A customer kept for one unit or one post for a while: others may not sell to them."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="reservations", db_index=False)
    unit_id = models.IntegerField()
    post_id = models.BigIntegerField(null=True, blank=True)
    holder_name = models.CharField(max_length=80, blank=True, default="")
    reason = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    staff_id = models.BigIntegerField(null=True)
    staff_name = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["customer", "until"], name="reserved_customer"),
            models.Index(fields=["until", "id"], name="reserved_all_until"),
            models.Index(fields=["branch_id", "until", "id"], name="reserved_br_until"),
            models.Index(fields=["sub_branch_id", "until", "id"], name="reserved_sb_until"),
            models.Index(fields=["section_id"], name="reserved_sec"),
            models.Index(fields=["team_id"], name="reserved_team"),
            models.Index(fields=["servicing_agent_id"], name="reserved_agent"),
        ]
