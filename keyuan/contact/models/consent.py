"""What customers agreed to and what they refused, with the evidence (PLT-8; PIPL 13-16; domain.md D.1)."""

from django.db import models

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.crypto import BlindIndexField, SealedField


class Consent(models.Model):
    """One consent to a purpose through a contact channel (empty: any). A withdrawn one stays as history.

    ``guardian`` gave it for a person under 14. ``evidence`` says where the proof lies: a form's number, a recording;
    files hang on the consent as attachments.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=20)
    contact_channel = models.CharField(max_length=10, blank=True, default="")
    text = models.ForeignKey("contact.ConsentText", models.PROTECT, null=True, blank=True, related_name="consents")
    source = models.CharField(max_length=10)
    evidence = models.CharField(max_length=200, blank=True, default="")
    guardian = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="consents_for_children", db_index=False
    )
    granted_at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_source = models.CharField(max_length=10, blank=True, default="")
    revoke_note = models.CharField(max_length=200, blank=True, default="")
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_by = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "purpose"], name="consent_customer"),
            models.Index(fields=["guardian"], name="consent_guardian", condition=models.Q(guardian__isnull=False)),
        ]


class DoNotContact(ScopedRow):
    """A refusal to be contacted (禁联): it binds until ``until`` and is remembered for ever.

    Of a customer, of a phone number that may belong to several, or of a number that is no customer's yet.
    ``scope`` is SALES, PROMOTION (sales and care) or ALL (all but what the law demands); an empty channel is every one.
    """

    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="refusals", db_index=False
    )
    phone = SealedField("phone")
    number_index = BlindIndexField()
    contact_channel = models.CharField(max_length=10, blank=True, default="")
    scope = models.CharField(max_length=10, default="SALES")
    source = models.CharField(max_length=10)
    words = models.CharField(max_length=200, blank=True, default="")
    refused_at = models.DateTimeField()
    until = models.DateField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=40, blank=True, default="")
    lift_reason = models.CharField(max_length=200, blank=True, default="")
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_by = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["customer"], name="dnc_customer"),
            models.Index(fields=["number_index"], name="dnc_number", condition=models.Q(number_index__isnull=False)),
            models.Index(fields=["refused_at", "id"], name="dnc_all_refused"),
            models.Index(fields=["branch_id", "refused_at", "id"], name="dnc_br_refused"),
            models.Index(fields=["sub_branch_id", "refused_at", "id"], name="dnc_sb_refused"),
            models.Index(fields=["until", "id"], name="dnc_all_until"),
            models.Index(fields=["branch_id", "until", "id"], name="dnc_br_until"),
            models.Index(fields=["sub_branch_id", "until", "id"], name="dnc_sb_until"),
            models.Index(fields=["section_id"], name="dnc_sec"),
            models.Index(fields=["team_id"], name="dnc_team"),
            models.Index(fields=["servicing_agent_id"], name="dnc_agent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False) | models.Q(number_index__isnull=False),
                name="dnc_of_somebody",
            )
        ]
