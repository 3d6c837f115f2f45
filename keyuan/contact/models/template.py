"""Templates of messages: data with versions that nobody changes once they are in use (PLT-11)."""

from typing import Any

from django.db import models
from django.db.models import Q


class MessageTemplate(models.Model):
    """One thing to say by one way: its present version is the newest approved one.

    ``purpose`` is the purpose the permit is asked for; ``key`` marks templates that the system itself sends.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    channel = models.CharField(max_length=12)
    purpose = models.CharField(max_length=20)
    note = models.CharField(max_length=200, blank=True, default="")
    is_retired = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="template_name"),
            models.Index(fields=["created_at", "id"], name="template_created"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class TemplateVersion(models.Model):
    """What a template says from one approval to the next: texts by language, and the places they have.

    ``texts`` maps a language to ``subject`` and ``body``. A version that was approved or refused is never changed; a
    template has at most one that can still be.
    """

    class Status(models.TextChoices):
        """Where it stands: being written, waiting for a second person, usable, refused, taken out of use."""

        DRAFT = "DRAFT"
        WAITING = "WAITING"
        APPROVED = "APPROVED"
        REFUSED = "REFUSED"
        RETIRED = "RETIRED"

    template = models.ForeignKey(MessageTemplate, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    variables = models.JSONField(default=list, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    written_by_id = models.BigIntegerField(null=True, blank=True)
    written_by_name = models.CharField(max_length=80, blank=True, default="")
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["template"], condition=Q(status__in=("DRAFT", "WAITING")), name="template_one_draft"
            ),
        ]
        indexes = [models.Index(fields=["status", "submitted_at"], name="template_version_status")]

    def text_of(self, language: str) -> dict[str, Any]:
        """Return subject and body in ``language``, or in the nearest one there is."""
        texts: dict[str, dict[str, Any]] = self.texts
        near = ("zh-hans", "zh-hant") if language == "zh-hant" else ("zh-hans", "zh-hant", "en")
        for key in (language, *near, *texts):
            if key in texts:
                return {"language": key, **texts[key]}
        return {"language": language, "subject": "", "body": ""}
