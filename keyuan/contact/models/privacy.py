"""Requests of persons about their data, what was taken out, and how long records are kept (PLT-8; PIPL 44-50)."""

from django.db import models
from django.db.models import Q

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow

LEVELS: dict[str, list[str]] = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
SMALL = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}


class PrivacyRequest(ScopedRow):
    """One request with its clock. ``applicant`` is who asks, by name where it is not the customer.

    ``due_on`` moves on by the working days of each pause. ``answer`` is what the customer is told.
    """

    class Status(models.TextChoices):
        """``RECEIVED``: the identity is not checked yet."""

        RECEIVED = "RECEIVED"
        WORKING = "WORKING"
        PAUSED = "PAUSED"
        DONE = "DONE"
        REFUSED = "REFUSED"
        DROPPED = "DROPPED"

    number = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="privacy_requests")
    kind = models.CharField(max_length=10)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    source = models.CharField(max_length=10)
    applicant = models.CharField(max_length=10, default="SELF")
    applicant_name = models.CharField(max_length=60, blank=True, default="")
    wish = models.CharField(max_length=500, blank=True, default="")
    received_at = models.DateTimeField()
    due_on = models.DateField()
    paused_on = models.DateField(null=True, blank=True)
    pause_reason = models.CharField(max_length=20, blank=True, default="")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_how = models.CharField(max_length=20, blank=True, default="")
    checked_by_name = models.CharField(max_length=80, blank=True, default="")
    user_id = models.BigIntegerField(null=True, blank=True)
    user_name = models.CharField(max_length=80, blank=True, default="")
    refusal = models.CharField(max_length=20, blank=True, default="")
    answer = models.CharField(max_length=1000, blank=True, default="")
    copy_id = models.BigIntegerField(null=True, blank=True)
    copy_job_id = models.BigIntegerField(null=True, blank=True)
    copied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            *(
                models.Index(fields=[*columns, sort, "id"], name=f"privacy_{key}_{name}")
                for key, columns in LEVELS.items()
                for name, sort in (("due", "due_on"), ("new", "received_at"))
            ),
            *(
                models.Index(fields=[*LEVELS[key], column, "due_on", "id"], name=f"privacy_{key}_{column}")
                for key in ("all", "br")
                for column in ("status", "kind")
            ),
            *(models.Index(fields=[column], name=f"privacy_{key}") for key, column in SMALL.items()),
            models.Index(fields=["due_on"], name="privacy_clock", condition=Q(status__in=("RECEIVED", "WORKING"))),
            models.Index(fields=["copied_at"], name="privacy_copied", condition=Q(copy_id__isnull=False)),
        ]


class PrivacyStep(models.Model):
    """One step of a request, for its history."""

    request = models.ForeignKey(PrivacyRequest, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    step = models.CharField(max_length=20)
    code = models.CharField(max_length=20, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    staff_id = models.BigIntegerField(null=True, blank=True)
    staff_name = models.CharField(max_length=80, blank=True, default="")


class Erasure(models.Model):
    """What was taken out of a customer's record: everything (``whole``), or what nothing obliges to keep.

    ``kept`` lists what stays with law and day; ``counts`` says how many rows went. A customer whose data is locked is
    used for nothing but keeping it. ``outside_at`` is when snapshots and files were reached.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="erasures")
    request = models.ForeignKey(PrivacyRequest, models.SET_NULL, null=True, blank=True, related_name="erasures")
    is_whole = models.BooleanField()
    kept = models.JSONField(default=list, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    kept_until = models.DateField(null=True, blank=True, db_index=True)
    done_at = models.DateTimeField()
    outside_at = models.DateTimeField(null=True, blank=True)
    staff_id = models.BigIntegerField(null=True, blank=True)
    staff_name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="erasure_outside", condition=Q(outside_at__isnull=True)),
        ]


class LegalHold(models.Model):
    """Nothing of the customer goes while it stands: a lawsuit, an inquiry of the authorities."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="legal_holds")
    reason = models.CharField(max_length=200)
    case_no = models.CharField(max_length=60, blank=True, default="")
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=80, blank=True, default="")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=80, blank=True, default="")
    lift_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["customer"], name="legal_hold_open", condition=Q(lifted_at__isnull=True)),
        ]


class RetentionRule(models.Model):
    """The term of one record type as somebody changed it; those nobody changed stand in the registry."""

    key = models.CharField(max_length=40, unique=True)
    months = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)


class RetentionRun(models.Model):
    """One run over all record types: a dry one counts only. ``report`` says by type how many are over, held, gone."""

    is_dry = models.BooleanField(default=True)
    started_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)
    staff_name = models.CharField(max_length=80, blank=True, default="")
