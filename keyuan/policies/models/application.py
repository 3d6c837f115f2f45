"""Applications on their way to a contract (POL-10)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import Agent, ScopedRow
from keyuan.platform.crypto import SealedField
from keyuan.platform.textfield import CodePointField
from keyuan.policies.models.policy import Policy
from keyuan.products.models import Package, Product

STATES = (
    "DRAFT", "SUBMITTED", "RETURNED", "UNDERWRITING", "EXAM", "OFFERED", "ACCEPTED", "ISSUED", "POSTPONED", "DECLINED",
    "WITHDRAWN", "CANCELLED",
)  # fmt: skip


class Application(ScopedRow):
    """One application. Money in minor units of CNY; terms as the contract keeps them.

    ``renewal`` is the chance of renewal whose quote the customer accepted. ``need`` is what the customer said of need
    and means, ``quotes`` name the rate tables and rows of the premium.
    The declaration, exclusions and the underwriter's words are health data and sealed.
    """

    application_no = CodePointField(max_length=20, unique=True)
    form_key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    status = models.CharField(max_length=14, choices=[(state, state) for state in STATES], default="DRAFT")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    package = models.ForeignKey(Package, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    holder = models.ForeignKey(Customer, models.PROTECT, related_name="applications")
    insured = models.ForeignKey(Customer, models.PROTECT, related_name="insured_applications")
    relation = models.CharField(max_length=2, default="00")
    agent = models.ForeignKey(
        Agent, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    plan = models.CharField(max_length=20, blank=True, default="")
    occupation = models.CharField(max_length=1, blank=True, default="")
    sum_insured = models.BigIntegerField(default=0)
    premium = models.BigIntegerField(default=0)
    loading = models.BigIntegerField(default=0)
    pay_mode = models.CharField(max_length=2, default="05")
    pay_term = models.CharField(max_length=4, blank=True, default="")
    cover_term = models.CharField(max_length=4, blank=True, default="")
    items = models.JSONField(default=list, blank=True)
    quotes = models.JSONField(default=list, blank=True)
    effective_on = models.DateField()
    applied_on = models.DateField()

    need = models.JSONField(default=dict, blank=True)
    mismatches = models.JSONField(default=list, blank=True)
    insist_note = models.CharField(max_length=200, blank=True, default="")
    insured_agreed = models.BooleanField(default=False)
    interest_agreed = models.BooleanField(default=False)
    risk_sentence = models.BooleanField(default=False)
    signed_on = models.DateField(null=True, blank=True)
    signed_how = models.CharField(max_length=10, blank=True, default="")
    declaration = SealedField("health")
    declared_at = models.DateTimeField(null=True, blank=True)
    adverse_count = models.PositiveSmallIntegerField(default=0)

    paid_amount = models.BigIntegerField(default=0)
    paid_on = models.DateField(null=True, blank=True)
    refunded_amount = models.BigIntegerField(default=0)

    conclusion = models.CharField(max_length=10, blank=True, default="")
    exclusion = SealedField("health")
    reason = SealedField("health")
    underwriter_id = models.BigIntegerField(null=True, blank=True)
    underwriter_name = models.CharField(max_length=40, blank=True, default="")
    entered_by_id = models.BigIntegerField(null=True, blank=True)
    entered_by_name = models.CharField(max_length=40, blank=True, default="")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    is_examined = models.BooleanField(default=False)
    due_clock = models.CharField(max_length=12, blank=True, default="")
    due_on = models.DateField(default="9999-12-31")
    stale_on = models.DateField(null=True, blank=True)
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, blank=True, related_name="applications")
    renewal = models.ForeignKey(
        "policies.Renewal", models.SET_NULL, null=True, blank=True, related_name="applications", db_index=False
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id", "status"], name="app_all_due"),
            models.Index(fields=["branch_id", "due_on", "id", "status"], name="app_br_due"),
            models.Index(fields=["sub_branch_id", "due_on", "id"], name="app_sb_due"),
            models.Index(fields=["created_at", "id", "status"], name="app_all_made"),
            models.Index(fields=["branch_id", "created_at", "id", "status"], name="app_br_made"),
            models.Index(fields=["sub_branch_id", "created_at", "id"], name="app_sb_made"),
            models.Index(fields=["section_id"], name="app_sec"),
            models.Index(fields=["team_id"], name="app_team"),
            models.Index(fields=["servicing_agent_id"], name="app_agent"),
            models.Index(fields=["status", "due_on", "id"], name="app_status"),
            models.Index(fields=["branch_id", "status"], name="app_br_status"),
            models.Index(fields=["renewal"], name="app_renewal", condition=models.Q(renewal__isnull=False)),
            models.Index(fields=["stale_on", "id"], name="app_stale", condition=models.Q(stale_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"application {self.pk}"


class ApplicationBeneficiary(models.Model):
    """One who is to receive benefits; shares in basis points sum to 10,000 per order."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="beneficiaries")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120, blank=True, default="")
    relation = models.CharField(max_length=2, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=1)
    share_bp = models.PositiveIntegerField(null=True, blank=True)
    is_statutory = models.BooleanField(default=False)


class ApplicationEvent(models.Model):
    """A step of an application: what, when, who, why."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="events")
    act = models.CharField(max_length=16)
    from_status = models.CharField(max_length=14, blank=True, default="")
    to_status = models.CharField(max_length=14, blank=True, default="")
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")


class ApplicationDoubt(models.Model):
    """Something in the declaration that an underwriter has to verify; what was found out is sealed."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="doubts")
    code = models.CharField(max_length=20)
    questions = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by_name = models.CharField(max_length=40, blank=True, default="")
    outcome = SealedField("health")


class MedicalExam(models.Model):
    """A medical examination: booked, accompanied, its report received; the result is sealed."""

    class State(models.TextChoices):
        """How far it came."""

        BOOKED = "BOOKED"
        DONE = "DONE"
        MISSED = "MISSED"

    application = models.ForeignKey(Application, models.CASCADE, related_name="exams")
    items = models.CharField(max_length=200)
    clinic = models.CharField(max_length=80)
    booked_on = models.DateField()
    escort = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.BOOKED)
    report_on = models.DateField(null=True, blank=True)
    result = SealedField("health")


class ApplicationNotice(models.Model):
    """A notice owed to the customer by a step, and what became of it: a message, or why none went out."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=14)
    made_at = models.DateTimeField()
    message_id = models.BigIntegerField(null=True, blank=True)
    because = models.CharField(max_length=60, blank=True, default="")
