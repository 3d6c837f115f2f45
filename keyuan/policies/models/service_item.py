"""Requests of policy service (保全): what was asked for, by whom, with whose consent, and what became of it (POL-5)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.crypto import SealedField
from keyuan.policies.models.policy import Policy


class ServiceRequest(ScopedRow):
    """One request for one item of one contract.

    ``asked`` holds the plain values of the form, sealed ones stand in their own columns. ``image`` is what the effect
    changed, value by value before and after, so that it can be taken back; ``amount`` moves in 分: positive comes in.
    ``due_on`` is 9999-12-31 where no clock runs.
    """

    request_no = models.CharField(max_length=20, unique=True)
    form_key = models.CharField(max_length=80, unique=True, null=True)
    item = models.CharField(max_length=12)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="service_requests", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", help_text="the policyholder")
    applicant = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    applicant_role = models.CharField(max_length=12, default="HOLDER")
    proxy_name = models.CharField(max_length=60, blank=True, default="")
    proxy_until = models.DateField(null=True, blank=True)
    face = models.CharField(max_length=8, default="COUNTER")

    status = models.CharField(max_length=10, default="ACCEPTED")
    awaits_approval = models.BooleanField(default=False)
    asked = models.JSONField(default=dict, blank=True)
    phone = SealedField("phone")
    email = SealedField("email")
    address = SealedField("address")
    bank_account = SealedField("bank_account")
    identity_number = SealedField("identity_number")
    health = SealedField("health")
    former_account = SealedField("bank_account")
    former_number = SealedField("identity_number")
    amount = models.BigIntegerField(null=True, blank=True)
    new_premium = models.BigIntegerField(null=True, blank=True)
    image = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversals", db_index=False
    )
    is_reversed = models.BooleanField(default=False)
    missing = models.JSONField(default=list, blank=True)
    papers_asked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    entered_by_id = models.BigIntegerField(null=True, blank=True)
    entered_by_name = models.CharField(max_length=40, blank=True, default="")
    reviewer_id = models.BigIntegerField(null=True, blank=True)
    reviewer_name = models.CharField(max_length=40, blank=True, default="")
    approver_id = models.BigIntegerField(null=True, blank=True)
    approver_name = models.CharField(max_length=40, blank=True, default="")
    received_at = models.DateTimeField()
    complete_at = models.DateTimeField(null=True, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="to the system that keeps the contract")
    decided_at = models.DateTimeField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    due_key = models.CharField(max_length=14, blank=True, default="")
    due_on = models.DateField(default="9999-12-31")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id", "status", "item"], name="posreq_all_due"),
            models.Index(fields=["branch_id", "due_on", "id", "status", "item"], name="posreq_br_due"),
            models.Index(fields=["sub_branch_id", "due_on", "id"], name="posreq_sb_due"),
            models.Index(fields=["received_at", "id", "status", "item"], name="posreq_all_new"),
            models.Index(fields=["branch_id", "received_at", "id", "status", "item"], name="posreq_br_new"),
            models.Index(fields=["sub_branch_id", "received_at", "id"], name="posreq_sb_new"),
            models.Index(fields=["section_id"], name="posreq_sec"),
            models.Index(fields=["team_id"], name="posreq_team"),
            models.Index(fields=["servicing_agent_id"], name="posreq_agent"),
            models.Index(fields=["status", "due_on", "id"], name="posreq_status"),
            models.Index(fields=["branch_id", "status"], name="posreq_br_status"),
            models.Index(fields=["item", "due_on", "id"], name="posreq_item"),
            models.Index(fields=["reviewer_id", "status", "due_on", "id"], name="posreq_reviewer"),
            models.Index(fields=["policy", "-id"], name="posreq_policy"),
            models.Index(fields=["due_on", "id"], name="posreq_approval", condition=models.Q(awaits_approval=True)),
            models.Index(fields=["reverses"], name="posreq_reverses", condition=models.Q(reverses__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "item"],
                condition=models.Q(status__in=["ACCEPTED", "WAITING", "REVIEWING"]),
                name="posreq_one_open",
            )
        ]

    def __str__(self) -> str:
        return self.request_no


class RequestParty(models.Model):
    """Somebody whom a request names: the new holder, the new owner, a beneficiary with order and share."""

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="parties")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    field = models.CharField(max_length=20)
    name = models.CharField(max_length=120, blank=True, default="")
    relation_to_insured = models.CharField(max_length=2, blank=True, default="")
    benefit_type = models.CharField(max_length=1, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=1)
    share_bp = models.PositiveIntegerField(null=True, blank=True)
    is_statutory = models.BooleanField(default=False)


class RequestConsent(models.Model):
    """An agreement that a request takes: of whom, how, when, and who recorded it."""

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="consents")
    party = models.CharField(max_length=12)
    how = models.CharField(max_length=10)
    given_on = models.DateField()
    note = models.CharField(max_length=120, blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by_name = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "party"], name="posreq_consent_once")]


class RequestEvent(models.Model):
    """A step of a request: what, from where to where, who, when, why."""

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="events")
    act = models.CharField(max_length=12)
    from_status = models.CharField(max_length=10, blank=True, default="")
    to_status = models.CharField(max_length=10, blank=True, default="")
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")


class RequestNotice(models.Model):
    """Word to the customer about a request, and what became of it: a message, or why none went out."""

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=14)
    made_at = models.DateTimeField()
    message_id = models.BigIntegerField(null=True, blank=True)
    because = models.CharField(max_length=60, blank=True, default="")


class ServiceItemRule(models.Model):
    """What the insurer settled for one item: whether it is offered, and when a second person approves (分)."""

    item = models.CharField(max_length=12, unique=True)
    is_offered = models.BooleanField(default=True)
    second = models.CharField(max_length=6)
    limit = models.BigIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
