"""Reads of tags (CUS-6)."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet

from keyuan.customers.models import Customer, CustomerTag, Tag, TagRule
from keyuan.customers.selectors.labels import TAG_FAMILIES, label_of
from keyuan.platform.audit import Subject
from keyuan.platform.audit.reading import latest
from keyuan.platform.models.audit_event import AuditEvent, EventRecord, ReadEvent

HISTORY = 30


def tag_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the tags that may be put on, by family, as a form field offers them."""
    families: dict[str, list[tuple[int, str]]] = {}
    offered = Tag.objects.filter(retired_at__isnull=True)
    for pk, family, name in offered.order_by("family", "name").values_list("pk", "family", "name"):
        families.setdefault(label_of(TAG_FAMILIES, family), []).append((pk, name))
    return list(families.items())


def standing_tags(customer: Customer, *, today: date) -> list[CustomerTag]:
    """Return the tags that are on a customer today with the catalogue's words, by family; expired ones are gone."""
    rows = CustomerTag.objects.filter(customer=customer).exclude(expires_on__lt=today)
    return list(rows.select_related("tag").order_by("tag__family", "tag__name"))


def tags_with_rules() -> QuerySet[Tag]:
    """Return the catalogue with the rules behind its tags."""
    return Tag.objects.select_related("rule")


def uses_of(tag_ids: Sequence[int]) -> dict[int, int]:
    """Return on how many customers each tag is."""
    rows = CustomerTag.objects.filter(tag_id__in=list(tag_ids)).order_by().values_list("tag_id")
    return dict(rows.annotate(uses=Count("pk")))


def rule_of(tag: Tag) -> TagRule | None:
    """Return the rule that sets a tag, with its segment."""
    return TagRule.objects.select_related("segment").filter(tag=tag).first()


def sources_of(tag: Tag) -> dict[str, int]:
    """Return on how many customers a tag is, by where it came from."""
    rows = CustomerTag.objects.filter(tag=tag).order_by().values_list("source")
    return dict(rows.annotate(uses=Count("pk", filter=Q(pk__isnull=False))))


def history_of(tag: Tag) -> list[EventRecord]:
    """Return what was changed of a tag and its rule, newest first."""
    subject = Subject("tag", tag.pk)
    return latest(AuditEvent.objects.all(), ReadEvent.objects.none(), subject, None, HISTORY)


def names_of_tags(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of tags; the catalogue is no secret within the company."""
    return dict(Tag.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
