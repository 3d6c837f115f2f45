"""Which message template gives a notice of new business, and what it asks to be filled in."""

from keyuan.contact.models import MessageTemplate
from keyuan.contact.selectors.messages.templates import usable_version, variables_of


def template_for(kind: str) -> tuple[int, frozenset[str]] | None:
    """Return the template ``uw-<kind>`` with the names of its places; None where none is approved."""
    code = f"uw-{kind.lower().replace('_', '-')}"
    template = MessageTemplate.objects.filter(code=code, is_retired=False).first()
    version = usable_version(template) if template else None
    if template is None or version is None:
        return None
    return int(template.pk), frozenset(variable.name for variable in variables_of(version))
