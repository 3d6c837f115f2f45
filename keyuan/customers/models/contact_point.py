"""Ways to reach a customer and papers that identify one (CUS-1)."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.platform.crypto import BlindIndexField, SealedField


class ContactPoint(models.Model):
    """One phone, e-mail, address or social account with its source, verification and validity."""

    class Kind(models.TextChoices):
        """What kind of address it is; ``field_key`` of the sealed value follows from it."""

        MOBILE = "MOBILE"
        LANDLINE = "LANDLINE"
        FAX = "FAX"
        EMAIL = "EMAIL"
        ADDRESS = "ADDRESS"
        WECHAT = "WECHAT"
        QQ = "QQ"
        OTHER = "OTHER"

    class Source(models.TextChoices):
        """Who says so."""

        SELF = "SELF"
        POLICY = "POLICY"
        AGENT = "AGENT"
        CALL = "CALL"
        IMPORT = "IMPORT"
        PURCHASED = "PURCHASED"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    phone = SealedField("phone")
    email = SealedField("email")
    address = SealedField("address")
    social_account = SealedField("social_account")
    value_index = BlindIndexField()
    tail_index = BlindIndexField()
    region_code = models.CharField(max_length=6, blank=True, default="")
    postcode = models.CharField(max_length=6, blank=True, default="")
    label = models.CharField(max_length=20, blank=True, default="")
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.SELF)
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    invalid_at = models.DateTimeField(null=True, blank=True)
    invalid_reason = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["value_index"], name="contact_value"),
            models.Index(fields=["tail_index"], name="contact_tail"),
        ]


class IdentityDocument(models.Model):
    """An identity document; its number is sealed and found through blind indexes."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="documents")
    document_type = models.CharField(max_length=4, default="111")
    identity_number = SealedField("identity_number")
    number_index = BlindIndexField()
    tail_index = BlindIndexField()
    issuer = models.CharField(max_length=60, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    is_long_term = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["number_index"], name="document_number"),
            models.Index(fields=["tail_index"], name="document_tail"),
            models.Index(
                fields=["valid_until", "id"], name="document_ends", condition=models.Q(valid_until__isnull=False)
            ),
        ]


class BankAccount(models.Model):
    """A customer's account for debits and payments; sensitive, sealed."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="bank_accounts")
    bank_account = SealedField("bank_account")
    number_index = BlindIndexField()
    tail_index = BlindIndexField()
    bank_name = models.CharField(max_length=40, blank=True, default="")
    valid_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["number_index"], name="account_number")]
