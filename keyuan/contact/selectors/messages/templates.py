"""Reads of templates: whoever holds a permission of messages sees all of them; they hold no personal data."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from keyuan.contact import permissions
from keyuan.contact.models import MessageTemplate, TemplateVersion
from keyuan.contact.rules.messages.variables import Variable, read_variables
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound

OPEN = (TemplateVersion.Status.DRAFT, TemplateVersion.Status.WAITING)
APPROVED = TemplateVersion.Status.APPROVED


def may_read(actor: Actor) -> bool:
    """Tell whether the post has to do with templates."""
    wanted = (permissions.SEND, permissions.OUTBOX, permissions.TEMPLATES, permissions.APPROVE)
    return any(actor.may(permission) for permission in wanted)


def templates_visible_to(actor: Actor) -> QuerySet[Any]:
    """Return every template, with the number of its usable version and the state of the one being written."""
    if not may_read(actor):
        return MessageTemplate.objects.none()
    of = TemplateVersion.objects.filter(template=OuterRef("pk"))
    return MessageTemplate.objects.annotate(
        in_use=Subquery(of.filter(status=APPROVED).order_by("-number").values("number")[:1]),
        open_status=Subquery(of.filter(status__in=OPEN).values("status")[:1]),
    )


def access_template(actor: Actor, template_id: int, *, lock: bool = False) -> MessageTemplate:
    """Return one template, row-locked when it is about to change. Raises NotFound."""
    rows = templates_visible_to(actor)
    if lock:
        rows = MessageTemplate.objects.select_for_update() if may_read(actor) else rows
    found: MessageTemplate | None = rows.filter(pk=template_id).first()
    if found is None:
        raise NotFound("template.not_found")
    return found


def versions_of(template: MessageTemplate) -> list[TemplateVersion]:
    """Return the versions of a template, newest first."""
    return list(template.versions.order_by("-number"))


def open_version(template_id: int) -> TemplateVersion | None:
    """Return the version that is being written or waits for a second person."""
    return TemplateVersion.objects.filter(template_id=template_id, status__in=OPEN).first()


def usable_version(template: MessageTemplate) -> TemplateVersion | None:
    """Return the version that messages use: the newest approved one of a template in use."""
    if template.is_retired:
        return None
    return TemplateVersion.objects.filter(template=template, status=APPROVED).order_by("-number").first()


def usable_templates(actor: Actor, channels: Iterable[str] | None = None) -> list[tuple[MessageTemplate, int]]:
    """Return the templates that can be sent now with the key of the version in use, by name."""
    rows = templates_visible_to(actor).filter(is_retired=False, in_use__isnull=False)
    if channels is not None:
        rows = rows.filter(channel__in=list(channels))
    templates = list(rows.order_by("name", "pk"))
    approved = TemplateVersion.objects.filter(template__in=templates, status=APPROVED)
    found = dict(approved.values("template_id").annotate(newest=Max("pk")).values_list("template_id", "newest"))
    return [(template, found[template.pk]) for template in templates]


def waiting_count(actor: Actor) -> int:
    """Return how many versions wait for this person: those that somebody else wrote."""
    if not actor.may(permissions.APPROVE):
        return 0
    waiting = TemplateVersion.objects.filter(status=TemplateVersion.Status.WAITING)
    return waiting.exclude(written_by_id=actor.id or 0).count()


def variables_of(version: TemplateVersion) -> tuple[Variable, ...]:
    """Return the declared places of a version."""
    return read_variables(version.variables)


def template_by_code(actor: Actor, code: str) -> MessageTemplate:
    """Return a template by its code. Raises NotFound."""
    found: MessageTemplate | None = templates_visible_to(actor).filter(code=code).first()
    if found is None:
        raise NotFound("template.not_found")
    return found
