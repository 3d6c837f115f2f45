"""Delivery of contracts: shipments by courier, e-policies that are read by a link (POL-8)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.textfield import CodePointField
from keyuan.policies.models.application import Application
from keyuan.policies.models.policy import Policy

FILTERED = ("state", "carrier", "expects_receipt", "created_on", "delivered_on", "signed_on")


def _indexes() -> list[models.Index]:
    found = []
    for level_key, level in (("all", []), ("br", ["branch_id"]), ("sb", ["sub_branch_id"])):
        tail = [] if level_key == "sb" else [name for name in FILTERED if name != "created_on"]
        found.append(models.Index(fields=[*level, "created_on", "id", *tail], name=f"ship_{level_key}_made"))
    for key, column in (("sec", "section_id"), ("team", "team_id"), ("agent", "servicing_agent_id")):
        found.append(models.Index(fields=[column], name=f"ship_{key}"))
    return [
        *found,
        models.Index(fields=["branch_id", "state"], name="ship_br_state"),
        models.Index(fields=["state", "created_on", "id"], name="ship_all_state"),
        models.Index(fields=["carrier", "tracking_no"], name="ship_tracking"),
        # What the couriers are asked about.
        models.Index(fields=["asked_at", "id"], name="ship_on_way", condition=models.Q(state="SENT")),
    ]  # fmt: skip


class Shipment(ScopedRow):
    """One envelope to one customer. Neither name, number nor address is kept: they are read when it goes out.

    ``papers`` are codes of `rules.deliveries.states.Paper`; with ``expects_receipt`` the signed receipt has to come
    back, from whose day cooling-off counts.
    """

    shipment_no = models.CharField(max_length=20, unique=True)
    form_key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="shipments")
    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="shipments")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="shipments")
    papers = models.JSONField(default=list)
    expects_receipt = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default="PREPARED")
    carrier = models.CharField(max_length=20, blank=True, default="")
    tracking_no = CodePointField(max_length=40, blank=True, default="")
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    note = models.CharField(max_length=200, blank=True, default="")
    created_on = models.DateField()
    sent_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="when the courier was asked last")
    notice_at = models.DateTimeField(null=True, blank=True)
    notice_because = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = _indexes()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(policy__isnull=False) | models.Q(application__isnull=False),
                name="shipment_is_about_something",
            ),
            models.UniqueConstraint(
                fields=["carrier", "tracking_no"], condition=~models.Q(tracking_no=""), name="shipment_tracking_once"
            ),
        ]

    def __str__(self) -> str:
        return self.shipment_no


class ShipmentEvent(models.Model):
    """What happened to a shipment. A courier's word is taken in once: ``fingerprint`` says what it said."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="events")
    state = models.CharField(max_length=10)
    happened_on = models.DateField()
    at = models.DateTimeField()
    source = models.CharField(max_length=10)
    words = models.CharField(max_length=200, blank=True, default="")
    actor_name = models.CharField(max_length=40, blank=True, default="")
    fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shipment", "fingerprint"], name="shipment_event_once")]


class PolicyLink(models.Model):
    """A link by which the holder reads the e-policy without sign-in and confirms it; only the token's hash is kept.

    ``document`` is what the page shows and never changes; ``sha256`` is that of the document, ``page_version`` that of
    the page around it, so that what was confirmed can be proved.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="reading_links")
    token_hash = models.CharField(max_length=64, unique=True)
    document = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    page_version = models.CharField(max_length=20)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opens = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    device = models.CharField(max_length=80, blank=True, default="")
    message_id = models.BigIntegerField(null=True, blank=True)
    not_sent_because = models.CharField(max_length=60, blank=True, default="")
