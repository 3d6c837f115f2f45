"""What a permitted person edits about contacting: purposes, consent texts and the contact rules (PLT-8, MKT-9)."""

from django.db import models


class Purpose(models.Model):
    """What personal data is processed for, as somebody changed it; those that nobody changed stand in the rules.

    ``fields`` are the keys of the personal fields that the purpose may use (最小必要).
    """

    key = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    kind = models.CharField(max_length=8)
    basis = models.CharField(max_length=12)
    is_separate = models.BooleanField(default=False)
    fields = models.JSONField(default=list)
    channels = models.JSONField(default=list)
    priority = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()


class PurposeChange(models.Model):
    """One state of a purpose, kept for its history."""

    purpose = models.ForeignKey(Purpose, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    terms = models.JSONField()
    reason = models.CharField(max_length=200, blank=True, default="")
    staff_id = models.BigIntegerField(null=True)
    staff_name = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="purpose_change_once")]


class ConsentText(models.Model):
    """The wording a person agrees to, in one language; what somebody has agreed to never changes (PIPL 14)."""

    purpose = models.CharField(max_length=20)
    language = models.CharField(max_length=10, default="zh-hans")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=100)
    body = models.TextField()
    effective_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    staff_id = models.BigIntegerField(null=True)
    staff_name = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "language", "version"], name="consent_text_version_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("effective_on")),
                name="consent_text_ends_after_start",
            ),
        ]


class RuleVersion(models.Model):
    """The contact rules from one moment on; versions are added, never changed."""

    version = models.PositiveIntegerField(unique=True)
    rules = models.JSONField()
    reason = models.CharField(max_length=200)
    staff_id = models.BigIntegerField(null=True)
    staff_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
