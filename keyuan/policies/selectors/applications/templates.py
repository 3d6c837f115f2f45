"""Which message template gives a notice of new business."""

from keyuan.contact.models import MessageTemplate


def template_for(kind: str) -> int | None:
    """Return the template ``uw-<kind>`` in use, None where there is none."""
    code = f"uw-{kind.lower().replace('_', '-')}"
    row = MessageTemplate.objects.filter(code=code, is_retired=False).values_list("pk", flat=True).first()
    return int(row) if row is not None else None
