"""Mailboxes, the mails that come and go, and who is kept out (SRV-5)."""

from django.db import models
from django.db.models import Q

from keyuan.organisation.models import ScopedRow
from keyuan.platform.crypto import BlindIndexField, SealedField
from keyuan.service.models.category import Category
from keyuan.service.models.desk import Desk
from keyuan.service.models.work_order import WorkOrder

#: Mails that are held over sending: nobody knows what became of them until the server answered.
IN_HAND = Q(status="SENDING")


class Mailbox(ScopedRow):
    """One address of the house: where mail is fetched, by which server it leaves, and to which desk it goes.

    ``uid_validity`` and ``last_uid`` say how far it was read; ``run`` names the fetching run that has it in hand until
    ``run_until``. ``plus_addresses``: what goes to name+anything@… comes here too. Orders of unknown senders stand in
    the unit of the desk, which the scope columns repeat.
    """

    name = models.CharField(max_length=60)
    address = models.CharField(max_length=254, unique=True)
    from_name = models.CharField(max_length=60, blank=True, default="")
    imap_host = models.CharField(max_length=200)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, default="tls")
    folder = models.CharField(max_length=100, default="INBOX")
    smtp_host = models.CharField(max_length=200)
    smtp_port = models.PositiveIntegerField(default=465)
    smtp_security = models.CharField(max_length=8, default="tls")
    username = models.CharField(max_length=200, blank=True, default="")
    password = SealedField("mail_secret")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", null=True, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    signatures = models.JSONField(default=dict, blank=True)
    acknowledgements = models.JSONField(default=dict, blank=True)
    inside_domains = models.JSONField(default=list, blank=True)
    trusted_checker = models.CharField(max_length=120, blank=True, default="")
    reopen_days = models.PositiveSmallIntegerField(default=14)
    per_hour = models.PositiveSmallIntegerField(default=20)
    most_mb = models.PositiveSmallIntegerField(default=25)
    takes_old = models.BooleanField(default=False)
    plus_addresses = models.BooleanField(default=False, db_default=False)
    is_active = models.BooleanField(default=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    run = models.CharField(max_length=32, blank=True, default="")
    run_until = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=40, blank=True, default="")
    rests_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Mail(models.Model):
    """One mail that came or goes. Its addresses stand sealed in `MailParty`, the raw mail as a sealed file.

    A mail that came is once by mailbox, validity and UID, and once by ``digest`` of what was read. A mail that goes
    has its ``message_id`` before it is sent; ``key`` makes asking for it again harmless.
    """

    class Status(models.TextChoices):
        """Of mails that came: FETCHED to IGNORED; of mails that go: DRAFT to UNKNOWN (a person decides)."""

        FETCHED = "FETCHED"
        FILED = "FILED"
        SPAM = "SPAM"
        QUARANTINE = "QUARANTINE"
        IGNORED = "IGNORED"
        DRAFT = "DRAFT"
        QUEUED = "QUEUED"
        SENDING = "SENDING"
        SENT = "SENT"
        BOUNCED = "BOUNCED"
        FAILED = "FAILED"
        CANCELLED = "CANCELLED"
        UNKNOWN = "UNKNOWN"

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="mails", db_index=False)
    is_out = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices)
    because = models.CharField(max_length=40, blank=True, default="")
    order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, blank=True, related_name="mails", db_index=False)
    answers_id = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=10, blank=True, default="")
    at = models.DateTimeField()
    subject = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    message_id = models.CharField(max_length=255, blank=True, default="")
    refers_to = models.TextField(blank=True, default="")
    is_automatic = models.BooleanField(default=False)
    left_out = models.JSONField(default=list, blank=True)
    uid_validity = models.BigIntegerField(null=True, blank=True)
    uid = models.BigIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    raw_id = models.BigIntegerField(null=True, blank=True)
    size = models.BigIntegerField(default=0)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    permit_id = models.BigIntegerField(null=True, blank=True)
    contact_point_id = models.BigIntegerField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "uid"], name="svc_mail_uid", condition=Q(uid__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["mailbox", "digest"], name="svc_mail_digest", condition=Q(digest__gt="", is_out=False)
            ),
            models.UniqueConstraint(
                fields=["order", "created_by_id"], name="svc_mail_draft", condition=Q(status="DRAFT")
            ),
        ]
        indexes = [
            models.Index(fields=["mailbox", "at", "id"], name="svc_mail_box"),
            models.Index(fields=["mailbox", "status", "at", "id"], name="svc_mail_status"),
            models.Index(fields=["mailbox", "is_out", "at", "id"], name="svc_mail_way"),
            models.Index(fields=["message_id"], name="svc_mail_message", condition=Q(message_id__gt="")),
            models.Index(fields=["order", "id"], name="svc_mail_order", condition=Q(order__isnull=False)),
            models.Index(fields=["next_at", "id"], name="svc_mail_due", condition=Q(status="QUEUED")),
            models.Index(fields=["handed_at"], name="svc_mail_hand", condition=IN_HAND),
            models.Index(fields=["mailbox", "id"], name="svc_mail_fetched", condition=Q(status="FETCHED")),
        ]


class MailParty(models.Model):
    """One address of a mail, sealed; ``is_bounced``: a mail to it came back."""

    class Role(models.TextChoices):
        """Where the address stands."""

        SENDER = "FROM"
        TO = "TO"
        CC = "CC"

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="parties")
    role = models.CharField(max_length=4, choices=Role.choices)
    email = SealedField("email")
    email_index = BlindIndexField()
    name = models.CharField(max_length=100, blank=True, default="")
    at = models.DateTimeField()
    is_bounced = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["email_index", "role", "at"], name="svc_party_email")]


class BlockedSender(models.Model):
    """An address, or with ``domain`` everybody of a domain, whose mail goes to the spam folder."""

    email = SealedField("email")
    email_index = BlindIndexField(unique=True)
    domain = models.CharField(max_length=253, null=True, blank=True, unique=True)
    reason = models.CharField(max_length=200)
    blocked_at = models.DateTimeField()
    blocked_by_id = models.BigIntegerField(null=True, blank=True)
    blocked_by_name = models.CharField(max_length=80, blank=True, default="")
